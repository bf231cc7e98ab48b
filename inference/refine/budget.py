"""How long refining may take."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

START, CONFIRM = "start", "confirm"
# Blender needs long for another sky or land; the first drawing, which loads everything, takes about as long as a round
COSTS = {"objects": 1.5, "camera": 1.0, "sky": 4.0, "ground": 4.0, CONFIRM: 2.0, START: 1.0}  # of rounds

RECYCLE_AFTER = 2000  # scenes that a render worker draws; starting another one costs seconds


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


class Clock:
    """Tells which rounds of the search, and confirming after them, still fit into the budget."""

    def __init__(self, budget: Budget, now: Callable[[], float] = time.perf_counter) -> None:
        """``now`` gives seconds since some beginning."""
        self._budget, self._now, self._begin = budget, now, now()
        self._longest: dict[str, float] = {}  # seconds of a round of a kind

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._now() - self._begin

    def saw(self, kind: str, seconds: float) -> None:
        """A round of a kind took so long."""
        self._longest[kind] = max(seconds, self._longest.get(kind, 0.0))

    def fits(self, kind: str, evaluations: int) -> bool:
        """Whether one more round of a kind does, after so many evaluations."""
        if self._budget.steps and evaluations >= self._budget.steps:
            return False
        return not self._budget.seconds or self.seconds + self._expected(kind) + self._expected(CONFIRM) < self._budget.seconds

    def _expected(self, kind: str) -> float:
        """As long as the longest of its kind; for a kind that was not seen, by the costs of those that were."""
        return self._longest.get(kind) or max((s * COSTS[kind] / COSTS[seen] for seen, s in self._longest.items()), default=0.0)
