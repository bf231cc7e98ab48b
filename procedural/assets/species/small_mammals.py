"""Smaller mammals on four legs: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.species.cats import LION
from procedural.assets.species.dogs_and_bears import BEAR
from procedural.assets.species.habits import LOW
from procedural.assets.species.parts import EYES, mammal

WHITE = (238, 234, 226)
BLACK = (26, 24, 25)
BADGER = replace(
    BEAR, length=2.05, rump=0.95, hump=0.0, sag=-0.04, chest_depth=0.66, chest_width=0.60, belly_depth=0.78, belly_width=0.76,
    hip_depth=0.70, hip_width=0.62, stance=0.24, arm=0.14, thigh=0.18, wrist=0.092, cannon=0.080, foot=0.078, neck_length=0.42,
    neck_angle=6.0, neck_base=0.25, neck_top=0.19, neck_drop=0.34, head_length=0.60, head_pitch=16.0, head_width=0.95, skull=0.190,
    muzzle=0.075, muzzle_share=0.6, eye=0.022, ear="round", ear_length=0.16, ear_tilt=52.0, tail_length=0.50, tail_radius=0.09,
    tail_tip=0.6, shag=0.010,
)
BADGER_COAT = Coat(
    (150, 146, 140), belly=BLACK, grain=0.12, back=0.0,
    masks=(
        Mask(WHITE, "head"), Mask(BLACK, "head", along=(-0.4, 0.98), up=(-0.05, 3.0), aside=(0.24, 0.66), soft=0.08),
        Mask(BLACK, "neck", up=(-3.0, -0.2)), Mask(BLACK, "head", up=(-3.0, -0.85)),
    ),
    regions={
        "eye": (10, 8, 8), "mouth": (50, 44, 42), "nose": (20, 18, 18), "leg": BLACK, "foot": BLACK, "hoof": BLACK, "ear": (40, 36, 36),
        "ear_inner": WHITE, "muzzle": WHITE, "tail": (190, 184, 174),
    },
)
OTTER = replace(
    BADGER, length=2.65, sag=-0.12, chest_depth=0.64, chest_width=0.50, belly_depth=0.66, belly_width=0.58, hip_depth=0.66,
    hip_width=0.46, arm=0.11, thigh=0.15, wrist=0.085, cannon=0.072, foot=0.085, neck_length=0.52, neck_angle=20.0, neck_base=0.23,
    neck_top=0.185, neck_drop=0.30, head_length=0.42, head_pitch=8.0, head_width=1.1, skull=0.190, muzzle=0.120, muzzle_share=0.5,
    snout="cat", ear_length=0.09, ear_tilt=70.0, tail_length=1.60, tail_radius=0.10, tail_root=1.5, tail_tip=0.25, tail_lift=-25.0,
    shag=0.0, eye=0.026,
)
OTTER_COAT = Coat(
    (92, 66, 48), belly=(178, 154, 126), grain=0.05, back=0.0,
    masks=(
        Mask((186, 164, 138), "neck", up=(-3.0, -0.25), soft=0.3),
        Mask((184, 162, 136), "head", up=(-3.0, -0.35), along=(0.1, 2.0), soft=0.2),
    ),
    regions={
        **EYES, "nose": (36, 30, 28), "hoof": (70, 52, 40), "muzzle": ((110, 82, 62), (164, 138, 112)), "leg": (86, 62, 46),
    },
)
WEASEL = replace(
    OTTER, length=2.7, sag=-0.16, chest_depth=0.62, chest_width=0.46, belly_depth=0.60, belly_width=0.48, hip_depth=0.66, hip_width=0.50,
    neck_length=0.52, neck_angle=34.0, neck_base=0.21, neck_top=0.180, skull=0.190, muzzle=0.078, head_length=0.42, ear="round",
    ear_length=0.15, ear_tilt=50.0, arm=0.085, thigh=0.13, wrist=0.056, cannon=0.048, foot=0.060, tail_length=1.1, tail_radius=0.05,
    tail_root=1.0, tail_tip=0.8, tail_bush=0.05, snout="",
)
POLECAT_COAT = Coat(
    (74, 56, 46), grain=0.12, back=0.1, belly=(36, 30, 28),
    masks=(
        Mask((196, 176, 140), "trunk", up=(0.25, 0.75), along=(0.15, 0.95), soft=0.3), Mask(WHITE, "head", along=(0.55, 1.5)),
        Mask((44, 36, 33), "head", along=(0.25, 0.75), up=(-0.3, 1.2), soft=0.1),
    ),
    regions={
        **EYES, "leg": BLACK, "foot": BLACK, "hoof": BLACK, "head": (96, 78, 64), "muzzle": (226, 216, 202), "tail": (34, 29, 27),
        "ear": (70, 58, 50), "ear_inner": WHITE, "neck": (52, 42, 37),
    },
)
SKUNK = replace(
    BADGER, length=1.80, sag=-0.10, chest_depth=0.58, chest_width=0.44, belly_depth=0.68, belly_width=0.58, arm=0.11, thigh=0.15,
    wrist=0.070, cannon=0.060, foot=0.066, neck_length=0.34, neck_base=0.21, neck_top=0.16, head_length=0.46, skull=0.155, muzzle=0.060,
    ear_length=0.12, tail_length=1.50, tail_radius=0.06, tail_bush=0.21, tail_tip=1.2, tail_lift=35.0, shag=0.014,
)
SKUNK_COAT = Coat(
    (24, 22, 23), grain=0.10, back=0.0,
    masks=(
        Mask(WHITE, "trunk", up=(0.72, 3.0), aside=(0.16, 0.75), soft=0.06), Mask(WHITE, "neck", up=(0.15, 3.0), soft=0.15),
        Mask(WHITE, "head", along=(-0.6, 0.1), up=(0.2, 3.0)), Mask(WHITE, "head", along=(-0.5, 0.95), up=(0.2, 3.0), aside=(0.0, 0.14)),
    ),
    regions={
        "eye": (8, 6, 6), "mouth": (30, 26, 26), "nose": (30, 26, 26), "hoof": BLACK,
        "tail": ((236, 232, 224), (32, 29, 29), (30, 28, 28), (200, 196, 190)),
    },
)
BEAVER = replace(
    BADGER, length=1.95, sag=-0.16, rump=0.92, chest_depth=0.64, chest_width=0.58, belly_depth=0.80, belly_width=0.80, hip_depth=0.80,
    hip_width=0.74, neck_length=0.30, neck_angle=12.0, neck_base=0.27, neck_top=0.225, head_length=0.42, head_pitch=20.0, skull=0.205,
    muzzle=0.115, muzzle_share=0.5, snout="cat", ear_length=0.12, tail_length=1.0, tail_radius=0.21, tail_root=0.55, tail_tip=0.50,
    tail_bush=0.05, tail_flat=0.20, tail_lift=-48.0, eye=0.02, shag=0.008,
)
BEAVER_COAT = Coat(
    (112, 74, 46), grain=0.11, back=0.05,
    regions={
        **EYES, "tail": (60, 54, 52), "foot": (56, 46, 40), "hoof": (52, 44, 40), "muzzle": ((116, 80, 52), (128, 94, 66)),
        "leg": (90, 60, 40), "ear": (70, 50, 38),
    },
)
MARMOT = replace(
    BEAVER, length=1.85, chest_depth=0.86, belly_depth=0.94, hip_depth=0.90, ear_length=0.09, eye=0.028, tail_length=0.58,
    tail_radius=0.07, tail_root=1.0, tail_bush=0.04, tail_flat=1.0, neck_angle=26.0,
    head_length=0.40, skull=0.200, muzzle=0.105, hip_width=0.64, belly_width=0.72, shag=0.012,
)
MARMOT_COAT = Coat(
    (158, 126, 88), belly=(196, 160, 112), grain=0.14, back=0.18,
    masks=(Mask((90, 80, 72), "head", along=(-0.2, 0.75), up=(0.1, 3.0), soft=0.2),),
    regions={
        **EYES, "tail": ((140, 108, 76), (58, 46, 38)), "muzzle": ((150, 130, 106), (214, 200, 180)), "hoof": (70, 56, 46),
        "leg": (166, 130, 88),
    },
)
HARE = replace(
    LION, length=1.62, rump=1.04, sag=-0.12, posture="flat", chest_depth=0.54, chest_width=0.38, belly_depth=0.58, belly_width=0.46,
    hip_depth=0.74, hip_width=0.50, stance=0.11, arm=0.080, thigh=0.24, wrist=0.055, cannon=0.048, foot=0.062, neck_length=0.30,
    neck_angle=46.0, neck_base=0.18, neck_top=0.14, head_length=0.38, head_pitch=34.0, head_width=0.80, skull=0.170, muzzle=0.100,
    muzzle_share=0.45,
    snout="cat", eye=0.036, ear="leaf", ear_length=0.56, ear_width=0.42, ear_tilt=10.0, tail_length=0.10, tail_radius=0.060,
    tail_lift=10.0, tuft=0.0, tail_tip=1.0, shag=0.006,
)
HARE_COAT = Coat(
    (168, 130, 88), belly=(236, 228, 214), grain=0.08, back=0.15,
    regions={
        **EYES, "eye": (60, 38, 14), "nose": (150, 112, 100), "ear": ((166, 128, 88), (160, 124, 86), (30, 26, 24)),
        "ear_inner": (208, 176, 150), "tail": (232, 226, 218), "hoof": (184, 150, 108), "muzzle": ((168, 132, 94), (196, 168, 134)),
    },
)
ARCTIC_HARE_COAT = replace(
    HARE_COAT, base=(226, 224, 220), belly=None, grain=0.04, back=0.0,
    regions={
        **HARE_COAT.regions, "eye": (40, 26, 12), "ear": ((236, 236, 236), (230, 230, 230), (26, 24, 24)), "ear_inner": (222, 206, 200),
        "tail": WHITE, "hoof": WHITE, "muzzle": (236, 234, 232),
    },
)
ARMADILLO = replace(
    BADGER, length=1.75, sag=-0.16, chest_depth=0.66, chest_width=0.60, belly_depth=0.84, belly_width=0.82, hip_depth=0.76,
    hip_width=0.68, arm=0.09, thigh=0.12, wrist=0.066, cannon=0.058, foot=0.060, neck_length=0.34, neck_angle=-8.0, neck_base=0.20,
    neck_top=0.14, head_length=0.62, head_pitch=26.0, skull=0.130, muzzle=0.042, ear="leaf", ear_length=0.26, ear_tilt=28.0,
    tail_length=1.35, tail_radius=0.06, tail_root=1.4, tail_tip=0.25, tail_lift=-30.0, shag=0.0,
)
ARMADILLO_COAT = Coat(
    (142, 128, 112), pattern="streaks", ink=(84, 74, 64), size=0.026, marked=("trunk",), grain=0.05, back=0.0, belly=(176, 150, 132),
    regions={
        **EYES, "head": (140, 124, 110), "muzzle": ((150, 132, 118), (186, 156, 144)), "ear": (160, 132, 122),
        "tail": ((136, 122, 108), (120, 106, 94)), "leg": (150, 130, 116), "foot": (150, 130, 116), "hoof": (110, 98, 88),
    },
)
BABOON = replace(
    LION, length=1.02, rump=0.86, chest_depth=0.44, chest_width=0.34, belly_depth=0.34, belly_width=0.29, hip_depth=0.34, hip_width=0.27,
    arm=0.080, thigh=0.115, wrist=0.046, cannon=0.040, foot=0.050, neck_length=0.26, neck_angle=26.0, neck_base=0.235, neck_top=0.185,
    head_length=0.48, head_pitch=34.0, head_width=0.78, skull=0.150, muzzle=0.080, muzzle_share=0.64, snout="", eye=0.024, ear="round",
    ear_length=0.09, ear_tilt=80.0, tail_length=0.95, tail_radius=0.026, tail_lift=-66.0, tuft=0.0, cheeks=0.12, shag=0.014,
)
BABOON_COAT = Coat(
    (108, 98, 66), belly=(128, 116, 84), grain=0.10, back=0.1, masks=(Mask((52, 44, 42), "head", along=(0.45, 2.0), soft=0.1), Mask((124,
    98, 92), "trunk", along=(0.95, 2.0), up=(0.2, 0.8))),
    regions={
        **EYES, "muzzle": ((60, 50, 46), (46, 40, 40)), "cheek": (150, 138, 102), "head": (118, 106, 72), "hoof": (44, 38, 36),
        "foot": (80, 68, 54), "ear": (60, 50, 46), "nose": (34, 29, 29), "eye": (150, 100, 46), "neck": (140, 126, 86),
    },
)

SMALL_MAMMALS: tuple[Family, ...] = (
    mammal(
        "badger", "carnivore", "European badger, Meles meles, forest", BADGER, BADGER_COAT, "Carnivora", "leaf_litter", (0.25, 0.30),
        graze=5, habits=LOW,
    ),
    mammal(
        "otter", "carnivore", "river otter, Lutra lutra, rivers and lakes", OTTER, OTTER_COAT, "Carnivora", "dirt", (0.23, 0.30),
        graze=5, habits=LOW,
    ),
    mammal(
        "polecat", "carnivore", "European polecat, Mustela putorius, forest edge", WEASEL, POLECAT_COAT, "Carnivora", "leaf_litter",
        (0.09, 0.14), graze=10, habits=LOW,
    ),
    mammal(
        "skunk", "carnivore", "striped skunk, Mephitis mephitis, woodland", SKUNK, SKUNK_COAT, "Carnivora", "leaf_litter", (0.15, 0.22),
        graze=5, habits=LOW,
    ),
    mammal(
        "beaver", "herbivore", "Eurasian beaver, Castor fiber, rivers and lakes", BEAVER, BEAVER_COAT, "Rodentia", "dirt", (0.28, 0.40),
        graze=5,
    ),
    mammal(
        "marmot", "herbivore", "Alpine marmot, Marmota marmota, mountain meadow", MARMOT, MARMOT_COAT, "Rodentia", "gravel_rock",
        (0.15, 0.20), graze=5,
    ),
    mammal("hare", "herbivore", "brown hare, Lepus europaeus, meadow", HARE, HARE_COAT, "Lagomorpha", "dirt", (0.22, 0.32)),
    mammal("arctic_hare", "herbivore", "arctic hare, Lepus arcticus, tundra", HARE, ARCTIC_HARE_COAT, "Lagomorpha", "snow", (0.22, 0.34)),
    mammal(
        "armadillo", "carnivore", "nine-banded armadillo, Dasypus novemcinctus, grassland", ARMADILLO, ARMADILLO_COAT, "Cingulata",
        "leaf_litter", (0.15, 0.25), graze=5,
    ),
    mammal("baboon", "herbivore", "olive baboon, Papio anubis, savanna", BABOON, BABOON_COAT, "Primates", "dry_grass", (0.50, 0.70)),
)
