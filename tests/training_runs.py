"""Small runs for the tests of training: settings, the losses they left, and the same as commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from training_world import write_data, write_library

from training.config import DataConfig, OptimiserConfig, RunConfig, TrainConfig, save_config
from training.model_config import ModelConfig
from training.records import read_lines

ROOT = Path(__file__).parent.parent


def make_world(folder: Path, *, train: int = 10, validation: int = 4) -> Path:
    """A folder with a library and a data set."""
    write_library(folder / "library")
    write_data(folder / "data", train=train, validation=validation, depth=True)
    return folder


def config_of(
    world: Path, folder: Path, *, steps: int = 6, batch: int = 2, accumulation: int = 2, ema: float = 0.0, **run: object
) -> TrainConfig:
    """A run of the debug model in ``folder``; ``run`` are settings of RunConfig."""
    quick = {"device": "cpu", "log_every": 1, "validate_every": 3, "save_every": 2, "progress": False}
    return TrainConfig(
        DataConfig(world / "data", world / "library", features=world / "features", variants=2),
        RunConfig(folder, **{**quick, **run}),
        ModelConfig("debug", "debug"),
        OptimiserConfig(steps=steps, batch_size=batch, accumulation=accumulation, learning_rate=3e-3, warmup=0.2, ema=ema),
    )


def two_steps(world: Path, folder: Path, **changes: object) -> TrainConfig:
    """A run of the debug model on clean pictures; ``changes`` are fields of TrainConfig."""
    whole = TrainConfig(
        DataConfig(world / "data", world / "library", features=world / "features", variants=1),
        RunConfig(folder, device="cpu", progress=False, trackers=()),
        ModelConfig("debug", "debug"),
        OptimiserConfig(steps=2, batch_size=2),
    )
    return replace(whole, **changes)  # type: ignore[arg-type]


def losses(folder: Path) -> dict[tuple[str, int], float]:
    """The loss of every record of a run, by split and step."""
    records = [json.loads(line) for line in read_lines(folder / "metrics.jsonl")]
    return {(record["split"], record["step"]): record["loss"] for record in records}


def flags(config: TrainConfig) -> list[str]:
    """A config as arguments: a file beside the run's folder."""
    path = config.run.folder.with_suffix(".yaml")
    save_config(config, path)
    return ["--config", str(path)]


def start(*arguments: str) -> subprocess.Popen[str]:
    """An interpreter of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def python(*arguments: str) -> str:
    """What an interpreter of its own prints; it must end well."""
    with start(*arguments) as process:
        printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0, printed
    return printed
