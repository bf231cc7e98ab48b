"""Reptiles on four legs: proportions and coats, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.asset import Family
from procedural.assets.coats import Coat
from procedural.assets.masks import Mask
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.assets.species.parts import EYES, mammal

CROCODILE = QuadrupedShape(
    height=0.4, length=2.9, rump=0.96, sag=0.0, posture="flat", chest_depth=0.72, chest_width=0.92, belly_depth=0.84, belly_width=1.20,
    hip_depth=0.68, hip_width=0.80, stance=0.62, arm=0.12, thigh=0.16, wrist=0.085, cannon=0.072, foot=0.085, neck_length=0.55,
    neck_angle=0.0, neck_base=0.30, neck_top=0.25, neck_drop=0.36, head_length=1.50, head_pitch=4.0, head_width=1.45, skull=0.235,
    muzzle=0.150, muzzle_share=0.72, brow=0.085, eye=0.05, ear="", tail_length=3.1, tail_radius=0.19, tail_root=1.5, tail_tip=0.15,
    tail_flat=1.0, tail_lift=-12.0, spines=0.085, spine_rows=2.0,
)
CROCODILE_COAT = Coat(
    (96, 96, 72), belly=(196, 188, 150), pattern="blotches", ink=(62, 62, 48), size=0.12, marked=("trunk", "tail"), grain=0.12, back=0.1,
    masks=(Mask((190, 182, 146), "head", up=(-3.0, -0.35), soft=0.2),),
    regions={
        **EYES, "eye": (190, 160, 60), "spine": (68, 68, 54), "tail": ((92, 92, 70), (74, 74, 58)), "leg": (98, 98, 76),
        "hoof": (70, 70, 56), "foot": (88, 88, 68), "mouth": (206, 180, 150),
    },
)
KOMODO = replace(
    CROCODILE, length=2.3, chest_depth=0.60, chest_width=0.58, belly_depth=0.62, belly_width=0.72, hip_depth=0.56, hip_width=0.54,
    stance=0.50, neck_length=0.80, neck_angle=12.0, neck_base=0.24, neck_top=0.19, neck_drop=0.30, head_length=0.80, head_pitch=10.0,
    head_width=1.0, skull=0.19, muzzle=0.115, muzzle_share=0.6, brow=0.0, eye=0.035, tail_length=3.0, tail_radius=0.15, spines=0.0,
)
KOMODO_COAT = Coat(
    (104, 92, 76), pattern="blotches", ink=(78, 70, 60), size=0.08, grain=0.14, back=0.0,
    regions={
        **EYES, "leg": (92, 82, 70), "foot": (84, 76, 66), "hoof": (72, 66, 58), "tail": ((104, 92, 76), (82, 74, 62)),
        "muzzle": (118, 104, 86), "nose": (100, 90, 78),
    },
)
IGUANA = replace(
    KOMODO, length=2.1, neck_length=0.50, neck_angle=28.0, neck_base=0.24, neck_top=0.20, head_length=0.58, head_pitch=18.0,
    head_width=0.85, skull=0.205, muzzle=0.12, muzzle_share=0.5, throat=0.16, eye=0.045, tail_length=4.2, tail_radius=0.12, tail_root=1.6,
    tail_tip=0.08, spines=0.16, spine_rows=1.0, arm=0.10, wrist=0.07, cannon=0.058, foot=0.065,
)
IGUANA_COAT = Coat(
    (112, 150, 66), belly=(160, 178, 104), pattern="streaks", ink=(70, 92, 50), size=0.055, marked=("trunk",), grain=0.10, back=0.0,
    regions={
        **EYES, "eye": (190, 120, 40), "spine": (138, 142, 84),
        "tail": ((108, 140, 64), (120, 116, 74), (70, 66, 50), (116, 112, 74), (66, 62, 48)), "throat": (140, 160, 92),
        "leg": (104, 132, 66), "hoof": (84, 92, 58), "head": (128, 158, 90), "muzzle": (134, 160, 96), "nose": (110, 130, 84),
    },
)
TORTOISE = QuadrupedShape(
    height=0.6, length=1.45, rump=0.90, sag=0.0, posture="column", chest_depth=0.62, chest_width=0.90, belly_depth=0.64, belly_width=1.10,
    hip_depth=0.60, hip_width=0.90, stance=0.44, arm=0.15, thigh=0.16, wrist=0.115, cannon=0.105, foot=0.115, neck_length=0.74,
    neck_angle=36.0, neck_base=0.13, neck_top=0.090, neck_drop=0.48, head_length=0.27, head_pitch=12.0, head_width=0.95, skull=0.118,
    muzzle=0.082, muzzle_share=0.45, eye=0.022, ear="", tail_length=0.25, tail_radius=0.05, tail_tip=0.3, shell=0.02,
)
TORTOISE_COAT = Coat(
    (92, 86, 78), pattern="patches", ink=(58, 46, 32), size=0.26, marked=("shell",), grain=0.10, back=0.0,
    regions={
        **EYES, "shell": (138, 112, 66), "hoof": (92, 84, 72), "muzzle": (104, 98, 88), "nose": (84, 78, 70), "leg": (84, 79, 72),
    },
)

REPTILES: tuple[Family, ...] = (
    mammal(
        "crocodile", "carnivore", "Nile crocodile, Crocodylus niloticus, rivers and lakes", CROCODILE, CROCODILE_COAT, "Crocodilia",
        "dirt", (0.35, 0.55), graze=0,
    ),
    mammal(
        "komodo_dragon", "carnivore", "Komodo dragon, a monitor lizard, Varanus komodoensis, dry forest", KOMODO, KOMODO_COAT, "Squamata",
        "dirt", (0.28, 0.42), graze=5,
    ),
    mammal(
        "green_iguana", "herbivore", "green iguana, Iguana iguana, rainforest edge", IGUANA, IGUANA_COAT, "Squamata", "leaf_litter",
        (0.12, 0.20), graze=5,
    ),
    mammal(
        "giant_tortoise", "herbivore", "Galapagos giant tortoise, Chelonoidis niger, dry island scrub", TORTOISE, TORTOISE_COAT,
        "Testudines", "dry_grass", (0.50, 0.75), graze=10,
    ),
)
