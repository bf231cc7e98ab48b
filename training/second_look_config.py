"""How the second look is trained."""

from __future__ import annotations

from dataclasses import dataclass

from training.checks import at_least, below_one, positive


@dataclass(frozen=True)
class SecondLookConfig:
    """How the adapter of the second look is fitted once the model is trained; see docs/second_look.md."""

    steps: int = 0  # of the optimiser; 0: no adapter
    images: int = 0  # training pictures whose animals it learns from; 0: all
    least_pixels: int = 150  # of an animal that it learns from
    batch_size: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.03
    dropout: float = 0.3  # share of a vector's numbers that the map does not read
    temperature: float = 0.05  # cosines are divided by it

    def __post_init__(self) -> None:
        at_least(self, 0, "steps", "images", "least_pixels", "weight_decay")
        at_least(self, 1, "batch_size")
        positive(self, "learning_rate", "temperature")
        below_one(self, "dropout")
