"""Things on a land, and the placing that keeps them out of each other.

Land coordinates are metres, x east and y north; headings are degrees clockwise from north.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from procedural.scenes.footprints import STEPS, Footprint
from raw.library import AssetRecord

_GAP = 0.05  # metres, at least, between any two things
_TREES_APART = 0.8  # metres, between trunks; crowns may meet


class _Scaled:
    """What has the shape of its asset, and a height of its own."""

    shape: Footprint
    height: float  # metres

    @property
    def scale(self) -> float:
        """Factor from the asset's size to its own."""
        return self.height / self.shape.height


@dataclass(frozen=True)
class Thing(_Scaled):
    """One asset on the land."""

    record: AssetRecord
    shape: Footprint
    x: float
    y: float
    heading: float  # degrees clockwise from north, where its front points
    height: float  # metres
    lift: float = 0.0  # metres over the ground, of birds in the air
    group: int = -1  # number of the group of animals that it belongs to


@dataclass(frozen=True)
class Wanted(_Scaled):
    """A thing that has no place yet."""

    record: AssetRecord
    shape: Footprint
    heading: float
    height: float
    lift: float = 0.0
    group: int = -1

    def at(self, x: float, y: float) -> Thing:
        return Thing(self.record, self.shape, x, y, self.heading, self.height, self.lift, self.group)


class _Solids:
    """Arrays of N things: places (N, 2), tops (N,), reaches (N, STEPS), trunks (N,), whether they are trees (N,)."""

    def __init__(self, places: np.ndarray, things: list[Wanted] | list[Thing]) -> None:
        self.places = places
        scale = np.array([t.scale for t in things])
        self.tops = np.array([t.height + t.lift for t in things])
        self.reaches = np.array([t.shape.reach for t in things]).reshape(-1, STEPS) * scale[:, None]
        self.reaches[[t.lift > 0 for t in things]] = self.reaches[[t.lift > 0 for t in things], -1:]  # wings at any height
        self.trunks = np.array([t.shape.trunk for t in things]) * scale
        self.trees = np.array([t.record.category == "tree" for t in things], dtype=bool)

    def __len__(self) -> int:
        return len(self.tops)

    def part(self, rows: np.ndarray, places: np.ndarray) -> _Solids:
        """Some of them, at other places."""
        part = object.__new__(_Solids)
        part.places = places
        for name in ("tops", "reaches", "trunks", "trees"):
            setattr(part, name, getattr(self, name)[rows])
        return part

    def joined(self, other: _Solids) -> _Solids:
        both = object.__new__(_Solids)
        for name in ("places", "tops", "reaches", "trunks", "trees"):
            setattr(both, name, np.concatenate([getattr(self, name), getattr(other, name)]))
        return both


def meets(a: _Solids, b: _Solids) -> np.ndarray:
    """(A, B) whether things are in each other's way: each reaches as far as it does below the other's top; trees by their trunks."""
    far = np.hypot(a.places[:, None, 0] - b.places[:, 0], a.places[:, None, 1] - b.places[:, 1])
    near = far < a.reaches[:, -1].max(initial=0.0) + b.reaches[:, -1].max(initial=0.0) + _TREES_APART
    rows, columns = np.nonzero(near)  # the few that are worth a closer look
    need = _reach_below(a, rows, b.tops[columns]) + _reach_below(b, columns, a.tops[rows]) + _GAP
    both = a.trees[rows] & b.trees[columns]
    need[both] = (a.trunks[rows] + b.trunks[columns])[both] + _TREES_APART
    near[rows, columns] = far[rows, columns] < need
    return near


def _reach_below(solids: _Solids, rows: np.ndarray, heights: np.ndarray) -> np.ndarray:
    step = np.clip(np.ceil(heights / solids.tops[rows] * STEPS).astype(int) - 1, 0, STEPS - 1)
    return solids.reaches[rows, step]


class Placing:
    """Puts things where there is room; counts why others were left out."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.left_out: Counter[str] = Counter()
        self._taken = _Solids(np.zeros((0, 2)), [])

    def place(self, wanted: list[Wanted], spots: np.ndarray) -> None:
        """Put N things each on the first free one of its (N, T, 2) spots; the first of the list choose first."""
        if not wanted:
            return
        solids, waiting = _Solids(spots[:, 0], wanted), np.arange(len(wanted))
        for spot in range(spots.shape[1]):
            there = solids.part(waiting, spots[waiting, spot])
            settled = _first_come(meets(there, there), meets(there, self._taken).any(axis=1))
            self.things += [wanted[i].at(*map(float, spots[i, spot])) for i in waiting[settled]]
            self._taken = self._taken.joined(there.part(settled, there.places[settled]))
            waiting = waiting[~settled]
            if not len(waiting):
                return
        self.left_out["no room"] += len(waiting)


def _first_come(conflicts: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """(N,) which of N things may stay: none that is ``taken`` (N,), and of two in conflict (N, N) the first."""
    stays = ~taken
    for i in np.flatnonzero(np.tril(conflicts, -1).any(axis=1)):
        if stays[i] and (conflicts[i, :i] & stays[:i]).any():
            stays[i] = False
    return stays
