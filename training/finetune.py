"""The training loop: ``raw train``, or ``python -m training.finetune --config FILE``, also under ``accelerate launch``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import torch
from accelerate import Accelerator, InitProcessGroupKwargs
from torch import Tensor
from torch.optim import Optimizer
from torch.utils.data import DataLoader
from tqdm import tqdm

from raw.model.builders import build_model
from raw.model.scene_model import SceneModel
from raw.vision.tower import Tower, load_tower
from training.checkpoints import Progress, check_folder, load_checkpoint, save_best, save_checkpoint
from training.config import TrainConfig, parse_arguments, save_config
from training.data import SceneDataset, StepSampler, collate, model_inputs
from training.features import FeatureCache, FeatureJob, cached_features
from training.objective import Objective
from training.records import Records
from training.schedule import make_optimiser, set_learning_rate
from training.sources import Appearances, PairSource, open_source

FEATURE_TIMEOUT = timedelta(hours=12)  # other processes wait while the first computes features


@dataclass
class Run:
    """All that the loop works with."""

    config: TrainConfig
    accelerator: Accelerator
    appearances: Appearances
    pairs: dict[str, PairSource]  # by split
    features: dict[str, FeatureCache]  # by split
    model: SceneModel  # as accelerate wraps it
    optimiser: Optimizer
    objective: Objective

    def loader(self, split: str, start: int, stop: int) -> DataLoader:
        """Batches of the samples ``start`` to ``stop`` of a split. Validation is neither shuffled nor fuzzed."""
        data, training = self.config.data, split == "train"
        dataset = SceneDataset(
            self.features[split],
            self.appearances,
            self.accelerator.unwrap_model(self.model).vocabulary,
            seed=self.config.run.seed,
            shuffle=data.shuffle_statements and training,
            learn_order=not data.shuffle_statements,
            fuzz=data.fuzz if training else 0.0,
            feedback_noise=data.feedback_noise if training else 0.0,
            fixed=self.accelerator.unwrap_model(self.model).config.fixed,
        )
        lengths = [programs[0].count("\n") for programs in self.features[split].programs]
        batch = self.config.optimiser.batch_size
        sampler = StepSampler(lengths, batch=batch, start=start, stop=stop, seed=self.config.run.seed)
        # a generator of its own: to start a loader draws a number, and a resumed run starts one more than a straight run
        loader = DataLoader(
            dataset,
            batch_size=batch,
            sampler=sampler,
            collate_fn=collate,
            num_workers=self.config.run.workers,
            generator=torch.Generator(),
        )
        return self.accelerator.prepare_data_loader(loader)


def train(config: TrainConfig) -> Path:
    """Train as the config says and return the folder of the best model, in ``from_pretrained`` layout.

    Raises FileExistsError for a folder in use, ValueError for data, library and model that do not fit each other, and
    FloatingPointError when the loss is no longer a number.
    """
    check_folder(config)
    accelerator = Accelerator(
        cpu=config.run.device == "cpu",
        mixed_precision=config.optimiser.mixed_precision,
        gradient_accumulation_steps=config.optimiser.accumulation,
        kwargs_handlers=[InitProcessGroupKwargs(timeout=FEATURE_TIMEOUT)],
    )
    accelerator.wait_for_everyone()  # all have looked at the folder before one writes to it
    run = _prepare(config, accelerator)
    folder = config.run.folder
    if accelerator.is_main_process:
        folder.mkdir(parents=True, exist_ok=True)
        save_config(config, folder / "config.yaml")
    accelerator.wait_for_everyone()
    progress = load_checkpoint(accelerator, folder)
    if config.run.resume:
        accelerator.print(f"{folder}: going on from step {progress.step}")
    with Records(folder, step=progress.step, active=accelerator.is_main_process) as records:
        _fit(run, progress, records)
    accelerator.end_training()
    return folder / "model"


def _prepare(config: TrainConfig, accelerator: Accelerator) -> Run:
    """Open the data, compute features, build the model."""
    torch.manual_seed(config.run.seed)
    tower = load_tower(config.model.tower)
    with accelerator.main_process_first():
        source = open_source(config.data, tower, _cache(config))
    features = {split: _features(config, accelerator, tower, pairs) for split, pairs in source.pairs.items()}
    built = build_model(
        config.model.size,
        tower,
        source.appearances.fingerprint,
        width=source.appearances.width,
        fixed=source.fixed,
        codec=config.model.codec,
        seed=config.run.seed,
    )
    objective = Objective(config.objective, built.codec, source.fixed)
    model, optimiser = accelerator.prepare(built, make_optimiser(built, config.optimiser))
    return Run(config, accelerator, source.appearances, source.pairs, features, model, optimiser, objective)


def _cache(config: TrainConfig) -> Path:
    return config.data.features or config.data.folder / "features"


def _features(config: TrainConfig, accelerator: Accelerator, tower: Tower, pairs: PairSource) -> FeatureCache:
    variants = config.data.variants if pairs.split == "train" else 1
    job = FeatureJob(pairs, tower, config.data.augment, variants, config.run.seed)
    with accelerator.main_process_first():
        return cached_features(
            job,
            _cache(config),
            device=accelerator.device,
            batch=config.run.feature_batch,
            workers=config.run.workers,
            progress=config.run.progress,
        )


def _fit(run: Run, progress: Progress, records: Records) -> Progress:
    """Steps from where the run stands to its end, or to where it is told to leave."""
    config, settings = run.config.run, run.config.optimiser
    end = min(settings.steps, config.stop_after or settings.steps)
    if progress.step >= end:
        return progress
    images = settings.batch_size * settings.accumulation * run.accelerator.num_processes  # a step
    batches = iter(run.loader("train", progress.step * images, end * images))
    quiet = not (config.progress and run.accelerator.is_main_process)
    recent: list[dict[str, float]] = []
    bar = tqdm(range(progress.step + 1, end + 1), initial=progress.step, total=settings.steps, desc="training", disable=quiet)
    for step in bar:
        start = time.perf_counter()
        values = _step(run, batches, step)
        recent.append({**values, "images_per_second": images / (time.perf_counter() - start)})
        progress = replace(progress, step=step)
        if step % config.log_every == 0 or step == end:
            mean = {name: sum(row[name] for row in recent) / len(recent) for name in recent[0]}
            records.write("train", step, mean)
            bar.set_postfix(loss=f"{mean['loss']:.3f}")
            recent = []
        if step % config.validate_every == 0 or step == end:
            progress = _validated(run, progress, records)
        if step % config.save_every == 0 or step == end:
            save_checkpoint(run.accelerator, run.model, config.folder, progress, config.keep)
    return progress


def _step(run: Run, batches: Iterator[dict[str, Tensor]], step: int) -> dict[str, float]:
    """One optimiser step over its micro-batches; the mean of the parts of the loss over all processes."""
    settings, accelerator = run.config.optimiser, run.accelerator
    run.model.train()
    rate = set_learning_rate(run.optimiser, settings, step - 1)
    sums: dict[str, Tensor] = {}
    for _ in range(settings.accumulation):
        batch = next(batches)
        with accelerator.accumulate(run.model):
            parts = _losses(run, batch, step)
            accelerator.backward(parts["loss"])
            if accelerator.sync_gradients:
                norm = accelerator.clip_grad_norm_(run.model.parameters(), settings.clip_norm)
            run.optimiser.step()
            run.optimiser.zero_grad()
        sums = {name: sums.get(name, 0) + part.detach() / settings.accumulation for name, part in parts.items()}
    means = accelerator.reduce(sums, "mean")
    return {**{name: float(value) for name, value in means.items()}, "gradient_norm": float(norm), "learning_rate": rate}


def _losses(run: Run, batch: dict[str, Tensor], step: int) -> dict[str, Tensor]:
    """The parts of the loss of a training batch; FloatingPointError, with the samples' names, if it is not finite."""
    try:
        parts = run.objective(run.model(**model_inputs(batch)), batch)
        problem = "" if torch.isfinite(parts["loss"]) else ", ".join(f"{name} {part.item():g}" for name, part in parts.items())
    except torch.linalg.LinAlgError as error:  # the rotation head's decomposition refuses nan before the loss is reached
        problem = str(error)
    if problem:
        names = ", ".join(run.pairs["train"].name(int(i)) for i in batch["indices"])
        raise FloatingPointError(f"step {step}: {problem}; samples: {names}")
    return parts


def _validated(run: Run, progress: Progress, records: Records) -> Progress:
    """Validate, and keep the model if it is the best so far."""
    losses = validate(run)
    records.write("validation", progress.step, losses)
    if not progress.better(losses["loss"]):
        return progress
    save_best(run.accelerator, run.model, run.config.run.folder)
    return replace(progress, best_step=progress.step, best_loss=losses["loss"])


@torch.no_grad()
def validate(run: Run) -> dict[str, float]:
    """Mean of the parts of the loss over the validation images.

    With several processes the last batch is filled up from the first, as accelerate does, and those images count twice.
    """
    totals: dict[str, Tensor] = {}
    with _evaluating(run.model):
        for batch in run.loader("validation", 0, len(run.pairs["validation"])):
            count = len(batch["indices"])
            parts = {**run.objective(run.model(**model_inputs(batch)), batch), "images": torch.ones((), device=run.accelerator.device)}
            totals = {name: totals.get(name, 0) + part * count for name, part in parts.items()}
    totals = run.accelerator.reduce(totals, "sum")
    images = float(totals.pop("images"))
    return {name: float(total) / images for name, total in totals.items()}


@contextmanager
def _evaluating(model: SceneModel) -> Iterator[None]:
    model.eval()
    try:
        yield
    finally:
        model.train()


def main(argv: list[str] | None = None) -> None:
    """Train as flags and files say, and print where the model is."""
    print(train(parse_arguments(argv)))


if __name__ == "__main__":
    main()
