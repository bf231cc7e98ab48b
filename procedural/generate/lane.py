"""A lane makes whole scenes, one after another, with a library and a render process of its own."""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from threadpoolctl import threadpool_limits

from procedural.generate.config import DatasetConfig, Task
from procedural.generate.drawer import Drawer
from procedural.generate.scene_rows import make_rows
from procedural.generate.shards import part_bytes
from raw.library import Library
from raw.render import RenderError


@dataclass(frozen=True)
class LaneSetup:
    """What a lane needs to know."""

    config: DatasetConfig
    library: Path
    table_hash: str  # of the library, see table_hash: lanes may run on other machines
    schema: pa.Schema  # of the rows


class Progress(NamedTuple):
    """A scene has so many rows now."""

    task: Task
    images: int


class Made(NamedTuple):
    """A scene is finished, or has failed with ``error``."""

    task: Task
    error: str | None = None


def table_hash(library: Path) -> str:
    """SHA-256 of what a library's table says of its assets: ids, seeds, heights; not of embeddings, which change no row."""
    records = [asdict(record) for record in Library.open(library).records]
    return hashlib.sha256(json.dumps(records, sort_keys=True).encode()).hexdigest()


class Lane:
    """Use as a context manager; ValueError if the library here is not the one that the set was begun with."""

    def __init__(self, setup: LaneSetup) -> None:
        if table_hash(setup.library) != setup.table_hash:
            raise ValueError(f"{setup.library} is another library on this machine; lanes need the same one everywhere")
        self._setup = setup
        self._library = Library.open(setup.library)
        config = setup.config
        self._limits = threadpool_limits(limits=1, user_api="blas")  # a second thread would wait in circles, on the renderer's time
        self._drawer = Drawer(setup.library, timeout_s=config.timeout_s, max_memory_mb=config.max_memory_mb, threads=config.threads)

    def __enter__(self) -> Lane:
        return self

    def __exit__(self, *_: object) -> None:
        self._drawer.__exit__()
        self._limits.restore_original_limits()

    def make(self, task: Task, told: Callable[[int], None]) -> tuple[Made, bytes | None]:
        """One scene: how it went, and its part's bytes. Whatever goes wrong in it is said in ``Made``."""
        try:
            rows, rejected = make_rows(task, self._setup.config, self._library, self._drawer, told)
            if not rows:
                return Made(task, f"no camera was kept of {rejected.total()}: {dict(rejected)}"), None
            return Made(task), part_bytes(rows, self._setup.schema, rejected)
        except RenderError as problem:
            return Made(task, str(problem)), None
        except Exception as problem:  # of one scene in many thousands: it is left out, with what is needed to find the fault
            place = traceback.extract_tb(problem.__traceback__)[-1]
            return Made(task, f"{type(problem).__name__}: {problem} ({Path(place.filename).name}, line {place.lineno})"), None
