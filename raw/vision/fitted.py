"""Files of small networks that were fitted to what a tower says: weights in half precision, and the tower's fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


def save_fitted(network: nn.Module, path: Path, fingerprint: str) -> None:
    """Write it; another reader never sees half of it."""
    temporary = path.with_name(f".{path.name}.tmp")
    weights = {name: tensor.detach().to("cpu", torch.float16).contiguous() for name, tensor in network.state_dict().items()}
    temporary.write_bytes(save(weights, metadata={"fingerprint": fingerprint}))  # safetensors' own files only their owner may read
    temporary.replace(path)


def load_fitted(path: Path, what: str, make: Callable[[str, dict[str, Tensor]], Network]) -> Network | None:
    """The frozen network that ``make`` builds for a fingerprint and weights, with these weights in float32; None where there is no file.

    ValueError for a file that is no such thing: ``what`` it should be.
    """
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            fingerprint = (file.metadata() or {})["fingerprint"]
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118, it is no mapping
        network = make(fingerprint, weights)
        network.load_state_dict(weights)
    except (SafetensorError, KeyError, RuntimeError, TypeError, ValueError) as problem:
        raise ValueError(f"{path} is no {what}: {problem}") from None
    return network.eval().requires_grad_(False)
