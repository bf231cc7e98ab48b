"""Fitting the reader of horizons: what it learns, runs that end with it, and runs that do nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from training_runs import two_steps as config
from training_world import write_data, write_library

from raw.geometry import horizon, pitch_of
from raw.language import write
from raw.scene import Camera, Scene
from raw.vision.horizon import HORIZON_FILE, HorizonReader, Reading
from raw.vision.tower import load_tower
from training.config import ModelConfig, OptimiserConfig
from training.features import FeatureCache
from training.finetune import train
from training.horizon import fit_horizon, horizons, loss, median_error
from training.horizon_config import HorizonConfig

CPU = torch.device("cpu")
SMALL = HorizonConfig(steps=3, width=4, batch_size=4)


def features(images: int, seed: int) -> FeatureCache:
    """Pictures of 4 x 4 patches that tell whether they are over the horizon, and noise; the second variant is of another camera.

    Every third shows nothing but noise, and that it does.
    """
    rng = np.random.default_rng(seed)
    lines = rng.uniform(0.1, 0.9, (images, 2))
    rows = (np.repeat(np.arange(4), 4) + 0.5) / 4
    patches = rng.normal(size=(images, 2, 16, 3))
    patches[..., 0] = np.tanh(8 * (rows - lines[..., None]))
    patches[::3, ..., 0], patches[::3, ..., 1] = rng.normal(size=patches[::3, ..., 0].shape), 5
    programs = [[write(Scene(camera=Camera(pitch_of(line, 40.0), 1.6, 40.0))) for line in pair] for pair in lines]
    return FeatureCache(Path(), patches.astype(np.float16), programs)


def test_every_variant_has_the_horizon_of_its_own_program() -> None:
    found = horizons(cache := features(5, 0)).reshape(5, 2)
    assert not torch.allclose(found[:, 0], found[:, 1])
    for cut in ("0.4", "0.6"):
        camera = Camera(pitch_of(float(cut), 40.0), 1.6, 40.0)
        cache.programs[2][1] = write(Scene(camera=camera))
        assert horizons(cache)[5].item() == pytest.approx(horizon(camera.pitch, camera.fov), abs=1e-3)


def test_it_learns_where_the_horizon_is_and_how_sure_that_is() -> None:
    held_out = features(60, 1)
    config = HorizonConfig(steps=150, width=16, batch_size=32, learning_rate=1e-2, dropout=0.0)
    learnt = fit_horizon(config, features(450, 0), "abc", seed=0, device=CPU)
    assert learnt.fingerprint == "abc" and not learnt.training
    assert median_error(learnt, held_out) < 0.07 < median_error(HorizonReader((16, 3), "abc").eval(), held_out)
    _, spread = learnt.read(torch.from_numpy(held_out.patches[:, 0]).float())
    blind = torch.arange(60) % 3 == 0
    assert spread[blind].median() > 4 * spread[~blind].median()


def test_one_seed_one_reader() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, two, other = (fit_horizon(SMALL, features(8, 0), "abc", seed=seed, device=CPU) for seed in (0, 0, 1))
    assert torch.equal(one.place, two.place) and not torch.equal(one.place, other.place)
    assert torch.equal(torch.get_rng_state(), before)


def test_to_be_wrong_costs_less_where_it_was_expected() -> None:
    lines, wrong = torch.tensor([0.0]), torch.tensor([0.5])
    sure, unsure = (loss(Reading(wrong, torch.tensor([spread])), lines) for spread in (-3.0, -0.7))
    assert unsure < sure
    assert loss(Reading(lines, torch.tensor([-3.0])), lines) < loss(Reading(lines, torch.tensor([-0.7])), lines)


@pytest.mark.parametrize("wrong", [{"steps": -1}, {"width": 0}, {"dropout": 1.0}, {"learning_rate": 0.0}, {"warmup": 1.0}])
def test_bad_settings_are_named(wrong: dict) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .*; allowed: "):
        HorizonConfig(**wrong)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_library(folder / "library")
    write_data(folder / "data")
    train(config(folder, folder / "first", horizon=SMALL))
    return folder


def test_a_run_ends_with_it(world: Path) -> None:
    found = HorizonReader.load(world / "first/model")
    assert found is not None and found.fingerprint == load_tower("debug").fingerprint and found.place.shape == (49, 4)


def test_a_run_that_fits_none_keeps_that_of_its_start(world: Path, tmp_path: Path) -> None:
    more = train(config(world, tmp_path / "more", model=ModelConfig("debug", "debug", start=world / "first/model")))
    assert (more / HORIZON_FILE).read_bytes() == (world / "first/model" / HORIZON_FILE).read_bytes()
    assert not (train(config(world, tmp_path / "none")) / HORIZON_FILE).exists()


def test_a_run_of_no_steps_fits_it_alone(world: Path, tmp_path: Path) -> None:
    start, again = ModelConfig("debug", "debug", start=world / "first/model"), replace(SMALL, steps=4)
    alone = config(world, tmp_path / "alone", model=start, optimiser=OptimiserConfig(steps=0), horizon=again)
    model = train(alone)
    before, after = (load_file(folder / "model.safetensors") for folder in (world / "first/model", model))
    assert all(torch.equal(before[name], weight) for name, weight in after.items())
    assert not torch.equal(HorizonReader.load(model).place, HorizonReader.load(world / "first/model").place)
    resumed = replace(alone, run=replace(alone.run, resume=True))
    assert train(resumed) == model


def test_no_steps_without_a_start_are_refused(world: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"optimiser.steps is 0; allowed: 1 or more without a model to start from"):
        config(world, tmp_path / "run", optimiser=OptimiserConfig(steps=0))
