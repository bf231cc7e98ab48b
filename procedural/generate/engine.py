"""Where scenes are made: the protocol of engines, and the choice of one.

An engine gets tasks and gives events as they come, in any order: ``Progress`` of scenes under way, and one ``Made`` for
every task, whose part is then on disk. A scene whose lane ended is made once more in another lane, and fails after that.
"""

from __future__ import annotations

import logging
import signal
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from procedural.generate.config import Task
from procedural.generate.lane import LaneSetup, Made, Progress

log = logging.getLogger(__name__)
ATTEMPTS = 2  # lanes that may end over one scene
SCENES_PER_LANE = 100  # then a fresh one takes over, as memory of long-lived processes grows


class Engine(Protocol):
    def run(self, tasks: Sequence[Task]) -> Iterator[Progress | Made]:
        """Make all tasks. OSError where a part cannot be written: disks do not heal by trying the next scene."""

    def close(self) -> None:
        """End all lanes and their render processes now; scenes under way are dropped."""


class Retries:
    """Scenes whose lanes ended under them: each is queued once more, and given up after that."""

    def __init__(self) -> None:
        self._ended: Counter[Task] = Counter()

    def again(self, task: Task, waiting: deque[Task], ended: str, why: str = "") -> Made | None:
        """Put a scene back at the head of ``waiting``; or its failure, if it has used up its lanes."""
        because = f": {why}" if why else ""
        self._ended[task] += 1
        if self._ended[task] >= ATTEMPTS:
            return Made(task, f"{ended}, {ATTEMPTS} times{because}")
        log.warning("scene %s is made again: %s%s", task.scene_id, ended, because)
        waiting.appendleft(task)
        return None


def make_engine(setup: LaneSetup) -> Engine:
    """The engine of a config. ValueError if it needs a package that is not installed."""
    if setup.config.engine == "ray":
        from procedural.generate.ray_engine import RayEngine

        return RayEngine(setup)
    from procedural.generate.local_engine import LocalEngine

    return LocalEngine(setup)


@contextmanager
def ctrl_c_waits() -> Iterator[None]:
    """Ctrl-C in the block takes effect after it, and not at all in processes that the block starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
