"""How a person photographs one thing: where they stand, how they hold the camera, and the light they find."""

from __future__ import annotations

import numpy as np

from procedural.world import log_uniform
from raw.geometry import camera_to_world, matrix_to_quaternion, project, rotation_z
from raw.language import quantized
from raw.library import AssetRecord
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from raw.terrain import Terrain

FILL = (0.5, 0.8)  # of the frame, by the longer side of what is photographed
_FRAME = 0.04  # of the frame, kept free at its edges
_STEPS = 30  # of the search for the distance


def photograph(record: AssetRecord, vertices: np.ndarray, ground: str, rng: np.random.Generator) -> Scene:
    """A scene (resolved form) of one asset on a ground: any side of it, any light of the day, FILL of a square frame.

    ``vertices`` (V, 3) are those of its mesh, asset frame; ``ground`` is the asset id of the ground.
    """
    view_rng, light_rng, place_rng = rng.spawn(3)
    yaw, fov = view_rng.uniform(0, 360), log_uniform(view_rng, 22, 48)
    eye, share, spot = view_rng.uniform(0.7, 1.8), view_rng.uniform(*FILL), view_rng.uniform(-1, 1, 2)
    land = Ground(ground, log_uniform(place_rng, 0.02, 0.2), (*place_rng.uniform(-300, 300, 2), 0.0), int(place_rng.integers(1, 2**31 - 1)))
    turned = np.asarray(vertices, dtype=np.float64) @ rotation_z(yaw).T
    distance, height, pitch = _stand(turned, fov, eye, share, spot)
    up = float(Terrain(land).height(np.zeros(1), np.array([distance]))[0])
    to_camera = camera_to_world(pitch).T
    base = to_camera @ np.array([0.0, distance, -height])
    thing = SceneObject(record.category, tuple(base.tolist()), record.height, _quaternion(to_camera, yaw), record.id)
    return quantized(Scene(light(light_rng), Camera(pitch, max(height + up, 0.03), fov), land, (thing,)))


def _quaternion(to_camera: np.ndarray, yaw: float) -> tuple[float, float, float, float]:
    w, x, y, z = matrix_to_quaternion(to_camera @ rotation_z(yaw)).tolist()
    return (w, x, y, z)


def _stand(points: np.ndarray, fov: float, eye: float, share: float, spot: np.ndarray) -> tuple[float, float, float]:
    """Distance and height of the camera over the base of (V, 3) points, metres, and its pitch, degrees.

    The longer side of the points' box takes ``share`` of the frame; ``spot`` (2,) in -1..1 moves the box from the middle.
    Close to something low a person crouches, so as to see it from the side rather than from above.
    """
    half = np.tan(np.radians(fov / 2))
    size = float(np.ptp(points, axis=0).max())
    distance, pitch, height = size / (2 * half * share), 90.0, eye
    for _ in range(_STEPS):
        height = min(eye, max(0.3 * distance, 0.08))
        low, high = _box(points, distance, height, pitch, fov)
        room = max((1 - float((high - low).max())) / 2 - _FRAME, 0.0)
        pitch += float(np.degrees(np.arctan((0.5 + spot[1] * room - (low[1] + high[1]) / 2) * 2 * half)))
        pitch = float(np.clip(pitch, 30, 125))
        distance *= 1 + 0.7 * (float((high - low).max()) / share - 1)
        distance = max(distance, float(np.linalg.norm(points[:, :2], axis=1).max()) + 0.1)
    return distance, height, pitch


def _box(points: np.ndarray, distance: float, height: float, pitch: float, fov: float) -> tuple[np.ndarray, np.ndarray]:
    """Corners (2,), (2,) of the points' box in the picture, as fractions of it."""
    seen = (points + [0.0, distance, -height]) @ camera_to_world(pitch)
    spots = project(seen, fov)
    return spots.min(axis=0), spots.max(axis=0)


def light(rng: np.random.Generator) -> Sky:
    """A clear or hazy day with the sun 15-70 degrees high, anywhere around."""
    return Sky(
        sun_size=log_uniform(rng, 0.5, 3),
        sun_intensity=rng.uniform(0.6, 1.5),
        sun_elevation=rng.uniform(15, 70),
        sun_rotation=rng.uniform(0, 360),
        air=rng.uniform(0.7, 1.6),
        dust=log_uniform(rng, 0.3, 3),
        ozone=rng.uniform(0.5, 2.5),
        strength=log_uniform(rng, 0.15, 0.35),
        density=log_uniform(rng, 0.0003, 0.003),
    )
