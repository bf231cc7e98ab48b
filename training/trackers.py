"""Where curves can be watched. A tracker's package is imported only if it is asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol


class Tracker(Protocol):
    def write(self, values: dict[str, float], step: int) -> None: ...

    def close(self) -> None: ...


def check_trackers(names: Iterable[str]) -> None:
    """ValueError for one whose package is not installed."""
    for name in names:
        if find_spec(name) is None:
            raise ValueError(f"run.trackers has {name!r}, which is not installed; allowed: pip install {name}, or trackers without it")


def make_tracker(name: str, folder: Path, step: int, settings: dict[str, Any]) -> Tracker:
    """A tracker of a run that goes on after ``step``."""
    return {"tensorboard": TensorBoard, "wandb": WeightsAndBiases}[name](folder, step, settings)


class TensorBoard:
    """Event files in ``tensorboard/``; what lies beyond ``step`` is purged."""

    def __init__(self, folder: Path, step: int, settings: dict[str, Any]) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def write(self, values: dict[str, float], step: int) -> None:
        for name, value in values.items():
            self.board.add_scalar(name, value, step)

    def close(self) -> None:
        self.board.close()


class WeightsAndBiases:
    """A run of the project "raw", named after the folder. A run that is resumed goes on in the same curves."""

    def __init__(self, folder: Path, step: int, settings: dict[str, Any]) -> None:
        import wandb

        place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        self.run = wandb.init(project="raw", name=folder.name, id=place, resume="allow", dir=str(folder), config=settings)

    def write(self, values: dict[str, float], step: int) -> None:
        self.run.log(values, step=step)

    def close(self) -> None:
        self.run.finish()
