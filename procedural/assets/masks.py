"""Masks of a coat: one flat colour on a place of the body, such as a white rump, a saddle, a face band or black socks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from procedural.assets.capsules import Surface
from procedural.assets.patterns import noise, step

Color = tuple[float, float, float]  # sRGB, 0-255
EVERYWHERE = (-9.0, 9.0)
PARTS: Mapping[str, tuple[str, ...]] = {
    "trunk": ("trunk",),
    "neck": ("neck",),
    "head": ("head", "muzzle"),
    "ground": ("trunk", "leg", "foot"),
}


@dataclass(frozen=True)
class Mask:
    """Where a colour goes. The three spans are read in a frame of the body:

    trunk:  along 0 at the chest to 1 at the rump, up 0 at the belly to 1 at the back, aside 0 at the middle to 1 at the flank
    neck:   along 0 at its root to 1 at the skull, up -1 at the throat to 1 at the crest
    head:   along 0 at the skull to 1 at the nose, up -1 at the chin to 1 at the brow, aside 1 at the cheek
    ground: as trunk, but up from 0 on the ground to 1 at the back
    """

    color: Color
    frame: str = "trunk"
    along: tuple[float, float] = EVERYWHERE
    up: tuple[float, float] = EVERYWHERE
    aside: tuple[float, float] = EVERYWHERE
    parts: tuple[str, ...] = ()  # regions; empty: those of the frame
    soft: float = 0.08  # width of the edge, in units of the frame
    ragged: float = 0.0  # how far the edge strays, in units of the frame


def _line(surface: Surface, region: str) -> tuple[np.ndarray, np.ndarray, float]:
    """First and last point of a region's first capsule, and its larger radius."""
    c = next(c for c in surface.capsules if c.region == region)
    return np.asarray(c.a), np.asarray(c.b), max(c.ra, c.rb)


def _barrel(first: Surface, ground: bool) -> Callable[[np.ndarray], tuple[np.ndarray, ...]]:
    ends = [(p, r, c.squash) for c in first.capsules[:2] for p, r in ((c.a, c.ra), (c.b, c.rb))]  # the trunk is built first
    front, rear = min(p[1] - r for p, r, _ in ends), max(p[1] + r for p, r, _ in ends)
    low, high = 0.0 if ground else min(p[2] - r for p, r, _ in ends), max(p[2] + r for p, r, _ in ends)
    half = max(r * w for _, r, w in ends)
    return lambda p: ((p[:, 1] - front) / (rear - front), (p[:, 2] - low) / (high - low), np.abs(p[:, 0]) / half)


def _axial(a: np.ndarray, b: np.ndarray, length: float, radius: float) -> Callable[[np.ndarray], tuple[np.ndarray, ...]]:
    out = (b - a) / np.linalg.norm(b - a)
    up = np.array([0, out[2], -out[1]])
    return lambda p: ((p - a) @ out / length, (p - a) @ up / radius, np.abs(p[:, 0]) / radius)


def _frame(first: Surface, name: str) -> Callable[[np.ndarray], tuple[np.ndarray, ...]]:
    if name == "neck":
        a, b, radius = _line(first, "neck")
        return _axial(a, b, float(np.linalg.norm(b - a)), radius)
    if name == "head":
        (a, _, radius), (_, b, _) = _line(first, "head"), _line(first, "muzzle")
        return _axial(a, b, float(np.linalg.norm(b - a)), radius)
    return _barrel(first, ground=name == "ground")


def _window(x: np.ndarray, span: tuple[float, float], soft: float) -> np.ndarray:
    half = soft / 2
    return step(x, span[0] - half, span[0] + half) * (1 - step(x, span[1] - half, span[1] + half))


def bind_mask(mask: Mask, first: Surface, rng: np.random.Generator) -> Callable[[Surface], np.ndarray]:
    """The share (V,) of a mask's colour on each vertex, as a function of the surface. ValueError for an unknown frame."""
    if mask.frame not in PARTS:
        raise ValueError(f"mask frame {mask.frame!r}: allowed are {', '.join(PARTS)}")
    place, parts = _frame(first, mask.frame), mask.parts or PARTS[mask.frame]
    stray = noise(first.points, 0.12 * float(np.ptp(first.points[:, 2])), rng)

    def amount(s: Surface) -> np.ndarray:
        share, off = s.share(*parts), mask.ragged * stray(s.points) if mask.ragged else 0.0
        for x, span in zip(place(s.points), (mask.along, mask.up, mask.aside), strict=True):
            if span != EVERYWHERE:
                share = share * _window(x + off, span, mask.soft)
        return share

    return amount
