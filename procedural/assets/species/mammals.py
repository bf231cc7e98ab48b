"""Mammals: proportions and coats, one row a species."""

# fmt: off - one row an animal
from __future__ import annotations

from dataclasses import replace

import numpy as np

from procedural.assets.asset import Asset, Family
from procedural.assets.coats import Coat
from procedural.assets.quadruped import QuadrupedShape, quadruped, varied
from procedural.assets.species.parts import DARK, EYES, coat_seed

ZEBRA = QuadrupedShape(
    height=1.3,
    neck_length=0.44,
    neck_angle=42,
    mane="crest",
    tail_length=0.42,
    tuft=0.034,
    ear_length=0.15,
    belly_width=0.42,
    chest_width=0.36,
)
ZEBRA_COAT = Coat(
    (232, 226, 214),
    pattern="zebra",
    size=0.105,
    back=0.0,
    grain=0.03,
    regions={**EYES, "muzzle": ((232, 226, 214), (52, 44, 40)), "hoof": (45, 40, 36), "tuft": DARK, "ear_inner": (120, 108, 96)},
)
ELEPHANT = QuadrupedShape(
    height=3.2,
    length=1.22,
    rump=0.94,
    sag=-0.03,
    posture="column",
    chest_depth=0.56,
    chest_width=0.46,
    belly_depth=0.60,
    belly_width=0.56,
    hip_depth=0.56,
    hip_width=0.46,
    stance=0.15,
    arm=0.12,
    thigh=0.16,
    wrist=0.080,
    cannon=0.074,
    foot=0.080,
    neck_length=0.22,
    neck_angle=32,
    neck_base=0.22,
    neck_top=0.18,
    neck_drop=0.20,
    head_length=0.30,
    head_pitch=58,
    head_width=0.88,
    skull=0.165,
    muzzle=0.09,
    eye=0.011,
    ear="fan",
    ear_length=0.46,
    tail_length=0.40,
    tail_radius=0.016,
    tuft=0.02,
    trunk=0.70,
    tusk=0.36,
)
ELEPHANT_COAT = Coat(
    (122, 112, 104),
    grain=0.07,
    back=0.03,
    belly=(104, 94, 87),
    regions={"eye": (15, 12, 10), "nose": (122, 112, 104), "hoof": (140, 130, 120), "tusk": (232, 222, 198), "tuft": (40, 36, 34)},
)
LION = QuadrupedShape(
    height=1.1,
    length=1.42,
    rump=0.97,
    posture="paw",
    chest_depth=0.46,
    chest_width=0.32,
    belly_depth=0.38,
    belly_width=0.31,
    hip_depth=0.40,
    hip_width=0.30,
    stance=0.115,
    arm=0.10,
    thigh=0.15,
    wrist=0.062,
    cannon=0.052,
    foot=0.062,
    neck_length=0.30,
    neck_angle=28,
    neck_base=0.19,
    neck_top=0.13,
    head_length=0.27,
    head_pitch=30,
    head_width=0.90,
    skull=0.128,
    muzzle=0.094,
    muzzle_share=0.52,
    eye=0.018,
    ear="round",
    ear_length=0.095,
    ear_tilt=48,
    tail_length=0.82,
    tail_radius=0.024,
    tail_lift=-62,
    tuft=0.04,
)
LION_COAT = Coat(
    (182, 134, 78),
    belly=(208, 178, 134),
    grain=0.04,
    hair=0.22,
    regions={
        **EYES,
        "muzzle": ((170, 122, 72), (208, 176, 134)),
        "hoof": (192, 150, 96),
        "mane": ((132, 86, 46), (84, 52, 30)),
        "tuft": (60, 40, 26),
        "ear_inner": (190, 160, 120),
        "eye": (30, 20, 10),
    },
)


DEER = QuadrupedShape(
    height=1.15,
    length=1.12,
    rump=1.0,
    chest_depth=0.42,
    chest_width=0.27,
    belly_depth=0.38,
    belly_width=0.31,
    hip_depth=0.38,
    hip_width=0.28,
    stance=0.085,
    arm=0.068,
    thigh=0.12,
    wrist=0.032,
    cannon=0.022,
    foot=0.030,
    neck_length=0.50,
    neck_angle=52,
    neck_base=0.145,
    neck_top=0.082,
    head_length=0.34,
    head_pitch=32,
    skull=0.080,
    muzzle=0.042,
    eye=0.018,
    ear_length=0.18,
    ear_tilt=58,
    tail_length=0.14,
    tail_radius=0.03,
    horn_length=0.48,
)
DEER_COAT = Coat(
    (146, 96, 58),
    belly=(205, 178, 146),
    grain=0.05,
    regions={
        **EYES,
        "leg": ((140, 92, 58), (104, 74, 52)),
        "foot": (100, 72, 52),
        "muzzle": ((146, 100, 66), (96, 74, 60)),
        "hoof": (34, 28, 26),
        "tail": (230, 216, 196),
        "horn": ((112, 84, 58), (196, 176, 146)),
        "ear_inner": (186, 156, 128),
        "neck": (128, 86, 56),
    },
)
GIRAFFE = QuadrupedShape(
    height=3.0,
    length=0.80,
    rump=0.84,
    sag=0.0,
    chest_depth=0.36,
    chest_width=0.24,
    belly_depth=0.33,
    belly_width=0.25,
    hip_depth=0.30,
    hip_width=0.22,
    stance=0.075,
    arm=0.052,
    thigh=0.085,
    wrist=0.030,
    cannon=0.021,
    foot=0.030,
    neck_length=0.80,
    neck_angle=58,
    neck_base=0.13,
    neck_top=0.050,
    neck_drop=0.14,
    head_length=0.225,
    head_pitch=30,
    skull=0.056,
    muzzle=0.029,
    eye=0.010,
    ear_length=0.08,
    ear_tilt=70,
    tail_length=0.34,
    tail_radius=0.010,
    tuft=0.02,
    mane="giraffe",
    horns="ossicones",
    horn_length=0.075,
)
GIRAFFE_COAT = Coat(
    (226, 196, 146),
    pattern="patches",
    ink=(138, 78, 36),
    size=0.36,
    back=0.0,
    grain=0.04,
    belly=(232, 212, 176),
    regions={
        **EYES,
        "leg": (226, 200, 154),
        "foot": (222, 200, 162),
        "hoof": (74, 58, 44),
        "muzzle": ((206, 170, 120), (150, 120, 92)),
        "tuft": DARK,
        "horn": (44, 32, 26),
        "mane": (120, 66, 34),
        "ear_inner": (222, 206, 180),
    },
)
BUFFALO = QuadrupedShape(
    height=1.5,
    length=1.38,
    rump=0.93,
    sag=0.02,
    chest_depth=0.56,
    chest_width=0.42,
    belly_depth=0.54,
    belly_width=0.48,
    hip_depth=0.48,
    hip_width=0.38,
    stance=0.13,
    arm=0.10,
    thigh=0.15,
    wrist=0.055,
    cannon=0.040,
    foot=0.052,
    neck_length=0.34,
    neck_angle=8,
    neck_base=0.21,
    neck_top=0.15,
    neck_drop=0.20,
    head_length=0.42,
    head_pitch=48,
    head_width=0.8,
    skull=0.118,
    muzzle=0.082,
    eye=0.014,
    ear_length=0.17,
    ear_tilt=105,
    tail_length=0.48,
    tail_radius=0.02,
    tuft=0.03,
    horns="buffalo",
    horn_length=0.31,
)
BUFFALO_COAT = Coat(
    (62, 52, 46),
    grain=0.08,
    back=0.0,
    regions={
        "eye": (8, 7, 7),
        "nose": (18, 16, 16),
        "muzzle": ((60, 50, 44), (36, 31, 30)),
        "hoof": (26, 22, 20),
        "horn": ((98, 90, 80), (52, 46, 42)),
        "tuft": (20, 16, 14),
    },
)
TIGER = replace(
    LION,
    height=0.98,
    length=1.50,
    tail_length=0.90,
    tuft=0.0,
    tail_radius=0.036,
    belly_depth=0.40,
    neck_angle=22,
    arm=0.105,
    ear_length=0.10,
)
TIGER_COAT = Coat(
    (212, 128, 50),
    belly=(240, 230, 212),
    pattern="tiger",
    size=0.125,
    back=0.08,
    regions={
        **EYES,
        "muzzle": ((214, 138, 64), (244, 236, 222)),
        "hoof": (222, 170, 110),
        "leg": (214, 136, 62),
        "foot": (222, 160, 92),
        "ear_inner": (226, 214, 196),
        "ear": DARK,
        "eye": (26, 20, 10),
    },
)
LEOPARD = replace(
    TIGER,
    height=0.68,
    length=1.55,
    chest_depth=0.43,
    belly_depth=0.36,
    tail_length=1.15,
    tail_radius=0.034,
    skull=0.122,
    muzzle=0.078,
    arm=0.10,
    stance=0.105,
)
LEOPARD_COAT = Coat(
    (214, 168, 98),
    belly=(240, 230, 210),
    pattern="rosettes",
    size=0.078,
    back=0.05,
    regions={
        **EYES,
        "muzzle": ((214, 172, 108), (238, 224, 200)),
        "hoof": (220, 182, 126),
        "ear_inner": (210, 190, 160),
        "eye": (40, 30, 10),
    },
)
WOLF = QuadrupedShape(
    height=0.80,
    length=1.20,
    rump=0.97,
    posture="paw",
    chest_depth=0.48,
    chest_width=0.32,
    belly_depth=0.42,
    belly_width=0.32,
    hip_depth=0.40,
    hip_width=0.29,
    stance=0.095,
    arm=0.085,
    thigh=0.13,
    wrist=0.047,
    cannon=0.039,
    foot=0.048,
    neck_length=0.32,
    neck_angle=34,
    neck_base=0.225,
    neck_top=0.165,
    neck_drop=0.19,
    head_length=0.35,
    head_pitch=20,
    head_width=1.05,
    skull=0.118,
    muzzle=0.052,
    muzzle_share=0.56,
    eye=0.013,
    ear_length=0.14,
    ear_tilt=16,
    tail_length=0.50,
    tail_radius=0.062,
    tail_lift=-72,
    shag=0.005,
)
WOLF_COAT = Coat(
    (128, 120, 110),
    belly=(206, 196, 180),
    grain=0.08,
    back=0.35,
    regions={
        **EYES,
        "leg": ((150, 138, 122), (190, 176, 154)),
        "foot": (196, 184, 164),
        "hoof": (196, 184, 164),
        "head": (124, 114, 102),
        "muzzle": ((140, 130, 116), (188, 176, 158)),
        "tail": ((120, 112, 102), (52, 48, 44)),
        "ear": (104, 92, 78),
        "ear_inner": (168, 152, 134),
        "eye": (40, 28, 10),
    },
)
BEAR = QuadrupedShape(
    height=1.15,
    length=1.42,
    rump=0.95,
    sag=0.02,
    hump=0.06,
    posture="flat",
    chest_depth=0.62,
    chest_width=0.47,
    belly_depth=0.62,
    belly_width=0.52,
    hip_depth=0.60,
    hip_width=0.44,
    stance=0.16,
    arm=0.135,
    thigh=0.18,
    wrist=0.092,
    cannon=0.086,
    foot=0.085,
    neck_length=0.30,
    neck_angle=12,
    neck_base=0.25,
    neck_top=0.19,
    neck_drop=0.18,
    head_length=0.35,
    head_pitch=24,
    head_width=1.0,
    skull=0.175,
    muzzle=0.072,
    muzzle_share=0.46,
    eye=0.013,
    ear="round",
    ear_length=0.14,
    ear_tilt=40,
    tail_length=0.08,
    tail_radius=0.05,
    shag=0.005,
)
BEAR_COAT = Coat(
    (86, 57, 36),
    grain=0.08,
    back=-0.25,
    regions={
        **EYES,
        "leg": ((76, 50, 32), (50, 34, 25)),
        "foot": (46, 32, 24),
        "hoof": (46, 32, 24),
        "muzzle": ((104, 70, 44), (140, 104, 72)),
        "head": (98, 67, 42),
        "eye": (10, 8, 8),
    },
)


def zebra_rand(rng: np.random.Generator) -> Asset:
    """A plains zebra, standing alert to half grazing."""
    shape = varied(ZEBRA, rng, graze=30)
    return quadruped(shape, replace(ZEBRA_COAT, seed=coat_seed(rng), size=0.105 * shape.height / 1.3))


def elephant_rand(rng: np.random.Generator) -> Asset:
    """An African elephant with tusks."""
    return quadruped(varied(ELEPHANT, rng, graze=10), replace(ELEPHANT_COAT, seed=coat_seed(rng)), detail=94)


def lion_rand(rng: np.random.Generator) -> Asset:
    """A male with a mane, or a smaller female without."""
    shape, male = varied(LION, rng, graze=15), rng.random() < 0.6
    shape = replace(shape, mane="lion") if male else replace(shape, height=shape.height * 0.9)
    return quadruped(shape, replace(LION_COAT, seed=coat_seed(rng)))


def giraffe_rand(rng: np.random.Generator) -> Asset:
    """A giraffe, neck high or lowered."""
    return quadruped(varied(GIRAFFE, rng, graze=30), replace(GIRAFFE_COAT, seed=coat_seed(rng)), detail=140)


def deer_rand(rng: np.random.Generator) -> Asset:
    """A stag with antlers, or a smaller hind without."""
    shape, stag = varied(DEER, rng, graze=30), rng.random() < 0.6
    shape = replace(shape, horns="antlers") if stag else replace(shape, height=shape.height * 0.88)
    return quadruped(shape, replace(DEER_COAT, seed=coat_seed(rng)), detail=120)


def buffalo_rand(rng: np.random.Generator) -> Asset:
    """An African buffalo."""
    return quadruped(varied(BUFFALO, rng), replace(BUFFALO_COAT, seed=coat_seed(rng)))


def tiger_rand(rng: np.random.Generator) -> Asset:
    """A tiger."""
    return quadruped(varied(TIGER, rng), replace(TIGER_COAT, seed=coat_seed(rng)))


def leopard_rand(rng: np.random.Generator) -> Asset:
    """A leopard."""
    return quadruped(varied(LEOPARD, rng), replace(LEOPARD_COAT, seed=coat_seed(rng)), detail=130)


def wolf_rand(rng: np.random.Generator) -> Asset:
    """A grey wolf."""
    return quadruped(varied(WOLF, rng), replace(WOLF_COAT, seed=coat_seed(rng)))


def bear_rand(rng: np.random.Generator) -> Asset:
    """A brown bear."""
    return quadruped(varied(BEAR, rng), replace(BEAR_COAT, seed=coat_seed(rng)), detail=100)


MAMMALS: tuple[Family, ...] = (
    Family("zebra", "herbivore", "plains zebra, Equus quagga, savanna", zebra_rand),
    Family("african_elephant", "herbivore", "African bush elephant, Loxodonta africana, savanna", elephant_rand),
    Family("lion", "carnivore", "lion, Panthera leo, savanna", lion_rand),
    Family("giraffe", "herbivore", "giraffe, Giraffa camelopardalis, savanna", giraffe_rand),
    Family("deer", "herbivore", "red deer, Cervus elaphus, forest and meadow", deer_rand),
    Family("buffalo", "herbivore", "African buffalo, Syncerus caffer, savanna", buffalo_rand),
    Family("tiger", "carnivore", "tiger, Panthera tigris, forest", tiger_rand),
    Family("leopard", "carnivore", "leopard, Panthera pardus, savanna and forest", leopard_rand),
    Family("wolf", "carnivore", "grey wolf, Canis lupus, boreal forest and tundra", wolf_rand),
    Family("brown_bear", "carnivore", "brown bear, Ursus arctos, boreal forest", bear_rand),
)
