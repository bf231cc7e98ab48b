"""The folder of a run: who may write to it, checkpoints to resume from, and the best model so far.

config.yaml                    the resolved settings
metrics.jsonl, tensorboard/    what happened
checkpoints/step-00000500/     model/, state/ (optimiser and generators) and progress.json
model/                         the model with the lowest validation loss
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from raw.model.scene_model import SceneModel
from training.config import TrainConfig, load_config, plain


@dataclass(frozen=True)
class Progress:
    """How far a run is."""

    step: int = 0
    best_step: int = 0
    best_loss: float | None = None  # on validation

    def better(self, loss: float) -> bool:
        return self.best_loss is None or loss < self.best_loss


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
    """Settings that must not change within a run, flat. Places and the watching of it may."""
    tree = plain(asdict(config))
    tree["run"] = {"seed": tree["run"]["seed"]}
    for name in ("folder", "library", "features"):
        del tree["data"][name]
    return {f"{part}.{name}": value for part, values in tree.items() for name, value in values.items()}


def checkpoint_folders(folder: Path) -> list[Path]:
    """Whole checkpoints of a run, oldest first."""
    return sorted((folder / "checkpoints").glob("step-*"))


def save_checkpoint(accelerator: Accelerator, model: SceneModel, folder: Path, progress: Progress, keep: int) -> None:
    """Write a checkpoint, every process its share, and drop all but the last ``keep``."""
    target = folder / "checkpoints" / f"step-{progress.step:08d}"
    temporary = target.with_name(f".{target.name}.tmp")
    if accelerator.is_main_process:
        for old in (temporary, target):
            shutil.rmtree(old, ignore_errors=True)
        temporary.mkdir(parents=True)
    accelerator.wait_for_everyone()
    accelerator.save_state(str(temporary / "state"))
    accelerator.wait_for_everyone()
    if accelerator.is_main_process:
        accelerator.unwrap_model(model).save_pretrained(temporary / "model")
        (temporary / "progress.json").write_text(json.dumps(asdict(progress)))
        temporary.replace(target)
        for old in checkpoint_folders(folder)[:-keep]:
            shutil.rmtree(old)
    accelerator.wait_for_everyone()


def load_checkpoint(accelerator: Accelerator, folder: Path) -> Progress:
    """Take up the last checkpoint of a run; a run without one starts at step 0."""
    found = checkpoint_folders(folder)
    if not found:
        return Progress()
    accelerator.load_state(str(found[-1] / "state"))
    return Progress(**json.loads((found[-1] / "progress.json").read_text()))


def save_best(accelerator: Accelerator, model: SceneModel, folder: Path) -> None:
    """Replace ``folder/model``; another reader never sees half of one."""
    if not accelerator.is_main_process:
        return
    temporary, old, target = folder / ".model.tmp", folder / ".model.old", folder / "model"
    for rest in (temporary, old):
        shutil.rmtree(rest, ignore_errors=True)
    accelerator.unwrap_model(model).save_pretrained(temporary)
    if target.exists():
        target.replace(old)
    temporary.replace(target)
    shutil.rmtree(old, ignore_errors=True)
