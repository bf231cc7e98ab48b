"""Ostrich, fowl, raptors, parrots and the like: proportions and plumages, one row a species."""

# One row an animal: a line for every number would hide it.
# fmt: off
from __future__ import annotations

from dataclasses import replace

from procedural.assets.bird_shape import BirdShape
from procedural.assets.plumage import Bars, Plumage, Speckles, Spot
from procedural.assets.species.bird_rows import row

OSTRICH = BirdShape(pitch=4, breast=0.33, vent=0.22, stand=1.12, shank=0.029, thigh=0.15, ankle=0.42, toe=0.20, toes=2,
    neck=((0.24, 0.06), (0.45, 0.22), (0.42, 0.60), (0.48, 0.96)), neck_radius=(0.15, 0.075, 0.054, 0.05), head=0.068, beak=0.085,
    beak_radius=0.042, bill="flat", eye=0.018, tail_kind="bustle", tail=0.36, tail_width=0.15, wing=0.66, shag=0.025,
    habits=(("feed", 0.2), ("rest", 0.08)))
OSTRICH_COAT = Plumage((34, 31, 31), grain=0.15, back=-0.3, regions={"eye": (10, 8, 8), "beak": (206, 176, 150), "shank": (206, 172, 152),
    "thigh": (214, 172, 154), "neck": ((90, 76, 70), (206, 180, 164)), "head": (204, 178, 162), "wing": (38, 34, 34),
    "flight": (44, 40, 40), "primary": (232, 226, 216), "tail": (234, 226, 212), "rump": (40, 36, 36)},
    marks=(Spot("wing", (-1.35, -0.1, 0.8), (0.5, 0.5, 0.8), (234, 228, 218)),))
COCK = BirdShape(pitch=22, breast=0.27, vent=0.15, stand=0.66, shank=0.026, thigh=0.13, ankle=0.40, toe=0.20,
    neck=((0.24, 0.20), (0.36, 0.42), (0.38, 0.62)), neck_radius=(0.21, 0.14, 0.10), head=0.095, look=0, beak=0.085, beak_radius=0.04,
    beak_curve=25, eye=0.016, crest_kind="comb", crest=0.10, wattle=0.12, tail_kind="sickle", tail=1.0, tail_width=0.10, wing=0.56,
    habits=(("feed", 0.15),))
COCK_COAT = Plumage((150, 62, 26), grain=0.10, back=-0.05, regions={"eye": (220, 130, 40), "beak": (214, 178, 110),
    "shank": (222, 180, 90), "comb": (204, 28, 30), "head": (206, 44, 36), "thigh": (30, 32, 32),
    "neck": ((206, 112, 34), (226, 140, 44), (216, 120, 36)), "breast": (34, 36, 36), "belly": (28, 30, 32), "rump": (176, 84, 30),
    "wing": ((172, 74, 26), (128, 48, 22), (34, 54, 60)), "flight": (150, 92, 48), "primary": (36, 40, 40),
    "sickle": ((26, 66, 58), (20, 46, 48))})
HEN = replace(COCK, pitch=12, tail_kind="fan", tail=0.40, tail_width=0.13, tail_drop=48, tail_spread=30, tail_roof=72, stand=0.58,
crest=0.05,
    wattle=0.07, neck=((0.26, 0.18), (0.36, 0.36), (0.38, 0.52)), habits=(("feed", 0.25), ("rest", 0.12)))
HEN_COAT = Plumage((172, 104, 58), grain=0.12, belly=(186, 124, 78), regions={"eye": (220, 130, 40), "beak": (206, 176, 120),
    "shank": (222, 186, 96), "comb": (200, 36, 34), "head": (190, 84, 56), "neck": (196, 124, 66), "wing": (158, 92, 50),
    "flight": (140, 80, 44), "tail": (96, 56, 36)}, marks=(Speckles(("trunk", "breast", "wing"), 0.35, (126, 70, 38), 0.3),))
TURKEY = replace(COCK, pitch=24, breast=0.31, vent=0.17, stand=0.68, neck=((0.26, 0.22), (0.42, 0.40), (0.40, 0.62), (0.44, 0.76)),
    shank=0.026, neck_radius=(0.20, 0.11, 0.07, 0.062), head=0.075, crest_kind="", wattle=0.15, beak=0.09, tail_kind="fan", tail=0.72,
    tail_width=0.13, tail_spread=14, wing=0.68, habits=(("display", 0.6),))
TURKEY_COAT = Plumage((62, 46, 38), grain=0.12, back=-0.2, regions={"eye": (24, 16, 12), "beak": (206, 190, 160),
    "shank": (196, 130, 116), "wattle": (206, 40, 40), "head": (150, 176, 204), "neck": ((54, 42, 36), (190, 60, 56), (206, 70, 66)),
    "wing": (74, 54, 42), "flight": (150, 138, 124), "primary": (110, 98, 86),
    "tail": ((84, 54, 38), (112, 70, 44), (52, 36, 30), (44, 32, 28), (206, 164, 116))},
    marks=(Bars(("trunk", "breast", "belly", "wing"), 0.32, (28, 24, 24), 0.4), Bars(("flight", "primary"), 0.24, (48, 42, 40), 0.45)))
GROUSE = replace(HEN, pitch=18, breast=0.27, stand=0.46, thigh=0.11, ankle=0.3, toe=0.14, neck=((0.26, 0.18), (0.34, 0.36), (0.37, 0.48)),
    head=0.10, wattle=0.0, crest_kind="", beak=0.07, beak_curve=45, tail=0.55, tail_width=0.11, tail_drop=34, tail_spread=30,
    tail_step=-0.35, habits=(("display", 0.0), ("feed", 0.1)))
GROUSE_COAT = Plumage((28, 30, 38), grain=0.15, back=-0.2, regions={"eye": (14, 12, 10), "beak": (24, 23, 24), "shank": (96, 88, 82),
    "wing": ((40, 36, 36), (54, 46, 42), (60, 50, 44)), "flight": ((238, 237, 234), (44, 40, 40)), "neck": (30, 40, 70),
    "head": (24, 28, 44), "rump": (236, 235, 232), "tail": (24, 24, 28)},
    marks=(Spot("head", (0.3, 0.62, 0.72), (0.7, 0.3, 0.36), (216, 34, 30)),))
PARTRIDGE = replace(GROUSE, breast=0.265, stand=0.44, pitch=17, head=0.102, tail=0.22, tail_drop=-4, tail_step=0.1, tail_spread=14,
    wing=0.55, habits=(("feed", 0.25), ("rest", 0.1)))
PARTRIDGE_COAT = Plumage((142, 112, 80), grain=0.06, belly=(168, 150, 128), regions={"eye": (24, 18, 14), "beak": (150, 146, 130),
    "shank": (150, 140, 130), "breast": (134, 136, 140), "neck": (132, 132, 134), "head": (212, 108, 44), "wing": (128, 92, 60),
    "flight": (110, 80, 54), "tail": (168, 90, 44)},
    marks=(Spot("head", (-0.6, 0.9, 0.0), (1.3, 0.5, 0.8), (112, 92, 72)), Spot("trunk", (0.3, -0.95, 0.0), (0.6, 0.5, 0.7),
    (96, 44, 26)), Bars(("trunk", "belly", "rump"), 0.42, (150, 84, 50), 0.25),
    Bars(("wing", "flight", "primary"), 0.3, (74, 52, 38), 0.35)))
PEACOCK = BirdShape(pitch=18, breast=0.24, vent=0.13, stand=0.72, shank=0.024, thigh=0.10, ankle=0.46, toe=0.18,
    neck=((0.26, 0.18), (0.36, 0.40), (0.33, 0.64), (0.40, 0.80)), neck_radius=(0.16, 0.085, 0.06, 0.058),
    neck_regions=("breast", "neck", "neck"), head=0.072, beak=0.09, beak_radius=0.032, beak_curve=25, eye=0.013, crest_kind="stalks",
    crest=0.11, tail_kind="train", tail=2.0, tail_width=0.13, wing=0.58, habits=(("display", 0.45),))
PEACOCK_COAT = Plumage((36, 110, 96), grain=0.08, back=-0.1, belly=(40, 52, 60), regions={"eye": (24, 18, 14), "beak": (150, 140, 124),
    "shank": (140, 128, 112), "neck": (20, 66, 176), "breast": (20, 70, 172), "head": (24, 72, 178), "crest": (24, 60, 120),
    "crest_tip": (30, 110, 170), "wing": ((196, 178, 148), (190, 170, 140), (150, 92, 50)), "flight": (150, 92, 54),
    "primary": (160, 100, 60), "rump": (60, 140, 70), "train": ((44, 112, 60), (62, 124, 56), (96, 116, 52)), "bronze": (150, 118, 44),
    "ocellus": (18, 70, 150)},
    marks=(Bars(("wing",), 0.26, (40, 36, 34), 0.4), Spot("head", (0.55, 0.05, 0.8), (0.8, 0.34, 0.6), (236, 236, 234))))
EAGLE = BirdShape(pitch=46, breast=0.235, vent=0.13, stand=0.64, hip=-0.10, shank=0.030, thigh=0.15, ankle=0.22, toe=0.18,
    neck=((0.22, 0.28), (0.30, 0.48)), neck_radius=(0.185, 0.12), head=0.115, head_stretch=0.10, look=-4, beak=0.185, beak_radius=0.062,
    beak_curve=88, beak_late=2.2, beak_bulge=0.9, brow=True, eye=0.022, tail=0.56, tail_width=0.14, tail_drop=24, tail_spread=12,
    wing=0.72, span=4.6, chord=0.86, habits=(("fly", 0.35),))
EAGLE_COAT = Plumage((62, 46, 36), grain=0.14, back=-0.1, regions={"eye": (232, 206, 110), "beak": (240, 186, 40),
    "shank": (236, 182, 46), "neck": (240, 238, 232), "head": (242, 240, 235), "breast": (66, 48, 38), "wing": (84, 62, 46),
    "flight": (44, 34, 28), "tail": (240, 238, 233), "rump": (226, 222, 214), "thigh": (56, 42, 33)})
VULTURE = BirdShape(pitch=42, breast=0.27, vent=0.15, stand=0.66, hip=-0.08, shank=0.030, thigh=0.14, ankle=0.26, toe=0.17,
    neck=((0.22, 0.26), (0.40, 0.38), (0.42, 0.56), (0.52, 0.68)), neck_radius=(0.15, 0.075, 0.058, 0.062), ruff=0.14, head=0.078,
    head_stretch=0.08, look=-12, beak=0.14, beak_radius=0.052, beak_curve=85, beak_late=2.4, beak_bulge=0.9, eye=0.014, tail=0.34,
    tail_width=0.13, tail_drop=14, wing=0.88, span=5.0, chord=0.95, folded_neck=True, habits=(("fly", 0.35), ("feed", 0.15)))
VULTURE_COAT = Plumage((138, 108, 80), grain=0.12, regions={"eye": (120, 90, 50), "beak": (120, 118, 116), "shank": (120, 116, 112),
    "neck": (206, 170, 158), "head": (212, 190, 178), "ruff": (228, 214, 192), "breast": (150, 118, 90), "wing": (150, 118, 86),
    "flight": (50, 42, 38), "tail": (46, 39, 36), "thigh": (142, 112, 84)})
OWL = BirdShape(pitch=74, breast=0.30, vent=0.15, stand=0.64, hip=-0.30, shank=0.040, thigh=0.13, ankle=0.16, toe=0.13,
    neck=((0.09, 0.40), (0.12, 0.62)), neck_radius=(0.27, 0.25), head=0.285, head_stretch=0.0, look=-2, disc=0.92, beak=0.03,
    beak_radius=0.036, beak_curve=80, beak_late=1, eye=0.036, tail=0.46, tail_width=0.13, tail_drop=44, wing=0.72, span=4.0, chord=0.92,
    habits=(("fly", 0.25),))
OWL_COAT = Plumage((136, 130, 122), grain=0.12, back=0.05, regions={"eye": (244, 206, 44), "beak": (226, 196, 90),
    "shank": (150, 144, 134), "disc": (206, 200, 190), "rim": (48, 43, 40), "head": (122, 116, 108), "belly": (176, 170, 160),
    "breast": (158, 152, 142), "wing": (118, 112, 104), "flight": (128, 120, 110), "tail": (124, 117, 108)},
    marks=(Spot("head", (1.0, 0.03, 0.0), (0.62, 1.02, 1.12), (46, 41, 38)), Spot("head", (1.0, 0.03, 0.40), (0.8, 0.52, 0.55),
    (206, 200, 190)), *(Spot("head", (0.95, 0.05, 0.42), (0.9, r, r), c) for r, c in ((0.37, (112, 106, 100)), (0.31, (206, 200, 190)),
    (0.22, (96, 90, 84)))), Spot("head", (1.2, 0.0, 0.10), (0.9, 0.42, 0.10), (236, 233, 226)),
    Spot("head", (1.0, -0.75, 0.22), (0.8, 0.16, 0.2), (238, 236, 230)),
    Speckles(("breast", "belly", "trunk", "neck"), 0.26, (72, 66, 60), 0.4),
    Bars(("wing", "flight", "primary", "tail"), 0.34, (70, 64, 60), 0.4)))
MACAW = BirdShape(pitch=30, breast=0.25, vent=0.12, stand=0.46, shank=0.028, thigh=0.09, ankle=0.22, toe=0.14,
    neck=((0.22, 0.22), (0.32, 0.40)), neck_radius=(0.22, 0.17), head=0.175, head_stretch=0.05, look=-10, beak=0.20, beak_radius=0.12,
    beak_curve=120, beak_late=0.9, beak_bulge=0.80, eye=0.02, tail=1.25, tail_width=0.085, tail_drop=16, tail_step=0.45, tail_spread=5,
    wing=0.74, span=4.0, chord=0.62, fly_pitch=8, habits=(("perch", 0.3), ("fly", 0.3)))
MACAW_COAT = Plumage((206, 32, 30), grain=0.06, back=0.0, regions={"eye": (236, 226, 150), "beak": (232, 222, 200),
    "beak_low": (30, 28, 28), "shank": (60, 56, 56), "wing": ((206, 32, 30), (240, 190, 40), (240, 196, 44), (40, 104, 190)),
    "flight": (34, 88, 180), "primary": (28, 66, 158), "rump": (90, 160, 214), "tail": ((196, 28, 28), (190, 26, 28)),
    "tail_side": (40, 96, 186)}, marks=(Spot("head", (0.75, -0.05, 0.75), (0.55, 0.55, 0.6), (240, 234, 226)),))
COCKATOO = replace(MACAW, tail=0.5, tail_width=0.12, tail_step=0.1, tail_spread=9, beak=0.14, beak_radius=0.095, crest_kind="fan",
    crest=0.30, pitch=38, stand=0.50, eye=0.024, habits=(("perch", 0.2), ("fly", 0.25)))
COCKATOO_COAT = Plumage((243, 242, 238), grain=0.03, back=0.02, regions={"eye": (30, 24, 22), "beak": (44, 43, 46), "shank": (70, 68, 70),
    "crest": ((248, 226, 90), (248, 210, 40)), "flight": (240, 238, 226)},
    marks=(Spot("head", (0.0, -0.25, 0.9), (0.45, 0.4, 0.4), (246, 232, 170)),))
GREY_PARROT = replace(MACAW, tail=0.36, tail_width=0.11, tail_step=0.05, tail_spread=9, beak=0.14, beak_radius=0.085, pitch=38,
    stand=0.48, eye=0.022, habits=(("perch", 0.25), ("fly", 0.15)))
GREY_PARROT_COAT = Plumage((142, 146, 150), grain=0.12, belly=(168, 171, 174), regions={"eye": (236, 226, 160), "beak": (30, 30, 32),
    "shank": (80, 80, 82), "wing": (120, 124, 130), "flight": (74, 78, 84), "tail": (204, 34, 30), "rump": (186, 40, 36),
    "head": (160, 164, 168)}, marks=(Spot("head", (0.7, 0.2, 0.8), (0.6, 0.42, 0.5), (228, 229, 230)),))
TOUCAN = BirdShape(pitch=34, breast=0.25, vent=0.12, stand=0.46, shank=0.024, thigh=0.09, ankle=0.26, toe=0.14,
    neck=((0.22, 0.22), (0.34, 0.38)), neck_radius=(0.21, 0.165), head=0.165, head_stretch=0.04, look=-6, beak=0.64, beak_radius=0.125,
    beak_curve=44, beak_late=2.0, beak_bulge=0.88, eye=0.024, tail=0.52, tail_width=0.10, tail_drop=14, wing=0.62, span=2.9, chord=0.58,
    habits=(("perch", 0.25), ("fly", 0.15)))
TOUCAN_COAT = Plumage((24, 24, 26), grain=0.10, back=-0.2, regions={"eye": (40, 60, 140),
    "beak": ((246, 176, 40), (248, 150, 28), (244, 130, 24), (244, 120, 24), (30, 22, 20)), "beak_low": ((244, 150, 30), (226, 84, 24)),
    "shank": (96, 116, 150), "rump": (236, 236, 232)},
    marks=(Spot("head", (0.25, -1.0, 0.0), (1.5, 1.15, 1.2), (244, 242, 234)), Spot("trunk", (1.6, 0.35, 0.0), (0.75, 0.62, 0.75),
    (244, 242, 234)), Spot("head", (0.75, 0.2, 0.85), (0.42, 0.42, 0.5), (242, 150, 44))))
HORNBILL = replace(TOUCAN, pitch=28, stand=0.50, breast=0.22, neck=((0.22, 0.18), (0.38, 0.36), (0.42, 0.50)),
    neck_radius=(0.18, 0.11, 0.10), head=0.125, head_stretch=0.07, look=-14, beak=0.56, beak_radius=0.105, beak_curve=46, beak_late=1.3,
    beak_bulge=0.76, casque=0.32, tail=0.85, tail_width=0.12, tail_drop=14, wing=0.66, span=3.7, chord=0.72)
HORNBILL_COAT = Plumage((28, 27, 29), grain=0.10, back=-0.2, regions={"eye": (190, 40, 30),
    "beak": ((236, 206, 110), (240, 196, 70), (236, 170, 60)), "casque": (246, 190, 50), "shank": (110, 112, 106),
    "neck": (240, 210, 130), "head": (30, 29, 30), "breast": (28, 27, 29), "wing": (28, 27, 29),
    "flight": ((28, 27, 29), (28, 27, 29), (28, 27, 29), (238, 236, 230)), "rump": (236, 235, 230),
    "tail": ((238, 237, 232), (238, 237, 232), (26, 25, 27), (26, 25, 27), (238, 237, 232))},
    marks=(Spot("wing", (-0.6, -0.05, 0.9), (0.28, 0.9, 0.6), (244, 234, 196)), Spot("head", (0.5, -0.1, 0.0), (0.95, 1.0, 1.2), (26, 25,
    27)), Spot("trunk", (-1.8, -0.8, 0.0), (0.8, 0.7, 0.9),
    (236, 235, 230))))
LANDBIRDS = (
    row("ostrich", "common ostrich, Struthio camelus, savanna", OSTRICH, OSTRICH_COAT, "Struthioniformes", "dry_grass", (1.75, 2.75)),
    row("cock", "domestic cock, Gallus gallus domesticus, farmyard and meadow", COCK, COCK_COAT, "Galliformes", "green_grass",
        (0.45, 0.65)),
    row("hen", "domestic hen, Gallus gallus domesticus, farmyard and meadow", HEN, HEN_COAT, "Galliformes", "dirt", (0.34, 0.46)),
    row("turkey", "wild turkey, Meleagris gallopavo, forest edge", TURKEY, TURKEY_COAT, "Galliformes", "leaf_litter", (0.90, 1.20)),
    row("black_grouse", "black grouse, Lyrurus tetrix, moor and forest edge", GROUSE, GROUSE_COAT, "Galliformes", "dry_grass",
        (0.32, 0.42)),
    row("partridge", "grey partridge, Perdix perdix, field", PARTRIDGE, PARTRIDGE_COAT, "Galliformes", "dry_grass", (0.22, 0.29)),
    row("peacock", "Indian peafowl, Pavo cristatus, forest edge", PEACOCK, PEACOCK_COAT, "Galliformes", "green_grass", (0.90, 1.20)),
    row("bald_eagle", "bald eagle, Haliaeetus leucocephalus, lake and coast", EAGLE, EAGLE_COAT, "Accipitriformes", "gravel_rock",
        (0.70, 0.95)),
    row("vulture", "griffon vulture, Gyps fulvus, mountains", VULTURE, VULTURE_COAT, "Accipitriformes", "gravel_rock", (0.75, 1.05)),
    row("great_grey_owl", "great grey owl, Strix nebulosa, boreal forest", OWL, OWL_COAT, "Strigiformes", "snow", (0.50, 0.70)),
    row("macaw", "scarlet macaw, Ara macao, rainforest", MACAW, MACAW_COAT, "Psittaciformes", "leaf_litter", (0.36, 0.48)),
    row("cockatoo", "sulphur-crested cockatoo, Cacatua galerita, woodland", COCKATOO, COCKATOO_COAT, "Psittaciformes", "green_grass",
        (0.36, 0.48)),
    row("grey_parrot", "grey parrot, Psittacus erithacus, rainforest", GREY_PARROT, GREY_PARROT_COAT, "Psittaciformes", "leaf_litter",
        (0.24, 0.32)),
    row("toucan", "toco toucan, Ramphastos toco, woodland", TOUCAN, TOUCAN_COAT, "Piciformes", "leaf_litter", (0.32, 0.42)),
    row("hornbill", "great hornbill, Buceros bicornis, rainforest", HORNBILL, HORNBILL_COAT, "Bucerotiformes", "leaf_litter",
        (0.55, 0.75)),
)
