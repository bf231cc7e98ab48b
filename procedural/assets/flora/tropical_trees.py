"""Trees of warm coasts and gardens: date palm, coconut palm, banana, mangrove, and the saguaro of the desert."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.crowns import Leafage, dressed
from procedural.assets.flora.leaves import sprig
from procedural.assets.flora.ribbons import arcs, scaled, tubes
from procedural.assets.flora.strands import fronds, paddles
from procedural.assets.flora.wood import Branches, Crown, bark, grow, painted, reshaped, thinner
from raw.mesh import Mesh, merge

MANGROVE_LEAVES = Leafage(sprig(5, 0.38, 3.4), 0.44, (0.24, 0.24, 0.18), stray=0.9, up=1.0)


def palm(height: float, count: float, bend: float, thickness: float, droop: float, seed: int) -> Asset:
    """A palm: a ringed trunk that leans by `bend` (0-0.4) and a head of `count` (12-40) feathered fronds.

    thickness of the trunk in units 0.12-0.3; droop 0.8-2 radians, how far the fronds hang.
    """
    parameters = checked("palm", locals())
    rng, n = np.random.default_rng(seed), int(count)
    wood = grow((7.5, thickness, 0.75 * thickness), (), seed, bend=bend, sides=10)
    z = wood.vertices[:, 2:]
    lean = (wood.vertices * [1, 1, 0]) + np.array([4.5 * bend, 0, 0]) * (z / 7.5) ** 2
    foot = 1 + 0.5 * np.exp(-z / 0.3)
    wood = reshaped(wood, lean * foot + z * [0, 0, 1])
    stem = painted(wood, np.array([130.0, 114, 94]) * (0.86 + 0.14 * np.sin(21 * z)) * rng.uniform(0.92, 1.08, z.shape))
    top = wood.vertices[z[:, 0] > z.max() - 0.2].mean(axis=0)
    age = np.linspace(0, 1, n)  # the oldest fronds hang lowest and turn brown
    hang = droop * rng.uniform(0.75, 1.25, n)
    spines = top + arcs(np.arange(n) * 2.4, 0.12 + 1.35 * age, hang, rng.uniform(2.9, 3.6, n), 9)
    color = np.array([92, 112, 54]) * (1.12 - 0.25 * age[:, None]) + age[:, None] ** 6 * np.array([62, 22, 14])
    head = fronds(spines, 46, 0.85, 0.55, 0.40, color, rng, bare=0.14, ahead=0.75, taper=0.22)
    return Asset(scaled(merge([stem, head]), height), None, parameters)


def palm_rand(rng: np.random.Generator) -> Asset:
    """A palm of 5-18 m: coconut (leaning, slender) to date palm (upright, stout, full)."""
    stout = rng.uniform()
    return palm(
        height=rng.uniform(5, 18), count=18 + 16 * stout + rng.uniform(0, 3), bend=rng.uniform(0.15, 0.4) * (1 - stout) + 0.02,
        thickness=0.15 + 0.10 * stout, droop=rng.uniform(1.0, 1.7), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def banana(height: float, count: float, suckers: float, torn: float, seed: int) -> Asset:
    """A banana plant: soft green stems with `count` (5-11) huge paddle leaves each, torn (0-1) by wind, and 0-3 suckers beside it."""
    parameters = checked("banana", locals())
    rng = np.random.default_rng(seed)
    parts = []
    for k in range(1 + int(suckers)):
        size = 1.0 if k == 0 else rng.uniform(0.4, 0.75)
        turn = rng.uniform(0, 2 * np.pi)
        place = np.array([np.cos(turn), np.sin(turn), 0]) * (0.0 if k == 0 else rng.uniform(0.5, 0.9))
        parts += [Mesh((m.vertices * size + place).astype(np.float32), m.faces, m.colors) for m in _banana_stem(int(count), torn, rng)]
    return Asset(scaled(merge(parts), height), None, parameters)


def _banana_stem(count: int, torn: float, rng: np.random.Generator) -> list[Mesh]:
    spine = arcs(rng.uniform(0, 6.28, 1), np.array([0.03]), np.array([0.05]), np.array([3.4]), 8)
    rings = np.linspace(0, 1, 8)[None, :, None]
    skin = np.array([122.0, 128, 70]) * (1 - rings) + np.array([140.0, 152, 84]) * rings
    blot = rng.uniform(0.72, 1.1, (1, 8, 16, 1))
    stem = tubes(spine, np.linspace(0.27, 0.13, 8)[None], 16, skin[:, :, None] * blot)
    age = np.linspace(0, 1, count)
    length = rng.uniform(2.6, 3.4, count)
    ribs = spine[0, -1] + arcs(np.arange(count) * 2.4 + rng.uniform(0, 6), 0.06 + 0.75 * age, 0.7 + 0.8 * age, length, 44)
    t = np.linspace(0, 1, 44)
    profile = np.where(t < 0.2, 0.06, np.sin(np.pi * np.clip((t - 0.17) / 0.84, 0, 1)) ** 0.55)
    profile[-1] = 0.02
    color = np.array([104, 138, 58]) * (1.15 - 0.2 * age[:, None]) + age[:, None] ** 8 * np.array([60, 4, 10])
    return [stem, paddles(ribs, 0.50 * profile * rng.uniform(0.85, 1.1, (count, 1)), 0.35, color, rng, torn)]


def banana_rand(rng: np.random.Generator) -> Asset:
    """A banana plant of 2.5-7 m."""
    return banana(
        height=rng.uniform(2.5, 7), count=rng.uniform(8, 11), suckers=rng.uniform(1, 3.99), torn=rng.uniform(0, 0.7) ** 1.5,
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def mangrove(height: float, spread: float, roots: float, fullness: float, seed: int) -> Asset:
    """A red mangrove: a low, dense crown on a trunk that stands on `roots` (8-40) arching stilts."""
    parameters = checked("mangrove", locals())
    rng, n = np.random.default_rng(seed), int(roots)
    levels = (
        Branches(3.6, 2.9, 50, start=0.4, radius=0.6, up=0.6, gravity=1, random=0.45, split=0.35, crown=Crown.Hemispherical),
        Branches(1.2, 1.3, 50, start=0.25, radius=0.5, up=0.3, gravity=1, random=0.45, split=0.2),
        Branches(1.0, 0.6, 45, start=0.3, radius=0.5, gravity=1, split=0.0, resolution=1.2),
    )
    wood = grow((3.1, 0.22, 0.03), levels, seed, bend=0.3, sides=5, taper=1.2)
    wood = reshaped(wood, wood.vertices * [spread, spread, 1] + [0, 0, 1.3])
    # Stilts leave the trunk between 1.3 and 3.2, go out and down like a fountain, and end in the mud.
    heading, high = np.arange(n) * 2.4 + rng.uniform(-0.4, 0.4, n), rng.uniform(1.35, 3.2, n)
    out = (0.35 + 0.45 * high) * rng.uniform(0.7, 1.3, n)
    t = np.linspace(0, 1, 7)
    flat = np.stack([np.cos(heading), np.sin(heading)], axis=1)[:, None] * (out[:, None] * t**0.8)[..., None]
    spines = np.concatenate([flat, (high[:, None] * (1 - t**2.0))[..., None]], axis=2)
    tint = np.array([112.0, 96, 82]) * rng.uniform(0.8, 1.15, (n, 7, 1)) * np.linspace(1, 0.7, 7)[:, None]
    stilts = tubes(spines, np.linspace(0.075, 0.05, 7) * np.ones((n, 1)), 5, tint)
    stem = merge([bark(wood, (116, 100, 88), 0.25, seed), stilts])
    where = thinner(wood, 0.6) & (wood.vertices[:, 2] > 3.0)
    return Asset(scaled(dressed(stem, wood, where, MANGROVE_LEAVES, np.array([86, 112, 54]), rng, fullness), height), None, parameters)


def mangrove_rand(rng: np.random.Generator) -> Asset:
    """A mangrove of 2.5-12 m."""
    return mangrove(
        height=rng.uniform(2.5, 12), spread=rng.uniform(0.95, 1.3), roots=rng.uniform(16, 36), fullness=rng.uniform(0.8, 1),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip
