"""What the heads say of tokens that carry values, from the states before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from raw.model.heads import nearest_rotation
from raw.model.numbers import NUMBER_SLOTS
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION
from raw.model.scene_model import SceneModel
from raw.model.vocabulary import Token

LOCATIONS = frozenset(index for index, entry in enumerate(NUMBER_SLOTS) if entry.slot.codec == "location")


@dataclass
class Reading:
    """Values of one kind."""

    kind: int  # NUMBER, ROTATION or APPEARANCE
    rows: list[int]  # which of the tokens they belong to
    values: Tensor  # (R,) normalised numbers, (R, 3, 3) rotations or (R, D) unit vectors
    mass: Tensor | None = None  # (R,) of numbers: the probability of the chosen one and what is close to it


def read(model: SceneModel, states: Tensor, tokens: Sequence[Token], quantiles: Sequence[float] | None = None) -> list[Reading]:
    """States (V, hidden) before tokens -> the values of those that carry one, by kind. A head runs only if it is needed.

    ``quantiles`` (V): of numbers, see ``raw.model.codecs``; None: all by the codec's own choice.
    """
    readings = []
    for kind, head in ((NUMBER, _numbers), (ROTATION, _rotations), (APPEARANCE, _appearances)):
        rows = [row for row, token in enumerate(tokens) if token.kind == kind]
        if rows:
            some = states if len(rows) == len(tokens) else states[rows]
            at = [[quantiles[row] for row in rows]] if quantiles and kind == NUMBER else []
            readings.append(Reading(kind, rows, *head(model, some, [tokens[row].slot for row in rows], *at)))
    return readings


def _numbers(model: SceneModel, states: Tensor, slots: list[int], quantiles: list[float] | None = None) -> tuple[Tensor, Tensor]:
    index = torch.tensor(slots, device=states.device)
    at = None if quantiles is None else torch.tensor(quantiles, device=states.device)
    raw = model.numbers_of(states)
    decoded, fixed = model.codec.decode(raw, index, at), model.fixed[index]
    numbers = torch.where(fixed.isnan(), decoded, fixed.to(decoded.dtype))
    placed = LOCATIONS.intersection(slots)
    return numbers, model.codec.confidence(raw, index, at) if placed else torch.ones_like(numbers)


def _rotations(model: SceneModel, states: Tensor, slots: list[int]) -> tuple[Tensor]:
    matrices = model.rotation_head(states).unflatten(-1, (3, 3))
    if not torch.isfinite(matrices).all():
        raise ValueError("the model gives rotations that are not finite: its weights or the patches hold nan or infinity")
    return (nearest_rotation(matrices),)


def _appearances(model: SceneModel, states: Tensor, slots: list[int]) -> tuple[Tensor]:
    return (F.normalize(model.embedding_head(states).float(), dim=-1),)  # as in training data


def fed_back(model: SceneModel, tokens: Sequence[Sequence[Token]], readings: Sequence[Reading]) -> Tensor:
    """Blocks of tokens, of one length, with the values of the first ones -> (R, L, hidden), the decoder's next input."""
    rows, length, device = len(tokens), len(tokens[0]), model.device
    if model.values is None:
        ids = torch.tensor([[token.id for token in row] for row in tokens], device=device)
        return model.embed_tokens(ids).to(model.piece_head.weight.dtype)
    ids, kinds, slots = torch.tensor(tokens, device=device).unbind(-1)
    values = {
        NUMBER: torch.zeros((), device=device).expand(rows, length),
        ROTATION: torch.eye(3, device=device).expand(rows, length, 3, 3),
        APPEARANCE: torch.zeros((), device=device).expand(rows, length, model.config.width),
    }
    for reading in readings:
        if length == 1 and len(reading.rows) == rows:
            values[reading.kind] = reading.values[:, None]
        else:
            values[reading.kind] = values[reading.kind].clone()
            values[reading.kind][reading.rows, 0] = reading.values.to(values[reading.kind].dtype)
    embedded = model.embed_pieces(ids, kinds, slots, values[NUMBER], values[ROTATION], values[APPEARANCE])
    return embedded.to(model.piece_head.weight.dtype)
