"""The model card of a checkpoint: what is known of it, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from raw.hub import is_hub_name
from raw.model.config import SceneModelConfig
from raw.model.description import facts, provenance
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.scene_model import SceneModel

CARD_FILE = "README.md"
TAGS = ["image-to-scene", "blender", "wildlife", "synthetic-data"]


def write_card(model: SceneModel, folder: Path) -> None:
    """Write ``README.md`` with the front matter of Hugging Face."""
    vocabulary = model.vocabulary if isinstance(model.vocabulary, PretrainedVocabulary) else None
    (folder / CARD_FILE).write_text(card(model.config, facts(model.config, vocabulary), provenance(folder)))


def card(config: SceneModelConfig, told: dict[str, Any], training: dict[str, Any] | None) -> str:
    """The text of a card."""
    header = yaml.safe_dump(_front_matter(config, training), sort_keys=False)
    sections = [_what(config, told), _use(config), _training(config, training), _limits(config)]
    return f"---\n{header}---\n\n# A scene model\n\n" + "\n".join(sections)


def _front_matter(config: SceneModelConfig, training: dict[str, Any] | None) -> dict[str, Any]:
    # of a model with a base the base's terms hold as well, and nobody here knows them
    found: dict[str, Any] = {"license": "other" if config.base else "apache-2.0"}
    if config.base:
        found |= {"license_name": "see-base-model", **({"base_model": config.base} if is_hub_name(config.base) else {})}
    found |= {"library_name": "raw-scenes", "pipeline_tag": "image-to-3d", "tags": [*TAGS, *(["lora", "peft"] if config.lora else [])]}
    if training and "settings" in training:
        found["datasets"] = [Path(str(training["settings"]["data"].get("folder"))).name]
    if training and "validation" in training:
        found["metrics"] = [name for name, value in training["validation"].items() if isinstance(value, float)]
    return found


def _what(config: SceneModelConfig, told: dict[str, Any]) -> str:
    counts, base = told["parameters"], _base_name(config)
    decoder = f"LoRA adapters of {base}" if config.lora else f"{base}, all of it trained" if base else "a LLaMA of its own"
    return (
        "A photograph of animals in nature goes in; a program comes out that `raw render` draws as an editable Blender scene.\n\n"
        f"- **Decoder**: {decoder}; {config.layers} layers, {config.hidden_size} wide.\n"
        f"- **Parameters**: {counts['total']:,}, of them {counts['trained']:,} trained and in this folder.\n"
        f"- **Sees by** {config.tower} (fingerprint `{config.tower_fingerprint}`), which is not in this folder.\n"
        f"- **Appearances** are {_appearances(config)}; a library must have the fingerprint `{config.library_fingerprint}`.\n"
        f"- **Numbers**: codec `{config.codec}`; feedback of values {_on(config.feedback)}, pixel counts {_on(config.pixel_counts)}.\n"
        f"- **Grammar**: `{config.grammar}`.\n"
    )


def _use(config: SceneModelConfig) -> str:
    more = ""
    if config.lora:
        more = (
            f"\nThe language model under the adapters is not in this folder: `{_base_name(config)}` (weights `{config.base_fingerprint}`). "
            "Where it lies is in `config.json`, and `--base FOLDER` names another place.\n"
        )
    return f"## Use\n\n```\npip install 'raw-scenes[all]'\nraw reconstruct photo.jpg --model FOLDER --out out\n```\n{more}"


def _training(config: SceneModelConfig, training: dict[str, Any] | None) -> str:
    lines = ["## Training\n"]
    if training and "settings" in training:
        lines.append(f"The settings of the run:\n\n```yaml\n{yaml.safe_dump(training['settings'], sort_keys=False)}```\n")
    else:
        lines.append("The settings of the run were not given when this card was written.\n")
    if training and "validation" in training:
        rows = "\n".join(f"| {name} | {value:.4g} |" for name, value in training["validation"].items() if isinstance(value, (int, float)))
        lines.append(f"On the validation scenes, which are synthetic:\n\n| measure | value |\n|---|---|\n{rows}\n")
    if config.fixed:
        lines.append(f"Not in its training data, and always said as here: {', '.join(f'{k} {v:g}' for k, v in config.fixed.items())}.\n")
    return "\n".join(lines)


def _limits(config: SceneModelConfig) -> str:
    return (
        "## Limits\n\nWhat it says of a photograph is a guess to be edited, no measurement. It knows the kinds of asset of its training "
        "data, and looks up all others by likeness.\n"
    )


def _appearances(config: SceneModelConfig) -> str:
    if config.names:
        return f"{sum(map(len, config.names.values()))} names of assets, which a library must hold"
    return f"vectors of {config.width} numbers by {config.appearance_tower or config.tower}"


def _base_name(config: SceneModelConfig) -> str:
    """As the hub knows it, or the last part of its folder."""
    return config.base if is_hub_name(config.base) else Path(config.base).name


def _on(switch: bool) -> str:
    return "on" if switch else "off"
