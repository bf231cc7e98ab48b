"""The loss: text, numbers, rotations and appearances, each averaged over all places of a step that carry it, by their weights.

A step may be many micro-batches in many processes. The mean of their means is not the mean over their places, as one
holds more objects than another. So the weights of places are summed first, over all of them, and sums are divided by that.
"""

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
from training.rivals import Rivals

KINDS = ("text", "number", "rotation", "appearance")
LABELS = {name: name for name in KINDS} | {"norm": "appearance", "contrast": "appearance"}  # part -> what is counted


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

    def __init__(
        self, config: ObjectiveConfig, codec: NumberLoss, fixed: Mapping[str, float] | None = None, rivals: Rivals | None = None
    ) -> None:
        """``fixed`` are the scene statements whose numbers the data do not tell: they are no labels. ``rivals``: for ``contrast``."""
        if config.contrast and rivals is None:
            raise ValueError(f"objective.contrast is {config.contrast} without assets to compare with; allowed: 0")
        self.config, self.codec, self.rivals = config, codec, rivals if config.contrast else None
        self.fixed = torch.from_numpy(np.flatnonzero(~np.isnan(fixed_units(fixed or {}))))

    def __call__(self, output: SceneOutput, batch: dict[str, Tensor], counts: dict[str, Tensor] | None = None) -> dict[str, Tensor]:
        """Prediction and batch -> ``text``, ``number``, ``rotation``, ``appearance``, ``norm``, perhaps ``contrast``, and their ``loss``.

        All are scalars: sums over the batch, divided by ``counts``, the labels of the whole step (None: of this batch).
        A part without labels (a scene without objects has no rotation) is 0.
        """
        return self.combined(self.sums(output, batch), counts or self.count(batch))

    def combined(self, sums: dict[str, Tensor], counts: dict[str, Tensor]) -> dict[str, Tensor]:
        """The mean of every part and their weighted ``loss``."""
        parts = {name: total / torch.where(counts[LABELS[name]] > 0, counts[LABELS[name]], 1.0) for name, total in sums.items()}
        return {"loss": sum(getattr(self.config, name) * part for name, part in parts.items()), **parts}

    def count(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """The weights of the places that carry each kind of label, summed, as scalars. ValueError for a batch without any."""
        counts = self.labels(batch)
        if not any(counts.values()):
            raise ValueError(f"a batch of shape {tuple(batch['attention_mask'].shape)} carries no label; allowed: one or more")
        return counts

    def labels(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Like ``count``, but a batch may be without."""
        return {name: _weights(batch, name, mask).sum() for name, mask in self._masks(batch).items()}

    def sums(self, output: SceneOutput, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """Each part summed over the places of a batch that carry it, by the weights of its labels.

        Without such a place the sum is 0, but still a result of the network, so that processes in step expect the same gradients.
        """
        masks = self._masks(batch)
        vectors, labels = output.embeddings[masks["appearance"]].float(), batch["embeddings"][masks["appearance"]].float()
        parts = {
            "text": _text(output, batch, masks["text"]),
            "number": _number(output, batch, masks["number"], self.codec),
            "rotation": _rotation(output, batch, masks["rotation"], after_svd=self.config.rotation_after_svd),
            "appearance": 1 - functional.cosine_similarity(vectors, labels, dim=-1),
            "norm": (1 - vectors.norm(dim=-1)).square(),
        }
        if self.rivals:
            parts["contrast"] = self.rivals.contrast(vectors, labels, self.config.temperature)
        return {name: (part * _weights(batch, LABELS[name], masks[LABELS[name]])).sum() for name, part in parts.items()}

    def _masks(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        """(B, T) bool by kind of label."""
        kinds, present = batch["kinds"], batch["attention_mask"].bool()
        return {
            "text": (batch["choices"] >= 0).any(-1) & present,
            "number": (kinds == NUMBER) & present & ~torch.isin(batch["slots"], self.fixed.to(kinds.device)),
            "rotation": (kinds == ROTATION) & present,
            "appearance": (kinds == APPEARANCE) & present,
        }


def _weights(batch: dict[str, Tensor], kind: str, mask: Tensor) -> Tensor:
    """(M,) weights of the labels at the places of a mask; see ``training.prominence``."""
    return batch["weights"][..., int(kind != "text")][mask]


def _text(output: SceneOutput, batch: dict[str, Tensor], mask: Tensor) -> Tensor:
    """Like the two below: the loss at the M places of a mask, (M,)."""
    taken = (batch["choices"][mask] == batch["input_ids"][mask][:, None]).long().argmax(-1)
    return functional.cross_entropy(output.logits[mask].float(), taken, reduction="none")


def _number(output: SceneOutput, batch: dict[str, Tensor], mask: Tensor, codec: NumberLoss) -> Tensor:
    return codec.loss(output.number_raw[mask], batch["numbers"][mask], batch["slots"][mask])


def _rotation(output: SceneOutput, batch: dict[str, Tensor], mask: Tensor, *, after_svd: bool) -> Tensor:
    predicted = output.matrices[mask].float()
    if after_svd:
        predicted = nearest_rotation(predicted)
    return (predicted - batch["rotations"][mask]).square().mean(dim=(-2, -1))
