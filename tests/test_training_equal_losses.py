"""The same eight images a step give the same curve: in one batch, in two, in two processes, launched otherwise, or killed on the way."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_runs import config_of, flags, losses, make_world, python, start

from training.accelerators import make_accelerator
from training.config import TrainConfig
from training.finetune import train
from training.records import read_lines
from training.run import prepare
from training.step import optimiser_step

STEPS = 20
PARTS = ("loss", "text", "number", "rotation", "appearance", "norm", "gradient_norm")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"), train=30, validation=5)  # neither is a multiple of 8


def _config(world: Path, folder: Path, **changes: object) -> TrainConfig:
    return config_of(world, folder, **{"steps": STEPS, "batch": 8, "accumulation": 1, "validate_every": 5, "save_every": 4, **changes})


@pytest.fixture(scope="module")
def whole(world: Path) -> Path:
    """One process, batches of eight."""
    train(_config(world, world / "whole"))
    return world / "whole"


def _curves(folder: Path) -> dict[tuple[str, int, str], float]:
    rows = [json.loads(line) for line in read_lines(folder / "metrics.jsonl")]
    return {(row["split"], row["step"], part): row[part] for row in rows for part in PARTS if part in row}


def _same(folder: Path, expected: Path) -> None:
    assert set(losses(expected)) == {("train", step) for step in range(1, 21)} | {("validation", step) for step in (5, 10, 15, 20)}
    assert _curves(folder) == pytest.approx(_curves(expected), abs=1e-4)


def test_two_batches_of_four_are_one_of_eight(world: Path, whole: Path, tmp_path: Path) -> None:
    train(_config(world, tmp_path / "run", batch=4, accumulation=2))
    _same(tmp_path / "run", whole)
    assert losses(whole)["train", 20] < 0.8 * losses(whole)["train", 1]  # the curve does move


def test_a_run_may_go_on_with_steps_cut_otherwise(world: Path, whole: Path, tmp_path: Path) -> None:
    train(_config(world, tmp_path / "run", stop_after=10))
    train(_config(world, tmp_path / "run", batch=2, accumulation=4, resume=True))
    _same(tmp_path / "run", whole)
    with pytest.raises(ValueError, match=r"a step had 8 images, now has 4 .*; allowed: 8"):
        train(_config(world, tmp_path / "run", batch=4, resume=True))


def test_means_of_micro_batches_would_differ(world: Path, tmp_path: Path) -> None:
    """Objects are not spread evenly, so what is tested above is not true of any division."""
    run = prepare(_config(world, tmp_path / "run", batch=4, accumulation=2), accelerator=make_accelerator(_config(world, tmp_path / "run")))
    counts = [int(run.objective.count(batch)["rotation"]) for batch in run.batches(0, 4)]
    assert len(set(counts)) > 1


def test_a_micro_batch_without_labels_is_an_error_that_names_its_samples(world: Path, tmp_path: Path) -> None:
    config = _config(world, tmp_path / "run", batch=2, accumulation=2)
    run = prepare(config, make_accelerator(config))
    masked = list(run.batches(0, 1))
    masked[1]["attention_mask"].zero_()
    with pytest.raises(ValueError, match=r"step 1: a batch .* carries no label.*samples: train/\d+/0, train/\d+/0"):
        optimiser_step(run, iter(masked), 1)


def _killed_at(step: int, folder: Path, kill: Callable[[], None], alive: Callable[[], bool]) -> None:
    """Kill as soon as a step is on record."""
    deadline = time.monotonic() + 60
    while not any(found >= step for _, found in losses(folder)):
        assert alive() and time.monotonic() < deadline
        time.sleep(0.002)
    kill()


def test_killed_and_resumed(world: Path, whole: Path, tmp_path: Path) -> None:
    config = _config(world, tmp_path / "run")
    process = multiprocessing.get_context("fork").Process(target=train, args=(config,))
    process.start()
    _killed_at(10, tmp_path / "run", process.kill, process.is_alive)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert ("train", STEPS) not in losses(tmp_path / "run")
    train(replace(config, run=replace(config.run, resume=True)))
    _same(tmp_path / "run", whole)


@pytest.mark.slow
def test_command_killed_and_resumed(world: Path, whole: Path, tmp_path: Path) -> None:
    command = ("-m", "raw.cli", "train", *flags(_config(world, tmp_path / "run")))
    with start(*command) as process:
        _killed_at(10, tmp_path / "run", lambda: os.kill(process.pid, signal.SIGKILL), lambda: process.poll() is None)
    assert process.returncode == -signal.SIGKILL
    assert ("train", STEPS) not in losses(tmp_path / "run")
    python(*command, "--run.resume", "true")
    _same(tmp_path / "run", whole)


@pytest.mark.slow
def test_two_processes_of_four_are_one_of_eight(world: Path, whole: Path, tmp_path: Path) -> None:
    # torchrun, because accelerate launch starts two CPU processes only through MPI
    command = flags(_config(world, tmp_path / "run", batch=4))
    python("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "training.finetune", *command)
    _same(tmp_path / "run", whole)
    for name, tensor in torch_weights(whole).items():
        torch.testing.assert_close(torch_weights(tmp_path / "run")[name], tensor, atol=1e-4, rtol=0)


def torch_weights(folder: Path) -> dict[str, torch.Tensor]:
    from raw.model.scene_model import SceneModel

    return SceneModel.from_pretrained(folder / "model").state_dict()


@pytest.mark.slow
def test_accelerate_launch_is_raw_train(world: Path, tmp_path: Path) -> None:
    launcher = ("-m", "accelerate.commands.launch", "--cpu", "--num_processes", "1", "--num_machines", "1", "--mixed_precision", "bf16",
                "--gradient_accumulation_steps", "4", "--dynamo_backend", "no", "-m", "training.finetune")  # fmt: skip
    rows = {}
    for name, command in {"raw": ("-m", "raw.cli", "train"), "accelerate": launcher}.items():
        python(*command, *flags(_config(world, tmp_path / name, steps=3)))
        rows[name] = [json.loads(line) for line in read_lines(tmp_path / name / "metrics.jsonl")]
        for row in rows[name]:
            row.pop("images_per_second", None)
    assert len(rows["raw"]) == 4
    assert rows["accelerate"] == rows["raw"]
