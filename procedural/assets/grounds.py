"""Grounds: a palette that blends in patches, grain, and the small things that lie or grow on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from procedural.assets.boulders import icosphere, radii
from procedural.assets.bushes import arcs, blades, paint, scaled, strips
from raw.mesh import GroundMaterial, Mesh, Scatter, merge


class GroundKind(NamedTuple):
    """A kind of ground that can be sampled."""

    name: str  # 'dry_grass'; also the prefix of ground ids
    words: str
    sample: Callable[[np.random.Generator], GroundMaterial]  # same generator state, same ground


def palette(colors: list[tuple[int, int, int]], rng: np.random.Generator, shift: float = 0.10) -> np.ndarray:
    """The colours (K, 3) uint8, all made brighter or darker and warmer or cooler together, each a little on its own."""
    whole = (1 + rng.normal(0, shift)) * (1 + rng.normal(0, 0.3 * shift) * np.array([1.0, 0.0, -1.0]))
    own = 1 + rng.normal(0, 0.04, (len(colors), 1))
    return paint(np.array(colors) * np.clip(whole, 0.8, 1.15) * own)


def tuft(base: np.ndarray, tip: np.ndarray, count: int, rng: np.random.Generator) -> Mesh:
    """A tuft of grass, 1 high: `count` blades of 4 faces, colours (3,) 0-255."""
    return scaled(blades(count, 0.30, 0.028, rng.uniform(0.5, 1.1), base, tip, rng), 1.0)


def pebble(color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A stone of 80 faces, 1 high and about twice as wide."""
    sphere, faces = icosphere(1)
    radius = radii(sphere, 4, 0.10, int(rng.integers(2**31)))
    points = sphere * radius[:, None] * [rng.uniform(1.3, 2.0), rng.uniform(1.1, 1.6), 1.0]
    colors = paint(color * rng.uniform(0.9, 1.1, (len(sphere), 1)))
    return scaled(Mesh(points.astype(np.float32), faces.astype(np.int32), colors), 1.0)


def fallen_leaf(color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A curled leaf of 4 faces lying on the ground, 1 high and about 3 long."""
    curl = rng.uniform(0.5, 1.0, 6)
    outline = np.array([[-1.6, 0, 0], [-0.3, -0.75, 0], [0.6, -0.55, 0], [1.6, 0, 0], [0.6, 0.55, 0], [-0.3, 0.75, 0]])
    outline[:, 2] = [curl[0], 0.6 * curl[1], 0.3, curl[3], 0.0, 0.5 * curl[5]]
    faces = np.array([[0, 1, 5], [1, 2, 5], [2, 4, 5], [2, 3, 4]])
    colors = paint(color * rng.uniform(0.8, 1.15, (6, 1)))
    return scaled(Mesh(outline.astype(np.float32), faces.astype(np.int32), colors), 1.0)


def flower(petal: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A flower, 1 high: two stalks of 2 faces, each with a head of 5 petals."""
    heading = rng.uniform(0, 2 * np.pi, 2)
    lean = rng.uniform(0.1, 0.4, 2)
    spines = arcs(heading, lean, np.full(2, 0.2), np.array([1.0, 0.75]), 2)
    sides = np.stack([-np.sin(heading), np.cos(heading), np.zeros(2)], axis=1)
    stalks = strips(spines, np.full((2, 2), 0.02), sides, np.ones((2, 2, 1)) * np.array([84.0, 104, 54]))
    turn = np.arange(5) * 2 * np.pi / 5
    rim = np.stack([np.cos(turn), np.sin(turn), np.full(5, 0.35)], axis=1) * 0.16
    between = np.stack([np.cos(turn + 0.63), np.sin(turn + 0.63), np.full(5, 0.1)], axis=1) * 0.09
    ring = np.concatenate([[[0, 0, 0]], np.stack([rim, between], axis=1).reshape(-1, 3)])
    faces = np.array([[0, 1 + k, 1 + (k + 1) % 10] for k in range(10)], dtype=np.int32)
    colors = paint(np.concatenate([[[206, 170, 60]], np.tile(petal, (10, 1))]))
    heads = [Mesh((ring + spine[-1]).astype(np.float32), faces, colors) for spine in spines]
    return scaled(merge([stalks, *heads]), 1.0)


def grass(base: tuple[int, int, int], tip: tuple[int, int, int], density: float, low: float, high: float,
          rng: np.random.Generator) -> tuple[Scatter, ...]:  # fmt: skip
    """Two tufts that share `density` (pieces a square metre), heights in metres."""
    tufts = [tuft(np.array(base) * rng.uniform(0.9, 1.1), np.array(tip) * rng.uniform(0.9, 1.1), n, rng) for n in (9, 14)]
    return tuple(Scatter(mesh, density / 2, low, high) for mesh in tufts)


def stones(color: tuple[int, int, int], density: float, low: float, high: float, rng: np.random.Generator) -> Scatter:
    """Stones of a colour, `density` pieces a square metre, heights in metres."""
    return Scatter(pebble(np.array(color) * rng.uniform(0.85, 1.15), rng), density, low, high)


def leaves(colors: list[tuple[int, int, int]], density: float, rng: np.random.Generator) -> tuple[Scatter, ...]:
    """Fallen leaves of several colours that share `density`."""
    return tuple(Scatter(fallen_leaf(np.array(c) * rng.uniform(0.9, 1.1), rng), density / len(colors), 0.012, 0.035) for c in colors)


def dry_grass(rng: np.random.Generator) -> GroundMaterial:
    """Straw savanna with bare patches."""
    things = grass((142, 118, 72), (206, 178, 118), rng.uniform(18, 36), 0.06, rng.uniform(0.2, 0.5), rng)
    colors = palette([(132, 108, 72), (172, 146, 94), (190, 164, 108), (150, 130, 80)], rng)
    return GroundMaterial(colors, rng.uniform(2, 8), rng.uniform(0.3, 0.6), 0.95, (*things, stones((136, 120, 100), 0.6, 0.02, 0.08, rng)))


def green_grass(rng: np.random.Generator) -> GroundMaterial:
    """Meadow, some with flowers."""
    things = grass((62, 80, 36), (116, 136, 66), rng.uniform(22, 40), 0.05, rng.uniform(0.12, 0.35), rng)
    petals = [(226, 222, 210), (214, 184, 64), (150, 112, 160)][rng.integers(3)]
    bloom = Scatter(flower(np.array(petals), rng), rng.uniform(0.3, 3.0), 0.10, 0.30)
    colors = palette([(82, 92, 48), (104, 114, 62), (124, 128, 76), (98, 100, 58)], rng)
    return GroundMaterial(colors, rng.uniform(1.5, 6), rng.uniform(0.3, 0.6), 0.92, (*things, bloom))


def sand(rng: np.random.Generator) -> GroundMaterial:
    """Desert or shore, with few stones and rare dry tufts."""
    things = grass((136, 120, 76), (186, 166, 112), rng.uniform(0.1, 0.6), 0.08, 0.35, rng)
    colors = palette([(204, 176, 132), (216, 190, 148), (194, 162, 116)], rng)
    things = (*things, stones((158, 138, 110), 0.5, 0.015, 0.08, rng))
    return GroundMaterial(colors, rng.uniform(3, 12), rng.uniform(0.10, 0.30), 0.9, things)


def leaf_litter(rng: np.random.Generator) -> GroundMaterial:
    """Forest floor under fallen leaves."""
    litter = leaves([(132, 92, 54), (160, 112, 62), (104, 76, 50), (168, 132, 74)], rng.uniform(24, 40), rng)
    sprouts = grass((58, 74, 36), (96, 114, 56), rng.uniform(0.5, 4), 0.05, 0.20, rng)
    colors = palette([(74, 56, 40), (104, 78, 52), (92, 78, 50)], rng)
    return GroundMaterial(colors, rng.uniform(0.8, 3), rng.uniform(0.5, 0.8), 0.95, (*litter, *sprouts))


def dirt(rng: np.random.Generator) -> GroundMaterial:
    """Bare brown to reddish soil."""
    red = rng.uniform(0, 1)
    colors = palette([(118 + int(30 * red), 92, 66 - int(14 * red)), (140 + int(26 * red), 112, 82 - int(14 * red)), (104, 82, 60)], rng)
    things = grass((104, 98, 56), (158, 146, 88), rng.uniform(0.5, 4), 0.05, 0.20, rng)
    return GroundMaterial(colors, rng.uniform(1.5, 6), rng.uniform(0.3, 0.6), 0.95,
                          (*things, stones((124, 108, 90), rng.uniform(1, 3), 0.015, 0.09, rng)))  # fmt: skip


def gravel_rock(rng: np.random.Generator) -> GroundMaterial:
    """Grey rock and gravel with lichen patches."""
    things = (
        stones((132, 128, 122), rng.uniform(6, 14), 0.015, 0.05, rng),
        stones((116, 112, 106), rng.uniform(1, 3), 0.05, 0.22, rng),
        *grass((84, 90, 52), (136, 138, 84), rng.uniform(0.2, 2), 0.05, 0.20, rng),
    )
    colors = palette([(112, 108, 102), (140, 136, 128), (124, 118, 98), (98, 96, 92)], rng)
    return GroundMaterial(colors, rng.uniform(0.8, 4), rng.uniform(0.5, 0.9), 0.85, things)


def snow(rng: np.random.Generator) -> GroundMaterial:
    """Snow, with dry tips of grass and stones that stick out."""
    things = grass((128, 112, 78), (172, 154, 112), rng.uniform(0.1, 1.5), 0.06, 0.25, rng)
    colors = palette([(226, 228, 233), (238, 239, 242), (212, 217, 227)], rng, shift=0.02)
    return GroundMaterial(colors, rng.uniform(2, 8), rng.uniform(0.03, 0.12), 0.6, (*things, stones((104, 102, 100), 0.2, 0.03, 0.15, rng)))


GROUNDS: tuple[GroundKind, ...] = (
    GroundKind("dry_grass", "dry yellow grass, savanna", dry_grass),
    GroundKind("green_grass", "green grass, meadow", green_grass),
    GroundKind("sand", "sand, desert, beach", sand),
    GroundKind("leaf_litter", "fallen leaves, forest floor", leaf_litter),
    GroundKind("dirt", "bare brown soil", dirt),
    GroundKind("gravel_rock", "gravel and rock, mountains", gravel_rock),
    GroundKind("snow", "snow, tundra, winter", snow),
)
