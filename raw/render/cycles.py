"""Cycles: engine settings and the choice of device."""

from __future__ import annotations

import sys

import bpy

from raw.render.ground import NAME as GROUND_NAME
from raw.render.job import RenderSettings

_BACKENDS = ("OPTIX", "CUDA", "HIP", "METAL", "ONEAPI")


def choose_device() -> str:
    """Turn on the first GPU backend that has a device; else the CPU, and say so."""
    preferences = bpy.context.preferences.addons["cycles"].preferences
    for backend in _BACKENDS:
        try:
            preferences.compute_device_type = backend
        except TypeError:  # this build of Blender does not know the backend
            continue
        preferences.refresh_devices()
        found = [device for device in preferences.devices if device.type == backend]
        if found:
            for device in preferences.devices:
                device.use = device.type == backend
            bpy.context.scene.cycles.device = "GPU"
            return f"{backend} {found[0].name}"
    bpy.context.scene.cycles.device = "CPU"
    print("raw.render: no GPU found by Cycles; rendering on the CPU", file=sys.stderr, flush=True)
    return "CPU"


def configure(scene: bpy.types.Scene, settings: RenderSettings, threads: int) -> None:
    """Set engine, resolution, passes and the short cuts measured in docs/architecture.md."""
    render, cycles = scene.render, scene.cycles
    if render.engine != "CYCLES":  # naming an engine, even the same, throws away all that it has kept
        render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = settings.width, settings.height, 100
    render.use_persistent_data = True
    render.threads_mode, render.threads = ("FIXED", threads) if threads else ("AUTO", render.threads)
    render.use_compositing, render.use_sequencer = True, False
    cycles.samples = settings.samples
    cycles.seed = settings.seed
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = settings.denoise
    cycles.use_light_tree = False
    cycles.light_sampling_threshold = 0.15  # of light that would add less, some rays are left out at random, and the others count for more
    cycles.sampling_pattern = "TABULATED_SOBOL"  # a table: quicker than scrambling anew
    cycles.debug_use_spatial_splits = True  # blades of grass and leaves lie across the boxes of a plain hierarchy
    _bounce(scene, settings.bounces, quick=not settings.bounces)
    cycles.sample_clamp_indirect = 5.0
    scene.view_settings.view_transform = "AgX"
    layer = scene.view_layers[0]
    for name, wanted in {"use_pass_z": True, "use_pass_object_index": True, "use_pass_normal": settings.normals}.items():
        if getattr(layer, name) != wanted:
            setattr(layer, name, wanted)


def _bounce(scene: bpy.types.Scene, bounces: int, *, quick: bool) -> None:
    """How light goes on from what the camera sees.

    Quick light: shadow rays to the sun, and one ray for all other light, which goes on for some metres (sky.py) and, if it
    met nothing, brings the colour of the sky, or of the ground, from where it heads. Else so many full bounces.
    """
    cycles = scene.cycles
    cycles.max_bounces = cycles.diffuse_bounces = cycles.transparent_max_bounces = 1 if quick else bounces
    cycles.glossy_bounces = min(cycles.max_bounces, 1)
    cycles.transmission_bounces = cycles.volume_bounces = 0
    cycles.use_fast_gi, cycles.fast_gi_method, cycles.ao_bounces_render = quick, "REPLACE", 1
    for thing in bpy.data.objects:
        wanted = thing.visible_diffuse if quick and thing.name != GROUND_NAME else not quick
        if thing.visible_diffuse != wanted:
            thing.visible_diffuse = wanted
