"""A scene to Blender objects. Meshes and materials of earlier scenes are kept, and the land too while scenes stand on it."""

from __future__ import annotations

import bpy
from mathutils import Matrix

from raw.grammar import object_statement
from raw.library import Library
from raw.render import ground, scatter
from raw.render.job import GROUND
from raw.render.land import Stage
from raw.render.objects import build_camera, build_object, keep_apart, park_others
from raw.render.sky import build_sky
from raw.scene import Scene


def clear() -> bpy.types.Scene:
    """Empty the file but for its scene, the ground, the assets, which are parked, and the materials."""
    for thing in list(bpy.data.objects):
        if thing.type != "MESH" or thing.data.name == scatter.NAME:
            bpy.data.objects.remove(thing)
    park_others(set())
    for store in (bpy.data.lights, bpy.data.cameras):
        for block in list(store):
            store.remove(block)
    if mesh := bpy.data.meshes.get(scatter.NAME):
        bpy.data.meshes.remove(mesh)
    return bpy.context.scene


def check(scene: Scene) -> None:
    """Refuse what cannot be drawn: ValueError names the object and what it lacks."""
    if not isinstance(scene.ground.appearance, str):
        raise ValueError("set_ground has no asset id: resolve the scene with a library first")
    if len(scene.objects) >= GROUND:
        raise ValueError(f"{len(scene.objects)} objects; allowed: up to {GROUND - 1}")
    for i, thing in enumerate(scene.objects):
        object_statement(thing.category)
        if not isinstance(thing.appearance, str) or thing.rotation is None:
            raise ValueError(
                f"object {i} ({thing.category}) has no {'rotation' if thing.rotation is None else 'asset id'}: resolve the scene first"
            )


def build(scene: Scene, library: Library, aspect: float | None = None) -> bpy.types.Scene:
    """Build ``scene`` (resolved form) into the open Blender file; collections are Environment and one a category.

    With ``aspect``, width over height of the picture, small things on the ground that it does not show are left out.
    """
    check(scene)
    stage, material = Stage(scene.ground), library.ground(scene.ground.appearance)
    target = clear()
    environment = _collection(target, "Environment")
    to_stage = Matrix(stage.matrix.tolist())
    build_sky(target, scene.sky, material, stage.heading, to_stage, environment)
    build_camera(target, scene.camera, to_stage, environment)
    ground.build_ground(scene.ground, material, stage, scene.sky.sun_elevation, environment)
    scatter.build_scatter(scene, material, to_stage, environment, aspect)
    for i, thing in enumerate(scene.objects):
        build_object(i, thing, scene.camera, to_stage, library, _collection(target, (thing.category or "object").capitalize()))
    keep_apart()
    return target


def _collection(scene: bpy.types.Scene, name: str) -> bpy.types.Collection:
    """Find or make."""
    known = bpy.data.collections.get(name)
    if known is None:
        known = bpy.data.collections.new(name)
        scene.collection.children.link(known)
    return known
