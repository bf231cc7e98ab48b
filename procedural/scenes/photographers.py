"""Who photographs animals: how high they hold the camera, which lens is on it, and how large they want the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from procedural.chance import log_uniform, pick

LENSES: Mapping[str, tuple[float, float]] = {"tele": (10, 20), "normal": (20, 45), "wide": (45, 75)}  # degrees, vertical
LONGEST, WIDEST = 10.0, 75.0  # degrees
FARTHEST = 90.0  # metres from camera to subject


@dataclass(frozen=True)
class Photographer:
    """One way of taking pictures."""

    height: tuple[float, float]  # metres of the camera over the ground
    lenses: Mapping[str, float]  # name in LENSES -> share
    nearest: float  # metres that the camera keeps from an animal
    fill: tuple[float, float]  # share of the frame that the subject's longer side takes
    down: tuple[float, float] | None = None  # degrees under the horizon; None: as it comes
    meant: bool = True  # whether there is a subject


PHOTOGRAPHERS: Mapping[str, Photographer] = {
    "standing": Photographer((1.4, 1.8), {"tele": 0.35, "normal": 0.4, "wide": 0.25}, 1.4, (0.15, 0.85)),
    "low": Photographer((0.2, 0.6), {"tele": 0.4, "normal": 0.35, "wide": 0.25}, 1.0, (0.2, 0.85)),
    "vehicle": Photographer((1.8, 2.6), {"tele": 0.55, "normal": 0.35, "wide": 0.1}, 4.0, (0.15, 0.85)),
    "hide": Photographer((0.8, 1.4), {"tele": 0.75, "normal": 0.25}, 3.0, (0.2, 0.85)),
    "drone": Photographer((8, 40), {"normal": 0.6, "wide": 0.4}, 8.0, (0.12, 0.5), down=(20, 70)),
    "passer-by": Photographer((1.3, 1.8), {"normal": 0.3, "wide": 0.7}, 1.0, (0.0, 1.0), meant=False),
}


@dataclass(frozen=True)
class Wish:
    """What a photographer wants of one picture."""

    height: float  # metres
    fov: float  # degrees
    fill: float  # of the frame, by the subject's longer side
    spot: tuple[float, float]  # where the subject's middle goes, from the frame's middle: right and down, as shares of it
    down: float | None  # degrees under the horizon, of the line to the subject
    sky: float | None  # where the horizon goes if it fits, as a share of the frame from its top


def wish(photographer: Photographer, rng: np.random.Generator) -> Wish:
    """Height, lens, and composition: the subject in the middle or on a third, and often with a strip of sky."""
    lens = pick(photographer.lenses, rng) or "normal"
    low, high = photographer.fill
    if rng.random() < 0.3:  # on a third
        spot = (float(rng.choice([-1, 1])) / 6 + rng.normal(0, 0.02), float(rng.choice([0, 0, 1])) / 6 + rng.normal(0, 0.03))
    else:
        spot = (float(np.clip(rng.normal(0, 0.06), -0.15, 0.15)), float(np.clip(rng.normal(0.01, 0.06), -0.15, 0.15)))
    return Wish(
        height=log_uniform(rng, *photographer.height),
        fov=log_uniform(rng, *LENSES[lens]),
        fill=low + (high - low) * float(rng.beta(1.6, 1.4)),
        spot=spot,
        down=rng.uniform(*photographer.down) if photographer.down else None,
        sky=rng.uniform(0.04, 0.4) if rng.random() < 0.6 else None,
    )
