"""The mean of several models' weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from raw.model.checkpoint import differing
from raw.model.scene_model import SceneModel


def mean_model(folders: Sequence[Path]) -> SceneModel:
    """A model of the mean weights, each counting the same; whatever is no float is the first one's.

    ValueError for fewer than two, for models of different kinds, and for adapters of a language model: the mean of two products is not the
    product of the means.
    """
    if len(folders) < 2:
        raise ValueError(f"{len(folders)} models; allowed: 2 or more")
    models = [SceneModel.from_pretrained(folder) for folder in folders]
    first = models[0]
    if first.config.lora:
        raise ValueError(f"{folders[0]} has adapters; allowed: models whose weights are trained themselves")
    for folder, model in zip(folders[1:], models[1:], strict=True):
        if told := differing(model, first):
            raise ValueError(f"model {folder} is of another kind than {folders[0]}: {told}")
    states = [model.state_dict() for model in models]
    mean = {name: torch.stack([state[name] for state in states]).mean(0) for name, one in states[0].items() if one.is_floating_point()}
    first.load_state_dict(states[0] | mean)
    return first
