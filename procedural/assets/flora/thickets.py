"""Woody bushes grown from twigs: round shrub, thorn bush, bramble, gorse, holly, sagebrush."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.crowns import Leafage, dressed, hang, room
from procedural.assets.flora.leaves import cards, needles, oval, sprig
from procedural.assets.flora.ribbons import UP, arcs, scaled, strips, unit
from procedural.assets.flora.seasons import season_color, season_rand
from procedural.assets.flora.wood import Branches, Wood, bark, grow, reshaped, thinner
from procedural.assets.noise import fractal_noise
from raw.mesh import Mesh, merge

THORN_LEAVES = Leafage(sprig(3, 0.42, 1.8), 0.26, (0.12, 0.12, 0.12), stray=1.0)
SAGE_LEAVES = Leafage(sprig(4, 0.26, 1.3), 0.12, (0.02, 0.02, 0.02), stray=0.5, up=0.4)
HOLLY_LEAVES = Leafage(oval(0.55), 0.34, (0.14, 0.14, 0.14), stray=0.9, up=0.5, variation=0.25)
GORSE_SPINES = Leafage(needles(6, 0.14, 0.9), 0.15, (0.02, 0.02, 0.02), stray=0.6, up=0.3)
BERRY = needles(6, 0.8, 3.1)  # a ball of stubby faces: berries and flowers seen from a few metres


def mound(width: float, lumps: float, color: tuple[float, float, float], seed: int, rng: np.random.Generator) -> tuple[Mesh, Wood]:
    """Canes from one foot, and a cloud of places for leaves in a lumpy mound 1 high and `width` wide, as wood without faces."""
    stems, count = 13, 2600
    lean = rng.uniform(0.1, 0.8, stems)
    spines = arcs(rng.uniform(0, 2 * np.pi, stems), lean, rng.uniform(-0.2, 0.4, stems), rng.uniform(0.7, 1.0, stems), 5)
    across = unit(rng.normal(size=(stems, 3)) * [1, 1, 0])
    canes = strips(spines * [0.6 * width, 0.6 * width, 0.8], np.full((stems, 5), 0.010), across, np.array(color))
    ways = unit(rng.normal(size=(count, 3)) * [1, 1, 0.9])
    reach = (1 + lumps * fractal_noise(ways * 2.0, seed + 1, 2)) * rng.uniform(0.25, 1, count) ** 0.4
    places = ways * reach[:, None] * [width / 2, width / 2, 0.5] + [0, 0, 0.44]
    places = places[places[:, 2] > 0.03]
    zero = np.zeros(len(places))
    faces = np.zeros((0, 3), dtype=np.int64)
    return canes, Wood(places, faces, zero, unit(places - [0, 0, 0.2]), zero, zero.astype(np.int64), zero + 1)


def shrub(height: float, width: float, fullness: float, leaf: float, olive: float, season: float, seed: int) -> Asset:
    """A round leafy shrub: width over height 0.9-1.8, fullness 0.4-1, leaf: length of a card over the height 0.06-0.13, olive 0-1."""
    parameters = checked("shrub", locals())
    rng = np.random.default_rng(seed)
    summer = np.array([82, 104, 54]) + olive * np.array([44, 30, 22])
    color = season_color(season, (142, 160, 76), tuple(summer), (178, 104, 50))
    canes, cloud = mound(width, 0.5, (92, 76, 60), seed, rng)
    leaves = Leafage(sprig(3, 0.46, 1.9), leaf, (0.01, 0.01, 0.01), stray=0.7, up=0.6)
    bush = dressed(canes, cloud, cloud.along > 0, leaves, color, rng, fullness, season, (112, 94, 78))
    return Asset(scaled(bush, height), None, parameters)


def shrub_rand(rng: np.random.Generator) -> Asset:
    """A shrub of 0.6-3 m, from dark to olive green."""
    return shrub(
        height=rng.uniform(0.6, 3), width=rng.uniform(0.95, 1.6), fullness=rng.uniform(0.75, 1), leaf=rng.uniform(0.08, 0.12),
        olive=rng.uniform(0, 1), season=season_rand(rng), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def thicket(spread: float, seed: int, up: float = 0.25, gravity: float = 1.0, sides: int = 3) -> Wood:
    """Thin forking twigs from one foot, about 5 units high; spread stretches them sideways."""
    levels = (
        Branches(9, 5.0, 50, start=0.1, radius=0.7, up=up, gravity=gravity, random=0.5, split=0.4, resolution=1.0),
        Branches(0.8, 2.2, 50, start=0.15, radius=0.6, up=up, gravity=gravity, random=0.6, split=0.2, resolution=1.0),
        Branches(0.7, 1.1, 55, start=0.15, radius=0.7, up=up / 2, gravity=gravity, random=0.6, split=0.0, resolution=1.0),
    )
    wood = grow((1.2, 0.15, 0.11), levels, seed, bend=0.3, sides=sides)
    return reshaped(wood, wood.vertices * [spread, spread, 1])


def thorn_bush(height: float, spread: float, fullness: float, dryness: float, seed: int) -> Asset:
    """A dry thorny bush: a thicket of thin forking twigs with white thorns and few small leaves; spread 0.9-1.6, dryness 0-1."""
    parameters = checked("thorn_bush", locals())
    rng = np.random.default_rng(seed)
    wood = thicket(spread, seed)
    color = np.array([98, 98, 58]) + dryness * np.array([42, 22, 18])
    stem = bark(wood, (112, 98, 82), 0.3, seed)
    thorny = rng.choice(np.flatnonzero(thinner(wood, 0.8)), 500)
    ways = rng.normal(size=(500, 3))
    thorns = cards(needles(2, 0.09, 0.9), wood.vertices[thorny], ways, UP + 0 * ways, 0.30, np.full((500, 3), 196.0), rng)
    leaves = hang(wood, thinner(wood, 0.7), room(THORN_LEAVES.shape, [stem, thorns], 0.55 * fullness), THORN_LEAVES, color, rng)
    return Asset(scaled(merge([stem, thorns, leaves]), height), None, parameters)


def thorn_bush_rand(rng: np.random.Generator) -> Asset:
    """A thorn bush of 0.6-3 m."""
    return thorn_bush(
        height=rng.uniform(0.6, 3), spread=rng.uniform(1.0, 1.5), fullness=rng.uniform(0.3, 1), dryness=rng.uniform(0, 1),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def sagebrush(height: float, width: float, fullness: float, silver: float, bloom: float, seed: int) -> Asset:
    """Big sagebrush: a wide, silvery grey-green cushion on grey stems; width over height 1-2, silver 0-1, bloom 0-1 yellowish plumes."""
    parameters = checked("sagebrush", locals())
    rng = np.random.default_rng(seed)
    canes, cloud = mound(width, 0.7, (116, 106, 94), seed, rng)
    color = np.array([138, 146, 116]) + silver * np.array([26, 24, 32])
    top = rng.choice(np.flatnonzero(cloud.vertices[:, 2] > 0.55), int(160 * bloom) + 1)
    ways = UP + 0.3 * rng.normal(size=(len(top), 3))
    gold = np.array([178.0, 166, 96]) * rng.uniform(0.85, 1.1, (len(top), 1))
    parts = [canes, cards(needles(5, 0.12, 0.35), cloud.vertices[top], ways, rng.normal(size=ways.shape), 0.22, gold, rng)]
    parts.append(hang(cloud, cloud.along > 0, room(SAGE_LEAVES.shape, parts, 0.85 * fullness), SAGE_LEAVES, color, rng))
    return Asset(scaled(merge(parts), height), None, parameters)


def sagebrush_rand(rng: np.random.Generator) -> Asset:
    """A sagebrush of 0.5-2 m."""
    return sagebrush(
        height=rng.uniform(0.5, 2), width=rng.uniform(1.1, 1.8), fullness=rng.uniform(0.7, 1), silver=rng.uniform(0, 1),
        bloom=rng.uniform(0, 1) * (rng.uniform() < 0.4), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def holly(height: float, width: float, fullness: float, berries: float, seed: int) -> Asset:
    """A holly: a dense, dark, glossy green cone of a bush with red berries (0-1); width 0.7-1.4."""
    parameters = checked("holly", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(7, 2.2, 62, start=0.03, end=0.98, radius=0.5, up=0.5, gravity=1, random=0.3, split=0.2),
        Branches(1.6, 0.9, 50, start=0.2, radius=0.6, up=0.3, gravity=1, random=0.4, split=0.0, resolution=1.2),
    )
    wood = grow((4.6, 0.14, 0.03), levels, seed, bend=0.1, sides=4)
    z = wood.vertices[:, 2] / wood.vertices[:, 2].max()
    taper = width * np.clip(1.15 - 0.85 * z, 0.15, 1)
    wood = reshaped(wood, wood.vertices * np.stack([taper, taper, np.ones(len(z))], axis=1))
    stem = bark(wood, (96, 88, 76), 0.2, seed)
    outer = (wood.depth > 0) & (wood.along > 0.3) | (z > 0.85)
    fruit = rng.choice(np.flatnonzero(outer), int(320 * berries) + 1)
    places = wood.vertices[fruit] + rng.normal(0, 0.13, (len(fruit), 3)) + 0.12 * unit(wood.vertices[fruit] * [1, 1, 0])
    places[:, 2] = np.maximum(places[:, 2], 0.1)
    red = np.array([186.0, 34, 30]) * rng.uniform(0.8, 1.15, (len(fruit), 1))
    balls = cards(BERRY, places, rng.normal(size=places.shape), UP + 0 * places, 0.085, red, rng)
    used = [stem, balls] if berries else [stem]
    leaves = hang(wood, outer, room(HOLLY_LEAVES.shape, used, fullness), HOLLY_LEAVES, np.array([52, 80, 46]), rng)
    return Asset(scaled(merge([*used, leaves]), height), None, parameters)


def holly_rand(rng: np.random.Generator) -> Asset:
    """A holly of 1-6 m, two in three with berries."""
    return holly(
        height=rng.uniform(1, 6), width=rng.uniform(0.8, 1.3), fullness=rng.uniform(0.85, 1),
        berries=rng.uniform(0.4, 1) * (rng.uniform() < 0.67), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def gorse(height: float, width: float, fullness: float, bloom: float, seed: int) -> Asset:
    """Gorse: a dense, dark green, spiny mound covered in yellow flowers (bloom 0-1); width over height 0.9-1.8."""
    parameters = checked("gorse", locals())
    rng = np.random.default_rng(seed)
    canes, cloud = mound(width, 0.6, (98, 88, 70), seed, rng)
    parts = [canes]
    if int(900 * bloom):
        outer = np.linalg.norm(cloud.vertices / [width / 2, width / 2, 0.5] - [0, 0, 0.88], axis=1) > 0.75
        at = rng.choice(np.flatnonzero(outer & (cloud.vertices[:, 2] > 0.15)), int(900 * bloom))
        places = cloud.vertices[at] + 0.03 * cloud.direction[at] + rng.normal(0, 0.02, (len(at), 3))
        yellow = np.array([236.0, 194, 40]) * rng.uniform(0.85, 1.08, (len(at), 1))
        parts.append(cards(BERRY, places, rng.normal(size=places.shape), UP + 0 * places, 0.042, yellow, rng))
    parts.append(hang(cloud, cloud.along > 0, room(GORSE_SPINES.shape, parts, fullness), GORSE_SPINES, np.array([78, 100, 52]), rng))
    return Asset(scaled(merge(parts), height), None, parameters)


def gorse_rand(rng: np.random.Generator) -> Asset:
    """A gorse of 0.6-2.5 m, most in flower."""
    return gorse(
        height=rng.uniform(0.6, 2.5), width=rng.uniform(1.1, 1.7), fullness=rng.uniform(0.85, 1),
        bloom=rng.uniform(0.5, 1) * (rng.uniform() < 0.85), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def bramble(height: float, spread: float, canes: float, berries: float, season: float, seed: int) -> Asset:
    """A bramble: `canes` (20-70) long arching shoots that root again, three-fold leaves, black and red berries (0-1)."""
    parameters = checked("bramble", locals())
    rng, n = np.random.default_rng(seed), int(canes)
    length = rng.uniform(1.2, 2.4, n)
    spines = arcs(rng.uniform(0, 6.28, n), rng.uniform(0.05, 0.5, n), rng.uniform(1.0, 2.2, n), length, 14)
    spines += rng.normal(0, 0.25 * spread, (n, 1, 3)) * [1, 1, 0]
    spines[..., :2] *= spread
    spines[..., 2] = np.maximum(spines[..., 2], 0.02)
    tint = np.array([132.0, 84, 72]) * rng.uniform(0.7, 1.15, (n, 1, 1)) * np.ones((n, 14, 1))
    stem = strips(spines, 0.012 * np.linspace(1, 0.4, 14) * np.ones((n, 1)), unit(rng.normal(size=(n, 3))), tint)
    direction = unit(np.gradient(spines, axis=1)).reshape(-1, 3)
    points, zeros = spines.reshape(-1, 3), np.zeros(n * 14)
    along = np.tile(np.linspace(0, 1, 14), n)
    cloud = Wood(points, np.zeros((0, 3), np.int64), zeros, direction, zeros, zeros, along)
    parts = [stem]
    if berries:
        at = rng.choice(np.flatnonzero(along > 0.5), int(220 * berries) + 1)
        ripe = np.where(rng.uniform(size=(len(at), 1)) < 0.6, [44.0, 28, 44], [164.0, 46, 52])
        places = points[at] + rng.normal(0, 0.05, (len(at), 3)) + 0.05 * UP
        parts.append(cards(BERRY, places, rng.normal(size=places.shape), UP + 0 * places, 0.035, ripe, rng))
    color = season_color(season, (134, 154, 74), (82, 108, 54), (152, 74, 52))
    leaves = Leafage(sprig(3, 0.62, 2.4), 0.20, (0.05, 0.05, 0.05), stray=1.2, up=1.6, droop=0.2, variation=0.22)
    bush = dressed(merge(parts), cloud, along > 0.12, leaves, color, rng, 0.8, season, (120, 76, 66))
    return Asset(scaled(bush, height), None, parameters)


def bramble_rand(rng: np.random.Generator) -> Asset:
    """A bramble of 0.6-2.2 m, with berries from late summer."""
    season = season_rand(rng)
    return bramble(
        height=rng.uniform(0.6, 2.2), spread=rng.uniform(0.9, 1.4), canes=rng.uniform(26, 60),
        berries=rng.uniform(0.3, 1) * (1.2 < season < 2.4), season=season, seed=int(rng.integers(2**31)),
    )  # fmt: skip
