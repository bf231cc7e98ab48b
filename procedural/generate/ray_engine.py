"""Lanes as actors of Ray, on this machine or on a cluster.

Actors send their parts home and the driver alone writes, so nodes need no common folder for the set: a scene of
100 pictures is some 25 MB. What each node needs is this package, and the library under the same path.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import ModuleType
from typing import Any

from procedural.generate.config import Task
from procedural.generate.engine import SCENES_PER_LANE, Retries, ctrl_c_waits
from procedural.generate.lane import Lane, LaneSetup, Made, Progress
from procedural.generate.shards import part_path, save_part

log = logging.getLogger(__name__)
_STORE_BYTES = 1_000_000_000  # of a local Ray, for parts on their way
_PATIENCE_S = 10.0  # for an actor to end its render process


class _Actor:
    """A lane in a process of Ray."""

    def start(self, setup: LaneSetup) -> None:
        self._lane = Lane(setup)

    def make(self, task: Task) -> tuple[Made, bytes | None]:
        return self._lane.make(task, lambda images: None)

    def end(self) -> None:
        self._lane.__exit__()


class RayEngine:
    """``config.workers`` actors of one CPU each; on a cluster as many of them as find room."""

    def __init__(self, setup: LaneSetup) -> None:
        self._setup = setup
        self._given: Counter[Any] = Counter()  # of every actor that is alive
        self._pending: dict[Any, tuple[Any, Task | None]] = {}  # what is awaited, of which actor
        self._retries = Retries()
        self._ray = _connect(setup.config.ray_address, setup.config.workers)

    def run(self, tasks: Sequence[Task]) -> Iterator[Progress | Made]:
        waiting = deque(tasks)
        for _ in range(min(self._setup.config.workers, len(waiting))):
            self._launch()
        while self._pending:
            (reference,), _ = self._ray.wait(list(self._pending), num_returns=1)
            actor, task = self._pending.pop(reference)
            try:
                answer = self._ray.get(reference)
            except self._ray.exceptions.RayActorError as problem:
                del self._given[actor]
                if task is None:
                    raise ValueError(f"an actor of Ray ended while it started: {problem}") from problem
                if failed := self._retries.again(task, waiting, "its actor ended", str(problem)):
                    yield failed
                if waiting:
                    self._launch()
                continue
            if task:
                made, part = answer
                if part is not None:
                    save_part(part_path(self._setup.config.out, task), part)
                yield made
            if waiting:
                self._give(actor, waiting)
        for actor in list(self._given):
            self._end(actor)

    def close(self) -> None:
        for actor in self._given:
            self._ray.kill(actor)
        self._given.clear()
        self._ray.shutdown()

    def _launch(self) -> None:
        actor = self._ray.remote(num_cpus=1, max_restarts=0)(_Actor).remote()
        self._given[actor] = 0
        self._pending[actor.start.remote(self._setup)] = (actor, None)  # an error in it is raised here

    def _give(self, actor: Any, waiting: deque[Task]) -> None:
        if self._given[actor] >= SCENES_PER_LANE:
            self._end(actor)
            self._launch()
            return
        task = waiting.popleft()
        self._given[actor] += 1
        self._pending[actor.make.remote(task)] = (actor, task)

    def _end(self, actor: Any) -> None:
        with suppress(self._ray.exceptions.RayError):
            self._ray.get(actor.end.remote(), timeout=_PATIENCE_S)
        self._ray.kill(actor)
        del self._given[actor]


def _connect(address: str | None, workers: int) -> ModuleType:
    """Join a cluster, or start a Ray of this machine alone, which listens on loopback; returns Ray. It never phones home."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if not address:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # on Linux too: without it 127.0.0.1 is not taken for an answer
    try:
        import ray  # which reads these
    except ModuleNotFoundError:
        raise ValueError("engine ray needs the Python package ray: pip install 'raw-scenes[ray]'") from None

    handler = signal.getsignal(signal.SIGTERM)
    alone = {"num_cpus": workers, "include_dashboard": False, "_node_ip_address": "127.0.0.1", "object_store_memory": _STORE_BYTES}
    with ctrl_c_waits():  # Ray dies of it while it starts
        ray.init(logging_level=logging.WARNING, **({"address": address} if address else alone))
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, handler)  # Ray takes it for itself
    return ray
