"""Low-rank adapters by peft on all linear layers of a decoder, kept in peft's own format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

ADAPTER_FOLDER, ADAPTER_CONFIG, ADAPTER_WEIGHTS = "adapter", "adapter_config.json", "adapter_model.safetensors"
NAME = "default"  # peft's own
PREFIX = "base_model.model.model."  # of a decoder's parameters in peft's files of a causal language model


@dataclass(frozen=True)
class Lora:
    """Low-rank adapters on all linear layers of a decoder, which itself stays as it is; by default of the paper's size."""

    rank: int = 128
    alpha: float = 256.0  # they are scaled by alpha / rank
    dropout: float = 0.05

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"rank is {self.rank!r}; allowed: 1 or more")
        if not self.alpha > 0:  # also refuses nan
            raise ValueError(f"alpha is {self.alpha!r}; allowed: more than 0")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout is {self.dropout!r}; allowed: from 0 to below 1")


def add_adapters(decoder: nn.Module, lora: Lora | Mapping[str, Any]) -> None:
    """Put fresh adapters into a decoder, in place, and freeze all the rest of it. Adapters are float32.

    ``ModuleNotFoundError`` without peft.
    """
    settings = lora if isinstance(lora, Lora) else Lora(**lora)
    inject, config = _peft().inject_adapter_in_model, _peft_config(settings, decoder, base="")
    inject(config, decoder, adapter_name=NAME)
    for name, parameter in decoder.named_parameters():
        parameter.requires_grad_("lora_" in name)
        if "lora_" in name:  # the steps of the optimiser are too small for bfloat16
            parameter.data = parameter.data.float()


def _peft_config(lora: Lora, decoder: nn.Module, base: str) -> Any:
    # an adapted layer holds its base_layer and lora_A, lora_B; the names wanted are those of layers that are not inside another
    names = {name.rsplit(".", 1)[-1] for name, module in decoder.named_modules() if isinstance(module, nn.Linear) and "lora_" not in name}
    if "base_layer" in names:
        raise ValueError("the decoder has adapters already")
    return _settings(lora, names, base)


def _settings(lora: Lora, names: Iterable[str], base: str) -> Any:
    return _peft().LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=sorted(names),
        bias="none",
        task_type="CAUSAL_LM",
        base_model_name_or_path=base,
        inference_mode=True,
    )


def adapter_weights(decoder: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Adapters among a decoder's state dict, under the names of peft's files."""
    found = {name: tensor for name, tensor in decoder.items() if "lora_" in name}
    return {PREFIX + name.replace(f".{NAME}.", "."): tensor for name, tensor in found.items()}


def save_adapters(weights: Mapping[str, Tensor], lora: Mapping[str, Any], base: str, folder: Path) -> None:
    """Write the adapters of a decoder's state dict so that peft can put them on the base as well."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {name: tensor.detach().to("cpu", torch.float32).contiguous() for name, tensor in adapter_weights(weights).items()}
    targets = {name.split(".lora_", 1)[0].rsplit(".", 1)[-1] for name in found}
    save_file(found, folder / ADAPTER_WEIGHTS, metadata={"format": "pt"})
    _settings(Lora(**lora), targets, base).save_pretrained(folder)


def load_adapters(decoder: nn.Module, folder: Path) -> None:
    """Read the adapters of ``save_adapters`` into a decoder that has some. ``ValueError`` where they do not fit it."""
    path = folder / ADAPTER_WEIGHTS
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing")
    wanted = {name: parameter for name, parameter in decoder.named_parameters() if "lora_" in name}
    try:
        found = load_file(path)
    except SafetensorError as problem:
        raise ValueError(f"{path} cannot be read: {problem}") from None
    names = {PREFIX + name.replace(f".{NAME}.", "."): name for name in wanted}
    if names.keys() != found.keys():
        raise ValueError(f"{path} does not fit the decoder: {sorted(names.keys() ^ found.keys())[:2]} are in one of the two alone")
    with torch.no_grad():
        for name, tensor in found.items():
            if tensor.shape != wanted[names[name]].shape:
                raise ValueError(f"{path}: {name} is {tuple(tensor.shape)}, the decoder wants {tuple(wanted[names[name]].shape)}")
            wanted[names[name]].copy_(tensor)


def _peft() -> Any:
    try:
        import peft
    except ModuleNotFoundError as problem:
        raise ModuleNotFoundError("adapters need the Python package peft: pip install 'raw-scenes[model]'", name=problem.name) from None
    return peft
