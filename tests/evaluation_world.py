"""A tiny data set with every part that ``raw evaluate`` reads, over the library of ``tests.training_world``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from training_world import write_data


def write_test_data(folder: Path, *, train: int = 6, test: int = 3) -> Path:
    """A data set folder with a train and a test split of 32-pixel pictures, and a label hash."""
    write_data(folder, train=train, validation=test)
    (folder / "validation").rename(folder / "test")
    path = folder / "dataset.json"
    description = json.loads(path.read_text())
    splits = description["splits"]
    splits["test"], splits["validation"] = splits["validation"], splits["test"]
    description["samples"] = 1
    description["label_hash"] = hashlib.sha256(json.dumps(splits).encode()).hexdigest()
    path.write_text(json.dumps(description))
    return folder
