"""Sky light and sun."""

from __future__ import annotations

import math

import bpy
from mathutils import Vector

from raw.render.atmosphere import sun_color, sun_direction
from raw.render.materials import set_haze, set_sky_texture
from raw.scene import Sky

_SUN_POWER = 3.0  # W/m2 of the lamp at intensity 1 over a clear sky, chosen so that sun and sky at strength 0.2 balance


def build_sky(scene: bpy.types.Scene, sky: Sky, collection: bpy.types.Collection) -> None:
    """World, sun lamp and haze of a scene."""
    world = bpy.data.worlds.get("Sky") or _new_world()
    scene.world = world
    nodes = world.node_tree.nodes
    set_sky_texture(nodes["sky"], sky)
    nodes["Background"].inputs["Strength"].default_value = sky.strength
    set_haze(sky)
    lamp = bpy.data.lights.new("Sun", "SUN")
    color = sun_color(sky)
    peak = max(float(color.max()), 1e-6)
    lamp.color = tuple(color / peak)
    lamp.energy = _SUN_POWER * sky.sun_intensity * peak
    lamp.angle = math.radians(min(sky.sun_size, 90.0))
    sun = bpy.data.objects.new("Sun", lamp)
    sun.location = (0.0, 0.0, 50.0)
    sun.rotation_euler = Vector(sun_direction(sky)).to_track_quat("Z", "Y").to_euler()
    collection.objects.link(sun)


def _new_world() -> bpy.types.World:
    world = bpy.data.worlds.new("Sky")
    world.use_nodes = True
    sky = world.node_tree.nodes.new("ShaderNodeTexSky")
    sky.name = "sky"
    world.node_tree.links.new(sky.outputs["Color"], world.node_tree.nodes["Background"].inputs["Color"])
    world.cycles.sampling_method = "MANUAL"
    world.cycles.sample_map_resolution = 32  # the default map of 1024 takes longer to build than the picture to draw
    return world
