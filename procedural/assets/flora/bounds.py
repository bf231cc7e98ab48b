"""The range of every number of every kind: what is allowed, so that no build can exhaust a machine."""

from __future__ import annotations

from collections.abc import Mapping

Range = tuple[float, float]

UNIT: Range = (0.0, 1.0)
FULL: Range = (0.3, 1.0)  # fullness: share of the leaves that the budget of triangles allows
SEASON: Range = (0.0, 3.0)
EVERYWHERE: dict[str, Range] = {"height": (0.05, 40.0), "seed": (0, 2**31 - 1)}

BOUNDS: dict[str, dict[str, Range]] = {
    "acacia": {"spread": (0.8, 1.4), "fork": (2.4, 3.6), "fullness": FULL, "dryness": UNIT},
    "oak": {"spread": (0.8, 1.3), "fullness": FULL, "olive": UNIT, "season": SEASON},
    "maple": {"spread": (0.7, 1.3), "fullness": FULL, "redness": UNIT, "season": SEASON},
    "birch": {"slenderness": (0.7, 1.2), "fullness": FULL, "season": SEASON},
    "poplar": {"width": (0.7, 1.3), "fullness": FULL, "season": SEASON},
    "willow": {"spread": (0.8, 1.3), "curtain": (0.5, 1.0), "season": SEASON},
    "pine": {"width": (0.7, 1.3), "fullness": FULL, "start": (0.35, 0.7), "blueness": UNIT},
    "spruce": {"width": (0.5, 1.2), "fullness": FULL, "start": (0.02, 0.2), "blueness": UNIT},
    "larch": {"width": (0.5, 1.2), "fullness": FULL, "start": (0.05, 0.3), "season": SEASON},
    "cypress": {"width": (0.6, 1.3), "fullness": FULL},
    "eucalyptus": {"spread": (0.6, 1.2), "fullness": FULL, "greyness": UNIT},
    "baobab": {"girth": (0.7, 1.4), "fullness": FULL, "season": SEASON},
    "joshua": {"spread": (0.7, 1.3), "skirt": UNIT},
    "snag": {"spread": (0.7, 1.2), "brightness": (90, 160)},
    "palm": {"count": (12, 40), "bend": (0, 0.4), "thickness": (0.12, 0.3), "droop": (0.8, 2.0)},
    "banana": {"count": (5, 12), "suckers": (0, 4), "torn": UNIT},
    "mangrove": {"spread": (0.8, 1.4), "roots": (8, 40), "fullness": FULL},
    "saguaro": {"arms": (0, 8), "girth": (0.3, 0.6)},
    "shrub": {"width": (0.9, 1.8), "fullness": FULL, "leaf": (0.06, 0.13), "olive": UNIT, "season": SEASON},
    "thorn_bush": {"spread": (0.9, 1.6), "fullness": FULL, "dryness": UNIT},
    "sagebrush": {"width": (0.9, 2.0), "fullness": FULL, "silver": UNIT, "bloom": UNIT},
    "holly": {"width": (0.7, 1.4), "fullness": FULL, "berries": UNIT},
    "gorse": {"width": (0.9, 1.8), "fullness": FULL, "bloom": UNIT},
    "bramble": {"spread": (0.8, 1.5), "canes": (20, 70), "berries": UNIT, "season": SEASON},
    "juniper": {"flatness": UNIT, "fullness": FULL, "blueness": UNIT, "berries": UNIT},
    "heather": {"width": (1.0, 2.5), "shoots": (120, 420), "bloom": UNIT, "purple": UNIT},
    "tussock": {"count": (300, 1500), "spread": (0.08, 0.35), "droop": (0.3, 2.0), "dryness": UNIT, "plumes": (0, 40)},
    "reed": {"count": (40, 140), "spread": (0.15, 0.6), "dryness": UNIT},
    "cattail": {"count": (20, 70), "spread": (0.15, 0.6), "dryness": UNIT},
    "papyrus": {"count": (10, 36), "spread": (0.08, 0.4), "rays": (20, 60)},
    "bamboo": {"count": (12, 40), "spread": (0.05, 0.25), "gold": UNIT},
    "fern": {"count": (10, 36), "lean": (0.3, 0.9), "droop": (0.6, 1.4), "yellow": UNIT},
    "prickly_pear": {"pads": (10, 50), "fruits": UNIT},
    "agave": {"count": (20, 60), "spread": (1.1, 1.6), "blueness": UNIT, "yellow": UNIT},
}


def checked(kind: str, numbers: Mapping[str, float]) -> dict[str, float]:
    """The numbers of a kind as floats; ValueError names the one that is out of its range."""
    ranges = BOUNDS[kind] | EVERYWHERE
    for name, value in numbers.items():
        low, high = ranges[name]
        if not low <= value <= high:
            raise ValueError(f"{name} of {kind} is {value}; allowed: {low} to {high}")
    return {name: float(value) for name, value in numbers.items()}
