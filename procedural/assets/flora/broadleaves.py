"""Broadleaves of temperate woods and parks: oak, maple, birch, poplar, weeping willow."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.crowns import Leafage, dressed
from procedural.assets.flora.leaves import leaf_colors, lobed, sprig
from procedural.assets.flora.ribbons import scaled
from procedural.assets.flora.seasons import leaf_share, season_color, season_rand
from procedural.assets.flora.strands import strands
from procedural.assets.flora.wood import Branches, Crown, bark, flared, grow, painted, reshaped, thinner
from procedural.assets.noise import value_noise
from raw.mesh import merge

OAK_LEAVES = Leafage(sprig(3, 0.40, 2.0), 0.46, (0.30, 0.30, 0.26), stray=0.9, up=0.7)
MAPLE_LEAVES = Leafage(lobed(3, 0.42, 2.2), 0.37, (0.26, 0.26, 0.22), stray=0.9, up=0.9, droop=0.3)
BIRCH_LEAVES = Leafage(sprig(3, 0.40, 1.6), 0.36, (0.17, 0.17, 0.24), stray=0.5, up=0.4, droop=1.1, variation=0.25)
POPLAR_LEAVES = Leafage(sprig(3, 0.48, 1.8), 0.34, (0.12, 0.12, 0.22), stray=0.7, up=0.4)

WILLOW_LEAVES = Leafage(sprig(3, 0.16, 1.0), 0.62, (0.20, 0.20, 0.16), stray=0.6, up=0.5, droop=0.9)


def oak(height: float, spread: float, fullness: float, olive: float, season: float, seed: int) -> Asset:
    """An oak: a stout trunk, crooked limbs and a wide, clumped crown.

    height: metres; spread 0.8-1.3 stretches it sideways; fullness 0.5-1 of the leaves; olive 0-1; season 0-3.
    """
    parameters = checked("oak", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.5, 4.2, 62, start=0.36, radius=0.55, up=0.45, gravity=2, random=0.45, split=0.35, crown=Crown.Spherical),
        Branches(1.1, 1.7, 50, start=0.25, radius=0.5, gravity=3, random=0.5, split=0.2),
        Branches(1.1, 0.8, 48, start=0.3, radius=0.5, gravity=3, random=0.5, split=0.0, resolution=1.2),
    )
    wood = flared(grow((6.0, 0.38, 0.03), levels, seed, bend=0.25, sides=5, taper=1.0), 0.25, 0.4)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1])
    summer = np.array([84, 104, 54]) + olive * np.array([26, 20, 12])
    color = season_color(season, (142, 160, 74), tuple(summer), (172, 112, 48))
    where = thinner(wood, 0.6) & (wood.vertices[:, 2] > 2.0)
    crown = dressed(bark(wood, (92, 80, 66), 0.35, seed), wood, where, OAK_LEAVES, color, rng, fullness, season)
    return Asset(scaled(crown, height), None, parameters)


def oak_rand(rng: np.random.Generator) -> Asset:
    """An oak of 6-22 m."""
    return oak(
        height=rng.uniform(6, 22), spread=rng.uniform(0.9, 1.25), fullness=rng.uniform(0.8, 1), olive=rng.uniform(0, 1),
        season=season_rand(rng), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def maple(height: float, spread: float, fullness: float, redness: float, season: float, seed: int) -> Asset:
    """A maple: a dense, egg-shaped crown low on a short trunk, lobed leaves that turn yellow (redness 0) to scarlet (1)."""
    parameters = checked("maple", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.6, 3.5, 46, start=0.22, end=0.98, radius=0.5, up=0.5, gravity=1, split=0.3, crown=Crown.Spherical),
        Branches(1.3, 1.5, 45, start=0.25, radius=0.5, up=0.3, gravity=1, split=0.2),
        Branches(1.0, 0.7, 45, start=0.3, radius=0.5, gravity=2, split=0.0, resolution=1.2),
    )
    wood = flared(grow((7.0, 0.30, 0.08), levels, seed, bend=0.12, sides=5), 0.4, 0.4)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1])
    autumn = np.array([206, 156, 48]) + redness * np.array([-22, -98, -12])
    color = season_color(season, (150, 164, 80), (78, 106, 48), tuple(autumn))
    where = thinner(wood, 0.6) & (wood.vertices[:, 2] > 1.8)
    crown = dressed(bark(wood, (104, 96, 88), 0.25, seed), wood, where, MAPLE_LEAVES, color, rng, fullness, season)
    return Asset(scaled(crown, height), None, parameters)


def maple_rand(rng: np.random.Generator) -> Asset:
    """A maple of 7-22 m."""
    return maple(
        height=rng.uniform(7, 22), spread=rng.uniform(0.85, 1.15), fullness=rng.uniform(0.85, 1), redness=rng.uniform(0, 1),
        season=season_rand(rng), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def birch(height: float, slenderness: float, fullness: float, season: float, seed: int) -> Asset:
    """A slender tree with white bark, black marks and light, hanging twigs; slenderness 0.7-1.2 stretches it sideways."""
    parameters = checked("birch", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.4, 2.5, 42, start=0.28, end=0.97, radius=0.36, up=0.45, gravity=5, split=0.1, crown=Crown.Flame),
        Branches(1.8, 1.1, 50, start=0.3, radius=0.5, up=0.0, gravity=18, split=0.0),
    )
    wood = grow((9.5, 0.19, 0.03), levels, seed, bend=0.14, sides=6)
    wood = reshaped(wood, wood.vertices * [slenderness, slenderness, 1])
    color = season_color(season, (156, 172, 84), (112, 132, 66), (214, 172, 56))
    where = thinner(wood, 0.6) & (wood.vertices[:, 2] > 2.4)
    marks = value_noise(wood.vertices * [3, 3, 11], seed + 1)
    foot = 1.1 * np.exp(-wood.vertices[:, 2] / 0.35)  # old bark at the foot is black and cracked
    dark = (marks > 0.34 - foot) | (wood.radius < 0.045)
    stem = painted(wood, np.where(dark[:, None], [78.0, 70, 66], [212.0, 208, 198]) * (1 + 0.08 * marks[:, None]))
    crown = dressed(stem, wood, where, BIRCH_LEAVES, color, rng, fullness, season)
    return Asset(scaled(crown, height), None, parameters)


def birch_rand(rng: np.random.Generator) -> Asset:
    """A birch of 6-22 m."""
    return birch(
        height=rng.uniform(6, 22), slenderness=rng.uniform(0.75, 1.1), fullness=rng.uniform(0.6, 0.9), season=season_rand(rng),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def poplar(height: float, width: float, fullness: float, season: float, seed: int) -> Asset:
    """A Lombardy poplar: all branches steeply upright, a column; width 0.7-1.3 of it."""
    parameters = checked("poplar", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(3.6, 2.4, 24, start=0.06, end=0.97, radius=0.32, up=1.0, gravity=0, random=0.15, split=0.0,
                 crown=Crown.TaperedCylindrical),
        Branches(1.3, 0.7, 28, start=0.2, radius=0.5, up=0.8, gravity=0, random=0.2, split=0.0, resolution=1.2),
    )  # fmt: skip
    wood = grow((9.4, 0.24, 0.03), levels, seed, bend=0.04, sides=5)
    wood = reshaped(wood, wood.vertices * [width, width, 1])
    color = season_color(season, (150, 164, 78), (92, 116, 54), (218, 178, 58))
    where = thinner(wood, 0.75) & (wood.vertices[:, 2] > 0.9)
    crown = dressed(bark(wood, (100, 94, 82), 0.3, seed), wood, where, POPLAR_LEAVES, color, rng, fullness, season)
    return Asset(scaled(crown, height), None, parameters)


def poplar_rand(rng: np.random.Generator) -> Asset:
    """A Lombardy poplar of 10-28 m."""
    return poplar(
        height=rng.uniform(10, 28), width=rng.uniform(0.75, 1.2), fullness=rng.uniform(0.85, 1), season=season_rand(rng),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def willow(height: float, spread: float, curtain: float, season: float, seed: int) -> Asset:
    """A weeping willow: a domed crown whose long twigs hang to the ground; curtain 0.5-1 of their length."""
    parameters = checked("willow", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(3.2, 4.0, 44, start=0.40, radius=0.6, up=0.7, gravity=4, random=0.35, split=0.4, crown=Crown.Hemispherical),
        Branches(1.1, 1.6, 48, start=0.25, radius=0.5, up=0.2, gravity=8, split=0.2, resolution=1.2),
    )
    wood = flared(grow((4.4, 0.36, 0.03), levels, seed, bend=0.25, sides=5, taper=1.8), 0.3, 0.4)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1])
    color = season_color(season, (182, 188, 84), (128, 142, 68), (196, 168, 66))
    stem = bark(wood, (96, 84, 68), 0.35, seed)
    high = wood.vertices[:, 2] > 0.5 * wood.vertices[:, 2].max()
    feet = wood.vertices[rng.choice(np.flatnonzero(thinner(wood, 0.7) & high), 210)] + rng.normal(0, 0.16, (210, 3))
    length = curtain * feet[:, 2] * rng.uniform(0.35, 0.92, 210)
    colors = leaf_colors(feet, color, 0.16, rng)
    hung = strands(feet, length, 18, leaf_share(season), colors, np.array([150.0, 136, 72]), rng)
    dome = dressed(merge([stem, hung]), wood, thinner(wood, 0.7) & high, WILLOW_LEAVES, color, rng, 1.0, season, (150, 136, 72))
    return Asset(scaled(dome, height), None, parameters)


def willow_rand(rng: np.random.Generator) -> Asset:
    """A weeping willow of 6-18 m."""
    return willow(
        height=rng.uniform(6, 18), spread=rng.uniform(0.95, 1.25), curtain=rng.uniform(0.8, 1), season=season_rand(rng),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip
