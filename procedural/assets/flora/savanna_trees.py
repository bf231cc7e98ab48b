"""Trees of warm, dry lands: umbrella thorn, baobab, river red gum, Joshua tree, and the dead snag."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.crowns import Leafage, dressed
from procedural.assets.flora.leaves import cards, needles, spray, sprig
from procedural.assets.flora.ribbons import scaled
from procedural.assets.flora.seasons import season_color
from procedural.assets.flora.wood import Branches, Crown, bark, flared, grow, painted, reshaped, thinner, tips
from procedural.assets.noise import value_noise
from raw.mesh import merge

ACACIA_LEAVES = Leafage(spray(3, 0.62), 0.40, (0.30, 0.30, 0.09), stray=1.0, up=1.5)
BAOBAB_LEAVES = Leafage(sprig(5, 0.34, 3.6), 0.34, (0.14, 0.14, 0.14), stray=0.9, up=0.8)
GUM_LEAVES = Leafage(sprig(3, 0.20, 1.1), 0.52, (0.22, 0.22, 0.20), stray=0.7, up=0.2, droop=1.2)
ROSETTE = needles(26, 0.10, 1.9)


def acacia(height: float, spread: float, fork: float, fullness: float, dryness: float, seed: int) -> Asset:
    """An umbrella thorn: a short trunk, branches that fan out, a flat wide crown of feathery leaves.

    height: metres; spread: stretches the crown sideways (0.8-1.4); fork: length of the trunk in units (2.4-3.6); fullness 0.4-1;
    dryness 0-1.
    """
    parameters = checked("acacia", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(9 / fork, 4.6, 48, start=0.5, radius=0.6, up=0.4, gravity=1, random=0.35, split=0.4),
        Branches(0.9, 2.0, 45, start=0.35, radius=0.5, up=0.35, gravity=1, split=0.3, flatness=0.8),
        Branches(1.0, 0.9, 45, start=0.3, radius=0.5, up=0.3, gravity=1, split=0.0, flatness=0.8, resolution=1.2),
    )
    wood = grow((fork, 0.24, 0.02), levels, seed, bend=0.3, sides=5, taper=1.6)
    # Press the crown against a ceiling, so that it ends in the flat top of the kind.
    points = wood.vertices.copy()
    ceiling = np.quantile(points[:, 2], 0.75)
    over = np.maximum(points[:, 2] - 0.8 * ceiling, 0)
    points[:, 2] += 0.2 * ceiling * (1 - np.exp(-over / (0.2 * ceiling))) - over
    wood = reshaped(wood, points * [1.25 * spread, 1.25 * spread, 1])
    where = (wood.vertices[:, 2] > 0.78 * ceiling) & thinner(wood, 0.7)
    color = np.array([96, 110, 62]) + dryness * np.array([52, 32, 24])
    stem = bark(wood, (104, 88, 72), 0.25, seed)
    return Asset(scaled(dressed(stem, wood, where, ACACIA_LEAVES, color, rng, fullness), height), None, parameters)


def acacia_rand(rng: np.random.Generator) -> Asset:
    """An umbrella thorn of 4-14 m."""
    return acacia(
        height=rng.uniform(4, 14), spread=rng.uniform(0.9, 1.3), fork=rng.uniform(2.4, 3.6), fullness=rng.uniform(0.75, 1),
        dryness=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def baobab(height: float, girth: float, fullness: float, season: float, seed: int) -> Asset:
    """A baobab: a bottle of a trunk (girth 0.7-1.4), few stubby branches on top, and leaves in the rains only (season below 2)."""
    parameters = checked("baobab", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.6, 3.7, 64, start=0.66, radius=0.6, up=0.35, gravity=0, random=0.5, split=0.35, crown=Crown.Cylindrical),
        Branches(1.2, 1.4, 52, start=0.3, radius=0.5, up=0.3, gravity=0, random=0.6, split=0.3),
        Branches(1.6, 0.6, 50, start=0.3, radius=0.55, up=0.3, gravity=0, random=0.6, split=0.0, resolution=1.5),
    )
    wood = grow((6.6, 0.60, 0.05), levels, seed, bend=0.05, sides=9, taper=3.5)
    x, y, z = wood.vertices.T
    bottle = 1 + girth * 1.0 / (1 + np.exp((z - 4.6) / 0.45))
    folds = 1 + 0.05 * np.cos(7 * np.arctan2(y, x) + 1.5 * np.sin(z)) * (z < 5)
    wood = flared(reshaped(wood, np.stack([x * bottle * folds, y * bottle * folds, z], axis=1)), 0.22, 0.5, 6)
    furrow = value_noise(wood.vertices * [3, 3, 0.8], seed)[:, None]
    stem = painted(wood, np.array([146.0, 128, 114]) * (1 + 0.16 * furrow))
    color = season_color(season, (138, 152, 80), (98, 116, 58), (160, 140, 74))
    where = (wood.along > 0.3) & thinner(wood, 0.55) & (z > 4.5)
    crown = dressed(stem, wood, where, BAOBAB_LEAVES, color, rng, 0.6 * fullness, season, (128, 112, 98))
    return Asset(scaled(crown, height), None, parameters)


def baobab_rand(rng: np.random.Generator) -> Asset:
    """A baobab of 7-22 m, one in three bare."""
    season = rng.uniform(0.4, 1.8) if rng.uniform() < 0.67 else 3.0
    return baobab(
        height=rng.uniform(7, 22), girth=rng.uniform(0.8, 1.3), fullness=rng.uniform(0.5, 1), season=season, seed=int(rng.integers(2**31))
    )


def eucalyptus(height: float, spread: float, fullness: float, greyness: float, seed: int) -> Asset:
    """A gum tree: a tall, smooth, pale trunk with patches of peeling bark, and open clumps of hanging leaves at the branch ends."""
    parameters = checked("eucalyptus", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(1.3, 4.2, 44, start=0.42, radius=0.62, up=0.6, gravity=1, random=0.5, split=0.35),
        Branches(0.9, 1.9, 48, start=0.45, radius=0.55, up=0.4, gravity=2, random=0.5, split=0.3),
        Branches(1.2, 0.9, 48, start=0.4, radius=0.5, up=0.1, gravity=6, random=0.4, split=0.0),
    )
    wood = grow((7.2, 0.32, 0.03), levels, seed, bend=0.3, sides=6, taper=1.2)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1])
    patch = value_noise(wood.vertices * [2.2, 2.2, 0.7], seed)
    shed = np.clip((patch - 0.15) * 4, 0, 1)[:, None]
    stem = painted(wood, np.array([214.0, 204, 186]) * (1 - shed) + np.array([158.0, 134, 112]) * shed)
    where = (wood.along > 0.4) & thinner(wood, 0.55) & (wood.vertices[:, 2] > 3)
    color = np.array([100, 116, 74]) + greyness * np.array([20, 16, 28])
    return Asset(scaled(dressed(stem, wood, where, GUM_LEAVES, color, rng, fullness), height), None, parameters)


def eucalyptus_rand(rng: np.random.Generator) -> Asset:
    """A gum tree of 10-30 m."""
    return eucalyptus(
        height=rng.uniform(10, 30), spread=rng.uniform(0.7, 1.0), fullness=rng.uniform(0.75, 1), greyness=rng.uniform(0, 1),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def joshua(height: float, spread: float, skirt: float, seed: int) -> Asset:
    """A Joshua tree: thick forking arms that end in balls of daggers, with skirts of dead leaves (skirt 0-1) below them."""
    parameters = checked("joshua", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.4, 2.4, 46, start=0.5, radius=0.85, up=0.8, gravity=0, random=0.5, split=0.5),
        Branches(1.0, 1.3, 52, start=0.45, radius=0.85, up=0.8, gravity=0, random=0.5, split=0.3),
    )
    wood = grow((3.4, 0.30, 0.10), levels, seed, bend=0.25, sides=10, taper=3)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1])
    ends = tips(wood)[:220]
    feet, along = wood.vertices[ends], wood.direction[ends]
    back = rng.choice(np.flatnonzero((wood.depth > 0) & (wood.along > 0.35)), int(200 * skirt) + 40)
    green = np.array([104.0, 118, 78]) * rng.uniform(0.85, 1.15, (len(ends), 1))
    dead = np.array([150.0, 130, 98]) * rng.uniform(0.8, 1.1, (len(back), 1))
    heads = cards(ROSETTE, feet - 0.1 * along, along, rng.normal(size=along.shape), 0.72, green, rng)
    skirts = cards(ROSETTE, wood.vertices[back], -wood.direction[back], rng.normal(size=(len(back), 3)), 0.42, dead, rng)
    stem = bark(wood, (118, 100, 82), 0.35, seed)
    return Asset(scaled(merge([stem, heads, skirts]), height), None, parameters)


def joshua_rand(rng: np.random.Generator) -> Asset:
    """A Joshua tree of 3-11 m."""
    return joshua(height=rng.uniform(3, 11), spread=rng.uniform(0.85, 1.15), skirt=rng.uniform(0.2, 1), seed=int(rng.integers(2**31)))


def snag(height: float, spread: float, brightness: float, seed: int) -> Asset:
    """A dead tree, bare and bleached grey (brightness 90-160); spread 0.7-1.2 stretches it sideways."""
    parameters = checked("snag", locals())
    levels = (
        Branches(1.3, 3.2, 50, start=0.3, radius=0.55, up=0.3, gravity=1, random=0.6, split=0.4),
        Branches(1.4, 1.5, 52, start=0.2, radius=0.5, up=0.2, gravity=1, random=0.6, split=0.3),
        Branches(2.8, 0.7, 50, start=0.2, radius=0.6, up=0.1, gravity=1, random=0.6, split=0.0),
    )
    wood = flared(grow((6.0, 0.40, 0.05), levels, seed, bend=0.4, sides=16, taper=0.8), 0.4, 0.4)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1])
    color = (1.03 * brightness, 0.97 * brightness, 0.90 * brightness)
    return Asset(scaled(bark(wood, color, 0.4, seed), height), None, parameters)


def snag_rand(rng: np.random.Generator) -> Asset:
    """A dead tree of 3-14 m."""
    return snag(height=rng.uniform(3, 14), spread=rng.uniform(0.8, 1.2), brightness=rng.uniform(95, 150), seed=int(rng.integers(2**31)))
