"""The training loop: ``raw train``, or ``python -m training.finetune --config FILE``, also under ``accelerate launch``."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path

from tqdm import tqdm

from training.accelerators import make_accelerator
from training.best import keep_if_best, tidy
from training.checkpoints import Progress, check_folder, load_checkpoint, save_checkpoint
from training.config import TrainConfig, parse_arguments, plain, save_config
from training.follow_up import fit_what_follows
from training.records import Records
from training.run import Run, prepare
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
        fit_what_follows(run)
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
