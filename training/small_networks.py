"""What fitting the small networks beside a model has in common: AdamW with warm-up and cosine decay, and the features that are usual."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from training.schedule import learning_rate_factor

SAMPLE = 4096  # pictures, of which the usual features are taken


class Settings(Protocol):
    @property
    def steps(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...
    @property
    def weight_decay(self) -> float: ...
    @property
    def warmup(self) -> float: ...


def fit_small(
    network: nn.Module, settings: Settings, batch_loss: Callable[[], Tensor], *, name: str, quiet: bool, clip: float = math.inf
) -> None:
    """Fit a network to the losses of one batch after another; ``name`` is on the bar, ``clip`` the largest norm of a gradient."""
    optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: learning_rate_factor(step, settings.steps, settings.warmup))
    bar = tqdm(range(settings.steps), desc=name, disable=quiet)
    for _ in bar:
        value = batch_loss()
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(network.parameters(), clip)
        optimiser.step()
        schedule.step()
        bar.set_postfix(loss=f"{value.item():.3f}")


def usual_features(patches: np.ndarray) -> Tensor:
    """Of (P, N, C) patches of pictures those of about ``SAMPLE``, evenly over all."""
    return torch.from_numpy(np.array(patches[:: max(1, len(patches) // SAMPLE)]))
