"""Conifers: Scots pine, spruce, larch, Italian cypress."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.crowns import Leafage, dressed
from procedural.assets.flora.leaves import needles, spray
from procedural.assets.flora.ribbons import scaled
from procedural.assets.flora.seasons import season_color, season_rand
from procedural.assets.flora.wood import Branches, Crown, Wood, bark, flared, grow, painted, reshaped
from procedural.assets.noise import value_noise

PINE_NEEDLES = Leafage(needles(8, 0.10, 1.0), 0.36, (0.22, 0.22, 0.13), stray=0.8, up=0.8)
SPRUCE_SPRAYS = Leafage(spray(3, 0.50), 0.66, (0.16, 0.16, 0.08), stray=0.55, up=1.6, droop=0.35)
LARCH_TUFTS = Leafage(needles(7, 0.11, 1.2), 0.26, (0.13, 0.13, 0.10), stray=0.9, up=0.6)
CYPRESS_SPRAYS = Leafage(spray(2, 0.34), 0.50, (0.07, 0.07, 0.15), stray=0.22, up=0.0, droop=-0.5)


def pine(height: float, width: float, fullness: float, start: float, blueness: float, seed: int) -> Asset:
    """A Scots pine: a long bare trunk, orange above, and a crown of dense clumps of needles.

    height: metres; width 0.7-1.3 of the crown; fullness 0.5-1 of the needles; start 0.35-0.7 of the lowest branches; blueness 0-1.
    """
    parameters = checked("pine", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.6, 2.7, 68, start=start, end=0.99, radius=0.42, up=0.35, gravity=2, random=0.4, split=0.25, crown=Crown.Hemispherical),
        Branches(1.4, 1.0, 50, start=0.45, radius=0.5, up=0.5, gravity=1, random=0.4, split=0.2, flatness=0.8),
    )
    wood = flared(grow((9.0, 0.24, 0.07), levels, seed, bend=0.16, sides=6), 0.3, 0.4)
    wood = reshaped(wood, wood.vertices * [width, width, 1])
    furrow = value_noise(wood.vertices * [7, 7, 2], seed)[:, None]
    orange = np.clip((wood.vertices[:, 2:] - 3.0) / 2.2 + 0.3 * furrow, 0, 1)
    stem = painted(wood, (np.array([96.0, 80, 68]) * (1 - orange) + np.array([186.0, 112, 62]) * orange) * (1 + 0.22 * furrow))
    where = (wood.depth > 0) & (wood.along > 0.55) & (wood.radius < np.quantile(wood.radius, 0.75))
    color = np.array([78, 98, 58]) + blueness * np.array([-2, 4, 16])
    return Asset(scaled(dressed(stem, wood, where, PINE_NEEDLES, color, rng, fullness), height), None, parameters)


def pine_rand(rng: np.random.Generator) -> Asset:
    """A Scots pine of 8-28 m."""
    return pine(
        height=rng.uniform(8, 28), width=rng.uniform(0.75, 1.25), fullness=rng.uniform(0.85, 1), start=rng.uniform(0.42, 0.66),
        blueness=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def cone(width: float, start: float, density: float, droop: float, seed: int) -> Wood:
    """The skeleton of a conical conifer: branches all the way up a straight trunk, shorter towards the tip."""
    levels = (
        Branches(density, 3.6, 88, start=start, end=0.995, radius=0.22, up=0.12, gravity=droop, random=0.12, split=0.0,
                 crown=Crown.Conical, resolution=1.5),
    )  # fmt: skip
    wood = grow((10.0, 0.22, 0.02), levels, seed, bend=0.02, sides=4)
    # Straight from foot to tip: what the library leaves of a Conical crown is too blunt.
    z = wood.vertices[:, 2]
    share = np.clip(1.12 * (1 - z / z.max()), 0.03, 1)
    out = np.linalg.norm(wood.vertices[:, :2], axis=1)
    cap = width * 2.6 * share
    shrink = np.where(wood.depth > 0, cap / np.maximum(out, 1e-6), 1.0)
    shrink = np.where(out > cap, shrink, 1.0) * np.where(wood.depth > 0, width, 1.0)
    return reshaped(wood, wood.vertices * np.stack([shrink, shrink, np.ones(len(z))], axis=1))


def spruce(height: float, width: float, fullness: float, start: float, blueness: float, seed: int) -> Asset:
    """A Norway spruce: a dense, dark, pointed cone down to the ground; start 0.02-0.2 of the lowest branches, blueness 0-1."""
    parameters = checked("spruce", locals())
    rng = np.random.default_rng(seed)
    wood = cone(width, start, 9.5, 9, seed)
    where = (wood.depth > 0) & (wood.along > 0.15) | (wood.vertices[:, 2] > 9.2)
    color = np.array([66, 86, 54]) + blueness * np.array([4, 8, 26])
    stem = bark(wood, (84, 68, 56), 0.3, seed)
    return Asset(scaled(dressed(stem, wood, where, SPRUCE_SPRAYS, color, rng, fullness), height), None, parameters)


def spruce_rand(rng: np.random.Generator) -> Asset:
    """A spruce of 6-30 m."""
    return spruce(
        height=rng.uniform(6, 30), width=rng.uniform(0.65, 1.0), fullness=rng.uniform(0.9, 1), start=rng.uniform(0.02, 0.10),
        blueness=rng.uniform(0, 1) ** 2, seed=int(rng.integers(2**31)),
    )  # fmt: skip


def larch(height: float, width: float, fullness: float, start: float, season: float, seed: int) -> Asset:
    """A larch: an open, light green cone that turns gold in autumn and stands bare in winter."""
    parameters = checked("larch", locals())
    rng = np.random.default_rng(seed)
    wood = cone(width, start, 6.5, 6, seed)
    where = (wood.depth > 0) & (wood.along > 0.2) | (wood.vertices[:, 2] > 9.0)
    color = season_color(season, (150, 172, 86), (112, 138, 74), (214, 164, 52))
    stem = bark(wood, (118, 92, 74), 0.3, seed)
    crown = dressed(stem, wood, where, LARCH_TUFTS, color, rng, fullness, season, (128, 100, 72))
    return Asset(scaled(crown, height), None, parameters)


def larch_rand(rng: np.random.Generator) -> Asset:
    """A larch of 8-30 m."""
    return larch(
        height=rng.uniform(8, 30), width=rng.uniform(0.6, 0.9), fullness=rng.uniform(0.6, 0.85), start=rng.uniform(0.08, 0.25),
        season=season_rand(rng), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def cypress(height: float, width: float, fullness: float, seed: int) -> Asset:
    """An Italian cypress: a dark, closed, narrow spindle; width 0.6-1.3 of it."""
    parameters = checked("cypress", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(8.5, 1.5, 27, start=0.03, end=0.96, radius=0.25, up=1.0, gravity=0, random=0.1, split=0.0, crown=Crown.TaperedCylindrical),
    )
    wood = grow((9.6, 0.18, 0.02), levels, seed, bend=0.03, sides=4)
    z = wood.vertices[:, 2] / wood.vertices[:, 2].max()
    spindle = width * (0.45 + 0.75 * np.sin(np.pi * np.clip(0.12 + 0.8 * z, 0, 1)) ** 0.8)
    wood = reshaped(wood, wood.vertices * np.stack([spindle, spindle, np.ones(len(z))], axis=1))
    where = (wood.depth > 0) | (z > 0.93)
    color = np.array([58, 76, 46])
    sprays = CYPRESS_SPRAYS
    stem = bark(wood, (98, 82, 68), 0.25, seed)
    return Asset(scaled(dressed(stem, wood, where, sprays, color, rng, fullness), height), None, parameters)


def cypress_rand(rng: np.random.Generator) -> Asset:
    """A cypress of 7-24 m."""
    return cypress(height=rng.uniform(7, 24), width=rng.uniform(0.7, 1.2), fullness=rng.uniform(0.9, 1), seed=int(rng.integers(2**31)))
