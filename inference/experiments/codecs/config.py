"""What the experiment is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CodecExperiment:
    """Train one small model with every number codec on part of the positions, and test on all of them."""

    out: Path = Path("runs/codecs")
    """Folder of pictures, models, scores, table and plot; a second call goes on where the first stopped."""
    library: Path | None = None
    """Asset library; the default one if not given."""
    seed: int = 0
    """Of the pictures."""
    train: int = 600
    """Pictures to train on, all inside the training region."""
    validation: int = 30
    """Pictures inside the training region that choose the best checkpoint."""
    test: int = 240
    """Pictures to test on: a third inside, a third in the holes of the training region, a third beyond it."""
    families: tuple[str, ...] = ("zebra", "lion", "brown_bear", "ostrich", "buffalo", "camel", "granite", "gorse")
    """Of the things that stand in the pictures."""
    ground: str = "sand/0000"
    """That they stand on; one alone, as it is then built once."""
    codecs: tuple[str, ...] = ("bins", "bins+residual", "head", "digits")
    """To compare."""
    runs: int = 2
    """Models of each codec; they differ by their seed."""
    size: str = "tiny"
    """Of the models."""
    steps: int = 600
    """Of the optimiser, the same for every codec."""
    batch: int = 16
    """Pictures a step."""
    learning_rate: float = 1e-3
    """At its highest."""
    feedback_noise: float = 0.01
    """Of the numbers that are fed back while training."""

    def __post_init__(self) -> None:
        for name in ("train", "validation", "test", "runs", "steps", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")
        for name in ("families", "codecs"):
            if not getattr(self, name):
                raise ValueError(f"{name} is empty; allowed: one name or more")
