"""The loop on a tiny data set: it learns, resumes exactly, keeps its folder in order, and stops where it should."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_world import write_data, write_library

from raw.library import Library
from raw.model.builders import build_model
from raw.model.generate import generate
from raw.model.scene_model import SceneModel
from raw.vision.tower import load_tower
from training.checkpoints import checkpoint_folders
from training.config import DataConfig, OptimiserConfig, RunConfig, TrainConfig, load_config
from training.finetune import main, train
from training.model_config import ModelConfig
from training.records import Records, read_lines
from training.schedule import learning_rate_factor, make_optimiser, set_learning_rate

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_library(folder / "library")
    write_data(folder / "data")
    return folder


def _config(world: Path, folder: Path, *, steps: int = 6, accumulation: int = 2, **run: object) -> TrainConfig:
    return TrainConfig(
        DataConfig(world / "data", world / "library", features=world / "features", variants=2),
        RunConfig(folder, **{"device": "cpu", "log_every": 1, "validate_every": 3, "save_every": 2, "progress": False, **run}),
        ModelConfig("debug", "debug"),
        OptimiserConfig(steps=steps, batch_size=2, accumulation=accumulation, learning_rate=3e-3, warmup=0.2),
    )


def _losses(folder: Path) -> dict[tuple[str, int], float]:
    records = [json.loads(line) for line in read_lines(folder / "metrics.jsonl")]
    return {(record["split"], record["step"]): record["loss"] for record in records}


@pytest.fixture(scope="module")
def straight(world: Path) -> Path:
    """A run of six steps."""
    train(_config(world, world / "straight"))
    return world / "straight"


def test_resumed_run_is_the_straight_run(world: Path, straight: Path, tmp_path: Path) -> None:
    config = _config(world, tmp_path / "run")
    train(replace(config, run=replace(config.run, stop_after=3)))
    assert max(step for _, step in _losses(tmp_path / "run")) == 3
    train(replace(config, run=replace(config.run, resume=True, workers=1)))
    expected, resumed = _losses(straight), _losses(tmp_path / "run")
    assert set(expected) == set(resumed) == {("train", i) for i in range(1, 7)} | {("validation", 3), ("validation", 6)}
    assert resumed == pytest.approx(expected, abs=1e-6)
    assert len(set(expected.values())) == 8  # it does move
    for name, tensor in SceneModel.from_pretrained(straight / "model").state_dict().items():
        torch.testing.assert_close(SceneModel.from_pretrained(tmp_path / "run" / "model").state_dict()[name], tensor, atol=1e-6, rtol=0)


def test_resume_after_a_kill_goes_back_to_the_last_checkpoint(world: Path, straight: Path, tmp_path: Path) -> None:
    config = _config(world, tmp_path / "run")
    train(replace(config, run=replace(config.run, stop_after=3)))
    # as if killed while writing: a record beyond the checkpoint, half a line, half a checkpoint
    with (tmp_path / "run" / "metrics.jsonl").open("a") as file:
        file.write('{"step": 4, "split": "train", "loss": 99}\n{"step": 5, "spl')
    (tmp_path / "run" / "checkpoints" / ".step-00000004.tmp" / "state").mkdir(parents=True)
    train(replace(config, run=replace(config.run, resume=True)))
    assert _losses(tmp_path / "run") == pytest.approx(_losses(straight), abs=1e-6)


def test_folder_of_a_run(straight: Path, world: Path) -> None:
    assert load_config(straight / "config.yaml") == _config(world, straight)
    assert [path.name for path in checkpoint_folders(straight)] == ["step-00000004", "step-00000006"]  # 2 is gone
    assert any((straight / "tensorboard").iterdir())
    assert not list(straight.glob(".*"))
    losses = _losses(straight)
    progress = json.loads((straight / "checkpoints" / "step-00000006" / "progress.json").read_text())
    best = min((3, 6), key=lambda step: losses["validation", step])
    assert (progress["best"], progress["images"]) == ([[best, -losses["validation", best]]], 4)
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
        train(_config(world, straight))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="holds no run to resume"):
        train(_config(world, tmp_path, resume=True))


def test_resume_with_other_settings_is_refused(straight: Path, world: Path) -> None:
    with pytest.raises(ValueError, match="optimiser.steps was 6, is 8"):
        train(_config(world, straight, steps=8, resume=True))


def test_resuming_a_finished_run_changes_nothing(straight: Path, world: Path) -> None:
    before = (straight / "metrics.jsonl").read_text()
    assert train(_config(world, straight, resume=True)) == straight / "model"
    assert (straight / "metrics.jsonl").read_text() == before


def test_it_learns(world: Path, tmp_path: Path) -> None:
    train(_config(world, tmp_path / "run", steps=60, accumulation=1, validate_every=60, save_every=60, workers=0))
    losses = [loss for (split, _), loss in _losses(tmp_path / "run").items() if split == "train"]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])


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
    config = _config(world, tmp_path / "run", steps=20, accumulation=1)
    with pytest.raises(FloatingPointError, match=r"step \d+: .*samples: .*train/000007/0") as error:
        train(replace(config, data=replace(config.data, features=features)))
    assert str(error.value).count("train/") == 2


def test_library_of_another_tower_is_refused(world: Path, tmp_path: Path) -> None:
    library = Library.open(write_library(tmp_path / "library"))
    Library(library.folder, library.records, library.yaws, "0123456789abcdef").save_table()
    config = _config(world, tmp_path / "run")
    with pytest.raises(ValueError, match="was made with library"):
        train(replace(config, data=replace(config.data, library=library.folder)))
    assert not (tmp_path / "run").exists()


def _flags(config: TrainConfig) -> list[str]:
    """What differs from configs/train_debug.yaml, as flags."""
    data, optimiser, run = config.data, config.optimiser, config.run
    values = {
        "config": ROOT / "configs" / "train_debug.yaml", "data.folder": data.folder, "data.library": data.library,
        "data.features": data.features, "optimiser.steps": optimiser.steps, "optimiser.batch_size": optimiser.batch_size,
        "optimiser.learning_rate": optimiser.learning_rate, "optimiser.warmup": optimiser.warmup, "run.folder": run.folder,
        "run.device": "cpu", "run.log_every": 1, "run.progress": "false",
    }
    return [text for name, value in values.items() for text in (f"--{name}", str(value))]


def _python(*arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120, stdout=subprocess.PIPE, text=True).stdout


def test_main_takes_flags_and_prints_the_model(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(_flags(_config(world, tmp_path / "run", steps=2)))
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "run" / "model")
    assert SceneModel.from_pretrained(tmp_path / "run" / "model").config.hidden_size == 32


def test_as_a_module_in_bfloat16(world: Path, tmp_path: Path) -> None:
    single, half = (_config(world, tmp_path / name, steps=3, accumulation=1) for name in ("single", "half"))
    _python("-m", "training.finetune", *_flags(half), "--optimiser.mixed_precision", "bf16")
    main(_flags(single))
    assert _losses(tmp_path / "half") == pytest.approx(_losses(tmp_path / "single"), rel=0.05)
    assert _losses(tmp_path / "half") != _losses(tmp_path / "single")


@pytest.mark.slow
def test_two_processes_take_the_same_steps_as_one_that_accumulates_two_batches(world: Path, tmp_path: Path) -> None:
    one, two = (_config(world, tmp_path / name, steps=3, accumulation=1) for name in ("one", "two"))
    # torchrun, because accelerate launch starts two CPU processes only through MPI
    _python("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "training.finetune", *_flags(two))
    train(replace(one, optimiser=replace(one.optimiser, accumulation=2)))
    assert _losses(tmp_path / "two") == pytest.approx(_losses(tmp_path / "one"), rel=1e-4)


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
