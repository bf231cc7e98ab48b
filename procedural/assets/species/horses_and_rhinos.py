"""Horses and rhinoceroses: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.parts import DARK, EYES, mammal

ZEBRA = QuadrupedShape(
    height=1.3, neck_length=0.44, neck_angle=42.0, mane="crest", tail_length=0.42, tuft=0.034, ear_length=0.15, belly_width=0.42,
    chest_width=0.36,
)
ZEBRA_COAT = Coat(
    (232, 226, 214), pattern="zebra", size=0.115, back=0.0, grain=0.03,
    regions={
        **EYES, "muzzle": ((232, 226, 214), (52, 44, 40)), "hoof": (45, 40, 36), "tuft": DARK, "ear_inner": (120, 108, 96),
    },
)
HORSE = replace(
    ZEBRA, mane="fall", neck_length=0.50, neck_angle=44.0, head_length=0.41, belly_depth=0.45, belly_width=0.38, ear_length=0.12,
    wrist=0.044, tail_length=0.66, tail_radius=0.03, tail_bush=0.055, tuft=0.0,
)
HORSE_COAT = Coat(
    (142, 74, 36), grain=0.05, back=0.05, hair=0.25,
    masks=(
        Mask((236, 230, 222), "head", along=(0.05, 0.95), up=(0.35, 3.0), aside=(0.0, 0.22)),
        Mask((232, 226, 216), "ground", up=(-1.0, 0.17), along=(0.5, 2.0)),
    ),
    regions={
        **EYES, "muzzle": ((140, 74, 38), (104, 62, 42)), "hoof": (54, 44, 38), "mane": (104, 56, 30),
        "tail": ((120, 64, 34), (92, 48, 28)), "ear_inner": (112, 76, 54),
    },
)
WILD_HORSE = replace(
    ZEBRA, neck_length=0.42, head_length=0.42, neck_base=0.205, neck_top=0.125, muzzle=0.070, tail_length=0.60, tail_radius=0.025,
    tail_bush=0.04, tuft=0.0, belly_width=0.44, ear_length=0.12,
)
WILD_HORSE_COAT = Coat(
    (188, 144, 92), belly=(226, 204, 166), grain=0.05, back=0.05,
    masks=(Mask((52, 40, 32), "ground", up=(-1.0, 0.34), parts=("leg", "foot"), soft=0.12),),
    regions={
        **EYES, "muzzle": ((186, 146, 98), (232, 220, 198)), "hoof": (48, 42, 38), "mane": (40, 32, 28),
        "tail": ((160, 120, 80), (36, 28, 25)), "ear_inner": (206, 178, 138), "head": (172, 126, 80),
    },
)
DONKEY = replace(
    WILD_HORSE, neck_length=0.40, neck_angle=38.0, head_length=0.42, ear_length=0.26, ear_tilt=22.0, tail_length=0.50, tail_radius=0.018,
    tail_bush=0.0, tuft=0.032, arm=0.078, thigh=0.125, wrist=0.038, cannon=0.027, foot=0.036, neck_base=0.17, neck_top=0.10,
)
DONKEY_COAT = Coat(
    (164, 154, 144), belly=(226, 222, 214), grain=0.05, back=0.0,
    masks=(
        Mask((74, 64, 58), "trunk", up=(0.93, 2.0), aside=(0.0, 0.12)),
        Mask((74, 64, 58), "trunk", along=(0.20, 0.245), up=(0.45, 2.0), soft=0.03), Mask((228, 222, 212), "head", along=(0.75, 1.5)),
    ),
    regions={
        **EYES, "leg": (214, 208, 198), "foot": (206, 200, 190), "muzzle": ((168, 158, 148), (228, 222, 212)), "hoof": (52, 46, 42),
        "mane": (60, 52, 48), "tuft": DARK, "ear": ((160, 150, 140), (58, 50, 46)), "ear_inner": (216, 208, 196),
    },
)
RHINO = QuadrupedShape(
    height=1.75, length=1.58, rump=0.95, sag=0.02, hump=0.02, posture="column", chest_depth=0.66, chest_width=0.56, belly_depth=0.70,
    belly_width=0.68, hip_depth=0.64, hip_width=0.54, stance=0.18, arm=0.13, thigh=0.17, wrist=0.090, cannon=0.082, foot=0.092,
    neck_length=0.36, neck_angle=-4.0, neck_base=0.28, neck_top=0.20, neck_drop=0.28, head_length=0.60, head_pitch=42.0, head_width=0.78,
    skull=0.165, muzzle=0.115, muzzle_share=0.55, eye=0.011, ear_length=0.15, ear_tilt=22.0, tail_length=0.42, tail_radius=0.020,
    tuft=0.022, horns="rhino", horn_length=0.46, horn_radius=0.085,
)
RHINO_COAT = Coat(
    (142, 136, 130), grain=0.08, back=0.0, belly=(122, 116, 110),
    regions={
        "eye": (12, 10, 9), "nose": (132, 124, 118), "mouth": (90, 80, 74), "hoof": (110, 102, 96),
        "horn": ((112, 102, 92), (150, 140, 126)), "tuft": (40, 36, 34), "ear_inner": (160, 144, 136),
        "muzzle": ((142, 136, 130), (150, 142, 136)),
    },
)
INDIAN_RHINO = replace(RHINO, horns="one_horn", horn_length=0.26, horn_radius=0.08, head_length=0.50, muzzle=0.095, belly_width=0.74)
INDIAN_RHINO_COAT = replace(
    RHINO_COAT, base=(118, 110, 108),
    masks=(
        Mask((74, 66, 64), "trunk", along=(0.30, 0.335), up=(0.05, 2.0), soft=0.025),
        Mask((74, 66, 64), "trunk", along=(0.72, 0.755), up=(0.05, 2.0), soft=0.025),
        Mask((80, 72, 70), "neck", along=(0.42, 0.52), soft=0.06),
    ),
)
TAPIR = replace(
    RHINO, length=1.62, hump=0.0, sag=-0.04, posture="hoof", chest_width=0.46, belly_width=0.54, hip_width=0.46, stance=0.14, arm=0.10,
    thigh=0.15, wrist=0.060, cannon=0.052, foot=0.060, neck_length=0.42, neck_angle=14.0, neck_base=0.24, neck_top=0.16, neck_drop=0.26,
    head_length=0.52, head_pitch=30.0, skull=0.135, muzzle=0.058, muzzle_share=0.6, snout="moose", ear="round", ear_length=0.14,
    ear_tilt=30.0, tail_length=0.10, tuft=0.0, horns="", eye=0.012,
)
TAPIR_COAT = Coat(
    (40, 37, 38), grain=0.06, back=-0.15, masks=(Mask((226, 222, 214), "trunk", along=(0.36, 1.30), up=(0.05, 2.0), soft=0.04),),
    regions={**EYES, "hoof": (30, 28, 27), "ear": ((36, 34, 34), (216, 212, 206)), "nose": (58, 52, 52)},
)

HORSES_AND_RHINOS: tuple[Family, ...] = (
    mammal(
        "zebra", "herbivore", "plains zebra, Equus quagga, savanna", ZEBRA, ZEBRA_COAT, "Perissodactyla", "dry_grass", (1.10, 1.45),
        graze=30,
    ),
    mammal(
        "horse", "herbivore", "feral horse or mustang, Equus ferus caballus, prairie", HORSE, HORSE_COAT, "Perissodactyla", "green_grass",
        (1.40, 1.60), graze=30,
    ),
    mammal(
        "wild_horse", "herbivore", "Przewalski's wild horse, Equus ferus przewalskii, steppe", WILD_HORSE, WILD_HORSE_COAT,
        "Perissodactyla", "dry_grass", (1.22, 1.46), graze=30,
    ),
    mammal(
        "wild_donkey", "herbivore", "African wild ass or donkey, Equus africanus, desert", DONKEY, DONKEY_COAT, "Perissodactyla", "sand",
        (1.10, 1.40), graze=30,
    ),
    mammal(
        "white_rhinoceros", "herbivore", "white rhinoceros, Ceratotherium simum, savanna", RHINO, RHINO_COAT, "Perissodactyla",
        "dry_grass", (1.60, 1.86),
    ),
    mammal(
        "indian_rhinoceros", "herbivore", "Indian rhinoceros, Rhinoceros unicornis, floodplain", INDIAN_RHINO, INDIAN_RHINO_COAT,
        "Perissodactyla", "green_grass", (1.60, 1.86),
    ),
    mammal(
        "tapir", "herbivore", "Malayan tapir, Tapirus indicus, rainforest", TAPIR, TAPIR_COAT, "Perissodactyla", "leaf_litter",
        (0.90, 1.10),
    ),
)
