"""Grounds under plants: grass, flowers, moss, heath, and the floors of forests."""

from __future__ import annotations

import numpy as np

from procedural.assets.ground_things import cushions, flowers, grass, leaves, needles, palette, reeds, stones, twigs
from raw.mesh import GroundMaterial, Surface

PETALS = [(226, 222, 210), (222, 186, 60), (150, 104, 166), (198, 62, 48), (92, 104, 178), (214, 140, 170)]
TURF = Surface(0.35, 0.025)


def dry_grass(rng: np.random.Generator) -> GroundMaterial:
    """Straw savanna with bare patches."""
    things = grass((142, 118, 72), (206, 178, 118), rng.uniform(18, 36), 0.06, rng.uniform(0.2, 0.5), rng)
    colors = palette([(132, 108, 72), (172, 146, 94), (190, 164, 108), (150, 130, 80)], rng)
    things = (*things, stones((136, 120, 100), 0.6, 0.02, 0.08, rng))
    return GroundMaterial(colors, rng.uniform(2, 8), rng.uniform(0.3, 0.6), 0.95, things, TURF)


def green_grass(rng: np.random.Generator) -> GroundMaterial:
    """Meadow, some with flowers."""
    things = grass((62, 80, 36), (116, 136, 66), rng.uniform(22, 40), 0.05, rng.uniform(0.12, 0.35), rng)
    bloom = flowers(PETALS[rng.integers(3)], rng.uniform(0.3, 3.0), 0.10, 0.30, rng)
    colors = palette([(82, 92, 48), (104, 114, 62), (124, 128, 76), (98, 100, 58)], rng)
    return GroundMaterial(colors, rng.uniform(1.5, 6), rng.uniform(0.3, 0.6), 0.92, (*things, bloom), TURF)


def tall_grass(rng: np.random.Generator) -> GroundMaterial:
    """Grass to the knee and above, green to straw."""
    straw = rng.uniform(0, 1)
    tip = (int(164 + 62 * straw), int(172 + 20 * straw), int(94 + 34 * straw))
    things = grass((124, 124, 68), tip, rng.uniform(18, 26), 0.35, rng.uniform(0.6, 0.9), rng)
    colors = palette([(70 + int(22 * straw), 74, 40), (88 + int(28 * straw), 92, 50), (102 + int(34 * straw), 104, 58)], rng)
    return GroundMaterial(colors, rng.uniform(3, 9), rng.uniform(0.4, 0.7), 0.95, things, TURF)


def flower_meadow(rng: np.random.Generator) -> GroundMaterial:
    """Grass full of flowers of three colours, each at home on its own patches."""
    things = grass((66, 86, 38), (118, 140, 68), rng.uniform(18, 26), 0.10, 0.30, rng)
    first, second, third = (PETALS[k] for k in rng.permutation(len(PETALS))[:3])
    bloom = (
        flowers(first, rng.uniform(12, 18), 0.15, 0.36, rng, (0.0, 0.55)),
        flowers(second, rng.uniform(12, 18), 0.15, 0.36, rng, (0.4, 1.0)),
        flowers(third, rng.uniform(1, 4), 0.2, 0.4, rng),
    )
    colors = palette([(92, 104, 52), (112, 122, 64), (128, 130, 78)], rng)
    return GroundMaterial(colors, rng.uniform(2, 5), rng.uniform(0.3, 0.5), 0.92, (*things, *bloom), TURF)


def moss(rng: np.random.Generator) -> GroundMaterial:
    """Soft green cushions over a damp forest floor."""
    green = (int(rng.uniform(86, 112)), int(rng.uniform(108, 124)), 46)
    things = (
        cushions(green, rng.uniform(3, 5), 0.015, 0.06, rng, (0.3, 1.0)),
        cushions((98, 114, 50), 4.0, 0.015, 0.05, rng, (0.3, 1.0)),
        *grass((70, 92, 38), (112, 136, 60), rng.uniform(14, 20), 0.02, 0.07, rng, (0.3, 1.0)),
        twigs((92, 74, 54), rng.uniform(0.5, 2), rng),
        *leaves([(132, 96, 56), (110, 80, 52)], rng.uniform(0.3, 1.5), rng, (0.0, 0.5)),
    )
    colors = palette([(70, 60, 42), (78, 92, 42), (98, 114, 48), (116, 128, 58)], rng)
    return GroundMaterial(colors, rng.uniform(1.0, 3), rng.uniform(0.4, 0.7), 0.95, things, Surface(0.22, 0.06, 1.5))


def pine_needles(rng: np.random.Generator) -> GroundMaterial:
    """The rusty floor of a conifer wood: needles, sticks and cones."""
    brown = (int(rng.uniform(140, 168)), 98, 58)
    things = (
        needles(brown, rng.uniform(18, 26), rng),
        twigs((84, 68, 54), rng.uniform(2, 5), rng),
        stones((112, 80, 54), rng.uniform(0.6, 2), 0.03, 0.05, rng),
        *grass((62, 80, 40), (96, 116, 58), rng.uniform(0.2, 1.5), 0.05, 0.18, rng, (0.5, 1.0)),
    )
    colors = palette([(86, 62, 42), (116, 80, 50), (134, 96, 60)], rng)
    return GroundMaterial(colors, rng.uniform(0.8, 2.5), rng.uniform(0.6, 0.9), 0.95, things, Surface(0.10, 0.02))


def leaf_litter(rng: np.random.Generator) -> GroundMaterial:
    """Forest floor under fallen leaves."""
    litter = leaves([(132, 92, 54), (160, 112, 62), (104, 76, 50), (168, 132, 74)], rng.uniform(14, 22), rng)
    sprouts = grass((58, 74, 36), (96, 114, 56), rng.uniform(0.5, 4), 0.05, 0.20, rng)
    colors = palette([(74, 56, 40), (104, 78, 52), (92, 78, 50)], rng)
    things = (*litter, *sprouts, twigs((84, 68, 52), rng.uniform(0.3, 1.5), rng))
    return GroundMaterial(colors, rng.uniform(0.8, 3), rng.uniform(0.5, 0.8), 0.95, things, Surface(0.12, 0.02))


def autumn_leaves(rng: np.random.Generator) -> GroundMaterial:
    """A thick cover of yellow, orange and red leaves."""
    bright = [(214, 156, 46), (204, 112, 40), (172, 58, 36), (188, 138, 70), (222, 184, 78)]
    things = (*leaves(bright, rng.uniform(22, 30), rng), *grass((66, 84, 38), (110, 126, 60), rng.uniform(0.5, 3), 0.05, 0.15, rng))
    colors = palette([(138, 84, 42), (176, 118, 48), (150, 72, 40)], rng)
    return GroundMaterial(colors, rng.uniform(0.8, 3), rng.uniform(0.6, 0.9), 0.9, things, Surface(0.09, 0.02))


def jungle_floor(rng: np.random.Generator) -> GroundMaterial:
    """Dark wet soil under big leaves and seedlings."""
    things = (
        *leaves([(92, 66, 42), (70, 54, 38), (118, 88, 48), (70, 84, 40)], rng.uniform(9, 14), rng),
        *grass((38, 66, 30), (66, 108, 46), rng.uniform(6, 12), 0.08, 0.40, rng, (0.35, 1.0)),
        twigs((64, 52, 42), rng.uniform(1, 3), rng),
    )
    colors = palette([(50, 40, 30), (66, 50, 36), (58, 62, 34)], rng)
    return GroundMaterial(colors, rng.uniform(1, 3), rng.uniform(0.5, 0.8), 0.7, things, Surface(0.15, 0.03))


def heath(rng: np.random.Generator) -> GroundMaterial:
    """Heather in flower over dark peat."""
    purple = (int(rng.uniform(140, 164)), 96, int(rng.uniform(122, 140)))
    things = (
        *grass((84, 72, 56), purple, rng.uniform(24, 32), 0.10, 0.28, rng, (0.3, 1.0)),
        *grass((72, 76, 44), (118, 112, 74), rng.uniform(4, 8), 0.10, 0.26, rng),
        *grass((112, 98, 58), (170, 148, 96), rng.uniform(2, 5), 0.10, 0.30, rng, (0.0, 0.5)),
    )
    colors = palette([(98, 88, 54), (104, 76, 74), (126, 84, 104)], rng)
    return GroundMaterial(colors, rng.uniform(2, 5), rng.uniform(0.5, 0.8), 0.95, things, Surface(0.25, 0.05, 1.5))


def tundra(rng: np.random.Generator) -> GroundMaterial:
    """Low mats of red, ochre and green among pale lichen and stones."""
    things = (
        cushions((142, 72, 50), rng.uniform(2, 4), 0.02, 0.05, rng, (0.0, 0.45)),
        cushions((112, 112, 62), rng.uniform(2, 4), 0.02, 0.06, rng, (0.3, 0.8)),
        cushions((186, 186, 160), rng.uniform(2, 4), 0.015, 0.04, rng, (0.55, 1.0)),
        *grass((120, 92, 54), (176, 140, 86), rng.uniform(10, 16), 0.04, 0.14, rng),
        stones((128, 126, 122), rng.uniform(0.3, 0.8), 0.04, 0.20, rng),
    )
    colors = palette([(138, 74, 48), (142, 112, 58), (106, 108, 56), (168, 162, 128)], rng)
    return GroundMaterial(colors, rng.uniform(1.2, 3), rng.uniform(0.5, 0.8), 0.95, things, Surface(0.30, 0.07, 1.8))


def steppe(rng: np.random.Generator) -> GroundMaterial:
    """Short grey-green and straw bunches, apart from each other on pale soil."""
    things = (
        *grass((124, 116, 72), (190, 176, 122), rng.uniform(14, 20), 0.08, 0.26, rng),
        *grass((130, 134, 104), (166, 170, 140), rng.uniform(1, 3), 0.12, 0.35, rng, (0.5, 1.0)),
        stones((150, 138, 116), rng.uniform(0.5, 2), 0.015, 0.06, rng),
    )
    colors = palette([(172, 152, 114), (156, 144, 100), (138, 134, 92)], rng)
    return GroundMaterial(colors, rng.uniform(3, 9), rng.uniform(0.3, 0.6), 0.95, things, Surface(0.20, 0.015))


def marsh(rng: np.random.Generator) -> GroundMaterial:
    """Sedge and rushes around dark pools."""
    level = rng.uniform(0.36, 0.48)
    things = (
        *grass((82, 96, 42), (142, 152, 74), rng.uniform(22, 32), 0.15, 0.45, rng, (level + 0.03, 1.0)),
        reeds((88, 96, 46), (158, 140, 84), rng.uniform(3, 6), 0.9, rng, (level - 0.08, level + 0.12)),
    )
    colors = palette([(62, 64, 46), (84, 84, 50), (104, 112, 58), (126, 124, 70)], rng)
    return GroundMaterial(colors, rng.uniform(3, 6), rng.uniform(0.4, 0.6), 0.9, things, Surface(0.3, 0.03, ripples=0.5, water=level))
