"""Coats: a colour for every vertex from where it is on the body, which part it belongs to and which way it faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from procedural.assets.capsules import Paint, Surface
from procedural.assets.masks import Color, Mask, bind_mask
from procedural.assets.patterns import PATTERNS, noise, step


@dataclass(frozen=True)
class Coat:
    """One row of coat numbers. Lengths in metres."""

    base: Color
    belly: Color | None = None  # pale underside; None: the base
    regions: Mapping[str, Color | tuple[Color, ...]] = field(default_factory=dict)  # several run from first to last point of a chain
    masks: tuple[Mask, ...] = ()  # flat colours on places, each over the ones before it
    pattern: str = ""  # a key of PATTERNS
    ink: Color = (20, 16, 14)  # colour of the marks
    size: float = 0.1  # metres, spacing of the marks on the trunk
    marked: tuple[str, ...] = ()  # regions that carry the marks; empty: all that are not plain
    second: tuple[str, Color, float] | None = None  # pattern, ink and size of further marks over the first
    grain: float = 0.05  # 0-1, brightness variation
    back: float = 0.12  # 0-1, how much darker the back is
    hair: float = 0.0  # 0-1, brightness variation of the mane's locks
    tone: float = 1.0  # brightness of the whole coat
    seed: int = 0


def _mix(a: np.ndarray, b: Color | np.ndarray, amount: np.ndarray) -> np.ndarray:
    return a + (np.asarray(b, float) - a) * amount[:, None]


ALWAYS: Mapping[str, Color] = {"pupil": (8, 7, 7)}  # parts of one colour in every coat that does not name them
PLAIN = ("eye", "pupil", "hoof", "horn", "tusk", "nose", "tuft", "beak", "shank", "mouth")  # parts no shading or pattern touches


def _regions(coat: Coat, s: Surface) -> np.ndarray:
    """(V, 3) colours of the parts, blended where parts meet."""
    named, columns = {**ALWAYS, **coat.regions}, {}
    for i, c in enumerate(s.capsules):
        columns.setdefault(c.region, []).append(i)
    stops = {region: np.atleast_2d(np.asarray(named.get(region, coat.base), float)) for region in columns}
    flat = np.array([stops[c.region][0] if len(stops[c.region]) == 1 else np.zeros(3) for c in s.capsules], s.near.dtype)
    out = (s.near @ flat).astype(float)
    for region, colors in stops.items():
        if len(colors) > 1:
            near = s.near[:, columns[region]]
            share = near.sum(axis=1)
            rows = np.flatnonzero(share > 1e-6)
            along = (near[rows] * s.along[np.ix_(rows, columns[region])]).sum(axis=1) / share[rows]
            channels = [np.interp(along * (len(colors) - 1), np.arange(len(colors)), channel) for channel in colors.T]
            out[rows] += share[rows, None] * np.stack(channels, axis=1)
    return out


def _layers(coat: Coat) -> list[tuple[str, Color, float]]:
    layers = ([(coat.pattern, coat.ink, coat.size)] if coat.pattern else []) + ([coat.second] if coat.second else [])
    for pattern, _, _ in layers:
        if pattern not in PATTERNS:
            raise ValueError(f"coat pattern {pattern!r}: allowed are '' and {', '.join(sorted(PATTERNS))}")
    return layers


def bind(coat: Coat) -> Callable[[Surface], Paint]:
    """The painter of a coat, made from the first surface (marks keep their places when the mesh is refined)."""
    layers = _layers(coat)

    def make(first: Surface) -> Paint:
        rng = np.random.default_rng(coat.seed)
        inks = [(PATTERNS[pattern](size, first, rng), ink) for pattern, ink, size in layers]
        masks = [(bind_mask(mask, first, rng), mask.color) for mask in coat.masks]
        extent = float(np.ptp(first.points[:, 2]))
        mottle, fine = noise(first.points, extent * 0.25, rng), noise(first.points, extent * 0.06, rng)

        def paint(s: Surface) -> np.ndarray:
            soft, up = 1 - s.share(*PLAIN), s.normals[:, 2]
            out = _regions(coat, s)
            if coat.belly is not None:
                under = step(-up, 0.15, 0.75) * s.share("trunk", "neck", "muzzle") + 0.5 * step(-up, 0.3, 0.9) * s.share("head")
                out = _mix(out, coat.belly, np.clip(under, 0, 1))
            for amount, color in masks:
                out = _mix(out, color, np.clip(amount(s), 0, 1))
            if "ear_inner" in coat.regions:
                out = _mix(out, coat.regions["ear_inner"], s.share("ear") * step(-s.normals[:, 1], 0.2, 0.6))
            carried = s.share(*coat.marked) if coat.marked else soft
            for marks, ink in inks:
                out = _mix(out, ink, np.clip(marks(s) * carried, 0, 1))
            out *= (1 - soft * coat.back * step(up, 0.2, 0.9) * s.share("trunk", "neck", "head", "mane", "wing"))[:, None]
            hair = coat.hair * s.share("mane") * np.clip(fine(s.points * np.array([2.5, 2.5, 0.8])), -1.5, 1.5)
            return coat.tone * out * (1 + hair + soft * coat.grain * (0.6 * mottle(s.points) + 0.8 * fine(s.points)))[:, None]

        return paint

    return make
