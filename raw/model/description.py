"""What a checkpoint is, in numbers and words, without reading its weights."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import torch
import yaml
from torch import nn

from raw.model import decoders, room
from raw.model.codecs import BinCodec
from raw.model.config import CONFIG_FILE, SceneModelConfig
from raw.model.decoders import BaseOptions
from raw.model.places import PLACES_FILE
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.scene_model import SceneModel
from raw.vision.adapter import ADAPTER_FILE
from raw.vision.horizon import HORIZON_FILE

SETTINGS = ("training.yaml", "config.yaml")  # of the run that made a model: beside it, or in the folders above
SCORE_FILE = "validation.json"
LEVELS = 3  # above a model that its run may be: RUN/checkpoints/step-.../model


def empty_model(config: SceneModelConfig, vocabulary: PretrainedVocabulary | None = None) -> SceneModel:
    """The network of a config on the meta device: shapes and no numbers."""
    with torch.device("meta"):
        base = decoders.fresh_base(config.base_config, BaseOptions(), frozen=bool(config.lora)) if config.base else None
        return SceneModel(config, base, vocabulary)


def count_parameters(model: nn.Module) -> dict[str, int]:
    """Numbers in a model: in all, trained and frozen, and by part. A matrix that two parts share counts once."""
    counts = dict.fromkeys(("total", "trained", "frozen", "decoder", "adapters", "heads", "values", "projector"), 0)
    for name, parameter in model.named_parameters():
        number = parameter.numel()
        counts["total"] += number
        counts["trained" if parameter.requires_grad else "frozen"] += number
        counts[_part(name)] += number
    return counts


def _part(name: str) -> str:
    if name.startswith(("decoder.", "piece_head.")):
        return "adapters" if ".lora_" in name else "decoder"
    if name.startswith(("values.", "reserved")):
        return "values"
    return "heads" if "_head." in name else "projector"


def describe(folder: Path) -> dict[str, Any]:
    """All that ``raw model info`` tells of a folder. Raises what ``SceneModel.from_pretrained`` raises for one that is none."""
    from raw.model.checkpoint import read_vocabulary

    if not (folder / CONFIG_FILE).is_file():
        raise FileNotFoundError(f"{folder / CONFIG_FILE} is missing: {folder} is no folder that SceneModel.save_pretrained wrote")
    config = SceneModelConfig.load(folder / CONFIG_FILE)
    vocabulary = read_vocabulary(config, folder) if config.base else None
    return {
        "folder": str(folder),
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        **facts(config, vocabulary),
        "second_look": (folder / ADAPTER_FILE).is_file(),
        "horizon": (folder / HORIZON_FILE).is_file(),
        "places": (folder / PLACES_FILE).is_file(),
        "training": provenance(folder),
    }


def facts(config: SceneModelConfig, vocabulary: PretrainedVocabulary | None) -> dict[str, Any]:
    """What a config says, with the parameters counted."""
    architecture = {name: getattr(config, name) for name in ("hidden_size", "layers", "heads", "intermediate_size")}
    return {
        "architecture": {"type": config.base_config.get("model_type", "llama"), **architecture},
        "parameters": count_parameters(empty_model(config, vocabulary)),
        "base": {"name": config.base, "fingerprint": config.base_fingerprint} if config.base else None,
        "adapters": config.lora,
        "tower": {"name": config.tower, "fingerprint": config.tower_fingerprint, "patches": config.patch_shape, **config.preprocessing},
        "appearance": {
            "tower": config.appearance_tower or config.tower, "fingerprint": config.library_fingerprint, "width": config.width,
            "names": sum(map(len, config.names.values())),
        },
        "numbers": {"codec": config.codec, **({"bins": config.bins} if config.codec in BinCodec.NAMES else {})},
        "switches": {"feedback": config.feedback, "pixel_counts": config.pixel_counts},
        "fixed": config.fixed,
        "grammar": config.grammar,
        "tokens": _tokens(config, vocabulary) if vocabulary else None,
    }  # fmt: skip


def _tokens(config: SceneModelConfig, vocabulary: PretrainedVocabulary) -> dict[str, int]:
    """How much of the base's context programs take. Objects beyond those that certainly fit may fit, as most numbers are shorter."""
    return {
        "vocabulary": vocabulary.size,
        "positions": room.positions(config),
        "left_for_program": room.left_for_program(config, vocabulary),
        "objects_that_fit": room.objects_that_fit(config, vocabulary),
    }


def provenance(folder: Path) -> dict[str, Any] | None:
    """The settings of the run that a folder is of and its score, as far as they are there."""
    found: dict[str, Any] = {}
    places = [folder, *folder.resolve().parents[:LEVELS]]
    if path := next((place / name for place in places for name in SETTINGS if (place / name).is_file()), None):
        settings = yaml.safe_load(path.read_text())
        if isinstance(settings, dict) and {"data", "optimiser"} <= settings.keys():
            found = {"settings": settings, "file": str(path)}
    if (folder / SCORE_FILE).is_file():
        found["validation"] = json.loads((folder / SCORE_FILE).read_text())
    return found or None


def as_text(told: dict[str, Any]) -> str:
    """A description in lines of ``name  value``."""
    counts, tower, appearance = told["parameters"], told["tower"], told["appearance"]
    architecture, base = told["architecture"], told["base"]
    parts = ", ".join(f"{name} {counts[name]:,}" for name in ("decoder", "adapters", "heads", "values", "projector") if counts[name])
    rows = {
        "model": f"{told['folder']} ({told['bytes'] / 1e6:,.1f} MB)",
        "decoder": "{type}, {layers} layers, {hidden_size} wide, {heads} heads, {intermediate_size} in the MLP".format(**architecture),
        "base": f"{base['name']} (weights {base['fingerprint']})" if base else "none: trained from scratch on pieces of the grammar",
        "adapters": "LoRA, " + _pairs(told["adapters"]) if told["adapters"] else "none: all of the decoder is trained",
        "parameters": f"{counts['total']:,}: {counts['trained']:,} trained, {counts['frozen']:,} frozen",
        "of these": parts,
        "sees by": f"{tower['name']} (fingerprint {tower['fingerprint']}), {tower['patches'][0]} patches of {tower['patches'][1]} features",
        "predicts": f"appearances: {_told(appearance)}, libraries with {appearance['fingerprint']}",
        "second look": f"at animals, {'with' if told['second_look'] else 'without'} an adapter of its own",
        "horizon": "said, and read by a reader of its own" if told["horizon"] else "said, and not read",
        "numbers": _pairs(told["numbers"]),
        "switches": ", ".join(f"{name} {'on' if value else 'off'}" for name, value in told["switches"].items()),
        "fixed": _pairs(told["fixed"]) or "nothing",
        "grammar": told["grammar"],
        "training": _training(told["training"]) or "its settings are not here; see README.md",
    }
    if told["tokens"]:
        rows["tokens"] = "{vocabulary:,}; {positions:,} positions, {left_for_program:,} of them for the program".format(**told["tokens"])
        rows["objects"] = f"up to {told['tokens']['objects_that_fit']} certainly fit"
    return "\n".join(f"{name:<11} {value}" for name, value in rows.items())


def _told(appearance: dict[str, Any]) -> str:
    named = f"one of {appearance['names']} names of assets"
    return named if appearance["names"] else f"{appearance['width']} numbers by {appearance['tower']}"


def _training(told: dict[str, Any] | None) -> str:
    told, lines = told or {}, []
    if "settings" in told:
        data, optimiser = told["settings"]["data"], told["settings"]["optimiser"]
        lines.append(f"{data.get('folder')}, {optimiser.get('steps')} steps of {optimiser.get('batch_size')} ({told['file']})")
    if "validation" in told:
        lines.append("validation " + _pairs(told["validation"]))
    return "; ".join(lines)


def _pairs(values: Any) -> str:
    values = dataclasses.asdict(values) if dataclasses.is_dataclass(values) else values
    return ", ".join(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items())
