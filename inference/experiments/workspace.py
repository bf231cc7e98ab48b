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
from pathlib import Path
from typing import Any, NamedTuple


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

    def report(self, name: str) -> Path:
        return self.out / name


def key_of(depends: Any) -> str:
    """16 hex digits of what something depends on, which must be plain: text, numbers, lists and mappings."""
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:16]
