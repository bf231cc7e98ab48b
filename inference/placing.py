"""Moving camera and objects so that a scene stays plausible: upright, at its places in the picture, on the ground if it was.

Places in the picture are (u, v) = (x, y) / (depth tan(fov / 2)): u right and v up, v -1..1 inside the picture.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from raw.geometry import camera_to_world, half_height, matrix_to_quaternion, quaternion_to_matrix, rotation_z
from raw.grammar import DEPTHS, HEIGHTS
from raw.scene import Camera, Ground, Scene, SceneObject
from raw.terrain import Terrain

REACH = 1.25  # largest factor by which one change takes a thing farther: near the horizon a hair's breadth is kilometres of ground
_STEPS = 80  # of a ray on its way to the ground


def places(objects: tuple[SceneObject, ...], fov: float) -> np.ndarray:
    """(N, 3): u, v and depth in metres of the objects' base centres."""
    where = np.array([thing.location for thing in objects], dtype=np.float64).reshape(-1, 3)
    depth = np.maximum(-where[:, 2], 1e-3)
    return np.column_stack([where[:, :2] / (depth * half_height(fov))[:, None], depth])


def ground_depths(camera: Camera, ground: Ground, where: np.ndarray) -> np.ndarray:
    """(N, 2 or more) places -> (N,) depth in metres at which the ray through each first meets the ground; inf where it does not."""
    rays = np.column_stack([where[:, :2] * half_height(camera.fov), -np.ones(len(where))]) @ camera_to_world(camera.pitch).T  # a metre deep
    depth = np.geomspace(DEPTHS[0] / 4, DEPTHS[1], _STEPS)
    x, y = rays[:, :1] * depth, rays[:, 1:2] * depth
    over = camera.height + rays[:, 2:] * depth - Terrain(ground).height(x, y)
    under = over <= 0
    first = under.argmax(axis=1)
    rows, before = np.arange(len(where)), np.maximum(first - 1, 0)
    high, low = over[rows, before], over[rows, first]
    share = np.clip(high / np.maximum(high - low, 1e-9), 0.0, 1.0)
    return np.where(under.any(axis=1), depth[before] + share * (depth[first] - depth[before]), np.inf)


def moved(scene: Scene, i: int, *, u: float = 0.0, v: float = 0.0, depth: float = 1.0, size: float = 1.0, turn: float = 0.0) -> Scene:
    """The scene with object i moved by (u, v) in the picture, its depth and its size in the picture multiplied, and turned.

    Moving along v changes the depth as the ground's does there, so that what stands goes on standing. ``turn`` is degrees about
    the world's up axis.
    """
    thing, camera = scene.objects[i], scene.camera
    here = places((thing,), camera.fov)
    there = here + [[u, v, 0.0]]
    hits = ground_depths(camera, scene.ground, np.vstack([here, there])) if v or u else np.full(2, np.inf)
    along = _along(hits[:1], hits[1:])[0]
    new = float(np.clip(here[0, 2] * along * depth, *DEPTHS))
    tall = float(np.clip(thing.height * size * new / here[0, 2], *HEIGHTS))
    at = replace(thing, location=_location(there[0], new, camera.fov), height=tall, rotation=turned(thing.rotation, camera.pitch, turn))
    return replace(scene, objects=(*scene.objects[:i], at, *scene.objects[i + 1 :]))


def standing(scene: Scene, i: int) -> Scene:
    """The scene with object i on the ground, at its place and of its size in the picture, or as near to it as REACH allows.

    The same where its ray meets no ground.
    """
    where = places(scene.objects[i : i + 1], scene.camera.fov)
    return moved(scene, i, depth=float(_along(where[:, 2], ground_depths(scene.camera, scene.ground, where))[0]))


def with_camera(scene: Scene, camera: Camera) -> Scene:
    """The scene before another camera: objects keep place, size and side in the picture, stay upright, and stand if they stood."""
    before = places(scene.objects, scene.camera.fov)
    old, new = (ground_depths(one, scene.ground, before) for one in (scene.camera, camera))
    along = _along(old, new)
    wider = half_height(camera.fov) / half_height(scene.camera.fov)
    objects = []
    for thing, place, factor in zip(tilted(scene, camera.pitch).objects, before, along, strict=True):
        depth = float(np.clip(place[2] * factor, *DEPTHS))
        height = float(np.clip(thing.height * wider * depth / place[2], *HEIGHTS))
        objects.append(replace(thing, location=_location(place, depth, camera.fov), height=height))
    return replace(scene, camera=camera, objects=tuple(objects))


def tilted(scene: Scene, pitch: float) -> Scene:
    """The scene before a camera of another pitch in degrees: objects keep place and depth before it, and stay as upright as they were."""
    turn = camera_to_world(pitch).T @ camera_to_world(scene.camera.pitch)
    rotations = (thing.rotation and _quaternion(turn @ quaternion_to_matrix(np.array(thing.rotation))) for thing in scene.objects)
    objects = tuple(replace(thing, rotation=rotation) for thing, rotation in zip(scene.objects, rotations, strict=True))
    return replace(scene, camera=replace(scene.camera, pitch=pitch), objects=objects)


def turned(
    rotation: tuple[float, float, float, float] | None, pitch: float, degrees: float
) -> tuple[float, float, float, float] | None:
    """An asset-to-camera rotation after a turn about the world's up axis."""
    if rotation is None or not degrees:
        return rotation
    world = camera_to_world(pitch)
    return _quaternion(world.T @ rotation_z(degrees) @ world @ quaternion_to_matrix(np.array(rotation)))


def _along(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """(N,) factors from old to new depths, 1 where one of them is endless. Nearer without a limit: what stayed would be buried."""
    both = np.isfinite(old) & np.isfinite(new)
    return np.minimum(np.where(both, new, 1.0) / np.where(both, old, 1.0), REACH)


def _location(place: np.ndarray, depth: float, fov: float) -> tuple[float, float, float]:
    x, y = place[:2] * depth * half_height(fov)
    return float(x), float(y), -depth


def _quaternion(matrix: np.ndarray) -> tuple[float, float, float, float]:
    w, x, y, z = (float(value) for value in matrix_to_quaternion(matrix))
    return w, x, y, z
