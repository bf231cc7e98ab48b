"""Boulders: an icosphere squeezed, cut by planes and displaced by noise, then painted."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.noise import fractal_noise, value_noise
from raw.mesh import Mesh, grounded

SUBDIVISIONS = 4  # 2,562 vertices, 5,120 faces


@lru_cache(maxsize=8)
def geodesic(frequency: int) -> tuple[np.ndarray, np.ndarray]:
    """Unit sphere from an icosahedron with edges cut into `frequency`: 20 f^2 faces (F, 3), 10 f^2 + 2 vertices (V, 3).

    Faces are counter-clockwise seen from outside. The arrays are shared: do not write into them.
    """
    g = (1 + 5**0.5) / 2
    corners = np.array(
        [[-1, g, 0], [1, g, 0], [-1, -g, 0], [1, -g, 0], [0, -1, g], [0, 1, g],
         [0, -1, -g], [0, 1, -g], [g, 0, -1], [g, 0, 1], [-g, 0, -1], [-g, 0, 1]]
    )  # fmt: skip
    faces = np.array(
        [[0, 11, 5], [0, 5, 1], [0, 1, 7], [0, 7, 10], [0, 10, 11], [1, 5, 9], [5, 11, 4], [11, 10, 2], [10, 7, 6], [7, 1, 8],
         [3, 9, 4], [3, 4, 2], [3, 2, 6], [3, 6, 8], [3, 8, 9], [4, 9, 5], [2, 4, 11], [6, 2, 10], [8, 6, 7], [9, 8, 1]]
    )  # fmt: skip
    steps = [(i, j) for i in range(frequency + 1) for j in range(frequency + 1 - i)]
    number = {step: k for k, step in enumerate(steps)}
    shares = np.array([(frequency - i - j, i, j) for i, j in steps]) / frequency
    small = [(number[i, j], number[i + 1, j], number[i, j + 1]) for i, j in steps if i + j < frequency]
    small += [(number[i + 1, j], number[i + 1, j + 1], number[i, j + 1]) for i, j in steps if i + j < frequency - 1]
    points = np.einsum("sk,fkx->fsx", shares, corners[faces]).reshape(-1, 3)
    _, first, index = np.unique(np.round(points, 6), axis=0, return_index=True, return_inverse=True)  # edges are shared by two faces
    all_faces = (np.array(small)[None] + len(steps) * np.arange(20)[:, None, None]).reshape(-1, 3)
    vertices = points[first]
    return vertices / np.linalg.norm(vertices, axis=1, keepdims=True), index.ravel()[all_faces]


def icosphere(subdivisions: int) -> tuple[np.ndarray, np.ndarray]:
    """The unit sphere whose icosahedron was halved `subdivisions` times; see ``geodesic``."""
    return geodesic(2**subdivisions)


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals (V, 3), each the area-weighted mean of the faces around the vertex."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    flat = np.cross(b - a, c - a)
    normals = np.zeros_like(vertices)
    for k in range(3):
        np.add.at(normals, faces[:, k], flat)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def radii(sphere: np.ndarray, cuts: int, roughness: float, seed: int) -> np.ndarray:
    """Distance from the centre (V,) of a lumpy stone in the directions `sphere`, flattened by `cuts` random planes."""
    rng = np.random.default_rng(seed)
    radius = 1 + 0.25 * value_noise(sphere * 1.3, seed)
    normals = rng.normal(size=(cuts, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    for normal, depth in zip(normals, rng.uniform(0.66, 0.92, cuts), strict=True):
        facing = np.maximum(sphere @ normal, 1e-6)
        radius = np.minimum(radius, depth / facing)
    return radius * (1 + roughness * fractal_noise(sphere * 3.1, seed + 1, 4, 0.55))


def blend(colors: np.ndarray, over: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Mix the colour `over` (3,) or (V, 3) into colors (V, 3) by amount (V,), 0-1."""
    return colors + (np.asarray(over) - colors) * np.clip(amount, 0, 1)[:, None]


def stone(points: np.ndarray, faces: np.ndarray, colors: np.ndarray, height: float) -> Mesh:
    """Cut the underside flat, so that the stone sits in the ground, and scale it to `height` metres."""
    low, high = points[:, 2].min(), points[:, 2].max()
    points = points.copy()
    # The underside is squeezed, not folded, so no face turns over and the solid keeps its volume positive.
    floor = low + 0.25 * (high - low)
    under = points[:, 2] < floor
    points[under, 2] = floor + 0.05 * (points[under, 2] - floor)
    mesh = grounded(Mesh(points.astype(np.float32), faces.astype(np.int32), np.clip(colors, 0, 255).astype(np.uint8)))
    return mesh._replace(vertices=mesh.vertices * np.float32(height / mesh.height))


def grey_rock(sphere: np.ndarray, brightness: float, warmth: float, speckle: float, seed: int) -> np.ndarray:
    """Granite colours (V, 3): grey, with stains of lichen and dark and light grains."""
    rng = np.random.default_rng(seed)
    base = brightness * np.array([1 + 0.10 * warmth, 1.0, 1 - 0.12 * warmth])
    colors = base * (1 + 0.16 * fractal_noise(sphere * 2.3, seed + 5)[:, None])
    colors = blend(colors, [150, 146, 118], 1.2 * (fractal_noise(sphere * 3.7, seed + 6) - 0.15))
    return colors * (1 + speckle * rng.normal(0, 1, len(sphere)).clip(-2, 2)[:, None])


def granite(height: float, width: float, depth: float, brightness: float, warmth: float, speckle: float, seed: int) -> Asset:
    """A rounded grey stone; width and depth are ratios to its height, brightness 80-170, warmth and speckle 0-1."""
    parameters = {k: float(v) for k, v in locals().items()}
    sphere, faces = icosphere(SUBDIVISIONS)
    points = sphere * radii(sphere, 5, 0.10, seed)[:, None] * [width, depth, 1.0]
    return Asset(stone(points, faces, grey_rock(sphere, brightness, warmth, 0.10 * speckle, seed), height), None, parameters)


def granite_rand(rng: np.random.Generator) -> Asset:
    """Granite of 0.3-2.4 m."""
    return granite(
        height=rng.uniform(0.3, 2.4), width=rng.uniform(0.9, 1.6), depth=rng.uniform(0.8, 1.3), brightness=rng.uniform(95, 155),
        warmth=rng.uniform(0, 0.8), speckle=rng.uniform(0.5, 1.2), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def sandstone(height: float, width: float, depth: float, layers: float, redness: float, seed: int) -> Asset:
    """A flat slab of warm bands; width and depth are ratios to its height, `layers` the number of ledges, redness 0-1."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = icosphere(SUBDIVISIONS)
    # A power under 1 on the upright axis makes a slab: steep sides, a flat top.
    points = np.sign(sphere) * np.abs(sphere) ** [0.8, 0.8, 0.6]
    bed = layers * (points[:, 2] + 0.10 * value_noise(points * 1.5, seed + 2))
    ledge = value_noise(np.stack([np.floor(bed), np.zeros_like(bed)], axis=1) * 0.77, seed + 3)
    outline = radii(sphere, 6, 0.06, seed) * (1 + 0.12 * ledge)
    points = points * outline[:, None] ** [1, 1, 0.5] * [width, depth, 1.0]
    base = np.array([190, 160, 124]) + redness * np.array([-16, -30, -30])
    tone = 0.30 * value_noise(np.stack([bed * 1.7, np.zeros_like(bed)], axis=1), seed + 4) + 0.10 * fractal_noise(sphere * 4, seed + 5)
    tone -= 0.28 * (np.abs(bed - np.round(bed)) < 0.12)  # shadowed cracks between the beds
    colors = base * (1 + tone + rng.normal(0, 0.03, len(sphere)))[:, None]
    return Asset(stone(points, faces, colors, height), None, parameters)


def sandstone_rand(rng: np.random.Generator) -> Asset:
    """A slab of 0.25-1.5 m."""
    return sandstone(
        height=rng.uniform(0.25, 1.5), width=rng.uniform(1.6, 3.0), depth=rng.uniform(1.2, 2.2), layers=rng.uniform(3, 5),
        redness=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def mossy(height: float, width: float, depth: float, brightness: float, moss: float, seed: int) -> Asset:
    """A dark forest stone with moss on top; moss 0-1 is how far down it reaches."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    sphere, faces = icosphere(SUBDIVISIONS)
    points = sphere * radii(sphere, 7, 0.12, seed)[:, None] * [width, depth, 1.0]
    normals = vertex_normals(points, faces)
    cover = 3.0 * (normals[:, 2] + 0.7 * fractal_noise(sphere * 3, seed + 7) - (0.7 - 0.9 * moss))
    cover = np.clip(cover, 0, 1)
    points = points + normals * (0.04 * cover * (1 + value_noise(sphere * 9, seed + 8)))[:, None]
    green = np.array([88, 94, 50]) * (1 + 0.25 * fractal_noise(sphere * 6, seed + 9) + rng.normal(0, 0.10, len(sphere)))[:, None]
    colors = blend(grey_rock(sphere, brightness, 0.2, 0.06, seed), green, cover)
    return Asset(stone(points, faces, colors, height), None, parameters)


def mossy_rand(rng: np.random.Generator) -> Asset:
    """A mossy stone of 0.3-1.8 m."""
    return mossy(
        height=rng.uniform(0.3, 1.8), width=rng.uniform(1.0, 1.8), depth=rng.uniform(0.9, 1.5), brightness=rng.uniform(70, 120),
        moss=rng.uniform(0.35, 0.9), seed=int(rng.integers(2**31)),
    )  # fmt: skip
