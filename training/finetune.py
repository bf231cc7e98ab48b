"""The training loop: ``raw train``, or ``python -m training.finetune --config FILE``, also under ``accelerate launch``."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path

from tqdm import tqdm

from raw.library import Library
from raw.model.hub import scene_model_folder
from raw.vision.adapter import ADAPTER_FILE, Adapter
from raw.vision.horizon import HORIZON_FILE, HorizonReader
from training.accelerators import make_accelerator
from training.best import keep_if_best, tidy
from training.checkpoints import Progress, check_folder, load_checkpoint, save_checkpoint
from training.config import TrainConfig, parse_arguments, plain, save_config
from training.horizon import fit_horizon, median_error
from training.records import Records
from training.run import Run, prepare
from training.second_look import fit_second_look
from training.step import optimiser_step
from training.trackers import check_trackers
from training.validation import score, validate


def train(config: TrainConfig) -> Path:
    """Train as the config says and return the folder of the best model, in ``from_pretrained`` layout.

    Raises FileExistsError for a folder in use, ValueError for data, library and model that do not fit each other, and
    FloatingPointError when the loss is no longer a number.
    """
    check_folder(config)
    check_trackers(config.run.trackers)
    accelerator = make_accelerator(config)
    accelerator.wait_for_everyone()  # all have looked at the folder before one writes to it
    run = prepare(config, accelerator)
    folder, main = config.run.folder, accelerator.is_main_process
    progress = load_checkpoint(run)
    if config.run.resume:
        accelerator.print(f"{folder}: going on from step {progress.step}")
    if main:
        folder.mkdir(parents=True, exist_ok=True)
        save_config(config, run.settings_file)
        tidy(folder, progress)
    accelerator.wait_for_everyone()
    settings = plain(asdict(config))
    with Records(folder, step=progress.step, active=main, trackers=config.run.trackers, settings=settings) as records:
        progress = _fit(run, progress, records)
    if main and _finished(run, progress):
        _look_again(run)
        _read_horizons(run)
    accelerator.end_training()
    return folder / "model"


def _fit(run: Run, progress: Progress, records: Records) -> Progress:
    """Steps from where the run stands to its end, or to where it is told to leave, or until it gets no better; where it stands then."""
    config, settings = run.config.run, run.config.optimiser
    end = min(settings.steps, config.stop_after or settings.steps)
    if not settings.steps and not progress.best_steps:
        progress = _validated(run, progress, records)  # the model as it starts, which is what is kept
    if progress.step >= end or _gave_up(run, progress):
        return progress
    batches = iter(run.batches(progress.step, end))
    quiet = not (config.progress and run.accelerator.is_main_process)
    recent: list[dict[str, float]] = []
    bar = tqdm(range(progress.step + 1, end + 1), initial=progress.step, total=settings.steps, desc="training", disable=quiet)
    for step in bar:
        start = time.perf_counter()
        values = optimiser_step(run, batches, step)
        recent.append({**values, "images_per_second": run.step_images / (time.perf_counter() - start)})
        progress = replace(progress, step=step)
        if step % config.log_every == 0 or step == end:
            mean = {name: sum(row[name] for row in recent) / len(recent) for name in recent[0]}
            records.write("train", step, mean)
            bar.set_postfix(loss=f"{mean['loss']:.3f}")
            recent = []
        if step % config.validate_every == 0 or step == end:
            progress = _validated(run, progress, records)
        gave_up = _gave_up(run, progress)
        if step % config.save_every == 0 or step == end or gave_up:
            save_checkpoint(run, progress)
            if run.accelerator.is_main_process:
                tidy(config.folder, progress)
        if gave_up:
            run.accelerator.print(f"step {step}: {progress.in_vain} validations without a better model, so training stops")
            break
    return progress


def _gave_up(run: Run, progress: Progress) -> bool:
    return 0 < run.config.run.patience <= progress.in_vain


def _finished(run: Run, progress: Progress) -> bool:
    return progress.step >= run.config.optimiser.steps or _gave_up(run, progress)


def _look_again(run: Run) -> None:
    """Fit the second look, unless the model has one; a run that went on from a model goes on from its second look too, or keeps it."""
    folder, begun = run.config.run.folder / "model", run.config.model.start
    if (folder / ADAPTER_FILE).is_file():
        return
    start = Adapter.load(scene_model_folder(begun)) if begun else None
    if run.look_tower is None:
        if start is not None:
            start.save(folder)
        return
    assert isinstance(run.appearances, Library)  # as ``prepare`` saw to
    tower, device = run.look_tower.to(run.accelerator.device), run.accelerator.device
    settings, pairs, quiet = run.config.second_look, run.pairs["train"], not run.config.run.progress
    seed = run.config.run.seed
    fit_second_look(settings, pairs, run.appearances, tower, folder, start=start, seed=seed, device=device, quiet=quiet)


def _read_horizons(run: Run) -> None:
    """Fit the reader of horizons, unless the model has one; a run that went on from a model and fits none keeps that model's."""
    folder, begun, settings = run.config.run.folder / "model", run.config.model.start, run.config.horizon
    if (folder / HORIZON_FILE).is_file():
        return
    if not settings.steps:
        if begun and (kept := HorizonReader.load(scene_model_folder(begun))) is not None:
            kept.save(folder)
        return
    fingerprint, quiet = run.plain_model.config.tower_fingerprint, not run.config.run.progress
    reader = fit_horizon(settings, run.features["train"], fingerprint, seed=run.config.run.seed, device=run.accelerator.device, quiet=quiet)
    reader.save(folder)
    error = median_error(reader, run.features["validation"])
    run.accelerator.print(f"horizon: read to {error:.4f} of the height, median of validation pictures")


def _validated(run: Run, progress: Progress, records: Records) -> Progress:
    """Validate, and keep the model if it is one of the best so far."""
    values = validate(run)
    records.write("validation", progress.step, values)
    return keep_if_best(run, progress, values, score(run, values))


def main(argv: list[str] | None = None) -> None:
    """Train as flags and files say, and print where the model is."""
    print(train(parse_arguments(argv)))


if __name__ == "__main__":
    main()
