"""Succulents: saguaro, prickly pear, agave."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.ribbons import UP, arcs, copies, paint, scaled, tubes, unit
from procedural.assets.flora.strands import paddles
from raw.mesh import Mesh, merge


def saguaro(height: float, arms: float, girth: float, seed: int) -> Asset:
    """A saguaro: a ribbed green column (girth 0.3-0.6 units of 10) with 0-8 arms that bend upwards."""
    parameters = checked("saguaro", locals())
    rng, n = np.random.default_rng(seed), int(arms)
    trunk = np.stack([np.zeros(24), np.zeros(24), np.linspace(0, 10, 24)], axis=1)
    parts = [_column(trunk[None], girth, rng)]
    if n:
        heading, high = np.arange(n) * 2.4 + rng.uniform(-0.4, 0.4, n), rng.uniform(3.2, 6.0, n)
        reach, rise = rng.uniform(1.0, 1.7, n), rng.uniform(1.2, 4.2, n)
        bend = np.linspace(0, np.pi / 2, 7)
        out = np.concatenate([np.sin(bend), np.full(9, 1.0)]) * np.ones((n, 1)) * reach[:, None]
        up = np.concatenate([0.9 * (1 - np.cos(bend)), np.linspace(0.15, 1, 9)])
        lift = np.where(np.arange(16) < 7, up, 0) * np.ones((n, 1)) + np.where(np.arange(16) >= 7, 0.9 + rise[:, None] * up, 0)
        flat = np.stack([np.cos(heading), np.sin(heading)], axis=1)[:, None] * out[..., None]
        parts.append(_column(np.concatenate([flat, (high[:, None] + lift)[..., None]], axis=2), 0.68 * girth, rng))
    return Asset(scaled(merge(parts), height), None, parameters)


def _column(spines: np.ndarray, girth: float, rng: np.random.Generator) -> Mesh:
    """Ribbed tubes (N, K, 3) with domed ends; ribs catch the light, furrows are dark."""
    n, k = spines.shape[:2]
    left = np.linspace(1, 0, k)
    radii = girth * np.sqrt(np.clip(1 - (1 - np.minimum(left * k / 2.5, 1)) ** 2, 0.0004, 1)) * (0.86 + 0.14 * np.sin(np.pi * (1 - left)))
    color = np.array([104.0, 122, 76]) * rng.uniform(0.92, 1.08, (n, k, 1, 1))
    rib = np.where(np.arange(32) % 2, 0.62, 1.12)[:, None]
    woody = np.clip(1 - spines[..., 2:] / 0.8, 0, 1)[:, :, None]
    return tubes(spines, radii * np.ones((n, 1)), 32, (color * (1 - woody) + np.array([124.0, 112, 84]) * woody) * rib, ribs=0.16)


def saguaro_rand(rng: np.random.Generator) -> Asset:
    """A saguaro of 3-13 m; the tall ones have more arms."""
    height = rng.uniform(3, 13)
    return saguaro(height=height, arms=rng.uniform(0, 1.5) + 0.45 * height, girth=rng.uniform(0.34, 0.5), seed=int(rng.integers(2**31)))


def prickly_pear(height: float, pads: float, fruits: float, seed: int) -> Asset:
    """A prickly pear: `pads` (10-50) flat oval pads that grow out of one another's rims; fruits 0-1: how many bear red fruit."""
    parameters = checked("prickly_pear", locals())
    rng = np.random.default_rng(seed)
    feet, ups, sides, sizes = [], [], [], []
    for k in range(int(pads)):
        if k < 5:
            turn = 1.26 * k + rng.uniform(-0.3, 0.3)
            feet.append(np.array([np.cos(turn), np.sin(turn), 0]) * 0.2)
            ups.append(unit(np.array([np.cos(turn), np.sin(turn), 1.4])))
            sizes.append(0.42)
        else:
            on = int(rng.integers(k // 6, max(5, int(0.8 * k))))
            angle = rng.uniform(-1.1, 1.1)
            up = np.cos(angle) * ups[on] + np.sin(angle) * sides[on]
            feet.append(feet[on] + 0.95 * sizes[on] * (0.5 * ups[on] + 0.5 * up))
            way = up + 0.35 * UP + rng.normal(0, 0.2, 3)
            ups.append(unit(np.array([way[0], way[1], max(way[2], 0.15)])))
            sizes.append(sizes[on] * rng.uniform(0.85, 1.0))
        sides.append(unit(np.cross(ups[-1], rng.normal(size=3))))
    return Asset(scaled(_pads(*(np.array(x) for x in (feet, ups, sides, sizes)), fruits, rng), height), None, parameters)


def _pads(feet: np.ndarray, ups: np.ndarray, sides: np.ndarray, sizes: np.ndarray, fruits: float, rng: np.random.Generator) -> Mesh:
    """Pads with their spines and fruits: flat eggs of 9 x 12 points."""
    n, rings, around = len(feet), 9, 12
    t = np.linspace(0.0, 1, rings)
    spines = feet[:, None] + ups[:, None] * (sizes[:, None] * t)[..., None]
    radius = np.sqrt(np.clip(t * (1 - t), 0, 1)) * (0.62 + 0.30 * t) + 0.002
    angle = np.arange(around) * (2 * np.pi / around)
    through = np.cross(ups, sides)
    spoke = np.cos(angle)[:, None] * sides[:, None] + 0.20 * np.sin(angle)[:, None] * through[:, None]
    points = spines[:, :, None] + (sizes[:, None] * radius)[:, :, None, None] * spoke[:, None]
    tint = np.array([112.0, 136, 84]) * rng.uniform(0.85, 1.15, (n, 1, 1, 1)) * np.where(np.arange(around) % 2, 0.93, 1.05)[:, None]
    tint = tint * np.where(np.arange(rings) % 2, 0.95, 1.05)[:, None, None]
    i, j = (x.ravel() for x in np.meshgrid(np.arange(rings - 1) * around, np.arange(around), indexing="ij"))
    p, q = i + j, i + (j + 1) % around
    faces = np.concatenate([np.stack([p, q, q + around], 1), np.stack([p, q + around, p + around], 1)])
    skin = paint(np.broadcast_to(tint, points.shape).reshape(-1, 3))
    body = Mesh(points.reshape(-1, 3).astype(np.float32), copies(faces, n, rings * around), skin)
    rim = points[:, 5:-1].reshape(n, -1, 3)
    bearing = np.flatnonzero(rng.uniform(size=n) < fruits)
    if not len(bearing):
        return body
    pick = rng.integers(rim.shape[1], size=(len(bearing), 3))
    roots = rim[bearing[:, None], pick].reshape(-1, 3)
    ways = unit(roots - np.repeat(feet[bearing] + 0.5 * ups[bearing] * sizes[bearing, None], 3, axis=0))
    stalks = roots[:, None] + ways[:, None] * (0.085 * np.linspace(-0.1, 1, 4))[:, None]
    pear = np.array([0.012, 0.028, 0.032, 0.004]) * np.ones((len(stalks), 1))
    return merge([body, tubes(stalks, pear, 6, np.array([158.0, 52, 62]) * np.ones((len(stalks), 4, 1)))])


def prickly_pear_rand(rng: np.random.Generator) -> Asset:
    """A prickly pear of 0.5-3 m, half of them in fruit."""
    return prickly_pear(
        height=rng.uniform(0.5, 3), pads=rng.uniform(17, 50), fruits=rng.uniform(0.2, 0.7) * (rng.uniform() < 0.5),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def agave(height: float, count: float, spread: float, blueness: float, yellow: float, seed: int) -> Asset:
    """An agave: a rosette of `count` (20-60) stiff, pointed, trough-shaped leaves; spread 1.1-1.6 radians of the outermost.

    blueness 0-1 of the leaves, yellow 0-1 of their rims (a garden form).
    """
    parameters = checked("agave", locals())
    rng, n = np.random.default_rng(seed), int(count)
    age = np.sqrt(np.linspace(0, 1, n))
    curl = -0.25 - 0.25 * age * rng.uniform(0.4, 1.4, n)
    spines = arcs(np.arange(n) * 2.4, 0.06 + (spread - 0.06) * age, curl, rng.uniform(0.9, 1.1, n), 33)
    t = np.linspace(0, 1, 33)
    profile = np.interp(t, np.linspace(0, 1, 9), [0.55, 0.72, 0.90, 1.0, 0.98, 0.82, 0.58, 0.28, 0.02])
    profile = profile * np.where(np.arange(33) % 2, 0.9, 1.04)  # toothed rims
    color = np.array([112, 134, 88]) + blueness * np.array([16, 8, 36])
    tones = color * rng.uniform(0.88, 1.12, (n, 1)) * (1.1 - 0.2 * age[:, None])
    leaves = paddles(spines, 0.12 * profile * np.ones((n, 1)), 0.55, tones, rng)
    colors = leaves.colors.reshape(n, 33, 3, 3).astype(np.float64)
    colors[:, :, [0, 2]] += yellow * (np.array([206, 192, 110]) - colors[:, :, [0, 2]])
    colors[:, -1:] = [86, 64, 52]  # the dark thorn at the tip
    colors[:, :, 1] *= 0.8
    return Asset(scaled(leaves._replace(colors=paint(colors.reshape(-1, 3))), height), None, parameters)


def agave_rand(rng: np.random.Generator) -> Asset:
    """An agave of 0.5-2 m."""
    return agave(
        height=rng.uniform(0.5, 2), count=rng.uniform(24, 50), spread=rng.uniform(1.15, 1.5), blueness=rng.uniform(0, 1),
        yellow=float(rng.uniform() < 0.25), seed=int(rng.integers(2**31)),
    )  # fmt: skip
