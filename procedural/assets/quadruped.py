"""Four-legged animals: a row of body proportions and a coat in, an asset out.

All lengths of a row are in units of the height at the withers, angles in degrees; `height` alone is in metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.capsules import Builder, distance, grow
from procedural.assets.coats import Coat, bind


@dataclass(frozen=True)
class QuadrupedShape:
    """Proportions; the defaults are a horse-like hoofed animal."""

    height: float = 1.3  # metres at the withers
    length: float = 1.15  # point of chest to end of rump
    rump: float = 0.98  # height of the rump
    sag: float = 0.03  # dip of the back
    hump: float = 0.0  # rise over the shoulders
    chest_depth: float = 0.50
    chest_width: float = 0.34
    belly_depth: float = 0.48
    belly_width: float = 0.38
    hip_depth: float = 0.44
    hip_width: float = 0.34
    stance: float = 0.11  # half the distance between left and right feet
    posture: str = "hoof"  # 'hoof', 'paw', 'flat' (bear) or 'column'
    arm: float = 0.085  # radii: upper fore limb, thigh, wrist, cannon bone, foot
    thigh: float = 0.14
    wrist: float = 0.042
    cannon: float = 0.030
    foot: float = 0.042
    neck_length: float = 0.46
    neck_angle: float = 40.0  # over the horizontal
    neck_base: float = 0.19  # radii
    neck_top: float = 0.11
    neck_drop: float = 0.18  # of the neck's root under the withers
    head_length: float = 0.40  # middle of the skull to the nose
    head_pitch: float = 40.0  # of the face, under the horizontal
    head_width: float = 0.75  # over its depth
    skull: float = 0.10  # radii
    muzzle: float = 0.062
    muzzle_share: float = 0.5  # of head_length that is muzzle
    eye: float = 0.016
    ear: str = "leaf"  # 'leaf', 'round' or 'fan'
    ear_length: float = 0.13
    ear_tilt: float = 25.0  # sideways from upright
    tail_length: float = 0.5
    tail_radius: float = 0.02
    tail_lift: float = -75.0  # over the horizontal
    tuft: float = 0.0  # radius of the tail's end brush
    mane: str = ""  # '', 'crest' (zebra), 'giraffe' or 'lion'
    horns: str = ""  # '', 'antlers', 'buffalo', 'cow' or 'ossicones'
    horn_length: float = 0.4
    trunk: float = 0.0  # length of an elephant's trunk
    tusk: float = 0.0
    shag: float = 0.0  # depth of long hair
    stride: float = 0.0  # how far feet swing fore and aft


def _trunk(k: Builder, s: QuadrupedShape) -> tuple[float, float]:
    """The barrel; returns y of the shoulders and of the hips."""
    chest, belly, hip = s.chest_depth / 2, s.belly_depth / 2, s.hip_depth / 2
    y0, y2 = -s.length / 2 + chest * 0.9, s.length / 2 - hip * 0.95
    y1 = 0.55 * y0 + 0.45 * y2
    p0, p2 = (0, y0, 1 - chest), (0, y2, s.rump - hip)
    p1 = (0, y1, (1 + s.rump) / 2 - s.sag - belly)
    k.add("trunk", "", "trunk", p1, p2, belly, hip, 0.06, squash=(s.belly_width + s.hip_width) / (s.belly_depth + s.hip_depth))
    k.add("chest", "trunk", "trunk", p0, p1, chest, belly, 0.06, squash=(s.chest_width + s.belly_width) / (s.chest_depth + s.belly_depth))
    if s.hump:
        k.add("chest", "trunk", "trunk", (0, y0 - 0.02, 0.86), (0, y0 + 0.16, 0.84), 0.14 + s.hump, 0.12 + s.hump, 0.12, squash=0.75)
    return y0, y2


def _legs(k: Builder, s: QuadrupedShape, y0: float, y2: float) -> None:
    """Fore and hind limbs; feet swing by `stride`, left against right, and stay on the ground."""
    hoof, column, flat = s.posture == "hoof", s.posture == "column", s.posture == "flat"
    low = 0.085 if hoof else 0.06
    hind = 0.0 if column else 1.0
    front = [(0.60, 0.02), (0.50, 0.05), (0.29, 0.01), (low, 0.02), (0.02, -0.01 if hoof else 0.0)]
    wide = [s.arm * 1.15, s.arm * 0.9, s.wrist, s.cannon, s.foot]
    hock = 0.14 if flat else 0.27
    back = [
        (s.rump - 0.30, 0.0),
        (0.48, -0.06 * hind),
        (hock, 0.10 * hind),
        (low, 0.06 * hind),
        (0.02, 0.03 * hind if hoof else 0.05 * hind),
    ]
    thick = [s.thigh, s.thigh * 0.72, s.wrist * 1.05, s.cannon * 1.08, s.foot]
    for bone, y, line, radii, x_top in (("fore", y0, front, wide, s.chest_width * 0.36), ("hind", y2, back, thick, s.hip_width * 0.30)):
        for side, name in ((1, "l"), (-1, "r")):
            swing = s.stride * side * (1 if bone == "fore" else -1)
            share = [(line[0][0] - z) / line[0][0] for z, _ in line]
            dots = [(side * (x_top + (s.stance - x_top) * f**0.6), y + dy + swing * f, z) for (z, dy), f in zip(line, share, strict=True)]
            region = ("trunk", "leg", "leg", "foot")
            for i in range(4):
                blend = (0.05, 0.035, 0.02, 0.015)[i]
                parent = "chest" if bone == "fore" else "trunk"
                above = parent if i == 0 else f"{bone}{i - 1}_{name}"
                flatten = {"squash": 0.72} if i == 0 and not column else {}
                k.add(f"{bone}{i}_{name}", above, region[i], dots[i], dots[i + 1], radii[i], radii[i + 1], blend, shag=0.0, **flatten)
            x, yf, _ = dots[4]
            reach = {"hoof": 0.015, "column": 0.02, "paw": 0.075, "flat": 0.11}[s.posture]
            rise = s.foot * (0.35 if hoof or column else 0.62)
            k.add(f"{bone}3_{name}", "", "hoof", (x, yf, rise), (x, yf - reach, rise * 0.9), s.foot * 1.04, s.foot * 0.95, 0.012)


def _surfaced(k: Builder, inner: np.ndarray, way: np.ndarray) -> np.ndarray:
    """Where the ray from a point inside the head leaves the head."""
    ray = inner + np.linspace(0, 0.5, 251)[:, None] * way / np.linalg.norm(way)
    d = np.min([distance(ray, c)[0] for c in k.capsules if c.region in ("head", "muzzle")], axis=0)
    return ray[int(np.argmax(d > 0))]


def _head(k: Builder, s: QuadrupedShape, y0: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Neck and head; returns the middle of the skull, the way the face points and the way its crown points."""
    tilt, pitch = np.radians(s.neck_angle), np.radians(s.head_pitch)
    root = np.array([0, y0 - 0.02, 1 - s.neck_drop])
    crown = root + s.neck_length * np.array([0, -np.cos(tilt), np.sin(tilt)])
    k.add("neck", "chest", "neck", root, crown, s.neck_base, s.neck_top, 0.07, squash=0.68 if s.posture == "hoof" else 0.85)
    out, up = np.array([0, -np.cos(pitch), -np.sin(pitch)]), np.array([0, -np.sin(pitch), np.cos(pitch)])
    nose = 0.28 if s.posture == "paw" and s.muzzle > 0.06 else 0.38
    bend, w = s.head_length * (1 - s.muzzle_share), s.head_width
    mid, tip = crown + out * bend, crown + out * (s.head_length - s.muzzle)
    k.add("head", "neck", "head", crown, mid, s.skull, (s.skull + s.muzzle) * 0.5, 0.03, squash=w)
    k.add("head", "neck", "muzzle", mid, tip - up * 0.1 * s.muzzle, (s.skull + s.muzzle) * 0.45, s.muzzle, 0.03, squash=w)
    k.add(
        "jaw",
        "head",
        "head",
        crown - up * s.skull * 0.45 + out * 0.2 * bend,
        mid - up * s.muzzle * 0.7,
        s.skull * 0.62,
        s.muzzle * 0.6,
        0.03,
        squash=w,
    )
    k.add(
        "head",
        "neck",
        "nose",
        tip + out * s.muzzle * 0.78 + up * s.muzzle * 0.36,
        tip + out * s.muzzle * 0.78 + up * s.muzzle * 0.34,
        s.muzzle * nose,
        s.muzzle * nose,
        squash=1.3,
    )
    if s.posture in ("paw", "flat"):
        ways = [(out, 0.0), (out + [0.9, 0, 0], 0.1), (np.array([1.0, 0, 0]), 0.5), (np.array([1.0, 0, 0]), 1.3)]
        lips = [_surfaced(k, tip - up * s.muzzle * 0.38 - out * back * s.muzzle, way) for way, back in ways]
        k.path("jaw", "head", "mouth", lips, [s.muzzle * 0.09] * 3 + [s.muzzle * 0.05], pair=True)
    sideways = s.posture in ("hoof", "column")
    inner = (
        crown + out * bend * (0.62 if sideways else 0.45) + up * s.skull * 0.38 + np.array([0 if sideways else s.skull * w * 0.42, 0, 0])
    )
    eye = _surfaced(k, inner, np.array([1.0, 0, 0]) if sideways else out + np.array([0.25, 0, 0])) - np.array([s.eye * 0.2, 0, 0])
    k.both("eye", "head", "eye", eye, eye + np.array([0, 0, 1e-4]), s.eye, s.eye)
    return crown, out, up


def _ears(k: Builder, s: QuadrupedShape, crown: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    tilt, x = np.radians(s.ear_tilt), s.skull * s.head_width
    if s.ear == "fan":
        a = crown + np.array([x * 0.95, 0.02, 0.04])
        aside, length = np.array([0.42, 0.86, 0.0]), s.ear_length
        flat = {"squash": 0.15, "axis": (-0.9, 0.44, 0.0)}
        k.both(
            "ear",
            "head",
            "ear",
            a + aside * 0.25 * length,
            a + aside * 0.62 * length + [0, 0, 0.02],
            0.45 * length,
            0.46 * length,
            0.02,
            **flat,
        )
        k.both(
            "ear",
            "head",
            "ear",
            a + aside * 0.45 * length,
            a + aside * 0.30 * length + [0, 0, -0.72 * length],
            0.5 * length,
            0.14 * length,
            0.02,
            **flat,
        )
        return
    away = np.array([np.sin(tilt), 0, 0]) + np.cos(tilt) * (up * 0.8 - out * 0.45)
    base = crown + up * s.skull * 0.62 + np.array([x * 0.62, 0, 0])
    half, axis = s.ear_length, tuple(out * 0.9 + np.array([-0.35, 0, 0]))
    if s.ear == "round":
        k.both("ear", "head", "ear", base + away * half * 0.15, base + away * half * 0.55, half * 0.45, half * 0.45, squash=0.38, axis=axis)
    else:
        k.both("ear", "head", "ear", base, base + away * half * 0.45, half * 0.22, half * 0.29, squash=0.5, axis=axis)
        k.both("ear", "head", "ear", base + away * half * 0.45, base + away * half, half * 0.29, half * 0.04, squash=0.5, axis=axis)


def _tail(k: Builder, s: QuadrupedShape, y2: float) -> None:
    lift, n = np.radians(s.tail_lift), 6
    dot = np.array([0, s.length / 2 - 0.06, s.rump - 0.10])
    dots = [dot]
    for i in range(n):  # starts along the rump, droops to `lift`, and ends a little raised when long
        f = min(1.0, (i + 0.6) / 2.5)
        angle = (1 - f) * np.radians(-20) + f * lift + (0.35 * max(0, i - 3) if s.tail_length > 0.6 and not s.tuft else 0)
        dot = dot + s.tail_length / n * np.array([0, np.cos(angle), np.sin(angle)])
        dots.append(dot)
    k.path("tail", "trunk", "tail", dots, list(np.linspace(1.25, 0.8, n + 1) * s.tail_radius))
    if s.tuft:
        k.add("tail", "trunk", "tuft", dots[-2], dots[-1] + (dots[-1] - dots[-2]) * 0.5, s.tuft * 0.6, s.tuft * 0.5)


def _mane(k: Builder, s: QuadrupedShape, crown: np.ndarray, out: np.ndarray, up: np.ndarray, y0: float) -> None:
    if s.mane == "crest":
        tilt = np.radians(s.neck_angle)
        normal = np.array([0, np.sin(tilt), np.cos(tilt)])
        root = np.array([0, y0 + 0.10, 1.0])
        top = crown + normal * s.neck_top * 1.05
        k.path(
            "neck",
            "chest",
            "mane",
            [root, (root + top) / 2 + normal * 0.015, top, top + out * 0.10 + up * 0.03],
            [0.03, 0.065, 0.065, 0.03],
            squash=0.45,
        )
    if s.mane == "giraffe":
        root = np.array([0, y0 + 0.02, 0.97])
        k.path("neck", "chest", "mane", [root, crown - out * s.skull * 0.9], [0.016, 0.016], squash=0.5)
    if s.mane == "lion":
        r, centre = s.skull * 1.05, crown - out * s.skull * 0.35
        for angle in np.radians(np.arange(0, 360, 40)):
            at = centre + r * 1.12 * (np.array([np.sin(angle), 0, 0]) + np.cos(angle) * up) - up * r * 0.25
            k.add("head", "neck", "mane", at, at - out * r * 0.8, r * 0.62, r * 0.75, 0.04, shag=0.03)
        chest = np.array([0, y0 - 0.12, 0.66])
        k.add("neck", "chest", "mane", centre - out * r * 0.6, np.array([0, y0 + 0.12, 0.80]), r * 1.7, r * 1.45, 0.06, shag=0.03)
        k.add("neck", "chest", "mane", centre - up * r * 1.2, chest, r * 1.25, r * 1.05, 0.06, shag=0.03)


def _horns(k: Builder, s: QuadrupedShape, crown: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    h, x = s.horn_length, s.skull * s.head_width
    at = crown + up * s.skull * 0.8 + np.array([x * 0.4, 0, 0])

    def spot(side: float, rise: float, fore: float) -> np.ndarray:
        return at + h * np.array([side, -fore, rise])

    if s.horns == "ossicones":
        k.both("horn", "head", "ear", at, spot(0.12, 0.75, -0.35), 0.014, 0.011)
        k.both("horn", "head", "horn", spot(0.12, 0.75, -0.35), spot(0.13, 0.9, -0.4), 0.015, 0.015)
    if s.horns == "cow":
        k.path("horn", "head", "horn", [at, spot(0.6, 0.1, 0.0), spot(0.95, 0.5, 0.15)], [0.028, 0.022, 0.006], pair=True)
    if s.horns == "buffalo":
        line = [at - [x * 0.4, 0, 0], spot(0.45, -0.18, 0), spot(0.95, -0.12, 0), spot(1.1, 0.28, 0), spot(0.9, 0.55, 0)]
        k.path("horn", "head", "horn", line, [0.062, 0.058, 0.042, 0.026, 0.008], pair=True)
    if s.horns == "antlers":
        beam = [at, spot(0.25, 0.35, -0.28), spot(0.48, 0.68, -0.25), spot(0.5, 1.0, 0.05)]
        k.path("horn", "head", "horn", beam, [0.022, 0.018, 0.015, 0.006], pair=True)
        for root, tip in ((0.0, (0.15, 0.25, 0.38)), (1.0, (0.35, 0.62, 0.22)), (2.0, (0.85, 0.95, -0.25)), (1.5, (0.6, 0.85, 0.25))):
            i = int(root)
            start = beam[i] + (beam[i + 1] - beam[i]) * (root - i if root % 1 else 0.12)
            k.both("horn", "head", "horn", start, spot(*tip), 0.014, 0.005)


def _proboscis(k: Builder, s: QuadrupedShape, crown: np.ndarray, out: np.ndarray, up: np.ndarray) -> None:
    """An elephant's trunk, hanging from the face and curling at its tip, and tusks."""
    dot, n = crown + out * s.head_length * 0.75, 8
    angle, dots = np.radians(-66.0), [dot]
    for i in range(n):
        angle += np.radians((-10, -8, -4, 0, 6, 14, 24, 36)[i])
        dot = dot + s.trunk / n * np.array([0, -np.cos(angle), np.sin(angle)])
        dots.append(dot)
    k.path("nose", "head", "muzzle", dots, list(np.linspace(s.muzzle * 1.0, s.muzzle * 0.42, n + 1)), 0.02)
    if s.tusk:
        a = crown + out * s.head_length * 0.62 + np.array([s.skull * 0.52, 0, -s.skull * 0.5])
        step = s.tusk * np.array([0.12, -0.62, -0.42])
        k.path("tusk", "head", "tusk", [a, a + step * 0.6, a + step + [0, -0.02, 0.045 * s.tusk]], [0.026, 0.022, 0.008], pair=True)


def quadruped(shape: QuadrupedShape, coat: Coat, detail: int = 110, limit: int = 20000) -> Asset:
    """Build one animal. `detail` is grid cells along the longest side, `limit` the most vertices after coat refinement."""
    k = Builder(shape.shag)
    y0, y2 = _trunk(k, shape)
    _legs(k, shape, y0, y2)
    crown, out, up = _head(k, shape, y0)
    _ears(k, shape, crown, out, up)
    _tail(k, shape, y2)
    _mane(k, shape, crown, out, up, y0)
    _horns(k, shape, crown, out, up)
    if shape.trunk:
        _proboscis(k, shape, crown, out, up)
    skeleton = k.skeleton(shape.height)
    ends = np.array([p for c in skeleton.capsules for p in (c.a, c.b)])
    cell = float(np.ptp(ends, axis=0).max()) / detail
    numbers = {n: float(v) for n, v in asdict(shape).items() if isinstance(v, (int, float))}
    return grow(skeleton, bind(coat), cell, limit, numbers | {"coat_seed": float(coat.seed)})


def varied(shape: QuadrupedShape, rng: np.random.Generator, graze: float = 15.0) -> QuadrupedShape:
    """One individual: size within 10 %, proportions within about 4 %, neck lowered by up to `graze` degrees, a slight stride."""
    fixed = ("height", "neck_angle", "head_pitch", "tail_lift", "ear_tilt", "stride", "shag", "muzzle_share", "rump")
    numbers: Mapping[str, float] = {f.name: getattr(shape, f.name) for f in fields(shape) if isinstance(getattr(shape, f.name), float)}
    factors = np.clip(rng.normal(1, 0.02, len(numbers)), 0.95, 1.05)
    changed = {n: v * f for (n, v), f in zip(numbers.items(), factors, strict=True) if n not in fixed}
    lowered = graze * float(rng.uniform(0, 1))
    return replace(
        shape,
        **changed,
        height=shape.height * float(rng.uniform(0.9, 1.1)),
        neck_angle=shape.neck_angle - lowered,
        head_pitch=shape.head_pitch + 0.3 * lowered + float(rng.uniform(-5, 5)),
        stride=float(rng.uniform(-0.09, 0.09)),
    )
