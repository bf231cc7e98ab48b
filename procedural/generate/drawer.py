"""The render process of one lane: one picture at a time, drawn while the lane does something else."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from pathlib import Path

from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from raw.scene import Scene

log = logging.getLogger(__name__)
_RECYCLE_AFTER = 1000  # pictures, whatever the memory; a fresh process takes six seconds to start


class Drawer:
    """Start a picture, do other work, finish it.

    A picture whose render process crashed or hung is drawn once more by a fresh one, which gives the same picture. A
    process that has grown beyond ``max_memory_mb`` is replaced before the next picture.
    """

    def __init__(self, library: Path, *, timeout_s: float, max_memory_mb: float, threads: int = 1) -> None:
        self._library, self._timeout_s, self._max_memory_mb, self._threads = library, timeout_s, max_memory_mb, threads
        self._pool = self._fresh()
        self._grown = False
        self._job: tuple[Scene, RenderSettings, Future[Rendering]] | None = None

    def __enter__(self) -> Drawer:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.close()

    def _fresh(self) -> RenderPool:
        self._drawn = 0
        return RenderPool(self._library, workers=1, threads=self._threads, timeout_s=self._timeout_s, recycle_after=_RECYCLE_AFTER)

    def start(self, scene: Scene, settings: RenderSettings) -> None:
        """Begin a picture; one that was begun and never finished is dropped."""
        if self._grown:
            self._pool.close()
            self._pool, self._grown = self._fresh(), False
        self._job = (scene, settings, self._pool.submit(scene, settings))

    def finish(self) -> Rendering:
        """The picture that was begun. RenderError if it failed twice; its subclasses judge the scene and come at once."""
        if self._job is None:
            raise ValueError("no picture was begun")
        (scene, settings, future), self._job = self._job, None
        try:
            drawing = future.result()
        except RenderError as problem:
            if type(problem) is not RenderError:
                raise
            log.warning("a picture is drawn again: %s", problem)
            drawing = self._pool.render(scene, settings)
        self._drawn += 1
        self._grown = drawing.memory_mb > self._max_memory_mb
        if self._grown and self._drawn == 1:
            log.warning("a fresh render process takes %.0f MB, over max_memory_mb of %.0f: each picture starts another",
                        drawing.memory_mb, self._max_memory_mb)  # fmt: skip
        return drawing
