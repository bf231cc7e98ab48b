"""Cats: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.parts import DARK, EYES, mammal

LION = QuadrupedShape(
    height=1.1, length=1.42, rump=0.97, posture="paw", chest_depth=0.46, chest_width=0.32, belly_depth=0.38, belly_width=0.31,
    hip_depth=0.40, hip_width=0.30, stance=0.115, arm=0.10, thigh=0.15, wrist=0.062, cannon=0.052, foot=0.062, neck_length=0.30,
    neck_angle=28.0, neck_base=0.19, neck_top=0.13, head_length=0.29, head_pitch=30.0, head_width=0.90, skull=0.142, muzzle=0.094,
    muzzle_share=0.52, snout="cat", eye=0.018, ear="round", ear_length=0.095, ear_tilt=48.0, tail_length=0.82, tail_radius=0.024,
    tail_lift=-62.0, tuft=0.04,
)
LION_COAT = Coat(
    (182, 134, 78), belly=(208, 178, 134), grain=0.04, hair=0.22,
    masks=(Mask((226, 206, 172), "head", along=(0.6, 1.3), up=(-3.0, -0.3)),),
    regions={
        **EYES, "muzzle": ((170, 122, 72), (208, 176, 134)), "hoof": (192, 150, 96), "mane": ((132, 86, 46), (84, 52, 30)),
        "tuft": (60, 40, 26), "ear_inner": (190, 160, 120), "eye": (190, 130, 50),
    },
)
TIGER = replace(
    LION, length=1.50, tail_length=0.90, tuft=0.0, tail_radius=0.036, belly_depth=0.40, neck_angle=22.0, arm=0.105, ear_length=0.10,
    cheeks=0.075,
)
WHITE_FACE = (
    Mask((246, 238, 224), "head", along=(0.55, 1.15), up=(-2.0, -0.35)),
    Mask((246, 238, 224), "head", along=(0.52, 0.95), up=(0.45, 0.95), aside=(0.25, 0.8)),
)
TIGER_COAT = Coat(
    (212, 128, 50), belly=(240, 230, 212), pattern="tiger", size=0.125, back=0.08, masks=WHITE_FACE,
    regions={
        **EYES, "muzzle": ((214, 138, 64), (244, 236, 222)), "hoof": (222, 170, 110), "leg": (214, 136, 62), "foot": (222, 160, 92),
        "ear_inner": (226, 214, 196), "ear": DARK, "eye": (206, 164, 70), "cheek": (240, 228, 206), "nose": (150, 96, 86),
    },
)
LEOPARD = replace(
    TIGER, length=1.55, chest_depth=0.43, belly_depth=0.36, tail_length=1.15, tail_radius=0.034, skull=0.138, muzzle=0.084, arm=0.10,
    stance=0.105, cheeks=0.0,
)
LEOPARD_COAT = Coat(
    (200, 148, 80), belly=(240, 230, 210), pattern="rosettes", size=0.082, back=0.05,
    regions={
        **EYES, "muzzle": ((214, 172, 108), (238, 224, 200)), "hoof": (220, 182, 126), "ear_inner": (210, 190, 160), "eye": (176, 150, 70),
    },
)
JAGUAR = replace(
    LEOPARD, length=1.62, chest_depth=0.50, chest_width=0.37, belly_depth=0.46, belly_width=0.38, skull=0.156, muzzle=0.100,
    head_length=0.28, arm=0.125, thigh=0.17, wrist=0.075, cannon=0.064, foot=0.074, neck_base=0.21, neck_top=0.155, tail_length=0.75,
)
JAGUAR_COAT = replace(LEOPARD_COAT, base=(190, 130, 62), size=0.125)
CHEETAH = replace(
    LION, length=1.42, rump=1.0, sag=0.04, chest_depth=0.42, chest_width=0.25, belly_depth=0.29, belly_width=0.22, hip_depth=0.33,
    hip_width=0.23, arm=0.072, thigh=0.12, wrist=0.042, cannon=0.035, foot=0.044, stance=0.085, neck_angle=36.0, neck_base=0.135,
    neck_top=0.095, head_length=0.20, skull=0.094, muzzle=0.060, ear_length=0.07, tail_length=0.88, tail_radius=0.03, tuft=0.0,
    snout="cat",
)
CHEETAH_COAT = Coat(
    (206, 156, 88), belly=(242, 234, 218), pattern="spots", size=0.062, back=0.0,
    masks=(Mask(DARK, "head", along=(0.86, 1.40), up=(-0.62, 0.22), aside=(0.30, 0.56), soft=0.08),),
    regions={
        **EYES, "muzzle": ((218, 180, 122), (238, 222, 196)), "hoof": (222, 186, 130), "leg": ((216, 172, 106), (224, 190, 136)),
        "tail": ((214, 170, 104), (236, 222, 196)), "ear_inner": (216, 196, 160), "eye": (176, 120, 40),
    },
)
SNOW_LEOPARD = replace(
    LEOPARD, length=1.75, tail_length=1.55, tail_radius=0.058, tail_tip=0.95, belly_depth=0.44, belly_width=0.36, arm=0.115, wrist=0.075,
    cannon=0.066, foot=0.082, skull=0.142, ear_length=0.075, shag=0.006, cheeks=0.07,
)
SNOW_LEOPARD_COAT = Coat(
    (196, 192, 182), belly=(240, 238, 232), pattern="rosettes", ink=(58, 54, 52), size=0.105, back=0.05,
    regions={
        **EYES, "muzzle": ((196, 192, 184), (232, 228, 220)), "hoof": (206, 202, 194), "ear_inner": (216, 208, 196), "eye": (96, 112, 92),
        "cheek": (228, 224, 216), "nose": (150, 110, 100),
    },
)
LYNX = replace(
    LION, length=1.28, rump=1.04, chest_depth=0.44, belly_depth=0.38, arm=0.095, thigh=0.15, wrist=0.068, cannon=0.062, foot=0.082,
    neck_length=0.26, skull=0.142, muzzle=0.078, head_length=0.26, ear="tufted", ear_length=0.135, ear_tilt=28.0, cheeks=0.11,
    tail_length=0.26, tail_radius=0.04, tail_tip=1.0, tuft=0.042, shag=0.006,
)
LYNX_COAT = Coat(
    (176, 146, 110), belly=(232, 222, 204), pattern="spots", ink=(98, 76, 56), size=0.075, back=0.05, masks=WHITE_FACE,
    regions={
        **EYES, "muzzle": ((176, 150, 118), (232, 222, 206)), "hoof": (196, 172, 140), "ear": (52, 44, 40), "ear_inner": (206, 190, 168),
        "tuft": DARK, "cheek": (214, 200, 176), "eye": (140, 110, 50), "nose": (160, 110, 100), "tail": (170, 140, 106),
    },
)
WILDCAT = replace(
    LION, length=1.40, rump=1.0, chest_depth=0.42, belly_depth=0.40, arm=0.085, thigh=0.14, wrist=0.055, cannon=0.046, foot=0.056,
    neck_length=0.24, skull=0.160, muzzle=0.076, head_length=0.27, ear="leaf", ear_length=0.17, ear_tilt=28.0, eye=0.024,
    tail_length=0.85, tail_radius=0.052, tail_tip=0.95, tuft=0.0, cheeks=0.06, shag=0.006,
)
WILDCAT_COAT = Coat(
    (148, 128, 102), belly=(196, 176, 146), pattern="tiger", ink=(84, 70, 58), size=0.042, back=0.12, masks=WHITE_FACE[:1],
    regions={
        **EYES, "muzzle": ((150, 130, 106), (214, 200, 178)), "hoof": (150, 130, 104), "ear_inner": (190, 168, 144),
        "tail": ((140, 120, 96), (40, 34, 30)), "cheek": (166, 146, 120), "eye": (128, 138, 62), "nose": (160, 106, 98),
    },
)

CATS: tuple[Family, ...] = (
    mammal(
        "lion", "carnivore", "lion, Panthera leo, savanna", LION, LION_COAT, "Carnivora", "dry_grass", (0.9, 1.2), male={"mane": "lion"},
    ),
    mammal("tiger", "carnivore", "tiger, Panthera tigris, forest", TIGER, TIGER_COAT, "Carnivora", "leaf_litter", (0.8, 1.1)),
    mammal(
        "leopard", "carnivore", "leopard, Panthera pardus, savanna and forest", LEOPARD, LEOPARD_COAT, "Carnivora", "dry_grass",
        (0.57, 0.78),
    ),
    mammal("jaguar", "carnivore", "jaguar, Panthera onca, rainforest", JAGUAR, JAGUAR_COAT, "Carnivora", "leaf_litter", (0.57, 0.81)),
    mammal("cheetah", "carnivore", "cheetah, Acinonyx jubatus, savanna", CHEETAH, CHEETAH_COAT, "Carnivora", "dry_grass", (0.67, 0.94)),
    mammal(
        "snow_leopard", "carnivore", "snow leopard, Panthera uncia, mountains", SNOW_LEOPARD, SNOW_LEOPARD_COAT, "Carnivora",
        "gravel_rock", (0.52, 0.65),
    ),
    mammal("lynx", "carnivore", "Eurasian lynx, Lynx lynx, boreal forest", LYNX, LYNX_COAT, "Carnivora", "snow", (0.55, 0.75)),
    mammal(
        "wildcat", "carnivore", "European wildcat, Felis silvestris, forest", WILDCAT, WILDCAT_COAT, "Carnivora", "leaf_litter",
        (0.33, 0.43),
    ),
)
