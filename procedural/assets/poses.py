"""What a four-legged animal may be doing, and what that does to its trunk, neck and limbs before it is meshed.

Units are the height at the withers, angles degrees; -y is ahead, z = 0 the ground.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from procedural.assets.capsules import Capsule
from procedural.assets.distances import extent
from procedural.assets.limbs import LIMBS, folded_fore, folded_hind, hanging, planted, standing
from procedural.assets.quadruped_shape import QuadrupedShape

ARCH = 0.14  # rise of a sitting animal's back
STEEPEST = 44.0  # of the trunk of a sitting animal
UPRIGHT = 56.0  # of the trunk of an animal on its haunches
LOWEST_NECK = -58.0  # under the horizontal, of a grazing animal


class Seat(NamedTuple):
    """Where a pose carries the trunk: turned nose-up about x, then shifted."""

    pitch: float = 0.0  # degrees, nose up
    about: tuple[float, float] = (0.0, 0.0)  # (y, z) of the axis
    shift: tuple[float, float] = (0.0, 0.0)  # (y, z)

    def matrix(self) -> np.ndarray:
        """(3, 3) rotation."""
        c, s = np.cos(np.radians(self.pitch)), np.sin(np.radians(self.pitch))
        return np.array([[1, 0, 0], [0, c, s], [0, -s, c]])

    def place(self, p: np.ndarray) -> np.ndarray:
        """Points (..., 3) of the standing trunk as the pose carries them."""
        middle = np.array([0.0, *self.about])
        return (np.asarray(p, float) - middle) @ self.matrix().T + middle + [0.0, *self.shift]

    def moved(self, c: Capsule) -> Capsule:
        """A capsule of the trunk or of what grows on it."""
        return c._replace(a=self.place(c.a), b=self.place(c.b), axis=tuple(self.matrix() @ c.axis))


def bent(s: QuadrupedShape) -> QuadrupedShape:
    """The row with the back as the pose bends it: rounded when sitting, which brings rump and shoulders closer together."""
    if s.pose not in ("sit", "upright"):
        return s
    half = (s.length - 0.45 * s.chest_depth - 0.475 * s.hip_depth) / 2
    return replace(s, sag=s.sag - ARCH, length=s.length - 2 * (half - np.sqrt(max(half**2 - ARCH**2, 0.5 * half**2))))


def seat(s: QuadrupedShape, barrel: list[Capsule], y0: float, y2: float) -> Seat:
    """How the pose carries the trunk, whose capsules are `barrel`; y of the shoulders and of the hips."""
    if s.pose == "lie":
        return _lying(s, barrel, y0, y2)
    if s.pose == "sit":
        return _sitting(s, barrel, y0, y2)
    if s.pose == "upright":
        return _grounded(Seat(UPRIGHT, (y0, 0.6)), barrel)
    if s.pose == "graze":
        missing = 0.0 if s.trunk else np.clip(_nose(grazing(s, y0, Seat()), y0, Seat()) - 0.03, 0.0, 0.10)
        tipped = Seat(-float(np.degrees(np.arcsin(missing / max(y2 - y0, 0.3)))), (y2, s.rump - 0.3))
        return _lowered(s, tipped, y0, y2)
    return _lowered(s, Seat(), y0, y2) if s.pose == "walk" else Seat()


def _solid(barrel: list[Capsule]) -> list[Capsule]:
    return [c for c in barrel if c.region in ("trunk", "shell")]


def _grounded(base: Seat, barrel: list[Capsule]) -> Seat:
    """The seat shifted so that the trunk lies on the ground."""
    low = min(extent(base.moved(c), 2)[0] for c in _solid(barrel))
    return base._replace(shift=(base.shift[0], base.shift[1] - low))


def _lying(s: QuadrupedShape, barrel: list[Capsule], y0: float, y2: float) -> Seat:
    """Chest and rump both near the ground."""
    slope = (s.rump - s.hip_depth) - (1 - s.chest_depth)
    level = float(np.clip(np.degrees(np.arctan2(slope, y2 - y0)), -7, 7))
    return _grounded(Seat(level, ((y0 + y2) / 2, 0.7)), barrel)


def _sitting(s: QuadrupedShape, barrel: list[Capsule], y0: float, y2: float) -> Seat:
    """Rump on the ground, trunk as steep as straight fore limbs hold it."""
    shoulder, low, high = standing(s, "fore", 1, y0)[0], 0.0, STEEPEST
    for _ in range(9):
        middle = (low + high) / 2
        too_high = _shoulder(s, shoulder, _grounded(Seat(middle, (y0, 0.6)), barrel), y0)[2] > 0.598
        low, high = (low, middle) if too_high else (middle, high)
    return _grounded(Seat(low, (y0, 0.6)), barrel)


def _shoulder(s: QuadrupedShape, standing_at: np.ndarray, base: Seat, y0: float) -> np.ndarray:
    """The shoulder under a raised chest: the shoulder blade slides, so that it stays below the chest's middle."""
    middle = np.array([standing_at[0], y0, 1 - s.chest_depth / 2])
    return base.place(middle) + base._replace(pitch=0.3 * base.pitch).matrix() @ (standing_at - middle)


def _lowered(s: QuadrupedShape, base: Seat, y0: float, y2: float) -> Seat:
    """The seat let down until all feet reach the ground."""
    for drop in np.arange(0.0, 0.2, 0.008):
        found = base._replace(shift=(0.0, -float(drop)))
        if all(stretch < 0.995 for _, stretch in _planted_limbs(s, found, y0, y2)):
            break
    return found


def swings(s: QuadrupedShape) -> list[float]:
    """How far back of their places the feet of LIMBS are: a lateral walk, or as they happen to stand."""
    if s.pose != "walk":
        return [s.stride * side * (1 if bone == "fore" else -1) for bone, _, side in LIMBS]
    reach = (0.14 + abs(s.stride)) * (0.8 if s.posture == "column" else 1.0)
    return [reach * float(np.cos(2 * np.pi * (s.phase + late))) for late in (0.25, 0.75, 0.0, 0.5)]


def _planted_limbs(s: QuadrupedShape, base: Seat, y0: float, y2: float) -> list[tuple[np.ndarray, float]]:
    out = []
    for (bone, _, side), swing in zip(LIMBS, swings(s), strict=True):
        rest = standing(s, bone, side, y0 if bone == "fore" else y2)
        out.append(planted(rest, base.place(rest[0]), rest[4] + [0, swing, 0], bone))
    return out


def limbs(s: QuadrupedShape, base: Seat, y0: float, y2: float, body: list[Capsule]) -> list[np.ndarray]:
    """The joints (5, 3) of the four limbs of LIMBS under a trunk that is already in place; `body` are its capsules."""
    if s.pose in ("stand", "walk", "graze", "alert"):
        return [limb for limb, _ in _planted_limbs(s, base, y0, y2)]
    out, solid = [], _solid(body)
    for bone, _, side in LIMBS:
        rest = standing(s, bone, side, y0 if bone == "fore" else y2)
        root = _shoulder(s, rest[0], base, y0) if bone == "fore" and s.pose != "lie" else base.place(rest[0])
        if bone == "hind":
            out.append(folded_hind(s, rest, root, side, solid, s.pose != "lie"))
        elif s.pose == "lie":
            out.append(folded_fore(s, rest, root, side, solid))
        elif s.pose == "upright":
            out.append(hanging(rest, root, side))
        else:
            ahead = 0.8 * np.sqrt(max(rest[0, 2] ** 2 - root[2] ** 2, 0.0))  # a low chest: fore feet further ahead
            out.append(planted(rest, root, rest[4] + [0, root[1] - rest[0, 1] - ahead, 0], bone)[0])
    return out


def _nose(s: QuadrupedShape, y0: float, base: Seat) -> float:
    """Height of the underside of the muzzle of a row whose head is set relative to the trunk."""
    tilt, down = np.radians(s.neck_angle), np.radians(s.head_pitch)
    crown = np.array([0, y0 - 0.02, 1 - s.neck_drop]) + s.neck_length * np.array([0, -np.cos(tilt), np.sin(tilt)])
    tip = crown + (s.head_length - s.muzzle) * np.array([0, -np.cos(down), -np.sin(down)])
    return float(base.place(tip)[2]) - s.muzzle * (1.4 if s.snout == "moose" else 1.0)


def _turned(s: QuadrupedShape, neck: float, head: float, base: Seat) -> QuadrupedShape:
    """The row with neck and face at angles to the world."""
    return replace(s, neck_angle=neck - base.pitch, head_pitch=head + base.pitch)


def grazing(s: QuadrupedShape, y0: float, base: Seat) -> QuadrupedShape:
    """Neck lowered until the muzzle is at the ground; its root slides down the breast."""
    if s.trunk:  # an elephant feeds with its trunk
        return _turned(s, s.neck_angle - 12, s.head_pitch + 8, base)
    start, found = s.neck_angle, _turned(s, s.neck_angle, s.head_pitch, base)
    for f in np.linspace(0, 1, 60):
        head = s.head_pitch + (max(s.head_pitch, 70.0) - s.head_pitch) * min(1.0, 1.3 * f)
        lower = replace(_turned(s, start + (min(start, LOWEST_NECK) - start) * f, head, base), neck_drop=s.neck_drop + 0.08 * f)
        if _nose(lower, y0, base) < 0.01 + 0.1 * s.muzzle:
            break
        found = lower
    return found


def _cleared(s: QuadrupedShape, y0: float, base: Seat, neck: float, head: float) -> QuadrupedShape:
    """Neck and face at these angles, or raised until the muzzle is off the ground."""
    found = _turned(s, neck, head, base)
    while _nose(found, y0, base) < 0.03 and neck < 80:
        neck, head = neck + 4, max(head - 4, 0.0)
        found = _turned(s, neck, head, base)
    return found


def _level(s: QuadrupedShape, y0: float, base: Seat) -> QuadrupedShape:
    return _turned(s, s.neck_angle, s.head_pitch, base)


def _alert(s: QuadrupedShape, y0: float, base: Seat) -> QuadrupedShape:
    return _turned(s, min(s.neck_angle + 24, max(s.neck_angle, 72.0)), s.head_pitch - 8, base)


def _resting(s: QuadrupedShape, y0: float, base: Seat) -> QuadrupedShape:
    sunk = float(base.place(np.array([0, y0, 1 - s.neck_drop]))[2]) - s.neck_base  # below 0 the neck would dip into the ground
    higher = replace(s, neck_drop=s.neck_drop + min(sunk, 0.0))
    return _cleared(higher, y0, base, min(s.neck_angle + 14, max(s.neck_angle, 70.0)), s.head_pitch)


def _raised(s: QuadrupedShape, y0: float, base: Seat) -> QuadrupedShape:
    return _cleared(s, y0, base, max(min(s.neck_angle + 24, 66.0), s.neck_angle), s.head_pitch - 4)


CARRIAGE: dict[str, Callable[[QuadrupedShape, float, Seat], QuadrupedShape]] = {
    "stand": _level, "walk": _level, "graze": grazing, "alert": _alert, "lie": _resting, "sit": _raised, "upright": _raised,
}  # fmt: skip


def carried(s: QuadrupedShape, y0: float, base: Seat) -> QuadrupedShape:
    """The row with neck and head as the pose carries them, relative to the trunk."""
    return CARRIAGE[s.pose](s, y0, base)
