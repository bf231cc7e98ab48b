"""Refine one predicted scene within a budget of seconds or evaluations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from inference.refine.budget import START, Budget, Clock, RefineError
from inference.refine.drawing import Drawing
from inference.refine.search import Candidates, Draft, Search, Step, Trial
from raw.library import GROUND, Library
from raw.scene import Embedding, Scene

NEAREST = 6  # assets of a category that are tried
CONFIRM_SEEDS = (1, 2)  # of the sampler: the winner must also win with noise that the search has not seen


@dataclass
class Refinement:
    """What came of it."""

    scene: Scene  # the winner, or the start where none was better
    start: Trial
    winner: Trial
    improved: bool
    confirmed: list[tuple[float, float]]  # objective of start and winner on each of CONFIRM_SEEDS
    trace: list[tuple[float, Step]] = field(default_factory=list)  # seconds since the beginning, round
    seconds: float = 0.0
    evaluations: int = 0


def candidates(scene: Scene, library: Library, count: int = NEAREST) -> Candidates:
    """The ``count`` assets nearest to each look of a scene whose appearances are embeddings.

    Of grounds only those of the nearest one's family: the model is mostly right about it, while in a wrong light, which comes
    right later, the colour of another kind fits better.
    """

    def near(look: Any, category: str | None) -> list[str]:
        return library.ranked(look.vector, category, count) if isinstance(look, Embedding) else []

    grounds = near(scene.ground.appearance, GROUND)
    kin = [asset for asset in grounds if library.record(asset).family == library.record(grounds[0]).family]
    return Candidates(kin, [near(thing.appearance, thing.category) for thing in scene.objects])


def refine(
    scene: Scene, assets: Candidates, drawing: Drawing, budget: Budget, rng: np.random.Generator,
    now: Callable[[], float] = time.perf_counter,
) -> Refinement:  # fmt: skip
    """Search from ``scene`` (resolved form, the photo's frame) and confirm what was found.

    Never returns a scene that the objective, at the same settings with other seeds of the sampler, finds worse than the start.
    ``now`` is the clock that the budget's seconds are read from.
    RefineError where the start itself cannot be drawn.
    """
    clock = Clock(budget, now)
    draft = Draft(scene, tuple(range(len(scene.objects))))
    [start] = drawing([draft])
    if start is None:
        raise RefineError("the scene to start from cannot be drawn")
    search = Search(start, assets, drawing, rng)
    trace = [(clock.seconds, Step(START, 1, start.value, (), draft))]
    clock.saw(START, clock.seconds)
    while kind := search.next_kind(clock.fits):
        step = search.round(kind)
        clock.saw(kind, clock.seconds - trace[-1][0])
        trace.append((clock.seconds, step))
    pairs = confirm(start.draft, search.best.draft, drawing)
    improved = is_better(pairs)
    winner = search.best if improved else start
    return Refinement(winner.draft.scene, start, winner, improved, pairs, trace, clock.seconds, search.evaluations + 2 * len(pairs))


def confirm(start: Draft, best: Draft, drawing: Drawing) -> list[tuple[float, float]]:
    """Objectives of start and best on each of CONFIRM_SEEDS, which the search has not seen; nothing where they are the same."""
    if best is start:
        return []
    trials = drawing([start, best] * len(CONFIRM_SEEDS), [seed for seed in CONFIRM_SEEDS for _ in range(2)])
    values = [trial.value if trial else float("inf") for trial in trials]
    return list(zip(values[::2], values[1::2], strict=True))


def is_better(pairs: list[tuple[float, float]]) -> bool:
    """Whether the second of all pairs is lower, and there are some."""
    return bool(pairs) and all(after < before for before, after in pairs)
