"""Birds: proportions and coats, one row a species."""

# fmt: off - one row an animal
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from procedural.assets.asset import Asset, Family
from procedural.assets.birds import BirdShape, bird, varied_bird
from procedural.assets.coats import Coat
from procedural.assets.species.parts import DARK, coat_seed

CROW = BirdShape(
    body=0.30,
    pitch=22,
    breast=0.25,
    vent=0.12,
    stand=0.50,
    shank=0.018,
    thigh=0.08,
    neck=((0.24, 0.16), (0.42, 0.36)),
    neck_radius=(0.19, 0.125),
    head=0.13,
    beak=0.20,
    beak_radius=0.058,
    tail=0.42,
    tail_width=0.10,
    tail_drop=-6,
    wing=0.62,
    toe=0.13,
    eye=0.02,
)
CROW_COAT = Coat(
    (30, 31, 36), regions={"eye": (6, 6, 6), "beak": (22, 22, 24), "shank": (24, 23, 24), "wing": (27, 29, 38)}, grain=0.15, back=-0.25
)
FLAMINGO = BirdShape(
    body=0.46,
    pitch=8,
    breast=0.25,
    vent=0.10,
    stand=1.62,
    shank=0.016,
    thigh=0.06,
    ankle=0.52,
    neck=((0.12, 0.10), (0.34, 0.28), (0.36, 0.56), (0.20, 0.82), (0.20, 1.10), (0.36, 1.24)),
    neck_radius=(0.12, 0.07, 0.055, 0.05, 0.048, 0.052),
    head=0.075,
    beak=0.24,
    beak_radius=0.045,
    bill="bent",
    tail=0.14,
    tail_width=0.08,
    wing=0.62,
    toe=0.14,
    eye=0.014,
)
FLAMINGO_COAT = Coat(
    (244, 158, 150),
    grain=0.05,
    back=-0.1,
    belly=(238, 150, 146),
    regions={
        "eye": (240, 210, 90),
        "beak": (240, 204, 190),
        "beak_tip": DARK,
        "shank": (226, 120, 126),
        "wing": (242, 136, 128),
        "tail": (246, 176, 166),
        "neck": (245, 150, 142),
        "head": (246, 164, 156),
    },
)
HERON = BirdShape(
    body=0.44,
    pitch=28,
    breast=0.20,
    vent=0.10,
    stand=1.05,
    shank=0.016,
    thigh=0.06,
    neck=((0.10, 0.12), (0.26, 0.26), (0.22, 0.46), (0.12, 0.66), (0.16, 0.88), (0.28, 0.98)),
    neck_radius=(0.12, 0.08, 0.058, 0.05, 0.048, 0.05),
    head=0.062,
    head_stretch=0.10,
    beak=0.34,
    beak_radius=0.034,
    tail=0.20,
    tail_width=0.09,
    wing=0.72,
    toe=0.16,
    crest=0.22,
    eye=0.014,
)
HERON_COAT = Coat(
    (142, 150, 162),
    belly=(208, 210, 214),
    grain=0.06,
    regions={
        "eye": (220, 190, 60),
        "beak": (214, 164, 66),
        "shank": (134, 116, 84),
        "wing": ((134, 144, 158), (74, 80, 92)),
        "neck": (222, 222, 222),
        "head": (236, 236, 236),
        "crest": (28, 28, 34),
        "tail": (118, 126, 138),
    },
)
DUCK = BirdShape(
    body=0.36,
    pitch=6,
    breast=0.25,
    vent=0.12,
    stand=0.36,
    shank=0.022,
    thigh=0.07,
    ankle=0.35,
    neck=((0.26, 0.10), (0.34, 0.26), (0.345, 0.30), (0.36, 0.40)),
    neck_radius=(0.15, 0.098, 0.096, 0.10),
    neck_regions=("breast", "ring", "head"),
    head=0.115,
    beak=0.11,
    beak_radius=0.062,
    bill="flat",
    tail=0.20,
    tail_width=0.10,
    tail_drop=8,
    wing=0.62,
    toe=0.15,
    webbed=True,
    eye=0.018,
)
DUCK_COAT = Coat(
    (186, 180, 172),
    belly=(206, 202, 196),
    grain=0.05,
    regions={
        "eye": (8, 8, 8),
        "beak": (222, 186, 60),
        "shank": (232, 120, 40),
        "wing": ((146, 134, 122), (112, 98, 86)),
        "breast": (92, 56, 40),
        "ring": (238, 238, 236),
        "head": (22, 84, 52),
        "tail": (44, 42, 42),
    },
)
OSTRICH = BirdShape(
    body=1.05,
    pitch=4,
    breast=0.33,
    vent=0.22,
    stand=1.12,
    shank=0.034,
    thigh=0.16,
    ankle=0.42,
    neck=((0.24, 0.06), (0.42, 0.28), (0.44, 0.62), (0.46, 0.96)),
    neck_radius=(0.15, 0.08, 0.056, 0.05),
    head=0.068,
    beak=0.085,
    beak_radius=0.042,
    bill="flat",
    tail=0.22,
    tail_width=0.17,
    tail_drop=-10,
    wing=0.60,
    toe=0.20,
    toes=2,
    shag=0.02,
    eye=0.018,
)
OSTRICH_COAT = Coat(
    (34, 31, 31),
    grain=0.15,
    back=-0.3,
    regions={
        "eye": (10, 8, 8),
        "beak": (206, 176, 150),
        "shank": (206, 172, 152),
        "thigh": (214, 172, 154),
        "neck": ((90, 76, 70), (206, 180, 164)),
        "head": (204, 178, 162),
        "wing": ((38, 34, 34), (232, 226, 216)),
        "tail": (234, 226, 212),
    },
)


def _bird_rand(shape: BirdShape, coat: Coat) -> Callable[[np.random.Generator], Asset]:
    """The sampler of a bird that differs from others of its kind in proportions only."""
    return lambda rng: bird(varied_bird(shape, rng), replace(coat, seed=coat_seed(rng)))


BIRDS: tuple[Family, ...] = (
    Family("crow", "bird", "carrion crow, Corvus corone, everywhere", _bird_rand(CROW, CROW_COAT)),
    Family("flamingo", "bird", "greater flamingo, Phoenicopterus roseus, wetland", _bird_rand(FLAMINGO, FLAMINGO_COAT)),
    Family("heron", "bird", "grey heron, Ardea cinerea, wetland", _bird_rand(HERON, HERON_COAT)),
    Family("duck", "bird", "mallard drake, Anas platyrhynchos, wetland and meadow", _bird_rand(DUCK, DUCK_COAT)),
    Family("ostrich", "bird", "common ostrich, Struthio camelus, savanna", _bird_rand(OSTRICH, OSTRICH_COAT)),
)
