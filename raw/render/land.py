"""The frame that scenes are built in: the land, so that many cameras on one land share its meshes and the light over it.

Stage coordinates are metres, x east, y north, z up, from the middle of the square of land that the camera stands in. The
ground under a camera without a phase is at the origin.
"""

from __future__ import annotations

import numpy as np

from raw.geometry import rotation_z
from raw.scene import Ground
from raw.terrain import Terrain

_CELL = 320.0  # metres; cameras in one square of this side share a stage


class Stage:
    """Where the camera of a scene stands on its stage."""

    def __init__(self, ground: Ground) -> None:
        self.heading = ground.phase[2]  # degrees clockwise from north
        u, v = (float(np.round(place / _CELL) * _CELL) + 0.0 for place in ground.phase[:2])
        self.origin = (u, v)  # metres on the land; never -0.0, which has another name
        self.terrain = Terrain(Ground(relief=ground.relief, phase=(u, v, 0.0), seed=ground.seed))  # its world frame is the stage
        x, y = ground.phase[0] - u, ground.phase[1] - v
        self.camera = np.array([x, y, float(self.terrain.height(np.array([x]), np.array([y]))[0])])  # the ground under it

    @property
    def matrix(self) -> np.ndarray:
        """(4, 4) from the world frame of the scene, which has its origin on the ground under the camera, to the stage."""
        matrix = np.eye(4)
        matrix[:3, :3] = rotation_z(-self.heading)
        matrix[:3, 3] = self.camera
        return matrix
