"""Wings and tails of birds: folded or spread wings, tail feathers, a cock's sickles, a peacock's train."""

from __future__ import annotations

import numpy as np

from procedural.assets.bird_shape import BirdShape
from procedural.assets.capsules import Builder

X = np.array([1.0, 0, 0])
VANE = 5.0  # grid steps between the rings of a feather


def axes(pitch: float) -> tuple[np.ndarray, np.ndarray]:
    """Unit vectors breastwards and upwards of a body tilted by `pitch` degrees."""
    c, s = np.cos(np.radians(pitch)), np.sin(np.radians(pitch))
    return np.array([0, -c, s]), np.array([0, s, c])


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)


def folded_wings(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """Coverts that hug the flank and flight feathers that lie over one another towards the tail."""
    ahead, above = axes(s.pitch)
    front = middle + ahead * 0.18 + above * s.breast * 0.22 + X * s.breast * 0.74
    back = front - ahead * s.wing * 0.62 + above * 0.02 - X * s.breast * 0.22
    tip = front - ahead * s.wing * 1.15 + above * 0.01 - X * s.breast * 0.52
    if s.flipper:
        front = front + X * s.breast * 0.14
        tip = front - ahead * s.wing * 1.1 + X * s.breast * 0.34
        k.both("wing", "trunk", "wing", front, tip, s.breast * 0.36, s.breast * 0.16, squash=0.34)
        return
    k.both("wing", "trunk", "wing", front, back, s.breast * 0.66, s.breast * 0.52, 0.02, squash=0.40, span=(0.0, 0.75))
    k.both("wing", "trunk", "wing", back, tip, s.breast * 0.46, s.breast * 0.12, 0.02, squash=0.34, span=(0.75, 1.0))
    for i in range(4):  # from the lower edge up: secondaries, then the long primaries
        t = i / 3
        root = front - ahead * s.wing * (0.38 + 0.12 * t) - above * s.breast * (0.24 - 0.22 * t) + X * s.breast * (0.14 - 0.05 * t)
        end = tip + ahead * s.wing * 0.34 * (1 - t) - above * s.breast * 0.34 * (1 - t) + X * s.breast * (0.40 * (1 - t) + 0.16)
        region = "primary" if i > 1 else "flight"
        k.both("wing", "trunk", region, root, end, s.breast * 0.28, s.breast * 0.14, squash=0.24, coarse=VANE)


def spread_wings(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """Arm and hand as flat plates, secondaries behind the arm, primaries fanning out from the hand."""
    ahead, above = axes(s.pitch)
    start = s.breast * 0.5
    reach, c = s.span / 2 - start, s.chord
    low, high = np.radians(s.flap), np.radians(s.flap * 0.75 + 6)
    arm = X * np.cos(low) + above * np.sin(low)
    hand = _unit(X * np.cos(high) + above * np.sin(high) - ahead * (0.22 if s.fingers else 0.38))
    shoulder = middle + ahead * 0.16 + above * s.breast * 0.45 + X * start
    wrist = shoulder + arm * reach * 0.45 + ahead * reach * 0.10
    knuckle = wrist + hand * reach * 0.24
    flat, flat_hand = _unit(np.cross(ahead, arm)), _unit(np.cross(ahead, hand))
    plate = {"squash": 0.24, "coarse": 4.0}
    inner = shoulder - arm * start * 0.8
    k.both("arm", "trunk", "wing", inner, wrist, c * 0.30, c * 0.22, axis=tuple(flat), span=(0.0, 0.6), **plate)
    k.both("hand", "arm", "wing", wrist, knuckle, c * 0.22, c * 0.11, axis=tuple(flat_hand), span=(0.6, 1.0), **plate)
    vane = {"squash": 0.13, "coarse": VANE}
    for i in range(8):
        t = (i + 0.3) / 8
        root = inner + (wrist - inner) * t - ahead * c * 0.06 - flat * c * 0.012
        way = _unit(-ahead + arm * 0.16 * t)
        k.both("arm", "trunk", "flight", root, root + way * c * 0.72, reach * 0.046, reach * 0.042, axis=tuple(flat), **vane)
    for i in range(8):
        t = i / 7
        root = wrist + (knuckle - wrist) * t - ahead * c * 0.05 * (1 - t) - flat_hand * c * 0.012
        way = _unit(-ahead * (1 - t) ** (0.9 if s.fingers else 1.2) + hand * (0.16 + 0.84 * t))
        length = c * 0.74 * (1 - t) + reach * 0.36 * t
        width = c * (0.085 if s.fingers else 0.13)
        k.both(
            "hand", "arm", "primary", root, root + way * length, width, width * (0.55 if s.fingers else 0.42), axis=tuple(flat_hand), **vane
        )


def _fan(k: Builder, s: BirdShape, root: np.ndarray, rear: np.ndarray) -> None:
    flat, roof = np.array([0, -rear[2], rear[1]]), np.radians(s.tail_roof)
    for i in (-3, 3, -2, 2, -1, 1, 0):
        out, side = abs(i) / 3, np.sign(i) * X
        aside, angle = side * np.cos(roof) - flat * np.sin(roof) * (i != 0), np.radians(s.tail_spread) * out
        above = flat * np.cos(roof) + side * np.sin(roof) if i else flat
        start = root + aside * s.tail_width * 0.35 * out + flat * 0.008 * (1 - out)
        end = start + (rear * np.cos(angle) + aside * np.sin(angle)) * s.tail * (1 - s.tail_step * out**1.5)
        region, width = "tail_side" if out == 1 else "tail", s.tail_width
        k.add("tail", "trunk", region, start, end, width * 0.35, width * 0.5, squash=0.16, axis=tuple(above), coarse=VANE)


SICKLES = ((98, 0.7), (78, 0.92), (58, 1.0), (38, 0.75), (16, 0.5))  # of a cock: rise of a plume and its length over the tail's
BUSTLE = ((24, 0.6), (8, 0.85), (-8, 1.0), (-24, 1.0), (-40, 0.85))  # of a crane or an ostrich


def _plumes(k: Builder, s: BirdShape, root: np.ndarray, plumes: tuple[tuple[float, float], ...], bow: float) -> None:
    """Pairs of soft plumes that bow over backwards by `bow` degrees from one stretch to the next."""
    for i, (lift, reach) in enumerate(plumes):
        dots, angle = [root], np.radians(lift)
        for _ in range(5):
            dots.append(dots[-1] + np.array([0.012 * (i % 3), np.cos(angle), np.sin(angle)]) * s.tail * reach / 5)
            angle -= np.radians(bow)
        width = s.tail_width * np.array([0.5, 0.62, 0.62, 0.52, 0.36, 0.08])
        k.path("tail", "trunk", "sickle", dots, list(width), pair=True, squash=0.3, coarse=4.0)


def _train(k: Builder, s: BirdShape, root: np.ndarray) -> None:
    """A peacock's train at rest: long feathers that sink to just over the ground, eyes along them."""
    for i in (-3, 3, -2, 2, -1, 1, 0):
        aside, length = i * 0.055, s.tail * (1 - 0.07 * abs(i))
        level = max(root[2] - 0.10 * abs(i) * 0.3, 0.2)
        dots = [root + X * aside * 0.3, [aside, root[1] + length * 0.35, level * 0.74], [aside * 1.4, root[1] + length, 0.10]]
        k.path("tail", "trunk", "train", dots, [0.07, 0.10, 0.06], squash=0.35, axis=(0.0, 0.0, 1.0), coarse=VANE)
        for at in (0.5, 0.9):
            spot = np.array([aside * (1 + 0.4 * at), root[1] + length * at, np.interp(at, [0, 0.35, 1], [root[2], level * 0.74, 0.10])])
            _ocellus(k, spot + [0, 0, 0.035], np.array([0.0, 0.2, 1.0]), 0.065)


def _ocellus(k: Builder, at: np.ndarray, facing: np.ndarray, radius: float) -> None:
    """The eye of a train feather: a blue disc on a bronze one."""
    flat, bit = tuple(facing), np.array([1e-4, 0, 0])
    k.add("tail", "trunk", "bronze", at, at + bit, radius, radius, squash=0.22, axis=flat, coarse=4.0)
    over, small = at + facing * radius * 0.12, radius * 0.6
    k.add("tail", "trunk", "ocellus", over, over + bit, small, small, squash=0.3, axis=flat, coarse=4.0)


def _wheel(k: Builder, s: BirdShape, root: np.ndarray) -> None:
    """The tail raised to a wheel behind the body, as a turkey or a peacock shows it."""
    train = s.tail_kind == "train"
    up = np.array([0, 0.34, 0.94])
    facing = np.array([0, -0.94, 0.34])
    region, vane = ("train" if train else "tail"), {"squash": 0.10, "axis": tuple(facing), "coarse": 16.0 if train else 2.5}
    for i, angle in enumerate(np.radians(np.linspace(-88, 88, 15))):
        way = X * np.sin(angle) + up * np.cos(angle)
        start = root + way * 0.1 - facing * 0.01 * (i % 2)
        width = s.tail * np.radians(176) / 15 * 0.62
        k.add("tail", "trunk", region, start, start + way * (s.tail - width), width * 0.3, width, **vane)
        if train:
            for share in (0.94, 0.66) if i % 2 else (0.80,):
                _ocellus(k, root + way * s.tail * share + facing * 0.03, facing, width * (0.35 + 0.25 * share))


def tail(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """The rump and whatever grows from it."""
    ahead, above = axes(s.pitch)
    drop = np.radians(s.pitch - s.tail_drop)
    rear = np.array([0, np.cos(drop), -np.sin(drop)])
    root = middle - ahead * 0.45 + above * 0.02
    if s.tail:
        k.add("rump", "trunk", "rump", root + ahead * 0.05, root + rear * s.tail_width * 1.1, s.vent * 0.8, s.tail_width * 0.4, 0.04)
    if s.pose == "display":
        _wheel(k, s, root + above * s.vent * 0.5)
    elif s.tail_kind == "sickle":
        _plumes(k, s, root + above * s.vent * 0.3, SICKLES, 26.0)
    elif s.tail_kind == "bustle":
        _plumes(k, s, root, BUSTLE, 14.0)
    elif s.tail_kind == "train":
        _train(k, s, root)
    elif s.tail:
        _fan(k, s, root, rear)
