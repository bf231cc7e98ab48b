"""A bad sample names itself, wherever it is met."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from training_runs import config_of, make_world

from training.config import TrainConfig
from training.finetune import train
from training.named import named
from training.pairs import Pairs


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_world(tmp_path_factory.mktemp("world"))
    train(config_of(folder, folder / "run", steps=1))
    return folder


def _spoilt(world: Path, folder: Path, old: str, new: str, **run: object) -> TrainConfig:
    """A run whose cached program of training image 7 has ``new`` for ``old``, in both variants."""
    shutil.copytree(world / "features", folder / "features")
    for path in (folder / "features").glob("*/programs.json"):
        programs = json.loads(path.read_text())
        if len(programs) == 10:  # of train
            programs[7] = [program.replace(old, new) for program in programs[7]]
        path.write_text(json.dumps(programs))
    config = config_of(world, folder / "run", steps=20, **run)
    return replace(config, data=replace(config.data, features=folder / "features"))


@pytest.mark.parametrize("workers", [0, 1])
def test_a_bad_program_in_the_cache(world: Path, tmp_path: Path, workers: int) -> None:
    with pytest.raises(ValueError, match=r"train/000007/0: .*set_sunset"):
        train(_spoilt(world, tmp_path, "set_sun_size", "set_sunset", workers=workers))


def test_an_asset_that_the_library_lacks(world: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train/000007/0: .*gravel/0009"):
        train(_spoilt(world, tmp_path, "sand/0000", "gravel/0009"))


def test_a_sample_that_cannot_be_encoded(world: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"train/000007/0: .*"):
        train(_spoilt(world, tmp_path, 'set_ground("sand/0000"', "set_ground([CLIP]"))


def test_a_picture_that_cannot_be_prepared(world: Path) -> None:
    pairs = Pairs(world / "data", "train")
    with pytest.raises(ValueError, match="^train/000003/0: no such colour$") as error, named(pairs, 3):
        raise RuntimeError("no such colour")
    assert isinstance(error.value.__cause__, RuntimeError)
    with pytest.raises(ValueError, match="^train/000003/0: AssertionError$"), named(pairs, 3):
        raise AssertionError
