"""Small networks that read a tower's patches, and files of such as were fitted to a tower: half precision, and the tower's fingerprint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

Network = TypeVar("Network", bound=nn.Module)


class PatchReader(nn.Module):
    """What reads patches of the tower of ``fingerprint``, less what is usual of them."""

    mean: Tensor  # (C,) of features that are usual
    scale: Tensor  # (C,)

    def __init__(self, channels: int, fingerprint: str) -> None:
        super().__init__()
        self.fingerprint = fingerprint
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("scale", torch.ones(channels))

    def fit_scale(self, patches: Tensor) -> None:
        """Take mean and deviation of (..., C) features as those that are usual."""
        flat = patches.reshape(-1, patches.shape[-1]).float()
        self.mean.copy_(flat.mean(dim=0))
        self.scale.copy_(flat.std(dim=0) + 1e-3)

    def scaled(self, patches: Tensor) -> Tensor:
        """(..., C) features of about mean 0 and deviation 1."""
        return (patches - self.mean) / self.scale


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
