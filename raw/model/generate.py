"""Programs from patches: step by step with a key-value cache, constrained by the grammar, values fed back.

All images of a batch step together. Where the grammar leaves one piece, nothing is sampled and no probability is paid.
Values come from the heads and are never sampled.

At temperature 0 the likeliest piece is taken, and a program ends where it is more likely than not to have ended by then:
the number of objects is the median one. As one piece among seven the end would win too late, as no single step is likely
to be the last.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from raw.grammar import MODEL_MAX_OBJECTS
from raw.language import Program
from raw.model.automaton import Automaton
from raw.model.heads import nearest_rotation
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION
from raw.model.scene_model import SceneModel
from raw.model.targets import Item, Targets, decode_targets, stack_items
from raw.model.vocabulary import Token


@dataclass(frozen=True)
class Decoding:
    """How to decode."""

    max_objects: int = MODEL_MAX_OBJECTS
    temperature: float = 0.0  # 0 takes the likeliest piece, and the median number of objects
    generator: torch.Generator | None = None  # on the CPU; needed when the temperature is above 0

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < float("inf"):
            raise ValueError(f"temperature is {self.temperature}; allowed: 0 or more")
        if self.temperature and self.generator is None:
            raise ValueError(f"temperature is {self.temperature} and generator is None; pass a torch.Generator")


class Generated(NamedTuple):
    program: Program
    log_probability: float  # of the free choices among the pieces that the grammar allowed, at temperature 1
    seconds: float  # wall time from the start of the batch until this program ended


class _Values(NamedTuple):
    """Values of the pieces of one step, one row for each program."""

    slots: Tensor  # (B,)
    numbers: Tensor  # (B,)
    rotations: Tensor  # (B, 3, 3)
    embeddings: Tensor  # (B, D)


def generate(model: SceneModel, patches: Tensor, decoding: Decoding | None = None) -> list[Generated]:
    """Decode one program for each row of patches (B, N, C), in order."""
    return [result for result, _ in generate_with_targets(model, patches, decoding)]


@torch.no_grad()
def generate_with_targets(model: SceneModel, patches: Tensor, decoding: Decoding | None = None) -> list[tuple[Generated, Targets]]:
    """Like ``generate``, with the sequences behind the programs, in the form of training targets."""
    decoding = decoding or Decoding()
    start = time.perf_counter()
    count = len(patches)
    if count == 0:
        return []
    vocabulary = model.vocabulary
    automata = [Automaton(vocabulary, decoding.max_objects) for _ in range(count)]
    rows = [[Item(vocabulary.bos_id)] for _ in range(count)]
    scores, ends, alive = np.zeros(count), np.zeros(count), np.ones(count)
    first = [Token(vocabulary.bos_id)] * count
    bos = _embed(model, first, _values(model, torch.zeros(count, model.config.hidden_size, device=model.device), first))
    embedded, cache = torch.cat([model.embed_patches(patches.to(model.device)), bos], dim=1), None
    while not all(automaton.done for automaton in automata):
        output = model.decoder(inputs_embeds=embedded, past_key_values=cache, use_cache=True)
        states, cache = output.last_hidden_state[:, -1], output.past_key_values
        chosen, paid = _choose(model.piece_head(states), automata, decoding, alive)
        running = [not automaton.done for automaton in automata]
        pieces = [automaton.advance(token) for automaton, token in zip(automata, chosen, strict=True)]
        values = _values(model, states, pieces)
        _record(rows, running, pieces, values)
        scores += paid
        ends[running] = time.perf_counter() - start
        embedded = _embed(model, pieces, values)
    targets = [stack_items(row) for row in rows]
    return [
        (Generated(decode_targets(t, vocabulary), float(score), float(end)), t) for t, score, end in zip(targets, scores, ends, strict=True)
    ]


def _choose(logits: Tensor, automata: list[Automaton], decoding: Decoding, alive: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The next token of every row, and the log-probability that it cost (0 where it was forced).

    ``alive`` (B,) is the probability that a program had gone on up to here; it is updated in place.
    """
    scores = logits.double().cpu()
    if not torch.isfinite(scores).all():
        raise ValueError("the model gives scores that are not finite: its weights or the patches hold nan or infinity")
    options = [automaton.allowed() for automaton in automata]
    chosen, paid = [allowed[0] for allowed in options], np.zeros(len(automata))
    for row, allowed in enumerate(options):
        if len(allowed) == 1:
            continue
        some, end = scores[row, allowed].log_softmax(0), automata[row].vocabulary.eos_id
        if decoding.temperature:
            # the maximum goes first, or a tiny temperature overflows
            index = int(torch.multinomial(((some - some.max()) / decoding.temperature).softmax(0), 1, generator=decoding.generator))
        else:
            index, alive[row] = _likeliest(some, allowed.index(end) if end in allowed else None, alive[row])
        chosen[row], paid[row] = allowed[index], float(some[index])
    return chosen, paid


def _likeliest(some: Tensor, end: int | None, alive: float) -> tuple[int, float]:
    """Log-probabilities (K,) of the allowed pieces, the place of the end among them -> the piece to take, and ``alive`` after it."""
    if end is None:
        return int(some.argmax()), alive
    alive *= 1 - float(some[end].exp())
    others = some.clone()
    others[end] = -torch.inf
    return (end if alive < 0.5 else int(others.argmax())), alive


def _values(model: SceneModel, states: Tensor, pieces: list[Token]) -> _Values:
    """What the heads say for pieces that carry values; neutral values elsewhere. A head runs only if a row needs it."""
    count, device = len(pieces), states.device
    kinds = torch.tensor([piece.kind for piece in pieces], device=device)
    slots = torch.tensor([piece.slot for piece in pieces], device=device)
    numbers = torch.zeros(count, device=device)
    rotations = torch.eye(3, device=device).repeat(count, 1, 1)
    embeddings = torch.zeros(count, model.config.width, device=device)
    present = {piece.kind for piece in pieces}
    if NUMBER in present:
        rows = kinds == NUMBER
        decoded, fixed = model.codec.decode(model.numbers_of(states[rows]), slots[rows]), model.fixed[slots[rows]]
        numbers[rows] = torch.where(fixed.isnan(), decoded, fixed.to(decoded.dtype))
    if ROTATION in present:
        rows = kinds == ROTATION
        rotations[rows] = nearest_rotation(model.rotation_head(states[rows]).unflatten(-1, (3, 3)))
    if APPEARANCE in present:
        rows = kinds == APPEARANCE
        embeddings[rows] = F.normalize(model.embedding_head(states[rows]).float(), dim=-1)  # as in training data
    return _Values(slots, numbers, rotations, embeddings)


def _embed(model: SceneModel, tokens: list[Token], values: _Values) -> Tensor:
    """Tokens with their values -> (B, 1, hidden), the decoder's next input."""
    ids, kinds = (torch.tensor(column, device=model.device)[:, None] for column in list(zip(*tokens, strict=True))[:2])
    return model.embed_pieces(ids, kinds, *(value[:, None] for value in values)).to(model.piece_head.weight.dtype)


def _record(rows: list[list[Item]], running: list[bool], pieces: list[Token], values: _Values) -> None:
    """Append this step to the sequences that had not ended before it."""
    numbers, rotations, embeddings = (value.cpu().numpy() for value in values[1:])
    for i, (row, piece) in enumerate(zip(rows, pieces, strict=True)):
        if running[i]:
            row.append(
                Item(
                    piece.id,
                    piece.kind,
                    piece.slot,
                    float(numbers[i]),
                    rotations[i] if piece.kind == ROTATION else None,
                    embeddings[i] if piece.kind == APPEARANCE else None,
                )
            )
