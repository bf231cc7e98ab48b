"""Fitting the corrector of places: who is whose partner, what it learns, and runs that end with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from training_runs import two_steps as config
from training_world import write_data, write_library

from raw.language import parse
from raw.model.places import PLACES_FILE, Correction, PlaceCorrector
from raw.model.said_places import corrected, places_of, said_things
from raw.model.scene_model import SceneModel
from raw.scene import Camera, Scene, SceneObject
from training import places
from training.config import ModelConfig, OptimiserConfig
from training.features import FeatureCache
from training.finetune import train
from training.places import Said, fit_places, loss, partners, said_of
from training.places_config import PlacesConfig

CPU = torch.device("cpu")
SMALL = PlacesConfig(steps=3, draws=2, width=4, layers=1, batch_size=4)


def tree(x: float, depth: float, category: str = "tree") -> SceneObject:
    return SceneObject(category, (x, -1.0, -depth), 5.0)


def test_partners_are_those_of_the_evaluation_and_places_are_before_the_said_camera() -> None:
    said = Scene(camera=Camera(fov=90.0), objects=(tree(0, 9), tree(8, 40), tree(-5, 100)))
    true = Scene(camera=Camera(fov=30.0), objects=(tree(10, 50), tree(1, 10)))
    found = partners(said, true)
    np.testing.assert_allclose(found[0], places_of(np.array([[1, -1, -10]]), 90.0)[0], rtol=1e-6)
    np.testing.assert_allclose(found[1], [10 / 50, -1 / 50, np.log(50)], rtol=1e-6)  # tan 45 degrees is 1
    assert np.isnan(found[2]).all()
    near = Scene(objects=(tree(0, 10, "bush"), tree(0, 12)))
    assert partners(Scene(objects=(tree(0, 11),)), near)[0, 2] == pytest.approx(np.log(12))  # another category costs


def told(shift: float, spread: float) -> Correction:
    return Correction(torch.full((1, 2, 3), shift), torch.full((1, 2, 3), spread))


def test_what_has_no_partner_costs_nothing_and_to_be_wrong_less_where_it_was_expected() -> None:
    said = said_things([Scene(objects=(tree(0, 10), tree(3, 20)))])
    true = said.place.clone()
    true[:, 1] = float("nan")
    assert loss(told(0.0, -3.0), said, true, 0.3) < loss(told(0.2, -3.0), said, true, 0.3)
    assert loss(told(0.9, 0.0), said, true, 0.3) < loss(told(0.9, -3.0), said, true, 0.3)
    both = loss(told(0.2, -3.0), said, said.place, 0.3)
    torch.testing.assert_close(loss(told(0.2, -3.0), said, true, 0.3), both)  # the mean over those that have one
    sure, aside = said.place.clone(), said.place.clone()
    aside[..., 0] += 0.2
    sure[..., 2] += 0.2
    assert loss(told(0.0, -2.0), said, aside, 0.1) < loss(told(0.0, -2.0), said, sure, 0.1)
    assert loss(told(0.0, 0.0), said, torch.full_like(true, float("nan")), 0.3) == 0


def made_up(pictures: int, seed: int) -> tuple[np.ndarray, Said, list[Scene]]:
    """Scenes said twice as far as they are where the patches say so, else half as far; the second thing has no partner."""
    rng = np.random.default_rng(seed)
    sign = rng.choice([-1.0, 1.0], pictures)
    patches = rng.normal(size=(pictures, 16, 3))
    patches[..., 0] = sign[:, None]
    scenes = [
        Scene(objects=(tree(float(x), float(z)), tree(0, 30)))
        for x, z in zip(rng.uniform(-2, 2, pictures), rng.uniform(5, 80, pictures), strict=True)
    ]
    things = said_things(scenes)
    true = things.place.clone()
    true[:, 0, 2] -= torch.from_numpy(sign).float() * np.log(2)
    true[:, 1] = float("nan")
    return patches.astype(np.float16), Said(torch.arange(pictures), things, true), scenes


def test_it_learns_from_the_patches_how_far_off_things_are() -> None:
    patches, said, _ = made_up(300, 0)
    settings = PlacesConfig(steps=120, width=16, layers=1, batch_size=32, learning_rate=1e-2, dropout=0.0, patch_dropout=0.0)
    torch.manual_seed(0)
    corrector = PlaceCorrector((16, 3), "abc", 16, 1)
    corrector.fit_scale(torch.from_numpy(patches))
    places._fit(settings, corrector.train(), patches, said, torch.Generator().manual_seed(0), True)
    held_out, test, scenes = made_up(50, 1)
    after = corrected(corrector.eval(), scenes, torch.from_numpy(held_out).float())
    depth = np.log([-scene.objects[0].location[2] for scene in after])
    error = np.abs(depth - test.true[:, 0, 2].numpy())
    assert np.median(error) < 0.15 < np.log(2)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_library(folder / "library")
    write_data(folder / "data")
    train(config(folder, folder / "first", places=SMALL))
    return folder


def cache(world: Path) -> FeatureCache:
    model = SceneModel.from_pretrained(world / "first/model")
    found = [FeatureCache.open(path.parent) for path in sorted((world / "features").glob("*/patches.npy"))]
    return next(one for one in found if one.patches.shape[2:] == model.config.patch_shape and len(one.patches) > 4)


def test_programs_are_drawn_of_every_picture_and_keep_its_row(world: Path) -> None:
    model, features = SceneModel.from_pretrained(world / "first/model"), cache(world)
    said = said_of(model, features, 3, seed=0)
    counts = np.bincount(said.rows.numpy(), minlength=len(features.patches))
    shown = np.array([bool(parse(programs[0]).objects) for programs in features.programs])
    assert counts.max() <= 3 and not counts[~shown].any() and counts.sum() == len(said.things.camera) == len(said.true) > 0
    assert (said.true.isnan().any(dim=-1) | ~said.things.absent).all()  # what is absent has no partner
    again, other = said_of(model, features, 3, seed=0), said_of(model, features, 3, seed=1)
    torch.testing.assert_close(again.things.place, said.things.place)
    assert other.things.place.shape != said.things.place.shape or not torch.allclose(other.things.place, said.things.place)


def test_one_seed_one_corrector(world: Path) -> None:
    model, features = SceneModel.from_pretrained(world / "first/model"), cache(world)
    torch.manual_seed(5)
    before = torch.get_rng_state()
    one, two, other = (fit_places(SMALL, model, features, seed=seed, device=CPU) for seed in (0, 0, 1))
    assert torch.equal(one.at, two.at) and not torch.equal(one.at, other.at) and not one.training
    assert torch.equal(torch.get_rng_state(), before)


def test_pictures_without_objects_teach_nothing_and_that_is_told(world: Path) -> None:
    features = cache(world)
    bare = FeatureCache(
        features.folder, features.patches, [[text.split("\nadd_")[0] + "\n" for text in of_picture] for of_picture in features.programs]
    )
    with pytest.raises(ValueError, match=r"of 0 programs no object has a true one beside it; allowed: places.steps 0"):
        fit_places(SMALL, SceneModel.from_pretrained(world / "first/model"), bare, seed=0, device=CPU)


def test_a_run_ends_with_it(world: Path) -> None:
    found = PlaceCorrector.load(world / "first/model")
    assert found is not None and found.fingerprint == SceneModel.from_pretrained(world / "first/model").config.tower_fingerprint
    assert found.at.shape == (49, 4)


def test_a_run_that_fits_none_keeps_that_of_its_start(world: Path, tmp_path: Path) -> None:
    start = ModelConfig("debug", "debug", start=world / "first/model")
    kept = train(config(world, tmp_path / "kept", model=start, optimiser=OptimiserConfig(steps=0)))
    assert (kept / PLACES_FILE).read_bytes() == (world / "first/model" / PLACES_FILE).read_bytes()
    more = train(config(world, tmp_path / "more", model=start))
    assert not (more / PLACES_FILE).exists()  # it was fitted to what the start says, and this model says other things


def test_a_run_of_no_steps_fits_it_alone(world: Path, tmp_path: Path) -> None:
    start = ModelConfig("debug", "debug", start=world / "first/model")
    alone = config(world, tmp_path / "alone", model=start, optimiser=OptimiserConfig(steps=0), places=replace(SMALL, steps=4))
    model = train(alone)
    before, after = (load_file(folder / "model.safetensors") for folder in (world / "first/model", model))
    assert all(torch.equal(before[name], weight) for name, weight in after.items())
    assert not torch.equal(PlaceCorrector.load(model).at, PlaceCorrector.load(world / "first/model").at)


@pytest.mark.parametrize(
    "wrong", [{"steps": -1}, {"draws": 0}, {"width": 6}, {"layers": 0}, {"dropout": 1.0}, {"learning_rate": 0.0}, {"sideways": -1.0}]
)
def test_bad_settings_are_named(wrong: dict) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .*; allowed: "):
        PlacesConfig(**wrong)
