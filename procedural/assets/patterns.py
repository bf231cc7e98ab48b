"""The marks of coats: how much ink lies on every vertex, from where it is on the body.

A pattern is made once from the first surface of an individual, so that its marks keep their places when the mesh is refined.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.spatial import cKDTree

from procedural.assets.capsules import Paint, Surface

LIMBS = ("leg", "foot")
HEAD = ("head", "muzzle")
WAVES = 20  # of a noise


def noise(points: np.ndarray, wavelength: float, rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """Smooth noise with about unit variance: a function of (V, 3) points, of the given wavelength in metres."""
    direction = rng.normal(size=(WAVES, 3))
    direction *= (2 * np.pi / wavelength) * np.exp(rng.uniform(-0.9, 0.5, (WAVES, 1))) / np.linalg.norm(direction, axis=1, keepdims=True)
    phase, waves = rng.uniform(0, 2 * np.pi, WAVES).astype(np.float32), direction.T.astype(np.float32)
    return lambda p: np.sin(p.astype(np.float32) @ waves + phase).sum(axis=1).astype(float) * np.sqrt(2 / WAVES)


def step(x: np.ndarray, low: float, high: float) -> np.ndarray:
    """0 below low, 1 above high, smooth between."""
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _centres(points: np.ndarray, spacing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(K,) vertices picked at random such that none lies within `spacing` (V,) of another."""
    tree, alive, kept = cKDTree(points), np.ones(len(points), bool), []
    for i in rng.permutation(len(points)):
        if alive[i]:
            kept.append(i)
            alive[tree.query_ball_point(points[i], spacing[i])] = False
    return np.array(kept)


def _zebra(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """Upright stripes on trunk and neck that fan out over the rump, rings on the legs, fine stripes on the face."""
    trunk = first.points[first.share("trunk") > 0.5]
    low, high = trunk.min(axis=0), trunk.max(axis=0)
    pivot_y, pivot_z = low[1] + 0.62 * (high[1] - low[1]), low[2] + 0.22 * (high[2] - low[2])
    radius, warp = 0.75 * (high[2] - low[2]), noise(first.points, size * 4, rng)
    head = next(c for c in first.capsules if c.region == "head")
    muzzle = next(c for c in first.capsules if c.region == "muzzle")
    neck = next(c for c in first.capsules if c.region == "neck")

    def marks(s: Surface) -> np.ndarray:
        x, y, z = s.points.T
        bent = radius * np.arctan2(np.maximum(y - pivot_y, 0), np.maximum(z - pivot_z, 0.02)) * 0.8
        phase = np.where(y < pivot_y, y - pivot_y, bent) / size
        forward = np.asarray(neck.b) - neck.a
        phase_neck = (s.points - neck.a) @ (forward / np.linalg.norm(forward)) / (size * 0.85)
        out = np.asarray(muzzle.b) - head.a
        out = out / np.linalg.norm(out)
        up = np.array([0, out[2], -out[1]])
        face = s.points - head.a
        phase_head = (face @ up * 0.75 + face @ out * 0.55) / (size * 0.42)
        phase = np.where(s.share("neck", "mane") > 0.5, phase_neck, phase)
        phase = np.where(s.share(*LIMBS) > 0.5, z / (size * 0.62), phase)
        phase = np.where(s.share(*HEAD, "ear") > 0.5, phase_head, phase)
        phase = np.where(s.share("tail") > 0.5, z / (size * 0.5), phase)
        ink = step(np.sin(2 * np.pi * phase + 0.55 * warp(s.points)), -0.12, 0.12)
        return ink * step(s.normals[:, 2] + 0.85 + s.share(*HEAD, "neck", *LIMBS), 0.0, 0.15)

    return marks


def _tiger(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """Thin broken upright stripes, rings on legs and tail."""
    warp, gap = noise(first.points, size * 4, rng), noise(first.points, size * 2.5, rng)

    def marks(s: Surface) -> np.ndarray:
        x, y, z = s.points.T
        phase = (y + 0.12 * z) / size
        phase = np.where(s.share(*LIMBS) > 0.5, (z + 0.15 * y) / (size * 0.9), phase)
        phase = np.where(s.share("tail", "tuft") > 0.5, y / (size * 0.9), phase)
        phase = np.where(s.share(*HEAD) > 0.5, (0.8 * z + 0.5 * y + 0.4 * np.abs(x)) / (size * 0.55), phase)
        width = np.sin(2 * np.pi * phase + 1.0 * warp(s.points)) + 0.28 * gap(s.points)
        return step(width, 0.42, 0.64) * (1 - 0.9 * s.share("muzzle", "ear")) * step(s.normals[:, 2], -0.95, -0.7)

    return marks


def _rosettes(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """Broken rings on the trunk, solid spots on head, legs and tail."""
    small = first.share(*LIMBS, *HEAD, "tail", "tuft", "ear")
    spacing = size * np.where(small > 0.5, 0.55, 1.0)
    kept = _centres(first.points, spacing, rng)
    tree, own, is_small = cKDTree(first.points[kept]), spacing[kept], small[kept] > 0.5
    gap = noise(first.points, size * 0.7, rng)

    def marks(s: Surface) -> np.ndarray:
        d, i = tree.query(s.points)
        d = d / own[i]
        wobble = gap(s.points)
        ring = step(0.15 - np.abs(d - 0.36 - 0.03 * wobble), 0, 0.05) * step(wobble, -0.9, -0.6)
        ink = np.where(is_small[i], step(0.40 - d, 0, 0.08), ring + 0.22 * (d < 0.36) * (1 - ring))
        return ink * (1 - s.share("muzzle", "ear"))

    return marks


def _patches(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """Dark polygons with pale seams (giraffe), fading down the legs."""
    small = first.share(*LIMBS, *HEAD, "neck")
    spacing = size * (1 - 0.42 * small)
    kept = _centres(first.points, spacing, rng)
    tree, own = cKDTree(first.points[kept]), spacing[kept]
    top = first.points[first.share("trunk") > 0.5][:, 2].min()

    def marks(s: Surface) -> np.ndarray:
        d, i = tree.query(s.points, k=2)
        inside = step((d[:, 1] - d[:, 0]) / own[i[:, 0]], 0.14, 0.24)
        below = step(s.points[:, 2], 0.42 * top, 0.75 * top)
        return inside * below * (1 - s.share("muzzle", "ear", "mane", "tail"))

    return marks


def _spots(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """Solid round spots everywhere, smaller on head and limbs, in ragged rows."""
    small = first.share(*LIMBS, *HEAD, "tail", "tuft", "ear")
    spacing = size * np.where(small > 0.5, 0.7, 1.0)
    kept = _centres(first.points, spacing, rng)
    tree, own, width = cKDTree(first.points[kept]), spacing[kept], rng.uniform(0.26, 0.42, len(kept))

    def marks(s: Surface) -> np.ndarray:
        d, i = tree.query(s.points)
        return step(width[i] - d / own[i], -0.03, 0.06) * (1 - s.share("muzzle", "ear"))

    return marks


def _blotches(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """Large ragged patches, about a third of the coat (wild dogs, cattle)."""
    patch, edge = noise(first.points, size * 2, rng), noise(first.points, size * 0.6, rng)
    return lambda s: step(patch(s.points) + 0.3 * edge(s.points), 0.35, 0.5)


def _streaks(size: float, first: Surface, rng: np.random.Generator) -> Paint:
    """A few thin upright lines on the flanks (kudu, eland, bongo)."""
    warp = noise(first.points, size * 5, rng)

    def marks(s: Surface) -> np.ndarray:
        width = np.sin(2 * np.pi * s.points[:, 1] / size + 0.5 * warp(s.points))
        return step(width, 0.72, 0.88) * step(s.share("trunk"), 0.6, 0.9) * step(0.85 - s.normals[:, 2], 0.0, 0.1)

    return marks


PATTERNS: dict[str, Callable[[float, Surface, np.random.Generator], Paint]] = {
    "blotches": _blotches,
    "spots": _spots,
    "streaks": _streaks,
    "zebra": _zebra,
    "tiger": _tiger,
    "rosettes": _rosettes,
    "patches": _patches,
}
