"""Rows of the paper's data as scenes of our language.

The camera frame is the same in both: x right, y up, -z forward, metres. So is the camera's pitch, but for its unit.
"""

from __future__ import annotations

import numpy as np

from raw.geometry import camera_to_world, matrix_to_quaternion, nearest_rotation, rotation_z
from raw.grammar import SCENE_STATEMENTS
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from training.paper.config import FRONTS, PaperConfig
from training.paper.rows import PaperDataError, PaperObject, PaperRow
from training.paper.vectors import ENVIRONMENT, Environments, PaperAppearances

_SKY = {slot.field: slot for statement in SCENE_STATEMENTS if statement.part == "sky" for slot in statement.slots}


class Scenes:
    """Turns rows into scenes."""

    def __init__(self, config: PaperConfig, appearances: PaperAppearances, environments: Environments) -> None:
        self.config, self.appearances, self.environments = config, appearances, environments
        # our assets face -y
        self._front = rotation_z(90.0 * FRONTS.index(config.asset_front))

    def scene(self, row: PaperRow, side: int, source: str) -> Scene:
        """The scene of a row, in resolved form; ``side`` is the longer side of its picture, in pixels.

        Objects whose base lies behind the camera are left out: the language's locations are places in the picture.
        ``source`` is named in errors, which are PaperDataError.
        """
        counted = self.config.counted_at or side
        scale = (self.config.pixels_at / counted) ** 2
        things = [
            self._object(thing, row, scale, f"{source}: objects[{i}]") for i, thing in enumerate(row.objects) if thing.location[2] < 0
        ]
        camera = Camera(float(np.degrees(row.pitch)), self.config.camera_height, self.config.fov)
        ground = Ground(self.appearances.ground(row.scene, f"{source}: prefix"), self.config.relief)
        objects = tuple(sorted(things, key=lambda thing: -thing.pixels))
        return Scene(self._sky(row, source), camera, ground, objects)

    def _sky(self, row: PaperRow, source: str) -> Sky:
        values = self.environments.of(row.scene, f"{source}: prefix")
        if self.config.sun_size == "radians":
            values["sun_size"] = float(np.degrees(values["sun_size"]))
        values["sun_rotation"] = (360.0 + values["sun_rotation"] + float(np.degrees(row.yaw))) % 360.0  # nan stays nan
        for name in ENVIRONMENT:
            low, high = _SKY[name].low, _SKY[name].high
            if not low <= values[name] <= high:  # also refuses nan
                unit = _SKY[name].unit
                raise PaperDataError(
                    f"{self.environments.path}: {name} of {row.scene!r} is {values[name]:g} {unit}; allowed: {low:g} to {high:g} {unit}"
                )
        return Sky(**values)

    def _object(self, thing: PaperObject, row: PaperRow, scale: float, source: str) -> SceneObject:
        rotation = self.rotation(thing, row, source)
        return SceneObject(
            category=thing.category,
            location=thing.location,
            height=thing.height,
            rotation=tuple(float(v) for v in matrix_to_quaternion(rotation)),
            appearance=self.appearances.asset(thing.category, thing.place, f"{source}.emb_i"),
            pixels=round(thing.pixels * scale),
        )

    def rotation(self, thing: PaperObject, row: PaperRow, source: str) -> np.ndarray:
        """(3, 3) from our asset frame to the camera's."""
        if not np.linalg.det(thing.rotation) > 1e-9:
            raise PaperDataError(f"{source}.rotation has determinant {np.linalg.det(thing.rotation):g}; allowed: that of a rotation, 1")
        rotation = nearest_rotation(thing.rotation) @ self._front
        if self.config.rotation_frame == "world":
            rotation = (rotation_z(float(np.degrees(row.yaw))) @ camera_to_world(float(np.degrees(row.pitch)))).T @ rotation
        return rotation
