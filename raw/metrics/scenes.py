"""Sky, camera and ground of a predicted scene against the true one."""

from __future__ import annotations

import numpy as np

from raw.geometry import horizon
from raw.grammar import SCENE_STATEMENTS
from raw.metrics.objects import same_asset, same_family
from raw.scene import Camera, Scene, Sky

HORIZON_SPAN = (-1.0, 2.0)  # fractions of the picture; one that lies further outside says no more


def circular_error(a: float, b: float) -> float:
    """Absolute difference of two angles in degrees, 0..180."""
    return abs((a - b + 180.0) % 360.0 - 180.0)


def scene_errors(predicted: Scene, true: Scene) -> dict[str, float]:
    """Absolute error of every number of sky, camera and ground, keyed "sky.air", in the slots' own units.

    Circular where the slot is (sun rotation). Optional slots, which no picture can tell, are left out. To these come
    ``sun_degrees``, ``horizon`` and ``horizon_degrees`` (see there), and ``ground_family`` and ``ground_asset``: 1 when right, 0 when
    not, nan when the true scene has no ground asset.
    """
    errors = {}
    for statement in SCENE_STATEMENTS:
        for slot in (s for s in statement.slots if s.kind == "number" and not s.optional):
            a, b = (getattr(getattr(scene, statement.part), slot.field) for scene in (predicted, true))
            errors[f"{statement.part}.{slot.field}"] = circular_error(a, b) if slot.codec == "circular" else abs(a - b)
    errors["sun_degrees"] = sun_degrees(predicted.sky, true.sky)
    errors["horizon"] = horizon_error(predicted.camera, true.camera)
    errors["horizon_degrees"] = horizon_degrees(predicted.camera, true.camera)
    errors["ground_family"] = same_family(predicted.ground.appearance, true.ground.appearance)
    errors["ground_asset"] = same_asset(predicted.ground.appearance, true.ground.appearance)
    return errors


def sun_direction(sky: Sky) -> np.ndarray:
    """(3,) unit vector to the sun: x right of where the camera looks, y along it, z up."""
    up, around = np.radians(sky.sun_elevation), np.radians(sky.sun_rotation)
    return np.array([np.cos(up) * np.sin(around), np.cos(up) * np.cos(around), np.sin(up)])


def sun_degrees(predicted: Sky, true: Sky) -> float:
    """Angle in degrees, 0..180, between the directions to the two suns.

    So a wrong rotation counts little where the sun is high, as it shows little in the shadows.
    """
    a, b = sun_direction(predicted), sun_direction(true)
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))  # exact also where the angle is small


def _line(camera: Camera) -> float:
    return float(np.clip(horizon(camera.pitch, camera.fov), *HORIZON_SPAN))


def horizon_error(predicted: Camera, true: Camera) -> float:
    """Distance of the two horizons as a fraction of the picture's height, 0..3: each is first clipped to -1..2."""
    return abs(_line(predicted) - _line(true))


def horizon_degrees(predicted: Camera, true: Camera) -> float:
    """The same distance as an angle: between the two (clipped) lines drawn in one picture, seen by the true camera.

    So a wrong field of view counts as far as it moves the line, and a wrong pitch alone counts by its degrees.
    """
    half = np.tan(np.radians(true.fov) / 2)
    a, b = (np.degrees(np.arctan((1 - 2 * _line(camera)) * half)) for camera in (predicted, true))
    return float(abs(a - b))
