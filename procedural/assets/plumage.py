"""Plumages: a coat with the marks of birds - patches on head and body, bars across feathers, speckles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from procedural.assets.capsules import Paint, Surface
from procedural.assets.coats import Coat, Color, noise
from procedural.assets.coats import bind as bind_coat

BODY = ("trunk", "breast", "belly", "neck", "ring", "rump", "head", "crest", "disc", "rim", "brow", "thigh", "ruff")
WING = ("wing", "flight", "primary")
FALLBACK = {  # parts a row need not name, and the part whose colour they take
    "primary": "flight", "flight": "wing", "tail_side": "tail", "sickle": "tail", "train": "tail", "brow": "head",
    "disc": "head", "rim": "head", "crest_tip": "crest", "crest": "head", "beak_low": "beak", "beak_tip": "beak", "casque": "beak",
    "pouch": "beak", "wattle": "comb",
}  # fmt: skip


class Spot(NamedTuple):
    """An ellipsoid of one colour on either side, in the frame of the head or of the trunk and in units of its radius."""

    frame: str  # 'head', 'trunk', or 'wing': in the frame of the trunk, but on the wings alone
    at: tuple[float, float, float]  # forward, up, aside (0 or more)
    size: tuple[float, float, float]  # half axes
    color: Color


class Bars(NamedTuple):
    """Dark bands across the body's axis."""

    parts: tuple[str, ...]
    size: float  # from band to band, in radii of the trunk
    color: Color
    share: float = 0.4  # of the plumage that is dark


class Speckles(NamedTuple):
    """Irregular flecks."""

    parts: tuple[str, ...]
    size: float  # in radii of the trunk
    color: Color
    share: float = 0.25


@dataclass(frozen=True)
class Plumage(Coat):
    """A coat and its marks, painted one after another."""

    marks: tuple[Spot | Bars | Speckles, ...] = ()
    spread: float = 0.05  # 0-1, how far individuals are paler, darker, warmer or cooler


def _frame(s: Surface, region: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Origin, axes (rows: forward, up, to the left) and radius of the head or the trunk; a banking bird's roll with it."""
    c = next(c for c in s.capsules if c.region == region)
    way = (c.b - c.a) / np.linalg.norm(c.b - c.a) * (1 if region == "head" else -1)
    left, right = (c.a for c in s.capsules if c.region == "eye")
    side = (left - right) / np.linalg.norm(left - right)
    return c.a, np.stack([way, np.cross(way, side), side]), c.ra


def _spot(mark: Spot, first: Surface) -> Callable[[Surface], np.ndarray]:
    origin, axes, radius = _frame(first, "trunk" if mark.frame == "wing" else mark.frame)
    parts = WING if mark.frame == "wing" else BODY

    def share(s: Surface) -> np.ndarray:
        place = (s.points - origin) @ axes.T / radius
        place[:, 2] = np.abs(place[:, 2])
        off = (place - mark.at) / mark.size
        off = np.sqrt((off * off).sum(axis=1))
        return np.clip((1.06 - off) / 0.12, 0, 1) * s.share(*parts)

    return share


def _bars(mark: Bars, first: Surface, rng: np.random.Generator) -> Callable[[Surface], np.ndarray]:
    origin, axes, radius = _frame(first, "trunk")
    warp, level = noise(first.points, mark.size * radius * 5, rng), np.cos(np.pi * mark.share)

    def share(s: Surface) -> np.ndarray:
        wave = np.cos(2 * np.pi * ((s.points - origin) @ axes[0]) / (mark.size * radius) + 0.8 * warp(s.points))
        return np.clip((wave - level) / 0.3 + 0.5, 0, 1) * s.share(*mark.parts)

    return share


def _speckles(mark: Speckles, first: Surface, rng: np.random.Generator) -> Callable[[Surface], np.ndarray]:
    flecks, level = noise(first.points, mark.size * first.capsules[0].ra, rng), 1.6 - 2.2 * mark.share
    return lambda s: np.clip((flecks(s.points) - level) / 0.4 + 0.5, 0, 1) * s.share(*mark.parts)


def _complete(plumage: Plumage) -> Plumage:
    """Every part named: those a row leaves out take the colour of their kin."""
    regions = {"belly": plumage.belly or plumage.base, "pupil": (8, 7, 7), **plumage.regions}
    for part, kin in reversed(FALLBACK.items()):
        if part not in regions and kin in regions:
            value = regions[kin]
            regions[part] = value[-1] if kin == "wing" and np.ndim(value) == 2 else value
    return replace(plumage, regions=regions)


def bind(plumage: Plumage) -> Callable[[Surface], Paint]:
    """The painter of a plumage, made from the first surface."""
    under = bind_coat(_complete(plumage))

    def make(first: Surface) -> Paint:
        rng = np.random.default_rng([plumage.seed, 1])
        cast = 1 + plumage.spread * np.clip(rng.normal() + rng.normal(size=3) * 0.3, -2, 2)
        coat, shares = under(first), []
        for mark, own in zip(plumage.marks, rng.spawn(len(plumage.marks)), strict=True):
            shares.append(
                _spot(mark, first) if isinstance(mark, Spot) else (_bars if isinstance(mark, Bars) else _speckles)(mark, first, own)
            )

        def paint(s: Surface) -> np.ndarray:
            out = coat(s)
            for mark, share in zip(plumage.marks, shares, strict=True):
                out = out + (np.asarray(mark.color, float) - out) * share(s)[:, None]
            return out * cast

        return paint

    return make
