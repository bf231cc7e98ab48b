"""Antelopes and gazelles: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.species.deer import DEER
from procedural.assets.species.parts import DARK, EYES, mammal

WHITE = (238, 232, 222)
HORN = ((52, 46, 42), (34, 31, 30))
IMPALA = replace(
    DEER, length=1.10, chest_depth=0.42, chest_width=0.27, neck_length=0.46, neck_angle=56.0, neck_base=0.125, neck_top=0.072,
    head_length=0.31, head_pitch=36.0, skull=0.078, muzzle=0.042, arm=0.062, thigh=0.115, wrist=0.030, cannon=0.020, foot=0.028,
    ear_length=0.17, tail_length=0.26, tail_radius=0.018, horn_length=0.58, horn_radius=0.022,
)
IMPALA_COAT = Coat(
    (188, 120, 66), belly=WHITE, grain=0.04, back=0.0,
    masks=(
        Mask((160, 86, 44), "trunk", up=(0.60, 3.0), soft=0.05),
        Mask((30, 25, 24), "trunk", along=(0.965, 1.6), aside=(0.42, 0.56), up=(0.3, 1.0), soft=0.06),
        Mask(WHITE, "head", along=(0.70, 1.5), up=(-2.0, -0.2)),
    ),
    regions={
        **EYES, "leg": (196, 140, 90), "foot": (190, 136, 90), "muzzle": ((180, 116, 68), (206, 170, 136)), "hoof": DARK,
        "tail": (230, 222, 210), "horn": HORN, "ear": ((184, 122, 72), (40, 32, 30)), "ear_inner": (230, 218, 204),
    },
)
GAZELLE = replace(
    IMPALA, length=1.06, neck_length=0.44, neck_base=0.115, neck_top=0.070, skull=0.086, head_length=0.30, ear_length=0.19,
    tail_length=0.26, tail_radius=0.020, horn_length=0.46, horn_radius=0.026, eye=0.021,
)
GAZELLE_COAT = Coat(
    (196, 138, 80), belly=(246, 242, 236), grain=0.03, back=0.04,
    masks=(
        Mask((246, 242, 236), "trunk", up=(-0.08, 0.34), soft=0.03),
        Mask((34, 28, 26), "trunk", along=(0.16, 0.86), up=(0.34, 0.48), aside=(0.5, 3.0), soft=0.03),
        Mask((246, 242, 236), "trunk", along=(0.95, 2.0), soft=0.04),
        Mask((246, 240, 230), "head", along=(0.0, 1.0), up=(0.1, 0.5), aside=(0.3, 3.0)),
        Mask((52, 38, 30), "head", along=(0.35, 1.0), up=(-0.2, 0.1), aside=(0.3, 3.0)),
    ),
    regions={
        **EYES, "leg": (206, 154, 102), "foot": (226, 200, 166), "muzzle": ((190, 130, 78), (226, 204, 178)), "hoof": DARK, "tail": DARK,
        "horn": HORN, "ear_inner": (232, 222, 208),
    },
)
HARTEBEEST = replace(
    IMPALA, length=1.12, rump=0.84, chest_depth=0.48, chest_width=0.32, belly_depth=0.40, arm=0.075, wrist=0.036, cannon=0.024,
    neck_length=0.44, neck_angle=50.0, neck_base=0.15, neck_top=0.085, head_length=0.46, head_pitch=58.0, head_width=0.62, skull=0.080,
    muzzle=0.046, horns="hartebeest", horn_length=0.32, horn_radius=0.030, ear_length=0.17, ear_tilt=72.0, tail_length=0.42,
    tail_radius=0.016, tuft=0.028,
)
HARTEBEEST_COAT = Coat(
    (178, 118, 66), belly=(214, 182, 138), grain=0.04, back=0.0,
    masks=(
        Mask((226, 196, 150), "trunk", along=(0.84, 2.0), soft=0.06), Mask((58, 44, 36), "head", along=(0.2, 1.0), up=(0.35, 3.0)),
        Mask((62, 48, 40), "ground", up=(-1.0, 0.34), aside=(0.2, 3.0), parts=("leg",), soft=0.2),
    ),
    regions={
        **EYES, "leg": (172, 120, 74), "muzzle": ((160, 104, 60), (70, 54, 46)), "hoof": DARK, "tuft": DARK, "tail": (120, 82, 52),
        "horn": HORN, "ear_inner": (206, 176, 140),
    },
)
KUDU = replace(
    IMPALA, length=1.14, chest_depth=0.44, chest_width=0.29, hump=0.02, neck_length=0.46, neck_angle=50.0, neck_base=0.16, neck_top=0.095,
    ear="leaf", ear_length=0.20, ear_tilt=68.0, throat=0.045, horn_length=0.72, horn_radius=0.032, tail_length=0.30, wrist=0.034,
    cannon=0.024, mane="giraffe",
)
KUDU_COAT = Coat(
    (148, 124, 104), pattern="streaks", ink=(236, 230, 220), size=0.17, marked=("trunk",), grain=0.04, back=0.0,
    masks=(
        Mask((236, 230, 220), "head", along=(0.42, 0.60), up=(0.2, 1.2), aside=(0.15, 0.8)),
        Mask((236, 230, 222), "head", along=(0.85, 1.5), up=(-2.0, -0.1)),
    ),
    regions={
        **EYES, "leg": (164, 128, 98), "foot": (140, 106, 80), "muzzle": ((120, 96, 80), (84, 68, 60)), "hoof": DARK,
        "throat": (96, 80, 70), "mane": (70, 56, 48), "horn": ((84, 70, 58), (150, 136, 116)), "ear_inner": (206, 186, 168),
        "tail": (226, 216, 204),
    },
)
ELAND = replace(
    KUDU, length=1.28, hump=0.03, chest_depth=0.52, chest_width=0.37, belly_depth=0.48, belly_width=0.42, hip_depth=0.44, hip_width=0.34,
    arm=0.085, thigh=0.14, wrist=0.046, cannon=0.033, foot=0.042, neck_length=0.42, neck_angle=34.0, neck_base=0.20, neck_top=0.115,
    throat=0.10, head_length=0.35, skull=0.092, muzzle=0.056, horns="twist", horn_length=0.42, horn_radius=0.034, ear_length=0.15,
    tail_length=0.50, tail_radius=0.018, tuft=0.03, mane="",
)
ELAND_COAT = replace(
    KUDU_COAT, base=(174, 128, 80), ink=(202, 170, 128), size=0.22,
    regions={
        **KUDU_COAT.regions, "leg": (198, 160, 114), "foot": (180, 144, 102), "muzzle": ((176, 138, 96), (96, 78, 66)),
        "throat": (176, 138, 96), "tuft": DARK, "horn": HORN, "tail": (190, 150, 104),
    },
)
ORYX = replace(
    IMPALA, length=1.16, chest_depth=0.48, chest_width=0.34, belly_depth=0.44, belly_width=0.38, hip_depth=0.42, arm=0.080, thigh=0.13,
    wrist=0.040, cannon=0.028, foot=0.036, neck_length=0.40, neck_angle=44.0, neck_base=0.18, neck_top=0.10, head_length=0.35,
    head_pitch=44.0, skull=0.090, muzzle=0.054, horns="straight", horn_length=0.68, horn_radius=0.022, ear_length=0.15, tail_length=0.44,
    tail_radius=0.022, tail_bush=0.034,
)
ORYX_COAT = Coat(
    (186, 170, 154), grain=0.03, back=0.0,
    masks=(
        Mask((240, 236, 230), "trunk", up=(-1.0, 0.14), soft=0.03),
        Mask((32, 28, 27), "trunk", along=(0.14, 0.90), up=(0.14, 0.26), soft=0.03),
        Mask((34, 29, 28), "ground", up=(0.30, 0.50), parts=("leg",), soft=0.05),
        Mask((240, 236, 230), "ground", up=(-1.0, 0.30), parts=("leg", "foot"), soft=0.05), Mask((240, 236, 230), "head"),
        Mask((30, 26, 26), "head", along=(0.05, 0.80), up=(0.45, 3.0), aside=(0.0, 0.45)),
        Mask((30, 26, 26), "head", along=(0.05, 0.85), up=(-0.35, 0.25), aside=(0.45, 3.0)), Mask((32, 28, 27), "neck", up=(-3.0, -0.72)),
    ),
    regions={
        **EYES, "muzzle": (240, 236, 230), "hoof": DARK, "tail": ((140, 124, 110), (24, 20, 20)), "horn": HORN,
        "ear_inner": (226, 214, 202), "ear": (210, 196, 180),
    },
)
SABLE = replace(
    ORYX, neck_angle=48.0, horns="sabre", horn_length=0.58, horn_radius=0.034, mane="crest", ear_length=0.18, neck_base=0.19,
    tail_bush=0.02,
)
SABLE_COAT = Coat(
    (40, 31, 28), grain=0.06, back=0.0,
    masks=(
        Mask((238, 232, 222), "trunk", up=(-1.0, 0.12), along=(0.1, 0.9), soft=0.06), Mask((238, 232, 222), "head"),
        Mask((34, 27, 25), "head", along=(-0.5, 0.85), up=(0.42, 3.0), aside=(0.0, 0.55)),
        Mask((34, 27, 25), "head", along=(0.1, 0.85), up=(-0.30, 0.22), aside=(0.45, 3.0)),
        Mask((238, 232, 222), "trunk", along=(0.97, 2.0), soft=0.04),
    ),
    regions={
        **EYES, "muzzle": (236, 228, 218), "hoof": DARK, "mane": (26, 21, 20), "tail": (30, 25, 24), "horn": HORN, "ear": (120, 78, 50),
        "ear_inner": (226, 214, 200), "leg": (54, 40, 34),
    },
)
PRONGHORN = replace(
    IMPALA, length=1.20, chest_depth=0.46, chest_width=0.32, belly_depth=0.42, belly_width=0.36, neck_length=0.38, neck_base=0.135,
    neck_top=0.085, skull=0.088, muzzle=0.050, head_length=0.34, horns="pronghorn", horn_length=0.34, horn_radius=0.034, ear_length=0.15,
    ear_tilt=40.0, tail_length=0.10, tail_radius=0.03,
)
PRONGHORN_COAT = Coat(
    (190, 136, 84), belly=WHITE, grain=0.04, back=0.04,
    masks=(
        Mask(WHITE, "trunk", up=(-0.08, 0.42), along=(0.1, 2.0), soft=0.04), Mask(WHITE, "trunk", along=(0.94, 2.0), soft=0.04),
        Mask(WHITE, "neck", along=(0.25, 0.45), up=(-3.0, -0.1)), Mask(WHITE, "neck", along=(0.60, 0.80), up=(-3.0, 0.0)),
        Mask((52, 38, 30), "head", along=(0.25, 1.2), up=(0.25, 3.0), aside=(0.0, 0.6)),
        Mask(WHITE, "head", along=(0.1, 1.3), up=(-3.0, -0.15)),
    ),
    regions={
        **EYES, "leg": (200, 156, 110), "foot": (206, 168, 126), "muzzle": ((150, 106, 70), (56, 42, 36)), "hoof": DARK, "tail": WHITE,
        "horn": (26, 23, 22), "ear_inner": (232, 222, 206),
    },
)

ANTELOPES: tuple[Family, ...] = (
    mammal(
        "impala", "herbivore", "impala, Aepyceros melampus, savanna", IMPALA, IMPALA_COAT, "Artiodactyla", "dry_grass", (0.75, 0.95),
        graze=30, male={"horns": "lyre"}, males=0.75,
    ),
    mammal(
        "gazelle", "herbivore", "Thomson's gazelle, Eudorcas thomsonii, savanna", GAZELLE, GAZELLE_COAT, "Artiodactyla", "green_grass",
        (0.55, 0.82), graze=30, male={"horns": "antelope"}, males=0.8,
    ),
    mammal(
        "hartebeest", "herbivore", "hartebeest, Alcelaphus buselaphus, savanna", HARTEBEEST, HARTEBEEST_COAT, "Artiodactyla", "dry_grass",
        (1.10, 1.50),
    ),
    mammal(
        "kudu_antelope", "herbivore", "greater kudu, Tragelaphus strepsiceros, savanna and bush", KUDU, KUDU_COAT, "Artiodactyla", "dirt",
        (1.20, 1.60), graze=20, male={"horns": "spiral"}, males=0.75,
    ),
    mammal(
        "eland_antelope", "herbivore", "common eland, Taurotragus oryx, savanna", ELAND, ELAND_COAT, "Artiodactyla", "dry_grass",
        (1.25, 1.80),
    ),
    mammal("oryx_antelope", "herbivore", "gemsbok, Oryx gazella, desert", ORYX, ORYX_COAT, "Artiodactyla", "sand", (1.10, 1.25)),
    mammal(
        "sable_antelope", "herbivore", "sable antelope, Hippotragus niger, woodland savanna", SABLE, SABLE_COAT, "Artiodactyla",
        "dry_grass", (1.17, 1.40),
    ),
    mammal(
        "pronghorn_antelope", "herbivore", "pronghorn, Antilocapra americana, prairie", PRONGHORN, PRONGHORN_COAT, "Artiodactyla",
        "dry_grass", (0.81, 1.04),
    ),
)
