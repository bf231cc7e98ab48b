"""One arm with one seed: the settings of its run, training it, and what the model then says of the test pictures."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from inference.experiments.libraries import identity
from inference.experiments.said import save_said
from inference.experiments.workspace import Workspace, key_of
from raw.library import Library
from training.config import TrainConfig, parse_arguments, plain
from training.finetune import train
from training.pairs import Pairs

# settings of a run that change nothing of its model
_WATCHING = ("folder", "resume", "device", "workers", "feature_batch", "progress", "trackers", "log_every", "keep")


@dataclass(frozen=True)
class Job:
    """A run of `raw train`, and the pictures that its model is tested on."""

    train: TrainConfig  # with its place in the workspace
    key: str  # of the run
    test: Path  # data set
    split: str
    images: int  # of the test, 0: all
    library: Path  # that appearances are looked up in, and that true assets are of
    out: Path  # of the workspace

    @cached_property
    def said(self) -> Path:
        """File of what the model says."""
        depends = [facts(self.test, self.split, self.images), identity(Library.open(self.library))]
        return Workspace(self.out).run(self.key) / f"said-{key_of(depends)}.jsonl"

    def pairs(self) -> Pairs:
        return Pairs(self.test, self.split, self.images)

    @property
    def model(self) -> Path:
        return self.train.run.folder / "model"


def settings_of(training: Path, overrides: dict[str, Any], fixed: dict[str, Any]) -> TrainConfig:
    """A file of `raw train` with the settings of an arm, and those that no arm decides. ValueError for unknown ones."""
    values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in {**overrides, **fixed}.items()}
    try:
        return parse_arguments(["--config", str(training), *(f"--{name}={value}" for name, value in values.items())])
    except SystemExit:
        raise ValueError(f"{training} with {overrides} is no set of settings of `raw train`; it says above what is wrong") from None


def run_key(config: TrainConfig, library: Library) -> str:
    """Of all that a trained model depends on: settings, pictures, library; not of places."""
    tree = plain(asdict(config))
    tree["run"] = {name: value for name, value in tree["run"].items() if name not in _WATCHING}
    for name in ("folder", "library", "features"):
        del tree["data"][name]
    data = config.data
    used = [facts(data.folder, "train", data.train_images), facts(data.folder, "validation", data.validation_images)]
    return key_of([tree, used, identity(library)])


@lru_cache
def facts(folder: Path, split: str, limit: int) -> dict[str, Any]:
    """What a model can learn of pictures: their programs, and how they were drawn. A set that grows keeps those that it had."""
    pairs = Pairs(folder, split, limit)
    about = {name: pairs.description.get(name) for name in ("seed", "size", "samples", "generator_version")}
    return about | {"split": pairs.split, "images": len(pairs), "programs": key_of(list(pairs.table["program"]))}


def placed(config: TrainConfig, work: Workspace, key: str) -> TrainConfig:
    """The config with its folder in the workspace."""
    return replace(config, run=replace(config.run, folder=work.run(key) / "run"))


def do(job: Job) -> float:
    """Train what is not trained and ask what was not asked; returns the seconds of this process that it took."""
    start = time.process_time()
    if not job.said.is_file():
        with Workspace(job.out).alone(job.key):
            _trained(job)
            if not job.said.is_file():  # another command may have been here before
                save_said(job.model, job.pairs(), Library.open(job.library), job.train, job.said)
    return time.process_time() - start


def _trained(job: Job) -> None:
    done, folder = Workspace(job.out).run(job.key) / "seconds.json", job.train.run.folder
    if done.is_file():
        return
    start = time.process_time()
    train(replace(job.train, run=replace(job.train.run, resume=folder.is_dir() and any(folder.iterdir()))))
    for name in ("checkpoints", "best"):  # model/ is what is asked; they take four times its room
        shutil.rmtree(folder / name, ignore_errors=True)
    done.write_text(json.dumps({"training": time.process_time() - start}) + "\n")
