"""A pool of processes that build meshes, and that end when the process that started them is killed."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor

_LOOK_S = 0.5


def builders(workers: int) -> ProcessPoolExecutor:
    """A process pool; without the watch, workers of a killed parent would wait for work for ever."""
    return ProcessPoolExecutor(workers, initializer=_watch, initargs=(os.getpid(),))


def _watch(parent: int) -> None:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_S)
    os._exit(1)
