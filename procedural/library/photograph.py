"""How a person photographs one thing: where they stand, how they hold the camera, and the light they find."""

from __future__ import annotations

import numpy as np

from procedural.chance import log_uniform
from raw.geometry import camera_to_world, matrix_to_quaternion, project, rotation_z
from raw.language import quantized
from raw.library import AssetRecord
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from raw.terrain import Terrain

FILL = (0.6, 0.8)  # of the frame, by the longer side of what is photographed
SUN = 115.0  # degrees, the most that the sun stands off from straight behind the camera
_FRAME = 0.04  # of the frame, kept free at its edges
_STEPS = 40  # of the search for the distance
_FOV = (11.0, 34.0)  # degrees, vertical: tele lenses, as animals do not let people near
_RELIEF = 0.08  # of the subject's height, the most that the ground goes up and down before it


def photograph(record: AssetRecord, vertices: np.ndarray, ground: str, rng: np.random.Generator) -> Scene:
    """A scene (resolved form) of one asset on a ground: a side of it (of animals seldom the back), daylight, FILL of a square frame.

    ``vertices`` (V, 3) are those of its mesh, asset frame; ``ground`` is the asset id of the ground.
    """
    view_rng, light_rng, place_rng = rng.spawn(3)
    yaw, fov = _side(view_rng), log_uniform(view_rng, *_FOV)
    eye, share, spot = eye_height(record.height, view_rng), view_rng.uniform(*FILL), view_rng.uniform(-1, 1, 2)
    relief = min(log_uniform(place_rng, 0.02, 0.2), _RELIEF * record.height)
    land = Ground(ground, relief, (*place_rng.uniform(-300, 300, 2), 0.0), int(place_rng.integers(1, 2**31 - 1)))
    turned = np.asarray(vertices, dtype=np.float64) @ rotation_z(yaw).T
    place, pitch = _stand(turned, fov, eye, share, spot)
    up = float(Terrain(land).height(place[:1], place[1:2])[0])
    to_camera = camera_to_world(pitch).T
    thing = SceneObject(record.category, tuple((to_camera @ place).tolist()), record.height, _quaternion(to_camera, yaw), record.id)
    return quantized(Scene(light(light_rng), Camera(pitch, max(up - place[2], 0.03), fov), land, (thing,)))


def _side(rng: np.random.Generator) -> float:
    """Yaw in degrees, 0 face on: people wait until an animal shows its side or its face, and take one picture in sixteen from behind."""
    return float(rng.choice([-1, 1]) * 180 * rng.beta(2.2, 3.0))


def landscape(ground: str, rng: np.random.Generator) -> Scene:
    """A scene (resolved form) of a ground alone, from a person's height, up to over the horizon or a little less."""
    view_rng, light_rng, place_rng = rng.spawn(3)
    camera = Camera(view_rng.uniform(66, 84), view_rng.uniform(1.2, 1.9), log_uniform(view_rng, 35, 55))
    land = Ground(ground, log_uniform(place_rng, 0.05, 0.3), (*place_rng.uniform(-300, 300, 2), 0.0), int(place_rng.integers(1, 2**31 - 1)))
    return quantized(Scene(light(light_rng), camera, land))


def eye_height(height: float, rng: np.random.Generator) -> float:
    """Metres that a camera is over the ground for something so high: about its eyes or a little over, as far as a person reaches."""
    return min(height * rng.uniform(0.85, 1.15) + rng.uniform(0.03, 0.2), rng.uniform(1.5, 2.4))


def _quaternion(to_camera: np.ndarray, yaw: float) -> tuple[float, float, float, float]:
    w, x, y, z = matrix_to_quaternion(to_camera @ rotation_z(yaw)).tolist()
    return (w, x, y, z)


def _stand(points: np.ndarray, fov: float, eye: float, share: float, spot: np.ndarray) -> tuple[np.ndarray, float]:
    """Place (3,) of the base of (V, 3) points as seen from the camera, metres in a z-up frame, and the camera's pitch, degrees.

    The longer side of the points' box takes ``share`` of the frame; ``spot`` (2,) in -1..1 moves the box from the middle.
    Close to something low a person crouches, so as to see it from the side rather than from above.
    """
    half = np.tan(np.radians(fov / 2))
    place, pitch = np.array([0.0, float(np.ptp(points, axis=0).max()) / (2 * half * share), -eye]), 90.0
    for _ in range(_STEPS):
        place[2] = -min(eye, max(0.3 * place[1], 0.08))
        low, high = _box(points + place, pitch, fov)
        taken = float((high - low).max())
        off = 0.5 + spot * max((1 - taken) / 2 - _FRAME, 0.0) - (low + high) / 2
        place[0] += off[0] * 2 * half * place[1]
        pitch = float(np.clip(pitch + np.degrees(np.arctan(off[1] * 2 * half)), 30, 125))
        place[1] *= 1 + 0.7 * (taken / share - 1)
        place[1] = max(place[1], float(np.linalg.norm(points[:, :2], axis=1).max()) + 0.1)
    return place, pitch


def _box(points: np.ndarray, pitch: float, fov: float) -> tuple[np.ndarray, np.ndarray]:
    """Corners (2,), (2,) in the picture, as fractions of it, of points (V, 3) given from the camera in a z-up frame."""
    spots = project(points @ camera_to_world(pitch), fov)
    return spots.min(axis=0), spots.max(axis=0)


def light(rng: np.random.Generator) -> Sky:
    """A clear or hazy day, morning or afternoon, the sun behind the camera or at its side."""
    off = SUN * rng.beta(1.2, 1.6)
    return Sky(
        sun_size=log_uniform(rng, 0.5, 3),
        sun_intensity=rng.uniform(0.9, 1.5),
        sun_elevation=rng.uniform(20, 52),
        sun_rotation=180 + float(rng.choice([-1, 1])) * off,
        air=rng.uniform(0.7, 1.6),
        dust=log_uniform(rng, 0.3, 1.5),
        ozone=rng.uniform(0.5, 2.5),
        strength=log_uniform(rng, 0.18, 0.35),
        density=log_uniform(rng, 0.0003, 0.003),
    )
