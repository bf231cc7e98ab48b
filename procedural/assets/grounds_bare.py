"""Grounds of earth, sand, stone, snow, ice and water."""

from __future__ import annotations

import numpy as np

from procedural.assets.ground_things import cushions, grass, leaves, needles, palette, reeds, shingle, stones, twigs
from raw.mesh import GroundMaterial, Surface

PEBBLES = [(150, 146, 140), (116, 112, 108), (176, 164, 146), (132, 118, 108)]


def sand(rng: np.random.Generator) -> GroundMaterial:
    """Desert or shore, with few stones and rare dry tufts."""
    things = grass((136, 120, 76), (186, 166, 112), rng.uniform(0.1, 0.6), 0.08, 0.35, rng)
    colors = palette([(204, 176, 132), (216, 190, 148), (194, 162, 116)], rng)
    things = (*things, stones((158, 138, 110), 0.5, 0.015, 0.08, rng))
    return GroundMaterial(colors, rng.uniform(3, 12), rng.uniform(0.08, 0.2), 0.9, things,
                          Surface(0.04, 0.002, ripples=rng.uniform(0.12, 0.3)))  # fmt: skip


def red_sand(rng: np.random.Generator) -> GroundMaterial:
    """Red desert: rippled sand and round spiky tufts."""
    things = (
        *grass((138, 122, 70), (200, 178, 112), rng.uniform(0.5, 2), 0.15, 0.45, rng, (0.4, 1.0)),
        stones((128, 70, 48), rng.uniform(0.3, 2), 0.015, 0.08, rng),
    )
    colors = palette([(176, 86, 48), (192, 100, 56), (204, 122, 74)], rng)
    return GroundMaterial(colors, rng.uniform(3, 10), rng.uniform(0.10, 0.25), 0.9, things,
                          Surface(0.05, 0.003, ripples=rng.uniform(0.15, 0.4)))  # fmt: skip


def dirt(rng: np.random.Generator) -> GroundMaterial:
    """Bare brown to reddish soil."""
    red = rng.uniform(0, 1)
    colors = palette([(118 + int(30 * red), 92, 66 - int(14 * red)), (140 + int(26 * red), 112, 82 - int(14 * red)), (104, 82, 60)], rng)
    things = (
        *grass((104, 98, 56), (158, 146, 88), rng.uniform(0.5, 4), 0.05, 0.20, rng),
        stones((124, 108, 90), rng.uniform(1, 3), 0.015, 0.09, rng),
    )
    return GroundMaterial(colors, rng.uniform(1.5, 6), rng.uniform(0.3, 0.6), 0.95, things, Surface(0.16, 0.02))


def red_soil(rng: np.random.Generator) -> GroundMaterial:
    """Laterite of the savanna: red earth, dry tufts, gravel."""
    things = (
        *grass((128, 104, 60), (198, 168, 106), rng.uniform(4, 10), 0.08, 0.35, rng, (0.45, 1.0)),
        shingle([(132, 74, 50), (112, 62, 44), (150, 96, 66), (120, 80, 60)], rng.uniform(2, 6), 0.015, 0.035, rng, (0.0, 0.7)),
        stones((122, 78, 56), rng.uniform(0.3, 1), 0.03, 0.12, rng),
    )
    colors = palette([(150, 76, 46), (166, 92, 58), (158, 112, 70)], rng)
    return GroundMaterial(colors, rng.uniform(2, 6), rng.uniform(0.3, 0.5), 0.95, things, Surface(0.2, 0.02, 1.5))


def ploughed(rng: np.random.Generator) -> GroundMaterial:
    """Turned soil in furrows, with clods and stubble."""
    things = (
        stones((98, 72, 50), rng.uniform(9, 14), 0.02, 0.07, rng, rough=0.25),
        needles((186, 160, 104), rng.uniform(1, 4), rng),
        *grass((150, 126, 76), (196, 170, 110), rng.uniform(0.3, 2), 0.05, 0.15, rng),
    )
    colors = palette([(86, 62, 44), (104, 78, 56), (120, 92, 66)], rng)
    return GroundMaterial(colors, rng.uniform(1, 4), rng.uniform(0.4, 0.7), 0.95, things,
                          Surface(0.12, 0.015, ripples=rng.uniform(0.5, 0.8)))  # fmt: skip


def mud(rng: np.random.Generator) -> GroundMaterial:
    """Wet, trodden, shining mud with puddles."""
    level = rng.uniform(0.28, 0.42)
    things = (
        stones((72, 56, 40), rng.uniform(2, 5), 0.015, 0.05, rng, (level + 0.05, 1.0), 0.25),
        *grass((80, 84, 42), (124, 122, 66), rng.uniform(0.5, 2), 0.06, 0.22, rng, (0.7, 1.0)),
        stones((86, 74, 60), 0.6, 0.02, 0.06, rng),
    )
    colors = palette([(74, 58, 42), (88, 68, 48), (112, 88, 62)], rng)
    return GroundMaterial(colors, rng.uniform(1.2, 3), rng.uniform(0.3, 0.5), 0.38, things, Surface(0.22, 0.06, water=level))


def cracked_earth(rng: np.random.Generator) -> GroundMaterial:
    """A dried-up pan: plates of clay with seams between them."""
    things = (
        *grass((128, 112, 72), (184, 164, 112), rng.uniform(0.1, 0.6), 0.06, 0.25, rng),
        shingle([(160, 144, 120), (140, 124, 104), (172, 154, 128), (150, 132, 108)], rng.uniform(0.3, 1.5), 0.01, 0.025, rng),
    )
    colors = palette([(168, 146, 116), (184, 162, 132), (156, 134, 106)], rng)
    return GroundMaterial(colors, rng.uniform(2, 6), rng.uniform(0.12, 0.25), 0.9, things,
                          Surface(0.08, 0.004, cracks=rng.uniform(0.25, 0.55)))  # fmt: skip


def salt_pan(rng: np.random.Generator) -> GroundMaterial:
    """White salt in polygons."""
    things = (shingle([(226, 222, 214), (210, 204, 194), (232, 230, 226), (196, 184, 166)], rng.uniform(1, 4), 0.012, 0.03, rng),)
    colors = palette([(206, 198, 186), (228, 224, 218), (236, 234, 230)], rng, shift=0.02)
    return GroundMaterial(colors, rng.uniform(3, 10), rng.uniform(0.06, 0.14), 0.6, things,
                          Surface(0.06, 0.004, cracks=rng.uniform(0.7, 1.4)))  # fmt: skip


def gravel_rock(rng: np.random.Generator) -> GroundMaterial:
    """Grey rock and gravel with lichen patches."""
    things = (
        stones((132, 128, 122), rng.uniform(6, 12), 0.015, 0.05, rng),
        stones((116, 112, 106), rng.uniform(1, 3), 0.05, 0.22, rng),
        shingle(PEBBLES, rng.uniform(8, 14), 0.012, 0.03, rng),
        *grass((84, 90, 52), (136, 138, 84), rng.uniform(0.2, 2), 0.05, 0.20, rng),
    )
    colors = palette([(112, 108, 102), (140, 136, 128), (124, 118, 98), (98, 96, 92)], rng)
    return GroundMaterial(colors, rng.uniform(0.8, 4), rng.uniform(0.5, 0.9), 0.85, things, Surface(0.10, 0.03))


def pebble_beach(rng: np.random.Generator) -> GroundMaterial:
    """Shingle of many greys, wet where the water reaches."""
    level = rng.uniform(0.10, 0.25)
    things = (
        shingle(PEBBLES, rng.uniform(20, 28), 0.025, 0.05, rng, (level - 0.05, 1.0)),
        stones((142, 136, 128), rng.uniform(8, 12), 0.03, 0.09, rng),
        twigs((172, 160, 144), rng.uniform(0.1, 0.5), rng),
    )
    colors = palette([(112, 106, 98), (142, 136, 126), (158, 150, 138)], rng)
    return GroundMaterial(colors, rng.uniform(4, 9), rng.uniform(0.6, 0.9), 0.7, things, Surface(0.07, 0.025, ripples=0.4, water=level))


def bare_rock(rng: np.random.Generator) -> GroundMaterial:
    """Weathered bedrock with joints, lichen and a little turf in the hollows."""
    things = (
        *grass((92, 96, 54), (140, 140, 86), rng.uniform(3, 8), 0.05, 0.18, rng, (0.0, 0.25)),
        stones((138, 134, 126), rng.uniform(0.5, 2), 0.03, 0.15, rng),
    )
    colors = palette([(98, 98, 72), (130, 126, 118), (150, 146, 138), (124, 120, 114)], rng)
    return GroundMaterial(colors, rng.uniform(2, 5), rng.uniform(0.4, 0.6), 0.85, things,
                          Surface(0.7, 0.16, 2.0, cracks=rng.uniform(1.2, 2.2)))  # fmt: skip


def lava(rng: np.random.Generator) -> GroundMaterial:
    """Black clinker with rusty and mossy patches."""
    things = (
        stones((46, 44, 45), rng.uniform(8, 14), 0.03, 0.14, rng, rough=0.4),
        stones((52, 47, 46), rng.uniform(1, 2.5), 0.08, 0.28, rng, rough=0.4),
        cushions((110, 116, 70), rng.uniform(0.5, 2), 0.02, 0.04, rng, (0.7, 1.0)),
    )
    colors = palette([(40, 38, 39), (54, 51, 51), (66, 56, 52)], rng)
    return GroundMaterial(colors, rng.uniform(2, 5), rng.uniform(0.5, 0.8), 0.75, things,
                          Surface(0.45, 0.16, cracks=rng.uniform(0.6, 1.1)))  # fmt: skip


def burnt_grass(rng: np.random.Generator) -> GroundMaterial:
    """After a fire: black stubble, pale ash, first green shoots."""
    things = (
        *grass((30, 27, 25), (66, 56, 46), rng.uniform(14, 22), 0.04, 0.18, rng),
        *grass((70, 98, 38), (120, 152, 62), rng.uniform(1, 4), 0.04, 0.12, rng),
        twigs((34, 31, 29), rng.uniform(1, 3), rng),
    )
    colors = palette([(50, 45, 42), (68, 60, 54), (112, 104, 96)], rng)
    return GroundMaterial(colors, rng.uniform(1.5, 4), rng.uniform(0.5, 0.8), 0.95, things, Surface(0.2, 0.02, 1.5))


def snow(rng: np.random.Generator) -> GroundMaterial:
    """Snow, with dry tips of grass and stones that stick out."""
    things = grass((128, 112, 78), (172, 154, 112), rng.uniform(0.1, 1.5), 0.06, 0.25, rng)
    colors = palette([(226, 228, 233), (238, 239, 242), (212, 217, 227)], rng, shift=0.02)
    things = (*things, stones((104, 102, 100), 0.2, 0.03, 0.15, rng))
    return GroundMaterial(colors, rng.uniform(2, 8), rng.uniform(0.02, 0.08), 0.6, things, Surface(0.9, 0.06))


def patchy_snow(rng: np.random.Generator) -> GroundMaterial:
    """Thaw: snow between islands of brown turf."""
    things = (
        *grass((116, 96, 58), (172, 148, 98), rng.uniform(14, 22), 0.05, 0.20, rng, (0.0, 0.45)),
        stones((110, 108, 104), rng.uniform(0.4, 1.5), 0.03, 0.14, rng, (0.0, 0.5)),
    )
    colors = palette([(112, 92, 62), (128, 112, 78), (230, 232, 236), (240, 241, 244)], rng, shift=0.03)
    return GroundMaterial(colors, rng.uniform(2.5, 6), rng.uniform(0.08, 0.2), 0.7, things, Surface(0.3, 0.04, 5.0))


def ice(rng: np.random.Generator) -> GroundMaterial:
    """A frozen lake: dark blue glassy ice with white seams and drifts of snow."""
    things = (
        cushions((232, 235, 240), rng.uniform(0.5, 2), 0.015, 0.05, rng, (0.7, 1.0)),
        reeds((140, 122, 80), (184, 164, 116), rng.uniform(0.05, 0.3), 0.5, rng),
    )
    colors = palette([(62, 98, 118), (84, 122, 140), (112, 148, 164), (232, 236, 241)], rng, shift=0.03)
    return GroundMaterial(colors, rng.uniform(3, 7), rng.uniform(0.05, 0.12), 0.12, things,
                          Surface(0.5, 0.004, 3.0, cracks=rng.uniform(0.9, 1.8), seam=1.9))  # fmt: skip


def shallow_water(rng: np.random.Generator) -> GroundMaterial:
    """The edge of a lake: still water, a muddy shore, pebbles and reeds."""
    level = rng.uniform(0.55, 0.70)
    things = (
        reeds((84, 92, 44), (150, 146, 82), rng.uniform(6, 12), 0.9, rng, (level - 0.10, level + 0.03)),
        *grass((82, 96, 44), (138, 146, 74), rng.uniform(10, 18), 0.08, 0.30, rng, (level + 0.12, 1.0)),
        shingle(PEBBLES, rng.uniform(6, 14), 0.015, 0.04, rng, (level - 0.04, level + 0.2)),
    )
    colors = palette([(70, 84, 84), (84, 92, 82), (122, 106, 80), (112, 112, 66)], rng)
    return GroundMaterial(colors, rng.uniform(6, 12), rng.uniform(0.15, 0.3), 0.8, things,
                          Surface(0.2, 0.015, ripples=rng.uniform(0.3, 0.7), water=level))  # fmt: skip


def swamp(rng: np.random.Generator) -> GroundMaterial:
    """Black water under a wood: drifting leaves, sticks, mossy humps."""
    level = rng.uniform(0.50, 0.62)
    things = (
        cushions((78, 92, 42), rng.uniform(2, 4), 0.03, 0.11, rng, (level - 0.03, 1.0)),
        *leaves([(120, 88, 48), (92, 68, 42), (110, 116, 52)], rng.uniform(1.5, 4), rng),
        twigs((66, 54, 44), rng.uniform(1, 3), rng),
        *grass((68, 84, 38), (116, 130, 62), rng.uniform(6, 12), 0.12, 0.40, rng, (level + 0.03, 1.0)),
    )
    colors = palette([(52, 50, 38), (62, 58, 40), (80, 82, 44)], rng)
    return GroundMaterial(colors, rng.uniform(2, 4), rng.uniform(0.4, 0.6), 0.85, things, Surface(0.25, 0.05, water=level))
