"""Sky light and sun."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Vector

from raw.render.materials import set_haze, set_sky_texture
from raw.scene import Sky

_SUN_POWER = 3.0  # W/m2 of the lamp at intensity 1 over a clear sky, chosen so that sun and sky at strength 0.2 balance


def sun_direction(sky: Sky) -> np.ndarray:
    """(3,) unit vector from the ground to the sun, world frame (the camera looks along +y)."""
    elevation, rotation = math.radians(sky.sun_elevation), math.radians(sky.sun_rotation)
    return np.array([math.sin(rotation) * math.cos(elevation), math.cos(rotation) * math.cos(elevation), math.sin(elevation)])


def sun_color(sky: Sky) -> np.ndarray:
    """(3,) share of red, green and blue that reaches the ground: Beer-Lambert along the slanted air path.

    Optical depths are those of clear air at sea level (Rayleigh 0.05, 0.11, 0.25; a grey 0.03 for dust); the air mass
    is Kasten and Young's (1989). Below the horizon the sun is out.
    """
    if sky.sun_elevation <= -1:
        return np.zeros(3)
    degrees = max(sky.sun_elevation, 0.0)
    mass = 1 / (math.sin(math.radians(degrees)) + 0.50572 * (degrees + 6.07995) ** -1.6364)
    depth = sky.air * np.array([0.05, 0.11, 0.25]) + sky.dust * np.array([0.026, 0.03, 0.034]) + sky.ozone * np.array([0.006, 0.01, 0.001])
    return np.exp(-depth * mass)


def build_sky(scene: bpy.types.Scene, sky: Sky, collection: bpy.types.Collection, *, lit: bool) -> None:
    """World, sun lamp and haze of a scene; ``lit`` False leaves a black world, for visibility passes."""
    world = bpy.data.worlds.get("Sky") or _new_world()
    scene.world = world
    nodes = world.node_tree.nodes
    set_sky_texture(nodes["sky"], sky)
    nodes["Background"].inputs["Strength"].default_value = sky.strength if lit else 0.0
    set_haze(sky)
    lamp = bpy.data.lights.new("Sun", "SUN")
    color = sun_color(sky)
    peak = max(float(color.max()), 1e-6)
    lamp.color = tuple(color / peak)
    lamp.energy = _SUN_POWER * sky.sun_intensity * peak if lit else 0.0
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
    world.cycles.sample_map_resolution = 64  # the default map of 1024 takes longer to build than the picture to draw
    return world
