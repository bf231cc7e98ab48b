"""A library of boxes, real files and quick to write, for the tests of worlds and views."""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from procedural.library.make import FAMILIES, GROUND_KINDS
from raw.library import AssetRecord, Library, save_ground, save_mesh
from raw.mesh import GroundMaterial, Mesh

HEIGHTS = {"bird": 0.5, "boulder": 0.9, "bush": 0.8, "carnivore": 1.0, "herbivore": 1.5, "tree": 9.0}
_FACES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 7, 5], [4, 6, 7], [0, 5, 1], [0, 4, 5], [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]]
)


def box(width: float, length: float, low: float, high: float) -> Mesh:
    corners = [[x * width / 2, y * length / 2, z] for z in (low, high) for y in (-1, 1) for x in (-1, 1)]
    return Mesh(np.array(corners, dtype=np.float32), _FACES.astype(np.int32), np.full((8, 3), 120, dtype=np.uint8))


def _shape(category: str, height: float) -> Mesh:
    """Animals twice as long as wide; trees with a thin trunk under a crown."""
    if category != "tree":
        return box(0.5 * height, height, 0.0, height)
    trunk, crown = box(0.4, 0.4, 0.0, 0.5 * height), box(0.5 * height, 0.5 * height, 0.5 * height, height)
    return Mesh(
        np.concatenate([trunk.vertices, crown.vertices]),
        np.concatenate([trunk.faces, crown.faces + len(trunk.vertices)]),
        np.concatenate([trunk.colors, crown.colors]),
    )


@cache
def scene_library() -> Library:
    """Two individuals of every family and one of every ground; of birds the second flies, of four-legged animals it walks."""
    folder = tempfile.TemporaryDirectory(prefix="scene-library-")
    atexit.register(folder.cleanup)
    path, records = Path(folder.name), []
    for family in FAMILIES.values():
        for i in (0, 1):
            height = HEIGHTS[family.category] * (1 + 0.1 * i)
            bird = family.category == "bird"
            parameters = {"flying": float(i), "pose": 5.0 * i} if bird else {"pose": float(i)}
            if family.name in ("oak", "maple"):
                parameters["season"] = 1.0 + i
            save_mesh(path, f"{family.name}/{i:04d}", _shape(family.category, height), None, parameters)
            records.append(AssetRecord(f"{family.name}/{i:04d}", family.name, family.category, "", height, i))
    for name in GROUND_KINDS:
        save_ground(path, f"{name}/0000", GroundMaterial(np.array([[120, 100, 70], [130, 110, 80]], dtype=np.uint8), 3.0, 0.2, 0.9, ()))
        records.append(AssetRecord(f"{name}/0000", name, "ground", "", 0.0, 0))
    return Library(path, tuple(records), np.array([0.0]), "")
