"""Lanes as processes of this machine."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import wait

from procedural.generate.config import Task
from procedural.generate.engine import SCENES_PER_LANE, Retries, ctrl_c_waits
from procedural.generate.lane import LaneSetup, Made, Progress
from procedural.generate.lane_process import lane_main

log = logging.getLogger(__name__)
_PATIENCE_S = 10.0  # for a lane to end by itself
_LOOK_S = 10.0  # between looks at lanes that say nothing
_SPAWN = get_context("spawn")


class _Lane:
    """The parent's end of one lane."""

    def __init__(self, setup: LaneSetup) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=lane_main, args=(setup, theirs), daemon=True)
        resource_tracker.ensure_running()  # else the start would run it, and let Ctrl-C through
        with ctrl_c_waits():
            self._process.start()
        theirs.close()  # so that the pipe breaks when the lane ends
        self.task: Task | None = None
        self.given = 0
        self.heard = time.monotonic()

    def give(self, task: Task | None) -> None:
        """Send a task, or None, after which the lane ends in order."""
        self.task, self.given, self.heard = task, self.given + 1, time.monotonic()
        with suppress(OSError):  # the lane has ended; reading from it will say so
            self.pipe.send(task)

    def read(self) -> Progress | Made | None:
        """What it says, None if it has ended. OSError or ValueError where it says that nothing can be made."""
        self.heard = time.monotonic()
        try:
            event = self.pipe.recv()
        except (EOFError, OSError):
            return None
        if isinstance(event, Exception):
            raise event
        if isinstance(event, Made):
            self.task = None
        return event

    def kill(self) -> None:
        """End the lane at once; ``ended`` must follow."""
        self._process.kill()

    def ended(self) -> int | None:
        """Wait for its end, help it along, and end what is left of its processes; returns the exit code."""
        self.pipe.close()  # which a lane takes as a sign to end
        wait([self._process.sentinel], _PATIENCE_S)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # a render process may outlive its lane
        self._process.kill()
        self._process.join()
        return self._process.exitcode


class LocalEngine:
    """``config.workers`` lanes."""

    def __init__(self, setup: LaneSetup) -> None:
        self._setup = setup
        self._lanes: list[_Lane] = []
        self._retries = Retries()
        self._silence_s = 2 * (setup.config.timeout_s + 120) + 120  # a picture drawn twice by fresh processes, and all around it

    def run(self, tasks: Sequence[Task]) -> Iterator[Progress | Made]:
        waiting = deque(tasks)
        self._lanes = [_Lane(self._setup) for _ in range(min(self._setup.config.workers, len(waiting)))]
        while waiting or any(lane.task for lane in self._lanes):
            self._feed(waiting)
            for lane in self._heard():
                if event := lane.read():
                    yield event
                elif failed := self._replace(lane, waiting):
                    yield failed
        for lane in self._lanes:
            lane.give(None)
        self.close()

    def close(self) -> None:
        for lane in self._lanes:
            lane.pipe.close()  # all of them, before waiting for one
        while self._lanes:
            self._lanes.pop().ended()

    def _feed(self, waiting: deque[Task]) -> None:
        for i, lane in enumerate(self._lanes):
            if lane.task is None and waiting:
                if lane.given >= SCENES_PER_LANE:
                    lane.give(None)
                    self._lanes[i] = _Lane(self._setup)
                    lane.ended()
                self._lanes[i].give(waiting.popleft())

    def _heard(self) -> list[_Lane]:
        """Lanes that have something to read; those that were silent for too long are ended, and read next time."""
        lanes = {lane.pipe: lane for lane in self._lanes}
        heard = [lanes[pipe] for pipe in wait(list(lanes), _LOOK_S)]  # type: ignore[index]
        for lane in self._lanes:
            if lane.task and lane not in heard and time.monotonic() - lane.heard > self._silence_s:
                log.warning("scene %s: nothing was heard for %.0f s, its lane is ended", lane.task.scene_id, self._silence_s)
                lane.kill()
        return heard

    def _replace(self, lane: _Lane, waiting: deque[Task]) -> Made | None:
        """A fresh lane for one that has ended; its scene is queued once more, or given up."""
        code = lane.ended()
        self._lanes[self._lanes.index(lane)] = _Lane(self._setup)
        return self._retries.again(lane.task, waiting, f"its lane ended with code {code}") if lane.task else None
