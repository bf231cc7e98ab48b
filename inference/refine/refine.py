"""Refine one predicted scene within a budget of seconds or evaluations."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inference.refine.drawing import Drawing
from inference.refine.search import Candidates, Draft, Search, Step, Trial
from raw.library import GROUND, Library
from raw.scene import Embedding, Scene

NEAREST = 6  # assets of a category that are tried
SEARCH_SEED, CONFIRM_SEEDS = 0, (1, 2)  # of the sampler: the winner must also win where the search has not looked


class RefineError(ValueError):
    """A scene or a budget that cannot be refined."""


@dataclass(frozen=True)
class Budget:
    """When to stop: after so many seconds, or so many evaluations, or what comes first; 0 is no limit."""

    seconds: float = 0.0
    steps: int = 0

    def __post_init__(self) -> None:
        if self.seconds < 0 or self.steps < 0 or not (self.seconds or self.steps):
            raise RefineError(f"a budget is {self.seconds:g} s and {self.steps} evaluations; allowed: 0 or more, not both 0")


@dataclass
class Refinement:
    """What came of it."""

    scene: Scene  # the winner, or the start where none was better
    start: Trial
    winner: Trial
    improved: bool
    confirmed: list[tuple[float, float]]  # objective of start and winner on each of CONFIRM_SEEDS that was drawn
    trace: list[tuple[float, Step]] = field(default_factory=list)  # seconds since the beginning, round
    seconds: float = 0.0
    evaluations: int = 0


def candidates(scene: Scene, library: Library, count: int = NEAREST) -> Candidates:
    """The ``count`` assets nearest to each look of a scene whose appearances are embeddings."""

    def near(look: Any, category: str | None) -> list[str]:
        return library.ranked(look.vector, category, count) if isinstance(look, Embedding) else []

    return Candidates(near(scene.ground.appearance, GROUND), [near(thing.appearance, thing.category) for thing in scene.objects])


def refine(scene: Scene, assets: Candidates, drawing: Drawing, budget: Budget, rng: np.random.Generator) -> Refinement:
    """Search from ``scene`` (resolved form, the photo's frame) and confirm what was found.

    Never returns a scene that the objective, at the same settings with other seeds of the sampler, finds worse than the start.
    RefineError where the start itself cannot be drawn.
    """
    clock = _Clock(budget)
    draft = Draft(scene, tuple(range(len(scene.objects))))
    [start] = drawing([draft], SEARCH_SEED)
    if start is None:
        raise RefineError("the scene to start from cannot be drawn")
    search = Search(start, assets, drawing, rng)
    trace = [(clock.seconds, Step("start", 1, start.value, ()))]
    while not clock.over(search.evaluations, kind := search.next_kind()):
        step = search.round(kind)
        trace.append((clock.seconds, step))
        clock.saw(kind)
    pairs = _confirm(start, search.best, drawing)
    improved = bool(pairs) and all(after < before for before, after in pairs)
    winner = search.best if improved else start
    return Refinement(winner.draft.scene, start, winner, improved, pairs, trace, clock.seconds, search.evaluations + 2 * len(pairs))


def _confirm(start: Trial, best: Trial, drawing: Drawing) -> list[tuple[float, float]]:
    """Objectives of start and best on seeds that the search has not seen; nothing where they are the same."""
    if best is start:
        return []
    pairs = []
    for seed in CONFIRM_SEEDS:
        before, after = drawing([start.draft, best.draft], seed)
        pairs.append((before.value if before else float("inf"), after.value if after else float("inf")))
    return pairs


class _Clock:
    """Tells when the next round, and confirming afterwards, would not fit into the budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget, self._begin = budget, time.perf_counter()
        self._last, self._longest = self._begin, dict[str, float]()

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._begin

    def saw(self, kind: str) -> None:
        """A round of a kind has just ended."""
        now = time.perf_counter()
        self._longest[kind] = max(now - self._last, self._longest.get(kind, 0.0))
        self._last = now

    def over(self, evaluations: int, kind: str) -> bool:
        if self._budget.steps and evaluations >= self._budget.steps:
            return True
        self._last = time.perf_counter()
        known = list(self._longest.values())
        expected = self._longest.get(kind, max(known, default=0.0))
        confirming = max(known, default=0.0)
        return bool(self._budget.seconds) and self.seconds + expected + confirming >= self._budget.seconds
