"""Deer: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.parts import EYES, mammal

DEER = QuadrupedShape(
    height=1.15, length=1.12, rump=1.0, chest_depth=0.42, chest_width=0.27, belly_depth=0.38, belly_width=0.31, hip_depth=0.38,
    hip_width=0.28, stance=0.085, arm=0.068, thigh=0.12, wrist=0.032, cannon=0.022, foot=0.030, neck_length=0.50, neck_angle=52.0,
    neck_base=0.145, neck_top=0.082, head_length=0.34, head_pitch=32.0, skull=0.080, muzzle=0.042, eye=0.018, ear_length=0.18,
    ear_tilt=58.0, tail_length=0.14, tail_radius=0.03, horn_length=0.56, horn_radius=0.022,
)
DEER_COAT = Coat(
    (146, 96, 58), belly=(205, 178, 146), grain=0.05, masks=(Mask((216, 192, 158), "trunk", along=(0.95, 2.0), soft=0.04),),
    regions={
        **EYES, "leg": ((140, 92, 58), (104, 74, 52)), "foot": (100, 72, 52), "muzzle": ((146, 100, 66), (96, 74, 60)),
        "hoof": (34, 28, 26), "tail": (230, 216, 196), "horn": ((112, 84, 58), (196, 176, 146)), "ear_inner": (186, 156, 128),
        "neck": (128, 86, 56),
    },
)
FALLOW = replace(
    DEER, chest_depth=0.44, neck_length=0.44, neck_angle=50.0, head_length=0.31, tail_length=0.24, tail_radius=0.022, horn_length=0.56,
    horn_radius=0.024,
)
FALLOW_COAT = Coat(
    (178, 114, 62), belly=(234, 218, 194), pattern="spots", ink=(240, 230, 212), size=0.095, marked=("trunk",), grain=0.04, back=0.0,
    masks=(Mask((236, 226, 208), "trunk", along=(0.95, 2.0), soft=0.04),),
    regions={
        **DEER_COAT.regions, "leg": (190, 140, 92), "foot": (186, 144, 100), "neck": (176, 118, 70),
        "muzzle": ((172, 116, 70), (150, 112, 84)), "tail": ((40, 32, 28), (230, 220, 204)),
    },
)
ROE = replace(
    DEER, length=1.10, rump=1.03, sag=0.0, neck_length=0.44, neck_angle=54.0, head_length=0.30, skull=0.086, muzzle=0.045,
    ear_length=0.21, ear_tilt=48.0, tail_length=0.04, horn_length=0.32, horn_radius=0.022, eye=0.022,
)
ROE_COAT = Coat(
    (176, 100, 52), belly=(222, 190, 150), grain=0.04,
    masks=(Mask((236, 224, 204), "trunk", along=(0.97, 2.0), up=(0.4, 1.5), soft=0.04),),
    regions={
        **DEER_COAT.regions, "leg": (176, 108, 62), "foot": (164, 104, 62), "neck": (172, 100, 54),
        "muzzle": ((168, 104, 62), (40, 32, 30)), "nose": (18, 15, 15),
    },
)
WHITETAIL = replace(
    DEER, neck_length=0.46, head_length=0.33, ear_length=0.19, tail_length=0.26, tail_radius=0.034, tail_tip=0.5, horn_length=0.50,
)
WHITETAIL_COAT = replace(
    DEER_COAT, base=(160, 124, 88), belly=(238, 232, 222),
    masks=(
        Mask((240, 234, 224), "trunk", along=(0.97, 2.0), soft=0.03), Mask((240, 234, 226), "neck", along=(0.75, 1.05), up=(-3.0, -0.3)),
        Mask((236, 228, 216), "head", along=(0.85, 1.4), up=(-3.0, -0.1)),
    ),
    regions={
        **DEER_COAT.regions, "leg": (168, 132, 96), "foot": (160, 126, 92), "neck": (152, 118, 86),
        "tail": ((140, 106, 74), (240, 236, 228)),
    },
)
ELK = replace(
    DEER, chest_depth=0.46, chest_width=0.30, neck_base=0.17, neck_top=0.10, throat=0.075, horn_length=0.72, horn_radius=0.026,
    tail_length=0.10, shag=0.004, head_length=0.34, muzzle=0.048,
)
ELK_COAT = Coat(
    (184, 150, 108), belly=(120, 94, 70), grain=0.05, back=0.0, masks=(Mask((228, 206, 168), "trunk", along=(0.92, 2.0), soft=0.05),),
    regions={
        **DEER_COAT.regions, "neck": (82, 58, 42), "throat": (70, 50, 38), "head": (96, 68, 50), "muzzle": ((96, 70, 52), (66, 50, 42)),
        "leg": (88, 64, 48), "foot": (90, 68, 52), "tail": (226, 204, 168),
    },
)
MOOSE = replace(
    DEER, length=1.12, rump=0.92, hump=0.05, chest_depth=0.46, chest_width=0.32, belly_depth=0.40, belly_width=0.35, hip_depth=0.38,
    arm=0.078, thigh=0.13, wrist=0.038, cannon=0.027, foot=0.038, neck_length=0.34, neck_angle=24.0, neck_base=0.18, neck_top=0.115,
    neck_drop=0.16, head_length=0.46, head_pitch=34.0, head_width=0.70, skull=0.092, muzzle=0.070, muzzle_share=0.55, snout="moose",
    beard=0.16, ear_length=0.16, tail_length=0.06, horn_length=0.44, horn_radius=0.030,
)
MOOSE_COAT = Coat(
    (74, 55, 43), grain=0.07, back=0.0, masks=(Mask((150, 132, 114), "ground", up=(-1.0, 0.36), parts=("leg", "foot"), soft=0.12),),
    regions={
        **EYES, "muzzle": ((84, 64, 50), (104, 84, 68)), "beard": (48, 36, 30), "hoof": (34, 29, 27),
        "horn": ((140, 112, 82), (196, 172, 138)), "ear_inner": (136, 112, 92), "head": (86, 64, 50), "nose": (40, 34, 32),
    },
)
REINDEER = replace(
    DEER, length=1.22, chest_depth=0.48, chest_width=0.33, belly_depth=0.46, belly_width=0.40, hip_depth=0.42, arm=0.078, thigh=0.13,
    wrist=0.042, cannon=0.032, foot=0.050, neck_length=0.40, neck_angle=22.0, neck_base=0.17, neck_top=0.115, throat=0.085,
    head_length=0.37, head_pitch=36.0, skull=0.090, muzzle=0.062, ear_length=0.12, tail_length=0.12, horn_length=0.72, horn_radius=0.024,
    shag=0.006,
)
REINDEER_COAT = Coat(
    (122, 102, 86), belly=(222, 214, 202), grain=0.07, back=0.0,
    masks=(
        Mask((232, 226, 216), "trunk", along=(0.95, 2.0), soft=0.05),
        Mask((204, 194, 180), "trunk", up=(0.35, 0.55), along=(0.1, 0.6), soft=0.12), Mask((226, 220, 210), "ground", up=(-1.0, 0.07)),
    ),
    regions={
        **EYES, "neck": (216, 208, 196), "throat": (232, 226, 216), "head": (120, 100, 84), "muzzle": ((110, 90, 76), (150, 134, 120)),
        "leg": (92, 76, 64), "foot": (100, 86, 74), "hoof": (34, 30, 28), "tail": (236, 230, 222),
        "horn": ((112, 88, 66), (170, 146, 116)), "ear_inner": (190, 178, 164),
    },
)

DEERS: tuple[Family, ...] = (
    mammal(
        "deer", "herbivore", "red deer, Cervus elaphus, forest and meadow", DEER, DEER_COAT, "Artiodactyla", "green_grass", (0.95, 1.37),
        graze=30, male={"horns": "antlers"},
    ),
    mammal(
        "fallow_deer", "herbivore", "fallow deer, Dama dama, forest and park", FALLOW, FALLOW_COAT, "Artiodactyla", "green_grass",
        (0.73, 0.95), graze=30, male={"horns": "fallow"},
    ),
    mammal(
        "roe_deer", "herbivore", "roe deer, Capreolus capreolus, forest edge", ROE, ROE_COAT, "Artiodactyla", "green_grass", (0.63, 0.75),
        graze=30, male={"horns": "roe"},
    ),
    mammal(
        "white_tailed_deer", "herbivore", "white-tailed deer, Odocoileus virginianus, forest edge", WHITETAIL, WHITETAIL_COAT,
        "Artiodactyla", "leaf_litter", (0.66, 1.14), graze=30, male={"horns": "antlers"},
    ),
    mammal(
        "elk", "herbivore", "wapiti or elk, Cervus canadensis, mountain meadow", ELK, ELK_COAT, "Artiodactyla", "dry_grass", (1.30, 1.50),
        graze=20, male={"horns": "antlers"}, males=0.75,
    ),
    mammal(
        "moose", "herbivore", "moose, Alces alces, boreal forest", MOOSE, MOOSE_COAT, "Artiodactyla", "leaf_litter", (1.60, 2.10),
        male={"horns": "moose"}, males=0.75,
    ),
    mammal(
        "reindeer", "herbivore", "reindeer or caribou, Rangifer tarandus, tundra", REINDEER, REINDEER_COAT, "Artiodactyla", "snow",
        (0.90, 1.40), male={"horns": "reindeer"}, males=0.85,
    ),
)
