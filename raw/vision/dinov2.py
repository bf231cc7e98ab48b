"""DINOv2 through transformers.

Patches are the tokens of the last layer after the final norm, ``pooled`` is the class token beside them, unit length.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from raw.hub import fixed_files
from raw.vision.frozen import GridTower, Preprocessing, square_side

FILES = ("config.json", "preprocessor_config.json", "model.safetensors")
TYPES = ("dinov2", "dinov2_with_registers")
_FACTS = (
    "model_type", "hidden_size", "num_hidden_layers", "num_attention_heads", "mlp_ratio", "hidden_act", "layer_norm_eps", "image_size",
    "patch_size", "use_swiglu_ffn",
)  # fmt: skip


class Tokens(nn.Module):
    """Normalised pictures -> the map of patch tokens, and the class token."""

    def __init__(self, model: nn.Module, patch: int, registers: int) -> None:
        super().__init__()
        self.model, self.patch, self.registers = model, patch, registers

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        tokens = self.model(pixel_values=images).last_hidden_state
        rows, columns = (side // self.patch for side in images.shape[-2:])
        return tokens[:, 1 + self.registers :].transpose(1, 2).unflatten(2, (rows, columns)), tokens[:, 0]


def load(source: str) -> GridTower:
    """``source`` is ORG/NAME of the hub, or a folder, told by its first letter: ``/``, ``.`` or ``~``. See ``load_tower`` for errors."""
    if source[0] in "/.~":
        folder = Path(source).expanduser().absolute()
        name = f"dinov2:{folder}"
    elif re.fullmatch(r"[\w.-]+/[\w.-]+", source):
        advice = f"Without internet: download it elsewhere by `hf download {source} --local-dir FOLDER`, and name the tower dinov2:/FOLDER"
        folder = fixed_files(source, [(file,) for file in FILES], advice)
        name = f"dinov2:{source}"
    else:
        raise ValueError(f"dinov2:{source} names no model; allowed: dinov2:ORG/NAME of the hub, dinov2:/FOLDER")
    for file in FILES:
        if not (folder / file).is_file():
            raise FileNotFoundError(f"{folder / file} is missing: the folder of a DINOv2 model holds {', '.join(FILES)}")
    model, preprocessing = _model(folder), _preprocessing(folder / FILES[1])
    config: Any = model.config
    if preprocessing.size % config.patch_size:
        raise ValueError(f"{folder} wants pictures of {preprocessing.size} pixels; allowed: multiples of {config.patch_size}, its patches")
    registers = getattr(config, "num_register_tokens", 0)
    facts = {"family": "dinov2", "layer": -1, "registers": registers} | {key: getattr(config, key) for key in _FACTS}
    return GridTower(name, Tokens(model, config.patch_size, registers), preprocessing, facts)


def _model(folder: Path) -> nn.Module:
    """The network with all of its weights, float32; ValueError where the folder holds another or weights are missing."""
    from transformers import AutoModel

    kind = _read(folder / FILES[0]).get("model_type")
    if kind not in TYPES:
        raise ValueError(f"{folder / FILES[0]}: model_type is {kind!r}; allowed: {', '.join(TYPES)}")
    try:
        model, told = AutoModel.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, dtype=torch.float32, output_loading_info=True
        )
    except Exception as problem:  # of wrong weights it raises many kinds
        lines = " ".join(str(problem).split())[:400]
        raise ValueError(f"{folder} cannot be read as a DINOv2 model: {type(problem).__name__}: {lines}") from None
    missing = sorted(told["missing_keys"])
    if missing:
        raise ValueError(f"{folder / FILES[2]} lacks {len(missing)} tensors of the model, such as {missing[0]}")
    return model


def _preprocessing(path: Path) -> Preprocessing:
    """As the image processor's file tells: the crop is what the network sees, the resize before it is of pictures that are not square."""
    told = _read(path)
    size = (told.get("crop_size") if told.get("do_center_crop") else None) or told.get("size")
    if isinstance(size, dict):
        size = [size["height"], size["width"]] if "height" in size else size.get("shortest_edge")
    side = square_side(size, str(path))
    try:
        return Preprocessing(side, tuple(map(float, told["image_mean"])), tuple(map(float, told["image_std"])))
    except (KeyError, TypeError) as problem:
        raise ValueError(f"{path} tells no mean and deviation of pictures: {problem!r}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text())
    except ValueError as problem:
        raise ValueError(f"{path} is broken: {problem}") from None
    if not isinstance(told, dict):
        raise ValueError(f"{path} is broken: it is no table")
    return told
