"""Evergreens of heath and mountain: juniper and heather."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.crowns import Leafage, hang, room
from procedural.assets.flora.leaves import cards, leaf_colors, needles, outwards, spray
from procedural.assets.flora.ribbons import UP, arcs, scaled, strips, unit
from procedural.assets.flora.wood import Branches, bark, grow, reshaped
from raw.mesh import merge

JUNIPER_SPRAYS = Leafage(spray(2, 0.34), 0.50, (0.14, 0.14, 0.14), stray=0.4, up=0.3, droop=-0.4, variation=0.22)


def juniper(height: float, flatness: float, fullness: float, blueness: float, berries: float, seed: int) -> Asset:
    """A juniper: feathery, prickly sprays; flatness 0 a narrow column to 1 a wide creeping cushion; blueness 0-1; berries 0-1."""
    parameters = checked("juniper", locals())
    rng = np.random.default_rng(seed)
    levels = (
        Branches(8, 2.6, 36 + 34 * flatness, start=0.02, end=0.96, radius=0.5, up=0.7 - 0.4 * flatness, gravity=1, random=0.3, split=0.2),
        Branches(1.7, 0.9, 36, start=0.15, radius=0.6, up=0.5, gravity=0, random=0.4, split=0.0, resolution=1.2),
    )
    wood = grow((4.6 - 2.4 * flatness, 0.16, 0.04), levels, seed, bend=0.15, sides=4)
    wide = 0.75 + 0.85 * flatness
    foot = wide * (1 + 0.6 * np.exp(-wood.vertices[:, 2:] / 0.9))  # bushy from the ground up
    wood = reshaped(wood, wood.vertices * (foot * [1, 1, 0] + [0, 0, 1]))
    stem = bark(wood, (112, 84, 66), 0.3, seed)
    where = (wood.depth > 0) & (wood.along > 0.05)
    parts = [stem]
    if berries:
        at = rng.choice(np.flatnonzero(where), int(250 * berries) + 1)
        places = wood.vertices[at] + rng.normal(0, 0.16, (len(at), 3))
        places[:, 2] = np.maximum(places[:, 2], 0.05)
        blue = np.array([92.0, 104, 136]) * rng.uniform(0.85, 1.15, (len(at), 1))
        parts.append(cards(needles(6, 0.8, 3.1), places, rng.normal(size=places.shape), UP + 0 * places, 0.07, blue, rng))
    color = np.array([88, 108, 66]) + blueness * np.array([8, 14, 36])
    parts.append(hang(wood, where, room(JUNIPER_SPRAYS.shape, parts, fullness), JUNIPER_SPRAYS, color, rng))
    return Asset(scaled(merge(parts), height), None, parameters)


def juniper_rand(rng: np.random.Generator) -> Asset:
    """A juniper of 0.5-4 m: the taller, the narrower."""
    height = rng.uniform(0.5, 4)
    return juniper(
        height=height, flatness=float(np.clip(1.05 - height / 3 + rng.normal(0, 0.12), 0, 1)), fullness=rng.uniform(0.85, 1),
        blueness=rng.uniform(0, 1), berries=rng.uniform(0.3, 1) * (rng.uniform() < 0.4), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def heather(height: float, width: float, shoots: float, bloom: float, purple: float, seed: int) -> Asset:
    """Heather: a cushion of `shoots` (120-420) fine upright twigs; bloom 0-1 of them end in spikes of pink to purple flowers."""
    parameters = checked("heather", locals())
    rng, n = np.random.default_rng(seed), int(shoots)
    reach = np.sqrt(rng.uniform(0, 1, n))
    heading = rng.uniform(0, 2 * np.pi, n)
    feet = np.stack([np.cos(heading), np.sin(heading), np.zeros(n)], axis=1) * (0.55 * width * reach)[:, None]
    length = (1.0 - 0.5 * reach**2) * rng.uniform(0.75, 1.1, n)
    spines = feet[:, None] + arcs(heading, 0.1 + 0.9 * reach**2, rng.uniform(-0.4, 0.1, n), length, 6)
    brown = np.array([104.0, 84, 66]) * rng.uniform(0.8, 1.15, (n, 1, 1)) * np.ones((1, 6, 1))
    stems = strips(spines, np.full((n, 6), 0.006), unit(rng.normal(size=(n, 3))), brown)
    shape = needles(3, 0.22, 0.8)
    each = max(1, room(shape, [stems]) // n)
    place = rng.uniform(0.25, 1, (n, each)) * 4.999
    low = place.astype(int)
    rows = np.arange(n)[:, None]
    step = spines[rows, low + 1] - spines[rows, low]
    at = (spines[rows, low] + (place - low)[..., None] * step).reshape(-1, 3)
    along = unit(step).reshape(-1, 3) + 0.55 * rng.normal(size=at.shape)
    flowering = (place > 2.2) & (rng.uniform(size=(n, 1)) < bloom)
    green = leaf_colors(at, np.array([92.0, 104, 64]), 0.2, rng)
    pink = np.array([196.0, 122, 160]) + purple * np.array([-40, -32, 4])
    colors = np.where(flowering.reshape(-1, 1), leaf_colors(at, pink, 0.15, rng), green)
    tufts = cards(shape, at, along, outwards(at, 0.8, 0.5, rng), 0.11, colors, rng)
    return Asset(scaled(merge([stems, tufts]), height), None, parameters)


def heather_rand(rng: np.random.Generator) -> Asset:
    """A heather of 0.2-0.8 m, three in four in flower."""
    return heather(
        height=rng.uniform(0.2, 0.8), width=rng.uniform(1.2, 2.2), shoots=rng.uniform(200, 360),
        bloom=rng.uniform(0.6, 1) * (rng.uniform() < 0.85), purple=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip
