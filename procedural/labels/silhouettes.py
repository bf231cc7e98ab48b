"""The whole outline of an object as if nothing stood before it, inside the picture and around it.

Drawn by scanlines, in plain numpy: where an edge of the contour crosses the line through the centres of a row of pixels,
a layer of the mesh begins or ends. A pixel belongs to the object if its centre lies in a triangle, which is what the
renderer sees on average. Nothing is simplified.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from procedural.labels.edges import contour, edges_of
from procedural.labels.shapes import Shape
from raw.scene import Camera, SceneObject

NEAR = 0.02  # metres along the viewing axis; nearer things are cut off, as by the renderer
REACH = 2.0  # pictures that count beyond each edge of the picture; what lies farther out is not looked at
_CELLS = 128  # along the longer side of the canvas on which the outside is estimated


class Silhouette(NamedTuple):
    """An object's outline as if alone."""

    inside: np.ndarray  # (H, W) bool
    outside: float  # share of its area that lies beyond the picture's edges, 0-1


def silhouette(shape: Shape, thing: SceneObject, camera: Camera, width: int, height: int) -> Silhouette:
    """Outline of ``thing`` in a picture of width x height pixels.

    The outside is estimated on a canvas that holds the object and at most REACH pictures beyond each edge, in cells of a
    pixel or, for objects larger than that, of a share of their size. What lies behind the camera counts nowhere.
    """
    inside = np.zeros((height, width), dtype=bool)
    points, ends, weights = _outline(shape, thing)
    if not points.size:
        return Silhouette(inside, 1.0)
    spots = _pixels(points, camera.fov, width, height)
    low, high, frame = spots.min(axis=1), spots.max(axis=1), np.array([width, height])
    start, end = np.clip(np.floor(low), 0, frame).astype(int), np.clip(np.ceil(high), 0, frame).astype(int)
    inside[start[1] : end[1], start[0] : end[0]] = coverage(spots - start[:, None], ends, weights, *(end - start))
    if (low >= 0).all() and (high <= frame).all():
        return Silhouette(inside, 0.0)
    low, high = np.maximum(low, -REACH * frame), np.minimum(high, (1 + REACH) * frame)
    if (low >= high).any():
        return Silhouette(inside, 1.0)
    cell = max(1.0, float((high - low).max()) / _CELLS)
    start, end = np.floor(low / cell).astype(int), np.ceil(high / cell).astype(int)
    around = coverage(spots / cell - start[:, None], ends, weights, *(end - start))
    total = np.count_nonzero(around)
    seen = np.count_nonzero(around & _within(frame, start, end, cell))
    return Silhouette(inside, 1 - seen / total if total else float(not inside.any()))


def coverage(spots: np.ndarray, ends: np.ndarray, weights: np.ndarray, width: int, height: int) -> np.ndarray:
    """(H, W) bool, the cells of a canvas whose centres lie in a figure.

    ``spots`` is (2, V), x right and y down, in cells from the canvas's upper left corner; ``ends`` (2, N) the vertices of
    the figure's edges, and ``weights`` (N,) how many more layers lie on the right of an edge than on its left.
    """
    x, y = spots
    rows = np.clip(np.ceil(y - 0.5), 0, height).astype(np.int32)  # the first centres at or below each vertex
    start, end = rows[ends[0]], rows[ends[1]]
    crossing = np.flatnonzero(start != end)
    start, end, weights = start[crossing], end[crossing], weights[crossing]
    a, b = ends[0][crossing], ends[1][crossing]  # one row at a time: numpy gathers from both at once ten times slower
    slope = (x[b] - x[a]) / (y[b] - y[a])
    at = x[a] - (y[a] - 0.5) * slope - 0.5  # where the edge crosses the first row of the canvas
    more, counts = np.where(end > start, -weights, weights), np.abs(end - start)
    pair = np.repeat(np.arange(len(counts)), counts)
    row = np.arange(len(pair)) - (np.cumsum(counts) - counts - np.minimum(start, end))[pair]
    column = np.clip(np.ceil(at[pair] + row * slope[pair]), 0, width).astype(np.int64)
    steps = np.bincount(row * (width + 1) + column, weights=more[pair], minlength=height * (width + 1))
    return np.cumsum(steps.reshape(height, width + 1), axis=1)[:, :width] > 0.5


def _outline(shape: Shape, thing: SceneObject) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points (3, V) in the camera frame, all before the near plane, and the contour's ends (2, N) and weights (N,)."""
    points = shape.placed(shape.points, thing)
    if not points.size or points[2].max() <= -NEAR:
        return points, *contour(shape.edges, shape.camera(thing))
    points, faces = cut_near(points.astype(np.float64), shape.faces)  # near the plane pixels are large numbers
    return points, *contour(edges_of(points, faces), np.zeros(3))


def _within(frame: np.ndarray, start: np.ndarray, end: np.ndarray, cell: float) -> np.ndarray:
    """(rows, columns) bool, the cells of a canvas whose centres lie in the picture."""
    columns, rows = (((at := (np.arange(a, b) + 0.5) * cell) >= 0) & (at < side) for a, b, side in zip(start, end, frame, strict=True))
    return rows[:, None] & columns


def _pixels(points: np.ndarray, fov: float, width: int, height: int) -> np.ndarray:
    """(3, V) points before the camera -> (2, V) pixels from the upper left corner, x right and y down."""
    scale = points.dtype.type(height / 2 / np.tan(np.radians(fov) / 2)) / -points[2]
    return np.stack([width / 2 + points[0] * scale, height / 2 - points[1] * scale])


def cut_near(points: np.ndarray, faces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points (3, V) of the camera frame and triangles (3, F), cut off at the near plane; no point is left behind it."""
    behind = points[2] > -NEAR
    tips, stumps = _odd_first(faces, behind, 2), _odd_first(faces, behind, 1)
    new = [_at_plane(points[:, some[0]], points[:, some[i]]) for some in (tips, stumps) for i in (1, 2)]
    sizes = [part.shape[1] for part in new]
    b, c, d, e = np.split(points.shape[1] + np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    cut = [(tips[0], b, c), (d, stumps[1], stumps[2]), (d, stumps[2], e)]
    faces = np.concatenate([faces[:, ~behind[faces].any(axis=0)], *(np.stack(part) for part in cut)], axis=1)
    used, faces = np.unique(faces, return_inverse=True)
    return np.concatenate([points, *new], axis=1)[:, used], faces.reshape(3, -1)


def _odd_first(faces: np.ndarray, behind: np.ndarray, count: int) -> np.ndarray:
    """The triangles (3, N) with ``count`` corners behind the plane, turned so that the corner that is alone is first."""
    some = faces[:, behind[faces].sum(axis=0) == count]
    odd = (behind[some] == (count == 1)).argmax(axis=0)
    return np.take_along_axis(some, (odd + np.arange(3)[:, None]) % 3, axis=0)


def _at_plane(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(3, N) points where the lines from a to b meet the near plane."""
    share = (-NEAR - a[2]) / (b[2] - a[2])
    points = a + share * (b - a)
    points[2] = -NEAR
    return points
