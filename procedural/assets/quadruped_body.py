"""Barrel, limbs and tail of a four-legged animal, as capsules in units of its height at the withers."""

from __future__ import annotations

import numpy as np

from procedural.assets.capsules import Builder
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


def _limb_lines(s: QuadrupedShape) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Joints of a fore and a hind limb as (height, backward of the shoulder or hip)."""
    hoof, column, flat = s.posture == "hoof", s.posture == "column", s.posture == "flat"
    low, hind = 0.085 if hoof else 0.06, 0.0 if column else 1.0
    front = [(0.60, 0.02), (0.50, 0.05), (0.29, 0.01), (low, 0.02), (0.02, -0.01 if hoof else 0.0)]
    back = [
        (max(s.rump - 0.30, 0.55), 0.0),
        (0.48, -0.06 * hind),
        (0.14 if flat else 0.27, 0.10 * hind),
        (low, 0.06 * hind),
        (0.02, (0.03 if hoof else 0.05) * hind),
    ]
    return front, back


def add_legs(k: Builder, s: QuadrupedShape, y0: float, y2: float) -> None:
    """Fore and hind limbs; feet swing by `stride`, left against right, and stay on the ground. ValueError for an unknown posture."""
    if s.posture not in REACH:
        raise ValueError(f"posture {s.posture!r}: allowed are {', '.join(REACH)}")
    front, back = _limb_lines(s)
    wide = [s.arm * 1.15, s.arm * 0.9, s.wrist, s.cannon, s.foot]
    thick = [s.thigh, s.thigh * 0.72, s.wrist * 1.05, s.cannon * 1.08, s.foot]
    for bone, y, line, radii, x_top in (("fore", y0, front, wide, s.chest_width * 0.36), ("hind", y2, back, thick, s.hip_width * 0.30)):
        for side, name in ((1, "l"), (-1, "r")):
            swing = s.stride * side * (1 if bone == "fore" else -1)
            share = [(line[0][0] - z) / line[0][0] for z, _ in line]
            dots = [(side * (x_top + (s.stance - x_top) * f**0.6), y + dy + swing * f, z) for (z, dy), f in zip(line, share, strict=True)]
            _add_limb(k, s, bone, name, dots, radii)


def _add_limb(k: Builder, s: QuadrupedShape, bone: str, name: str, dots: list[tuple[float, float, float]], radii: list[float]) -> None:
    """One limb through five joints, and its foot; from the elbow or knee on it has a finer mesh."""
    regions, spans = ("trunk", "leg", "leg", "foot"), ((0.0, 1.0), (0.0, 0.5), (0.5, 1.0), (0.0, 1.0))
    for i in range(4):
        above = ("chest" if bone == "fore" else "trunk") if i == 0 else f"{bone}{i - 1}_{name}"
        more = {"squash": 0.72} if i == 0 and s.posture != "column" else {}
        blend, mesh = (0.05, 0.035, 0.02, 0.015)[i], "body" if i < 2 else LEGS
        ends = dots[i], dots[i + 1], radii[i], radii[i + 1]
        k.add(f"{bone}{i}_{name}", above, regions[i], *ends, blend, shag=0.0, span=spans[i], mesh=mesh, **more)
        if i == 1:
            k.sleeve(0.4, LEGS)
    (x, y, _), rise = dots[4], s.foot * (0.35 if s.posture in ("hoof", "column") else 0.62)
    tip = (x, y - REACH[s.posture], rise * 0.9)
    k.add(f"{bone}3_{name}", "", "hoof", (x, y, rise), tip, s.foot * 1.04, s.foot * 0.95, 0.012, mesh=LEGS)


def add_tail(k: Builder, s: QuadrupedShape) -> None:
    """A chain that leaves along the rump, droops to `tail_lift`, and ends a little raised when long."""
    lift, n = np.radians(s.tail_lift), 6
    dot = np.array([0, s.length / 2 - 0.06, s.rump - max(0.10, s.tail_root * s.tail_radius * s.tail_flat)])  # flush with the back
    dots = [dot]
    curl = 0.35 if s.tail_length > 0.6 and not s.tuft and s.tail_tip > 0.5 else 0.0
    for i in range(n):
        f = min(1.0, (i + 0.6) / 2.5)
        angle = (1 - f) * np.radians(-20) + f * lift + curl * max(0, i - 3)
        dot = dot + s.tail_length / n * np.array([0, np.cos(angle), np.sin(angle)])
        dot[2] = max(dot[2], s.tail_radius * s.tail_tip + 0.01)
        dots.append(dot.copy())
    radii = np.linspace(s.tail_root, s.tail_tip, n + 1) * s.tail_radius
    if s.tail_bush:
        radii += s.tail_bush * np.array([0.0, 0.25, 0.7, 1.0, 1.0, 0.75, 0.1])
    flat = {"squash": s.tail_flat, "axis": (0.0, 0.0, 1.0)} if s.tail_flat != 1.0 else {}
    k.path("tail", "trunk", "tail", dots, [float(r) for r in radii], **flat)
    for i in range(n - 2) if s.spines else ():
        _add_spine(k, s, dots[i], radii[i] * s.tail_flat, s.spines * (1 - i / n))
    if s.tuft:
        k.add("tail", "trunk", "tuft", dots[-2], dots[-1] + (dots[-1] - dots[-2]) * 0.5, s.tuft * 0.6, s.tuft * 0.5)
