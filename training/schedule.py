"""Learning rates: parameter groups, and linear warm-up followed by a cosine to zero."""

from __future__ import annotations

import math

from torch.optim import AdamW, Optimizer

from raw.model.scene_model import SceneModel
from training.config import OptimiserConfig

DECODER = "decoder."  # parameters of the language model; all others are heads, projector and embeddings of values


def learning_rate_factor(step: int, steps: int, warmup: float) -> float:
    """Factor of the learning rate for step ``step`` of ``steps``, counted from 0; ``warmup`` is a fraction of the steps."""
    rising = max(1, round(steps * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def make_optimiser(model: SceneModel, config: OptimiserConfig) -> AdamW:
    """AdamW over four groups: decoder or heads, with or without weight decay (vectors such as norms and biases have none)."""
    groups: dict[tuple[float, float], list] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            scale = 1.0 if name.startswith(DECODER) else config.head_multiplier
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((scale, decay), []).append(parameter)
    rows = [{"params": params, "scale": scale, "weight_decay": decay} for (scale, decay), params in groups.items()]
    return AdamW(rows, lr=config.learning_rate, betas=config.betas)


def set_learning_rate(optimiser: Optimizer, config: OptimiserConfig, step: int) -> float:
    """Set every group's rate for a step, counted from 0, and return the decoder's."""
    rate = config.learning_rate * learning_rate_factor(step, config.steps, config.warmup)
    for group in optimiser.param_groups:
        group["lr"] = rate * group["scale"]
    return rate
