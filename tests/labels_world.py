"""A tiny library of boxes, one with joints, and flat pictures of it, for the tests of labels: no renderer, no builders."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from procedural.labels.joints import crossings
from procedural.labels.shapes import shape_of
from raw.library import AssetRecord, Library, save_mesh
from raw.mesh import Mesh, Rig, merge
from raw.scene import Scene

FACES = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)]
OX, CROW, CRATE = "ox/0000", "crow/0000", "crate/0000"


def box_mesh(low: tuple[float, float, float], high: tuple[float, float, float]) -> Mesh:
    """A closed box, triangles counter-clockwise from outside."""
    corners = np.array([(x, y, z) for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])], dtype=np.float32)
    return Mesh(corners, np.array(FACES, dtype=np.int32), np.full((8, 3), 128, np.uint8))


def ox_mesh() -> Mesh:
    """1.5 m high, 2 m long, facing -y: a trunk and four legs, whose left ones stand at x > 0."""
    legs = [box_mesh((x - 0.1, y - 0.1, 0.0), (x + 0.1, y + 0.1, 0.8)) for y in (-0.8, 0.8) for x in (0.3, -0.3)]
    return merge([box_mesh((-0.4, -1.0, 0.7), (0.4, 1.0, 1.5)), *legs])


def ox_rig() -> Rig:
    """A trunk, and a knee in each of the fore legs, named as the families name theirs."""
    names = ("trunk", "chest", "fore0_l", "fore1_l", "fore0_r", "fore1_r", "tail")
    places = [(0, 0.3, 1.1), (0, -0.7, 1.1), (0.3, -0.8, 1.0), (0.3, -0.8, 0.4), (-0.3, -0.8, 1.0), (-0.3, -0.8, 0.4), (0, 0.95, 1.45)]
    positions, parents = np.array(places, dtype=np.float32), np.array([-1, 0, 1, 2, 1, 4, 0], dtype=np.int32)
    weights = np.zeros((len(ox_mesh().vertices), len(names)), dtype=np.float32)
    weights[:, 0] = 1
    return Rig(names, parents, positions, weights, positions)


def box_library(folder: Path) -> Library:
    """An ox with joints, a crow with two of another kind, and a crate of 1 m without."""
    beak = np.array([(0, -0.05, 0.3), (0, -0.1, 0.32)], dtype=np.float32)
    crow = box_mesh((-0.1, -0.15, 0.0), (0.1, 0.15, 0.4))
    save_mesh(folder, OX, ox_mesh(), ox_rig())
    save_mesh(folder, CROW, crow, Rig(("head", "beak"), np.array([-1, 0], np.int32), beak, np.eye(2, dtype=np.float32)[[0] * 8], beak))
    save_mesh(folder, CRATE, box_mesh((-0.5, -0.5, 0.0), (0.5, 0.5, 1.0)))
    rows = ((OX, "herbivore", 1.5), (CROW, "bird", 0.4), (CRATE, "boulder", 1.0))
    records = tuple(AssetRecord(name, name.partition("/")[0], category, "box", height, 0) for name, category, height in rows)
    library = Library(folder, records, np.zeros(1), "none")
    library.save_table()
    return library


def painted(scene: Scene, library: Library, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Index (H, W) and depth (H, W) of the objects of a scene, by a line of sight through the middle of each pixel; sky behind."""
    half = np.tan(np.radians(scene.camera.fov) / 2)
    x, y = np.meshgrid((np.arange(width) + 0.5) * 2 - width, height - (np.arange(height) + 0.5) * 2)
    lines = np.stack([x.ravel() * half / height, y.ravel() * half / height, np.full(x.size, -1.0)], axis=1)
    index, depth = np.zeros(x.size, dtype=np.uint8), np.full(x.size, np.inf, dtype=np.float32)
    for i, thing in enumerate(scene.objects):
        shape = shape_of(library, thing.appearance)
        line, layer, _ = crossings(shape.placed(shape.points, thing), shape.faces, lines)
        nearest = np.full(x.size, np.inf, dtype=np.float32)
        np.minimum.at(nearest, line, layer.astype(np.float32))
        index[nearest < depth] = i + 1
        depth = np.minimum(depth, nearest)
    return index.reshape(height, width), depth.reshape(height, width)
