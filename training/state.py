"""What of the model a checkpoint's ``state/`` holds: all but frozen weights, which every run reads from their base anyway.

The frozen base of adapters is 13 GB at 7B, and would be written again at every checkpoint. Under FSDP and DeepSpeed
accelerate writes the model in its own way, and these hooks change nothing.
"""

from __future__ import annotations

from pathlib import Path

from accelerate import Accelerator
from accelerate.utils import SAFE_WEIGHTS_NAME
from safetensors.torch import load_model
from torch import Tensor, nn


def leave_out_frozen(accelerator: Accelerator) -> None:
    """From now on the accelerator's ``save_state`` leaves frozen weights out, and ``load_state`` leaves them as they are.

    ``load_state`` raises ValueError for the state of another model; one that has the frozen weights as well can be read.
    """
    accelerator.register_save_state_pre_hook(_drop_frozen)
    accelerator.register_load_state_pre_hook(_load_trained)


def _drop_frozen(models: list[nn.Module], weights: list[dict[str, Tensor]], folder: str) -> None:
    """``weights`` are those that accelerate is about to write, none where it has written them itself."""
    for index, (model, state) in enumerate(zip(models, weights, strict=False)):
        frozen = _frozen(model)
        weights[index] = {name: tensor for name, tensor in state.items() if not _is_of(name, frozen)}


def _load_trained(models: list[nn.Module], folder: str) -> None:
    """Load what ``_drop_frozen`` left; accelerate itself, which wants all weights, finds no model left to load."""
    for index, model in enumerate(models):
        path = Path(folder) / SAFE_WEIGHTS_NAME.replace(".", f"_{index}." if index else ".")
        missing, unknown = load_model(model, path, strict=False)
        frozen = _frozen(model)
        if wrong := [*(name for name in missing if not _is_of(name, frozen)), *unknown]:
            raise ValueError(f"{path} is the state of another model: missing or unknown weights {', '.join(sorted(wrong)[:4])}")
    models.clear()


def _frozen(model: nn.Module) -> set[str]:
    return {name for name, parameter in model.named_parameters(remove_duplicate=False) if not parameter.requires_grad}


def _is_of(name: str, frozen: set[str]) -> bool:
    """Whether an entry of a state dict is a frozen weight, or what a quantised one has beside it (``weight.absmax``)."""
    owner, weight, _ = name.partition(".weight")
    return name in frozen or owner + weight in frozen
