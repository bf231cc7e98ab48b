"""Programs in the making, and what becomes of them: targets, programs and how sure they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import torch

from raw.model.automaton import Automaton
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION
from raw.model.reading import LOCATIONS, Reading
from raw.model.targets import Targets
from raw.model.vocabulary import Token


@dataclass
class Draft:
    """A program in the making."""

    index: int  # in its batch
    automaton: Automaton
    tokens: list[Token]  # that were taken, bos first
    score: float = 0.0  # log-probability of the choices
    alive: float = 1.0  # probability that a program had gone on up to here
    chances: list[float] = field(default_factory=list)  # of each object: the probability that it comes, and is of its category
    statement: tuple[Token, ...] = ()  # of the last choice or value
    stopped: str = ""  # why no further object came
    seconds: float = 0.0  # when it ended
    length: int = 0  # of what the cache holds of it, patches included

    def pay(self, token: int, cost: float) -> None:
        """A choice, before the automaton takes it, and its log-probability."""
        automaton = self.automaton
        self.score += cost
        if not automaton.opens or automaton.orders:
            return
        if token == automaton.vocabulary.eos_id:
            self.stopped = "eos"
        elif automaton.between:
            self.chances.append(math.exp(cost))
        else:
            self.chances[-1] *= math.exp(cost)


@dataclass(frozen=True)
class Kept:
    """Values that were read together, and the draft and the token that each belongs to."""

    places: list[tuple[int, int]]
    reading: Reading


def targets_of(drafts: Sequence[Draft], kept: Sequence[Kept], width: int) -> list[tuple[Targets, np.ndarray]]:
    """The sequence of every draft, and (T,) the mass of its numbers (see the codecs), 1 where there is none.

    The arrays of all drafts share memory.
    """
    starts = np.cumsum([0, *(len(draft.tokens) for draft in drafts)])
    tokens = chain.from_iterable(token for draft in drafts for token in draft.tokens)
    ids, kinds, slots = np.fromiter(tokens, np.int64, 3 * starts[-1]).reshape(-1, 3).T  # quicker than an array of tuples
    numbers, mass = np.zeros(len(ids), dtype=np.float32), np.ones(len(ids), dtype=np.float32)
    rotations = np.tile(np.eye(3, dtype=np.float32), (len(ids), 1, 1))
    embeddings = np.zeros((len(ids), width), dtype=np.float32)
    for kind, array in ((NUMBER, numbers), (ROTATION, rotations), (APPEARANCE, embeddings)):
        some = [one for one in kept if one.reading.kind == kind]
        if some:
            where = np.array([starts[draft] + t for one in some for draft, t in one.places])
            array[where] = _whole([one.reading.values for one in some])
            if kind == NUMBER:
                mass[where] = _whole([one.reading.mass for one in some])
    columns = (ids, slots, numbers, rotations, embeddings, kinds, mass)
    # views: most of the embeddings are zeros that nobody has touched, and a copy of them would be real memory
    rows = [[column[start:end] for column in columns] for start, end in zip(starts, starts[1:], strict=False)]
    return [(Targets(*row[:-1]), row[-1]) for row in rows]


def _whole(parts: list[torch.Tensor]) -> np.ndarray:
    values = torch.cat(parts).float().cpu().numpy()
    if not np.isfinite(values).all():
        raise ValueError("the model gives values that are not finite: its weights or the patches hold nan or infinity")
    return values


def confidence(draft: Draft, targets: Targets, mass: np.ndarray) -> tuple[float, ...]:
    """For every object the chance of its category times the mass of its place."""
    places = mass[np.isin(targets.slots, list(LOCATIONS))].reshape(-1, 3).prod(axis=1)
    if not len(places):  # numbers are written out
        places = np.ones(len(draft.chances))
    return tuple(float(chance * place) for chance, place in zip(draft.chances, places, strict=True))
