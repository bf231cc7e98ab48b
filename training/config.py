"""The settings of a training run: one typed tree, read from YAML and flags, saved beside the model as it was used."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from jsonargparse import ArgumentParser

from raw.grammar import MODEL_MAX_OBJECTS
from training.augment_config import AugmentConfig
from training.checks import at_least, below_one, between, fraction, one_of, positive
from training.horizon_config import HorizonConfig
from training.model_config import ModelConfig
from training.paper.config import PaperConfig
from training.places_config import PlacesConfig
from training.second_look_config import SecondLookConfig

PRECISIONS = ("no", "bf16", "fp16")
DEVICES = ("auto", "cpu")
ORDERS = ("pixels", "random")
TRACKERS = ("tensorboard", "wandb")


@dataclass(frozen=True)
class DataConfig:
    """Where the pairs come from and how they are varied."""

    folder: Path  # a data set made by `raw generate`, or the paper's released files
    library: Path | None = None  # the asset library that a set of ours was made from
    features: Path | None = None  # where features are kept; None: <folder>/features
    variants: int = 4  # copies of every training image; the first is clean, the others augmented
    train_images: int = 0  # use only the first so many; 0: all
    validation_images: int = 0  # use only the first so many; 0: all
    shuffle_statements: bool = True  # scene statements in a new order every epoch
    fuzz: float = 0.005  # scene numbers are multiplied by U[1 - fuzz, 1 + fuzz]
    feedback_noise: float = 0.0  # standard deviation of the numbers that are fed back, of 0..1; labels stay exact
    max_objects: int = MODEL_MAX_OBJECTS  # of a picture; those that show the fewest pixels are left out
    object_order: str = "pixels"  # pixels: largest first; random: a new order every epoch
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    paper: PaperConfig | None = None  # how to read the paper's released files; None: the set is one of ours

    def __post_init__(self) -> None:
        if (self.library is None) == (self.paper is None):
            raise ValueError(f"library is {self.library}, paper is {self.paper}; allowed: one of the two, the other null")
        if self.paper and self.variants > 1:
            depth = {name: "depth to change the picture by" for name in self.augment.by_depth}
            masks = {"letterbox": "under the bands", "reframe": "in another framing"}
            lacking = {name: f"masks to count objects again {where}" for name, where in masks.items()} | depth
            for name, what in lacking.items():
                if value := getattr(self.augment, name):
                    raise ValueError(f"augment.{name} is {value:g}; allowed: 0 with the paper's data, which have no {what}")
        at_least(self, 1, "variants")
        at_least(self, 0, "train_images", "validation_images")
        between(self, 0, 0.5, "fuzz")
        fraction(self, "feedback_noise")
        between(self, 1, MODEL_MAX_OBJECTS, "max_objects")
        one_of(self, ORDERS, "object_order")


@dataclass(frozen=True)
class OptimiserConfig:
    """AdamW with linear warm-up and cosine decay to zero."""

    steps: int = 4000  # optimiser steps; 0: the model stays as it starts, and only what is fitted after it is trained
    batch_size: int = 32  # images a process and micro-batch
    accumulation: int = 1  # micro-batches a step; a step is batch_size x accumulation x processes images
    learning_rate: float = 5e-4
    head_multiplier: float = 1.0  # learning rate of heads and projector over that of the decoder
    weight_decay: float = 0.05
    betas: tuple[float, float] = (0.9, 0.98)
    warmup: float = 0.03  # fraction of the steps
    clip_norm: float = 1.0
    mixed_precision: str = "no"
    tf32: bool = False  # 32-bit matrix products with 10 bits of mantissa, on GPUs that can
    ema: float = 0.0  # decay of an exponential moving average of the weights, which is then what is validated and kept; 0: none

    def __post_init__(self) -> None:
        at_least(self, 1, "batch_size", "accumulation")
        at_least(self, 0, "steps", "learning_rate", "head_multiplier", "weight_decay")
        fraction(self, "warmup")
        positive(self, "clip_norm")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas is {self.betas!r}; allowed: two numbers from 0 to below 1")
        one_of(self, PRECISIONS, "mixed_precision")
        below_one(self, "ema")


@dataclass(frozen=True)
class ObjectiveConfig:
    """Weights of the parts of the loss; those of rotation, appearance and norm are the paper's."""

    text: float = 1.0  # cross-entropy of the pieces that are real decisions
    number: float = 1.0  # the codec's loss
    rotation: float = 1.0  # mean squared error of the 9 numbers
    rotation_after_svd: bool = False  # compare after the SVD, as the paper does; see docs/architecture.md
    appearance: float = 10.0  # 1 - cosine
    norm: float = 0.001  # (1 - |appearance|)^2
    contrast: float = 0.0  # cross-entropy of the right asset among the set's of its category, by cosine; needs a library
    temperature: float = 0.05  # of `contrast`: cosines are divided by it
    lead: float = 0.0  # p: all labels of a program's nth object weigh n^-p, and the end after n objects too
    scene: float = 1.0  # what a label of a scene statement weighs, where one of the first object weighs 1
    animals: float = 1.0  # by how much more the numbers, rotations and appearances of animals weigh

    def __post_init__(self) -> None:
        at_least(self, 0, *(f.name for f in fields(self) if f.name not in ("rotation_after_svd", "temperature")))
        positive(self, "temperature")


@dataclass(frozen=True)
class RunConfig:
    """Where the run lives and how it is watched."""

    folder: Path
    seed: int = 0
    resume: bool = False  # go on from the last checkpoint in the folder, if it has one
    stop_after: int = 0  # leave at this step with a checkpoint, to resume later (jobs with a time limit); 0: train to the end
    device: str = "auto"
    workers: int = 0  # loader processes
    feature_batch: int = 32  # images a pass through the tower
    log_every: int = 20  # steps
    validate_every: int = 200  # steps
    validate_decode: int = 0  # validation images to decode; models are then compared by what they say of them, else by their loss
    best: int = 1  # models that are kept, the best first
    patience: int = 0  # validations without a new best one after which training stops; 0: never
    save_every: int = 500  # steps
    keep: int = 2  # checkpoints
    progress: bool = True  # progress bars
    trackers: tuple[str, ...] = ("tensorboard",)  # beside metrics.jsonl: tensorboard, wandb

    def __post_init__(self) -> None:
        at_least(self, 0, "seed", "workers", "stop_after", "validate_decode", "patience")
        at_least(self, 1, "feature_batch", "log_every", "validate_every", "save_every", "keep", "best")
        one_of(self, DEVICES, "device")
        if unknown := [name for name in self.trackers if name not in TRACKERS]:
            raise ValueError(f"trackers has {', '.join(map(repr, unknown))}; allowed: {', '.join(TRACKERS)}")


@dataclass(frozen=True)
class TrainConfig:
    """A whole run."""

    data: DataConfig
    run: RunConfig
    model: ModelConfig = field(default_factory=ModelConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)
    second_look: SecondLookConfig = field(default_factory=SecondLookConfig)
    horizon: HorizonConfig = field(default_factory=HorizonConfig)
    places: PlacesConfig = field(default_factory=PlacesConfig)

    def __post_init__(self) -> None:
        if not self.optimiser.steps and self.model.start is None:
            raise ValueError("optimiser.steps is 0; allowed: 1 or more without a model to start from (model.start)")


def parse_arguments(argv: list[str] | None = None) -> TrainConfig:
    """`--config FILE` and flags such as `--optimiser.steps 100` to a config; later ones win, unknown keys are refused."""
    parser = ArgumentParser(prog="raw train", description="Train a model on a generated data set.")
    parser.add_argument("--config", action="config", help="a YAML file with the settings below")
    parser.add_class_arguments(TrainConfig)
    arguments = parser.parse_args(sys.argv[1:] if argv is None else argv)
    arguments.pop("config")
    return TrainConfig(**vars(parser.instantiate(arguments)))


def load_config(path: Path) -> TrainConfig:
    """A config from a YAML file."""
    return parse_arguments(["--config", str(path)])


def save_config(config: TrainConfig, path: Path) -> None:
    """Write the resolved config as YAML that ``load_config`` reads back to an equal one."""
    path.write_text(yaml.safe_dump(plain(asdict(config)), sort_keys=False))


def plain(value: Any) -> Any:
    """Paths to text and tuples to lists, all the way down: what YAML and JSON can say."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
