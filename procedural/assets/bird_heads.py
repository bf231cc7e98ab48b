"""Necks, heads, bills and crests of birds."""

from __future__ import annotations

import numpy as np

from procedural.assets.bird_shape import BirdShape
from procedural.assets.capsules import Builder

X = np.array([1.0, 0, 0])
UP = np.array([0, 0, 1.0])
DOT = np.array([0, 0, 1e-4])


def _smooth(dots: np.ndarray, radii: np.ndarray, steps: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """A Catmull-Rom curve through points (N, 3) and their radii (N,): `steps` stretches for each of the N - 1."""
    line = np.concatenate([dots, radii[:, None]], axis=1)
    padded = np.concatenate([[2 * line[0] - line[1]], line, [2 * line[-1] - line[-2]]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        out.append(b + 0.5 * t * (c - a) + t**2 * (a - 2.5 * b + 2 * c - 0.5 * d) + t**3 * (1.5 * (b - c) + 0.5 * (d - a)))
    line = np.concatenate([*out, line[-1:]])
    return line[:, :3], line[:, 3]


def neck(k: Builder, s: BirdShape, middle: np.ndarray) -> tuple[np.ndarray, str]:
    """The neck's curve; returns its upper end and the name of its last joint."""
    regions = np.repeat(s.neck_regions or ("neck",) * (len(s.neck) - 1), 4)
    dots, radii = _smooth(np.array([middle + np.array([0, -f, u]) for f, u in s.neck]), np.array(s.neck_radius))
    n = len(dots) - 1
    k.add("neck0", "trunk", "breast", middle + np.array([0, -0.05, 0.02]), dots[0], s.breast * 0.8, s.neck_radius[0], 0.05)
    for i in range(n):
        j = i // 4  # one joint for four stretches
        span, parent = (i / n, (i + 1) / n), f"neck{j - 1}" if j else "trunk"
        k.add(f"neck{j}", parent, str(regions[i]), dots[i], dots[i + 1], radii[i], radii[i + 1], 0.015, span=span, shag=0.0)
    if s.ruff:
        ring = dots[min(3, n)] + s.ruff * 0.9 * np.array([[np.sin(a), -0.3 * np.cos(a), 0.5 * np.cos(a)] for a in np.arange(0, 6.28, 0.8)])
        for at in ring:
            k.add("neck0", "trunk", "ruff", at, at + [0, 0.02, -0.02], s.ruff * 0.55, s.ruff * 0.6, 0.03)
    return dots[-1], f"neck{n // 4 - 1}"


def _cone(k: Builder, s: BirdShape, base: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    """A bill that may bow or hook: the upper half over a shorter lower one."""
    n, length, r = 6, s.beak + s.head * 0.4, s.beak_radius
    dots = [base]
    for i in range(n):
        angle = np.radians(s.beak_curve) * ((i + 0.5) / n) ** s.beak_late
        dots.append(dots[-1] + length / n * (out * np.cos(angle) - up * np.sin(angle)))
    radii = np.interp(np.linspace(0, 1, n + 1), [0, 0.5, 1], [1.0, s.beak_bulge, 0.10]) * r
    k.path("beak", "head", "beak", dots, list(radii), squash=0.72, coarse=1.5)
    under = [d - up * r * q for d, q in zip(dots[:5], (0.42, 0.42, 0.36, 0.3, 0.24), strict=True)]
    k.path("beak", "head", "beak_low", under, list(radii[:5] * [0.72, 0.72, 0.66, 0.5, 0.2]), squash=0.72, coarse=1.5)


def _bill(k: Builder, s: BirdShape, front: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    base, r = front + out * s.head * 0.5 - up * s.head * 0.12, s.beak_radius
    end = base + out * (s.beak + s.head * 0.4)
    if s.bill == "bent":
        knee = base + out * s.beak * 0.55
        down = np.array([0, -0.35, -0.94]) if s.pose != "feed" else -up
        k.add("beak", "head", "beak", base, knee, r * 1.05, r, squash=0.8)
        k.add("beak", "head", "beak_tip", knee, knee + down * s.beak * 0.5, r, r * 0.35, squash=0.8)
    elif s.bill == "flat":
        k.add("beak", "head", "beak", base, end, r * 0.9, r, squash=0.38, axis=tuple(up))
    elif s.bill == "spoon":
        k.add("beak", "head", "beak", base, end, r * 0.7, r * 0.45, squash=0.5, axis=tuple(up))
        k.add("beak", "head", "beak_tip", end - out * s.beak * 0.12, end, r * 0.9, r * 1.15, squash=0.28, axis=tuple(up))
    else:
        _cone(k, s, base, out, up)
    if s.pouch:
        line = [base - up * r * 0.5 - out * s.head * 0.7] + [
            base + out * s.beak * q - up * s.pouch * h for q, h in ((0.2, 0.7), (0.5, 0.55), (0.9, 0.2))
        ]
        k.path("beak", "head", "pouch", line, [s.pouch * 0.5, s.pouch, s.pouch * 0.75, s.pouch * 0.12], squash=0.5)
    if s.casque:
        root = base + up * (r * 0.5 + s.head * 0.05)
        k.add("beak", "head", "casque", root - out * s.head * 0.2, root + out * s.casque, r * 0.8, r * 0.45, squash=0.85)


def _crest(k: Builder, s: BirdShape, joint: str, top: np.ndarray, front: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    h, c = s.head, s.crest
    if s.crest_kind == "wisp":
        k.path("head", joint, "crest", [front + up * h * 0.75, top + up * h * 0.8, top - out * c - up * 0.06], [0.016, 0.022, 0.006])
    if s.crest_kind == "fan":
        for i, angle in enumerate(np.radians(np.linspace(48, 140, 7))):
            root = front + (top - front) * (i / 6) * 1.2 + up * h * 0.62
            way, bend = out * np.cos(angle) + up * np.sin(angle), -out * 0.10
            line = [root, root + way * c * 0.6, root + way * c + bend * c * 2]
            k.path("head", joint, "crest", line, [h * 0.16, h * 0.20, h * 0.06], squash=0.4, coarse=2.0)
    if s.crest_kind == "stalks":
        for angle in np.radians(np.linspace(-46, 46, 5)):
            root, way = top + up * h * 0.7, X * np.sin(angle) + (up * 0.95 - out * 0.3) * np.cos(angle)
            k.add("head", joint, "crest", root, root + way * c, 0.007, 0.007, coarse=3.0)
            k.add(
                "head",
                joint,
                "crest_tip",
                root + way * c,
                root + way * c * 1.25,
                0.022,
                0.026,
                squash=0.5,
                axis=(0.0, 1.0, 0.0),
                coarse=2.0,
            )
    if s.crest_kind == "peak":
        tip = top - out * c * 0.8 + up * (h * 0.5 + c * 0.7)
        k.path("head", joint, "crest", [front + up * h * 0.35, top + up * h * 0.62, tip], [h * 0.62, h * 0.5, h * 0.06], 0.015, squash=0.6)
    if s.crest_kind == "comb":
        line = [front + up * h * 0.7 + out * h * 0.7, front + up * h * 1.1, top + up * h * 1.0, top - out * h * 0.9 + up * h * 0.75]
        k.path("head", joint, "comb", line, [h * 0.26, h * 0.34, h * 0.34, h * 0.24], squash=0.32)
        for i, rise in enumerate((0.55, 0.85, 1.0, 0.95, 0.7)):
            root = line[0] + (line[3] - line[0]) * i / 4 + up * h * 0.2
            k.add("head", joint, "comb", root, root + up * c * rise - out * c * 0.1 * i, h * 0.22, h * 0.08, squash=0.34, coarse=1.5)


def _owl_face(k: Builder, s: BirdShape, joint: str, front: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    """Two shallow dishes before a dark rim."""
    r = s.head * s.disc
    k.add(
        "head",
        joint,
        "rim",
        front + out * s.head * 0.42,
        front + out * s.head * 0.46,
        r * 1.06,
        r * 1.06,
        0.012,
        squash=0.34,
        axis=tuple(out),
    )
    at = front + out * s.head * 0.74 + X * r * 0.44 + up * r * 0.03
    k.both("disc", "head", "disc", at, at + DOT, r * 0.52, r * 0.52, 0.008, squash=0.32, axis=tuple(out + X * 0.2))


def _eyes(k: Builder, s: BirdShape, front: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    h = s.head
    if s.disc:
        at, way = front + out * h * 0.88 + X * h * s.disc * 0.40 + up * h * 0.10, out + X * 0.25
    else:
        at, way = front + X * h * 0.73 + up * h * 0.25, X + out * 0.35
    k.both("eye", "head", "eye", at, at + DOT, s.eye, s.eye, coarse=1.5)
    pupil = at + way / np.linalg.norm(way) * s.eye * 0.55
    k.both("eye", "head", "pupil", pupil, pupil + DOT, s.eye * 0.62, s.eye * 0.62, coarse=1.5)
    if s.brow:
        ridge = front + X * h * 0.62 + up * h * 0.52
        k.both(
            "brow", "head", "brow", ridge - out * h * 0.35 + X * h * 0.08, ridge + out * h * 0.42 - X * h * 0.12, h * 0.20, h * 0.14, 0.01
        )


def head(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """Neck, head, eyes, bill and crest; the face looks along -y, up or down by `look`."""
    top, joint = neck(k, s, middle)
    look = np.radians(s.look)
    out, up = np.array([0, -np.cos(look), np.sin(look)]), np.array([0, np.sin(look), np.cos(look)])
    front = top + out * (s.head_stretch + s.head * 0.2)
    k.add("head", joint, "head", top, front, s.head, s.head * 0.86, 0.02, squash=0.85 if not s.disc else 1.0)
    if s.disc:
        _owl_face(k, s, joint, front, out, up)
    _eyes(k, s, front, out, up)
    _bill(k, s, front + out * s.head * (0.34 if s.disc else 0.0), out, up)
    _crest(k, s, joint, top, front, out, up)
    if s.wattle:
        at = front + out * s.head * 0.45 - up * s.head * 0.7 + X * s.head * 0.16
        k.both("wattle", "head", "wattle", at, at - UP * s.wattle, s.head * 0.24, s.head * 0.30, squash=0.5, coarse=1.5)
