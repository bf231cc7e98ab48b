"""The process of a lane: makes the scenes that come through a pipe, and ends when the pipe breaks.

It leads a session of its own, in which its render process is too: Ctrl-C in a terminal reaches the parent alone.
SIGTERM ends it in order: the render process is ended, and temporary files are removed.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import NoReturn

from procedural.generate.config import Task
from procedural.generate.lane import Lane, LaneSetup, Progress
from procedural.generate.shards import part_path, save_part

_PATIENCE_S = 5.0  # for this process to end in order


def lane_main(setup: LaneSetup, pipe: Connection) -> None:
    """Tasks come in, ``Progress`` and ``Made`` go out; an exception goes out when nothing more can be made. None ends it."""
    os.setsid()
    signal.signal(signal.SIGTERM, _end)
    tasks: SimpleQueue[Task | None] = SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, tasks), daemon=True).start()
    try:
        with Lane(setup) as lane:
            while (task := tasks.get()) is not None:
                made, part = lane.make(task, lambda images, task=task: pipe.send(Progress(task, images)))
                if part is not None:
                    save_part(part_path(setup.config.out, task), part)
                pipe.send(made)
    except (OSError, ValueError) as problem:  # no library, no disk
        with suppress(OSError):  # or no parent
            pipe.send(problem)


def _listen(pipe: Connection, tasks: SimpleQueue[Task | None]) -> None:
    """Queue what the parent sends; end this process and its render process when the parent is gone."""
    with suppress(EOFError, OSError):
        while (task := pipe.recv()) is not None:
            tasks.put(task)
        tasks.put(None)
        return
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_S)
    os.killpg(0, signal.SIGKILL)


def _end(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)  # the render process
    raise SystemExit(128 + signal.SIGTERM)
