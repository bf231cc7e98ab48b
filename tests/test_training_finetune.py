"""The loop on a tiny data set: it learns, resumes exactly, keeps its folder in order, and stops where it should."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_runs import config_of, flags, losses, make_world, python

from raw.model.builders import build_model
from raw.model.generate import generate
from raw.model.scene_model import SceneModel
from raw.vision.tower import load_tower
from training.checkpoints import checkpoint_folders
from training.config import OptimiserConfig, load_config
from training.finetune import main, train
from training.records import Records, read_lines
from training.schedule import learning_rate_factor, make_optimiser, set_learning_rate


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    return make_world(folder)


@pytest.fixture(scope="module")
def straight(world: Path) -> Path:
    """A run of six steps."""
    train(config_of(world, world / "straight"))
    return world / "straight"


def test_resumed_run_is_the_straight_run(world: Path, straight: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "run")
    train(replace(config, run=replace(config.run, stop_after=3)))
    assert max(step for _, step in losses(tmp_path / "run")) == 3
    train(replace(config, run=replace(config.run, resume=True, workers=1)))
    expected, resumed = losses(straight), losses(tmp_path / "run")
    assert set(expected) == set(resumed) == {("train", i) for i in range(1, 7)} | {("validation", 3), ("validation", 6)}
    assert resumed == pytest.approx(expected, abs=1e-6)
    assert len(set(expected.values())) == 8  # it does move
    for name, tensor in SceneModel.from_pretrained(straight / "model").state_dict().items():
        torch.testing.assert_close(SceneModel.from_pretrained(tmp_path / "run" / "model").state_dict()[name], tensor, atol=1e-6, rtol=0)


def test_resume_after_a_kill_goes_back_to_the_last_checkpoint(world: Path, straight: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "run")
    train(replace(config, run=replace(config.run, stop_after=3)))
    # as if killed while writing: a record beyond the checkpoint, half a line, half a checkpoint
    with (tmp_path / "run" / "metrics.jsonl").open("a") as file:
        file.write('{"step": 4, "split": "train", "loss": 99}\n{"step": 5, "spl')
    (tmp_path / "run" / "checkpoints" / ".step-00000004.tmp" / "state").mkdir(parents=True)
    train(replace(config, run=replace(config.run, resume=True)))
    assert losses(tmp_path / "run") == pytest.approx(losses(straight), abs=1e-6)


def test_folder_of_a_run(straight: Path, world: Path) -> None:
    assert load_config(straight / "config.yaml") == config_of(world, straight)
    assert [path.name for path in checkpoint_folders(straight)] == ["step-00000004", "step-00000006"]  # 2 is gone
    assert any((straight / "tensorboard").iterdir())
    assert not list(straight.glob(".*"))
    found = losses(straight)
    progress = json.loads((straight / "checkpoints" / "step-00000006" / "progress.json").read_text())
    best = min((3, 6), key=lambda step: found["validation", step])
    assert (progress["best"], progress["images"]) == ([[best, -found["validation", best]]], 4)
    assert [path.name for path in (straight / "best").iterdir()] == [f"step-{best:08d}"]
    for kept in ("model", f"best/step-{best:08d}"):
        assert json.loads((straight / kept / "validation.json").read_text())["step"] == best


def test_the_model_loads_and_generates(straight: Path) -> None:
    model = SceneModel.from_pretrained(straight / "model")
    assert model.config.tower_fingerprint == model.config.library_fingerprint == load_tower("debug").fingerprint
    result = generate(model, torch.zeros(1, *model.config.patch_shape))[0]
    assert result.program.parse().ground.appearance.vector.shape == (model.config.width,)


def test_a_folder_in_use_is_refused(straight: Path, world: Path, tmp_path: Path) -> None:
    with pytest.raises(FileExistsError, match="is not empty; allowed: a new folder, or run.resume"):
        train(config_of(world, straight))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds no run to resume"):
        train(config_of(world, tmp_path, resume=True))


def test_resume_with_other_settings_is_refused(straight: Path, world: Path) -> None:
    with pytest.raises(ValueError, match="optimiser.steps was 6, is 8"):
        train(config_of(world, straight, steps=8, resume=True))


def test_resuming_a_finished_run_changes_nothing(straight: Path, world: Path) -> None:
    before = (straight / "metrics.jsonl").read_text()
    assert train(config_of(world, straight, resume=True)) == straight / "model"
    assert (straight / "metrics.jsonl").read_text() == before


def test_it_learns(world: Path, tmp_path: Path) -> None:
    train(config_of(world, tmp_path / "run", steps=60, accumulation=1, validate_every=60, save_every=60, workers=0))
    curve = [loss for (split, _), loss in losses(tmp_path / "run").items() if split == "train"]
    assert np.mean(curve[-5:]) < 0.7 * np.mean(curve[:5])


def test_nan_names_step_and_samples(world: Path, straight: Path, tmp_path: Path) -> None:
    features = tmp_path / "features"
    for source in (world / "features").iterdir():
        (features / source.name).mkdir(parents=True)
        for file in source.iterdir():
            (features / source.name / file.name).write_bytes(file.read_bytes())
        patches = np.load(features / source.name / "patches.npy", mmap_mode="r+")
        if patches.shape[1] == 2:  # of train
            patches[7] = np.nan
            patches.flush()
    config = config_of(world, tmp_path / "run", steps=20, accumulation=1)
    with pytest.raises(FloatingPointError, match=r"step \d+: .*samples: .*train/000007/0") as error:
        train(replace(config, data=replace(config.data, features=features)))
    assert str(error.value).count("train/") == 2


def test_main_takes_flags_and_prints_the_model(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = Path(__file__).parent.parent / "configs" / "train_debug.yaml"
    data = {"data.folder": world / "data", "data.library": world / "library", "data.features": world / "features"}
    settings = {
        **data, "run.folder": tmp_path / "run", "optimiser.steps": 2, "optimiser.batch_size": 2,
        "run.device": "cpu", "run.progress": "false",
    }  # fmt: skip
    main(["--config", str(config), *(f"--{name}={value}" for name, value in settings.items())])
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "run" / "model")
    assert SceneModel.from_pretrained(tmp_path / "run" / "model").config.hidden_size == 32


def test_as_a_module_in_bfloat16(world: Path, tmp_path: Path) -> None:
    single, half = (config_of(world, tmp_path / name, steps=3, accumulation=1) for name in ("single", "half"))
    python("-m", "training.finetune", *flags(half), "--optimiser.mixed_precision", "bf16")
    main(flags(single))
    assert losses(tmp_path / "half") == pytest.approx(losses(tmp_path / "single"), rel=0.05)
    assert losses(tmp_path / "half") != losses(tmp_path / "single")


def test_learning_rate_rises_and_falls() -> None:
    factors = [learning_rate_factor(step, 100, 0.1) for step in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9] == factors[10] == 1.0
    assert factors[55] == pytest.approx(0.5)
    assert 0 < factors[99] < 0.001
    assert learning_rate_factor(0, 1, 0.0) == 1.0


def test_heads_have_a_rate_of_their_own_and_vectors_no_decay() -> None:
    tower = load_tower("debug")
    model = build_model("debug", tower, tower.fingerprint)
    config = OptimiserConfig(steps=10, warmup=0.0, learning_rate=1e-3, head_multiplier=4.0, weight_decay=0.1)
    optimiser = make_optimiser(model, config)
    assert set_learning_rate(optimiser, config, 0) == pytest.approx(1e-3)
    of = {id(p): group for group in optimiser.param_groups for p in group["params"]}
    assert len(of) == len(list(model.parameters()))
    assert of[id(model.piece_head.weight)]["lr"] == pytest.approx(4e-3)
    assert of[id(model.decoder.norm.weight)]["lr"] == pytest.approx(1e-3)
    assert (of[id(model.decoder.norm.weight)]["weight_decay"], of[id(model.projector.weight)]["weight_decay"]) == (0.0, 0.1)


def test_records_drop_what_lies_beyond_the_resumed_step(tmp_path: Path) -> None:
    for step, active in ((0, True), (1, True), (1, False)):
        with Records(tmp_path, step=step, active=active) as records:
            for i in (1, 2):
                records.write("train", step + i, {"loss": float(step)})
    assert [json.loads(line)["step"] for line in read_lines(tmp_path / "metrics.jsonl")] == [1, 2, 3]


def test_a_run_may_go_on_from_another_model(world: Path, straight: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "more")
    still = replace(config.optimiser, steps=1, learning_rate=0.0, ema=0.0)
    train(replace(config, optimiser=still, model=replace(config.model, start=straight / "model")))
    expected = SceneModel.from_pretrained(straight / "model").state_dict()
    for name, tensor in SceneModel.from_pretrained(tmp_path / "more" / "model").state_dict().items():
        torch.testing.assert_close(tensor, expected[name], msg=name)


def test_a_run_does_not_go_on_from_a_model_of_another_kind(world: Path, straight: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "more")
    with pytest.raises(ValueError, match="of another kind than the one to train: codec 'bins', not 'head'"):
        train(replace(config, model=replace(config.model, start=straight / "model", codec="head")))
    assert not (tmp_path / "more").exists()
    with pytest.raises(ValueError, match="start is .* and base is 'b'; allowed: one of the two"):
        replace(config.model, start=straight / "model", base="b")
