"""The settings of a training run: one typed tree, read from YAML and flags, saved beside the model as it was used."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from jsonargparse import ArgumentParser

from training.paper.config import PaperConfig

PRECISIONS = ("no", "bf16", "fp16")
DEVICES = ("auto", "cpu")


def _at_least(owner: Any, low: float, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not value >= low:  # also refuses nan
            raise ValueError(f"{name} is {value!r}; allowed: {low:g} or more")


def _between(owner: Any, low: float, high: float, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not low <= value <= high:
            raise ValueError(f"{name} is {value!r}; allowed: from {low:g} to {high:g}")


def _fraction(owner: Any, *names: str) -> None:
    _between(owner, 0, 1, *names)


def _span(owner: Any, low: float, high: float, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if len(value) != 2 or not low <= value[0] <= value[1] <= high:
            raise ValueError(f"{name} is {value!r}; allowed: two rising numbers from {low:g} to {high:g}")


@dataclass(frozen=True)
class AugmentConfig:
    """How a render is made to look like a photograph. 0 switches a thing off; every switch is drawn anew for every copy.

    A run keeps its settings as it was started, so what is new here is off unless a file turns it on, as the shipped ones do.
    """

    mirror: float = 0.5  # probability of left and right exchanged, in picture and scene
    letterbox: float = 0.5  # probability of the grey bands of a padded photo; needs masks
    aspect: tuple[float, float] = (1.2, 1.8)  # long side over short side of the photo that the bands suggest
    min_pixels: int = 40  # an object with fewer left between the bands is dropped
    # the camera, in linear light, in this order
    vignette: float = 0.0  # largest loss of light in the corners, of 0..1
    defocus: float = 0.0  # largest standard deviation of the lens' blur, pixels
    exposure: float = 0.0  # largest change, stops: 1 doubles or halves the light
    shot_noise: float = 0.0  # largest variance of the noise over the light that makes it, white being 1
    read_noise: float = 0.0  # largest standard deviation of the noise that is there without light, white being 1
    white_balance: float = 0.0  # largest change of red against grey and of grey against blue, natural log
    # the look of the file, on display values, in this order
    gamma: float = 0.25  # largest change of the exponent, in natural log
    brightness: float = 0.25  # largest relative change of display values; `exposure` is that of a camera
    contrast: float = 0.25  # largest relative change
    tint: float = 0.12  # largest relative change of a channel of display values; `white_balance` is that of a camera
    greyscale: float = 0.05  # probability
    blur: float = 0.8  # largest radius, pixels, on display values; `defocus` is that of a lens
    noise: float = 0.03  # largest standard deviation, of 0..1, the same in light and shade; `shot_noise` is that of a sensor
    downscale: float = 1.0  # largest factor by which resolution is lost, as in small pictures shown large; 1: none
    jpeg: tuple[int, int] = (40, 95)  # quality

    def __post_init__(self) -> None:
        _fraction(self, "mirror", "letterbox", "greyscale", "brightness", "contrast", "gamma", "tint", "noise")
        _fraction(self, "vignette", "shot_noise", "read_noise", "white_balance")
        _at_least(self, 0, "blur", "min_pixels")
        for name, low, high in (("exposure", 0, 4), ("defocus", 0, 8), ("downscale", 1, 8)):
            _between(self, low, high, name)
        _span(self, 1, 4, "aspect")
        _span(self, 1, 100, "jpeg")


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
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    paper: PaperConfig | None = None  # how to read the paper's released files; None: the set is one of ours

    def __post_init__(self) -> None:
        if (self.library is None) == (self.paper is None):
            raise ValueError(f"library is {self.library}, paper is {self.paper}; allowed: one of the two, the other null")
        if self.paper and self.augment.letterbox and self.variants > 1:
            raise ValueError(
                f"augment.letterbox is {self.augment.letterbox:g}; allowed: 0 with the paper's data, which have no masks to count "
                "objects again under the bands"
            )
        _at_least(self, 1, "variants")
        _at_least(self, 0, "train_images", "validation_images")
        _fraction(self, "feedback_noise")
        if not 0 <= self.fuzz <= 0.5:
            raise ValueError(f"fuzz is {self.fuzz!r}; allowed: from 0 to 0.5")


@dataclass(frozen=True)
class ModelConfig:
    """What is trained."""

    size: str = "small"  # of raw.model.builders.build_model
    tower: str = "efficientnet_lite0"
    codec: str = "bins"  # of the numbers

    def __post_init__(self) -> None:
        for name in ("size", "tower", "codec"):
            if not getattr(self, name):
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: a name")


@dataclass(frozen=True)
class OptimiserConfig:
    """AdamW with linear warm-up and cosine decay to zero."""

    steps: int = 4000  # optimiser steps
    batch_size: int = 32  # images a process and micro-batch
    accumulation: int = 1  # micro-batches a step
    learning_rate: float = 5e-4
    head_multiplier: float = 1.0  # learning rate of heads and projector over that of the decoder
    weight_decay: float = 0.05
    betas: tuple[float, float] = (0.9, 0.98)
    warmup: float = 0.03  # fraction of the steps
    clip_norm: float = 1.0
    mixed_precision: str = "no"

    def __post_init__(self) -> None:
        _at_least(self, 1, "steps", "batch_size", "accumulation")
        _at_least(self, 0, "learning_rate", "head_multiplier", "weight_decay")
        _fraction(self, "warmup")
        if not self.clip_norm > 0:  # also refuses nan
            raise ValueError(f"clip_norm is {self.clip_norm!r}; allowed: more than 0")
        if len(self.betas) != 2 or not all(0 <= beta < 1 for beta in self.betas):
            raise ValueError(f"betas is {self.betas!r}; allowed: two numbers from 0 to below 1")
        if self.mixed_precision not in PRECISIONS:
            raise ValueError(f"mixed_precision is {self.mixed_precision!r}; allowed: {', '.join(PRECISIONS)}")


@dataclass(frozen=True)
class ObjectiveConfig:
    """Weights of the parts of the loss; those of rotation, appearance and norm are the paper's."""

    text: float = 1.0  # cross-entropy of the pieces that are real decisions
    number: float = 1.0  # the codec's loss
    rotation: float = 1.0  # mean squared error of the 9 numbers
    rotation_after_svd: bool = False  # compare after the SVD, as the paper does; see docs/architecture.md
    appearance: float = 10.0  # 1 - cosine
    norm: float = 0.001  # (1 - |appearance|)^2

    def __post_init__(self) -> None:
        _at_least(self, 0, *(f.name for f in fields(self) if f.name != "rotation_after_svd"))


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
    save_every: int = 500  # steps
    keep: int = 2  # checkpoints
    progress: bool = True  # progress bars

    def __post_init__(self) -> None:
        _at_least(self, 0, "seed", "workers", "stop_after")
        _at_least(self, 1, "feature_batch", "log_every", "validate_every", "save_every", "keep")
        if self.device not in DEVICES:
            raise ValueError(f"device is {self.device!r}; allowed: {', '.join(DEVICES)}")


@dataclass(frozen=True)
class TrainConfig:
    """A whole run."""

    data: DataConfig
    run: RunConfig
    model: ModelConfig = field(default_factory=ModelConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    objective: ObjectiveConfig = field(default_factory=ObjectiveConfig)


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
