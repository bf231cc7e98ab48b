"""Barrel, limbs and tail of a four-legged animal, as capsules in units of its height at the withers."""

from __future__ import annotations

import numpy as np

from procedural.assets.capsules import Builder
from procedural.assets.limbs import LIMBS, radii
from procedural.assets.poses import Seat
from procedural.assets.quadruped_shape import QuadrupedShape

LEGS = "legs"  # the melt of the lower limbs, finer than the body's
REACH = {"hoof": 0.015, "column": 0.02, "paw": 0.075, "flat": 0.11}  # how far feet point ahead


def add_trunk(k: Builder, s: QuadrupedShape) -> tuple[float, float]:
    """The barrel and what stands on it; returns y of the shoulders and of the hips."""
    chest, belly, hip = s.chest_depth / 2, s.belly_depth / 2, s.hip_depth / 2
    y0, y2 = -s.length / 2 + chest * 0.9, s.length / 2 - hip * 0.95
    y1 = 0.55 * y0 + 0.45 * y2
    p0, p2 = (0, y0, 1 - chest), (0, y2, s.rump - hip)
    p1 = (0, y1, (1 + s.rump) / 2 - s.sag - belly)
    k.add("trunk", "", "trunk", p1, p2, belly, hip, 0.06, squash=(s.belly_width + s.hip_width) / (s.belly_depth + s.hip_depth))
    k.add("chest", "trunk", "trunk", p0, p1, chest, belly, 0.06, squash=(s.chest_width + s.belly_width) / (s.chest_depth + s.belly_depth))
    if s.hump:
        k.add("chest", "trunk", "trunk", (0, y0 - 0.02, 0.86), (0, y0 + 0.16, 0.84), 0.14 + s.hump, 0.12 + s.hump, 0.12, squash=0.75)
    for place, rise in s.humps:
        y, back = y0 + place * (y2 - y0), 1 + place * (s.rump - 1) - s.sag
        k.add("trunk", "", "trunk", (0, y, back - 0.06), (0, y + 0.02, back + rise - 0.09), 0.19, 0.10, 0.12, squash=0.7)
    if s.skirt:
        low = 1 - s.chest_depth
        wide = min(2.0, 0.48 * s.belly_width / s.skirt)
        ends = (0, y0 + 0.02, low), (0, y2 - 0.02, low + 0.04)
        k.add("trunk", "", "skirt", *ends, s.skirt, s.skirt * 0.85, 0.06, shag=s.shag, squash=wide)
    for f in np.linspace(0, 1, 5) if s.spines else ():
        thick = belly + f * (hip - belly)
        _add_spine(k, s, np.array(p1) + f * (np.array(p2) - np.array(p1)), thick, s.spines)
        _add_spine(k, s, np.array(p0) + f * (np.array(p1) - np.array(p0)), chest + f * (belly - chest), s.spines)
    if s.shell:
        _add_shell(k, s, y0, y2)
    return y0, y2


def _add_spine(k: Builder, s: QuadrupedShape, middle: np.ndarray, thick: float, rise: float) -> None:
    """A scute or a pair of them, on top of a part `thick` in radius."""
    if s.spine_rows < 1.5:
        top = middle + [0, 0, thick * 0.96]
        k.add("trunk", "", "spine", top, top + [0, rise * 0.35, rise], rise * 0.35, rise * 0.05)
    else:
        top = middle + [thick * 0.42, 0, thick * 0.88]
        k.twin("trunk", "", "spine", top, top + [0, rise * 0.5, rise], rise * 0.7, rise * 0.2)


def _add_shell(k: Builder, s: QuadrupedShape, y0: float, y2: float) -> None:
    """The dome of a tortoise over its barrel: a ball, wide as long, cut flat below by its own squash."""
    middle, radius = (y0 + y2) / 2, s.length * 0.52
    z = 1 - s.chest_depth * 0.55
    dome = (1 + s.shell - z) / radius
    k.add("trunk", "", "shell", (0, middle, z), (0, middle + 1e-3, z), radius, radius, 0.01, squash=dome, axis=(0.0, 0.0, 1.0))


def add_legs(k: Builder, s: QuadrupedShape, joints: list[np.ndarray]) -> None:
    """Fore and hind limbs through the joints (5, 3) of LIMBS. ValueError for an unknown posture."""
    for (bone, name, _), dots in zip(LIMBS, joints, strict=True):
        _add_limb(k, s, bone, name, dots)


def _add_limb(k: Builder, s: QuadrupedShape, bone: str, name: str, dots: np.ndarray) -> None:
    """One limb through five joints, and its foot; from the elbow or knee on it has a finer mesh."""
    regions, spans = ("trunk", "leg", "leg", "foot"), ((0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.0, 1.0))
    thick = radii(s, bone)
    for i in range(4):
        above = ("chest" if bone == "fore" else "trunk") if i == 0 else f"{bone}{i - 1}_{name}"
        more = {"squash": 0.72} if i == 0 and s.posture != "column" else {}
        blend, mesh = (0.05, 0.035, 0.02, 0.015)[i], "body" if i < 2 else LEGS
        ends = dots[i], dots[i + 1], thick[i], thick[i + 1]
        k.add(f"{bone}{i}_{name}", above, regions[i], *ends, blend, shag=0.0, span=spans[i], mesh=mesh, **more)
        if i == 1:
            k.sleeve(0.4, LEGS)
    sole, toe = _sole(s, dots)
    k.add(f"{bone}3_{name}", "", "hoof", sole, sole + toe, s.foot * 1.04, s.foot * 0.95, 0.012, mesh=LEGS)


def _sole(s: QuadrupedShape, dots: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the foot is and the way it points: flat on the ground, tucked under with its sole up, or in the air."""
    rise = s.foot * (0.35 if s.posture in ("hoof", "column") else 0.62)
    (x, y, z), way = dots[4], dots[4] - dots[3]
    if z > 3 * s.foot:
        return dots[4], REACH[s.posture] * way / np.linalg.norm(way)
    if way[1] > 2 * abs(way[2]):
        return np.array([x, y, s.foot]), np.array([0, REACH[s.posture], 0])
    return np.array([x, y, rise]), np.array([0, -REACH[s.posture], -0.1 * rise])


def add_tail(k: Builder, s: QuadrupedShape, base: Seat) -> None:
    """A chain that leaves along the rump, droops to `tail_lift`, and ends a little raised when long; the ground stops it."""
    resting = s.pose in ("lie", "sit", "upright") and s.tail_lift < 0
    lift, n = np.radians(min(s.tail_lift, -50.0) if resting else s.tail_lift), 6
    dots = [base.place(np.array([0, s.length / 2 - 0.06, s.rump - max(0.10, s.tail_root * s.tail_radius * s.tail_flat)]))]
    floor, step = s.tail_radius * s.tail_tip + 0.01, s.tail_length / n
    curl = 0.35 if s.tail_length > 0.6 and not s.tuft and s.tail_tip > 0.5 else 0.0
    for i in range(n):
        f = min(1.0, (i + 0.6) / 2.5)
        angle = (1 - f) * np.radians(-20 - base.pitch) + f * lift + curl * max(0, i - 3)
        rise = float(np.clip(step * np.sin(angle), floor - dots[-1][2], step))
        rise = max(rise, -step)
        dots.append(dots[-1] + [0, np.sqrt(step**2 - rise**2), rise])
    thick = np.linspace(s.tail_root, s.tail_tip, n + 1) * s.tail_radius
    if s.tail_bush:
        thick += s.tail_bush * np.array([0.0, 0.25, 0.7, 1.0, 1.0, 0.75, 0.1])
    flat = {"squash": s.tail_flat, "axis": (0.0, 0.0, 1.0)} if s.tail_flat != 1.0 else {}
    k.path("tail", "trunk", "tail", dots, [float(r) for r in thick], **flat)
    for i in range(n - 2) if s.spines else ():
        _add_spine(k, s, dots[i], thick[i] * s.tail_flat, s.spines * (1 - i / n))
    if s.tuft:
        k.add("tail", "trunk", "tuft", dots[-2], dots[-1] + (dots[-1] - dots[-2]) * 0.5, s.tuft * 0.6, s.tuft * 0.5)
