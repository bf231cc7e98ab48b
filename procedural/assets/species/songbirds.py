"""Crows, jays, thrushes and finches: proportions and plumages, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.bird_shape import BirdShape
from procedural.assets.plumage import Bars, Plumage, Speckles, Spot
from procedural.assets.species.bird_rows import row

CROW = BirdShape(pitch=22, breast=0.22, vent=0.11, stand=0.50, shank=0.018, thigh=0.08, toe=0.13, neck=((0.24, 0.16), (0.40, 0.34)),
    neck_radius=(0.19, 0.13), head=0.13, beak=0.21, beak_radius=0.058, beak_curve=30, beak_late=2, beak_bulge=0.85, eye=0.02, tail=0.48,
    tail_width=0.10, tail_drop=-2, wing=0.68, span=4.2, chord=0.74, habits=(("feed", 0.2), ("fly", 0.2)))
CROW_COAT = Plumage((30, 31, 36), grain=0.15, back=-0.25, regions={"eye": (6, 6, 6), "beak": (22, 22, 24), "shank": (24, 23, 24),
    "wing": (27, 29, 38)})
MAGPIE = replace(CROW, pitch=28, beak=0.14, beak_radius=0.048, tail=1.05, tail_width=0.085, tail_step=0.5, tail_drop=22, tail_spread=7,
    wing=0.56, span=3.4, chord=0.68, habits=(("feed", 0.15), ("fly", 0.15)))
MAGPIE_COAT = Plumage((24, 25, 29), grain=0.10, back=-0.2, regions={"eye": (8, 7, 7), "beak": (20, 20, 22), "shank": (22, 21, 22),
    "belly": (240, 240, 238), "wing": ((26, 32, 46), (26, 40, 66), (24, 44, 76)), "flight": (24, 54, 92), "primary": (26, 60, 88),
    "tail": ((22, 50, 52), (24, 62, 60), (40, 34, 70)), "thigh": (24, 25, 29)},
    marks=(Spot("trunk", (-0.1, -0.75, 0.0), (1.15, 0.62, 1.0), (240, 240, 238)), Spot("wing", (0.35, 0.55, 0.95), (0.95, 0.36, 0.5),
    (238, 238, 236))))
SONGBIRD = BirdShape(pitch=34, breast=0.25, vent=0.12, stand=0.50, shank=0.015, thigh=0.09, ankle=0.40, toe=0.13,
    neck=((0.22, 0.22), (0.34, 0.40)), neck_radius=(0.205, 0.135), head=0.16, head_stretch=0.05, beak=0.14, beak_radius=0.036,
    beak_curve=12, eye=0.026, tail=0.52, tail_width=0.075, tail_drop=12, wing=0.64, span=3.4, chord=0.66,
    habits=(("perch", 0.3), ("feed", 0.12), ("fly", 0.1)))
ROBIN_COAT = Plumage((96, 92, 86), grain=0.06, back=0.1, regions={"eye": (10, 8, 8), "beak": (232, 180, 60), "shank": (110, 86, 66),
    "head": (42, 40, 42), "neck": (70, 62, 58), "breast": (196, 84, 40), "belly": (202, 92, 46), "wing": (92, 88, 82),
    "flight": (74, 70, 66), "tail": (48, 46, 46), "rump": (100, 96, 90)},
    marks=(Spot("trunk", (0.9, -0.45, 0.0), (1.15, 0.95, 0.95), (198, 84, 38)), Spot("trunk", (-1.9, -0.75, 0.0), (0.7, 0.6, 0.7),
    (232, 228, 220)), Spot("head", (0.55, 0.52, 0.72), (0.30, 0.10, 0.3), (236, 234, 230)),
    Spot("head", (0.55, 0.0, 0.82), (0.30, 0.09, 0.3), (236, 234, 230))))
JAY = replace(SONGBIRD, pitch=36, breast=0.24, tail=0.78, tail_width=0.10, tail_step=0.22, tail_drop=20, beak=0.16, beak_radius=0.045,
    crest_kind="peak", crest=0.22, head=0.145, wing=0.60, eye=0.022)
JAY_COAT = Plumage((74, 104, 172), grain=0.06, back=0.0, regions={"eye": (8, 7, 7), "beak": (26, 26, 30), "shank": (40, 38, 40),
    "head": (228, 230, 234), "crest": (62, 98, 184), "neck": (206, 208, 214), "breast": (188, 190, 196), "belly": (222, 222, 222),
    "wing": (44, 88, 190), "flight": ((48, 100, 204), (52, 106, 208), (236, 238, 242)), "primary": (40, 82, 180),
    "tail": ((58, 110, 204), (58, 110, 204), (62, 116, 208)), "tail_side": ((60, 112, 204), (60, 112, 204), (238, 240, 242)),
    "rump": (90, 126, 196)},
    marks=(Spot("head", (-0.5, 0.85, 0.0), (1.6, 0.62, 0.9), (66, 102, 186)), Spot("trunk", (1.35, 0.45, 0.0), (0.22, 1.2, 1.3),
    (28, 28, 34)), Spot("wing", (-0.2, -0.1, 0.95), (0.16, 0.5, 0.5), (236, 238, 242)),
    Bars(("flight", "primary", "tail", "tail_side"), 0.42, (22, 26, 44), 0.36)))
FINCH = replace(SONGBIRD, breast=0.265, neck=((0.21, 0.22), (0.31, 0.39)), neck_radius=(0.225, 0.155), head=0.18, beak=0.11,
    beak_radius=0.062, beak_curve=8, beak_bulge=0.55, tail=0.46, wing=0.62, stand=0.46, shank=0.017, eye=0.028)
GOLDFINCH_COAT = Plumage((246, 208, 44), grain=0.04, back=0.05, regions={"eye": (8, 7, 7), "beak": (236, 150, 84),
    "shank": (190, 130, 110), "wing": ((240, 204, 46), (30, 28, 28), (30, 28, 28)),
    "flight": ((238, 236, 230), (28, 27, 27), (28, 27, 27)), "tail": (30, 28, 28), "tail_side": (206, 204, 198), "rump": (240, 236, 214)},
    marks=(Spot("head", (0.65, 0.95, 0.0), (0.85, 0.62, 0.72), (22, 21, 22)),))
HOUSE_FINCH_COAT = Plumage((140, 116, 100), grain=0.08, belly=(206, 192, 178), regions={"eye": (8, 7, 7), "beak": (150, 130, 112),
    "shank": (120, 92, 80), "head": (192, 54, 50), "neck": (142, 112, 96), "breast": (142, 116, 100), "belly": (208, 194, 180),
    "wing": (112, 92, 80), "flight": ((206, 192, 176), (88, 74, 66), (84, 70, 62)), "tail": (88, 72, 64), "rump": (190, 84, 78)},
    marks=(Spot("trunk", (-0.5, -0.8, 0.0), (1.7, 0.75, 0.9), (212, 198, 184)), Speckles(("belly", "trunk", "breast"), 0.2, (112, 88, 72),
    0.3),
    Spot("trunk", (1.3, 0.0, 0.0), (0.7, 0.8, 0.8), (200, 62, 54)), Spot("head", (-0.5, 0.15, 0.9), (0.62, 0.42, 0.5), (138, 104, 90))))
SONGBIRDS = (
    row("crow", "carrion crow, Corvus corone, everywhere", CROW, CROW_COAT, "Passeriformes", "green_grass", (0.30, 0.38)),
    row("magpie", "Eurasian magpie, Pica pica, meadow and town", MAGPIE, MAGPIE_COAT, "Passeriformes", "green_grass", (0.22, 0.28)),
    row("blue_jay", "blue jay, Cyanocitta cristata, forest", JAY, JAY_COAT, "Passeriformes", "leaf_litter", (0.17, 0.22)),
    row("robin", "American robin, Turdus migratorius, lawn and forest", SONGBIRD, ROBIN_COAT, "Passeriformes", "green_grass",
        (0.15, 0.20)),
    row("goldfinch", "American goldfinch, Spinus tristis, meadow", FINCH, GOLDFINCH_COAT, "Passeriformes", "green_grass", (0.09, 0.12)),
    row("house_finch", "house finch, Haemorhous mexicanus, scrub and garden", FINCH, HOUSE_FINCH_COAT, "Passeriformes", "dirt",
        (0.09, 0.12)),
)
