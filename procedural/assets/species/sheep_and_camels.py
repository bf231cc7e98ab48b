"""Sheep, goats, camels and llamas: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.species.deer import DEER
from procedural.assets.species.parts import DARK, EYES, mammal

WHITE = (236, 230, 220)
SHEEP = replace(
    DEER, length=1.22, chest_depth=0.50, chest_width=0.36, belly_depth=0.48, belly_width=0.42, hip_depth=0.44, hip_width=0.34,
    stance=0.11, arm=0.085, thigh=0.14, wrist=0.044, cannon=0.032, foot=0.042, neck_length=0.38, neck_angle=42.0, neck_base=0.19,
    neck_top=0.12, head_length=0.34, head_pitch=40.0, skull=0.100, muzzle=0.056, ear_length=0.12, ear_tilt=80.0, tail_length=0.12,
    tail_radius=0.026, horns="goat", horn_length=0.20, horn_radius=0.030,
)
RAM = {"horns": "ram", "horn_length": 0.46, "horn_radius": 0.062}
BIGHORN_COAT = Coat(
    (132, 104, 80), belly=(216, 206, 190), grain=0.06,
    masks=(
        Mask(WHITE, "trunk", along=(0.95, 2.0), up=(0.1, 0.95), soft=0.04), Mask((222, 212, 196), "head", along=(0.75, 1.5)),
    ),
    regions={
        **EYES, "leg": ((118, 92, 72), (96, 76, 62)), "foot": (104, 84, 70), "muzzle": ((140, 112, 90), (222, 212, 198)),
        "nose": (60, 50, 46), "hoof": DARK, "tail": (84, 64, 50), "horn": ((168, 138, 102), (140, 112, 82)), "ear_inner": (190, 170, 150),
    },
)
DALL_COAT = Coat(
    (238, 234, 226), grain=0.04, back=0.0,
    regions={
        **EYES, "hoof": (60, 54, 50), "horn": ((190, 158, 112), (160, 128, 90)), "nose": (70, 60, 56), "ear_inner": (220, 208, 198),
    },
)
IBEX = replace(
    SHEEP, length=1.18, chest_depth=0.50, neck_length=0.36, neck_angle=46.0, neck_base=0.18, neck_top=0.115, head_length=0.32,
    head_pitch=44.0, beard=0.10, ear_tilt=66.0,
)
IBEX_COAT = Coat(
    (150, 128, 104), belly=(214, 202, 186), grain=0.06,
    masks=(
        Mask((74, 60, 50), "trunk", up=(0.16, 0.30), along=(0.15, 0.9), soft=0.05),
        Mask((66, 54, 46), "ground", up=(-1.0, 0.36), parts=("leg", "foot"), soft=0.15),
    ),
    regions={
        **EYES, "muzzle": ((146, 124, 102), (120, 100, 84)), "beard": (70, 56, 46), "hoof": DARK, "tail": (60, 48, 40),
        "horn": ((120, 102, 82), (92, 78, 64)), "ear_inner": (200, 184, 166),
    },
)
MOUNTAIN_GOAT = replace(
    SHEEP, length=1.20, hump=0.03, rump=0.93, chest_depth=0.56, belly_depth=0.56, hip_depth=0.52, skirt=0.10, throat=0.10,
    neck_angle=34.0, neck_length=0.36, head_length=0.36, head_pitch=42.0, head_width=0.68, beard=0.17, horns="goat", horn_length=0.24,
    horn_radius=0.024, ear_length=0.15, ear_tilt=60.0, wrist=0.060, cannon=0.050, foot=0.052, shag=0.012, mane="ridge",
)
MOUNTAIN_GOAT_COAT = Coat(
    (240, 236, 226), grain=0.05, back=0.0,
    regions={
        "eye": (12, 10, 9), "mouth": (50, 44, 42), "nose": (40, 36, 35), "hoof": (34, 31, 30), "horn": (26, 24, 24),
        "ear_inner": (210, 200, 190), "skirt": (234, 228, 214), "beard": (236, 230, 218),
    },
)
CAMEL = replace(
    DEER, length=1.00, rump=0.92, sag=0.0, chest_depth=0.42, chest_width=0.29, belly_depth=0.36, belly_width=0.36, hip_depth=0.32,
    hip_width=0.26, stance=0.10, arm=0.078, thigh=0.105, wrist=0.042, cannon=0.030, foot=0.052, humps=((0.52, 0.25),), neck_length=0.60,
    neck_angle=58.0, neck_base=0.125, neck_top=0.080, neck_drop=0.30, throat=0.05, head_length=0.29, head_pitch=16.0, head_width=0.74,
    skull=0.078, muzzle=0.050, snout="moose", ear_length=0.07, ear_tilt=40.0, eye=0.014, tail_length=0.32, tail_radius=0.014, tuft=0.024,
    posture="hoof",
)
CAMEL_COAT = Coat(
    (188, 148, 102), belly=(170, 132, 90), grain=0.06, back=0.0, masks=(Mask((150, 108, 70), "trunk", up=(1.0, 3.0), soft=0.12),),
    regions={
        **EYES, "leg": (190, 154, 112), "foot": (178, 146, 108), "hoof": (110, 88, 68), "throat": (150, 108, 70),
        "muzzle": ((190, 152, 110), (178, 146, 112)), "tuft": (80, 56, 40), "nose": (96, 74, 60), "ear_inner": (200, 168, 130),
        "neck": (180, 138, 92),
    },
)
BACTRIAN = replace(
    CAMEL, length=1.06, humps=((0.16, 0.20), (0.86, 0.24)), chest_depth=0.46, belly_depth=0.42, wrist=0.050, cannon=0.038, neck_base=0.15,
    neck_top=0.095, neck_angle=50.0, throat=0.10, arm=0.095, shag=0.010, head_length=0.29, skull=0.088, tail_bush=0.02, mane="giraffe",
)
BACTRIAN_COAT = replace(
    CAMEL_COAT, base=(150, 102, 62), belly=None, masks=(Mask((92, 60, 38), "trunk", up=(1.0, 3.0), soft=0.12),),
    regions={
        **CAMEL_COAT.regions, "throat": (86, 56, 36), "neck": (134, 90, 56), "leg": ((128, 88, 56), (166, 126, 88)),
        "foot": (164, 126, 90), "mane": (80, 52, 34), "head": (150, 106, 66), "muzzle": (160, 122, 84),
    },
)
LLAMA = replace(
    CAMEL, length=1.02, rump=0.96, humps=(), chest_depth=0.46, chest_width=0.36, belly_depth=0.46, belly_width=0.42, hip_depth=0.44,
    hip_width=0.34, wrist=0.048, cannon=0.036, foot=0.040, neck_length=0.64, neck_angle=70.0, neck_base=0.17, neck_top=0.104,
    neck_drop=0.22, throat=0.0, head_length=0.26, head_pitch=14.0, head_width=0.84, skull=0.110, muzzle=0.054, snout="", ear_length=0.20,
    ear_tilt=14.0,
    eye=0.018, tail_length=0.26, tail_radius=0.045, tail_bush=0.03, tuft=0.0, shag=0.016,
)
LLAMA_COAT = Coat(
    (222, 208, 186), pattern="blotches", ink=(122, 78, 48), size=0.30, marked=("trunk",), grain=0.06, back=0.0,
    masks=(Mask((126, 82, 52), "neck", along=(-0.3, 0.35), soft=0.2),),
    regions={
        **EYES, "muzzle": ((220, 206, 184), (190, 170, 150)), "hoof": (60, 52, 46), "ear_inner": (196, 172, 156), "foot": (214, 198, 174),
    },
)
GUANACO = replace(
    LLAMA, belly_depth=0.40, belly_width=0.36, chest_depth=0.44, chest_width=0.32, neck_angle=60.0, neck_base=0.12, neck_top=0.078,
    wrist=0.038, cannon=0.027, skull=0.092, head_length=0.27, tail_bush=0.0, shag=0.004,
)
GUANACO_COAT = Coat(
    (184, 118, 66), belly=WHITE, grain=0.05, back=0.0,
    masks=(
        Mask(WHITE, "trunk", up=(-0.06, 0.22), soft=0.06), Mask(WHITE, "neck", up=(-3.0, -0.6), along=(-0.2, 0.6)),
    ),
    regions={
        **EYES, "head": (108, 98, 92), "muzzle": ((96, 86, 80), (70, 62, 58)), "hoof": DARK, "leg": ((184, 124, 74), (228, 206, 176)),
        "foot": (228, 208, 182), "ear_inner": (190, 176, 164),
    },
)

SHEEP_AND_CAMELS: tuple[Family, ...] = (
    mammal(
        "bighorn_sheep", "herbivore", "bighorn sheep, Ovis canadensis, mountains", SHEEP, BIGHORN_COAT, "Artiodactyla", "gravel_rock",
        (0.80, 1.05), graze=25, male=RAM, males=0.85,
    ),
    mammal(
        "dall_sheep", "herbivore", "Dall sheep, Ovis dalli, alpine tundra", SHEEP, DALL_COAT, "Artiodactyla", "gravel_rock", (0.84, 1.09),
        graze=25, male=RAM, males=0.85,
    ),
    mammal(
        "ibex", "herbivore", "Alpine ibex, Capra ibex, mountains", IBEX, IBEX_COAT, "Artiodactyla", "gravel_rock", (0.75, 0.94), graze=25,
        male={"horns": "ibex", "horn_length": 0.62, "horn_radius": 0.046}, males=0.85,
    ),
    mammal(
        "mountain_goat", "herbivore", "mountain goat, Oreamnos americanus, mountains", MOUNTAIN_GOAT, MOUNTAIN_GOAT_COAT, "Artiodactyla",
        "gravel_rock", (0.80, 1.10),
    ),
    mammal(
        "camel", "herbivore", "dromedary camel, Camelus dromedarius, desert", CAMEL, CAMEL_COAT, "Artiodactyla", "sand", (1.70, 2.00),
        graze=12,
    ),
    mammal(
        "bactrian_camel", "herbivore", "wild Bactrian camel, Camelus ferus, cold desert", BACTRIAN, BACTRIAN_COAT, "Artiodactyla", "sand",
        (1.60, 1.80), graze=12,
    ),
    mammal("llama", "herbivore", "llama, Lama glama, high grassland", LLAMA, LLAMA_COAT, "Artiodactyla", "dry_grass", (1.00, 1.25)),
    mammal(
        "guanaco_llama", "herbivore", "guanaco, wild kin of the llama, Lama guanicoe, Andean steppe", GUANACO, GUANACO_COAT,
        "Artiodactyla", "dry_grass", (1.00, 1.20),
    ),
)
