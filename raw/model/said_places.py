"""Scenes as a corrector of places (``raw.model.places``) reads them, and scenes with its corrections made.

A place is (u, v, log depth) with (u, v) = (x, y) / (depth tan(fov / 2)): u right and v up, v -1..1 inside the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from raw.geometry import half_height, horizon
from raw.grammar import DEPTHS, HEIGHTS
from raw.model.places import PLACE_NUMBERS, SIZE_NUMBERS, PlaceCorrector, SaidThings
from raw.scene import ANIMALS, CATEGORIES, Scene, SceneObject

NEAREST = 0.3  # metres; what is said to be nearer, or behind the camera, is read as if it were there
LOWEST = 0.05  # metres, of a camera
_PITCHES = (30.0, 150.0)  # degrees between which the horizon is told


def said_things(scenes: Sequence[Scene]) -> SaidThings:
    """B scenes as tensors; all as near to 0 and of as little spread as a network likes."""
    most = max((len(scene.objects) for scene in scenes), default=0)
    shape = len(scenes), most
    place, size = torch.zeros(*shape, PLACE_NUMBERS), torch.zeros(*shape, SIZE_NUMBERS)
    category, absent = torch.full(shape, len(CATEGORIES)), torch.ones(shape, dtype=torch.bool)
    for i, scene in enumerate(scenes):
        n = len(scene.objects)
        absent[i, :n] = False
        place[i, :n], size[i, :n] = (torch.from_numpy(values) for values in _numbers(scene))
        category[i, :n] = torch.tensor([_kind(thing) for thing in scene.objects], dtype=torch.int64)
    return SaidThings(torch.from_numpy(np.array([_camera(scene) for scene in scenes], dtype=np.float32)), place, category, size, absent)


def places_of(locations: np.ndarray, fov: float) -> np.ndarray:
    """(N, 3) metres in the camera's frame -> (N, 3) places before a camera of that field of view in degrees."""
    depth = np.maximum(-locations[:, 2], NEAREST)
    return np.column_stack([locations[:, :2] / (depth * half_height(fov))[:, None], np.log(depth)])


def corrected(corrector: PlaceCorrector, scenes: Sequence[Scene], patches: Tensor) -> list[Scene]:
    """Scenes of photos with their objects where the corrector says; ``patches`` (B, N, C) are of the photos.

    An object keeps its size in the picture, so it gets taller as it gets farther. Animals keep their place in it too: theirs are no draws
    (``raw.model.scatter``), and the middle of what is likely is not where one is seen. What is behind the camera stays where it is.
    """
    if not any(scene.objects for scene in scenes):
        return list(scenes)
    said = said_things(scenes)
    with torch.inference_mode():
        shift = corrector(patches, SaidThings(*(value.to(patches.device) for value in said))).shift.cpu()
    places = (said.place + shift).double().numpy()
    return [_moved(scene, there[: len(scene.objects)]) for scene, there in zip(scenes, places, strict=True)]


def _moved(scene: Scene, places: np.ndarray) -> Scene:
    half = half_height(scene.camera.fov)
    return replace(scene, objects=tuple(_at(thing, place, half) for thing, place in zip(scene.objects, places, strict=True)))


def _at(thing: SceneObject, place: np.ndarray, half: float) -> SceneObject:
    before = -thing.location[2]
    if before < NEAREST:
        return thing
    depth = float(np.clip(np.exp(place[2]), *DEPTHS))
    across = np.array(thing.location[:2]) / before if thing.category in ANIMALS else place[:2] * half  # of a metre's depth
    height = float(np.clip(thing.height * depth / before, *HEIGHTS))
    return replace(thing, location=(float(across[0] * depth), float(across[1] * depth), -depth), height=height)


def _numbers(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """(n, PLACE_NUMBERS) and (n, SIZE_NUMBERS) float32 of n objects: where they are; pixels, height in the picture, height."""
    place = places_of(np.array([thing.location for thing in scene.objects], dtype=np.float64).reshape(-1, 3), scene.camera.fov)
    log_height = np.log(np.array([thing.height for thing in scene.objects]))
    log_pixels = np.log(np.maximum([thing.pixels for thing in scene.objects], 1))
    in_picture = log_height - place[:, 2] - np.log(half_height(scene.camera.fov))
    return place.astype(np.float32), np.column_stack([(log_pixels - 5) / 2, in_picture + 2, log_height - 0.7]).astype(np.float32)


def _camera(scene: Scene) -> tuple[float, ...]:
    camera = scene.camera
    line = horizon(float(np.clip(camera.pitch, *_PITCHES)), camera.fov)
    return (camera.pitch - 85) / 15, float(np.log(max(camera.height, LOWEST))), float(np.log(camera.fov / 35)), scene.ground.relief, line


def _kind(thing: SceneObject) -> int:
    return CATEGORIES.index(thing.category) if thing.category else len(CATEGORIES)
