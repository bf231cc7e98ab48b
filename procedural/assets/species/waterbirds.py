"""Waders, waterfowl and seabirds: proportions and plumages, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.bird_shape import BirdShape
from procedural.assets.plumage import Plumage, Spot
from procedural.assets.species.bird_rows import row

FLAMINGO = BirdShape(pitch=8, breast=0.25, vent=0.10, stand=1.62, shank=0.016, thigh=0.06, ankle=0.52, toe=0.14, webbed=True,
    neck=((0.12, 0.10), (0.34, 0.28), (0.36, 0.56), (0.20, 0.82), (0.20, 1.10), (0.36, 1.24)),
    neck_radius=(0.12, 0.07, 0.055, 0.05, 0.048, 0.052), head=0.075, look=-38, beak=0.24, beak_radius=0.045, bill="bent", eye=0.014,
    tail=0.14, tail_width=0.08, wing=0.62, span=3.7, chord=0.52, trailing=True, habits=(("feed", 0.2), ("one_leg", 0.2), ("fly", 0.15)))
FLAMINGO_COAT = Plumage((244, 158, 150), grain=0.05, back=-0.1, belly=(238, 150, 146), regions={"eye": (240, 210, 90),
    "beak": (240, 204, 190), "beak_tip": (22, 18, 16), "shank": (226, 120, 126), "tail": (246, 176, 166), "wing": (242, 128, 120),
    "flight": (238, 96, 92), "primary": (34, 28, 30), "neck": (245, 150, 142), "head": (246, 164, 156)})
HERON = BirdShape(pitch=28, breast=0.20, vent=0.10, stand=1.05, shank=0.016, thigh=0.06, toe=0.18,
    neck=((0.10, 0.12), (0.26, 0.26), (0.22, 0.46), (0.12, 0.66), (0.16, 0.88), (0.28, 0.98)),
    neck_radius=(0.12, 0.08, 0.058, 0.05, 0.048, 0.05), head=0.062, head_stretch=0.10, beak=0.34, beak_radius=0.034, eye=0.014, tail=0.20,
    tail_width=0.09, wing=0.72, crest_kind="wisp", crest=0.22, span=4.4, chord=0.78, trailing=True, folded_neck=True,
    habits=(("feed", 0.2), ("one_leg", 0.05), ("fly", 0.25)))
HERON_COAT = Plumage((142, 150, 162), belly=(208, 210, 214), grain=0.06, regions={"eye": (220, 190, 60), "beak": (214, 164, 66),
    "shank": (134, 116, 84), "wing": (140, 149, 162), "flight": (74, 80, 92), "neck": (222, 222, 222), "head": (236, 236, 236),
    "crest": (28, 28, 34), "tail": (118, 126, 138)}, marks=(Spot("head", (0.0, 0.75, 0.75), (1.5, 0.45, 0.4), (28, 28, 34)),))
EGRET = replace(HERON, crest_kind="", head=0.058, tail=0.24, breast=0.19)
EGRET_COAT = Plumage((240, 240, 238), grain=0.03, back=0.03, regions={"eye": (226, 200, 70), "beak": (236, 178, 48),
    "shank": (34, 33, 33)})
STORK = BirdShape(pitch=24, breast=0.24, vent=0.11, stand=1.15, shank=0.019, thigh=0.075, ankle=0.48, toe=0.15,
    neck=((0.24, 0.20), (0.36, 0.42), (0.36, 0.66), (0.42, 0.80)), neck_radius=(0.15, 0.085, 0.068, 0.068), head=0.088, head_stretch=0.06,
    look=-12, beak=0.44, beak_radius=0.042, beak_bulge=0.6, eye=0.014, tail=0.20, tail_width=0.10, wing=0.80, span=4.4, chord=0.76,
    trailing=True, habits=(("feed", 0.15), ("one_leg", 0.15), ("fly", 0.3)))
STORK_COAT = Plumage((240, 239, 235), grain=0.03, back=0.03, regions={"eye": (20, 16, 14), "beak": (206, 52, 36), "shank": (206, 58, 42),
    "wing": (238, 237, 233), "flight": (30, 29, 32), "primary": (26, 25, 28)})
CRANE = BirdShape(pitch=10, breast=0.24, vent=0.12, stand=1.20, shank=0.018, thigh=0.08, ankle=0.50, toe=0.13,
    neck=((0.26, 0.16), (0.40, 0.42), (0.38, 0.74), (0.46, 0.96)), neck_radius=(0.13, 0.075, 0.055, 0.055), head=0.068, head_stretch=0.05,
    beak=0.22, beak_radius=0.032, eye=0.014, tail_kind="bustle", tail=0.46, tail_width=0.10, wing=0.74, span=4.6, chord=0.74,
    trailing=True, habits=(("feed", 0.2), ("fly", 0.25)))
CRANE_COAT = Plumage((164, 168, 172), belly=(150, 154, 158), grain=0.06, regions={"eye": (190, 60, 30), "beak": (150, 146, 110),
    "shank": (48, 47, 48), "wing": (168, 172, 176), "flight": (82, 84, 90), "primary": (44, 44, 50), "tail": (72, 74, 80),
    "neck": ((158, 162, 166), (44, 46, 52), (38, 40, 46)), "head": (34, 36, 40)},
    marks=(Spot("head", (-0.4, 0.1, 0.8), (1.1, 0.55, 0.6), (232, 232, 230)), Spot("head", (0.1, 0.9, 0.0), (0.9, 0.4, 0.5),
    (196, 44, 38))))
SPOONBILL = replace(EGRET, pitch=14, breast=0.22, stand=0.86, neck=((0.14, 0.12), (0.34, 0.24), (0.38, 0.46), (0.34, 0.64), (0.44, 0.74)),
    neck_radius=(0.13, 0.08, 0.06, 0.055, 0.055), head=0.072, head_stretch=0.05, look=-26, bill="spoon", beak=0.44, beak_radius=0.062,
    tail=0.2, folded_neck=False, crest_kind="wisp", crest=0.16, span=3.9, chord=0.66,
    habits=(("feed", 0.25), ("one_leg", 0.1), ("fly", 0.2)))
SPOONBILL_COAT = replace(EGRET_COAT, regions={"eye": (150, 30, 24), "beak": (36, 34, 36), "beak_tip": ((40, 38, 38), (206, 166, 66)),
    "shank": (30, 29, 30), "crest": (236, 226, 190)}, marks=(Spot("trunk", (1.2, -0.1, 0), (0.5, 0.5, 0.8), (232, 206, 140)),))
PELICAN = BirdShape(pitch=14, breast=0.27, vent=0.13, stand=0.52, shank=0.032, thigh=0.09, ankle=0.32, toe=0.20, webbed=True,
    neck=((0.24, 0.14), (0.46, 0.24), (0.46, 0.46), (0.36, 0.64), (0.40, 0.84)), neck_radius=(0.16, 0.11, 0.085, 0.075, 0.078), head=0.09,
    head_stretch=0.10, look=-26, beak=0.66, beak_radius=0.05, beak_curve=62, beak_late=9, beak_bulge=0.85, pouch=0.10, eye=0.015,
    tail=0.18, tail_width=0.12, wing=0.78, span=4.3, chord=0.66, folded_neck=True, habits=(("rest", 0.15), ("fly", 0.25)))
PELICAN_COAT = Plumage((238, 234, 226), grain=0.03, back=0.03, regions={"eye": (130, 26, 20),
    "beak": ((214, 176, 120), (150, 160, 172), (214, 140, 90)), "pouch": (240, 190, 72), "shank": (226, 150, 110),
    "wing": (240, 237, 230), "flight": (44, 42, 44)}, marks=(Spot("head", (1.0, 0.0, 0.7), (0.75, 0.5, 0.6), (240, 196, 160)),))
PENGUIN = BirdShape(pitch=81, breast=0.23, vent=0.17, stand=0.64, hip=-0.46, shank=0.035, thigh=0.10, ankle=0.12, toe=0.17, webbed=True,
    neck=((0.055, 0.46), (0.075, 0.62)), neck_radius=(0.165, 0.115), head=0.105, head_stretch=0.05, look=4, beak=0.21, beak_radius=0.028,
    beak_curve=18, beak_late=2, eye=0.016, tail=0.14, tail_width=0.07, tail_drop=45, wing=0.60, flipper=True, habits=())
PENGUIN_COAT = Plumage((66, 74, 88), grain=0.05, back=0.0, regions={"eye": (60, 40, 24), "beak": (28, 26, 28),
    "beak_low": ((226, 120, 60), (226, 120, 60), (40, 30, 30)), "shank": (30, 30, 32), "head": (24, 24, 27), "breast": (66, 74, 88),
    "belly": (240, 239, 236), "wing": (46, 52, 62), "neck": (30, 31, 36), "rump": (60, 66, 78), "thigh": (226, 226, 224)},
    marks=(Spot("trunk", (-0.3, -1.0, 0.0), (3.3, 1.06, 0.86), (242, 241, 238)), Spot("trunk", (1.9, -0.75, 0.0), (0.85, 0.6, 0.62),
    (246, 178, 62)), Spot("head", (-0.45, -0.25, 1.0), (0.62, 0.85, 0.55), (250, 158, 30))))
GULL = BirdShape(pitch=6, breast=0.205, vent=0.09, stand=0.47, shank=0.018, thigh=0.06, ankle=0.42, toe=0.14, webbed=True,
    neck=((0.26, 0.13), (0.39, 0.28)), neck_radius=(0.165, 0.108), head=0.108, head_stretch=0.07, beak=0.20, beak_radius=0.038,
    beak_curve=55, beak_late=4, beak_bulge=0.85, eye=0.02, tail=0.26, tail_width=0.09, wing=0.92, span=5.0, chord=0.52, fingers=False,
    habits=(("rest", 0.1), ("fly", 0.35)))
GULL_COAT = Plumage((240, 240, 239), grain=0.03, back=0.02, regions={"eye": (232, 214, 120),
    "beak": ((240, 190, 50), (240, 186, 46), (236, 150, 40), (240, 190, 60)), "shank": (226, 160, 150), "wing": (122, 132, 146),
    "flight": (128, 138, 150), "primary": ((120, 126, 136), (26, 26, 30), (24, 24, 28))})
ALBATROSS = replace(GULL, stand=0.42, breast=0.235, vent=0.11, head=0.108, head_stretch=0.09, beak=0.34, beak_radius=0.050, beak_curve=80,
    beak_late=7, shank=0.026, neck=((0.28, 0.18), (0.42, 0.44)), neck_radius=(0.17, 0.115), tail=0.2, span=6.0, chord=0.44,
    habits=(("rest", 0.2), ("fly", 0.4)))
ALBATROSS_COAT = replace(GULL_COAT, regions={"eye": (26, 22, 20), "beak": (236, 196, 160), "shank": (214, 186, 176),
    "wing": ((120, 120, 122), (58, 58, 62)), "flight": (44, 43, 46), "primary": (30, 29, 32), "tail": (210, 210, 208)},
    marks=(Spot("head", (0.6, 0.35, 0.7), (0.4, 0.16, 0.4), (130, 134, 140)),))
DUCK = BirdShape(pitch=5, breast=0.225, vent=0.12, stand=0.36, shank=0.022, thigh=0.07, ankle=0.35, toe=0.15, webbed=True,
    neck=((0.28, 0.08), (0.36, 0.21), (0.365, 0.30), (0.37, 0.40)), neck_radius=(0.14, 0.096, 0.092, 0.098),
    neck_regions=("breast", "ring", "head"), head=0.115, beak=0.13, beak_radius=0.066, bill="flat", eye=0.016, tail=0.20,
    tail_width=0.10, tail_drop=8, wing=0.62, span=3.1, chord=0.46, fingers=False, habits=(("rest", 0.25), ("feed", 0.1), ("fly", 0.12)))
DUCK_COAT = Plumage((186, 180, 172), belly=(206, 202, 196), grain=0.05, regions={"eye": (8, 8, 8), "beak": (222, 186, 60),
    "shank": (232, 120, 40), "wing": ((172, 166, 158), (150, 140, 130)), "flight": (120, 106, 96), "breast": (92, 52, 36),
    "ring": (238, 238, 236), "head": (22, 84, 52), "rump": (30, 30, 32), "tail": (206, 202, 196)},
    marks=(Spot("wing", (-1.25, -0.05, 0.8), (0.5, 0.22, 0.6), (46, 66, 160)),))
GOOSE = BirdShape(pitch=11, breast=0.25, vent=0.12, stand=0.46, shank=0.026, thigh=0.09, ankle=0.36, toe=0.17, webbed=True,
    neck=((0.28, 0.14), (0.40, 0.36), (0.40, 0.60), (0.45, 0.74)), neck_radius=(0.15, 0.085, 0.068, 0.072),
    neck_regions=("breast", "neck", "neck"), head=0.085, head_stretch=0.05, beak=0.12, beak_radius=0.048, bill="flat", eye=0.014,
    tail=0.20, tail_width=0.10, wing=0.70, span=3.7, chord=0.54, habits=(("rest", 0.12), ("feed", 0.2), ("fly", 0.3)))
GOOSE_COAT = Plumage((150, 130, 110), belly=(206, 196, 184), grain=0.08, regions={"eye": (14, 12, 10), "beak": (26, 25, 26),
    "shank": (34, 33, 34), "neck": (24, 23, 24), "head": (24, 23, 24), "breast": (196, 180, 160), "wing": (126, 106, 88),
    "flight": (88, 74, 64), "primary": (52, 46, 42), "rump": (236, 234, 230), "tail": (30, 28, 28)},
    marks=(Spot("head", (-0.1, -0.35, 0.9), (0.62, 0.85, 0.75), (240, 240, 238)),))
SWAN = replace(GOOSE, breast=0.27, stand=0.44, neck=((0.24, 0.10), (0.52, 0.20), (0.50, 0.46), (0.33, 0.70), (0.36, 0.92), (0.50, 0.97)),
    neck_regions=(), neck_radius=(0.17, 0.10, 0.072, 0.06, 0.058, 0.062), head=0.075, head_stretch=0.07, look=-22, beak=0.14, casque=0.04,
    beak_radius=0.046, tail=0.22, shank=0.03, wing=0.78, span=3.3, chord=0.52, habits=(("rest", 0.35), ("feed", 0.1), ("fly", 0.15)))
SWAN_COAT = Plumage((241, 240, 237), grain=0.02, back=0.02, regions={"eye": (14, 12, 10), "beak": (232, 118, 38), "casque": (22, 21, 22),
    "shank": (40, 40, 42)}, marks=(Spot("head", (1.5, 0.1, 0.5), (0.7, 0.5, 0.8), (24, 23, 24)),))
BLACK_SWAN = replace(SWAN, casque=0.0, neck=((0.24, 0.10), (0.52, 0.22), (0.52, 0.52), (0.35, 0.80), (0.37, 1.04), (0.51, 1.09)))
BLACK_SWAN_COAT = Plumage((36, 35, 38), grain=0.12, back=-0.15, regions={"eye": (150, 30, 24),
    "beak": ((206, 36, 32), (206, 36, 32), (206, 36, 32), (240, 220, 214), (206, 40, 36)), "shank": (36, 35, 36), "wing": (42, 41, 44),
    "flight": (38, 37, 40)})
WATERBIRDS = (
    row("flamingo", "greater flamingo, Phoenicopterus roseus, wetland", FLAMINGO, FLAMINGO_COAT, "Phoenicopteriformes", "sand",
        (1.10, 1.50)),
    row("heron", "grey heron, Ardea cinerea, wetland", HERON, HERON_COAT, "Pelecaniformes", "green_grass", (0.84, 1.02)),
    row("egret", "great egret, Ardea alba, wetland", EGRET, EGRET_COAT, "Pelecaniformes", "green_grass", (0.80, 1.04)),
    row("white_stork", "white stork, Ciconia ciconia, meadow and wetland", STORK, STORK_COAT, "Ciconiiformes", "green_grass",
        (1.00, 1.25)),
    row("crane", "common crane, Grus grus, bog and field", CRANE, CRANE_COAT, "Gruiformes", "dry_grass", (1.00, 1.30)),
    row("spoonbill", "Eurasian spoonbill, Platalea leucorodia, wetland", SPOONBILL, SPOONBILL_COAT, "Pelecaniformes", "sand",
        (0.70, 0.90)),
    row("pelican", "great white pelican, Pelecanus onocrotalus, lake", PELICAN, PELICAN_COAT, "Pelecaniformes", "sand", (1.00, 1.40)),
    row("king_penguin", "king penguin, Aptenodytes patagonicus, subantarctic shore", PENGUIN, PENGUIN_COAT, "Sphenisciformes",
        "gravel_rock", (0.70, 1.00)),
    row("gull", "herring gull, Larus argentatus, shore", GULL, GULL_COAT, "Charadriiformes", "sand", (0.36, 0.46)),
    row("albatross", "wandering albatross, Diomedea exulans, ocean islands", ALBATROSS, ALBATROSS_COAT, "Procellariiformes",
        "green_grass", (0.75, 1.05)),
    row("duck", "mallard drake, Anas platyrhynchos, wetland and meadow", DUCK, DUCK_COAT, "Anseriformes", "green_grass", (0.30, 0.40)),
    row("goose", "Canada goose, Branta canadensis, wetland and meadow", GOOSE, GOOSE_COAT, "Anseriformes", "green_grass", (0.60, 0.90)),
    row("swan", "mute swan, Cygnus olor, lake", SWAN, SWAN_COAT, "Anseriformes", "green_grass", (0.95, 1.25)),
    row("black_swan", "black swan, Cygnus atratus, lake", BLACK_SWAN, BLACK_SWAN_COAT, "Anseriformes", "green_grass", (0.95, 1.20)),
)
