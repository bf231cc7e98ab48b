"""Birds, standing, feeding, resting or flying: a row of proportions and a plumage in, an asset out.

A flying bird is based like any other asset: its lowest point lies at z = 0 and its middle over the origin. A scene that
wants it in the air lifts the whole object: it adds the height over the ground to the base point of the placed asset.
"""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.bird_heads import head
from procedural.assets.bird_shape import POSES, BirdShape, posed
from procedural.assets.bird_wings import axes, folded_wings, spread_wings, tail
from procedural.assets.capsules import Builder, grow
from procedural.assets.plumage import Plumage, bind


def _trunk(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """An egg with its blunt end at the breast; `belly` is the same surface from below, for a colour of its own."""
    ahead, above = axes(s.pitch)
    rear = (s.breast + s.vent) / 2
    k.add("trunk", "", "trunk", middle + ahead * 0.02, middle - ahead * 0.30, s.breast, rear, 0.05, squash=0.88)
    k.add("trunk", "", "breast", middle + ahead * (0.48 - s.breast), middle, s.breast * 0.9, s.breast, 0.05, squash=0.88)
    k.add("trunk", "", "trunk", middle - ahead * 0.28, middle - ahead * 0.55, rear, s.vent * 0.6, 0.05)
    low = -above * s.breast * 0.24
    k.add(
        "trunk",
        "",
        "belly",
        middle + ahead * 0.05 + low,
        middle - ahead * 0.30 + low * 0.7,
        s.breast * 0.80,
        rear * 0.88,
        0.02,
        squash=0.86,
    )


def _foot(k: Builder, s: BirdShape, name: str, foot: np.ndarray, ahead: np.ndarray, down: float) -> None:
    """Toes from `foot` along `ahead`, spread sideways; their tips sink by `down`."""
    fan = np.radians(np.linspace(-30, 30, s.toes) if s.toes > 1 else [0.0])
    bone, parent, sink = f"foot_{name}", f"shank_{name}", np.array([0, 0, down])
    for angle in fan:
        tip = foot + s.toe * (np.array([np.sin(angle), 0, 0]) + ahead * np.cos(angle)) - sink
        k.add(bone, parent, "shank", foot, tip, s.shank, s.shank * 0.5, coarse=2.0)
    if s.toes > 2:
        k.add(bone, parent, "shank", foot, foot - ahead * s.toe * 0.45 - sink * 0.7, s.shank * 0.9, s.shank * 0.5, coarse=2.0)
    if s.webbed:
        across = tuple(np.cross(ahead, [1.0, 0, 0]))
        k.add(bone, parent, "shank", foot, foot + ahead * s.toe * 0.7, s.shank, s.toe * 0.45, squash=0.12, axis=across)


def _leg(k: Builder, s: BirdShape, name: str, hip: np.ndarray, ankle: np.ndarray, foot: np.ndarray) -> None:
    """Feathered thigh, then the bare shank."""
    knee = hip + (ankle - hip) * 0.62 + [0, -0.02, 0]
    k.add(f"thigh_{name}", "trunk", "thigh", hip, knee, s.thigh * 1.3, s.thigh * 0.55, 0.04)
    k.add(f"thigh_{name}", "trunk", "shank", knee, ankle, max(s.thigh * 0.42, s.shank), s.shank * 1.25, coarse=2.0)
    k.add(f"shank_{name}", f"thigh_{name}", "shank", ankle, foot, s.shank * 1.2, s.shank, coarse=2.0)


def _legs(k: Builder, s: BirdShape, middle: np.ndarray) -> None:
    """Shanks bent back at the ankle, feet on z = 0; in flight trailing or drawn up, at rest under the body."""
    ahead, above = axes(s.pitch)
    level, back = np.array([0, -1.0, 0]), -ahead
    for side, name in ((1, "l"), (-1, "r")):
        x, swing = side * s.breast * 0.42, s.stride * side
        hip = middle + [x, 0.02, -s.breast * 0.35] + ahead * (s.hip + 0.02)
        if s.pose == "rest":
            continue
        if s.pose == "fly":
            hip = middle + [x * 0.7, 0, 0] - ahead * 0.15 - above * s.breast * 0.6
            reach = s.leg * (0.5 if s.trailing else 0.22)
            ankle = hip + back * reach - above * (0.04 if s.trailing else 0.10)
            _leg(k, s, name, hip, ankle, ankle + back * reach)
            _foot(k, s, name, ankle + back * reach, back, 0.0)
        elif s.pose == "one_leg" and side < 0:
            ankle = np.array([x, 0.16, s.stand * 0.66])
            foot = np.array([x * 0.6, -0.10, s.stand * 0.62])
            _leg(k, s, name, hip, ankle, foot)
            _foot(k, s, name, foot, np.array([0, 0.3, -0.95]), 0.0)
        else:
            if s.pose == "one_leg":
                x, swing = x * 0.35, 0.0
            foot = np.array([x, swing - (s.hip + 0.02) * np.cos(np.radians(s.pitch)), s.shank * 0.9])
            ankle = np.array([x, foot[1] + 0.09 - 0.5 * swing, s.stand * s.ankle])
            _leg(k, s, name, hip, ankle, foot)
            _foot(k, s, name, foot, level, s.shank * 0.4)


def _banked(k: Builder, degrees: float, middle: np.ndarray) -> None:
    """Roll all capsules about the line of flight through `middle`."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    roll = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])

    def turned(p: np.ndarray) -> np.ndarray:
        return roll @ (p - middle) + middle

    k.capsules = [o._replace(a=turned(o.a), b=turned(o.b), axis=tuple(roll @ o.axis)) for o in k.capsules]


def assemble(shape: BirdShape) -> Builder:
    """All capsules of a bird, in units of its body."""
    s = posed(shape)
    k, middle = Builder(s.shag), np.array([0.0, 0.0, s.stand])
    _trunk(k, s, middle)
    (spread_wings if s.pose == "fly" else folded_wings)(k, s, middle)
    tail(k, s, middle)
    _legs(k, s, middle)
    head(k, s, middle)
    if s.pose == "fly":
        _banked(k, s.bank, middle)
    return k


def _unit(shape: BirdShape) -> float:
    """Metres of one body length, from the height of the bird standing."""
    capsules = assemble(replace(shape, pose="stand")).capsules
    return shape.height / max(
        max(c.a[2] + c.ra, c.b[2] + c.rb) for c in capsules if c.squash == 1.0 or c.region in ("head", "crest", "comb")
    )


def bird(shape: BirdShape, plumage: Plumage, detail: int = 33, limit: int = 7200) -> Asset:
    """Build one bird. `detail` is grid cells along the body, `limit` the most vertices after coat refinement."""
    unit = _unit(shape)
    numbers = {n: float(v) for n, v in asdict(shape).items() if isinstance(v, (int, float))}
    numbers |= {"pose": float(POSES.index(shape.pose)), "flying": float(shape.pose == "fly"), "coat_seed": float(plumage.seed)}
    return grow(assemble(shape).skeleton(unit), bind(plumage), unit / detail, limit, numbers)
