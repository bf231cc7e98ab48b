"""Long hair: manes, beards, throats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from procedural.assets.capsules import Builder
from procedural.assets.quadruped_head import FACE, Head
from procedural.assets.quadruped_shape import QuadrupedShape


def _nape(s: QuadrupedShape, h: Head, y0: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Withers, top of the neck behind the ears, and the way the neck's crest points."""
    tilt = np.radians(s.neck_angle)
    normal = np.array([0, np.sin(tilt), np.cos(tilt)])
    return np.array([0, y0 + 0.10, 1.0]), h.crown + normal * s.neck_top * 1.05, normal


def _crest(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """A stiff upright brush (zebra)."""
    root, top, normal = _nape(s, h, y0)
    dots = [root, (root + top) / 2 + normal * 0.015, top, top + h.out * 0.10 + h.up * 0.03]
    k.path("neck", "chest", "mane", dots, [0.03, 0.065, 0.065, 0.03], squash=0.45)


def _giraffe(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """A short thin brush along a long neck."""
    dots = [np.array([0, y0 + 0.02, 0.97]), h.crown - h.out * s.skull * 0.9]
    k.path("neck", "chest", "mane", dots, [0.016, 0.016], squash=0.5)


def _lion(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """A full ring around the face, over neck and chest."""
    r, centre = s.skull * 1.05, h.crown - h.out * s.skull * 0.35
    for angle in np.radians(np.arange(0, 360, 40)):
        at = centre + r * 1.12 * (np.array([np.sin(angle), 0, 0]) + np.cos(angle) * h.up) - h.up * r * 0.25
        k.add("head", "neck", "mane", at, at - h.out * r * 0.8, r * 0.62, r * 0.75, 0.04, shag=0.03)
    chest = np.array([0, y0 - 0.12, 0.66])
    k.add("neck", "chest", "mane", centre - h.out * r * 0.6, np.array([0, y0 + 0.12, 0.80]), r * 1.7, r * 1.45, 0.06, shag=0.03)
    k.add("neck", "chest", "mane", centre - h.up * r * 1.2, chest, r * 1.25, r * 1.05, 0.06, shag=0.03)


def _fall(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """Hair that falls to one side of the neck, and a forelock (horse, wildebeest)."""
    root, top, normal = _nape(s, h, y0)
    sheet, radii = [], []
    for f in np.linspace(0.0, 1.0, 5):
        thick = s.neck_base + f * (s.neck_top - s.neck_base)
        sheet.append(root + f * (top - root) + np.array([thick * 0.42, 0, 0]) - normal * thick * (0.10 + 0.35 * np.sin(np.pi * f)))
        radii.append(thick * (0.30 + 0.42 * np.sin(np.pi * min(1.0, f + 0.2) * 0.8)))
    k.path("neck", "chest", "mane", sheet, radii, squash=0.42)
    k.path("neck", "chest", "mane", [root, (root + top) / 2 + normal * 0.01, top], [0.025, 0.045, 0.045], squash=0.6)
    brow = [top, h.crown + h.up * s.skull * 0.95 + h.out * 0.05, h.crown + h.up * s.skull * 0.8 + h.out * 0.16]
    k.path("head", "neck", "mane", brow, [0.03, 0.032, 0.012])


def _cape(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """Shaggy hair over shoulders, neck and brow (bison, baboon)."""
    wide = {"shag": max(s.shag, 0.012), "squash": 0.85}
    k.add("chest", "trunk", "mane", (0, y0 - 0.02, 0.78), (0, y0 + 0.20, 0.74), 0.24, 0.22, 0.08, **wide)
    k.add("neck", "chest", "mane", np.array([0, y0 - 0.02, 0.76]), h.crown - h.out * s.skull * 0.4, 0.24, s.skull * 1.18, 0.06, **wide)
    brow = h.crown + h.up * s.skull * 0.45
    ends = brow - h.out * s.skull * 0.2, brow + h.out * s.skull * 0.3
    k.add("head", "neck", "mane", *ends, s.skull * 0.75, s.skull * 0.6, 0.03, mesh=FACE, shag=0.006)


def _ridge(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """Bristles from between the ears to the middle of the back (boar, hyena)."""
    root, top, normal = _nape(s, h, y0)
    back = np.array([0, y0 + 0.30 * s.length, (1 + s.rump) / 2 + 0.005 - s.sag])
    dots = [top + h.out * 0.05, top, (top + root) / 2 + normal * 0.01, root + [0, 0, 0.01], back]
    k.path("neck", "chest", "mane", dots, [0.012, 0.035, 0.045, 0.04, 0.012], squash=0.55)


MANES: dict[str, Callable[[Builder, QuadrupedShape, Head, float], None]] = {
    "cape": _cape,
    "crest": _crest,
    "fall": _fall,
    "giraffe": _giraffe,
    "lion": _lion,
    "ridge": _ridge,
}


def add_hair(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """Mane, beard and throat of a row; ValueError for an unknown mane."""
    if s.mane and s.mane not in MANES:
        raise ValueError(f"mane {s.mane!r}: allowed are '' and {', '.join(MANES)}")
    if s.mane:
        MANES[s.mane](k, s, h, y0)
    if s.beard:
        _add_beard(k, s, h)
    if s.throat:
        _add_throat(k, s, h, y0)


def _add_beard(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """A tuft under the chin."""
    chin = h.crown + h.out * (s.head_length * 0.62) - h.up * s.muzzle * 1.1
    dots = [chin + s.beard * np.array(p) for p in ((0, 0, 0), (0, 0.15, -0.55), (0, 0.1, -1.0))]
    k.path("jaw", "head", "beard", dots, [s.beard * r for r in (0.26, 0.22, 0.05)], squash=0.6)


def _add_throat(k: Builder, s: QuadrupedShape, h: Head, y0: float) -> None:
    """Hair or a dewlap under the neck, from the chest to the jaw."""
    tilt = np.radians(s.neck_angle)
    below = np.array([0, -np.sin(tilt), -np.cos(tilt)])
    root = np.array([0, y0 - 0.05, 1 - s.neck_drop]) + below * s.neck_base * 0.75
    jaw = h.crown - h.out * s.skull * 0.1 - h.up * s.skull * 0.8
    middle = (root + jaw) / 2 + below * s.throat * 0.35
    for a, b, ra, rb in ((root, middle, 1.0, 0.85), (middle, jaw, 0.85, 0.5)):
        k.add("neck", "chest", "throat", a, b, s.throat * ra, s.throat * rb, 0.05, squash=0.6, shag=s.shag)
