"""Smooth noise over 2-D and 3-D points: values on an integer lattice, hashed from a seed, blended by a quintic.

Nothing is stored, so the noise has no period and one seed gives the same numbers on every machine (float64 throughout).
"""

from __future__ import annotations

from itertools import product

import numpy as np

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
MASK = (1 << 64) - 1


def mix(value: np.ndarray) -> np.ndarray:
    """Scramble uint64 numbers so that neighbours come out unrelated (the finaliser of SplitMix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def lattice_value(cells: np.ndarray, seed: int) -> np.ndarray:
    """Fixed random values in [-1, 1) for integer cells (N, D) int64; returns (N,) float64."""
    start = (int(seed) * MULTIPLIERS[1] + MULTIPLIERS[0]) & MASK
    state = np.full(len(cells), start, dtype=np.uint64)
    for axis in range(cells.shape[1]):
        state = mix(state ^ (cells[:, axis].astype(np.uint64) * np.uint64(MULTIPLIERS[axis])))
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0


def value_noise(points: np.ndarray, seed: int) -> np.ndarray:
    """Smooth noise of wavelength about 2 at points (N, 2) or (N, 3); returns (N,) float64 in [-1, 1].

    Scale the points to change the wavelength. Raises ValueError for another shape.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] not in (2, 3):
        raise ValueError(f"points must have shape (N, 2) or (N, 3), got {points.shape}")
    floor = np.floor(points)
    cells, part = floor.astype(np.int64), points - floor
    ease = part**3 * (part * (part * 6 - 15) + 10)
    total = np.zeros(len(points))
    for corner in product((0, 1), repeat=points.shape[1]):
        weight = np.prod(np.where(corner, ease, 1 - ease), axis=1)
        total += weight * lattice_value(cells + np.array(corner), seed)
    return total


def fractal_noise(points: np.ndarray, seed: int, octaves: int = 4, gain: float = 0.5) -> np.ndarray:
    """Sum of `octaves` noises, each at half the wavelength and `gain` times the strength; (N,) float64 in [-1, 1]."""
    if octaves < 1:
        raise ValueError(f"octaves must be 1 or more, got {octaves}")
    points = np.asarray(points, dtype=np.float64)
    strengths = gain ** np.arange(octaves)
    # Each octave is moved by an odd amount, so that lattice points of different octaves do not fall together.
    layers = [s * value_noise(points * 2.0**k + 17.31 * k, seed + k) for k, s in enumerate(strengths)]
    return np.sum(layers, axis=0) / strengths.sum()
