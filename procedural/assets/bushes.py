"""Bushes, and the foliage that trees and grounds share with them: leaf cards, blades and fronds.

A leaf card is one diamond of two triangles that stands for a spray of leaves; a blade is a bent, tapering strip.
"""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.noise import fractal_noise
from raw.mesh import Mesh, grounded, merge

UP = np.array([0.0, 0.0, 1.0])


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) scaled to length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)


def paint(colors: np.ndarray) -> np.ndarray:
    """Float colours 0-255 as uint8."""
    return np.clip(np.round(colors), 0, 255).astype(np.uint8)


def scaled(mesh: Mesh, height: float) -> Mesh:
    """The mesh grounded and scaled as a whole so that it is `height` metres high."""
    mesh = grounded(mesh)
    return mesh._replace(vertices=mesh.vertices * np.float32(height / mesh.height))


def leaf_cards(centers: np.ndarray, along: np.ndarray, length: float, width: float, colors: np.ndarray, rng: np.random.Generator) -> Mesh:
    """Diamonds around centers (N, 3), long axis near `along` (N, 3), with sizes varied by a third; colors (N, 3) 0-255.

    Returns 4 vertices and 2 faces a card; single sided.
    """
    n = len(centers)
    axis = unit(along)
    side = unit(np.cross(axis, unit(rng.normal(size=(n, 3)))))
    size = rng.uniform(0.67, 1.33, (n, 1))
    long, wide = axis * length / 2 * size, side * width / 2 * size
    bend = np.cross(axis, side) * (rng.normal(0, 0.12, (n, 1)) * length)
    slide = long * rng.uniform(-0.4, 0.3, (n, 1))
    corners = np.stack([centers - long, centers + wide + slide + bend, centers + long, centers - wide + slide + bend], axis=1)
    faces = np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(n)[:, None, None]
    tint = colors[:, None, :] * np.array([0.82, 1.0, 1.12, 1.0])[None, :, None]
    return Mesh(corners.reshape(-1, 3).astype(np.float32), faces.reshape(-1, 3).astype(np.int32), paint(tint.reshape(-1, 3)))


def leaf_colors(centers: np.ndarray, base: np.ndarray, variation: float, rng: np.random.Generator) -> np.ndarray:
    """Colours (N, 3) of leaves at `centers`: darker inside and below, lighter outside and above, with patches and noise."""
    low, high = centers.min(axis=0), centers.max(axis=0)
    place = (centers - (low + high) / 2) / np.maximum((high - low) / 2, 1e-6)
    light = 0.70 + 0.22 * np.clip(np.linalg.norm(place, axis=1), 0, 1.2) + 0.13 * place[:, 2]
    patch = fractal_noise(place * 2.5, int(rng.integers(2**31)), 2)
    shade = light * (1 + variation * (0.6 * patch + rng.normal(0, 0.6, len(centers))))
    warm = 1 + variation * rng.normal(0, 0.35, (len(centers), 1)) * np.array([1.0, 0.2, -0.6])
    return base * shade[:, None] * warm


def strips(spines: np.ndarray, widths: np.ndarray, sides: np.ndarray, colors: np.ndarray) -> Mesh:
    """Ribbons along spines (N, K, 3), half-widths (N, K), side directions (N, 3), colours (N, K, 3) 0-255.

    Returns 2 K vertices and 2 (K - 1) faces a ribbon.
    """
    n, k = spines.shape[:2]
    reach = sides[:, None, :] * widths[:, :, None]
    vertices = np.stack([spines - reach, spines + reach], axis=2).reshape(-1, 3)
    i = 2 * np.arange(k - 1)
    quad = np.stack([np.stack([i, i + 1, i + 3], 1), np.stack([i, i + 3, i + 2], 1)], axis=1).reshape(-1, 3)
    faces = (quad[None] + 2 * k * np.arange(n)[:, None, None]).reshape(-1, 3)
    return Mesh(vertices.astype(np.float32), faces.astype(np.int32), paint(np.repeat(colors, 2, axis=1).reshape(-1, 3)))


def arcs(heading: np.ndarray, lean: np.ndarray, droop: np.ndarray, length: np.ndarray, points: int) -> np.ndarray:
    """Curves (N, points, 3) from the origin that start `lean` radians off upright towards `heading` and bend by `droop` more."""
    t = (np.arange(points - 1) + 0.5) / (points - 1)
    angle = lean[:, None] + droop[:, None] * t
    step = (length / (points - 1))[:, None]
    flat = np.stack([np.cos(heading), np.sin(heading)], axis=1)[:, None] * (np.sin(angle) * step)[..., None]
    steps = np.concatenate([flat, (np.cos(angle) * step)[..., None]], axis=2)
    return np.concatenate([np.zeros((len(heading), 1, 3)), np.cumsum(steps, axis=1)], axis=1)


def blades(count: int, spread: float, width: float, droop: float, base: np.ndarray, tip: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A tuft of `count` grass blades about 1 high from a disc of radius `spread`; 4 faces a blade, colours base to tip."""
    heading = rng.uniform(0, 2 * np.pi, count)
    foot = np.zeros((count, 1, 3))
    foot[:, 0, :2] = rng.normal(0, spread / 2, (count, 2))
    lean, length = rng.uniform(0.05, 0.5, count), rng.uniform(0.55, 1.1, count)
    spines = foot + arcs(heading, lean, droop * rng.uniform(0.3, 1.3, count), length, 3)
    sides = np.stack([-np.sin(heading), np.cos(heading), np.zeros(count)], axis=1)
    mix = np.array([0.0, 0.6, 1.0])[None, :, None]
    colors = (base * (1 - mix) + tip * mix) * rng.uniform(0.75, 1.2, (count, 1, 1))
    return strips(spines, width * np.array([[1.0, 0.8, 0.08]]) * np.ones((count, 1)), sides, colors)


def frond(spine: np.ndarray, leaflets: int, reach: float, drop: float, color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A feather along spine (K, 3): `leaflets` narrow diamonds a side, `reach` long at the middle, hanging by `drop`."""
    t = np.linspace(0.12, 1.0, leaflets)
    place = t * (len(spine) - 1)
    root = np.stack([np.interp(place, np.arange(len(spine)), spine[:, k]) for k in range(3)], axis=1)
    ahead = unit(np.stack([np.gradient(root[:, k]) for k in range(3)], axis=1))
    side = unit(np.cross(ahead, UP))
    size = reach * (np.sin(np.pi * (0.15 + 0.80 * t)))[:, None]
    parts = []
    for sign in (-1.0, 1.0):
        along = unit(sign * side + 0.55 * ahead - drop * UP + rng.normal(0, 0.06, root.shape))
        tint = color * rng.uniform(0.8, 1.15, (leaflets, 1))
        tip, wide = root + along * size, np.repeat(ahead, 1, axis=0) * (0.55 * np.linalg.norm(spine[-1] - spine[0]) / leaflets)
        belly = root + along * size * 0.45
        corners = np.stack([root, belly + wide, tip, belly - wide], axis=1).reshape(-1, 3)
        faces = np.array([[0, 1, 2], [0, 2, 3]])[None] + 4 * np.arange(leaflets)[:, None, None]
        parts.append(Mesh(corners.astype(np.float32), faces.reshape(-1, 3).astype(np.int32), paint(np.repeat(tint, 4, axis=0))))
    return merge(parts)


def shrub(height: float, width: float, leaves: float, leaf: float, red: float, green: float, blue: float, seed: int) -> Asset:
    """A round leafy shrub: width is a ratio to the height, `leaves` a count, `leaf` a card's length over the height."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng, count = np.random.default_rng(seed), int(leaves)
    direction = unit(rng.normal(size=(count, 3)) * [1, 1, 0.9])
    lumps = 1 + 0.45 * fractal_noise(direction * 1.8, seed + 1, 2)
    centers = direction * (lumps * rng.uniform(0.35, 1, count) ** 0.45)[:, None] * [width / 2, width / 2, 0.5] + [0, 0, 0.42]
    centers = centers[centers[:, 2] > 0.02]
    colors = leaf_colors(centers, np.array([red, green, blue]), 0.22, rng)
    along = unit(centers - [0, 0, 0.3]) + rng.normal(0, 0.7, centers.shape)
    cards = leaf_cards(centers, along, leaf, 0.6 * leaf, colors, rng)
    stems = 9
    spines = arcs(rng.uniform(0, 2 * np.pi, stems), rng.uniform(0.1, 0.7, stems), rng.uniform(0, 0.3, stems), np.full(stems, 0.7), 4)
    bark = np.ones((stems, 4, 1)) * np.array([92.0, 76, 60])
    wood = strips(spines, np.full((stems, 4), 0.012), unit(rng.normal(size=(stems, 3)) * [1, 1, 0]), bark)
    return Asset(scaled(merge([wood, cards]), height), None, parameters)


def shrub_rand(rng: np.random.Generator) -> Asset:
    """A shrub of 0.6-2.5 m, from dark to olive green."""
    olive = rng.uniform(0, 1)
    red, green, blue = np.array([82, 100, 56]) + olive * np.array([54, 36, 26])
    return shrub(
        height=rng.uniform(0.6, 2.5), width=rng.uniform(0.95, 1.6), leaves=rng.uniform(2400, 3000), leaf=rng.uniform(0.075, 0.11),
        red=red, green=green, blue=blue, seed=int(rng.integers(2**31)),
    )  # fmt: skip


def tussock(height: float, count: float, spread: float, droop: float, dryness: float, seed: int) -> Asset:
    """A dense clump of grass; `spread` is the radius of its foot over the height, droop radians, dryness 0 green to 1 straw."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    base = np.array([78, 84, 46]) + dryness * np.array([44, 24, 14])
    tip = np.array([124, 134, 74]) + dryness * np.array([72, 42, 44])
    return Asset(scaled(blades(int(count), spread, 0.012, droop, base, tip, rng), height), None, parameters)


def tussock_rand(rng: np.random.Generator) -> Asset:
    """A tussock of 0.4-1.4 m."""
    return tussock(
        height=rng.uniform(0.4, 1.4), count=rng.uniform(350, 600), spread=rng.uniform(0.12, 0.25), droop=rng.uniform(0.8, 1.6),
        dryness=rng.uniform(0.1, 1.0), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def fern(height: float, fronds: float, lean: float, droop: float, yellow: float, seed: int) -> Asset:
    """A fern: a rosette of feathered fronds; lean and droop in radians, yellow 0-1."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng, count = np.random.default_rng(seed), int(fronds)
    heading = np.arange(count) * 2.4 + rng.uniform(-0.3, 0.3, count)
    spines = arcs(heading, lean * rng.uniform(0.5, 1.3, count), droop * rng.uniform(0.7, 1.3, count), rng.uniform(0.8, 1.2, count), 8)
    color = np.array([74, 102, 46]) + yellow * np.array([62, 34, 10])
    tones = color * rng.uniform(0.8, 1.15, (count, 1))
    parts = [frond(s, 16, 0.20, 0.15, tone, rng) for s, tone in zip(spines, tones, strict=True)]
    return Asset(scaled(merge(parts), height), None, parameters)


def fern_rand(rng: np.random.Generator) -> Asset:
    """A fern of 0.35-1.1 m."""
    return fern(
        height=rng.uniform(0.35, 1.1), fronds=rng.uniform(16, 30), lean=rng.uniform(0.4, 0.8), droop=rng.uniform(0.7, 1.2),
        yellow=rng.uniform(0, 0.7), seed=int(rng.integers(2**31)),
    )  # fmt: skip
