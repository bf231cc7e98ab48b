"""Rocks of many parts: plates of slate, columns of basalt, a heap of cobbles. Every part is a closed solid."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.boulders import geodesic, stone
from procedural.assets.noise import fractal_noise, value_noise


def prism(outline: np.ndarray, levels: np.ndarray, scales: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A closed solid: `outline` (N, 2), counter-clockwise around its middle, at `levels` (K,) upwards, shrunk by `scales` (K,).

    Returns N K + 2 vertices and 2 N K faces; the last two vertices are the middles of floor and roof.
    """
    n, k = len(outline), len(levels)
    middle = outline.mean(axis=0)
    rings = [np.column_stack([middle + (outline - middle) * scale, np.full(n, level)]) for level, scale in zip(levels, scales, strict=True)]
    ends = np.array([[*middle, levels[0]], [*middle, levels[-1]]])
    ring, step = (a.ravel() for a in np.meshgrid(np.arange(k - 1), np.arange(n), indexing="ij"))
    a, b = n * ring + step, n * ring + (step + 1) % n
    edge, after = np.arange(n), (np.arange(n) + 1) % n
    floor, roof = np.full(n, n * k), np.full(n, n * k + 1)
    sides = [np.stack([a, b, b + n], 1), np.stack([a, b + n, a + n], 1)]
    lids = [np.stack([floor, after, edge], 1), np.stack([roof, n * (k - 1) + edge, n * (k - 1) + after], 1)]
    return np.concatenate([*rings, ends]), np.concatenate([*sides, *lids])


def joined(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of several solids as one."""
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in parts[:-1])])
    return np.concatenate([v for v, _ in parts]), np.concatenate([f + start for (_, f), start in zip(parts, starts, strict=True)])


def slate(height: float, width: float, depth: float, plates: float, tilt: float, blue: float, seed: int) -> Asset:
    """A stack of thin broken plates; tilt in degrees, blue 0-1 from brown-grey to blue-grey, width and depth in heights."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    thick = rng.uniform(0.5, 1.6, int(plates))
    top = np.cumsum(thick) / thick.sum()
    base = np.array([112, 113, 115]) + blue * np.array([-14, -6, 8]) + (1 - blue) * np.array([22, 10, -4])
    parts, tints = [], []
    breaks = rng.uniform(0, 2 * np.pi, 6)
    for low, high in zip(np.concatenate([[0], top[:-1]]), top, strict=True):
        reach = np.ones(len(angle)) * rng.uniform(0.85, 1.05)
        for turn in breaks + rng.normal(0, 0.12, 6):
            reach = np.minimum(reach, rng.uniform(0.62, 0.92) / np.maximum(np.cos(angle - turn), 1e-6))
        reach = reach * (1 - 0.35 * low) * (1 + rng.normal(0, 0.008, len(angle)))
        outline = np.stack([width * reach * np.cos(angle), depth * reach * np.sin(angle)], axis=1) / 2 + rng.normal(0, 0.025, 2)
        # Rings close to the edges keep the faces between them flat under smooth shading.
        levels = low + (high - low) * np.array([0.0, 0.0, 0.06, 0.2, 0.8, 0.94, 1.0, 1.0])
        parts.append(prism(outline, levels, np.array([0.90, 0.985, 1.0, 1.0, 0.99, 0.99, 0.975, 0.90])))
        shade = np.repeat([0.5, 0.5, 0.7, 0.9, 1.0, 1.1, 1.2, 1.1], len(angle))
        tints.append(base * rng.uniform(0.82, 1.18) * np.concatenate([shade, [0.6, 1.1]])[:, None])
    points, faces = joined(parts)
    lean = np.radians(tilt)
    points = points @ np.array([[np.cos(lean), 0, -np.sin(lean)], [0, 1, 0], [np.sin(lean), 0, np.cos(lean)]])
    points = points + 0.02 * np.stack([value_noise(points * 5, seed + k) for k in range(3)], axis=1)
    colors = np.concatenate(tints) * (1 + 0.14 * fractal_noise(points * 4, seed + 5, 3))[:, None]
    return Asset(stone(points, faces, colors, height), None, parameters)


def slate_rand(rng: np.random.Generator) -> Asset:
    """A stack of slate of 0.25-1.6 m."""
    return slate(
        height=rng.uniform(0.25, 1.6), width=rng.uniform(1.6, 2.6), depth=rng.uniform(1.2, 2.0), plates=float(rng.integers(12, 22)),
        tilt=rng.uniform(5, 38), blue=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def basalt(height: float, width: float, columns: float, slope: float, brightness: float, seed: int) -> Asset:
    """A bundle of six-sided columns; width is a ratio to the height, `columns` about how many, slope 0-1 how uneven their tops."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    pitch = width * np.sqrt(0.9 / columns)
    grid = np.array([(i + 0.5 * (j % 2), 0.866 * j) for i in range(-5, 6) for j in range(-5, 6)]) * pitch
    turn = rng.uniform(0, 2 * np.pi)
    far = np.hypot(*grid.T) * (1 + 0.25 * value_noise(grid / width * 3, seed))
    grid, far = grid[far < width / 2], far[far < width / 2]
    grid = grid + rng.normal(0, 0.035 * pitch, grid.shape)
    corner = np.stack([np.cos(np.arange(7) * np.pi / 3), np.sin(np.arange(7) * np.pi / 3)], axis=1)
    # Points close to the corners keep the sides between them flat under smooth shading.
    hexagon = np.concatenate([corner[k] + (corner[k + 1] - corner[k]) * np.array([[0.03], [0.12], [0.88], [0.97]]) for k in range(6)])
    parts, tints = [], []
    fall = slope * (0.5 + 0.35 * (grid @ [np.cos(turn), np.sin(turn)]) / (width / 2) + 0.5 * (far / (width / 2)) ** 2)
    for place, drop in zip(grid, fall, strict=True):
        roof = max(0.25, 1 - 0.75 * drop + rng.normal(0, 0.07))
        outline = place + pitch * 0.572 * (hexagon @ np.array([[0, 1], [-1, 0]])) * rng.uniform(0.94, 1.0)
        joint = roof * rng.uniform(0.3, 0.8)
        levels = np.array([0, *(joint + np.array([-0.03, -0.006, 0, 0.006, 0.03])), roof - 0.04, roof - 0.008, roof, roof])
        parts.append(prism(outline, levels, np.array([1, 1, 1, 0.965, 1, 1, 1, 1, 0.975, 0.85])))
        # The joint is dark, the roof is weathered.
        light = np.concatenate([np.repeat([0.7, 1, 1, 0.5, 1, 1, 1, 1.1, 1.35, 1.3], len(hexagon)), [1.0, 1.3]])
        tints.append(brightness * rng.uniform(0.85, 1.15) * light[:, None] * np.array([1.02, 1.0, 0.98]))
    points, faces = joined(parts)
    colors = np.concatenate(tints) * (1 + 0.18 * fractal_noise(points * 5, seed + 3, 3))[:, None]
    colors += np.clip(fractal_noise(points * 3, seed + 4, 3) - 0.2, 0, 1)[:, None] * np.array([70, 58, 20])  # rust and lichen
    return Asset(stone(points, faces, colors, height), None, parameters)


def basalt_rand(rng: np.random.Generator) -> Asset:
    """Basalt columns of 0.6-3 m."""
    return basalt(
        height=rng.uniform(0.6, 3.0), width=rng.uniform(0.7, 1.3), columns=float(rng.integers(12, 23)), slope=rng.uniform(0.4, 1.0),
        brightness=rng.uniform(58, 84), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def cobbles(height: float, count: float, warmth: float, seed: int) -> Asset:
    """A heap of smooth stones of a river: `count` on the ground and a third as many on top; warmth 0-1 from grey to tan."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = geodesic(10)
    below, above = int(count), max(1, int(count) // 3)
    shades = np.array([[138, 136, 134], [168, 158, 142], [112, 108, 108], [186, 178, 166], [150, 122, 104]])
    parts, tints = [], []
    for k in range(below + above):
        ring = 0.95 if k < below else 0.35
        around = 2 * np.pi * k / (below if k < below else above) + rng.normal(0, 0.12)
        place = np.array([ring * np.cos(around), ring * np.sin(around), 0.0 if k < below else 0.50])
        size = rng.uniform(0.50, 0.72) * np.array([rng.uniform(1.0, 1.35), rng.uniform(0.85, 1.1), rng.uniform(0.55, 0.75)])
        turn = rng.uniform(0, np.pi)
        egg = sphere * (1 + 0.10 * value_noise(sphere * 1.1, seed + k))[:, None] * size
        spun = egg @ np.array([[np.cos(turn), np.sin(turn), 0], [-np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
        parts.append((spun + place, faces))
        shade = shades[rng.integers(len(shades))] * (1 + warmth * np.array([0.06, 0.0, -0.12])) * rng.uniform(0.88, 1.1)
        band = np.clip(1 - np.abs(sphere @ rng.normal(size=3) - rng.uniform(-0.5, 0.5)) / 0.10, 0, 1) * (rng.uniform() < 0.4)
        tint = shade * (1 + 0.06 * fractal_noise(sphere * 3, seed + k, 3) + rng.normal(0, 0.02, len(sphere)))[:, None]
        tints.append(tint + band[:, None] * (np.array([216, 210, 200]) - tint))
    points, all_faces = joined(parts)
    return Asset(stone(points, all_faces, np.concatenate(tints), height), None, parameters)


def cobbles_rand(rng: np.random.Generator) -> Asset:
    """A heap of cobbles, 0.2-0.5 m high."""
    return cobbles(height=rng.uniform(0.2, 0.5), count=float(rng.integers(3, 6)), warmth=rng.uniform(0, 1), seed=int(rng.integers(2**31)))
