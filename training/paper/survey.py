"""Do the files mean what we take them to mean? Tested on their first rows before anything is trained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from raw.geometry import camera_to_world
from training.paper.rows import PaperDataError, Rows
from training.paper.scenes import Scenes

ROWS = 64
LARGEST_TILT = 30.0  # degrees; trees and animals stand about upright
STANDING = ("tree", "herbivore", "carnivore")


class Survey(NamedTuple):
    """What the first rows show."""

    rows: int
    objects: int
    in_front: float  # share of the objects whose base lies in front of the camera
    tilt: float  # degrees, median, between the up axis of what stands and that of the world; nan where nothing stands
    reach: float  # 99th percentile of |x| / depth: what shows reaches to the sides of the picture

    @property
    def fov(self) -> float:
        """Degrees, of a picture whose sides lie at ``reach``."""
        return float(2 * np.degrees(np.arctan(self.reach)))


def survey(rows: Rows, scenes: Scenes, count: int = ROWS) -> Survey:
    """Look at the first ``count`` rows."""
    places, tilts = [], []
    count = min(count, len(rows))
    for index in range(count):
        row = rows[index]
        up = camera_to_world(float(np.degrees(row.pitch)))[2]  # in the camera's frame
        for i, thing in enumerate(row.objects):
            places.append(thing.location)
            if thing.category in STANDING:
                rotation = scenes.rotation(thing, row, f"{rows.path} row {index}: objects[{i}]")
                tilts.append(np.degrees(np.arccos(np.clip(up @ rotation[:, 2], -1, 1))))
    found = np.array(places).reshape(-1, 3)
    front = found[found[:, 2] < 0]
    reach = float(np.percentile(np.abs(front[:, 0]) / -front[:, 2], 99)) if len(front) else float("nan")
    return Survey(count, len(found), len(front) / max(1, len(found)), float(np.median(tilts)) if tilts else float("nan"), reach)


def check(rows: Rows, scenes: Scenes) -> None:
    """PaperDataError where positions or rotations cannot be in the frames that the config says."""
    seen = survey(rows, scenes)
    if seen.objects and seen.in_front < 0.5:
        raise PaperDataError(
            f"{rows.path}: {seen.in_front:.0%} of the objects of its first {seen.rows} rows lie in front of the camera; "
            "allowed: at least half, with positions in the camera's frame, -z forward"
        )
    if seen.tilt > LARGEST_TILT:
        raise PaperDataError(
            f"{rows.path}: with paper.rotation_frame {scenes.config.rotation_frame}, what stands in its first {seen.rows} rows is tilted "
            f"by {seen.tilt:.0f} degrees (median); allowed: up to {LARGEST_TILT:g}. The other frame may be the right one"
        )
