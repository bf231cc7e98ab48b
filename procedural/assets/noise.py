"""Smooth noise over 2-D and 3-D points: values on an integer lattice, hashed from a seed, blended by a quintic.

Nothing is stored, so the noise has no period and one seed gives the same numbers on every machine (float64 throughout).
"""

from __future__ import annotations

import numpy as np

MULTIPLIERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
MASK = (1 << 64) - 1


def mix(value: np.ndarray) -> np.ndarray:
    """Scramble uint64 numbers so that neighbours come out unrelated (the finaliser of SplitMix64)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def start_state(seed: int, count: int) -> np.ndarray:
    """The (count,) uint64 states from which the lattice values of a seed are hashed."""
    return np.full(count, (int(seed) * MULTIPLIERS[1] + MULTIPLIERS[0]) & MASK, dtype=np.uint64)


def value_noise(points: np.ndarray, seed: int) -> np.ndarray:
    """Smooth noise of wavelength about 2 at points (N, 2) or (N, 3); returns (N,) float64 in [-1, 1].

    Scale the points to change the wavelength. Raises ValueError for another shape.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] not in (2, 3):
        raise ValueError(f"points must have shape (N, 2) or (N, 3), got {points.shape}")
    # Axis by axis, so that corners that share a coordinate share its hash; lanes are points, so memory is read in order.
    floor = np.floor(points.T)
    part = points.T - floor
    ease = part**3 * (part * (part * 6 - 15) + 10)
    states = start_state(seed, len(points))[None]
    for cell, multiplier in zip(floor.astype(np.int64).view(np.uint64), MULTIPLIERS[: len(floor)], strict=True):
        step = np.uint64(multiplier)
        both = np.stack([cell * step, (cell + np.uint64(1)) * step])
        states = mix(states[:, None] ^ both[None]).reshape(-1, len(points))
    values = (states >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0
    for weight in ease[::-1]:  # the last axis varies fastest over the corners
        values = values[::2] + (values[1::2] - values[::2]) * weight
    return np.clip(values[0], -1.0, 1.0)


def fractal_noise(points: np.ndarray, seed: int, octaves: int = 4, gain: float = 0.5) -> np.ndarray:
    """Sum of `octaves` noises, each at half the wavelength and `gain` times the strength; (N,) float64 in [-1, 1]."""
    if octaves < 1:
        raise ValueError(f"octaves must be 1 or more, got {octaves}")
    points = np.asarray(points, dtype=np.float64)
    strengths = gain ** np.arange(octaves)
    # Each octave is moved by an odd amount, so that lattice points of different octaves do not fall together.
    layers = [s * value_noise(points * 2.0**k + 17.31 * k, seed + k) for k, s in enumerate(strengths)]
    return np.sum(layers, axis=0) / strengths.sum()
