"""Checkpoints of models with a base: adapters alone or all weights, and clear refusals of what does not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from language_models import FAMILIES, write_base
from pretrained_world import SMALL, build, fit, same
from safetensors.torch import load_file, save_file
from tower_shape import ShapeOnly
from transformers import AutoModelForCausalLM

from raw.model.builders import build_model
from raw.model.scene_model import SceneModel


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {family: write_base(tmp_path_factory.mktemp(family), family) for family in FAMILIES}


@pytest.mark.parametrize("family", FAMILIES)
def test_adapters_alone_are_saved_and_restore_exactly(bases: dict[str, Path], family: str, tmp_path: Path) -> None:
    model = build(bases[family], lora=SMALL)
    fit(model, 3)
    model.save_pretrained(tmp_path)
    assert not [name for name in load_file(tmp_path / "model.safetensors") if name.startswith(("decoder.", "piece_head."))]
    assert {path.name for path in (tmp_path / "adapter").iterdir()} == {"adapter_config.json", "adapter_model.safetensors"}
    same(SceneModel.from_pretrained(tmp_path), model)


def test_peft_reads_the_adapters(bases: dict[str, Path], tmp_path: Path) -> None:
    from peft import PeftModel

    model = build(bases["llama"], lora=SMALL)
    fit(model, 3)
    model.save_pretrained(tmp_path)
    plain = AutoModelForCausalLM.from_pretrained(bases["llama"], dtype=torch.bfloat16)
    theirs = PeftModel.from_pretrained(plain, tmp_path / "adapter").eval()
    embedded = torch.randn(1, 4, 32, dtype=torch.bfloat16)
    with torch.no_grad():
        ours = model.eval().decoder(inputs_embeds=embedded).last_hidden_state
        assert torch.equal(theirs.get_decoder()(inputs_embeds=embedded).last_hidden_state, ours)
        assert not torch.equal(theirs.get_base_model().model(inputs_embeds=embedded).last_hidden_state * 0, ours)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_of_which_all_is_trained_needs_no_base(bases: dict[str, Path], family: str, tmp_path: Path) -> None:
    base = write_base(tmp_path / "base", family)
    model = build(base)
    fit(model, 2)
    model.save_pretrained(tmp_path / "model")
    base.rename(tmp_path / "gone")
    again = SceneModel.from_pretrained(tmp_path / "model")
    same(again, model)
    tied = FAMILIES[family][3]
    assert (again.piece_head.weight is again.decoder.embed_tokens.weight) == tied
    assert ("piece_head.weight" in load_file(tmp_path / "model" / "model.safetensors")) != tied


def test_a_missing_base_says_what_to_do(bases: dict[str, Path], tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    build(base, lora=SMALL).save_pretrained(tmp_path / "model")
    base.rename(tmp_path / "elsewhere")
    with pytest.raises(FileNotFoundError, match="base is .*base, and .*config.json is missing; allowed: the folder of a language model"):
        SceneModel.from_pretrained(tmp_path / "model")
    assert SceneModel.from_pretrained(tmp_path / "model", base=tmp_path / "elsewhere").config.base == str(base)


def test_a_base_that_is_only_on_the_hub_is_named(bases: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        FileNotFoundError, match=r"nobody/nothing is no folder here.*`hf download nobody/nothing --local-dir FOLDER`.*--base"
    ):
        build_model("", ShapeOnly(), "lib", base="nobody/nothing")


def test_another_base_is_refused(bases: dict[str, Path], tmp_path: Path) -> None:
    build(bases["llama"], lora=SMALL).save_pretrained(tmp_path / "model")
    other = write_base(tmp_path / "other", seed=1)
    with pytest.raises(ValueError, match="other weights"):
        SceneModel.from_pretrained(tmp_path / "model", base=other)
    with pytest.raises(
        ValueError, match="not the model that the adapters were trained on: model_type is 'mistral', not 'llama'|vocab_size"
    ):
        SceneModel.from_pretrained(tmp_path / "model", base=bases["mistral"])
    build(bases["llama"]).save_pretrained(tmp_path / "whole")
    with pytest.raises(ValueError, match="holds all of its weights"):
        SceneModel.from_pretrained(tmp_path / "whole", base=bases["llama"])


def test_a_tokenizer_that_spells_otherwise_is_refused(bases: dict[str, Path], tmp_path: Path) -> None:
    build(bases["llama"], lora=SMALL).save_pretrained(tmp_path)
    path = tmp_path / "tokenizer.json"
    tokenizer = json.loads(path.read_text())
    tokenizer["model"]["merges"] = []
    path.write_text(json.dumps(tokenizer))
    with pytest.raises(ValueError, match="spells programs as"):
        SceneModel.from_pretrained(tmp_path)


def test_adapters_that_do_not_fit_are_refused(bases: dict[str, Path], tmp_path: Path) -> None:
    build(bases["llama"], lora=SMALL).save_pretrained(tmp_path)
    path = tmp_path / "adapter" / "adapter_model.safetensors"
    weights = load_file(path)
    name = next(iter(weights))
    save_file({**weights, name: torch.zeros(8, 8)}, path)
    with pytest.raises(ValueError, match=r"is \(8, 8\), the decoder wants"):
        SceneModel.from_pretrained(tmp_path)
    save_file({key: value for key, value in weights.items() if key != name}, path)
    with pytest.raises(ValueError, match="does not fit the decoder"):
        SceneModel.from_pretrained(tmp_path)
    path.unlink()
    with pytest.raises(FileNotFoundError, match="adapter_model.safetensors is missing"):
        SceneModel.from_pretrained(tmp_path)
