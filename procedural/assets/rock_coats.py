"""Single stones told apart by what covers or eats them: lichen, pits, veins, snow."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.boulders import blend, geodesic, grey_rock, radii, stone, vertex_normals
from procedural.assets.noise import fractal_noise, value_noise

FREQUENCY = 24  # 5,762 vertices, 11,520 faces


def spots(sphere: np.ndarray, count: int, low: float, high: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Squares (V, count) of the distances of directions `sphere` from random spots over the spots' radii; radii (count,), radians."""
    centres = rng.normal(size=(count, 3))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    size = rng.uniform(low, high, count)
    return np.maximum(2 - 2 * (sphere @ centres.T), 0) / size**2, size


def lichen(height: float, width: float, depth: float, brightness: float, cover: float, seed: int) -> Asset:
    """A grey stone with round crusts of lichen; cover 0-1 is how many, width and depth are ratios to the height."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = geodesic(FREQUENCY)
    points = sphere * radii(sphere, 7, 0.09, seed)[:, None] * [width, depth, 1.0]
    colors = grey_rock(sphere, brightness, 0.2, 0.06, seed)
    ragged = 0.30 * fractal_noise(sphere * 9, seed + 11, 2)
    for tint, share in (((188, 194, 180), 0.45), ((164, 168, 92), 0.25), ((196, 126, 52), 0.30)):
        far, _ = spots(sphere, max(2, int(240 * cover * share)), 0.03, 0.15, rng)
        nearest = np.sqrt(far.min(axis=1)) + ragged
        colors = blend(colors, np.array(tint) * (1 + 0.10 * value_noise(sphere * 20, seed + 12))[:, None], 6.0 * (1 - nearest))
    return Asset(stone(points, faces, colors, height), None, parameters)


def lichen_rand(rng: np.random.Generator) -> Asset:
    """A lichen-covered stone of 0.3-2 m."""
    return lichen(
        height=rng.uniform(0.3, 2.0), width=rng.uniform(1.0, 1.7), depth=rng.uniform(0.9, 1.4), brightness=rng.uniform(95, 140),
        cover=rng.uniform(0.4, 1.0), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def limestone(height: float, width: float, depth: float, pits: float, grey: float, seed: int) -> Asset:
    """A pale block eaten by water; `pits` is a count, grey 0-1 how weathered, width and depth ratios to the height."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = geodesic(FREQUENCY)
    far, size = spots(sphere, int(pits), 0.06, 0.20, rng)
    bowls = np.exp(-far * far) * (size / 0.20)
    pit = bowls.max(axis=1)
    runnel = np.clip(fractal_noise(sphere * [7, 7, 1.1], seed + 2, 2), 0, 1) * np.clip(1.2 - np.abs(sphere[:, 2]), 0, 1)
    radius = radii(sphere, 6, 0.07, seed) * (1 - 0.11 * pit - 0.10 * runnel)
    base = np.array([224, 216, 198]) * (1 - 0.16 * grey) + grey * np.array([0, 2, 6])
    colors = base * (1 + 0.08 * fractal_noise(sphere * 5, seed + 3) + rng.normal(0, 0.02, len(sphere)))[:, None]
    colors = blend(colors, [112, 106, 96], 0.9 * pit - 0.20)
    colors = blend(colors, [136, 136, 132], 1.6 * runnel)
    return Asset(stone(sphere * radius[:, None] * [width, depth, 1.0], faces, colors, height), None, parameters)


def limestone_rand(rng: np.random.Generator) -> Asset:
    """Limestone of 0.4-2.4 m."""
    return limestone(
        height=rng.uniform(0.4, 2.4), width=rng.uniform(0.9, 1.7), depth=rng.uniform(0.8, 1.3), pits=float(rng.integers(80, 160)),
        grey=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def quartz(height: float, width: float, depth: float, cuts: float, rust: float, seed: int) -> Asset:
    """A broken white block with flat faces; `cuts` is the number of breaks, rust 0-1 the share of stained veins."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = geodesic(FREQUENCY)
    radius = radii(sphere, int(cuts), 0.012, seed)
    points = sphere * radius[:, None] * [width, depth, 1.0]
    colors = np.array([238, 233, 226]) * (1 + 0.05 * fractal_noise(sphere * 4, seed + 3) + rng.normal(0, 0.015, len(sphere)))[:, None]
    seam = np.abs(fractal_noise(points * 1.6, seed + 5, 3))
    colors = blend(colors, [150, 140, 132], 0.8 * (1 - seam / 0.05))
    vein = np.abs(fractal_noise(points * 1.3, seed + 6, 3))
    return Asset(stone(points, faces, blend(colors, [188, 134, 84], rust * (1 - vein / 0.09)), height), None, parameters)


def quartz_rand(rng: np.random.Generator) -> Asset:
    """A quartz block of 0.2-1.2 m."""
    return quartz(
        height=rng.uniform(0.2, 1.2), width=rng.uniform(0.8, 1.5), depth=rng.uniform(0.8, 1.3), cuts=float(rng.integers(16, 30)),
        rust=rng.uniform(0.2, 1.0), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def snow_capped(height: float, width: float, depth: float, brightness: float, snow: float, seed: int) -> Asset:
    """A dark stone with snow on what faces up; snow 0-1 is how thick and far down, width and depth are ratios to the height."""
    parameters = {k: float(v) for k, v in locals().items()}
    sphere, faces = geodesic(FREQUENCY)
    points = sphere * radii(sphere, 8, 0.10, seed)[:, None] * [width, depth, 1.0]
    plain = sphere * radii(sphere, 8, 0.02, seed)[:, None] * [width, depth, 1.0]  # snow lies smoothly over small lumps
    up = vertex_normals(plain, faces)[:, 2] + 0.16 * fractal_noise(sphere * 4, seed + 7, 3)
    cover = np.clip(4.0 * (up - 0.62 + 0.42 * snow), 0, 1)
    points = points + cover[:, None] * [0, 0, 0.05 + 0.12 * snow] * (1 + 0.3 * value_noise(sphere * 4, seed + 8))[:, None]
    white = np.array([238, 241, 246]) * (1 + 0.02 * fractal_noise(sphere * 8, seed + 9))[:, None]
    colors = blend(grey_rock(sphere, brightness, 0.1, 0.06, seed), white, 3.0 * cover - 0.8)
    return Asset(stone(points, faces, colors, height), None, parameters)


def snow_capped_rand(rng: np.random.Generator) -> Asset:
    """A stone under snow, 0.4-2.4 m."""
    return snow_capped(
        height=rng.uniform(0.4, 2.4), width=rng.uniform(1.0, 1.7), depth=rng.uniform(0.9, 1.4), brightness=rng.uniform(70, 105),
        snow=rng.uniform(0.3, 1.0), seed=int(rng.integers(2**31)),
    )  # fmt: skip
