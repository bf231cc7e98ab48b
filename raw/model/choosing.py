"""How to decode, and the choice of the next token among those that the grammar allows.

At temperature 0 the likeliest token is taken, and a program ends where the probability that it goes on has fallen below
``GOES_ON``. As one token among seven the end would win too late, as no single step is likely to be the last. At a half the
number of objects would be the median one, if what comes late in a model's own program were like what came late in training; it is
not, and programs run on: by 3.7 objects on 200 validation renders, by 0.7 at ``GOES_ON`` (docs/decoding.md has the table).
Before the first object there is nothing of its own yet, and a half it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from raw.grammar import MODEL_MAX_OBJECTS

GOES_ON = 0.9
SCENE_ORDERS = ("grammar", "model")


@dataclass(frozen=True)
class Decoding:
    """How to decode.

    Where ``max_tokens`` or ``max_seconds`` (from the start of the batch) are reached, no further object is begun; what is
    missing of the scene and of an object that has begun still comes, so that every program is whole.
    """

    max_objects: int = MODEL_MAX_OBJECTS
    temperature: float = 0.0  # 0 takes the likeliest token, and ends by GOES_ON
    generator: torch.Generator | None = None  # on the CPU; needed when anything is drawn
    scene_order: str = "grammar"  # of the scene statements: the grammar's, or "model", as its scores say
    max_tokens: int | None = None
    max_seconds: float | None = None
    scatter: bool = False  # places of plants and stones are drawn: see raw.model.scatter

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < math.inf:
            raise ValueError(f"temperature is {self.temperature}; allowed: 0 or more")
        if self.temperature and self.generator is None:
            raise ValueError(f"temperature is {self.temperature} and generator is None; pass a torch.Generator")
        if self.scatter and self.generator is None:
            raise ValueError("scatter is on and generator is None; pass a torch.Generator")
        if self.scene_order not in SCENE_ORDERS:
            raise ValueError(f"scene_order is {self.scene_order!r}; allowed: {', '.join(SCENE_ORDERS)}")
        for name in ("max_tokens", "max_seconds"):
            limit = getattr(self, name)
            if limit is not None and not limit >= 0:  # also refuses nan
                raise ValueError(f"{name} is {limit}; allowed: 0 or more, or None")


class Scores:
    """Log-probabilities of a few tokens, from their rows of the output layer alone: a vocabulary may have 32,000."""

    def __init__(self, head: nn.Linear) -> None:
        self.head = head
        self._rows: dict[tuple[int, ...], tuple[Tensor, Tensor | None]] = {}

    def __call__(self, states: Tensor, options: list[list[int]]) -> list[np.ndarray]:
        """States (R, hidden) and the ids that each row may take -> (K,) float64 log-probabilities of each."""
        same = all(some == options[0] for some in options)
        ids = options[0] if same else sorted(set().union(*options))
        scores = F.linear(states, *self._weights(tuple(ids))).double().cpu().numpy()
        if not np.isfinite(scores).all():
            raise ValueError("the model gives scores that are not finite: its weights or the patches hold nan or infinity")
        if same:
            return list(_log_softmax(scores))
        places = {index: place for place, index in enumerate(ids)}
        return [_log_softmax(row[[places[index] for index in some]]) for row, some in zip(scores, options, strict=True)]

    def _weights(self, ids: tuple[int, ...]) -> tuple[Tensor, Tensor | None]:
        if ids not in self._rows:
            rows = torch.tensor(ids, device=self.head.weight.device)
            self._rows[ids] = self.head.weight[rows], None if self.head.bias is None else self.head.bias[rows]
        return self._rows[ids]


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    """Of the last axis."""
    lowered = scores - scores.max(axis=-1, keepdims=True)
    return lowered - np.log(np.exp(lowered).sum(axis=-1, keepdims=True))


def choose(some: np.ndarray, end: int | None, alive: float, decoding: Decoding) -> tuple[int, float]:
    """Log-probabilities (K,) and the place of the end among them -> the place to take, and ``alive`` after it.

    ``alive`` is the probability that a program has gone on up to here.
    """
    if not decoding.temperature:
        return likeliest(some, end, alive)
    # the maximum goes first, or a tiny temperature overflows
    spread = torch.from_numpy((some - some.max()) / decoding.temperature).softmax(0)
    return int(torch.multinomial(spread, 1, generator=decoding.generator)), alive


def likeliest(some: np.ndarray, end: int | None, alive: float) -> tuple[int, float]:
    """Log-probabilities (K,) and the place of the end among them -> the place to take, and ``alive`` after it."""
    if end is None:
        return int(some.argmax()), alive
    least = GOES_ON if alive < 1 else 0.5
    alive *= 1 - math.exp(some[end])
    if alive < least:
        return end, alive
    others = some.copy()
    others[end] = -math.inf
    return int(others.argmax()), alive
