"""What every row of a data set says of its picture, beside the program: the camera, and each object's labels.

Frames: the camera frame of the language has x right, y up, z back. ``world_to_camera`` is for other people's tools: its
world is the land of ``raw.terrain``, x east, y north, z up, with its origin on the ground at the land's 0, 0, and its
camera has x right, y down, z forward, as OpenCV's. All views of one land share that world.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from procedural.labels.joints import joints_of
from procedural.labels.shapes import shape_of
from procedural.labels.silhouettes import silhouette
from raw.geometry import box_of, camera_to_world, focal_length, rotation_z
from raw.library import Library
from raw.scene import Camera, Ground, Scene, SceneObject
from raw.terrain import Terrain

if TYPE_CHECKING:
    from datasets import Features


def labels(scene: Scene, index: np.ndarray, depth: np.ndarray, library: Library) -> dict:
    """The columns ``camera`` and ``objects`` of a row.

    ``scene`` is in resolved form, its objects sorted and counted; ``index`` (H, W) uint8 is 0 in the sky, i + 1 at object
    i and 255 on the ground; ``depth`` (H, W) float32 is in metres along the viewing axis. ValueError for an object
    without asset or rotation.
    """
    height, width = index.shape
    camera = {
        "pitch": float(scene.camera.pitch),
        "height": float(scene.camera.height),
        "fov": float(scene.camera.fov),
        "intrinsics": intrinsics(scene.camera.fov, width, height).ravel().tolist(),
        "world_to_camera": world_to_camera(scene.camera, scene.ground).ravel().tolist(),
    }
    objects = [_object(thing, index == i + 1, depth, scene.camera, library) for i, thing in enumerate(scene.objects)]
    return {"camera": camera, "objects": objects}


def intrinsics(fov: float, width: int, height: int) -> np.ndarray:
    """(3, 3) pixels from OpenCV's camera frame; square pixels, whose centres are at +0.5."""
    focal = focal_length(height, fov)
    return np.array([[focal, 0.0, width / 2], [0.0, focal, height / 2], [0.0, 0.0, 1.0]])


def world_to_camera(camera: Camera, ground: Ground) -> np.ndarray:
    """(4, 4) from the land, x east, y north, z up from the ground at 0, 0, to OpenCV's camera frame, metres."""
    u, v, yaw = ground.phase
    base = float(Terrain(replace(ground, phase=(0.0, 0.0, 0.0))).height(np.array([u]), np.array([v]))[0])
    turn = np.diag([1.0, -1.0, -1.0]) @ (rotation_z(-yaw) @ camera_to_world(camera.pitch)).T
    matrix = np.eye(4)
    matrix[:3, :3] = turn
    matrix[:3, 3] = -turn @ np.array([u, v, base + camera.height])
    return matrix


def _object(thing: SceneObject, own: np.ndarray, depth: np.ndarray, camera: Camera, library: Library) -> dict:
    """One entry of ``objects``; ``own`` (H, W) bool is where the thing shows."""
    if not isinstance(thing.appearance, str) or thing.rotation is None:
        raise ValueError(f"object {thing.category} at {thing.location} has no asset id or no rotation: resolve the scene first")
    record, shape = library.record(thing.appearance), shape_of(library, thing.appearance)
    height, width = own.shape
    whole, joints = silhouette(shape, thing, camera, width, height), joints_of(shape, thing, camera, own, depth)
    alone = np.count_nonzero(whole.inside)
    rows = zip(joints.names, joints.locations.tolist(), joints.spots.tolist(), joints.visible.tolist(), strict=True)
    return {
        "asset": record.id,
        "family": record.family,
        "category": thing.category or record.category,
        "location": [float(v) for v in thing.location],
        "height": float(thing.height),
        "rotation": [float(v) for v in thing.rotation],
        "pixels": thing.pixels,
        "box": list(box_of(own) or (0.0, 0.0, 0.0, 0.0)),
        "occluded": float(np.clip(1 - np.count_nonzero(own) / alone, 0, 1)) if alone else 0.0,
        "outside": float(whole.outside),
        "distance": float(np.linalg.norm(thing.location)),
        "joints": [{"name": name, "location": location, "spot": spot, "visible": visible} for name, location, spot, visible in rows],
    }


def features(normals: bool) -> Features:
    """Columns of a row and their types; ``normal`` is among them if ``normals``."""
    from datasets import Features, Image, List, Value

    text, whole, real, picture = Value("string"), Value("int64"), Value("float64"), Image()
    joint = {"name": text, "location": List(real), "spot": List(real), "visible": whole}
    thing = {
        **{name: text for name in ("asset", "family", "category")},
        "location": List(real),
        "height": real,
        "rotation": List(real),
        "pixels": whole,
        "box": List(real),
        **{name: real for name in ("occluded", "outside", "distance")},
        "joints": List(joint),
    }
    camera = {**{name: real for name in ("pitch", "height", "fov")}, "intrinsics": List(real), "world_to_camera": List(real)}
    columns = {"image": picture, "program": text, "mask": picture, "depth": picture}
    if normals:
        columns["normal"] = picture
    columns |= {"scene_id": text, "view": whole, "seed": whole, "biome": text, "photographer": text, "subject": whole}
    return Features({**columns, "camera": camera, "objects": List(thing)})
