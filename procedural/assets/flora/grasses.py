"""Grass-like plants and ferns: tussock, reed, cattail, papyrus, bamboo, fern."""

from __future__ import annotations

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.flora.bounds import checked
from procedural.assets.flora.leaves import cards, needles, outwards, sprig
from procedural.assets.flora.ribbons import UP, arcs, blades, scaled, strips, tubes, unit
from procedural.assets.flora.strands import fronds
from raw.mesh import Mesh, merge


def tussock(height: float, count: float, spread: float, droop: float, dryness: float, plumes: float, seed: int) -> Asset:
    """A dense clump of grass: `count` blades (300-1500); spread: radius of its foot over the height; droop radians; dryness 0-1.

    plumes: 0-40 flower heads above the blades.
    """
    parameters = checked("tussock", locals())
    rng = np.random.default_rng(seed)
    base = np.array([78, 84, 46]) + dryness * np.array([44, 24, 14])
    tip = np.array([124, 134, 74]) + dryness * np.array([72, 42, 44])
    parts = [blades(int(count), spread, 0.010, droop, base, tip, rng)]
    if int(plumes):
        parts.append(_plumes(int(plumes), spread, 1.25, np.array([206.0, 186, 140]), 0.28, rng))
    return Asset(scaled(merge(parts), height), None, parameters)


def _plumes(count: int, spread: float, high: float, color: np.ndarray, length: float, rng: np.random.Generator) -> Mesh:
    """Stalks with feathery heads of 14 faces that nod a little to one side."""
    heading = rng.uniform(0, 6.28, count)
    foot = np.zeros((count, 1, 3))
    foot[:, 0, :2] = rng.normal(0, spread / 2, (count, 2))
    size = high * rng.uniform(0.8, 1.1, count)
    spines = foot + arcs(heading, rng.uniform(0.0, 0.25, count), rng.uniform(0.1, 0.5, count), size, 5)
    straw = 0.8 * color * np.ones((count, 5, 1))
    stalks = strips(spines, np.full((count, 5), 0.005), unit(rng.normal(size=(count, 3)) * [1, 1, 0]), straw)
    way = unit(spines[:, -1] - spines[:, -2])
    tints = color * rng.uniform(0.8, 1.1, (count, 1))
    head = needles(14, 0.10, 0.42)
    return merge([stalks, cards(head, spines[:, -1] - 0.05 * way, way, rng.normal(size=way.shape), length, tints, rng)])


def tussock_rand(rng: np.random.Generator) -> Asset:
    """A tussock of 0.4-1.6 m."""
    return tussock(
        height=rng.uniform(0.4, 1.6), count=rng.uniform(800, 1400), spread=rng.uniform(0.12, 0.25), droop=rng.uniform(0.8, 1.6),
        dryness=rng.uniform(0.1, 1.0), plumes=rng.uniform(6, 30) * (rng.uniform() < 0.4), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def _stand(count: int, spread: float, lean: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Feet, headings and lengths of stalks that stand apart: (N, 3), (N,), (N,)."""
    heading, reach = np.arange(count) * 2.4 + rng.uniform(-0.3, 0.3, count), spread * np.sqrt((np.arange(count) + 0.5) / count)
    feet = np.stack([np.cos(heading) * reach, np.sin(heading) * reach, np.zeros(count)], axis=1)
    feet += rng.normal(0, 0.02, (count, 3)) * [1, 1, 0]
    return feet, heading + lean * rng.normal(size=count), rng.uniform(0.7, 1.0, count)


def _reed_bed(
    count: int, spread: float, leaves: int, base: np.ndarray, tip: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, Mesh]:
    """Upright stalks and long blades off them; returns spines (N, 7, 3) and the mesh."""
    feet, heading, size = _stand(count, spread, 1.0, rng)
    spines = feet[:, None] + arcs(heading, rng.uniform(0.0, 0.14, count), rng.uniform(0, 0.15, count), size, 7)
    mix = np.linspace(0, 1, 7)[None, :, None]
    stalks = strips(spines, np.full((count, 7), 0.006), unit(rng.normal(size=(count, 3)) * [1, 1, 0]), base * (1 - mix) + tip * mix)
    owner = np.repeat(np.arange(count), leaves)
    turn = rng.uniform(0, 6.28, len(owner))
    high = rng.integers(0, 5, len(owner))
    length = size[owner] * rng.uniform(0.35, 0.6, len(owner))
    arcs_ = spines[owner, high][:, None] + arcs(turn, rng.uniform(0.1, 0.45, len(owner)), rng.uniform(0.3, 1.3, len(owner)), length, 5)
    sides = np.stack([-np.sin(turn), np.cos(turn), np.zeros(len(owner))], axis=1)
    tones = (base * 0.5 + tip * 0.5) * rng.uniform(0.78, 1.2, (len(owner), 1))
    width = 0.013 * np.array([0.7, 1, 0.9, 0.6, 0.05]) * np.ones((len(owner), 1))
    return spines, merge([stalks, strips(arcs_, width, sides, np.repeat(tones[:, None], 5, axis=1))])


def reed(height: float, count: float, spread: float, dryness: float, seed: int) -> Asset:
    """A stand of common reed: `count` (40-140) stalks with long leaves and nodding brown plumes; spread 0.15-0.6 over the height."""
    parameters = checked("reed", locals())
    rng, n = np.random.default_rng(seed), int(count)
    base = np.array([112, 122, 64]) + dryness * np.array([62, 28, 32])
    spines, bed = _reed_bed(n, spread, 6, base, base * 1.12, rng)
    way = unit(spines[:, -1] - spines[:, -2]) + 0.25 * rng.normal(size=(n, 3))
    color = (np.array([128.0, 100, 84]) + dryness * np.array([46, 44, 36])) * rng.uniform(0.85, 1.1, (n, 1))
    heads = cards(needles(14, 0.10, 0.40), spines[:, -1] - 0.02 * way, way, rng.normal(size=way.shape), 0.16, color, rng)
    return Asset(scaled(merge([bed, heads]), height), None, parameters)


def reed_rand(rng: np.random.Generator) -> Asset:
    """A stand of reed of 1.5-4 m."""
    return reed(
        height=rng.uniform(1.5, 4), count=rng.uniform(60, 120), spread=rng.uniform(0.2, 0.45), dryness=rng.uniform(0, 1),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def cattail(height: float, count: float, spread: float, dryness: float, seed: int) -> Asset:
    """Cattail (reedmace): upright sword leaves and brown velvet cigars on stalks; count 20-70 stalks and six times the leaves."""
    parameters = checked("cattail", locals())
    rng, n = np.random.default_rng(seed), int(count)
    base = np.array([96, 118, 62]) + dryness * np.array([74, 36, 36])
    feet, heading, size = _stand(6 * n, spread, 1.0, rng)
    spines = feet[:, None] + arcs(heading, rng.uniform(0.0, 0.22, 6 * n), rng.uniform(0, 0.4, 6 * n), 0.95 * size, 5)
    sides = unit(rng.normal(size=(6 * n, 3)) * [1, 1, 0])
    tones = base * rng.uniform(0.75, 1.2, (6 * n, 1, 1)) * np.array([0.8, 0.95, 1.05, 1.1, 1.15])[:, None]
    leaves = strips(spines, 0.011 * np.array([1, 1, 0.9, 0.6, 0.05]) * np.ones((6 * n, 1)), sides, tones)
    stalks = feet[:n, None] * 0.9 + arcs(heading[:n], rng.uniform(0, 0.12, n), np.full(n, 0.05), 1.05 * size[:n], 14)
    radius = np.array([4, 4, 4, 4, 4, 4, 4, 4, 4, 13, 14, 13, 3, 2]) * 0.001 * np.ones((n, 1))
    brown = np.where((np.arange(14) > 8)[:, None] & (np.arange(14) < 12)[:, None], [96.0, 60, 38], base * 1.05)
    return Asset(scaled(merge([leaves, tubes(stalks, radius, 6, np.broadcast_to(brown, (n, 14, 3)))]), height), None, parameters)


def cattail_rand(rng: np.random.Generator) -> Asset:
    """A stand of cattail of 1.2-2.8 m."""
    return cattail(
        height=rng.uniform(1.2, 2.8), count=rng.uniform(28, 60), spread=rng.uniform(0.2, 0.45), dryness=rng.uniform(0, 1) ** 1.5,
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def papyrus(height: float, count: float, spread: float, rays: float, seed: int) -> Asset:
    """Papyrus: `count` (10-36) smooth green stems, each with a mop of thread-like rays (`rays` 20-60) on top."""
    parameters = checked("papyrus", locals())
    rng, n, m = np.random.default_rng(seed), int(count), int(rays)
    feet, heading, size = _stand(n, spread, 0.6, rng)
    spines = feet[:, None] + arcs(heading, rng.uniform(0.02, 0.22, n), rng.uniform(0, 0.3, n), size * 0.85, 6)
    green = np.array([92.0, 122, 62]) * rng.uniform(0.85, 1.15, (n, 1, 1)) * np.ones((1, 6, 1))
    stems = tubes(spines, np.full((n, 6), 0.009), 4, green)
    owner = np.repeat(np.arange(n), m)
    turn = rng.uniform(0, 6.28, n * m)
    lean = np.arccos(rng.uniform(-0.15, 1, n * m))
    thread = spines[owner, -1][:, None] + arcs(turn, lean, 0.7 * np.ones(n * m), 0.22 * rng.uniform(0.8, 1.15, n * m), 4)
    sides = np.stack([-np.sin(turn), np.cos(turn), np.zeros(n * m)], axis=1)
    tones = np.array([122.0, 150, 70]) * rng.uniform(0.8, 1.2, (n * m, 1, 1)) * np.array([0.9, 1, 1.05, 1.2])[:, None]
    mops = strips(thread, 0.0032 * np.array([1, 1, 1, 0.3]) * np.ones((n * m, 1)), sides, tones)
    return Asset(scaled(merge([stems, mops]), height), None, parameters)


def papyrus_rand(rng: np.random.Generator) -> Asset:
    """A stand of papyrus of 1.5-4.5 m."""
    return papyrus(
        height=rng.uniform(1.5, 4.5), count=rng.uniform(18, 36), spread=rng.uniform(0.12, 0.30), rays=rng.uniform(40, 60),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def bamboo(height: float, count: float, spread: float, gold: float, seed: int) -> Asset:
    """A clump of bamboo: `count` (12-40) ringed canes that nod at the top, with sprays of narrow leaves; gold 0-1 of the canes."""
    parameters = checked("bamboo", locals())
    rng, n, k = np.random.default_rng(seed), int(count), 25
    feet, heading, size = _stand(n, spread, 0.4, rng)
    spines = feet[:, None] + arcs(heading, rng.uniform(0.0, 0.12, n), rng.uniform(0.15, 0.75, n), 1.05 * size, k)
    t = np.linspace(0, 1, k)
    node = (np.arange(k) % 3) == 0
    skin = np.array([112.0, 138, 70]) + gold * np.array([84, 34, -2])
    tints = skin * rng.uniform(0.85, 1.12, (n, 1, 1)) * np.where(node, 1.25, 0.95)[:, None]
    canes = tubes(spines, (0.0115 * (1 - 0.8 * t) * np.where(node, 1.25, 1.0)) * np.ones((n, 1)), 5, tints)
    shape = sprig(4, 0.17, 1.7)
    many = min(70, (14_500 - len(canes.faces)) // (n * len(shape.faces)))
    owner = np.repeat(np.arange(n), many)
    at = rng.integers(int(0.3 * k), k, len(owner))
    turn = rng.uniform(0, 6.28, len(owner))
    out = np.stack([np.cos(turn), np.sin(turn), np.zeros(len(owner))], axis=1)
    feet = spines[owner, at] + out * (0.11 * np.sqrt(rng.uniform(0, 1, len(owner))))[:, None] + UP * rng.normal(0, 0.015, (len(owner), 1))
    colors = np.array([112.0, 140, 64]) * rng.uniform(0.75, 1.2, (len(owner), 1))
    leaves = cards(shape, feet, out - 0.55 * UP, outwards(feet, 1.0, 0.4, rng), 0.115, colors, rng)
    return Asset(scaled(merge([canes, leaves]), height), None, parameters)


def bamboo_rand(rng: np.random.Generator) -> Asset:
    """A clump of bamboo of 3-12 m."""
    return bamboo(
        height=rng.uniform(3, 12), count=rng.uniform(16, 32), spread=rng.uniform(0.07, 0.16), gold=rng.uniform(0, 1) ** 2,
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def fern(height: float, count: float, lean: float, droop: float, yellow: float, seed: int) -> Asset:
    """A fern: a shuttlecock of `count` (10-36) feathered fronds; lean 0.3-0.9 and droop 0.6-1.4 radians, yellow 0-1."""
    parameters = checked("fern", locals())
    rng, n = np.random.default_rng(seed), int(count)
    heading = np.arange(n) * 2.4 + rng.uniform(-0.3, 0.3, n)
    spines = arcs(heading, lean * rng.uniform(0.5, 1.3, n), droop * rng.uniform(0.7, 1.3, n), rng.uniform(0.8, 1.2, n), 10)
    color = np.array([80, 112, 48]) + yellow * np.array([62, 34, 10])
    tones = color * rng.uniform(0.8, 1.15, (n, 1))
    feathers = fronds(spines, 44, 0.23, 1.15, 0.12, tones, rng, bare=0.16, ahead=0.30, taper=0.30)
    return Asset(scaled(feathers, height), None, parameters)


def fern_rand(rng: np.random.Generator) -> Asset:
    """A fern of 0.35-1.5 m."""
    return fern(
        height=rng.uniform(0.35, 1.5), count=rng.uniform(16, 30), lean=rng.uniform(0.35, 0.7), droop=rng.uniform(0.7, 1.2),
        yellow=rng.uniform(0, 0.7) ** 1.5, seed=int(rng.integers(2**31)),
    )  # fmt: skip
