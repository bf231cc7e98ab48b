"""The edges of a mesh, and those of them that bound what can be seen of it.

Two triangles that both face the camera, or both turn from it, hide the edge between them. What is left, the contour
and the rims of open sheets, says all about an outline, and is a small part of the edges.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Edges(NamedTuple):
    """Every edge of a mesh with the one or two triangles on it. Where more meet, the edge stands there more than once."""

    ends: np.ndarray  # (2, E) int64 vertices
    faces: np.ndarray  # (2, E) int64 triangles; F, one beyond the last, where there is no second
    turn: np.ndarray  # (E,) int8, 1 where the second triangle goes round in the same sense as the first, from end to end, else -1
    normals: np.ndarray  # (3, F) float32 unit vectors
    offsets: np.ndarray  # (F,) float32 metres, of the triangles' planes along their normals


def edges_of(points: np.ndarray, faces: np.ndarray) -> Edges:
    """The edges of (3, V) points and (3, F) triangles."""
    count = faces.shape[1]
    a, b = faces.ravel(), faces[[1, 2, 0]].ravel()
    key = np.minimum(a, b) * points.shape[1] + np.maximum(a, b)
    order = np.argsort(key, kind="stable")
    numbers = np.arange(len(key))
    new = np.diff(key[order], prepend=-1) > 0
    rank = numbers - np.maximum.accumulate(np.where(new, numbers, 0))  # among the triangles on one edge
    first = np.flatnonzero(rank % 2 == 0)
    paired = np.append(rank, 0)[first + 1] % 2 == 1
    one, two = order[first], np.append(order, 0)[first + 1]
    sides = np.stack([one % count, np.where(paired, two % count, count)])
    turn = np.where(a[two] == a[one], 1, -1).astype(np.int8)
    return Edges(np.stack([a[one], b[one]]), sides, turn, *_planes(*points.astype(np.float64).T[faces]))


def _planes(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normals (3, F) and offsets (F,) of triangles with corners (F, 3)."""
    normals = np.cross(b - a, c - a)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
    return np.ascontiguousarray(normals.T, dtype=np.float32), (normals * a).sum(axis=1).astype(np.float32)


def contour(edges: Edges, camera: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges that bound the outline seen from ``camera`` (3,), in the mesh's frame: ends (2, N) and weights (N,).

    The weight is how many more layers of the mesh lie on the right of the edge in the picture, going from its first
    end to its second, than on its left.
    """
    outward = camera.astype(np.float32) @ edges.normals > edges.offsets
    facing = np.append(np.where(outward, np.int8(-1), np.int8(1)), np.int8(0))
    weights = facing[edges.faces[0]] + facing[edges.faces[1]] * edges.turn
    kept = np.flatnonzero(weights)
    return np.stack([edges.ends[0][kept], edges.ends[1][kept]]), weights[kept]
