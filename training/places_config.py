"""How the corrector of places is trained."""

from __future__ import annotations

from dataclasses import dataclass

from raw.model.places import HEADS
from training.checks import at_least, below_one, positive


@dataclass(frozen=True)
class PlacesConfig:
    """How the corrector of places (``raw.model.places``) is fitted once the model is trained; see docs/places.md."""

    steps: int = 0  # of the optimiser; 0: no corrector
    draws: int = 4  # programs that the model draws of every picture to learn from
    width: int = 128  # of its layers
    layers: int = 2
    batch_size: int = 64  # programs
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.2
    patch_dropout: float = 0.3  # share of a patch's numbers that are not read
    sideways: float = 0.3  # what an error of the place in the picture counts, where one of the depth counts 1
    warmup: float = 0.1  # share of the steps

    def __post_init__(self) -> None:
        at_least(self, 0, "steps", "weight_decay", "sideways")
        at_least(self, 1, "draws", "width", "layers", "batch_size")
        positive(self, "learning_rate")
        below_one(self, "dropout", "patch_dropout", "warmup")
        if self.width % HEADS:
            raise ValueError(f"width is {self.width}; allowed: a multiple of {HEADS}")
