"""The ground as a function: height and patches at a place, from smooth lattice noise.

Terrain is a function of where the camera stands on it (``Ground.phase``) and of a seed, so that many cameras see one
land, and so that a program without a phase still has a definite ground.
"""

from __future__ import annotations

import numpy as np

from raw.geometry import rotation_z
from raw.scene import Ground

_OCTAVES = ((70.0, 0.62), (23.0, 0.28), (7.0, 0.10))  # wavelength in metres, share of the amplitude
_RISE = 2 * 15 / 8 * 2**0.5  # steepest slope of value_noise: from -1 to 1 by a curve whose steepest slope is 15/8, along a diagonal


def lattice_hash(*coordinates: np.ndarray, seed: int) -> np.ndarray:
    """Integer arrays of one shape -> uniform float64 in [0, 1), the same on every machine."""
    state = np.full(np.shape(coordinates[0]), (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF, dtype=np.uint64)
    for coordinate in coordinates:
        state = state ^ np.asarray(coordinate, dtype=np.int64).astype(np.uint64)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(11)).astype(np.float64) / 2**53


def value_noise(x: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
    """Smooth noise in [-1, 1] with unit wavelength; x and y broadcast."""
    x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    fx, fy = x - x0, y - y0
    fx, fy = fx**3 * (fx * (fx * 6 - 15) + 10), fy**3 * (fy * (fy * 6 - 15) + 10)
    corners = lattice_hash(np.stack([x0, x0 + 1, x0, x0 + 1]), np.stack([y0, y0, y0 + 1, y0 + 1]), seed=seed)
    low, high = corners[::2] * (1 - fx) + corners[1::2] * fx
    return (low * (1 - fy) + high * fy) * 2 - 1


class Terrain:
    """Ground height and noise around a camera, in the world frame (origin under the camera, y where it looks)."""

    def __init__(self, ground: Ground) -> None:
        self.relief, self.seed = ground.relief, ground.seed
        self._shift = np.array(ground.phase[:2])
        self._turn = rotation_z(-ground.phase[2])[:2, :2]
        self._base = float(self._raw_height(np.zeros(1), np.zeros(1))[0])

    def land(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """World x, y (metres) -> coordinates fixed to the land, the same for every camera on it."""
        points = self._turn @ np.stack([np.ravel(x), np.ravel(y)]) + self._shift[:, None]
        return points[0].reshape(np.shape(x)), points[1].reshape(np.shape(x))

    def world(self, u: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The inverse of ``land``."""
        points = self._turn.T @ (np.stack([np.ravel(u), np.ravel(v)]) - self._shift[:, None])
        return points[0].reshape(np.shape(u)), points[1].reshape(np.shape(u))

    def height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Height in metres over the ground under the camera."""
        return self._raw_height(x, y) - self._base

    @property
    def steepest(self) -> float:
        """A slope, metres a metre, that the ground nowhere exceeds."""
        return abs(self.relief) * _RISE * sum(share / wave for wave, share in _OCTAVES)

    def _raw_height(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        u, v = self.land(x, y)
        octaves = (share * value_noise(u / wave, v / wave, self.seed * 7 + i) for i, (wave, share) in enumerate(_OCTAVES))
        return self.relief * np.sum(list(octaves), axis=0)
