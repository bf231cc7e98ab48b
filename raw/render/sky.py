"""Sky light, sun, and the light that the ground throws back.

The sky keeps still on the land while cameras turn, as Blender takes half a second to compute another one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import bpy
import numpy as np
from mathutils import Matrix, Vector

from raw.mesh import GroundMaterial
from raw.render.atmosphere import SUN_POWER, sky_gradient, sky_irradiance, sun_color, sun_direction
from raw.render.haze import set_haze
from raw.scene import Sky

SUN = "Sun"  # name of the lamp
_SHADED = 0.75  # share of the light on open ground that reaches it among grass, trees and animals
_OPEN = 4.0  # metres: what is farther away does not dim the light of the sky (quick light, cycles.py)
_DOWN = -0.06  # z of the directions below which the ground shines instead of the sky; the camera may look a little over its edge


def build_sky(
    scene: bpy.types.Scene, sky: Sky, ground: GroundMaterial, heading: float, to_stage: Matrix, collection: bpy.types.Collection
) -> None:
    """World, sun lamp and haze of a scene whose camera heads to ``heading`` degrees on the stage."""
    world = bpy.data.worlds.get("Sky") or _new_world()
    scene.world = world
    turned = round((sky.sun_rotation + heading) % 360.0, 1) % 360.0
    key = repr((turned, sky.sun_elevation, sky.air, sky.dust, sky.ozone, sky.strength, sky.sun_intensity, ground.palette.tolist()))
    if world.get("key") != key:  # writing the numbers, even the same, computes the sky again
        _set_world(world, sky, turned, ground)
        world["key"] = key
    set_haze(scene, sky)
    sun = bpy.data.objects.new(SUN, _lamp(sky))
    toward = to_stage.to_3x3() @ Vector(sun_direction(sky))
    sun.matrix_world = Matrix.LocRotScale(Vector((0.0, 0.0, 50.0)), toward.to_track_quat("Z", "Y"), None)
    collection.objects.link(sun)


@contextmanager
def unlit() -> Iterator[None]:
    """Without the sun, whose shadow rays are for nothing where only what shows is asked."""
    sun = bpy.data.objects[SUN]
    sun.hide_render = True
    try:
        yield
    finally:
        sun.hide_render = False


def _lamp(sky: Sky) -> bpy.types.Light:
    lamp = bpy.data.lights.new(SUN, "SUN")
    color = sun_color(sky)
    peak = max(float(color.max()), 1e-6)
    lamp.color = tuple(color / peak)
    lamp.energy = SUN_POWER * sky.sun_intensity * peak
    lamp.angle = math.radians(min(sky.sun_size, 90.0))
    lamp.cycles.use_multiple_importance_sampling = False  # shadow rays alone find it
    return lamp


def ground_radiance(sky: Sky, ground: GroundMaterial) -> np.ndarray:
    """(3,) light that open ground of this palette sends up."""
    albedo = np.mean(np.clip(ground.palette / 255.0, 0, 1) ** 2.2, axis=0)
    direct = SUN_POWER * sky.sun_intensity * sun_color(sky) * math.sin(math.radians(max(sky.sun_elevation, 0.0)))
    return _SHADED * albedo * (direct + sky.strength * sky_irradiance(sky)) / np.pi


def _set_world(world: bpy.types.World, sky: Sky, turned: float, ground: GroundMaterial) -> None:
    nodes = world.node_tree.nodes
    texture = nodes["sky"]
    texture.sun_elevation, texture.sun_rotation = math.radians(sky.sun_elevation), math.radians(turned)
    texture.air_density, texture.dust_density, texture.ozone_density = sky.air, sky.dust, sky.ozone
    nodes["Background"].inputs["Strength"].default_value = nodes["light"].inputs["Strength"].default_value = sky.strength
    nodes["ground"].inputs["Color"].default_value = (*ground_radiance(sky, ground), 1.0)
    level, rise = sky_gradient(sky)
    nodes["gradient"].inputs[0].default_value, nodes["gradient"].inputs[2].default_value = tuple(rise), tuple(level)


def _new_world() -> bpy.types.World:
    """Sky texture above for what the camera sees, a gradient for the light of it, which is quicker; one colour below."""
    world = bpy.data.worlds.new("Sky")
    world.use_nodes = True
    nodes, link = world.node_tree.nodes, world.node_tree.links.new
    texture, place, split, below, ground, mix = (
        nodes.new(f"ShaderNode{kind}") for kind in ("TexSky", "TexCoord", "SeparateXYZ", "Math", "Background", "MixShader")
    )
    gradient, light, seen, either = (nodes.new(f"ShaderNode{kind}") for kind in ("VectorMath", "Background", "LightPath", "MixShader"))
    texture.name, ground.name = "sky", "ground"
    texture.sky_type, texture.sun_disc = "NISHITA", False  # the sun itself is a lamp
    below.operation, below.inputs[1].default_value = "LESS_THAN", _DOWN
    link(texture.outputs["Color"], nodes["Background"].inputs["Color"])
    link(place.outputs["Generated"], split.inputs[0])
    link(split.outputs["Z"], below.inputs[0])
    link(below.outputs[0], mix.inputs[0])
    link(ground.outputs[0], mix.inputs[2])
    gradient.name, gradient.operation = "gradient", "MULTIPLY_ADD"  # rise * z + level
    light.name = "light"
    link(split.outputs["Z"], gradient.inputs[1])
    link(gradient.outputs[0], light.inputs["Color"])
    link(seen.outputs["Is Camera Ray"], either.inputs[0])
    link(light.outputs[0], either.inputs[1])
    link(nodes["Background"].outputs[0], either.inputs[2])
    link(either.outputs[0], mix.inputs[1])
    link(mix.outputs[0], nodes["World Output"].inputs["Surface"])
    world.cycles.sampling_method = "NONE"  # bounced rays find the sky; what lamps there are is the sun alone
    world.light_settings.distance = _OPEN
    return world
