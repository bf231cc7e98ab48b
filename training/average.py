"""An exponential moving average of the weights that are trained."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.distributed.tensor import DTensor
from torch.optim.swa_utils import get_ema_multi_avg_fn


class Average:
    """The same numbers as ``torch.optim.swa_utils.AveragedModel`` with its ``ema``, without a second model.

    It keeps what this process holds of every parameter, in float32, so it also works where weights are spread over
    processes. Make it after the model was prepared.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], decay: float) -> None:
        """``decay`` in 0..1: how much of the average one update keeps; the first update takes the weights as they are."""
        if not 0 < decay < 1:
            raise ValueError(f"decay is {decay!r}; allowed: above 0 and below 1")
        self._weights = [_local(parameter) for parameter in parameters if parameter.requires_grad]
        self.average = [weight.float().clone() for weight in self._weights]
        self.updates = 0
        self._update = get_ema_multi_avg_fn(decay)

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights as they are now."""
        weights = [weight.float() for weight in self._weights]
        if self.updates:
            self._update(self.average, weights, self.updates)
        else:
            torch._foreach_copy_(self.average, weights)
        self.updates += 1

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The model has the averaged weights inside, and exactly its own afterwards."""
        own = [weight.clone() for weight in self._weights]
        _fill(self._weights, self.average)
        try:
            yield
        finally:
            _fill(self._weights, own)

    def save(self, path: Path) -> None:
        tensors = {f"{i:05d}": tensor.contiguous() for i, tensor in enumerate(self.average)}
        save_file({**tensors, "updates": torch.tensor(self.updates)}, path)

    def load(self, path: Path) -> None:
        """Raises FileNotFoundError, or ValueError for the average of another model."""
        tensors = load_file(path)
        self.updates = int(tensors.pop("updates"))
        stored = [tensors[name] for name in sorted(tensors)]
        if [t.shape for t in stored] != [t.shape for t in self.average]:
            raise ValueError(f"{path} is the average of another model, or of another number of processes")
        _fill(self.average, stored)


def _local(parameter: nn.Parameter) -> Tensor:
    """What this process holds of a parameter, sharing its memory."""
    tensor = parameter.detach()
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


@torch.no_grad()
def _fill(targets: list[Tensor], values: list[Tensor]) -> None:
    for target, value in zip(targets, values, strict=True):
        target.copy_(value)
