"""Adapters of a frozen base: checkpoints hold what is trained alone, and a run that goes on from one is the straight run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from language_models import write_base
from safetensors.torch import load_file, save_file
from training_runs import config_of, losses, make_world

from raw.model.lora import Lora
from training.checkpoints import checkpoint_folders
from training.config import TrainConfig
from training.finetune import train
from training.model_config import ModelConfig
from training.run import prepare

HEADER = 20_000  # bytes, at most, of names and shapes in a file of weights


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_world(tmp_path_factory.mktemp("world"))
    write_base(folder / "base")
    return folder


def _config(world: Path, folder: Path, **run: object) -> TrainConfig:
    lora = Lora(rank=2, alpha=4.0, dropout=0.05)
    config = config_of(world, folder, steps=5, accumulation=1, **run)
    return replace(config, model=ModelConfig(tower="debug", base=str(world / "base"), lora=lora))


@pytest.fixture(scope="module")
def straight(world: Path) -> Path:
    train(_config(world, world / "straight"))
    return world / "straight"


def test_a_checkpoint_has_the_size_of_what_is_trained(world: Path, straight: Path, tmp_path: Path) -> None:
    model = prepare(_config(world, tmp_path / "run"), Accelerator(cpu=True)).plain_model
    trained = {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}
    frozen = sum(parameter.nbytes for name, parameter in model.named_parameters() if name not in trained)
    wanted = sum(parameter.nbytes for parameter in trained.values())
    state = checkpoint_folders(straight)[-1] / "state"
    assert set(load_file(state / "model.safetensors")) == set(trained)
    assert wanted < (state / "model.safetensors").stat().st_size < wanted + HEADER < wanted + frozen


def test_a_resumed_run_is_the_straight_run(world: Path, straight: Path, tmp_path: Path) -> None:
    config = _config(world, tmp_path / "run", stop_after=3)
    train(config)
    train(replace(config, run=replace(config.run, stop_after=0, resume=True)))
    expected, resumed = losses(straight), losses(tmp_path / "run")
    assert {("train", step) for step in range(1, 6)} < set(expected)
    assert resumed == pytest.approx(expected, abs=1e-6)


def test_the_state_of_another_model_is_refused(world: Path, straight: Path, tmp_path: Path) -> None:
    run = prepare(_config(world, tmp_path / "run"), Accelerator(cpu=True))
    run.accelerator.save_state(str(tmp_path / "state"))
    path = tmp_path / "state" / "model.safetensors"
    weights = load_file(path)
    weights["projector.bias"] += 1.0
    save_file({**weights, "decoder.norm.weight": torch.full_like(run.plain_model.decoder.norm.weight, 3.0)}, path)
    run.accelerator.load_state(str(tmp_path / "state"))  # with a frozen weight, as earlier versions wrote them
    assert torch.equal(run.plain_model.projector.bias, weights["projector.bias"])
    del weights["projector.bias"]
    save_file(weights, path)
    with pytest.raises(ValueError, match="state of another model: missing or unknown weights projector.bias"):
        run.accelerator.load_state(str(tmp_path / "state"))
