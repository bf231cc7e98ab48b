"""Small scenes for the tests of executor and library, built from world coordinates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from raw.geometry import camera_to_world, matrix_to_quaternion, quaternion_to_matrix, rotation_z
from raw.scene import Camera, Ground, Scene, SceneObject, Sky

ZEBRA, ACACIA, GRANITE, DIRT = "zebra/0000", "acacia/0000", "granite/0000", "dirt/0000"
CAMERA = Camera(pitch=85.0, height=1.6, fov=45.0)


def standing(
    category: str, asset: str, place: tuple[float, float], height: float, yaw: float = 0.0, camera: Camera = CAMERA
) -> SceneObject:
    """A thing upright on flat ground at world x, y; yaw 0 faces where the camera stands, counter-clockwise from above."""
    to_camera = camera_to_world(camera.pitch).T
    location = to_camera @ np.array([*place, -camera.height])
    return SceneObject(category, tuple(location), height, tuple(matrix_to_quaternion(to_camera @ rotation_z(yaw))), asset)


def zebra_scene(*, sky: Sky | None = None, camera: Camera = CAMERA) -> Scene:
    """A zebra side on and a boulder, in front of an acacia, on flat dirt."""
    things = (
        standing("herbivore", ZEBRA, (0.6, 7.0), 1.5, 90.0, camera),
        standing("boulder", GRANITE, (-1.8, 6.0), 0.9, 10.0, camera),
        standing("tree", ACACIA, (-3.0, 20.0), 6.0, 200.0, camera),
    )
    return Scene(sky or Sky(), camera, Ground(DIRT), things)


def base_in_world(thing: SceneObject, camera: Camera) -> np.ndarray:
    """(3,) world position of a thing's base centre."""
    return camera_to_world(camera.pitch) @ np.array(thing.location) + [0.0, 0.0, camera.height]


def in_camera_frame(thing: SceneObject, vertices: np.ndarray) -> np.ndarray:
    """Vertices (V, 3) of a thing's asset, as the camera sees them."""
    scale = thing.height / vertices[:, 2].max()
    return scale * vertices @ quaternion_to_matrix(np.array(thing.rotation)).T + np.array(thing.location)


def blender(*arguments: object, programs: list[str] | None = None) -> Any:
    """What ``blender_probe.py`` prints."""
    root = Path(__file__).parent
    command = [sys.executable, str(root / "blender_probe.py"), *map(str, arguments)]
    environment = os.environ | {"PYTHONPATH": str(root.parent)}
    done = subprocess.run(command, input=json.dumps(programs), capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
