"""The models that a run keeps: ``best/step-.../`` by score, and ``model/``, which is the first of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from raw.model.description import SCORE_FILE
from training.checkpoints import Progress
from training.run import Run
from training.saving import replace_folder, save_model


def keep_if_best(run: Run, progress: Progress, values: dict[str, float], score: float) -> Progress:
    """Take in the validation of ``progress.step``: write the model if it is among the best, and count those in vain.

    What it displaces is only removed by ``tidy``, when a checkpoint knows of it.
    """
    folder, step = run.config.run.folder, progress.step
    after = progress.validated(score, keep=run.config.run.best)
    if step in after.best_steps:
        note = json.dumps({"step": step, "score": score, **values})
        with run.averaged():
            save_model(run.accelerator, run.model, _place(folder, step), {SCORE_FILE: note}, run.settings_file)
        if run.accelerator.is_main_process:
            _set_first(folder, after)
        run.accelerator.wait_for_everyone()
    return after


def tidy(folder: Path, progress: Progress) -> None:
    """Leave in a run's folder only the models that its last checkpoint calls the best."""
    kept = {_place(folder, step) for step in progress.best_steps}
    for found in (folder / "best").glob("*step-*"):
        if found not in kept:
            shutil.rmtree(found)
    if kept:
        _set_first(folder, progress)


def _set_first(folder: Path, progress: Progress) -> None:
    """Make ``model/`` a copy of the best model, unless it is one."""
    first, model = _place(folder, progress.best_steps[0]), folder / "model"
    if not (model / SCORE_FILE).is_file() or (model / SCORE_FILE).read_bytes() != (first / SCORE_FILE).read_bytes():
        replace_folder(model, lambda temporary: shutil.copytree(first, temporary))


def _place(folder: Path, step: int) -> Path:
    return folder / "best" / f"step-{step:08d}"
