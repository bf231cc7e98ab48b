"""The loss: text, numbers, rotations and appearances, each averaged over the places that carry it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from raw.model.heads import nearest_rotation
from raw.model.numbers import fixed_units
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION
from raw.model.scene_model import SceneOutput
from training.config import ObjectiveConfig


class NumberLoss(Protocol):
    """What the objective needs of a number codec."""

    def loss(self, raw: Tensor, target: Tensor, slots: Tensor) -> Tensor:
        """Outputs (M, outputs), normalised targets (M,), slots (M,) -> (M,)."""


class Objective:
    """Weighted sum of the parts.

    Text is a cross-entropy among the pieces that the grammar allows, and only where it allows more than one: generation
    never asks the model for the others, and most pieces are forced, so with them the loss would mostly measure nothing.
    ``raw.model.automaton.choices`` leaves out the order of shuffled scene statements in the same way.
    """

    def __init__(self, config: ObjectiveConfig, codec: NumberLoss, fixed: Mapping[str, float] | None = None) -> None:
        """``fixed`` are the scene statements whose numbers the data do not tell: they are no labels."""
        self.config, self.codec = config, codec
        self.fixed = torch.from_numpy(np.flatnonzero(~np.isnan(fixed_units(fixed or {}))))

    def __call__(self, output: SceneOutput, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Prediction and batch -> the parts ``text``, ``number``, ``rotation``, ``appearance``, ``norm``, and their ``loss``.

        All are scalars. A part whose label a batch lacks (a scene without objects has no rotation) is 0; a batch
        without any label raises ValueError.
        """
        kinds, present = batch["kinds"], batch["attention_mask"].bool()
        masks = {
            "text": (batch["choices"] >= 0).any(-1) & present,
            "number": (kinds == NUMBER) & present & ~torch.isin(batch["slots"], self.fixed.to(kinds.device)),
            "rotation": (kinds == ROTATION) & present,
            "appearance": (kinds == APPEARANCE) & present,
        }
        if not any(mask.any() for mask in masks.values()):
            raise ValueError(f"a batch of shape {tuple(present.shape)} carries no label; allowed: one or more")
        vectors = output.embeddings[masks["appearance"]].float()
        parts = {
            "text": _text(output, batch, masks["text"]),
            "number": _number(output, batch, masks["number"], self.codec),
            "rotation": _rotation(output, batch, masks["rotation"], after_svd=self.config.rotation_after_svd),
            "appearance": _mean(1 - functional.cosine_similarity(vectors, batch["embeddings"][masks["appearance"]].float(), dim=-1)),
            "norm": _mean((1 - vectors.norm(dim=-1)) ** 2),
        }
        return {"loss": sum(getattr(self.config, name) * part for name, part in parts.items()), **parts}


def _text(output: SceneOutput, batch: dict[str, Tensor], mask: Tensor) -> Tensor:
    taken = (batch["choices"][mask] == batch["input_ids"][mask][:, None]).long().argmax(-1)
    return _mean(functional.cross_entropy(output.logits[mask].float(), taken, reduction="none"))


def _number(output: SceneOutput, batch: dict[str, Tensor], mask: Tensor, codec: NumberLoss) -> Tensor:
    return _mean(codec.loss(output.number_raw[mask], batch["numbers"][mask], batch["slots"][mask]))


def _rotation(output: SceneOutput, batch: dict[str, Tensor], mask: Tensor, *, after_svd: bool) -> Tensor:
    predicted = output.matrices[mask].float()
    if after_svd:
        predicted = nearest_rotation(predicted)
    return _mean((predicted - batch["rotations"][mask]).square().mean(dim=(-2, -1)))


def _mean(values: Tensor) -> Tensor:
    """Mean of (M,); 0 for none, but still a result of the network, so that processes in step expect the same gradients."""
    return values.sum() / max(1, len(values))
