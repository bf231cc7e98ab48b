"""Distances to capsules: the fields that bodies are cut from, and how far a capsule reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from procedural.assets.capsules import Capsule


def _gap(c: Capsule, square: np.ndarray, along: np.ndarray, across: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distance to a capsule and the place along it, of points given by their offsets from `a`: the square of the offset,
    its product with b - a, and its product with the unit axis of the squash."""
    ab, f = np.asarray(c.b, np.float32) - np.asarray(c.a, np.float32), np.float32
    size = float(ab @ ab)
    if c.squash != 1.0:  # space stretched along the axis, in which the capsule is round
        more, lean = 1 / c.squash**2 - 1, float(ab @ _unit_axis(c))
        square, along, size = square + f(more) * across * across, along + f(more * lean) * across, size + more * lean**2
    t = np.clip(along * f(1 / max(size, 1e-12)), 0, 1)
    off = square - t * (2 * along - f(size) * t)
    d = np.sqrt(np.maximum(off, 0)) - (f(c.ra) + f(c.rb - c.ra) * t)
    return d * f(min(c.squash, 1.0)), t


def _unit_axis(c: Capsule) -> np.ndarray:
    axis = np.asarray(c.axis, np.float32)
    return axis / np.linalg.norm(axis)


def distance(p: np.ndarray, c: Capsule) -> tuple[np.ndarray, np.ndarray]:
    """Approximate signed distance (negative inside) of points (N, 3) to a capsule, and the place along it, 0-1."""
    x, y, z = p.T.astype(np.float32) - np.asarray(c.a, np.float32)[:, None]
    return offset_distance(x, y, z, c)


def offset_distance(x: np.ndarray, y: np.ndarray, z: np.ndarray, c: Capsule) -> tuple[np.ndarray, np.ndarray]:
    """As `distance`, of offsets from `a` that broadcast against one another."""
    u, v, w = (np.asarray(c.b, np.float32) - np.asarray(c.a, np.float32)).tolist()
    i, j, k = _unit_axis(c).tolist() if c.squash != 1.0 else (0.0, 0.0, 0.0)
    f = np.float32
    along = f(u) * x + f(v) * y + f(w) * z
    across = f(i) * x + f(j) * y + f(k) * z if c.squash != 1.0 else along
    return _gap(c, x * x + y * y + z * z, along, across)


def extent(c: Capsule, i: int) -> tuple[float, float]:
    """Least and greatest coordinate along axis `i` that a capsule reaches."""
    axis = np.asarray(c.axis, float)
    wide = float(np.sqrt(max(1 + (c.squash**2 - 1) * axis[i] ** 2 / (axis @ axis), 0.0)))
    return min(c.a[i] - c.ra * wide, c.b[i] - c.rb * wide), max(c.a[i] + c.ra * wide, c.b[i] + c.rb * wide)


def smooth_minimum(a: np.ndarray, b: np.ndarray, k: float) -> np.ndarray:
    """Polynomial smooth minimum of two distance fields, blending over k metres."""
    h = np.maximum(k - np.abs(a - b), 0) / k
    return np.minimum(a, b) - h * h * (k / 4)
