"""Weights of a linear projector from a file: patches of a tower to the width of a language model."""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError  # of torch.load; nothing is unpickled here

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

NAMES = ("model.mm_projector.{}", "mm_projector.{}", "projector.{}", "{}")  # LLaVA's, and plain ones


def load_projector(projector: nn.Linear, path: Path) -> None:
    """Copy weight and bias of a file (safetensors, or a .bin of tensors alone) into a projector, in place.

    ``FileNotFoundError``, or ``ValueError`` where the file holds no linear projector or one of another shape.
    """
    found = _read(path)
    for name in NAMES:
        weight, bias = (found.get(name.format(part)) for part in ("weight", "bias"))
        if weight is not None:
            break
    else:
        raise ValueError(
            f"{path} holds {', '.join(sorted(found)[:4])}; allowed: a weight and a bias, or {NAMES[0].format('weight')} and so on"
        )
    if weight.shape != projector.weight.shape or (bias is not None and bias.shape != projector.bias.shape):
        wanted = f"{tuple(projector.weight.shape)}: {projector.in_features} features of a patch to {projector.out_features} of the decoder"
        raise ValueError(f"{path}: the projector's weight is {tuple(weight.shape)}; the model wants {wanted}")
    with torch.no_grad():
        projector.weight.copy_(weight)
        projector.bias.zero_() if bias is None else projector.bias.copy_(bias)


def _read(path: Path) -> dict[str, Tensor]:
    if not path.is_file():
        raise FileNotFoundError(f"projector {path} is missing; allowed: a safetensors file, or a .bin of tensors")
    try:
        if path.suffix == ".safetensors":
            with safe_open(path, framework="pt") as file:
                return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118, it is no mapping
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (SafetensorError, RuntimeError, EOFError, ValueError, UnpicklingError) as problem:
        raise ValueError(f"{path} cannot be read as weights: {str(problem).splitlines()[0]}") from None
    if not isinstance(found, dict) or not all(isinstance(value, Tensor) for value in found.values()):
        raise ValueError(f"{path} holds no table of tensors")
    return found
