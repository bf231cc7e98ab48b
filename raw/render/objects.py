"""Camera and assets as Blender objects."""

from __future__ import annotations

import math

import bpy
import numpy as np
from mathutils import Matrix

from raw.geometry import camera_to_world, quaternion_to_matrix
from raw.library import Library
from raw.mesh import Mesh
from raw.render.fur import coat, longest_side
from raw.render.job import COLOR
from raw.render.materials import matter
from raw.scene import ANIMALS, Camera, SceneObject

_NEAR = 12.0  # metres: things farther away do not dim the light of the sky around them; it is not seen, and takes time
PARKED = "Parked"  # start of the name of objects that are out of sight


def new_mesh(name: str, mesh: Mesh, material: bpy.types.Material) -> bpy.types.Mesh:
    """A Blender mesh with vertex colours from plain arrays."""
    data = bpy.data.meshes.new(name)
    count = len(mesh.faces)
    data.vertices.add(len(mesh.vertices))
    data.loops.add(count * 3)
    data.polygons.add(count)
    # as attributes arrays are copied whole; through vertices and loops they are set one by one
    data.attributes["position"].data.foreach_set("vector", np.ascontiguousarray(mesh.vertices, dtype=np.float32).ravel())
    data.attributes[".corner_vert"].data.foreach_set("value", np.ascontiguousarray(mesh.faces, dtype=np.int32).ravel())
    data.polygons.foreach_set("loop_start", np.arange(0, count * 3, 3, dtype=np.int32))
    colors = data.color_attributes.new(COLOR, "BYTE_COLOR", "POINT")
    rgba = np.full((len(mesh.vertices), 4), 255, dtype=np.uint8)
    rgba[:, :3] = mesh.colors
    colors.data.foreach_set("color_srgb", (rgba.astype(np.float32) / 255).ravel())
    data.materials.append(material)
    data.update(calc_edges=True)
    return data


def asset_mesh(library: Library, asset: str) -> bpy.types.Mesh:
    """The Blender mesh of an asset; objects of one asset, and scenes of one worker, share it."""
    known = bpy.data.meshes.get(asset)
    if known:
        return known
    mesh = library.mesh(asset)
    grown = library.record(asset).category in ANIMALS and library.has_rig(asset)  # models of others have coats of their own
    return new_mesh(asset, mesh, coat(longest_side(mesh.vertices)) if grown else matter("Matter", 0.9))


def park(thing: bpy.types.Object) -> None:
    """Put an object out of sight, far under the ground and tiny, until it is needed again."""
    thing.matrix_world = Matrix.LocRotScale((0.0, 0.0, -3000.0), None, (1e-4, 1e-4, 1e-4))
    thing.pass_index, thing.name = 0, PARKED


def is_parked(thing: bpy.types.Object) -> bool:
    return thing.type == "MESH" and thing.pass_index == 0


def park_others(kept: set[int]) -> None:
    """Park the objects of the scene whose numbers are not in ``kept``."""
    for thing in bpy.data.objects:
        if "asset" in thing and not is_parked(thing) and thing.pass_index - 1 not in kept:
            park(thing)


def remove_parked() -> None:
    """Take what is out of sight, and the collections that it leaves empty, out of the file."""
    for thing in list(bpy.data.objects):
        if is_parked(thing):
            bpy.data.objects.remove(thing)
    for collection in list(bpy.data.collections):
        if not collection.objects:
            bpy.data.collections.remove(collection)


def remove_unused_meshes() -> None:
    """Take meshes that no object has out of the file."""
    bpy.data.batch_remove([mesh for mesh in bpy.data.meshes if not mesh.users])


def keep_apart() -> None:
    """Give every mesh of one object a second one, which is parked.

    Cycles melts meshes of one user into the hierarchy of the whole scene, which it builds anew for every camera; it also
    builds that of a mesh anew when an object of it is new, so objects are parked and taken again rather than removed.
    """
    users: dict[str, list[bpy.types.Object]] = {}
    for thing in bpy.data.objects:
        if thing.type == "MESH":
            users.setdefault(thing.data.name, []).append(thing)
    for things in users.values():
        if len(things) == 1:
            twin = things[0].copy()
            park(twin)
            things[0].users_collection[0].objects.link(twin)


def object_matrix(thing: SceneObject, asset_height: float, camera: Camera) -> np.ndarray:
    """(4, 4) asset-to-world transform: uniform scale to the asked height, rotation and place from the camera frame."""
    to_world = camera_to_world(camera.pitch)
    matrix = np.eye(4)
    matrix[:3, :3] = to_world @ quaternion_to_matrix(thing.rotation) * (thing.height / asset_height)
    matrix[:3, 3] = to_world @ np.array(thing.location) + np.array([0.0, 0.0, camera.height])
    return matrix


def build_object(
    index: int, thing: SceneObject, camera: Camera, to_stage: Matrix, library: Library, collection: bpy.types.Collection
) -> bpy.types.Object:
    """Place one asset; its pass index is ``index + 1``. ``to_stage`` leads from the scene's world frame to the stage."""
    record = library.record(thing.appearance)
    placed = next((known for known in collection.objects if is_parked(known) and known.get("asset") == record.id), None)
    if placed is None:
        placed = bpy.data.objects.new(record.family, asset_mesh(library, record.id))
        placed["asset"], placed["category"] = record.id, thing.category or ""
        collection.objects.link(placed)
    placed.name = f"{index:03d} {record.family}"
    placed.matrix_world = to_stage @ Matrix(object_matrix(thing, record.height, camera).tolist())
    placed.pass_index = index + 1
    placed["height"] = thing.height
    near = -thing.location[2] < _NEAR
    if placed.visible_diffuse != near:
        placed.visible_diffuse = near
    return placed


def build_camera(scene: bpy.types.Scene, camera: Camera, to_stage: Matrix, collection: bpy.types.Collection) -> bpy.types.Object:
    """The camera over the origin of the scene's world frame; its field of view is vertical whatever the aspect."""
    data = bpy.data.cameras.new("Camera")
    data.sensor_fit = "VERTICAL"
    data.angle = math.radians(camera.fov)
    data.clip_start, data.clip_end = 0.02, 5000.0
    placed = bpy.data.objects.new("Camera", data)
    placed.matrix_world = to_stage @ Matrix.Translation((0.0, 0.0, camera.height)) @ Matrix.Rotation(math.radians(camera.pitch), 4, "X")
    collection.objects.link(placed)
    scene.camera = placed
    return placed
