"""Standing birds: a row of proportions and a coat in, an asset out.

All lengths of a row are in units of the body (breast to vent), angles in degrees; `body` alone is in metres.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.capsules import Builder, grow
from procedural.assets.coats import Coat, bind


@dataclass(frozen=True)
class BirdShape:
    """Proportions; a pair in `neck` is (forward, up) from the middle of the body."""

    body: float = 0.3  # metres
    pitch: float = 20.0  # of the body's axis, breast up
    breast: float = 0.25  # radii
    vent: float = 0.12
    stand: float = 0.45  # height of the middle of the body
    shank: float = 0.018  # radii
    thigh: float = 0.07
    ankle: float = 0.45  # height of the ankle over `stand`
    neck: tuple[tuple[float, float], ...] = ((0.1, 0.12), (0.16, 0.2))
    neck_radius: tuple[float, ...] = (0.19, 0.15)
    neck_regions: tuple[str, ...] = ()  # one a stretch of the neck; empty: all 'neck'
    head: float = 0.13  # radius
    head_stretch: float = 0.05
    beak: float = 0.2
    beak_radius: float = 0.05
    bill: str = "cone"  # 'cone', 'bent' (flamingo) or 'flat' (duck)
    tail: float = 0.4
    tail_width: float = 0.1
    tail_drop: float = 0.0  # over the body's axis
    wing: float = 0.6
    toe: float = 0.13
    toes: int = 3
    webbed: bool = False
    crest: float = 0.0
    eye: float = 0.02
    shag: float = 0.0
    stride: float = 0.0


def _body(k: Builder, s: BirdShape) -> tuple[np.ndarray, np.ndarray]:
    """Trunk, wings and tail; returns the middle of the body and its axis, breastwards."""
    pitch, middle = np.radians(s.pitch), np.array([0.0, 0.0, s.stand])
    ahead = np.array([0, -np.cos(pitch), np.sin(pitch)])
    k.add("trunk", "", "trunk", middle + ahead * 0.02, middle - ahead * 0.30, s.breast, (s.breast + s.vent) / 2, 0.05, squash=0.88)
    k.add("trunk", "", "breast", middle + ahead * (0.48 - s.breast), middle, s.breast * 0.9, s.breast, 0.05, squash=0.88)
    k.add("trunk", "", "trunk", middle - ahead * 0.28, middle - ahead * 0.55, (s.breast + s.vent) / 2, s.vent * 0.6, 0.05)
    above = np.array([0, np.sin(pitch), np.cos(pitch)])
    front = middle + ahead * 0.18 + above * s.breast * 0.22 + np.array([s.breast * 0.74, 0, 0])
    back = front - ahead * s.wing * 0.62 + above * 0.02 - np.array([s.breast * 0.22, 0, 0])
    tip = front - ahead * s.wing * 1.15 + above * 0.01 - np.array([s.breast * 0.52, 0, 0])
    k.both("wing", "trunk", "wing", front, back, s.breast * 0.66, s.breast * 0.52, 0.02, squash=0.40, span=(0.0, 0.6))
    k.both("wing", "trunk", "wing", back, tip, s.breast * 0.48, s.breast * 0.10, 0.02, squash=0.36, span=(0.6, 1.0))
    drop = np.radians(s.pitch - s.tail_drop)
    rear = np.array([0, np.cos(drop), -np.sin(drop)])
    root, flat = middle - ahead * 0.45 + above * 0.02, (0.0, float(-rear[2]), float(rear[1]))
    k.add("tail", "trunk", "tail", root, root + rear * s.tail, s.tail_width * 0.7, s.tail_width, 0.0, squash=0.28, axis=flat)
    return middle, ahead


def _legs(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """Feathered thighs, bare shanks bent back at the ankle, toes; the feet stand on z = 0."""
    for side, name in ((1, "l"), (-1, "r")):
        x, swing = side * s.breast * 0.42, s.stride * side
        hip = middle + [x, 0.02, -s.breast * 0.35]
        ankle = np.array([x, 0.09 + 0.5 * swing, s.stand * s.ankle])
        foot = np.array([x, swing, s.shank * 0.9])
        knee = hip + (ankle - hip) * 0.62 + [0, -0.02, 0]
        k.add(f"thigh_{name}", "trunk", "thigh", hip, knee, s.thigh * 1.3, s.thigh * 0.55, 0.04)
        k.add(f"thigh_{name}", "trunk", "shank", knee, ankle, max(s.thigh * 0.42, s.shank), s.shank * 1.25)
        k.add(f"shank_{name}", f"thigh_{name}", "shank", ankle, foot, s.shank * 1.2, s.shank)
        fan = np.radians(np.linspace(-30, 30, s.toes) if s.toes > 1 else [0.0])
        for angle in fan:
            tip = foot + s.toe * np.array([np.sin(angle), -np.cos(angle), 0]) - [0, 0, s.shank * 0.4]
            k.add(f"foot_{name}", f"shank_{name}", "shank", foot, tip, s.shank, s.shank * 0.5)
        if s.toes > 2:
            k.add(f"foot_{name}", f"shank_{name}", "shank", foot, foot + [0, s.toe * 0.45, -s.shank * 0.3], s.shank * 0.9, s.shank * 0.5)
        if s.webbed:
            k.add(
                f"foot_{name}",
                f"shank_{name}",
                "shank",
                foot,
                foot + [0, -s.toe * 0.7, 0],
                s.shank,
                s.toe * 0.45,
                0.0,
                squash=0.12,
                axis=(0.0, 0.0, 1.0),
            )


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


def _head(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """Neck, head, eyes and beak; the face looks along -y, a little down when the bill is bent."""
    regions = np.repeat(s.neck_regions or ("neck",) * (len(s.neck) - 1), 4)
    dots, radii = _smooth(np.array([middle + np.array([0, -f, u]) for f, u in s.neck]), np.array(s.neck_radius))
    n = len(dots) - 1
    if s.neck_regions or len(s.neck) == 2:
        k.add("neck0", "trunk", "breast", middle + np.array([0, -0.05, 0.02]), dots[0], s.breast * 0.8, s.neck_radius[0], 0.05)
    for i in range(n):
        j = i // 4  # one joint for four stretches
        k.add(
            f"neck{j}",
            f"neck{j - 1}" if j else "trunk",
            str(regions[i]),
            dots[i],
            dots[i + 1],
            radii[i],
            radii[i + 1],
            0.015,
            span=(i / n, (i + 1) / n),
            shag=0.0,
        )
    look = np.radians(-38.0 if s.bill == "bent" else -6.0)
    out, up = np.array([0, -np.cos(look), np.sin(look)]), np.array([0, np.sin(-look), np.cos(look)])
    top, front = dots[-1], dots[-1] + out * (s.head_stretch + s.head * 0.2)
    k.add("head", f"neck{n // 4 - 1}", "head", top, front, s.head, s.head * 0.86, 0.02, squash=0.85)
    side = np.array([s.head * 0.70, 0, 0])
    k.both("eye", "head", "eye", front + side + up * s.head * 0.25, front + side + up * s.head * 0.25 + [0, 0, 1e-4], s.eye, s.eye)
    base, r = front + out * s.head * 0.5 - up * s.head * 0.12, s.beak_radius
    end = base + out * (s.beak + s.head * 0.4)
    if s.bill == "bent":
        knee = base + out * s.beak * 0.55
        down = np.array([0, -0.35, -0.94])
        k.add("beak", "head", "beak", base, knee, r * 1.05, r, squash=0.8)
        k.add("beak", "head", "beak_tip", knee, knee + down * s.beak * 0.5, r, r * 0.35, squash=0.8)
    elif s.bill == "flat":
        k.add("beak", "head", "beak", base, end, r * 0.9, r, squash=0.38, axis=tuple(up))
    else:
        k.add("beak", "head", "beak", base, end - up * r * 0.5, r, r * 0.12, squash=0.7)
    if s.crest:
        k.path(
            "head",
            f"neck{n // 4 - 1}",
            "crest",
            [front + up * s.head * 0.75, top + up * s.head * 0.8, top - out * s.crest - up * 0.06],
            [0.016, 0.022, 0.006],
        )


def bird(shape: BirdShape, coat: Coat, detail: int = 64, limit: int = 14000) -> Asset:
    """Build one standing bird. `detail` is grid cells along the body, `limit` the most vertices after coat refinement."""
    if shape.bill not in ("cone", "bent", "flat"):
        raise ValueError(f"bill {shape.bill!r}: allowed are cone, bent, flat")
    k = Builder(shape.shag)
    middle, _ = _body(k, shape)
    _legs(k, shape, middle)
    _head(k, shape, middle)
    numbers = {n: float(v) for n, v in asdict(shape).items() if isinstance(v, (int, float))}
    return grow(k.skeleton(shape.body), bind(coat), shape.body / detail, limit, numbers | {"coat_seed": float(coat.seed)})


def varied_bird(shape: BirdShape, rng: np.random.Generator) -> BirdShape:
    """One individual: size within 10 %, body tilt within 5 degrees, neck carried higher or lower, a slight step."""
    raised, forward = rng.uniform(0.90, 1.06), rng.uniform(0.9, 1.15)
    return replace(
        shape,
        body=shape.body * float(rng.uniform(0.9, 1.1)),
        pitch=shape.pitch + float(rng.uniform(-5, 5)),
        breast=shape.breast * float(rng.uniform(0.96, 1.05)),
        stand=shape.stand * float(rng.uniform(0.96, 1.04)),
        beak=shape.beak * float(rng.uniform(0.94, 1.06)),
        tail=shape.tail * float(rng.uniform(0.92, 1.08)),
        neck=tuple((f * float(forward), u * float(raised)) for f, u in shape.neck),
        stride=float(rng.uniform(-0.10, 0.10)),
    )
