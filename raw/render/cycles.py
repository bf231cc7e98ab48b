"""Cycles: engine settings and the choice of device."""

from __future__ import annotations

import sys

import bpy

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


def configure(scene: bpy.types.Scene, settings: RenderSettings, threads: int, *, lit: bool = True) -> None:
    """Set engine, resolution, passes and the short cuts measured in docs/architecture.md.

    ``lit`` False is for a pass that only looks what is where: one sample, no bounces.
    """
    render, cycles = scene.render, scene.cycles
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = settings.width, settings.height, 100
    render.use_persistent_data = True
    render.threads_mode, render.threads = ("FIXED", threads) if threads else ("AUTO", render.threads)
    render.use_compositing = render.use_sequencer = False
    cycles.samples = settings.samples if lit else 1
    cycles.seed = settings.seed
    cycles.use_adaptive_sampling = False
    cycles.use_denoising = settings.denoise and lit
    cycles.use_light_tree = False
    bounces = settings.bounces if lit else 0
    cycles.max_bounces = cycles.diffuse_bounces = cycles.transparent_max_bounces = bounces
    cycles.glossy_bounces = min(bounces, 1)
    cycles.transmission_bounces = cycles.volume_bounces = 0
    cycles.sample_clamp_indirect = 5.0
    scene.view_settings.view_transform = "AgX"
    layer = scene.view_layers[0]
    layer.use_pass_z = layer.use_pass_object_index = True
