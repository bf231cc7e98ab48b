"""Writes data sets: scenes from an engine, parts to shards, and nothing lost when a run is stopped or killed.

A scene's rows depend on the set's seed, the split and the scene's number, and on nothing else: not on the number of
workers, the engine, the order, or what was made by an earlier run.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from procedural.command_line import claim_folder
from procedural.folder_lock import folder_lock
from procedural.generate.config import FREE, SPLITS, DatasetConfig, Task
from procedural.generate.engine import make_engine
from procedural.generate.folder import DatasetFolder
from procedural.generate.held_out import records_for
from procedural.generate.lane import LaneSetup, Progress, table_hash
from raw.library import Library
from raw.render import RenderError

log = logging.getLogger(__name__)
_FAILURES_IN_A_ROW = 10  # after which it is not the scenes that are at fault


def generate(config: DatasetConfig, *, resume: bool = True) -> Path:
    """Write the whole set; returns its folder. Scenes that fail are logged with their seed and left out.

    With ``resume`` what an earlier run of the same config left in the folder is kept, and scenes that failed are tried
    again; ValueError names settings that differ. Without, a folder that is not empty is refused with FileExistsError.
    A folder in which another run is at work is refused with BlockingIOError. OSError where the disk is full, RenderError
    where scene after scene fails; KeyboardInterrupt by Ctrl-C and SIGTERM. After all of these the folder is valid, and a
    second call goes on where the first stopped.
    """
    from procedural.dataset.card import write_card
    from procedural.labels.columns import features
    from procedural.library.make import default_library

    with folder_lock(config.out), _signals_that_stop():
        claim_folder(config.out, config, resume=resume, free=FREE)
        library = Library.open(config.library or default_library())
        for split in SPLITS:
            if config.split(split).scenes:
                records_for(split, config.held_out, library)  # or it is said before anything is drawn
        table = table_hash(library.folder)
        folder = DatasetFolder(config, library, table)
        setup = LaneSetup(config, library.folder, table, features(config.normals).arrow_schema)
        with logging_redirect_tqdm():
            _fill(folder, setup)
        folder.close()
        write_card(config.out, library=library.folder)
    return config.out


def _fill(folder: DatasetFolder, setup: LaneSetup) -> None:
    """Make what is missing."""
    failures = 0
    with _Bar(setup.config, folder.images) as bar, closing(make_engine(setup)) as engine:
        for event in engine.run(folder.missing()):
            if isinstance(event, Progress):
                bar.has(event.task, event.images)
            elif event.error is None:
                bar.ends(event.task, folder.made(event.task))
                failures = 0
            else:
                log.warning("scene %s of seed %d failed and is left out: %s", event.task.scene_id, setup.config.seed, event.error)
                failures += folder.failed(event.task, event.error)
                bar.ends(event.task, 0)
                if failures == _FAILURES_IN_A_ROW:
                    raise RenderError(f"{failures} scenes failed one after another, the last one with: {event.error}")


class _Bar:
    """Images, images a second, time left."""

    def __init__(self, config: DatasetConfig, there: int) -> None:
        self._config, self._under_way = config, dict[Task, int]()
        self._bar = tqdm(total=config.images, initial=there, unit="image", desc="images", file=sys.stderr, mininterval=0.5, smoothing=0.05)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def has(self, task: Task, images: int) -> None:
        """A scene has so many images now: fewer than before, if it was begun again."""
        self._bar.update(images - self._under_way.get(task, 0))
        self._under_way[task] = images

    def ends(self, task: Task, images: int) -> None:
        self.has(task, images)
        del self._under_way[task]
        self._bar.total -= self._config.split(task.split).views - images  # no longer to be expected


@contextmanager
def _signals_that_stop() -> Iterator[None]:
    """SIGTERM and SIGHUP stop a run as Ctrl-C does; outside the main thread, where that cannot be said, they do what they did."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt
