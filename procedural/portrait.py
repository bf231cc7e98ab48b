"""Portraits: an asset drawn alone, which is what its appearance embedding is made of (DESIGN: paper, section 3.2)."""

from __future__ import annotations

import numpy as np

from raw.geometry import camera_to_world, matrix_to_quaternion, rotation_z
from raw.mesh import GroundMaterial
from raw.scene import CATEGORIES, Camera, Ground, Scene, SceneObject, Sky

STUDIO = "studio/0000"  # the plain ground that portraits are taken on; in every library, never looked up by appearance
STUDIO_GROUND = GroundMaterial(np.array([[128, 122, 112], [118, 112, 104]], dtype=np.uint8), 3.0, 0.05, 0.9, ())

_FOV, _PITCH, _FILL = 30.0, 82.0, 0.8
_SKY = Sky(sun_elevation=45.0, sun_rotation=-140.0, density=0.0, strength=0.2)


def portrait(asset: str, category: str, vertices: np.ndarray, yaw: float) -> Scene:
    """The scene of one asset seen at ``yaw`` degrees (0 faces the camera), filling most of the frame.

    ``vertices`` (V, 3) are those of its mesh.
    """
    if category not in CATEGORIES:
        raise ValueError(f"category {category!r} is no object category; allowed: {', '.join(CATEGORIES)}")
    height = float(vertices[:, 2].max())
    radius = float(np.linalg.norm(vertices - [0, 0, height / 2], axis=1).max())
    distance = radius / (_FILL * np.sin(np.radians(_FOV / 2)))
    middle = np.array([0.0, 0.0, -distance])  # of the asset, camera frame
    to_camera = camera_to_world(_PITCH).T
    base = middle - to_camera @ np.array([0.0, 0.0, height / 2])
    eye = -float((camera_to_world(_PITCH) @ base)[2])  # height of the camera over the asset's base
    rotation = matrix_to_quaternion(to_camera @ rotation_z(yaw))
    thing = SceneObject(category, tuple(base), height, tuple(rotation), asset)
    return Scene(_SKY, Camera(_PITCH, max(eye, 0.02), _FOV), Ground(STUDIO), (thing,))


def ground_portrait(asset: str) -> Scene:
    """The scene of a ground alone, up to just under the horizon."""
    return Scene(_SKY, Camera(pitch=62.0, height=1.6, fov=50.0), Ground(asset))
