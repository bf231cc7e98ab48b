"""All that a run works with: data, features, model, optimiser."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.optim import Optimizer
from torch.utils.data import DataLoader

from raw.library import Library
from raw.model.builders import build_model
from raw.model.checkpoint import go_on_from
from raw.model.scene_model import SceneModel
from raw.vision.tower import Tower, load_tower
from training.average import Average
from training.config import TrainConfig
from training.data import SceneDataset, StepSampler, collate
from training.features import FeatureCache, FeatureJob, cached_features
from training.named import Named
from training.objective import Objective
from training.prominence import Weighing
from training.rivals import Rivals, rivals_of
from training.schedule import make_optimiser
from training.sources import Appearances, PairSource, Source, asset_names, open_source
from training.state import leave_out_frozen


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
    average: Average | None
    look_tower: Tower | None  # of the second look, where one is to be fitted

    @property
    def plain_model(self) -> SceneModel:
        """The model as it was before accelerate wrapped it."""
        return self.accelerator.unwrap_model(self.model)

    @property
    def settings_file(self) -> Path:
        """All settings of the run, as they were used."""
        return self.config.run.folder / "config.yaml"

    def names(self, split: str, batch: dict[str, Tensor]) -> str:
        """What people call the samples of a batch."""
        return ", ".join(self.pairs[split].name(int(index)) for index in batch["indices"])

    @property
    def step_images(self) -> int:
        """Images that make up a step, over all micro-batches and processes."""
        return self.config.optimiser.batch_size * self.config.optimiser.accumulation * self.accelerator.num_processes

    def averaged(self) -> AbstractContextManager[None]:
        """Within, the model is the one that is validated and kept."""
        return self.average.in_place() if self.average else nullcontext()

    def dataset(self, split: str) -> Named:
        """Samples by (epoch, index). Validation is neither shuffled nor fuzzed."""
        data, objective, training, model = self.config.data, self.config.objective, split == "train", self.plain_model
        dataset = SceneDataset(
            self.features[split],
            self.appearances,
            model.vocabulary,
            seed=self.config.run.seed,
            shuffle=data.shuffle_statements and training,
            learn_order=not data.shuffle_statements,
            fuzz=data.fuzz if training else 0.0,
            feedback_noise=data.feedback_noise if training else 0.0,
            fixed=model.config.fixed,
            max_objects=data.max_objects,
            shuffle_objects=data.object_order == "random" and training,
            weighing=Weighing(objective.lead, objective.scene, objective.animals),
        )
        return Named(dataset, self.pairs[split])

    def batches(self, start: int, stop: int) -> DataLoader:
        """This process' micro-batches of the steps from ``start`` up to before ``stop``.

        The order of samples depends on the images of a step, not on how they are cut into micro-batches and processes.
        """
        lengths = [programs[0].count("\n") for programs in self.features["train"].programs]
        images = self.step_images
        sampler = StepSampler(lengths, batch=images, start=start * images, stop=stop * images, seed=self.config.run.seed)
        # a generator of its own: to start a loader draws a number, and a resumed run starts one more than a straight run
        loader = DataLoader(
            self.dataset("train"),
            batch_size=self.config.optimiser.batch_size,
            sampler=sampler,
            collate_fn=collate,
            num_workers=self.config.run.workers,
            generator=torch.Generator(),
        )
        return self.accelerator.prepare_data_loader(loader)


def prepare(config: TrainConfig, accelerator: Accelerator) -> Run:
    """Open the data, compute features, build the model."""
    tower = load_tower(config.model.tower)
    with accelerator.main_process_first():
        source = open_source(config.data, _cache(config))
    look_tower = _look_tower(config, tower, source)
    built = _model(config, tower, source)  # before features, which may take hours: what does not fit is told at once
    features = {split: _features(config, accelerator, tower, pairs) for split, pairs in source.pairs.items()}
    rivals = _rivals(config, source, features.values())
    objective = Objective(config.objective, built.codec, source.fixed, rivals and rivals.to(accelerator.device))
    # together: FSDP puts new parameters into the model, and accelerate then puts the same ones into the optimiser
    leave_out_frozen(accelerator)
    model, optimiser = accelerator.prepare(built, make_optimiser(built, config.optimiser))
    torch.manual_seed(config.run.seed)  # here, so that dropout does not depend on whether features had to be computed
    average = Average(model.parameters(), config.optimiser.ema) if config.optimiser.ema else None
    return Run(config, accelerator, source.appearances, source.pairs, features, model, optimiser, objective, average, look_tower)


def _model(config: TrainConfig, tower: Tower, source: Source) -> SceneModel:
    settings, appearances = config.model, source.appearances
    model = build_model(
        settings.size,
        tower,
        appearances.fingerprint,
        width=appearances.width,
        fixed=source.fixed,
        codec=settings.codec,
        seed=config.run.seed,
        appearance_tower=appearances.tower,
        names=asset_names(appearances) if settings.appearance == "names" else None,
        pixel_counts=settings.pixel_counts,
        feedback=settings.feedback,
        base=settings.base,
        lora=settings.lora,
        projector=settings.projector,
        quantise=settings.quantise,
        gradient_checkpointing=settings.gradient_checkpointing,
        attention=settings.attention,
        compile=settings.compile,
        dropout=settings.dropout,
        max_objects=config.data.max_objects,
    )
    if settings.start is not None:
        go_on_from(model, settings.start)
    return model


def _rivals(config: TrainConfig, source: Source, features: Iterable[FeatureCache]) -> Rivals | None:
    """Of all splits, as a validation scene may name what no training scene does; None where the objective wants none.

    ValueError where appearances are not of a library.
    """
    if not config.objective.contrast:
        return None
    library = _library(config, source, "objective.contrast", config.objective.contrast)
    return rivals_of(library, (programs[0] for cache in features for programs in cache.programs))


def _look_tower(config: TrainConfig, tower: Tower, source: Source) -> Tower | None:
    """The tower of the library's embeddings, on the CPU; loaded early, as the second look is fitted when hours are over.

    ValueError where appearances are not of a library, and what ``load_tower`` raises.
    """
    if not config.second_look.steps:
        return None
    library = _library(config, source, "second_look.steps", config.second_look.steps)
    return tower if tower.fingerprint == library.fingerprint else load_tower(library.tower)


def _library(config: TrainConfig, source: Source, setting: str, value: float) -> Library:
    """The library whose embeddings a setting needs; ValueError where appearances are names, or not of a library."""
    if config.model.appearance == "names" or not isinstance(source.appearances, Library):
        raise ValueError(f"{setting} is {value}; allowed: 0 without a library's embeddings")
    return source.appearances


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
