"""One to three things on flat ground, as CLEVR has them, in a region of places in the picture and depths.

Training sees the black cells of a checkerboard over (place across the picture, log depth), 5 to 15 m deep. Tests also see
its white cells (*holes*) and depths of 15 to 20 m (*beyond*). The board is its own mirror image.
"""

from __future__ import annotations

import numpy as np

from procedural.chance import log_uniform
from procedural.library.photograph import light
from raw.geometry import camera_to_world, matrix_to_quaternion, rotation_z
from raw.language import quantized
from raw.library import AssetRecord
from raw.scene import Camera, Ground, Scene, SceneObject

REGIONS = ("inside", "holes", "beyond")
CAMERA = Camera(pitch=72.0, height=3.0, fov=50.0)
NEAR, FAR, BEYOND = 5.0, 15.0, 20.0  # metres of depth
EDGE = 0.85  # how far things stand from the middle of the picture, its border being 1
COLUMNS, ROWS = 5, 4  # of the checkerboard
_APART = 0.3  # across the picture, so that things do not hide each other
_TRIES = 1000
_HALF = float(np.tan(np.radians(CAMERA.fov / 2)))


def region_of(location: tuple[float, float, float]) -> str:
    """The region of a place in the camera frame, as seen by ``CAMERA``."""
    x, _, z = location
    if -z > FAR:
        return "beyond"
    column = int((x / (-z * _HALF) + EDGE) / (2 * EDGE) * COLUMNS)
    row = int(np.log(-z / NEAR) / np.log(FAR / NEAR) * ROWS)
    return REGIONS[(column + row) % 2]


def sample_scene(region: str, things: list[AssetRecord], ground: str, rng: np.random.Generator) -> Scene:
    """A scene (resolved form) whose things all stand in one region."""
    light_rng, place_rng, thing_rng = rng.spawn(3)
    objects: list[SceneObject] = []
    wanted = int(thing_rng.integers(1, 4))
    for _ in range(_TRIES):
        if len(objects) == wanted:
            break
        place = _place(region, place_rng)
        across = place[0] / (-place[2] * _HALF)
        if region_of(place) == region and all(abs(across + o.location[0] / (o.location[2] * _HALF)) > _APART for o in objects):
            objects.append(_thing(things[int(thing_rng.integers(len(things)))], place, thing_rng))
    return quantized(Scene(light(light_rng), CAMERA, Ground(ground), tuple(objects)))


def _place(region: str, rng: np.random.Generator) -> tuple[float, float, float]:
    """A place on the ground, camera frame, to the millimetre."""
    depth = log_uniform(rng, FAR, BEYOND) if region == "beyond" else log_uniform(rng, NEAR, FAR)
    turn = camera_to_world(CAMERA.pitch)
    x, y = rng.uniform(-EDGE, EDGE) * depth * _HALF, (turn[2, 2] * depth - CAMERA.height) / turn[2, 1]
    return (round(x, 3), round(float(y), 3), -round(depth, 3))


def _thing(record: AssetRecord, place: tuple[float, float, float], rng: np.random.Generator) -> SceneObject:
    w, x, y, z = matrix_to_quaternion(camera_to_world(CAMERA.pitch).T @ rotation_z(float(rng.uniform(0, 360)))).tolist()
    return SceneObject(record.category, place, record.height, (w, x, y, z), record.id)
