"""Tiny towers of real kinds with random weights, in files as their makers write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import open_clip
import torch
from safetensors.torch import save_file
from transformers import AutoModel, BitImageProcessor, Dinov2Config, Dinov2WithRegistersConfig

TEXT = {"context_length": 8, "vocab_size": 64, "width": 32, "heads": 2, "layers": 1}
VIT = {"layers": 3, "width": 64, "head_width": 16, "patch_size": 14}
CONVNEXT = {"timm_model_name": "convnext_atto", "timm_model_pretrained": False, "timm_pool": "", "timm_proj": "linear"}
WIDTH = 24
SEEN = {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.25, 0.3]}


def write_architecture(folder: Path, name: str, size: Any, vision: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Register an architecture with OpenCLIP; returns its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"embed_dim": WIDTH, "vision_cfg": {"image_size": size, **vision}, "text_cfg": TEXT, **more}
    (folder / f"{name}.json").write_text(json.dumps(config))
    open_clip.add_model_config(folder / f"{name}.json")
    return config


def write_open_clip(folder: Path, size: Any = 56, vision: dict[str, Any] = VIT, seed: int = 0, **more: Any) -> Any:
    """A folder in the hub's layout, ``open_clip:local-dir:FOLDER``; returns OpenCLIP's own model of it."""
    folder.mkdir(parents=True)
    config = {"embed_dim": WIDTH, "vision_cfg": {"image_size": size, **vision}, "text_cfg": TEXT, **more}
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": SEEN}))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = open_clip.create_model(f"local-dir:{folder}")
        lively(model.visual)
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return model.eval()


def lively(network: torch.nn.Module) -> None:
    """Norms and biases that do something: fresh ones are 1 and 0, and layer scales of ConvNeXt and DINOv2 tiny."""
    for parameter in network.parameters():
        if parameter.ndim < 2:
            torch.nn.init.normal_(parameter, 1.0 if parameter.mean() > 0 else 0.0, 0.2)


def write_dinov2(folder: Path, size: Any = 56, registers: int = 0, seed: int = 0) -> Any:
    """A folder of ``save_pretrained``, ``dinov2:FOLDER``; returns transformers' own model of it."""
    kind = Dinov2WithRegistersConfig if registers else Dinov2Config
    more = {"num_register_tokens": registers} if registers else {}
    config = kind(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, mlp_ratio=2, image_size=70, patch_size=14, **more)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = AutoModel.from_config(config)
        lively(model)
    model.save_pretrained(folder)
    crop = size if isinstance(size, dict) else {"height": size, "width": size}
    processor = BitImageProcessor(size={"shortest_edge": 64}, crop_size=crop, image_mean=SEEN["mean"], image_std=SEEN["std"])
    processor.save_pretrained(folder)
    return model.eval()
