"""An experiment of seconds: the debug model and tower, a data set of 32-pixel pictures, and what a caller changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from training_world import write_data, write_library

TRAINING = {
    "data": {"folder": "unplaced", "library": "unplaced", "variants": 1},
    "model": {"size": "debug", "tower": "debug"},
    "optimiser": {"steps": 4, "batch_size": 2, "learning_rate": 0.003},
    "run": {"folder": "unplaced", "device": "cpu", "validate_every": 1000, "save_every": 2, "keep": 1, "trackers": []},
}
PLAIN: dict[str, Any] = {
    "question": "Does it matter?",
    "paper": "it does (section 3)",
    "training": "training.yaml",
    "arms": {"plain": {}, "head": {"train": {"model.codec": "head"}}},
    "measures": ["relative", "scene"],
    "claims": [{"says": "a head helps", "measure": "relative", "better": "head", "worse": "plain"}],
}


def write_experiment(folder: Path, **changes: Any) -> Path:
    """The file of the experiment ``PLAIN`` with changes, beside its training file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "training.yaml").write_text(yaml.safe_dump(TRAINING))
    path = folder / "trial.yaml"
    path.write_text(yaml.safe_dump({**PLAIN, **changes}, sort_keys=False))
    return path


def make_world(folder: Path) -> Path:
    """A folder with a library and a data set of three splits."""
    write_library(folder / "library")
    write_data(folder / "data", train=6, validation=2, test=5)
    return folder
