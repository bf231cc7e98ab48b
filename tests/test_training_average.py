"""The average of weights: torch's numbers, in and out of the model, in checkpoints and in what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from training_runs import config_of, losses, make_world

from raw.model.scene_model import SceneModel
from training.average import Average
from training.finetune import train


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


def _walk(model: nn.Module, steps: int) -> None:
    for parameter in model.parameters():
        parameter.data += torch.randn(parameter.shape, generator=torch.Generator().manual_seed(steps))


def test_numbers_are_those_of_torch() -> None:
    model = nn.Linear(3, 2)
    theirs, ours = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.8)), Average(model.parameters(), 0.8)
    for step in range(5):
        _walk(model, step)
        theirs.update_parameters(model)
        ours.update()
    own = [parameter.detach().clone() for parameter in model.parameters()]
    with ours.in_place():
        for inside, expected, before in zip(model.parameters(), theirs.module.parameters(), own, strict=True):
            torch.testing.assert_close(inside, expected)
            assert not torch.equal(inside, before)
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), own, strict=True))


def test_weights_come_back_after_an_error_inside() -> None:
    model = nn.Linear(3, 2)
    average, own = Average(model.parameters(), 0.5), model.weight.detach().clone()
    _walk(model, 0)
    own = model.weight.detach().clone()
    with pytest.raises(RuntimeError), average.in_place():
        raise RuntimeError
    assert torch.equal(model.weight, own)


def test_frozen_weights_are_left_out() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    assert len(Average(model.parameters(), 0.5).average) == 2


def test_stored_and_read_back(tmp_path: Path) -> None:
    model = nn.Linear(3, 2)
    average = Average(model.parameters(), 0.8)
    for step in range(2):
        _walk(model, step)
        average.update()
    average.save(tmp_path / "average.safetensors")
    other = Average(nn.Linear(3, 2).parameters(), 0.8)
    other.load(tmp_path / "average.safetensors")
    assert other.updates == 2
    assert all(torch.equal(a, b) for a, b in zip(other.average, average.average, strict=True))
    with pytest.raises(ValueError, match="is the average of another model"):
        Average(nn.Linear(2, 2).parameters(), 0.8).load(tmp_path / "average.safetensors")


@pytest.mark.parametrize("decay", [0.0, 1.0, float("nan")])
def test_a_decay_out_of_range_is_refused(decay: float) -> None:
    with pytest.raises(ValueError, match="allowed: above 0 and below 1"):
        Average([], decay)


def test_a_run_with_an_average(world: Path, tmp_path: Path) -> None:
    """Resumed exactly; it does not touch training; it is what is validated and kept."""
    train(config_of(world, tmp_path / "plain", best=2))
    straight = config_of(world, tmp_path / "straight", ema=0.7, best=2)
    train(straight)
    resumed = replace(straight, run=replace(straight.run, folder=tmp_path / "resumed"))
    train(replace(resumed, run=replace(resumed.run, stop_after=4)))
    train(replace(resumed, run=replace(resumed.run, resume=True)))

    curves = {name: losses(tmp_path / name) for name in ("plain", "straight", "resumed")}
    of = {name: {key: loss for key, loss in curve.items() if key[0] == "train"} for name, curve in curves.items()}
    assert of["straight"] == of["plain"]
    assert curves["straight"]["validation", 6] != curves["plain"]["validation", 6]
    assert {k: v for k, v in curves["resumed"].items() if k != ("validation", 4)} == curves["straight"]

    last = "checkpoints/step-00000006/state"
    averages = [load_file(tmp_path / name / last / "average-00000.safetensors") for name in ("straight", "resumed")]
    assert all(torch.equal(averages[1][key], tensor) for key, tensor in averages[0].items())
    kept = SceneModel.from_pretrained(tmp_path / "straight/checkpoints/step-00000006/model").state_dict()
    raw = load_file(tmp_path / "straight" / last / "model.safetensors")
    assert not torch.equal(kept["projector.weight"], raw["projector.weight"])
    assert any(
        torch.equal(kept["projector.weight"], tensor) for tensor in averages[0].values() if tensor.shape == kept["projector.weight"].shape
    )
