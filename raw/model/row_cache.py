"""Keys and values of programs that grow at different speeds, without holes.

Every program has a row of its own, filled from the left. What a block is padded with is written behind it, is never looked
at, and is overwritten by the next block. A program that has ended gives its row to the last one, so that those still
running lie together.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import Cache
from transformers.cache_utils import CacheLayerMixin

STEP = 128  # places that rows grow by


@dataclass
class _Step:
    """The present step of all layers."""

    width: int = 0  # keys that it sees
    start: int | Tensor = 0  # where it writes: one place for all rows, or (R, L) places


class RowCache(Cache):
    """A cache for any decoder of transformers. Call ``place`` before it runs."""

    def __init__(self, layers: int) -> None:
        # layers know the step and not this cache: a ring of references would keep all keys in memory until Python looks for rings
        self._step = _Step()
        super().__init__(layers=[_RowLayer(self._step) for _ in range(layers)])

    def place(self, lengths: list[int], block: int, device: torch.device, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        """A block of ``block`` tokens comes to rows that hold ``lengths`` tokens.

        Returns its position ids, (R, L) or (1, L), and what is to be added to the attention scores, (R, 1, L, width) or
        (1, 1, L, width); None where a token sees all before it as a matter of course: one alone, or the first block.
        """
        first, step = lengths[0], self._step
        step.width = max(lengths) + block
        equal = all(length == first for length in lengths)
        starts = torch.tensor([first] if equal else lengths, device=device)
        positions = starts[:, None] + torch.arange(block, device=device)
        step.start = first if equal else positions
        if equal and (block == 1 or first == 0):
            return positions, None
        unseen = torch.arange(step.width, device=device) > positions[..., None]
        return positions, torch.zeros(unseen.shape, dtype=dtype, device=device).masked_fill_(unseen, float("-inf"))[:, None]

    def repeat(self, count: int) -> None:
        """Every row ``count`` times, copies beside each other."""
        for layer in self.layers:
            layer.keys, layer.values = (part.repeat_interleave(count, dim=0) for part in (layer.keys, layer.values))

    def move(self, source: int, target: int) -> None:
        """Row ``source`` takes the place of row ``target``."""
        for layer in self.layers:
            for part in (layer.keys, layer.values):
                part[target, :, : self._step.width] = part[source, :, : self._step.width]


class _RowLayer(CacheLayerMixin):
    """Keys and values of one layer, (rows, heads, places, channels)."""

    is_sliding = False

    def __init__(self, step: _Step) -> None:
        super().__init__()
        self._step = step

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        places = -(-(self._step.width + STEP) // STEP) * STEP
        self.keys, self.values = (part.new_zeros(*part.shape[:2], places, part.shape[3]) for part in (key_states, value_states))
        self.is_initialized = True

    def update(self, key_states: Tensor, value_states: Tensor, *args: object, **kwargs: object) -> tuple[Tensor, Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        if self._step.width > self.keys.shape[2]:
            self.keys, self.values = (_longer(part, self._step.width) for part in (self.keys, self.values))
        return self._written(self.keys, key_states), self._written(self.values, value_states)

    def _written(self, kept: Tensor, new: Tensor) -> Tensor:
        rows, _, block, _ = new.shape
        start = self._step.start
        if isinstance(start, int):
            kept[:rows, :, start : start + block] = new
        else:
            kept[torch.arange(rows, device=new.device)[:, None], :, start] = new.transpose(1, 2)
        return kept[:rows, :, : self._step.width]

    def get_seq_length(self) -> int:
        return self._step.width if self.is_initialized else 0

    def get_mask_sizes(self, query_length: int, *args: object) -> tuple[int, int]:
        return self._step.width, 0

    def get_max_length(self) -> int:
        return -1

    def get_max_cache_shape(self) -> int:
        return -1


def _longer(part: Tensor, width: int) -> Tensor:
    places = -(-max(width, part.shape[2] + STEP) // STEP) * STEP
    longer = part.new_zeros(*part.shape[:2], places, part.shape[3])
    longer[:, :, : part.shape[2]] = part
    return longer
