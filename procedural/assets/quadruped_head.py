"""Neck, head, ears, trunk and tusks of a four-legged animal, as capsules in units of its height at the withers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from procedural.assets.capsules import Builder
from procedural.assets.distances import distance
from procedural.assets.quadruped_shape import QuadrupedShape

FACE = "head"  # the melt of the head, finer than the body's


class Head(NamedTuple):
    """Where a head is and which way it faces: the frame that ears, horns and manes are built in."""

    crown: np.ndarray  # (3,) middle of the skull
    out: np.ndarray  # (3,) unit, the way the face points
    up: np.ndarray  # (3,) unit, the way its brow points


def surfaced(k: Builder, inner: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Where the ray from a point inside the head leaves the head."""
    ray = inner + np.linspace(0, 0.5, 126)[:, None] * way / np.linalg.norm(way)
    d = np.min([distance(ray, c)[0] for c in k.capsules if c.region in ("head", "muzzle")], axis=0)
    return ray[int(np.argmax(d > 0))]


def add_head(k: Builder, s: QuadrupedShape, y0: float) -> Head:
    """Neck and head with its nose, mouth and eyes; ears and horns come on top."""
    tilt, pitch = np.radians(s.neck_angle), np.radians(s.head_pitch)
    root = np.array([0, y0 - 0.02, 1 - s.neck_drop])
    crown = root + s.neck_length * np.array([0, -np.cos(tilt), np.sin(tilt)])
    k.add("neck", "chest", "neck", root, crown, s.neck_base, s.neck_top, 0.07, squash=0.68 if s.posture == "hoof" else 0.85)
    k.sleeve(min(0.6, 1.2 * s.skull / s.neck_length), FACE)
    h = Head(crown, np.array([0, -np.cos(pitch), -np.sin(pitch)]), np.array([0, -np.sin(pitch), np.cos(pitch)]))
    bend, w = s.head_length * (1 - s.muzzle_share), s.head_width
    mid, tip = crown + h.out * bend, crown + h.out * (s.head_length - s.muzzle)
    face = {"squash": w, "mesh": FACE}
    k.add("head", "neck", "head", crown, mid, s.skull, (s.skull + s.muzzle) * 0.5, 0.03, **face)
    k.add("head", "neck", "muzzle", mid, tip - h.up * 0.1 * s.muzzle, (s.skull + s.muzzle) * 0.45, s.muzzle, 0.03, **face)
    chin, hinge = mid - h.up * s.muzzle * 0.7, crown - h.up * s.skull * 0.45 + h.out * 0.2 * bend
    k.add("jaw", "head", "head", hinge, chin, s.skull * 0.62, s.muzzle * 0.6, 0.03, **face)
    if s.cheeks:
        side, low = np.array([s.skull * w * 0.75, 0, 0]), h.up * s.skull
        ends = crown + side - low * 0.2, crown + side * 1.2 - low * 0.75
        k.twin("head", "neck", "cheek", *ends, s.cheeks, s.cheeks * 0.6, 0.04, mesh=FACE)
    _add_snout(k, s, h, tip)
    _add_eyes(k, s, h, bend)
    return h


def _add_snout(k: Builder, s: QuadrupedShape, h: Head, tip: np.ndarray) -> None:
    """Nose and lips; ValueError for an unknown snout."""
    if s.snout not in SNOUTS:
        raise ValueError(f"snout {s.snout!r}: allowed are {', '.join(map(repr, SNOUTS))}")
    SNOUTS[s.snout](k, s, h, tip)


def _pig(k: Builder, s: QuadrupedShape, h: Head, tip: np.ndarray) -> None:
    """A disc with two holes."""
    m, flat = s.muzzle, {"squash": 0.35, "axis": tuple(h.out)}
    front = tip + h.out * m * 0.9
    k.add("head", "neck", "nose", front, front + [0, 0, 1e-4], m * 0.98, m * 0.98, **flat)
    hole = front + h.out * m * 0.28 + [m * s.head_width * 0.38, 0, 0]
    k.twin("head", "neck", "mouth", hole, hole + [0, 0, 1e-4], m * 0.2, m * 0.2, **flat)


def _hippo(k: Builder, s: QuadrupedShape, h: Head, tip: np.ndarray) -> None:
    """Two swollen lips, nostrils on top."""
    m, side = s.muzzle, np.array([s.muzzle * s.head_width, 0, 0])
    lips = tip + side * 0.62 + h.up * m * 0.2, tip + side * 0.7 - h.up * m * 0.45
    k.twin("head", "neck", "muzzle", *lips, m * 0.62, m * 0.6, 0.03, mesh=FACE)
    hole = tip + side * 0.5 + h.up * m * 0.85 + h.out * m * 0.25
    k.twin("head", "neck", "mouth", hole, hole + h.out * m * 0.1, m * 0.12, m * 0.1)


def _moose(k: Builder, s: QuadrupedShape, h: Head, tip: np.ndarray) -> None:
    """An overhanging upper lip with wide nostrils."""
    m = s.muzzle
    lip = tip - h.out * m * 0.2, tip + h.out * m * 0.5 - h.up * m * 0.6
    k.add("head", "neck", "muzzle", *lip, m * 1.02, m * 0.85, 0.03, mesh=FACE, squash=0.8)
    hole = tip + h.out * m + [m * s.head_width * 0.5, 0, 0]
    k.twin("head", "neck", "nose", hole, hole - h.up * m * 0.3, m * 0.22, m * 0.15)


def _cat(k: Builder, s: QuadrupedShape, h: Head, tip: np.ndarray) -> None:
    """Whisker pads under a plain nose."""
    m, side = s.muzzle, np.array([s.muzzle * s.head_width, 0, 0])
    pads = tip + side * 0.32 - h.up * m * 0.2, tip + side * 0.36 + h.out * m * 0.3 - h.up * m * 0.3
    k.twin("head", "neck", "muzzle", *pads, m * 0.6, m * 0.5, 0.02, mesh=FACE)
    _plain(k, s, h, tip)


def _plain(k: Builder, s: QuadrupedShape, h: Head, tip: np.ndarray) -> None:
    """A ball of a nose; lips on those with paws."""
    m = s.muzzle
    nose = m * (0.28 if s.posture == "paw" and m > 0.06 else 0.38)
    at = tip + h.out * m * 0.78 + h.up * m * 0.35
    k.add("head", "neck", "nose", at, at + h.up * 1e-3, nose, nose, squash=1.3)
    if s.posture in ("paw", "flat"):
        ways = [(h.out, 0.0), (h.out + [0.9, 0, 0], 0.1), (np.array([1.0, 0, 0]), 0.5), (np.array([1.0, 0, 0]), 1.3)]
        lips = [surfaced(k, tip - h.up * m * 0.38 - h.out * back * m, way) for way, back in ways]
        k.path("jaw", "head", "mouth", lips, [m * 0.09] * 3 + [m * 0.05], pair=True)


SNOUTS: dict[str, Callable[[Builder, QuadrupedShape, Head, np.ndarray], None]] = {
    "": _plain, "cat": _cat, "hippo": _hippo, "moose": _moose, "pig": _pig,
}  # fmt: skip


def _add_eyes(k: Builder, s: QuadrupedShape, h: Head, bend: float) -> None:
    """At the sides of a grazer's head, in front of a hunter's; on a raised socket if `brow`."""
    sideways, half = s.posture in ("hoof", "column"), s.skull * s.head_width
    if s.brow:
        socket = h.crown + h.out * bend * 0.6 + h.up * s.skull * 0.75 + [half * 0.6, 0, 0]
        k.twin("head", "neck", "head", socket - h.up * s.skull * 0.3, socket, s.brow, s.brow, 0.03, mesh=FACE)
        look = np.array([1.0, 0, 0.2]) + h.out * 0.4
        eye = socket + [s.brow * 0.85, 0, s.brow * 0.2] + h.out * s.brow * 0.4
    elif sideways:
        look = np.array([1.0, 0, 0])
        eye = surfaced(k, h.crown + h.out * bend * 0.62 + h.up * s.skull * 0.38, look) - [s.eye * 0.2, 0, 0]
    else:
        inner = h.crown + h.out * bend * 0.45 + h.up * s.skull * 0.38 + [half * 0.42, 0, 0]
        look = h.out + [0.25, 0, 0]
        eye = surfaced(k, inner, look) - [s.eye * 0.2, 0, 0]
    gaze = look * [1.0, 1.0, 0.0] + [0.2, -0.2, 0.1]  # level, whichever way the face is pitched
    dot, pupil = np.array([0, 0, 1e-4]), eye + gaze / np.linalg.norm(gaze) * s.eye * 0.5
    k.both("eye", "head", "eye", eye, eye + dot, s.eye, s.eye)
    k.both("eye", "head", "pupil", pupil, pupil + dot, s.eye * 0.62, s.eye * 0.62)


def add_ears(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """Leaf, round, tufted or an elephant's fan."""
    tilt, x, length = np.radians(s.ear_tilt), s.skull * s.head_width, s.ear_length
    if s.ear not in ("leaf", "round", "tufted", "fan", ""):
        raise ValueError(f"ear {s.ear!r}: allowed are leaf, round, tufted, fan and '' (none)")
    if s.ear == "fan":
        _add_fans(k, s, h)
    if s.ear in ("fan", ""):
        return
    away = np.array([np.sin(tilt), 0, 0]) + np.cos(tilt) * (h.up * 0.8 - h.out * 0.45)
    base = h.crown + h.up * s.skull * 0.62 + np.array([x * 0.62, 0, 0])
    axis = tuple(h.out * 0.9 + np.array([-0.35, 0, 0]))
    if s.ear == "round":
        ends = base + away * length * 0.15, base + away * length * 0.55
        k.both("ear", "head", "ear", *ends, length * 0.45, length * 0.45, squash=0.38, axis=axis)
        return
    dots = [base + away * length * f for f in (0.0, 0.22, 0.48, 0.76, 1.0)]
    radii = [length * s.ear_width * r for r in (0.20, 0.27, 0.28, 0.18, 0.03)]
    k.path("ear", "head", "ear", dots, radii, pair=True, squash=0.5, axis=axis)
    if s.ear == "tufted":
        top = base + away * length
        k.both("ear", "head", "tuft", top - away * length * 0.1, top + (away + [0, 0, 0.5]) * length * 0.45, length * 0.06, length * 0.02)


def _add_fans(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """Two flat lobes a side, spread behind the head."""
    length, aside = s.ear_length, np.array([0.42, 0.86, 0.0])
    a = h.crown + np.array([s.skull * s.head_width * 0.95, 0.02, 0.04])
    flat = {"squash": 0.15, "axis": (-0.9, 0.44, 0.0), "coarse": 0.5}
    high = a + aside * 0.25 * length, a + aside * 0.62 * length + [0, 0, 0.02]
    k.both("ear", "head", "ear", *high, 0.45 * length, 0.46 * length, **flat)
    low = a + aside * 0.45 * length, a + aside * 0.30 * length + [0, 0, -0.72 * length]
    k.both("ear", "head", "ear", *low, 0.5 * length, 0.14 * length, **flat)


def add_trunk_and_tusks(k: Builder, s: QuadrupedShape, h: Head) -> None:
    """An elephant's trunk, hanging from the face and curling at its tip, and its tusks; or the tusks of a boar."""
    if s.trunk:
        dot, n = h.crown + h.out * s.head_length * 0.75, 8
        angle, dots = np.radians(-66.0), [dot]
        for turn in (-10, -8, -4, 0, 6, 14, 24, 36):
            angle += np.radians(turn)
            dot = dot + s.trunk / n * np.array([0, -np.cos(angle), np.sin(angle)])
            dots.append(dot)
        k.path("nose", "head", "muzzle", dots, list(np.linspace(s.muzzle, s.muzzle * 0.42, n + 1)), 0.02, mesh=FACE)
    if s.tusk and s.tusk_kind == "boar":
        a = h.crown + h.out * (s.head_length - s.muzzle * 1.6) - h.up * s.muzzle * 0.4 + np.array([s.muzzle * s.head_width * 0.75, 0, 0])
        step = s.tusk * (h.up + [0.55, 0, 0])
        k.path("tusk", "head", "tusk", [a, a + s.tusk * np.array([0.6, -0.1, 0.1]), a + step], [0.016, 0.013, 0.004], pair=True)
    elif s.tusk:
        a = h.crown + h.out * s.head_length * 0.62 + np.array([s.skull * 0.52, 0, -s.skull * 0.5])
        step = s.tusk * np.array([0.12, -0.62, -0.42])
        k.path("tusk", "head", "tusk", [a, a + step * 0.6, a + step + [0, -0.02, 0.045 * s.tusk]], [0.026, 0.022, 0.008], pair=True)
