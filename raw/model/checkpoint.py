"""Scene models to folders and back, in the layout of Hugging Face.

``config.json``, ``model.safetensors`` (in shards with an index where it is large), the tokenizer's files,
``preprocessor_config.json`` of the image tower and ``README.md``, the model card. Of a model with adapters
``model.safetensors`` holds what is not of the decoder, ``adapter/`` the adapters in peft's format, and the decoder is
only named. Loading reads JSON and safetensors, never a pickle.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from accelerate import init_empty_weights
from huggingface_hub import save_torch_state_dict
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from raw.model import decoders
from raw.model.card import write_card
from raw.model.config import CONFIG_FILE, SceneModelConfig
from raw.model.decoders import BaseOptions
from raw.model.hub import scene_model_folder
from raw.model.lora import ADAPTER_FOLDER, load_adapters, save_adapters
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.scene_model import SceneModel

WEIGHTS_FILE, INDEX_FILE, PREPROCESSOR_FILE = "model.safetensors", "model.safetensors.index.json", "preprocessor_config.json"
TRAINING_FILE = "training.yaml"  # the settings of the run that made the model
SHARD = 5_000_000_000  # bytes of one file of weights, at most
_MAY_DIFFER = ("tower", "appearance_tower", "preprocessing")  # of one config from another, where weights shall fit
_DECODER, _BASE = "decoder.", ("decoder.", "piece_head.")  # of names of parameters


def save_checkpoint(
    model: SceneModel, folder: Path, dtype: torch.dtype, *, state_dict: Mapping[str, Tensor] | None = None, training: Path | None = None
) -> None:
    """See ``SceneModel.save_pretrained``."""
    config = model.config
    folder.mkdir(parents=True, exist_ok=True)
    weights = dict(state_dict if state_dict is not None else model.state_dict())
    if config.lora:
        decoder = {name.removeprefix(_DECODER): tensor for name, tensor in weights.items() if name.startswith(_DECODER)}
        save_adapters(decoder, config.lora, config.base, folder / ADAPTER_FOLDER)
        weights = {name: tensor for name, tensor in weights.items() if not name.startswith(_BASE)}
    elif _is_tied(model):
        del weights["piece_head.weight"]
    weights = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in weights.items()}
    save_torch_state_dict(weights, folder, filename_pattern="model{suffix}.safetensors", max_shard_size=SHARD)
    for path in folder.rglob("*.safetensors"):  # safetensors makes them for their owner alone
        path.chmod(folder.stat().st_mode & 0o666)
    model.vocabulary.tokenizer.save_pretrained(folder)
    (folder / PREPROCESSOR_FILE).write_text(json.dumps(_preprocessor(config), indent=2) + "\n")
    if training is not None:
        shutil.copyfile(training, folder / TRAINING_FILE)
    config.save(folder / CONFIG_FILE)
    write_card(model, folder)


def _preprocessor(config: SceneModelConfig) -> dict[str, object]:
    """What a picture must become before the model sees it. Keys that Hugging Face knows have its names."""
    told = config.preprocessing
    known = {"size": told.get("size"), "image_mean": told.get("mean"), "image_std": told.get("std")}
    settings = {key: value for key, value in known.items() if value is not None}
    return {"tower": config.tower, "fingerprint": config.tower_fingerprint, "patch_shape": list(config.patch_shape), **settings}


def _is_tied(model: SceneModel) -> bool:
    return model.piece_head.weight is model.decoder.get_input_embeddings().weight


def load_checkpoint(name: str | Path, *, base: str | Path | None = None, options: BaseOptions | None = None) -> SceneModel:
    """See ``SceneModel.from_pretrained``."""
    folder, options = scene_model_folder(name), options or BaseOptions()
    for file in (CONFIG_FILE, WEIGHTS_FILE):
        if not (folder / file).is_file() and not (file == WEIGHTS_FILE and (folder / INDEX_FILE).is_file()):
            raise FileNotFoundError(f"{folder / file} is missing: {folder} is no folder that SceneModel.save_pretrained wrote")
    config = SceneModelConfig.load(folder / CONFIG_FILE)
    if not config.lora and base is not None:
        raise ValueError(f"base is {base}, and {folder} holds all of its weights; allowed: a base for models with adapters")
    if config.lora:
        model = _with_adapters(config, folder, str(base or config.base), options)
    elif config.base:
        model = _with_own_base(config, folder, options)
    else:
        model = SceneModel(config)
        _fill(model, {name: tensor.float() for name, tensor in read_weights(folder).items()}, folder)
    decoders.prepare_decoder(model.decoder, options)
    return model.eval()


def go_on_from(model: SceneModel, name: str | Path) -> None:
    """Give a fresh model the weights of another of the same kind. ``ValueError`` names what differs where it is of another kind.

    The towers may have other names, if their weights are the same.
    """
    other = load_checkpoint(name)
    if told := differing(other, model):
        raise ValueError(f"model {name} is of another kind than the one to train: {told}")
    model.load_state_dict(other.state_dict())


def differing(one: SceneModel, other: SceneModel) -> str:
    """In what one model is of another kind than the other, in words; "" where it is not."""
    here, there = (dataclasses.asdict(model.config) for model in (one, other))
    wrong = [key for key in there if here[key] != there[key] and key not in _MAY_DIFFER]
    return "; ".join(f"{key} {here[key]!r:.60}, not {there[key]!r:.60}" for key in wrong)


def read_vocabulary(config: SceneModelConfig, folder: Path) -> PretrainedVocabulary:
    """The vocabulary of a model with a base. ``ValueError`` where its tokenizer spells programs otherwise than it was taught."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    vocabulary = PretrainedVocabulary(tokenizer, config.form, decoders.to_config(config.base_config).vocab_size, config.slots)
    if config.spelling != vocabulary.fingerprint:
        raise ValueError(
            f"{folder}: the tokenizer spells programs as {vocabulary.fingerprint}, the model was trained on {config.spelling}; "
            "use the files and the version that trained it, or train again"
        )
    return vocabulary


def _with_adapters(config: SceneModelConfig, folder: Path, base: str, options: BaseOptions) -> SceneModel:
    vocabulary, place = read_vocabulary(config, folder), decoders.base_folder(base)
    decoders.check_same(config.base_config, decoders.read_config(place), base)
    language_model = decoders.read_base(place, options, frozen=True)
    if (found := decoders.base_fingerprint(language_model)) != config.base_fingerprint:
        raise ValueError(
            f"base {base} has other weights ({found}) than {config.base} had when the adapters were trained ({config.base_fingerprint})"
        )
    model = SceneModel(config, language_model, vocabulary)
    load_adapters(model.decoder, folder / ADAPTER_FOLDER)
    _fill(model, {name: tensor.float() for name, tensor in read_weights(folder).items()}, folder, missing=_BASE)
    return model


def _with_own_base(config: SceneModelConfig, folder: Path, options: BaseOptions) -> SceneModel:
    dtype = options.weights(frozen=False)
    with init_empty_weights(include_buffers=False):  # the weights come from the file, and to draw billions first takes minutes
        language_model = decoders.fresh_base(config.base_config, options, frozen=False)
        model = SceneModel(config, language_model, read_vocabulary(config, folder))
    tied = decoders.to_config(config.base_config).tie_word_embeddings  # without weights nothing is tied yet
    weights = {name: tensor.to(dtype if name.startswith(_BASE) else torch.float32) for name, tensor in read_weights(folder).items()}
    _fill(model, weights, folder, missing=("piece_head.",) if tied else (), assign=True)
    if tied:
        model.piece_head.weight = model.decoder.get_input_embeddings().weight
    return model


def _fill(model: SceneModel, weights: dict[str, Tensor], folder: Path, *, missing: tuple[str, ...] = (), assign: bool = False) -> None:
    """Load weights; ``ValueError`` where they do not fit. Names that start as one of ``missing`` may not be there."""
    try:
        lacking, unknown = model.load_state_dict(weights, strict=False, assign=assign)
    except RuntimeError as problem:
        raise ValueError(f"{folder / WEIGHTS_FILE} does not fit {CONFIG_FILE}: {problem}") from problem
    wrong = [name for name in lacking if not (missing and name.startswith(missing))] + unknown
    if wrong:
        raise ValueError(f"{folder / WEIGHTS_FILE} does not fit {CONFIG_FILE}: missing or unknown weights {', '.join(wrong[:4])}")


def read_weights(folder: Path) -> dict[str, Tensor]:
    """The tensors of ``model.safetensors`` or of its shards. ``ValueError`` where they cannot be read."""
    files = [WEIGHTS_FILE]
    if not (folder / WEIGHTS_FILE).is_file():
        files = sorted(set(json.loads((folder / INDEX_FILE).read_text())["weight_map"].values()))
    weights: dict[str, Tensor] = {}
    for file in files:
        if Path(file).name != file or not (folder / file).is_file():
            raise FileNotFoundError(f"{folder / file} is missing; {INDEX_FILE} names it")
        try:
            weights |= load_file(folder / file)
        except SafetensorError as problem:
            raise ValueError(f"{folder / file} does not fit {CONFIG_FILE}: {problem}") from problem
    return weights
