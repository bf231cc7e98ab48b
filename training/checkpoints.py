"""The folder of a run: who may write to it, checkpoints to resume from, and the best model so far.

config.yaml                    the resolved settings
metrics.jsonl, tensorboard/    what happened
checkpoints/step-00000500/     model/, state/ (optimiser and generators) and progress.json
best/step-00000400/            the best models by validation, with validation.json
model/                         the best of them
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from training.accelerators import is_sharded
from training.config import TrainConfig, load_config, plain
from training.run import Run
from training.saving import save_model


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    step: int = 0
    images: int = 0  # that make up a step
    best: tuple[tuple[int, float], ...] = ()  # (step, score) of the models that are kept, the best first
    in_vain: int = 0  # validations since the last new best one

    @property
    def best_steps(self) -> tuple[int, ...]:
        return tuple(step for step, _ in self.best)

    def validated(self, score: float, *, keep: int) -> Progress:
        """With the score of the present step, and the best ``keep`` ones; of equal scores the earlier is the better."""
        others = [entry for entry in self.best if entry[0] != self.step]
        best = sorted([*others, (self.step, score)], key=lambda entry: (-entry[1], entry[0]))[:keep]
        return replace(self, best=tuple(best), in_vain=0 if best[0][0] == self.step else self.in_vain + 1)


def check_folder(config: TrainConfig) -> None:
    """FileExistsError for a folder in use, unless the run resumes; ValueError if it then differs in what it trains."""
    folder = config.run.folder
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not config.run.resume:
        raise FileExistsError(f"{folder} is not empty; allowed: a new folder, or run.resume")
    if not (folder / "config.yaml").is_file():
        raise FileExistsError(f"{folder} is not empty and holds no run to resume: config.yaml is missing")
    old, new = (_what_is_trained(c) for c in (load_config(folder / "config.yaml"), config))
    changed = [f"{name} was {old[name]!r}, is {new[name]!r}" for name in new if old[name] != new[name]]
    if changed:
        raise ValueError(f"{folder} cannot be resumed with other settings: {'; '.join(changed)}")


def _what_is_trained(config: TrainConfig) -> dict[str, Any]:
    """Settings that must not change within a run, flat. Places and the watching of it may, and how a step is cut."""
    tree = plain(asdict(config))
    tree["run"] = {name: tree["run"][name] for name in ("seed", "validate_decode")}
    for name in ("folder", "library", "features"):
        del tree["data"][name]
    for name in ("batch_size", "accumulation"):
        del tree["optimiser"][name]
    return {f"{part}.{name}": value for part, values in tree.items() for name, value in values.items()}


def checkpoint_folders(folder: Path) -> list[Path]:
    """Whole checkpoints of a run, oldest first."""
    return sorted((folder / "checkpoints").glob("step-*"))


def save_checkpoint(run: Run, progress: Progress) -> None:
    """Write a checkpoint, every process its share, and drop all but the last ones."""
    accelerator, folder = run.accelerator, run.config.run.folder
    target = folder / "checkpoints" / f"step-{progress.step:08d}"
    temporary = target.with_name(f".{target.name}.tmp")
    if accelerator.is_main_process:
        for old in (temporary, target):
            shutil.rmtree(old, ignore_errors=True)
        temporary.mkdir(parents=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(str(temporary / "state"))
    if run.average and (accelerator.is_main_process or is_sharded(accelerator)):
        run.average.save(_average_file(run, temporary))
    with run.averaged():
        save_model(accelerator, run.model, temporary / "model", settings=run.settings_file)
    if accelerator.is_main_process:
        (temporary / "progress.json").write_text(json.dumps(asdict(progress)))
        temporary.replace(target)
        for old in checkpoint_folders(folder)[: -run.config.run.keep]:
            shutil.rmtree(old)
    accelerator.wait_for_everyone()


def load_checkpoint(run: Run) -> Progress:
    """Take up the last checkpoint of a run; a run without one starts at step 0.

    ValueError for a checkpoint of another version, or when a step is no longer made of as many images.
    """
    found = checkpoint_folders(run.config.run.folder)
    if not found:
        return Progress(images=run.step_images)
    values = json.loads((found[-1] / "progress.json").read_text())
    names = {f.name for f in fields(Progress)}
    if set(values) != names:
        raise ValueError(f"{found[-1]} was written by another version: progress.json has {', '.join(values)}; allowed: {', '.join(names)}")
    progress = Progress(**{**values, "best": tuple((step, score) for step, score in values["best"])})
    if progress.images != run.step_images:
        raise ValueError(
            f"{found[-1]}: a step had {progress.images} images, now has {run.step_images} (batch_size x accumulation x processes); "
            f"allowed: {progress.images}"
        )
    run.accelerator.load_state(str(found[-1] / "state"))
    run.accelerator.step = 0  # of its count of micro-batches, which may be cut otherwise now
    if run.average:
        run.average.load(_average_file(run, found[-1]))
    return progress


def _average_file(run: Run, checkpoint: Path) -> Path:
    """Of this process where weights are spread over processes, else of all."""
    process = run.accelerator.process_index if is_sharded(run.accelerator) else 0
    return checkpoint / "state" / f"average-{process:05d}.safetensors"
