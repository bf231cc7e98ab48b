"""Folders of models: shards, model card, description, the Hugging Face hub without a network."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
import yaml
from language_models import write_base
from pretrained_world import SMALL, build
from tower_shape import ShapeOnly

from inference.defaults import MODEL
from raw.cli import main
from raw.model import checkpoint
from raw.model.builders import build_model
from raw.model.description import describe
from raw.model.hub import push_folder
from raw.model.scene_model import SceneModel
from raw.vision.tower import load_tower

SETTINGS = {"data": {"folder": "sets/savanna"}, "model": {"size": "debug"}, "optimiser": {"steps": 12, "batch_size": 4}}


@pytest.fixture(scope="module")
def model() -> SceneModel:
    return build_model("debug", ShapeOnly(), "lib", fixed={"set_fov": 40.0})


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The hub's client as it is without a network, with a cache of its own, which is returned."""
    cache = tmp_path / "cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    return cache


def same(one: SceneModel, other: SceneModel) -> bool:
    pairs = zip(one.state_dict().items(), other.state_dict().items(), strict=True)
    return all(name == again and torch.equal(a, b) for (name, a), (again, b) in pairs)


def front_matter(folder: Path) -> dict:
    return yaml.safe_load((folder / "README.md").read_text().split("---\n")[1])


def test_large_weights_are_cut_into_shards(model: SceneModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "SHARD", 30_000)
    model.save_pretrained(tmp_path)
    shards = sorted(tmp_path.glob("model-*-of-*.safetensors"))
    assert len(shards) > 2 and not (tmp_path / "model.safetensors").exists()
    assert same(SceneModel.from_pretrained(tmp_path), model)
    shards[1].unlink()
    with pytest.raises(FileNotFoundError, match=f"{shards[1].name} is missing"):
        SceneModel.from_pretrained(tmp_path)


def test_who_may_read_the_folder_may_read_its_weights(model: SceneModel, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    model.save_pretrained(tmp_path)
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.safetensors")} == {0o644}


def test_an_index_cannot_name_files_elsewhere(model: SceneModel, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").rename(tmp_path / "other.safetensors")
    (tmp_path / "model" / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"x": "../other.safetensors"}}))
    with pytest.raises(FileNotFoundError, match="other.safetensors is missing"):
        SceneModel.from_pretrained(tmp_path / "model")


def test_weights_that_others_hold_are_written(model: SceneModel, tmp_path: Path) -> None:
    weights = {name: torch.full_like(tensor, 0.5) for name, tensor in model.state_dict().items()}
    model.save_pretrained(tmp_path, state_dict=weights)
    assert all((tensor == 0.5).all() for tensor in SceneModel.from_pretrained(tmp_path).state_dict().values())


def test_the_preprocessing_of_the_tower_is_told(tmp_path: Path) -> None:
    tower = load_tower("debug")
    build_model("debug", tower, tower.fingerprint).save_pretrained(tmp_path)
    told = json.loads((tmp_path / "preprocessor_config.json").read_text())
    assert told == {"tower": "debug", "fingerprint": tower.fingerprint, "patch_shape": [49, 32], "size": 224}
    assert SceneModel.from_pretrained(tmp_path).config.preprocessing == {"size": 224}


def test_the_card_says_what_is_known(model: SceneModel, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path / "model")
    text, front = (tmp_path / "model" / "README.md").read_text(), front_matter(tmp_path / "model")
    assert front["license"] == "apache-2.0" and front["library_name"] == "raw-scenes" and not {"datasets", "metrics"} & front.keys()
    total = sum(parameter.numel() for parameter in model.parameters())
    assert f"{total:,}" in text and "`lib`" in text and "set_fov 40" in text and "not given when this card was written" in text


def test_the_card_of_a_run_has_its_settings_and_score(model: SceneModel, tmp_path: Path) -> None:
    settings = tmp_path / "config.yaml"
    settings.write_text(yaml.safe_dump(SETTINGS))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "validation.json").write_text(json.dumps({"step": 12, "loss": 0.25}))
    model.save_pretrained(folder, training=settings)
    text, front = (folder / "README.md").read_text(), front_matter(folder)
    assert yaml.safe_load((folder / "training.yaml").read_text()) == SETTINGS
    assert front["datasets"] == ["savanna"] and front["metrics"] == ["loss"] and "| loss | 0.25 |" in text and "steps: 12" in text


def test_the_card_of_adapters_names_their_base_but_not_where_it_lies(tmp_path: Path) -> None:
    build(write_base(tmp_path / "hidden" / "tiny-llama"), lora=SMALL).save_pretrained(tmp_path / "model")
    text, front = (tmp_path / "model" / "README.md").read_text(), front_matter(tmp_path / "model")
    assert "LoRA adapters of tiny-llama" in text and "hidden" not in text
    assert front["license_name"] == "see-base-model" and "base_model" not in front and {"lora", "peft"} < set(front["tags"])


def test_the_model_in_the_box_is_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info"]) == 0
    shown = capsys.readouterr().out
    assert "2,508,035: 2,508,035 trained, 0 frozen" in shown and "efficientnet_lite0_kinds (fingerprint 5ee28982503ce26b)" in shown
    assert "second look at animals, with an adapter" in shown
    total = sum(parameter.numel() for parameter in SceneModel.from_pretrained(MODEL).parameters())
    assert total == describe(MODEL)["parameters"]["total"] == 2_508_035


def test_adapters_are_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = build(write_base(tmp_path / "base"), lora=SMALL, codec="digits", feedback=False)
    model.save_pretrained(tmp_path / "model")
    shutil.rmtree(tmp_path / "base")  # to describe a model its base is not needed
    assert main(["model", "info", str(tmp_path / "model"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    trained = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    assert told["parameters"]["trained"] == trained and told["adapters"] == {"rank": 4, "alpha": 8.0, "dropout": 0.0}
    assert told["switches"] == {"feedback": False, "pixel_counts": True} and told["numbers"] == {"codec": "digits"}
    assert told["base"]["name"].endswith("base") and told["tokens"]["left_for_program"] == 2048 - 1 - 9
    assert main(["model", "info", str(tmp_path / "model")]) == 0
    assert "LoRA, rank 4, alpha 8, dropout 0" in capsys.readouterr().out


@pytest.mark.parametrize(("codec", "bins"), [("bins", {"bins": 64}), ("bins+residual", {"bins": 64}), ("head", {})])
def test_the_number_of_bins_is_told_where_there_are_some(codec: str, bins: dict[str, int], tmp_path: Path) -> None:
    build_model("debug", ShapeOnly(), "lib", codec=codec).save_pretrained(tmp_path)
    assert describe(tmp_path)["numbers"] == {"codec": codec, **bins}


def test_a_model_in_a_run_tells_its_training(model: SceneModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(SETTINGS))
    model.save_pretrained(tmp_path / "checkpoints" / "step-00000012" / "model")
    assert main(["model", "info", str(tmp_path / "checkpoints" / "step-00000012" / "model")]) == 0
    assert "sets/savanna, 12 steps of 4" in capsys.readouterr().out


@pytest.mark.parametrize("argv", [["model"], ["model", "describe"]])
def test_subcommands_are_told(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    shown = capsys.readouterr()
    assert "info" in shown.out + shown.err and "push" in shown.out + shown.err


def test_a_model_of_the_hub_is_read_from_its_cache(model: SceneModel, tmp_path: Path, no_network: Path) -> None:
    place = no_network / "models--me--savanna"
    model.save_pretrained(place / "snapshots" / "abc")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("abc")
    assert same(SceneModel.from_pretrained("me/savanna"), model)


def test_a_model_that_cannot_be_had_is_one_clear_line(no_network: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "info", "me/nowhere"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "me/nowhere is no folder here" in error and "`hf download me/nowhere --local-dir FOLDER`" in error
    assert main(["model", "info", "nowhere"]) == 2
    assert "nowhere is no model: config.json is missing" in capsys.readouterr().err


def test_uploads_that_cannot_be_are_one_clear_line(model: SceneModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model.save_pretrained(tmp_path / "model")
    for name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    with pytest.raises(OSError, match="wants to know who uploads: run `hf auth login`"):
        push_folder(tmp_path / "model", "me/savanna")
    with pytest.raises(ValueError, match="repository is 'savanna'; allowed: OWNER/NAME"):
        push_folder(tmp_path / "model", "savanna")
    with pytest.raises(FileNotFoundError, match="config.json is missing"):
        push_folder(tmp_path / "none", "me/savanna")


def test_an_upload_without_a_network_is_one_clear_line(
    model: SceneModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model.save_pretrained(tmp_path / "model")
    monkeypatch.setenv("HF_TOKEN", "hf_none")
    monkeypatch.setattr("huggingface_hub.hf_api.ENDPOINT", "http://127.0.0.1:9", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert main(["model", "push", str(tmp_path / "model"), "me/savanna"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "could not be uploaded to me/savanna" in error
