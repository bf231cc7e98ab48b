"""Where an experiment keeps what it makes. All of it is named after what it depends on, so that experiments share it.

sets/KEY/                     pictures that an experiment draws
libraries/KEY/                parts of a library, or its meshes with another tower's embeddings
features/                     what towers see, as `raw train` keeps it
runs/KEY/run/                 the folder of `raw train`
runs/KEY/said-KEY.jsonl       what the model says of test pictures
NAME/                         table.md, results.json and plots of an experiment
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from procedural.folder_lock import folder_lock

_WAIT = 3.0  # seconds


class Workspace(NamedTuple):
    """Folders under one."""

    out: Path

    @property
    def features(self) -> Path:
        return self.out / "features"

    def set(self, key: str) -> Path:
        return self.out / "sets" / key

    def library(self, key: str) -> Path:
        return self.out / "libraries" / key

    def run(self, key: str) -> Path:
        return self.out / "runs" / key

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Hold the right to make what has a key, and wait for it as long as another command holds it."""
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(folder_lock(self.out / "locks" / key))
                    break
                except BlockingIOError:
                    time.sleep(_WAIT)
            yield

    def report(self, name: str) -> Path:
        return self.out / name


def key_of(depends: Any) -> str:
    """16 hex digits of what something depends on, which must be plain: text, numbers, lists and mappings."""
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:16]
