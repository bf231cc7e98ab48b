"""Fresh models: by size, or around a language model that exists already."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

from raw.model import decoders
from raw.model.config import SceneModelConfig
from raw.model.decoders import BaseOptions, LanguageModel
from raw.model.lora import Lora
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.projector import load_projector
from raw.model.room import check_room
from raw.model.scene_model import SceneModel

SIZES: dict[str, dict[str, int]] = {
    "debug": {"hidden_size": 32, "layers": 2, "heads": 4, "intermediate_size": 64},
    "tiny": {"hidden_size": 192, "layers": 4, "heads": 6, "intermediate_size": 512},  # for sets of a few thousand pairs
    "small": {"hidden_size": 256, "layers": 6, "heads": 8, "intermediate_size": 704},
}
# base_config of the paper's decoder, vicuna-7b-v1.3, which is LLaMA's first 7B
VICUNA_7B: dict[str, Any] = {
    "model_type": "llama",
    "vocab_size": 32000,
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "max_position_embeddings": 2048,
    "rms_norm_eps": 1e-6,
}


class TowerShape(Protocol):
    """What a model must know of the image tower that feeds it."""

    name: str
    fingerprint: str
    patch_shape: tuple[int, int]
    width: int


def build_model(
    size: str,
    tower: TowerShape,
    library_fingerprint: str,
    *,
    width: int = 0,
    fixed: Mapping[str, float] | None = None,
    codec: str = "bins",
    seed: int = 0,
    appearance_tower: str = "",
    names: Mapping[str, list[str]] | None = None,
    pixel_counts: bool = True,
    feedback: bool = True,
    base: str | None = None,
    lora: Lora | None = None,
    projector: Path | None = None,
    quantise: str = "no",
    gradient_checkpointing: bool = False,
    attention: str = "sdpa",
    compile: bool = False,
    dropout: float = 0.0,
    max_objects: int = 0,
) -> SceneModel:
    """A model with random weights that depend on ``seed`` alone; sizes are the keys of ``SIZES``.

    ``width`` is that of the appearance vectors, where they are of another tower than the one that sees the picture. With ``names``,
    ids of assets under "objects" and "grounds", appearances are said by name instead.
    ``fixed``: see ``SceneModelConfig``. ``base``, a folder or ORG/NAME of the hub, takes the place of ``size``: its weights are read,
    and ``lora`` says which adapters are trained in place of them. ``projector`` is a file to start from; the rest: ``BaseOptions``.
    Programs of ``max_objects`` must fit the decoder's positions, or ``ValueError`` says how many do, before a base's weights are read.
    """
    if base is None and size not in SIZES:
        raise ValueError(f"model size is {size!r}; allowed: {', '.join(SIZES)}")
    given = {"lora": lora, "quantise": quantise, "attention": attention}
    if base is None and given != {"lora": None, "quantise": "no", "attention": "sdpa"}:
        raise ValueError(f"base is None and {given}; allowed without a base: null, no and sdpa")
    if quantise != "no" and not lora:
        raise ValueError(f"quantise is {quantise!r} without lora; allowed: with adapters, as quantised weights are not trained")
    options = BaseOptions(attention, quantise, gradient_checkpointing=gradient_checkpointing, compile=compile, dropout=dropout)
    shape = {
        "tower": tower.name,
        "tower_fingerprint": tower.fingerprint,
        "library_fingerprint": library_fingerprint,
        "patch_shape": tuple(tower.patch_shape),
        "width": 0 if names else width or tower.width,
        "names": {which: list(ids) for which, ids in (names or {}).items()},
        "fixed": dict(fixed or {}),
        "codec": codec,
        "appearance_tower": appearance_tower,
        "pixel_counts": pixel_counts,
        "feedback": feedback,
        "preprocessing": _preprocessing(tower),
    }
    with torch.random.fork_rng(devices=[]):  # layers draw their weights from torch's global generator
        torch.manual_seed(seed)
        model = _on_base(shape, base, lora, options, max_objects) if base is not None else _of_size({**shape, **SIZES[size]}, max_objects)
    if projector is not None:
        load_projector(model.projector, projector)
    decoders.prepare_decoder(model.decoder, options)
    return model


def _of_size(shape: Mapping[str, Any], max_objects: int) -> SceneModel:
    model = SceneModel(SceneModelConfig(**shape))
    check_room(model.config, model.vocabulary, max_objects)
    return model


def _on_base(shape: Mapping[str, Any], base: str, lora: Lora | None, options: BaseOptions, max_objects: int) -> SceneModel:
    folder = decoders.base_folder(base)
    base_config = decoders.read_config(folder)
    tokenizer = decoders.read_tokenizer(folder)
    settings = base_settings(base, base_config, lora)
    draft = SceneModelConfig(**shape, **settings)
    vocabulary = PretrainedVocabulary(tokenizer, draft.form, decoders.to_config(base_config).vocab_size)
    check_room(draft, vocabulary, max_objects)
    language_model = decoders.read_base(folder, options, frozen=bool(lora))
    config = dataclasses.replace(draft, spelling=vocabulary.fingerprint, base_fingerprint=decoders.base_fingerprint(language_model))
    return SceneModel(config, language_model, vocabulary)


def base_settings(base: str, base_config: Mapping[str, Any], lora: Lora | None) -> dict[str, Any]:
    """The part of a ``SceneModelConfig`` that a base decides."""
    config = decoders.to_config(base_config)
    return {
        "base": base,
        "base_config": dict(base_config),
        "lora": dataclasses.asdict(lora) if lora else None,
        "hidden_size": config.hidden_size,
        "layers": config.num_hidden_layers,
        "heads": config.num_attention_heads,
        "intermediate_size": config.intermediate_size,
    }


def with_random_base(
    shape: Mapping[str, Any],
    base_config: Mapping[str, Any],
    vocabulary: PretrainedVocabulary,
    lora: Lora | None,
    options: BaseOptions,
) -> SceneModel:
    """A model around an architecture with random weights, on torch's default device: to measure what it costs."""
    settings = base_settings("random", base_config, lora)
    model: LanguageModel = decoders.fresh_base(base_config, options, frozen=bool(lora))
    built = SceneModel(SceneModelConfig(**shape, **settings, spelling=vocabulary.fingerprint), model, vocabulary)
    decoders.prepare_decoder(built.decoder, options)
    return built


def _preprocessing(tower: TowerShape) -> dict[str, Any]:
    """What a tower tells of the pictures that it wants: size, and the mean and deviation of channels."""
    told: dict[str, Any] = {"size": tower.size} if hasattr(tower, "size") else {}
    for name in ("mean", "std"):
        value = getattr(tower, name, None)
        if value is not None:
            told[name] = torch.as_tensor(value).flatten().tolist()
    return told
