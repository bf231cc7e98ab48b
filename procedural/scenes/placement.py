"""Things of a land as a scene's camera sees them: the objects of a scene, at the decimals of its program."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from procedural.scenes.things import Thing
from raw.geometry import camera_to_world
from raw.scene import Scene, SceneObject
from raw.terrain import Terrain


def placed(things: Sequence[Thing], scene: Scene, land: Terrain) -> list[SceneObject]:
    """Objects of ``scene``'s camera and ground, standing on the relief or lifted over it; rounded as the language prints them.

    ``land`` is the terrain at phase 0.
    """
    if not things:
        return []
    x, y, heading = scene.ground.phase
    places = np.array([(t.x, t.y) for t in things])
    level = land.height(np.append(places[:, 0], x), np.append(places[:, 1], y))
    z = level[:-1] - level[-1] + [t.lift for t in things] - scene.camera.height
    cos, sin = np.cos(np.radians(heading)), np.sin(np.radians(heading))
    away = places - [x, y]
    seen = np.stack([cos * away[:, 0] - sin * away[:, 1], sin * away[:, 0] + cos * away[:, 1], z], axis=-1)
    locations = _rounded(seen @ camera_to_world(scene.camera.pitch), 3)
    rotations = _rounded(_rotations(heading - np.array([t.heading for t in things]) + 180.0, scene.camera.pitch), 4)
    heights = _rounded(np.array([t.height for t in things]), 3)
    return [
        SceneObject(t.record.category, tuple(location), height, tuple(rotation), t.record.id)
        for t, location, height, rotation in zip(things, locations, heights, rotations, strict=True)
    ]


def _rounded(values: np.ndarray, decimals: int) -> list:
    return (np.round(values, decimals) + 0.0).tolist()  # no -0.0: the language prints none


def _rotations(yaw: np.ndarray, pitch: float) -> np.ndarray:
    """(N, 4) quaternions asset to camera, w not below 0: a turn by ``yaw`` (N,) degrees about z, then the camera's pitch undone."""
    a, b = -np.radians(pitch) / 2, np.radians(yaw) / 2
    turns = np.stack([np.cos(a) * np.cos(b), np.sin(a) * np.cos(b), -np.sin(a) * np.sin(b), np.cos(a) * np.sin(b)], axis=-1)
    return np.where(turns[:, :1] < 0, -turns, turns)
