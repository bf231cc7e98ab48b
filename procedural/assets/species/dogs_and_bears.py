"""Dogs, hyenas and bears: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.habits import PANDA as PANDA_HABITS
from procedural.assets.species.parts import DARK, EYES, mammal

WHITE = (236, 230, 218)
WOLF = QuadrupedShape(
    height=0.80, length=1.20, rump=0.97, posture="paw", chest_depth=0.48, chest_width=0.32, belly_depth=0.42, belly_width=0.32,
    hip_depth=0.40, hip_width=0.29, stance=0.095, arm=0.085, thigh=0.13, wrist=0.047, cannon=0.039, foot=0.048, neck_length=0.32,
    neck_angle=34.0, neck_base=0.225, neck_top=0.165, neck_drop=0.19, head_length=0.35, head_pitch=20.0, head_width=1.0, skull=0.118,
    muzzle=0.052, muzzle_share=0.56, eye=0.017, ear_length=0.17, ear_tilt=18.0, cheeks=0.075, tail_length=0.50, tail_radius=0.04,
    tail_bush=0.032, tail_lift=-72.0, shag=0.005,
)
WOLF_COAT = Coat(
    (128, 120, 110), belly=(206, 196, 180), grain=0.08, back=0.35,
    masks=(
        Mask((228, 220, 206), "head", along=(0.3, 1.2), up=(-2.0, -0.15)),
        Mask((74, 68, 62), "trunk", up=(0.74, 2.0), ragged=0.08, soft=0.2),
    ),
    regions={
        **EYES, "leg": ((150, 138, 122), (190, 176, 154)), "foot": (196, 184, 164), "hoof": (196, 184, 164), "head": (124, 114, 102),
        "muzzle": ((140, 130, 116), (188, 176, 158)), "tail": ((120, 112, 102), (52, 48, 44)), "ear": (104, 92, 78),
        "ear_inner": (168, 152, 134), "eye": (196, 150, 60), "cheek": (206, 196, 180),
    },
)
COYOTE = replace(
    WOLF, length=1.15, chest_depth=0.42, chest_width=0.26, belly_depth=0.37, belly_width=0.26, neck_base=0.19, neck_top=0.135, arm=0.072,
    thigh=0.115, wrist=0.038, cannon=0.031, foot=0.039, skull=0.104, muzzle=0.038, head_length=0.35, ear_length=0.19, cheeks=0.05,
)
COYOTE_COAT = replace(
    WOLF_COAT, base=(158, 134, 104), belly=(222, 208, 184),
    regions={
        **WOLF_COAT.regions, "leg": ((176, 138, 94), (190, 152, 108)), "foot": (194, 160, 118), "hoof": (194, 160, 118),
        "head": (160, 130, 98), "muzzle": ((168, 128, 88), (176, 140, 104)), "ear": (164, 116, 72),
        "tail": ((156, 132, 102), (46, 42, 40)), "cheek": (204, 184, 154),
    },
)
JACKAL = replace(COYOTE, length=1.18, ear_length=0.24, skull=0.106, tail_length=0.55, neck_base=0.165, neck_top=0.12)
JACKAL_COAT = Coat(
    (196, 142, 84), belly=(230, 212, 184), grain=0.06, back=0.0,
    masks=(
        Mask((52, 48, 48), "trunk", up=(0.66, 2.0), ragged=0.10, soft=0.12),
        Mask((60, 54, 52), "neck", up=(0.35, 3.0), along=(-0.5, 0.7)),
        Mask((140, 136, 132), "trunk", up=(0.80, 2.0), aside=(0.0, 0.25), ragged=0.2),
        Mask(WHITE, "head", along=(0.4, 1.2), up=(-2.0, -0.3)),
    ),
    regions={
        **WOLF_COAT.regions, "leg": (202, 148, 90), "foot": (208, 158, 102), "hoof": (208, 158, 102), "head": (190, 146, 96),
        "muzzle": ((192, 144, 92), (200, 156, 108)), "ear": (190, 130, 74), "tail": ((150, 116, 80), DARK), "cheek": (214, 186, 146),
    },
)
DINGO = replace(COYOTE, ear_length=0.16, tail_bush=0.022, neck_top=0.13, skull=0.108, muzzle=0.044, belly_depth=0.40)
DINGO_COAT = Coat(
    (204, 146, 84), belly=(236, 216, 184), grain=0.04, back=0.12,
    masks=(
        Mask(WHITE, "ground", up=(-1.0, 0.07)), Mask(WHITE, "head", along=(0.7, 1.3), up=(-2.0, -0.35)),
        Mask(WHITE, "neck", up=(-3.0, -0.75)),
    ),
    regions={
        **EYES, "leg": (206, 150, 90), "ear": (198, 140, 80), "ear_inner": (226, 190, 148), "muzzle": ((204, 150, 92), (218, 180, 134)),
        "hoof": WHITE, "tail": ((200, 142, 82), (200, 142, 82), (236, 220, 192)), "eye": (60, 36, 12), "cheek": (218, 176, 124),
    },
)
WILD_DOG = replace(COYOTE, ear="round", ear_length=0.18, ear_tilt=38.0, skull=0.115, muzzle=0.055, cheeks=0.0, tail_bush=0.03)
WILD_DOG_COAT = Coat(
    (186, 138, 78), pattern="blotches", ink=(34, 28, 26), size=0.14, second=("blotches", (226, 214, 190), 0.12), back=0.0, grain=0.06,
    marked=("trunk", "leg", "foot"), masks=(Mask((36, 30, 28), "head", along=(0.45, 1.3)),),
    regions={
        **EYES, "ear": (48, 40, 36), "ear_inner": (84, 68, 56), "head": (186, 140, 84), "muzzle": (40, 33, 30), "hoof": (200, 180, 150),
        "tail": ((150, 110, 66), (240, 234, 222)), "eye": (20, 14, 10), "neck": (168, 124, 72),
    },
)
RED_FOX = replace(
    WOLF, length=1.50, chest_depth=0.42, chest_width=0.27, belly_depth=0.38, belly_width=0.28, arm=0.078, thigh=0.13, wrist=0.042,
    cannon=0.036, foot=0.046, neck_length=0.30, neck_base=0.19, neck_top=0.145, skull=0.128, muzzle=0.036, head_length=0.37, cheeks=0.085,
    ear_length=0.23, ear_tilt=20.0, tail_length=1.0, tail_radius=0.035, tail_bush=0.085, tail_lift=-35.0, eye=0.015, shag=0.008,
)
RED_FOX_COAT = Coat(
    (206, 104, 42), belly=(226, 214, 200), grain=0.06, back=0.05,
    masks=(
        Mask(WHITE, "head", along=(0.25, 1.3), up=(-2.5, -0.15)), Mask(WHITE, "neck", up=(-3.0, -0.45)),
        Mask((36, 30, 30), "ground", up=(-1.0, 0.40), parts=("leg", "foot"), soft=0.15),
    ),
    regions={
        **EYES, "hoof": (34, 28, 28), "foot": (40, 32, 30), "ear": ((206, 104, 42), (30, 25, 24)), "ear_inner": (226, 212, 194),
        "muzzle": ((206, 112, 52), (214, 140, 84)),
        "tail": ((196, 100, 44), (190, 96, 42), (180, 88, 40), (172, 84, 40), (246, 240, 230)), "cheek": (236, 224, 206),
        "eye": (140, 92, 26),
    },
)
ARCTIC_FOX = replace(
    RED_FOX, length=1.48, ear="round", ear_length=0.14, muzzle=0.042, head_length=0.30, skull=0.135, belly_depth=0.54, belly_width=0.40,
    chest_depth=0.54, chest_width=0.34, hip_depth=0.44, hip_width=0.33, arm=0.088, thigh=0.14, wrist=0.050, cannon=0.044, foot=0.052,
    cheeks=0.10, tail_length=0.9, tail_bush=0.10, shag=0.012,
)
ARCTIC_FOX_COAT = Coat(
    (226, 224, 222), grain=0.05, back=0.0,
    regions={
        "eye": (24, 16, 10), "mouth": (60, 52, 50), "nose": (24, 22, 22), "ear_inner": (196, 190, 188), "hoof": (214, 212, 210),
    },
)
HYENA = replace(
    WOLF, length=1.22, rump=0.86, chest_depth=0.52, chest_width=0.34, belly_depth=0.44, hip_depth=0.38, hip_width=0.26, neck_length=0.40,
    neck_angle=24.0, neck_base=0.22, neck_top=0.155, skull=0.135, muzzle=0.070, head_length=0.34, ear="round", ear_length=0.14,
    ear_tilt=36.0, cheeks=0.0, arm=0.095, tail_length=0.36, tail_radius=0.03, tail_bush=0.02, mane="ridge", head_width=0.95,
)
HYENA_COAT = Coat(
    (168, 140, 104), pattern="spots", ink=(70, 54, 42), size=0.115, marked=("trunk", "leg"), grain=0.07, back=0.10,
    regions={
        **EYES, "head": (150, 124, 94), "muzzle": ((120, 98, 76), (48, 40, 36)), "foot": (110, 90, 70), "hoof": (80, 66, 54),
        "ear": (110, 88, 68), "ear_inner": (140, 116, 94), "tail": ((150, 124, 92), DARK), "mane": (140, 112, 80), "eye": (16, 10, 8),
    },
)
BEAR = QuadrupedShape(
    height=1.15, length=1.42, rump=0.95, sag=0.02, hump=0.06, posture="flat", chest_depth=0.62, chest_width=0.47, belly_depth=0.62,
    belly_width=0.52, hip_depth=0.60, hip_width=0.44, stance=0.16, arm=0.135, thigh=0.18, wrist=0.092, cannon=0.086, foot=0.085,
    neck_length=0.30, neck_angle=12.0, neck_base=0.25, neck_top=0.19, neck_drop=0.18, head_length=0.35, head_pitch=24.0, head_width=1.0,
    skull=0.175, muzzle=0.072, muzzle_share=0.46, eye=0.013, ear="round", ear_length=0.14, ear_tilt=40.0, tail_length=0.05,
    tail_radius=0.035, shag=0.005,
)
BEAR_COAT = Coat(
    (86, 57, 36), grain=0.08, back=-0.25,
    regions={
        **EYES, "leg": ((76, 50, 32), (50, 34, 25)), "foot": (46, 32, 24), "hoof": (46, 32, 24),
        "muzzle": ((104, 70, 44), (140, 104, 72)), "head": (98, 67, 42), "eye": (10, 8, 8),
    },
)
POLAR_BEAR = replace(
    BEAR, length=1.58, hump=0.0, neck_length=0.46, neck_angle=14.0, neck_base=0.24, neck_top=0.155, skull=0.140, muzzle=0.066,
    head_length=0.36, ear_length=0.095, belly_depth=0.66, arm=0.14, foot=0.10, wrist=0.10,
)
POLAR_BEAR_COAT = Coat(
    (232, 220, 190), grain=0.05, back=-0.02,
    regions={
        "eye": (10, 8, 8), "mouth": (40, 34, 32), "nose": (22, 20, 20), "hoof": (226, 216, 192), "ear_inner": (206, 194, 170),
    },
)
BLACK_BEAR = replace(BEAR, hump=0.0, rump=1.0, sag=-0.01, skull=0.165, muzzle=0.076, ear_length=0.16, head_length=0.37, shag=0.003)
BLACK_BEAR_COAT = Coat(
    (30, 28, 29), grain=0.12, back=-0.5,
    regions={
        "eye": (8, 6, 6), "mouth": (30, 22, 20), "nose": (14, 12, 12), "hoof": (22, 20, 20), "head": (32, 29, 30),
        "ear_inner": (46, 42, 42), "muzzle": ((84, 60, 42), (158, 118, 78)),
    },
)
PANDA = replace(
    BEAR, length=1.40, hump=0.0, skull=0.215, muzzle=0.088, head_length=0.34, ear_length=0.16, neck_length=0.26, neck_base=0.24,
    cheeks=0.12,
)
BLACK = (28, 26, 27)
PANDA_COAT = Coat(
    (232, 228, 218), grain=0.04, back=0.0,
    masks=(
        Mask(BLACK, "trunk", along=(0.0, 0.30), soft=0.05, parts=("trunk", "neck", "leg")),
        Mask(BLACK, "ground", up=(-1.0, 0.36), soft=0.05),
        Mask(BLACK, "head", along=(0.60, 1.10), up=(-0.34, 0.50), aside=(0.27, 1.5), soft=0.05, parts=("head", "muzzle", "cheek")),
    ),
    regions={
        "eye": (6, 5, 5), "mouth": (40, 34, 32), "nose": (18, 16, 16), "hoof": BLACK, "leg": BLACK, "foot": BLACK, "ear": BLACK,
    },
)

DOGS_AND_BEARS: tuple[Family, ...] = (
    mammal("wolf", "carnivore", "grey wolf, Canis lupus, boreal forest and tundra", WOLF, WOLF_COAT, "Carnivora", "snow", (0.66, 0.86)),
    mammal(
        "coyote", "carnivore", "coyote, Canis latrans, prairie and desert", COYOTE, COYOTE_COAT, "Carnivora", "dry_grass", (0.53, 0.61),
    ),
    mammal(
        "jackal", "carnivore", "black-backed jackal, Lupulella mesomelas, savanna", JACKAL, JACKAL_COAT, "Carnivora", "dry_grass",
        (0.38, 0.48),
    ),
    mammal("dingo", "carnivore", "dingo, Canis lupus dingo, desert and bush", DINGO, DINGO_COAT, "Carnivora", "sand", (0.52, 0.60)),
    mammal(
        "african_wild_dog", "carnivore", "African wild dog, Lycaon pictus, savanna", WILD_DOG, WILD_DOG_COAT, "Carnivora", "dry_grass",
        (0.60, 0.75),
    ),
    mammal(
        "red_fox", "carnivore", "red fox, Vulpes vulpes, forest and meadow", RED_FOX, RED_FOX_COAT, "Carnivora", "leaf_litter",
        (0.35, 0.50),
    ),
    mammal(
        "arctic_fox", "carnivore", "arctic fox, Vulpes lagopus, tundra", ARCTIC_FOX, ARCTIC_FOX_COAT, "Carnivora", "snow", (0.25, 0.30),
    ),
    mammal(
        "spotted_hyena", "carnivore", "spotted hyena, Crocuta crocuta, savanna", HYENA, HYENA_COAT, "Carnivora", "dry_grass",
        (0.70, 0.92),
    ),
    mammal("brown_bear", "carnivore", "brown bear, Ursus arctos, boreal forest", BEAR, BEAR_COAT, "Carnivora", "green_grass", (0.9, 1.5)),
    mammal(
        "polar_bear", "carnivore", "polar bear, Ursus maritimus, arctic ice", POLAR_BEAR, POLAR_BEAR_COAT, "Carnivora", "snow",
        (1.1, 1.6),
    ),
    mammal(
        "black_bear", "carnivore", "American black bear, Ursus americanus, forest", BLACK_BEAR, BLACK_BEAR_COAT, "Carnivora",
        "leaf_litter", (0.70, 1.05),
    ),
    mammal(
        "giant_panda", "herbivore", "giant panda, Ailuropoda melanoleuca, bamboo forest", PANDA, PANDA_COAT, "Carnivora", "green_grass",
        (0.60, 0.90), habits=PANDA_HABITS,
    ),
)
