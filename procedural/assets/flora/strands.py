"""Strands and fronds: long leaflets in rows along hanging twigs, palm leaves, fern leaves."""

from __future__ import annotations

import numpy as np

from procedural.assets.flora.ribbons import UP, copies, paint, strips, unit
from raw.mesh import Mesh, merge


def strands(
    feet: np.ndarray, length: np.ndarray, leaves: int, share: float, colors: np.ndarray, twig: np.ndarray, rng: np.random.Generator
) -> Mesh:
    """Twigs that hang from feet (N, 3) by length (N,), with up to `leaves` narrow leaves each; 8 faces and 1 a leaf.

    share 0-1 of the leaves hang; colors (N, 3) of the leaves, twig (3,) of the twigs, 0-255.
    """
    n, points = len(feet), 5
    middle = feet.mean(axis=0)
    out = unit((feet - middle) * [1, 1, 0])
    t = np.linspace(0, 1, points)
    sway = out * rng.uniform(0.0, 0.35, (n, 1)) + rng.normal(0, 0.10, (n, 3)) * [1, 1, 0]
    spines = feet[:, None] + length[:, None, None] * (np.sqrt(t)[:, None] * sway[:, None] - t[:, None] * UP)
    spines[..., 2] = np.maximum(spines[..., 2], 0.15)
    turn = rng.uniform(0, 2 * np.pi, n)
    side = np.stack([np.cos(turn), np.sin(turn), np.zeros(n)], axis=1)
    width = 0.012 * np.array([1, 1, 1, 0.8, 0.1]) * np.ones((n, 1))
    twigs = strips(spines, width, side, np.ones((n, points, 1)) * (colors.mean(axis=0) if share > 0.5 else twig))
    kept = round(leaves * share)
    if not kept:
        return twigs
    place = np.sort(rng.uniform(0.06, 1, (n, kept)), axis=1) * (points - 1)
    low = np.minimum(place.astype(int), points - 2)
    rows = np.arange(n)[:, None]
    root = spines[rows, low] + (place - low)[..., None] * (spines[rows, low + 1] - spines[rows, low])
    heading = rng.uniform(0, 2 * np.pi, (n, kept))
    flat = np.stack([np.cos(heading), np.sin(heading), np.zeros((n, kept))], axis=-1)
    tip = root + (flat * 0.5 - UP * 0.85) * rng.uniform(0.26, 0.44, (n, kept, 1))
    across = np.cross(flat, UP) * 0.035
    corners = np.stack([root + across, root - across, tip], axis=2).reshape(-1, 3)
    tint = colors[:, None, None] * rng.uniform(0.8, 1.2, (n, kept, 1, 1)) * np.array([0.9, 0.9, 1.1])[:, None]
    faces = copies(np.array([[0, 1, 2]]), n * kept, 3)
    return merge([twigs, Mesh(corners.astype(np.float32), faces, paint(tint.reshape(-1, 3)))])


def fronds(
    spines: np.ndarray, leaflets: int, reach: float, width: float, drop: float, colors: np.ndarray, rng: np.random.Generator,
    bare: float = 0.12, ahead: float = 0.55, taper: float = 0.15,
) -> Mesh:  # fmt: skip
    """Feathers along spines (N, K, 3): a rib and `leaflets` narrow leaflets a side, 2 faces each.

    reach: length of the longest leaflet; width of a leaflet over the gap to the next; drop: how far they hang below level;
    colors (N, 3) 0-255; bare: share of the rib without leaflets; ahead: how far they lean to the tip; taper: 0 widest at
    the foot, 0.5 in the middle.
    """
    n, k = spines.shape[:2]
    t = np.linspace(bare, 0.99, leaflets)
    place = t * (k - 1)
    low = np.minimum(place.astype(int), k - 2)
    step = spines[:, low + 1] - spines[:, low]
    root = spines[:, low] + (place - low)[:, None] * step
    along = unit(step)
    side = unit(np.cross(along, UP) + 1e-6)
    profile = np.clip(np.sin(np.pi * np.clip(taper + (1 - taper) * (t - bare) / (1 - bare), 0, 0.97)), 0.08, 1)
    gap = np.linalg.norm(spines[:, -1] - spines[:, 0], axis=1)[:, None, None] * (1 - bare) / leaflets
    parts = []
    for sign in (-1.0, 1.0):
        way = unit(sign * side + ahead * along - drop * UP + rng.normal(0, 0.07, root.shape))
        long = way * (reach * profile * rng.uniform(0.88, 1.08, (n, leaflets)))[..., None]
        half = along * gap * width / 2
        belly = root + 0.4 * long + 0.05 * reach * UP
        corners = np.stack([root, belly + sign * half, root + long, belly - sign * half], axis=2)
        tint = colors[:, None] * rng.uniform(0.82, 1.15, (n, leaflets, 1))
        tint = tint[:, :, None] * np.array([0.85, 1.0, 1.1, 1.0])[:, None]
        faces = copies(np.array([[0, 1, 2], [0, 2, 3]]), n * leaflets, 4)
        parts.append(Mesh(corners.reshape(-1, 3).astype(np.float32), faces, paint(tint.reshape(-1, 3))))
    rib = 0.02 * reach * np.linspace(1.6, 0.4, k) * np.ones((n, 1))
    ribs = strips(spines, rib, unit(np.cross(spines[:, -1] - spines[:, 0], UP) + 1e-6), np.repeat(colors[:, None] * 0.95, k, axis=1))
    return merge([*parts, ribs])


def paddles(spines: np.ndarray, widths: np.ndarray, fold: float, colors: np.ndarray, rng: np.random.Generator, torn: float = 0.0) -> Mesh:
    """Broad leaves along spines (N, K, 3), half-widths (N, K), halves raised by `fold`; colors (N, 3); 4 (K - 1) faces a leaf.

    torn 0-1: how ragged the rims are.
    """
    n, k = spines.shape[:2]
    along = unit(np.gradient(spines, axis=1))
    side = unit(np.cross(along, UP) + 1e-6)
    lift = np.cross(side, along)
    ragged = 1 - torn * rng.uniform(0, 1, (n, k, 2)) * (np.arange(k) % 2)[:, None]
    rims = []
    for j, sign in enumerate((-1.0, 1.0)):
        wide = widths * ragged[..., j]
        rims.append(spines + (sign * side + fold * lift) * wide[..., None])
    vertices = np.stack([rims[0], spines, rims[1]], axis=2)
    tint = colors[:, None, None] * (rng.uniform(0.86, 1.12, (n, k, 1, 1)) * np.array([0.95, 1.2, 0.95])[:, None])
    i = 3 * np.arange(k - 1)
    quads = [np.stack([i + a, i + a + 1, i + a + 4, i + a + 3], 1) for a in (0, 1)]
    faces = np.concatenate([half[:, pick] for half in quads for pick in ([0, 1, 2], [0, 2, 3])])
    return Mesh(vertices.reshape(-1, 3).astype(np.float32), copies(faces, n, 3 * k), paint(tint.reshape(-1, 3)))
