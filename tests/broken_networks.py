"""Files that are no small network (``raw.vision.fitted``), for the tests of those that read them."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

BROKEN = ("rubbish", "no name", "no weights", "shape")


def write_broken(network: nn.Module, path: Path, change: str, weight: str) -> None:
    """The file of a network, but broken in one of the ways of ``BROKEN``; ``weight`` is one that gets another shape."""
    state = {name: tensor.contiguous() for name, tensor in network.state_dict().items()}
    if change == "rubbish":
        path.write_bytes(b"rubbish")
        return
    changed = {"no weights": {"mean": state["mean"]}, "shape": {**state, weight: torch.zeros(7)}}.get(change, state)
    save_file(changed, path, metadata=None if change == "no name" else {"fingerprint": "abc"})
