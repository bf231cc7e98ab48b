"""Landmarks of dry country: a banded tower, an arch, a termite mound."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.boulders import blend, geodesic, radii, stone
from procedural.assets.noise import fractal_noise, value_noise

FREQUENCY = 22  # 4,842 vertices, 9,680 faces
BANDS = np.array([[168, 84, 52], [196, 112, 70], [214, 152, 106], [178, 92, 56], [150, 72, 48]])


def line_noise(along: np.ndarray, seed: int) -> np.ndarray:
    """Smooth noise in [-1, 1] over one number (V,)."""
    return value_noise(np.stack([along, np.full_like(along, 0.5)], axis=1), seed)


def strata(level: np.ndarray, bands: float, points: np.ndarray, seed: int) -> np.ndarray:
    """Red rock colours (V, 3) in layers: `bands` layers over one unit of `level` (V,), stained by noise over `points`."""
    place = bands * (level + 0.04 * value_noise(points * 2, seed + 1))
    pick = 2.0 + 2.4 * line_noise(place, seed + 2) + 0.4 * fractal_noise(points * 4, seed + 3, 3)
    low = np.clip(np.floor(pick), 0, len(BANDS) - 2).astype(int)
    share = np.clip(3 * (pick - low) - 1, 0, 1)[:, None]
    colors = BANDS[low] * (1 - share) + BANDS[low + 1] * share
    streak = np.clip(fractal_noise(points * [4, 4, 0.7], seed + 4, 3) - 0.25, 0, 1)  # desert varnish runs down the walls
    return blend(colors, [84, 52, 42], 1.5 * streak) * (1 + 0.08 * fractal_noise(points * 9, seed + 5, 2))[:, None]


def red_rock(height: float, width: float, depth: float, bands: float, waist: float, seed: int) -> Asset:
    """A tower of hard and soft layers under a cap; waist 0-1 is how much the soft ones are worn, width and depth in heights."""
    parameters = {k: float(v) for k, v in locals().items()}
    sphere, faces = geodesic(FREQUENCY)
    # A power under 1 on the upright axis makes walls; the layers then stand out or give way.
    points = np.sign(sphere) * np.abs(sphere) ** [0.75, 0.75, 0.7]
    level = (points[:, 2] + 1) / 2
    bed = bands * (level + 0.03 * value_noise(points * 1.5, seed + 1))
    hard = np.tanh(5 * line_noise(bed * 1.4, seed + 2))
    neck = (
        1
        - 0.40 * waist * np.exp(-(((level + 0.08 * value_noise(points * 1.2, seed + 8) - 0.70) / 0.12) ** 2))
        + 0.25 * np.clip(0.4 - level, 0, 1)
    )
    gully = np.abs(fractal_noise(points * [2.6, 2.6, 0.5], seed + 6, 3))
    outline = radii(sphere, 7, 0.13, seed) ** 0.8 * neck * (1 + 0.07 * hard - 0.9 * np.clip(0.12 - gully, 0, 1))
    points = points * np.stack([outline * width, outline * depth, np.ones_like(outline)], axis=1)
    return Asset(stone(points, faces, strata(level, bands, points, seed), height), None, parameters)


def red_rock_rand(rng: np.random.Generator) -> Asset:
    """A tower of 1-3 m."""
    return red_rock(
        height=rng.uniform(1.0, 3.0), width=rng.uniform(0.45, 0.8), depth=rng.uniform(0.45, 0.7), bands=rng.uniform(5, 9),
        waist=rng.uniform(0.2, 1.0), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def arch(height: float, thickness: float, depth: float, bands: float, seed: int) -> Asset:
    """A long stone bent into an arch of inner radius 1: thickness and depth of the bow are ratios to that, `bands` its layers."""
    parameters = {k: float(v) for k, v in locals().items()}
    sphere, faces = geodesic(FREQUENCY)
    points = np.sign(sphere) * np.abs(sphere) ** [0.55, 0.85, 0.85]
    along = points[:, 0]
    lumps = radii(sphere, 6, 0.10, seed) * (1 + 0.5 * along**2) * (1 + 0.18 * fractal_noise(points * 3, seed + 7, 3))
    across, out = points[:, 1] * depth * lumps, points[:, 2] * thickness * lumps
    bow = np.radians(98) * along
    ring = 1 + thickness + out
    points = np.stack([1.1 * ring * np.sin(bow), across, ring * np.cos(bow)], axis=1)
    level = points[:, 2] / 2
    return Asset(stone(points, faces, strata(level, bands, points, seed), height), None, parameters)


def arch_rand(rng: np.random.Generator) -> Asset:
    """An arch of 1.2-3 m."""
    return arch(
        height=rng.uniform(1.2, 3.0), thickness=rng.uniform(0.28, 0.45), depth=rng.uniform(0.35, 0.6), bands=rng.uniform(4, 7),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def termite_mound(height: float, width: float, ridges: float, redness: float, seed: int) -> Asset:
    """A fluted cone of hard earth with blunt spires; width is a ratio to the height, redness 0-1."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = geodesic(FREQUENCY)
    level = (sphere[:, 2] + 1) / 2
    around = np.arctan2(sphere[:, 1], sphere[:, 0])
    flute = np.abs(np.sin(0.5 * ridges * around + 1.5 * value_noise(sphere * 1.5, seed)))
    flank = np.maximum(1 - level, 0) ** 0.35 * (0.70 + 0.30 * flute * np.clip(1.3 - level, 0, 1))
    flank = flank * (1 + 0.14 * fractal_noise(sphere * 3.5, seed + 1, 3))
    side = np.hypot(sphere[:, 0], sphere[:, 1])[:, None]
    flat = sphere[:, :2] / np.maximum(side, 1e-9) * np.minimum(side * 2.2, 1.0) * flank[:, None] * width
    spire = 0.16 * np.clip(value_noise(sphere * [4, 4, 1], seed + 2), 0, 1) * level
    points = np.column_stack([flat, level**0.9 + spire])
    base = np.array([150, 104, 74]) + redness * np.array([18, -18, -26])
    tone = 0.75 + 0.30 * flute + 0.14 * fractal_noise(sphere * 6, seed + 3, 3) + rng.normal(0, 0.03, len(sphere))
    return Asset(stone(points, faces, base * tone[:, None], height), None, parameters)


def termite_mound_rand(rng: np.random.Generator) -> Asset:
    """A mound of 0.8-3 m."""
    return termite_mound(
        height=rng.uniform(0.8, 3.0), width=rng.uniform(0.28, 0.5), ridges=float(rng.integers(5, 9)), redness=rng.uniform(0, 1),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip
