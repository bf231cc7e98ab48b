"""A bird as a row of numbers: its proportions, what it may do, and how a pose changes the row.

All lengths are in units of the body (breast to vent), angles in degrees; `height` alone is in metres.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

POSES = ("stand", "feed", "rest", "one_leg", "display", "fly", "perch")
BILLS = ("cone", "bent", "flat", "spoon")
CRESTS = ("", "wisp", "fan", "stalks", "peak", "comb")
TAILS = ("fan", "sickle", "bustle", "train")
SOLID = (  # may not vanish
    "height", "breast", "vent", "stand", "shank", "thigh", "toe", "toes", "head", "beak", "beak_radius", "eye", "wing", "span", "chord",
)  # fmt: skip


@dataclass(frozen=True)
class BirdShape:
    """Proportions; a pair in `neck` is (forward, up) from the middle of the body."""

    height: float = 0.35  # metres, standing with its head up, crest and all
    pitch: float = 20.0  # of the body's axis, breast up
    breast: float = 0.25  # radii
    vent: float = 0.12
    stand: float = 0.45  # height of the middle of the body
    hip: float = -0.02  # place of the hips along the body's axis, breastwards
    shank: float = 0.018  # radii
    thigh: float = 0.07
    ankle: float = 0.45  # height of the ankle over `stand`
    toe: float = 0.13
    toes: int = 3
    webbed: bool = False
    neck: tuple[tuple[float, float], ...] = ((0.1, 0.12), (0.16, 0.2))
    neck_radius: tuple[float, ...] = (0.19, 0.15)
    neck_regions: tuple[str, ...] = ()  # one a stretch of the neck; empty: all 'neck'
    ruff: float = 0.0  # radius of a collar of down at the root of the neck
    head: float = 0.13  # radius
    head_stretch: float = 0.05
    look: float = -6.0  # of the face over the horizontal
    bill: str = "cone"  # one of BILLS; 'bent' is a flamingo's, 'flat' a duck's
    beak: float = 0.2
    beak_radius: float = 0.05
    beak_curve: float = 0.0  # how far a cone turns down from root to tip
    beak_late: float = 1.0  # 1: an even bow; larger: straight, then hooked
    beak_bulge: float = 0.62  # radius in the middle over the one at the root
    casque: float = 0.0  # length of the horn over a hornbill's bill, or a swan's knob
    pouch: float = 0.0  # radius of a pelican's
    crest_kind: str = ""  # one of CRESTS
    crest: float = 0.0  # length
    wattle: float = 0.0  # length
    disc: float = 0.0  # radius of an owl's face over that of the head
    brow: bool = False  # a raptor's ridge over the eye
    eye: float = 0.02
    tail_kind: str = "fan"  # one of TAILS
    tail: float = 0.4
    tail_width: float = 0.1
    tail_drop: float = 0.0  # over the body's axis
    tail_roof: float = 24.0  # how far either half of a fan slopes down from the middle
    tail_spread: float = 10.0  # of the outermost feathers from the middle
    tail_step: float = 0.08  # how much shorter the outermost feathers are; below 0: a forked tail
    wing: float = 0.6  # length of the folded wing
    flipper: bool = False
    span: float = 4.0  # from wing tip to wing tip
    chord: float = 0.7  # breadth of the spread wing
    fingers: bool = True  # primaries stand apart at the tips; else the wing is pointed
    trailing: bool = False  # legs stretched behind in flight, else drawn up
    folded_neck: bool = False  # in flight
    fly_pitch: float = 6.0
    shag: float = 0.0
    habits: tuple[tuple[str, float], ...] = (("feed", 0.15),)  # poses and their shares; the rest stand
    pose: str = "stand"  # one of POSES
    stride: float = 0.0
    flap: float = 8.0  # lift of the spread wings
    bank: float = 0.0  # roll of a flying bird, to its right
    leg: float = 0.0  # filled in for a flying bird: the length of its legs

    def __post_init__(self) -> None:
        for name, allowed in (("bill", BILLS), ("crest_kind", CRESTS), ("tail_kind", TAILS), ("pose", POSES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} {getattr(self, name)!r}: allowed are {', '.join(map(repr, allowed))}")
        if len(self.neck) < 2 or len(self.neck_radius) != len(self.neck):
            raise ValueError(f"neck has {len(self.neck)} points, neck_radius {len(self.neck_radius)}; allowed: as many, 2 or more")
        if len(self.neck_regions) not in (0, len(self.neck) - 1):
            raise ValueError(f"neck_regions has {len(self.neck_regions)} names; allowed: none or one a stretch, {len(self.neck) - 1}")
        for name in SOLID:
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: over 0")


def _turned(dots: np.ndarray, degrees: float) -> np.ndarray:
    """Points (N, 2) of (forward, up) turned upwards about the origin."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return dots @ np.array([[c, s], [-s, c]])


def _stooping(s: BirdShape) -> BirdShape:
    """Body tipped forward, neck bent down until the bill is just over the ground or bends no further."""
    tip = min(28.0, s.pitch + 12)
    neck, best = _turned(np.array(s.neck), -tip), None
    for bend in np.arange(0.0, 131.0, 5.0):
        dots = [neck[0]]
        for i, step in enumerate(np.diff(neck, axis=0)):
            dots.append(dots[-1] + _turned(step, -bend * min(1.0, (i + 1.5) / max(len(neck) - 2, 1))))
        look = s.look - min(0.55 * bend, 55.0)
        low = s.stand + dots[-1][1] + np.sin(np.radians(look)) * (s.beak + s.head) - 0.3 * s.head
        if low < 0.04 or s.stand + dots[-1][1] < s.head + 0.03:
            break
        best = replace(s, pitch=s.pitch - tip, neck=tuple((float(f), float(u)) for f, u in dots), look=look)
    return best or s


def _flying(s: BirdShape) -> BirdShape:
    """Body level, neck stretched out or folded back; high enough that nothing reaches the ground."""
    reach = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(np.array(s.neck), axis=0), axis=1))])
    if s.folded_neck:
        bends = np.array([[0.0, 0.0], [0.10, -0.07], [0.16, 0.02], [0.12, 0.14], [0.22, 0.20], [0.36, 0.17]])
        place = np.linspace(0, 5, len(reach))
        dots = np.stack([np.interp(place, np.arange(6), bends[:, i]) for i in (0, 1)], axis=1) * reach[-1]
        dots += [0.30, 0.02]
    else:
        tilt = np.radians(s.fly_pitch + 6)
        dots = np.array([0.28, 0.04]) + reach[:, None] * [np.cos(tilt), np.sin(tilt)]
    neck = tuple((float(f), float(u)) for f, u in dots)
    return replace(
        s, pitch=s.fly_pitch, neck=neck, leg=s.stand, stand=s.span + s.tail + 2.0, tail_spread=s.tail_spread * 1.8, look=max(s.look, -22.0)
    )


def _perching(s: BirdShape) -> BirdShape:
    """Crouched on bent legs, breast up, the tail held clear of the ground."""
    tip = float(np.clip(46 - s.pitch, 0, 12))
    neck = tuple((float(f), float(u)) for f, u in _turned(np.array(s.neck), tip * 0.6))
    return replace(s, pitch=s.pitch + tip, stand=s.stand * 0.86, neck=neck, tail_drop=s.tail_drop + tip + 9)


def posed(s: BirdShape) -> BirdShape:
    """The proportions as the pose of the row bends them."""
    if s.pose == "feed":
        return _stooping(s)
    if s.pose == "fly":
        return _flying(s)
    if s.pose == "perch":
        return _perching(s)
    if s.pose == "rest":  # the belly on the ground, legs under it
        return replace(s, stand=s.breast * 0.9, pitch=min(s.pitch, 8.0))
    return s


def varied_bird(shape: BirdShape, size: tuple[float, float], rng: np.random.Generator) -> BirdShape:
    """One individual: `size` (low, high) metres standing, its tilt, the carriage of its neck, a slight step, a pose."""
    names, shares = [n for n, _ in shape.habits], [p for _, p in shape.habits]
    raised, forward = float(rng.uniform(0.94, 1.06)), float(rng.uniform(0.9, 1.12))
    pose = str(rng.choice(["stand", *names], p=[1 - sum(shares), *shares]))
    lift = (8.0, 32.0, -24.0)[rng.choice(3, p=(0.5, 0.3, 0.2))]  # gliding, wings up, wings down
    return replace(
        shape,
        height=float(rng.uniform(*size)),
        pitch=shape.pitch + float(rng.uniform(-5, 5)),
        breast=shape.breast * float(rng.uniform(0.96, 1.05)),
        beak=shape.beak * float(rng.uniform(0.95, 1.05)),
        tail=shape.tail * float(rng.uniform(0.93, 1.07)),
        neck=tuple((f * forward, u * raised) for f, u in shape.neck),
        stride=float(rng.uniform(-0.10, 0.10)) * min(1.0, shape.stand / 0.5),
        pose=pose,
        flap=lift + float(rng.uniform(-5, 5)),
        bank=float(rng.uniform(-30, 30)),
    )
