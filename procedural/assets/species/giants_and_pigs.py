"""Elephants, giraffe, hippopotamus and pigs: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.habits import GIRAFFE as GIRAFFE_HABITS
from procedural.assets.species.parts import DARK, EYES, mammal

ELEPHANT = QuadrupedShape(
    height=3.2, length=1.22, rump=0.94, sag=-0.03, posture="column", chest_depth=0.56, chest_width=0.46, belly_depth=0.60,
    belly_width=0.56, hip_depth=0.56, hip_width=0.46, stance=0.15, arm=0.12, thigh=0.16, wrist=0.080, cannon=0.074, foot=0.080,
    neck_length=0.22, neck_angle=32.0, neck_base=0.22, neck_top=0.18, neck_drop=0.20, head_length=0.30, head_pitch=58.0, head_width=0.88,
    skull=0.165, muzzle=0.09, eye=0.011, ear="fan", ear_length=0.46, tail_length=0.40, tail_radius=0.016, tuft=0.02, trunk=0.70,
    tusk=0.36,
)
ELEPHANT_COAT = Coat(
    (122, 112, 104), grain=0.07, back=0.03, belly=(104, 94, 87),
    regions={
        "eye": (15, 12, 10), "nose": (122, 112, 104), "hoof": (140, 130, 120), "tusk": (232, 222, 198), "tuft": (40, 36, 34),
    },
)
ASIAN_ELEPHANT = replace(ELEPHANT, length=1.30, rump=0.90, sag=-0.07, skull=0.195, ear_length=0.29, tusk=0.20, neck_angle=40.0)
ASIAN_ELEPHANT_COAT = replace(ELEPHANT_COAT, base=(112, 104, 102), masks=(Mask((172, 140, 128), "head", along=(0.9, 3.0), soft=0.6),))
GIRAFFE = QuadrupedShape(
    height=3.0, length=0.80, rump=0.84, sag=0.0, chest_depth=0.36, chest_width=0.24, belly_depth=0.33, belly_width=0.25, hip_depth=0.30,
    hip_width=0.22, stance=0.075, arm=0.052, thigh=0.085, wrist=0.030, cannon=0.021, foot=0.030, neck_length=0.80, neck_angle=58.0,
    neck_base=0.13, neck_top=0.050, neck_drop=0.14, head_length=0.225, head_pitch=30.0, skull=0.056, muzzle=0.029, eye=0.010,
    ear_length=0.08, ear_tilt=70.0, tail_length=0.34, tail_radius=0.010, tuft=0.02, mane="giraffe", horns="ossicones", horn_length=0.075,
)
GIRAFFE_COAT = Coat(
    (226, 196, 146), pattern="patches", ink=(138, 78, 36), size=0.36, back=0.0, grain=0.04, belly=(232, 212, 176),
    regions={
        **EYES, "leg": (226, 200, 154), "foot": (222, 200, 162), "hoof": (74, 58, 44), "muzzle": ((206, 170, 120), (150, 120, 92)),
        "tuft": DARK, "horn": (44, 32, 26), "mane": (120, 66, 34), "ear_inner": (222, 206, 180),
    },
)
HIPPO = QuadrupedShape(
    height=1.5, length=1.78, rump=0.96, sag=-0.02, posture="column", chest_depth=0.76, chest_width=0.64, belly_depth=0.84,
    belly_width=0.84, hip_depth=0.72, hip_width=0.62, stance=0.20, arm=0.14, thigh=0.18, wrist=0.100, cannon=0.090, foot=0.098,
    neck_length=0.36, neck_angle=4.0, neck_base=0.30, neck_top=0.23, neck_drop=0.32, head_length=0.76, head_pitch=22.0, head_width=1.0,
    skull=0.190, muzzle=0.195, muzzle_share=0.58, snout="hippo", brow=0.045, eye=0.017, ear="round", ear_length=0.09, ear_tilt=40.0,
    tail_length=0.26, tail_radius=0.035, tail_tip=0.4,
)
HIPPO_COAT = Coat(
    (104, 90, 86), belly=(166, 128, 116), grain=0.06, back=-0.05,
    masks=(
        Mask((164, 126, 118), "head", up=(-3.0, -0.15), soft=0.3), Mask((156, 120, 112), "neck", up=(-3.0, -0.3), soft=0.4),
    ),
    regions={
        "eye": (14, 10, 10), "mouth": (70, 48, 46), "nose": (120, 92, 88), "hoof": (130, 108, 102), "ear_inner": (176, 132, 124),
        "muzzle": ((106, 92, 88), (134, 110, 102)), "leg": (104, 90, 86),
    },
)
BOAR = QuadrupedShape(
    height=0.85, length=1.50, rump=0.88, sag=-0.02, hump=0.03, chest_depth=0.60, chest_width=0.40, belly_depth=0.52, belly_width=0.40,
    hip_depth=0.46, hip_width=0.34, stance=0.11, arm=0.095, thigh=0.14, wrist=0.046, cannon=0.034, foot=0.042, neck_length=0.36,
    neck_angle=0.0, neck_base=0.25, neck_top=0.18, neck_drop=0.30, head_length=0.56, head_pitch=30.0, head_width=0.80, skull=0.150,
    muzzle=0.062, muzzle_share=0.60, snout="pig", eye=0.013, ear_length=0.18, ear_tilt=26.0, tail_length=0.32, tail_radius=0.014,
    tuft=0.028, mane="ridge", tusk=0.08, tusk_kind="boar", shag=0.007,
)
BOAR_COAT = Coat(
    (78, 66, 56), grain=0.13, back=0.0, belly=(62, 52, 44),
    regions={
        **EYES, "nose": (104, 82, 76), "muzzle": ((88, 76, 66), (70, 60, 54)), "leg": ((56, 46, 40), (36, 31, 29)), "foot": (34, 30, 28),
        "hoof": (24, 22, 21), "mane": (46, 38, 33), "tusk": (230, 222, 200), "ear_inner": (90, 74, 66), "tuft": (40, 33, 29),
    },
)
WARTHOG = replace(
    BOAR, length=1.36, rump=0.92, chest_depth=0.50, chest_width=0.36, belly_depth=0.46, belly_width=0.38, arm=0.080, thigh=0.12,
    wrist=0.042, cannon=0.030, foot=0.038, neck_length=0.30, neck_base=0.21, head_length=0.58, head_pitch=36.0, muzzle=0.092, skull=0.130,
    cheeks=0.055, mane="crest", tusk=0.19, shag=0.0, tail_length=0.46, tuft=0.032, head_width=0.85,
)
WARTHOG_COAT = Coat(
    (128, 108, 92), grain=0.10, back=0.05,
    regions={
        **EYES, "nose": (112, 94, 84), "mane": ((70, 48, 36), (92, 66, 48)), "tusk": (238, 230, 210), "hoof": (40, 36, 34),
        "tuft": (60, 44, 36), "muzzle": ((120, 102, 88), (112, 94, 82)), "cheek": (150, 134, 118), "leg": (116, 98, 84),
        "ear_inner": (140, 118, 104),
    },
)

GIANTS_AND_PIGS: tuple[Family, ...] = (
    mammal(
        "african_elephant", "herbivore", "African bush elephant, Loxodonta africana, savanna", ELEPHANT, ELEPHANT_COAT, "Proboscidea",
        "dry_grass", (2.5, 3.6), graze=10,
    ),
    mammal(
        "asian_elephant", "herbivore", "Asian elephant, Elephas maximus, forest", ASIAN_ELEPHANT, ASIAN_ELEPHANT_COAT, "Proboscidea",
        "green_grass", (2.2, 3.0), graze=10,
    ),
    mammal(
        "giraffe", "herbivore", "giraffe, Giraffa camelopardalis, savanna", GIRAFFE, GIRAFFE_COAT, "Artiodactyla", "dry_grass",
        (2.5, 3.5), graze=20, habits=GIRAFFE_HABITS,
    ),
    mammal(
        "hippopotamus", "herbivore", "hippopotamus, Hippopotamus amphibius, rivers and lakes", HIPPO, HIPPO_COAT, "Artiodactyla", "dirt",
        (1.30, 1.65), graze=10,
    ),
    mammal("wild_boar", "herbivore", "wild boar, Sus scrofa, forest", BOAR, BOAR_COAT, "Artiodactyla", "leaf_litter", (0.60, 1.05)),
    mammal(
        "warthog", "herbivore", "common warthog, Phacochoerus africanus, savanna", WARTHOG, WARTHOG_COAT, "Artiodactyla", "dirt",
        (0.60, 0.85),
    ),
)
