"""The ground as a Blender object: one mesh a land, kept while cameras move on the land."""

from __future__ import annotations

import bpy
import numpy as np

from raw.mesh import GroundMaterial
from raw.render.ground_mesh import ground_mesh
from raw.render.ground_shader import PATCH, ground_matter
from raw.render.job import GROUND
from raw.render.land import Stage
from raw.render.objects import new_mesh, remove_parked, remove_unused_meshes
from raw.scene import Ground

NAME = "Ground"
_KEY = "land"  # custom property: what the kept ground was made of


def build_ground(ground: Ground, material: GroundMaterial, stage: Stage, sun_elevation: float, collection: bpy.types.Collection) -> None:
    """The ground object, with pass index GROUND; the one that is there is taken if it is of the same land.

    It is left out of the search for shadows where the sun, at ``sun_elevation`` degrees, stands too high for it to throw any.
    One Blender file is of one library, so the name of an asset says which ``material`` it is.
    """
    key = f"{ground.appearance} {ground.relief} {ground.seed} {stage.origin}"
    known = bpy.data.objects.get(NAME)
    if known is None or known[_KEY] != key:
        if known:
            bpy.data.meshes.remove(known.data)  # and the object with it
            remove_parked()  # the assets of another land need not stay ready,
            remove_unused_meshes()  # and memory would grow by half a megabyte for each
        known = _new_ground(material, ground.appearance, stage)
        known[_KEY] = key
    hilly = stage.terrain.steepest >= np.tan(np.radians(max(sun_elevation, 0.0)))
    if known.visible_shadow != hilly:
        known.visible_shadow = hilly
    if known.name not in collection.objects:
        collection.objects.link(known)


def _new_ground(material: GroundMaterial, name: str, stage: Stage) -> bpy.types.Object:
    mesh, patch = ground_mesh(material, stage)
    data = new_mesh(NAME, mesh, ground_matter(f"{NAME} {name}", material, stage.origin))
    data.attributes.new(PATCH, "FLOAT", "POINT").data.foreach_set("value", patch)
    placed = bpy.data.objects.new(NAME, data)
    placed.pass_index = GROUND
    return placed
