"""Cattle, bison, musk ox and wildebeest: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.parts import DARK, EYES, mammal

BUFFALO = QuadrupedShape(
    height=1.5, length=1.38, rump=0.93, sag=0.02, chest_depth=0.56, chest_width=0.42, belly_depth=0.54, belly_width=0.48, hip_depth=0.48,
    hip_width=0.38, stance=0.13, arm=0.10, thigh=0.15, wrist=0.055, cannon=0.040, foot=0.052, neck_length=0.34, neck_angle=8.0,
    neck_base=0.21, neck_top=0.15, neck_drop=0.20, head_length=0.42, head_pitch=48.0, head_width=0.8, skull=0.118, muzzle=0.082,
    eye=0.014, ear_length=0.17, ear_tilt=105.0, tail_length=0.48, tail_radius=0.02, tuft=0.03, horns="buffalo", horn_length=0.31,
    horn_radius=0.06,
)
BUFFALO_COAT = Coat(
    (62, 52, 46), grain=0.08, back=0.0,
    regions={
        "eye": (8, 7, 7), "nose": (18, 16, 16), "muzzle": ((60, 50, 44), (36, 31, 30)), "hoof": (26, 22, 20),
        "horn": ((98, 90, 80), (52, 46, 42)), "tuft": (20, 16, 14),
    },
)
WATER_BUFFALO = replace(
    BUFFALO, length=1.42, head_pitch=34.0, neck_angle=14.0, neck_length=0.38, neck_base=0.19, neck_top=0.13, belly_width=0.54,
    horns="crescent", horn_length=0.46, horn_radius=0.050, head_length=0.42, muzzle=0.075, ear_length=0.16, rump=0.97,
)
WATER_BUFFALO_COAT = replace(
    BUFFALO_COAT, base=(82, 76, 74),
    regions={
        **BUFFALO_COAT.regions, "muzzle": ((80, 74, 72), (60, 54, 52)), "horn": ((70, 64, 60), (44, 40, 38)),
        "leg": ((84, 78, 76), (150, 142, 132)), "foot": (140, 132, 122),
    },
)
OX = replace(
    BUFFALO, length=1.34, rump=0.97, sag=0.025, neck_length=0.40, neck_angle=18.0, neck_base=0.20, neck_top=0.125, head_pitch=52.0,
    head_length=0.43, skull=0.105, muzzle=0.075, horns="cow", horn_length=0.36, horn_radius=0.032, throat=0.08, chest_width=0.38,
    belly_width=0.48, ear_length=0.14,
)
OX_COAT = Coat(
    (120, 74, 44), grain=0.07, back=0.05, masks=(Mask((234, 226, 212), "head", along=(0.80, 1.5)),),
    regions={
        **EYES, "muzzle": ((112, 70, 44), (206, 178, 152)), "nose": (196, 160, 140), "hoof": (46, 40, 36),
        "horn": ((222, 208, 180), (90, 80, 70)), "tuft": (60, 40, 28), "throat": (116, 72, 44), "ear_inner": (180, 140, 112),
    },
)
GAUR = replace(
    OX, length=1.42, hump=0.06, rump=0.86, chest_depth=0.60, chest_width=0.44, belly_depth=0.56, neck_base=0.23, neck_top=0.15,
    horns="bison", horn_length=0.30, horn_radius=0.045, wrist=0.05, cannon=0.038,
)
GAUR_COAT = Coat(
    (52, 38, 32), grain=0.07, back=0.0,
    masks=(
        Mask((226, 214, 190), "ground", up=(-1.0, 0.30), parts=("leg", "foot"), soft=0.05),
        Mask((176, 160, 138), "head", along=(-0.4, 0.15), up=(0.3, 3.0)),
    ),
    regions={
        **EYES, "muzzle": ((60, 46, 40), (150, 136, 124)), "hoof": (50, 44, 40), "horn": ((202, 196, 150), (50, 46, 44)), "tuft": DARK,
        "throat": (48, 36, 30),
    },
)
COW = replace(
    OX, horn_length=0.20, horn_radius=0.022, belly_depth=0.58, belly_width=0.56, hip_depth=0.50, hip_width=0.44, throat=0.06,
    neck_top=0.115, tail_length=0.62, length=1.42,
)
COW_COAT = Coat(
    (236, 232, 224), pattern="blotches", ink=(32, 28, 28), size=0.32, marked=("trunk", "neck"), grain=0.04, back=0.0,
    masks=(
        Mask((34, 30, 30), "head", along=(-1.0, 1.2), aside=(0.35, 3.0)), Mask((34, 30, 30), "head", along=(-1.0, 0.2)),
    ),
    regions={
        **EYES, "muzzle": ((230, 222, 214), (222, 186, 172)), "nose": (206, 160, 148), "hoof": (60, 54, 48),
        "horn": ((220, 208, 186), (120, 110, 98)), "ear": (36, 32, 32), "ear_inner": (176, 140, 130), "tuft": (226, 222, 214),
    },
)
BISON = replace(
    BUFFALO, length=1.48, rump=0.76, sag=-0.01, hump=0.03, chest_depth=0.66, chest_width=0.46, belly_depth=0.50, belly_width=0.44,
    hip_depth=0.40, hip_width=0.32, thigh=0.13, wrist=0.050, cannon=0.036, neck_length=0.36, neck_angle=-16.0, neck_drop=0.32,
    neck_base=0.25, neck_top=0.18, head_length=0.38, head_pitch=58.0, skull=0.135, muzzle=0.078, mane="cape", beard=0.22, horns="bison",
    horn_length=0.20, horn_radius=0.036, ear_length=0.11, shag=0.016, tail_length=0.36,
)
BISON_COAT = Coat(
    (132, 92, 58), grain=0.12, back=-0.05, hair=0.15,
    masks=(
        Mask((60, 42, 32), "ground", along=(-1.0, 0.32), up=(-1.0, 0.50), soft=0.12),
        Mask((74, 51, 37), "trunk", along=(-1.0, 0.34), soft=0.12, parts=("trunk", "mane", "neck")),
    ),
    regions={
        **EYES, "head": (52, 38, 30), "muzzle": ((50, 36, 29), (34, 27, 25)), "mane": ((86, 58, 40), (48, 35, 28)), "beard": (40, 29, 24),
        "leg": (58, 42, 33), "foot": (50, 38, 31), "hoof": (24, 20, 18), "horn": ((50, 44, 40), (30, 27, 26)), "tuft": (36, 27, 23),
        "ear": (60, 44, 34),
    },
)
YAK = replace(
    BUFFALO, length=1.44, rump=0.86, hump=0.05, chest_depth=0.62, belly_depth=0.60, hip_depth=0.56, skirt=0.24, throat=0.12,
    neck_angle=4.0, neck_drop=0.26, head_pitch=52.0, horns="yak", horn_length=0.32, horn_radius=0.036, ear_length=0.11, tail_length=0.52,
    tail_radius=0.04, tail_bush=0.075, tuft=0.0, shag=0.018, head_length=0.40, muzzle=0.072,
)
YAK_COAT = Coat(
    (46, 37, 33), grain=0.16, back=-0.1,
    regions={
        **EYES, "muzzle": ((52, 42, 38), (150, 140, 132)), "skirt": (38, 31, 28), "throat": (40, 32, 29), "tail": (34, 28, 26),
        "hoof": (24, 21, 20), "horn": ((120, 112, 102), (46, 42, 40)), "leg": (40, 33, 30),
    },
)
MUSK_OX = replace(
    YAK, length=1.42, rump=0.90, skirt=0.30, belly_width=0.54, chest_width=0.50, horns="musk", horn_length=0.30, horn_radius=0.055,
    tail_length=0.12, tail_bush=0.0, neck_length=0.28, mane="cape", throat=0.14, shag=0.022,
)
MUSK_OX_COAT = Coat(
    (66, 50, 40), grain=0.18, back=-0.15,
    masks=(Mask((158, 134, 104), "trunk", along=(0.36, 0.62), up=(0.78, 2.0), ragged=0.1, soft=0.2),),
    regions={
        **EYES, "muzzle": ((58, 45, 38), (120, 108, 98)), "skirt": (48, 36, 30), "throat": (46, 35, 29),
        "mane": ((76, 58, 46), (56, 43, 36)), "leg": (170, 152, 128), "foot": (176, 160, 136), "hoof": (34, 30, 28),
        "horn": ((196, 182, 156), (70, 62, 56)), "head": (58, 45, 37),
    },
)
WILDEBEEST = replace(
    BUFFALO, length=1.22, rump=0.88, chest_depth=0.52, chest_width=0.34, belly_depth=0.44, belly_width=0.36, hip_depth=0.40,
    hip_width=0.28, stance=0.10, arm=0.082, thigh=0.12, wrist=0.040, cannon=0.027, foot=0.036, neck_length=0.36, neck_angle=16.0,
    neck_base=0.18, neck_top=0.115, head_length=0.46, head_pitch=56.0, head_width=0.66, skull=0.096, muzzle=0.066, mane="crest",
    beard=0.20, horns="hook", horn_length=0.25, horn_radius=0.032, ear_length=0.13, ear_tilt=95.0, tail_length=0.60, tail_radius=0.022,
    tail_bush=0.028, tuft=0.0, throat=0.05,
)
WILDEBEEST_COAT = Coat(
    (112, 104, 100), pattern="streaks", ink=(64, 57, 54), size=0.13, grain=0.06, back=0.0,
    masks=(Mask((36, 32, 31), "head", along=(0.1, 1.4), up=(-0.2, 3.0)),),
    regions={
        **EYES, "muzzle": (34, 30, 30), "head": (62, 54, 50), "mane": (28, 25, 25), "beard": (38, 33, 31), "throat": (54, 48, 46),
        "leg": (110, 92, 76), "foot": (104, 88, 74), "tail": ((70, 62, 58), DARK), "hoof": (28, 25, 24),
        "horn": ((60, 54, 50), (34, 31, 30)),
    },
)

CATTLE: tuple[Family, ...] = (
    mammal(
        "buffalo", "herbivore", "African buffalo, Syncerus caffer, savanna", BUFFALO, BUFFALO_COAT, "Artiodactyla", "dry_grass",
        (1.30, 1.70),
    ),
    mammal(
        "water_buffalo", "herbivore", "wild water buffalo, Bubalus arnee, wetland", WATER_BUFFALO, WATER_BUFFALO_COAT, "Artiodactyla",
        "green_grass", (1.50, 1.90),
    ),
    mammal("wild_ox", "herbivore", "gaur or wild ox, Bos gaurus, forest", GAUR, GAUR_COAT, "Artiodactyla", "leaf_litter", (1.50, 2.00)),
    mammal("ox", "herbivore", "feral ox, Bos taurus, meadow", OX, OX_COAT, "Artiodactyla", "green_grass", (1.30, 1.60), graze=25),
    mammal("cow", "herbivore", "cow, Bos taurus, pasture", COW, COW_COAT, "Artiodactyla", "green_grass", (1.30, 1.55), graze=25),
    mammal("bison", "herbivore", "American bison, Bison bison, prairie", BISON, BISON_COAT, "Artiodactyla", "dry_grass", (1.52, 1.86)),
    mammal("yak", "herbivore", "wild yak, Bos mutus, high mountains", YAK, YAK_COAT, "Artiodactyla", "gravel_rock", (1.60, 2.05)),
    mammal("musk_ox", "herbivore", "musk ox, Ovibos moschatus, tundra", MUSK_OX, MUSK_OX_COAT, "Artiodactyla", "snow", (1.10, 1.50)),
    mammal(
        "wildebeest", "herbivore", "blue wildebeest, Connochaetes taurinus, savanna", WILDEBEEST, WILDEBEEST_COAT, "Artiodactyla",
        "dry_grass", (1.15, 1.45),
    ),
)
