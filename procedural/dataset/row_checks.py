"""Does a row of a data set agree with itself: program, mask, depth, boxes, camera."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from procedural.labels.columns import intrinsics
from procedural.labels.pictures import pixels_of
from raw.geometry import box_of, project
from raw.language import SceneSyntaxError, parse, write
from raw.scene import Scene

_EXACT = 1e-6  # of fractions and matrices; what a float64 that went through Parquet keeps
_SPOT = 1e-3  # of the picture
_STEP = 0.006  # metres and degrees: half of what the language prints, and the rounding of distances


def row_problems(row: dict[str, Any], split: str) -> Iterator[str]:
    """What is wrong with a row of all columns, a sentence each; nothing if it is right."""
    if not str(row["scene_id"]).startswith(f"{split}-"):
        yield f"scene_id is {row['scene_id']!r} in the split {split}"
    try:
        scene = parse(row["program"] or "")
        printed = write(scene)
    except (SceneSyntaxError, ValueError) as problem:
        yield f"the program does not parse: {problem}"
        return
    if printed != row["program"]:
        yield "the program is not as the language prints it"
    if any(thing.appearance is None or thing.rotation is None for thing in scene.objects) or scene.ground.appearance is None:
        yield "the program has placeholders"
    try:
        pictures = {name: pixels_of(row[name]) for name in ("image", "mask", "depth", "normal") if row.get(name)}
    except (OSError, TypeError, KeyError) as problem:
        yield f"a picture does not open: {problem}"
        return
    yield from _picture_problems(pictures)
    if "mask" in pictures and pictures["mask"].ndim == 2:
        yield from _mask_problems(scene, pictures["mask"])
        if row.get("objects") is not None:
            yield from _object_problems(scene, row, pictures["mask"])
    if row.get("camera") is not None:
        yield from _camera_problems(scene, row["camera"], pictures["image"].shape)


def _picture_problems(pictures: dict[str, np.ndarray]) -> Iterator[str]:
    """Sizes and types, and that mask and depth have one sky."""
    kinds = {"image": (3, np.uint8), "mask": (2, np.uint8), "depth": (2, np.uint16), "normal": (3, np.uint8)}
    for name in ("image", "mask", "depth"):
        if name not in pictures:
            yield f"{name} is missing"
    sound = True
    for name, array in pictures.items():
        dimensions, kind = kinds[name]
        array_kind = np.uint16 if array.dtype == np.int32 else array.dtype  # Pillow before 11 opens 16 bits as 32
        if array.ndim != dimensions or array_kind != kind or array.shape[:2] != pictures.get("image", array).shape[:2]:
            sound = False
            yield f"{name} is {array.shape} {array.dtype}; allowed: {dimensions} dimensions of {kind.__name__}, of one size"
    if sound and {"mask", "depth"} <= set(pictures) and not (pictures["depth"][pictures["mask"] == 0] == 65535).all():
        yield "depth is not 65535 everywhere in the sky of the mask"
    if sound and {"mask", "normal"} <= set(pictures):
        vectors = pictures["normal"][pictures["mask"] != 0] / 127.5 - 1
        if len(vectors) and abs(np.median(np.linalg.norm(vectors, axis=1)) - 1) > 0.05:
            yield "normals are not of length 1"


def _mask_problems(scene: Scene, mask: np.ndarray) -> Iterator[str]:
    """Numbers of the mask, and their counts, are those of the program."""
    counts = np.bincount(mask.ravel(), minlength=256)
    count = len(scene.objects)
    if strangers := [int(i) for i in np.flatnonzero(counts[:255]) if i > count]:
        yield f"the mask has {', '.join(map(str, strangers[:5]))}; the program has {count} objects"
    for i, thing in enumerate(scene.objects):
        if thing.pixels != counts[i + 1]:
            yield f"object {i} ({thing.appearance}) has {thing.pixels} pixels in the program, {counts[i + 1]} in the mask"
    pixels = [thing.pixels for thing in scene.objects]
    if pixels != sorted(pixels, reverse=True):
        yield "objects are not sorted by pixels"


def _object_problems(scene: Scene, row: dict[str, Any], mask: np.ndarray) -> Iterator[str]:
    """The objects column says what program and mask say."""
    told = row["objects"]
    if len(told) != len(scene.objects):
        yield f"{len(told)} objects in the column, {len(scene.objects)} in the program"
        return
    if not -1 <= row["subject"] < len(told):
        yield f"subject is {row['subject']}; allowed: -1 to {len(told) - 1}"
    for i, (thing, object_) in enumerate(zip(scene.objects, told, strict=True)):
        name = f"object {i} ({thing.appearance})"
        same = {"asset": thing.appearance, "category": thing.category, "pixels": thing.pixels}
        same["family"] = str(thing.appearance).partition("/")[0]
        for key, value in same.items():
            if object_[key] != value:
                yield f"{name}: {key} is {object_[key]!r} in the column, {value!r} in the program"
        for key in ("location", "rotation", "height"):
            if np.abs(np.subtract(object_[key], getattr(thing, key))).max() > _STEP:
                yield f"{name}: {key} differs from the program"
        if abs(object_["distance"] - np.linalg.norm(thing.location)) > 2 * _STEP:
            yield f"{name}: distance is {object_['distance']:.3f} m, its place is {np.linalg.norm(thing.location):.3f} m away"
        box = box_of(mask == i + 1)
        if box and (len(object_["box"] or ()) != 4 or np.abs(np.subtract(object_["box"], box)).max() > _EXACT):
            yield f"{name}: box is {object_['box']}, that of its mask {box}"
        for key in ("occluded", "outside"):
            if not -_EXACT <= object_[key] <= 1 + _EXACT:
                yield f"{name}: {key} is {object_[key]}; allowed: 0 to 1"
        yield from (f"{name}: {problem}" for problem in _joint_problems(scene, object_["joints"] or [], mask.shape))


def _joint_problems(scene: Scene, joints: list[dict[str, Any]], shape: tuple[int, ...]) -> Iterator[str]:
    for joint in joints:
        if joint["visible"] not in (0, 1, 2):
            yield f"joint {joint['name']}: visible is {joint['visible']}; allowed: 0, 1, 2"
        if not joint["visible"]:
            continue
        place = np.array(joint["location"])
        if place[2] >= 0 or np.abs(project(place, scene.camera.fov, shape[1] / shape[0]) - joint["spot"]).max() > _SPOT:
            yield f"joint {joint['name']}: spot {joint['spot']} is not where {joint['location']} shows"
        elif min(joint["spot"]) < 0 or max(joint["spot"]) > 1:
            yield f"joint {joint['name']}: visible is {joint['visible']}, but its spot lies outside the picture"


def _camera_problems(scene: Scene, camera: dict[str, Any], shape: tuple[int, ...]) -> Iterator[str]:
    """The camera column says what the program says, and its matrices are those of such a camera."""
    for key in ("pitch", "height", "fov"):
        if abs(camera[key] - getattr(scene.camera, key)) > _STEP:
            yield f"camera {key} is {camera[key]} in the column, {getattr(scene.camera, key)} in the program"
    height, width = shape[:2]
    wanted = intrinsics(scene.camera.fov, width, height)
    if len(camera["intrinsics"]) != 9 or np.abs(np.reshape(camera["intrinsics"], (3, 3)) - wanted).max() > _EXACT * wanted[0, 0] + _SPOT:
        yield f"intrinsics are {camera['intrinsics']}, those of the program {wanted.ravel().tolist()}"
    matrix = np.array(camera["world_to_camera"])
    if matrix.shape != (16,):
        yield f"world_to_camera has {matrix.size} numbers; allowed: 16"
        return
    turn, last = matrix.reshape(4, 4)[:3, :3], matrix.reshape(4, 4)[3]
    if np.abs(turn @ turn.T - np.eye(3)).max() > _EXACT or np.linalg.det(turn) < 0 or np.abs(last - [0, 0, 0, 1]).max() > _EXACT:
        yield "world_to_camera is no rigid motion"
    elif abs(turn[2, 2] + np.cos(np.radians(scene.camera.pitch))) > 1e-4:
        yield f"world_to_camera does not look down as a pitch of {scene.camera.pitch} does"
