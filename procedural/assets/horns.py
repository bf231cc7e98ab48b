"""Horns and antlers: a curve of control points a kind, in units of the horn's length, in the frame of a head that looks ahead.

Points are (aside, upward, forward) from the root; tines leave a beam at a place along it, palms are flat plates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from procedural.assets.capsules import Builder
from procedural.assets.quadruped_head import Head, surfaced
from procedural.assets.quadruped_shape import QuadrupedShape

Place = tuple[float, float, float]
LOOK = np.radians(35.0)  # pitch of the face at which 'upward' is the world's up


class Horn(NamedTuple):
    """One kind."""

    curve: tuple[Place, ...]
    tip: float = 0.2  # radius of the tip over that of the root
    tines: tuple[tuple[float, Place], ...] = ()  # (place on the curve, 0-1; tip)
    palm: tuple[Place, Place, float, Place] | None = None  # two ends, radius and normal of a plate
    middle: bool = False  # the roots meet on the brow (buffalo)


def smooth_curve(dots: np.ndarray, steps: int = 4) -> np.ndarray:
    """A Catmull-Rom curve through points (N, 3), `steps` stretches between two; returns ((N - 1) * steps + 1, 3)."""
    padded = np.concatenate([[2 * dots[0] - dots[1]], dots, [2 * dots[-1] - dots[-2]]])
    t, out = np.linspace(0, 1, steps, endpoint=False)[:, None], []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        out.append(b + 0.5 * t * (c - a) + t**2 * (a - 2.5 * b + 2 * c - 0.5 * d) + t**3 * (1.5 * (b - c) + 0.5 * (d - a)))
    return np.concatenate([*out, dots[-1:]])


def _helix(axis: Place, radius: float, turns: float) -> tuple[Place, ...]:
    """A corkscrew around a straight axis, narrowing to both ends."""
    t = np.linspace(0, 1, int(7 * turns) + 1)
    way = np.array(axis) / np.linalg.norm(axis)
    side = np.cross(way, [0.0, 0.0, 1.0])
    side /= np.linalg.norm(side)
    angle, wide = 2 * np.pi * turns * t, radius * np.minimum(1, 4 * t) * (1 - 0.5 * t)
    turned = np.sin(angle)[:, None] * side + (np.cos(angle)[:, None] - 1) * np.cross(way, side)
    line = t[:, None] * np.array(axis) + wide[:, None] * turned
    return tuple(tuple(p) for p in line.tolist())


def _curl(turn: float, radius: float, aside: float) -> tuple[Place, ...]:
    """A ram's horn: up, back, down and forward again through `turn` degrees."""
    angle, start = np.radians(np.linspace(0, turn, 10)), np.radians(35)
    shrink = np.linspace(1, 0.72, 10)
    up, fore = shrink * np.sin(angle + start) - np.sin(start), shrink * np.cos(angle + start) - np.cos(start)
    out = 0.12 + aside * (np.linspace(0, 1, 10) ** 1.3)
    return tuple(zip((out - 0.12).tolist(), (radius * up).tolist(), (radius * fore).tolist(), strict=True))


HORNS: dict[str, Horn] = {
    "antelope": Horn(((0, 0, 0), (0.10, 0.40, -0.20), (0.18, 0.75, -0.38), (0.20, 1.0, -0.30))),
    "bison": Horn(((0, 0, 0), (0.55, 0.02, 0.0), (0.85, 0.40, 0.05), (0.72, 0.85, 0.0)), 0.15),
    "buffalo": Horn(((0, 0, 0), (0.45, -0.18, 0), (0.95, -0.12, 0), (1.1, 0.28, 0), (0.9, 0.55, 0)), 0.12, middle=True),
    "cow": Horn(((0, 0, 0), (0.6, 0.1, 0.0), (0.95, 0.5, 0.15)), 0.2),
    "crescent": Horn(((0, 0, 0), (0.50, -0.02, -0.22), (0.95, 0.08, -0.55), (1.05, 0.28, -0.90), (0.90, 0.42, -1.1)), 0.12),
    "goat": Horn(((0, 0, 0), (0.08, 0.55, -0.08), (0.15, 1.0, -0.38))),
    "hartebeest": Horn(((0, 0, 0), (0.10, 0.30, -0.10), (0.42, 0.45, 0.05), (0.40, 0.72, 0.10), (0.30, 1.0, -0.22))),
    "hook": Horn(((0, 0, 0), (0.45, -0.12, 0.05), (0.80, 0.05, 0.05), (0.85, 0.40, 0.0), (0.70, 0.65, 0.0)), 0.15, middle=True),
    "ibex": Horn(((0, 0, 0), (0.08, 0.45, 0.0), (0.18, 0.82, -0.30), (0.26, 0.92, -0.72), (0.30, 0.74, -1.05)), 0.25),
    "lyre": Horn(((0, 0, 0), (0.12, 0.22, -0.06), (0.48, 0.46, -0.38), (0.55, 0.72, -0.38), (0.40, 1.0, -0.15))),
    "musk": Horn(((0, 0, 0), (0.40, -0.10, 0.0), (0.62, -0.55, 0.08), (0.78, -0.55, 0.30), (0.90, -0.20, 0.42)), 0.15, middle=True),
    "pronghorn": Horn(((0, 0, 0), (0.15, 0.5, 0.05), (0.22, 0.85, 0.08), (0.12, 1.0, -0.15)), 0.3, ((0.5, (0.16, 0.62, 0.32)),)),
    "ram": Horn(_curl(285, 0.50, 0.62), 0.2),
    "roe": Horn(((0, 0, 0), (0.10, 0.5, -0.05), (0.14, 1.0, -0.08)), 0.3, ((0.5, (0.12, 0.72, 0.22)), (0.7, (0.14, 0.88, -0.32)))),
    "sabre": Horn(((0, 0, 0), (0.08, 0.45, -0.02), (0.15, 0.80, -0.30), (0.20, 0.95, -0.72), (0.20, 0.86, -1.10))),
    "spiral": Horn(_helix((0.36, 0.84, -0.42), 0.12, 2.4), 0.2),
    "straight": Horn(((0, 0, 0), (0.08, 0.5, -0.36), (0.17, 1.0, -0.72)), 0.15),
    "twist": Horn(_helix((0.22, 0.86, -0.46), 0.02, 3.0), 0.2),
    "yak": Horn(((0, 0, 0), (0.60, 0.02, 0.12), (1.0, 0.45, 0.18), (0.95, 0.95, -0.08)), 0.15),
    "antlers": Horn(
        ((0, 0, 0), (0.25, 0.35, -0.28), (0.48, 0.68, -0.25), (0.5, 1.0, 0.05)), 0.3,
        ((0.05, (0.15, 0.25, 0.38)), (0.36, (0.35, 0.62, 0.22)), (0.5, (0.6, 0.85, 0.25)), (0.72, (0.85, 0.95, -0.25))),
    ),
    "fallow": Horn(
        ((0, 0, 0), (0.18, 0.32, -0.28), (0.42, 0.62, -0.30)), 0.8,
        ((0.1, (0.15, 0.25, 0.35)), (0.6, (0.38, 0.62, 0.05)), (1.0, (0.62, 1.20, -0.42)), (1.0, (0.50, 1.12, 0.12))),
        ((0.44, 0.66, -0.29), (0.54, 1.02, -0.14), 0.21, (0.85, -0.15, 0.45)),
    ),
    "moose": Horn(
        ((0, 0, 0), (0.35, -0.02, 0.02), (0.55, 0.10, 0.0)), 0.9,
        ((0.8, (0.62, 0.22, 0.52)), (0.9, (0.82, 0.28, 0.44)), (1.0, (1.12, 0.42, 0.20)), (1.0, (1.28, 0.62, -0.05)),
         (1.0, (1.26, 0.80, -0.30)), (1.0, (1.05, 0.92, -0.52))),
        ((0.66, 0.20, -0.02), (0.96, 0.54, -0.28), 0.27, (-0.62, 0.70, 0.10)),
    ),
    "reindeer": Horn(
        ((0, 0, 0), (0.18, 0.30, -0.42), (0.48, 0.62, -0.58), (0.55, 1.0, -0.18)), 0.35,
        ((0.03, (0.04, 0.14, 0.42)), (0.2, (0.30, 0.42, 0.16)), (0.26, (0.42, 0.52, 0.10)), (0.75, (0.72, 1.05, -0.62)),
         (0.85, (0.62, 1.20, -0.42)), (0.95, (0.42, 1.15, 0.08))),
    ),
}  # fmt: skip


def _curved(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """The kinds of the table."""
    horn = HORNS[s.horns]
    half = s.skull * s.head_width
    root = h.crown + h.up * s.skull * 0.8 + np.array([half * (0.1 if horn.middle else 0.4), 0, 0])
    rise, fore = h.up * np.cos(LOOK) - h.out * np.sin(LOOK), h.up * np.sin(LOOK) + h.out * np.cos(LOOK)
    frame = s.horn_length * np.stack([[1.0, 0, 0], rise, fore])
    line = root + (smooth_curve(np.array(horn.curve)) if len(horn.curve) < 9 else np.array(horn.curve)) @ frame
    radii = [float(r) for r in s.horn_radius * np.linspace(1, horn.tip, len(line))]
    k.path("horn", "head", "horn", list(line), radii, pair=True)
    for place, tip in horn.tines:
        i = int(place * (len(line) - 1))
        k.both("horn", "head", "horn", line[i], root + np.array(tip) @ frame, radii[i] * 0.75, s.horn_radius * 0.2)
    if horn.palm:
        a, b, radius, normal = horn.palm
        ends = root + np.array(a) @ frame, root + np.array(b) @ frame
        size = radius * s.horn_length
        k.both("horn", "head", "horn", *ends, size * 0.75, size, squash=0.14, axis=tuple(np.array(normal) @ frame / s.horn_length))


def _ossicones(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """A giraffe's two knobs."""
    at = h.crown + h.up * s.skull * 0.8 + np.array([s.skull * s.head_width * 0.4, 0, 0])
    middle, end = (at + s.horn_length * np.array(p) for p in ((0.12, 0.35, 0.75), (0.13, 0.4, 0.9)))
    k.both("horn", "head", "ear", at, middle, 0.014, 0.011)
    k.both("horn", "head", "horn", middle, end, 0.015, 0.015)


def _rhino(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """Horns on the nose: a long one, and a short one behind it."""
    for place, share in ((0.90, 1.0), (0.60, 0.42)) if s.horns == "rhino" else ((0.90, 1.0),):
        foot = surfaced(k, h.crown + h.out * (s.head_length - s.muzzle) * place, h.up) - h.up * 0.02
        long = s.horn_length * share
        dots = np.array([foot, foot + long * (h.up * 0.55 + h.out * 0.18), foot + long * (h.up * 1.0 + h.out * 0.05)])
        wide = s.horn_radius * (0.55 + 0.45 * share)
        k.path("horn", "head", "horn", list(dots), [wide, wide * 0.6, wide * 0.12])


SPECIAL: dict[str, Callable[[Builder, QuadrupedShape, Head], None]] = {"ossicones": _ossicones, "rhino": _rhino, "one_horn": _rhino}


def add_horns(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """Horns of a row; ValueError for an unknown kind."""
    if s.horns not in HORNS and s.horns not in SPECIAL:
        raise ValueError(f"horns {s.horns!r}: allowed are {', '.join((*HORNS, *SPECIAL))}")
    SPECIAL.get(s.horns, _curved)(k, s, h)
