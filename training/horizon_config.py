"""How the reader of horizons is trained."""

from __future__ import annotations

from dataclasses import dataclass

from training.checks import at_least, below_one, positive


@dataclass(frozen=True)
class HorizonConfig:
    """How the reader of horizons (``raw.vision.horizon``) is fitted once the model is trained; see docs/horizon.md."""

    steps: int = 0  # of the optimiser; 0: no reader
    width: int = 96  # of its layers
    batch_size: int = 64  # pictures
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    dropout: float = 0.3
    warmup: float = 0.1  # share of the steps

    def __post_init__(self) -> None:
        at_least(self, 0, "steps", "weight_decay")
        at_least(self, 1, "width", "batch_size")
        positive(self, "learning_rate")
        below_one(self, "dropout", "warmup")
