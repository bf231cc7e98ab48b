"""What a data set can be told to vary: order, fuzz, how many objects, pixel counts, and what is fed back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from training_world import write_data, write_library

from raw.library import Library
from raw.model.numbers import NUMBER_SLOTS
from raw.model.pieces import STANDARD, Form
from raw.model.targets import Targets, decode_targets
from raw.model.vocabulary import PieceVocabulary
from raw.scene import Scene
from raw.vision.tower import load_tower
from training.config import AugmentConfig, DataConfig, ModelConfig, OptimiserConfig, RunConfig, TrainConfig
from training.data import SceneDataset, collate, misheard, model_inputs
from training.features import FeatureCache, FeatureJob, cached_features
from training.pairs import Pairs
from training.run import prepare


class World:
    """One feature cache, and data sets over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        write_library(folder / "library")
        write_data(folder / "data", train=8)
        job = FeatureJob(Pairs(folder / "data", "train"), load_tower("debug"), AugmentConfig(), 1, 0)
        self.cache: FeatureCache = cached_features(job, folder / "features", device=torch.device("cpu"), progress=False)
        self.library = Library.open(folder / "library")

    def dataset(self, form: Form = STANDARD, **switches: object) -> SceneDataset:
        plain = {"seed": 0, "shuffle": False, "learn_order": True, "fuzz": 0.0}
        return SceneDataset(self.cache, self.library, PieceVocabulary(form), **(plain | switches))

    def crowded(self) -> int:
        """The picture with most objects."""
        return max(range(8), key=lambda i: self.cache.programs[i][0].count("\n"))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("world"))


def said(dataset: SceneDataset, index: int, epoch: int = 0) -> Scene:
    return decode_targets(dataset[(epoch, index)].targets, dataset.vocabulary).parse()


def lines(dataset: SceneDataset, index: int, epoch: int) -> list[str]:
    return dataset.vocabulary.text(dataset[(epoch, index)].targets.input_ids.tolist()).splitlines()


def test_scene_statements_come_in_a_new_order_every_epoch_and_objects_stay(world: World) -> None:
    i, shuffled, plain = world.crowded(), world.dataset(shuffle=True, learn_order=False), world.dataset()
    first, second, third = lines(shuffled, i, 0), lines(shuffled, i, 1), lines(plain, i, 0)
    assert first[:14] != second[:14] != third[:14] and lines(plain, i, 1) == third
    assert sorted(first[:14]) == sorted(third[:14]) and first[14:] == second[14:] == third[14:] != []


def test_fuzz_moves_scene_numbers_alone_and_anew_every_epoch(world: World) -> None:
    i, fuzzed = world.crowded(), world.dataset(fuzz=0.1)
    exact, *seen = said(world.dataset(), i), *(said(fuzzed, i, epoch) for epoch in range(2))
    fovs = [scene.camera.fov for scene in (exact, *seen)]
    assert len(set(fovs)) == 3 and all(abs(fov / fovs[0] - 1) <= 0.1 for fov in fovs)
    heights = [[thing.height for thing in scene.objects] for scene in (exact, *seen)]
    assert heights[0] == heights[1] == heights[2]


def test_objects_are_capped_and_shuffled(world: World) -> None:
    i = world.crowded()
    every = [thing.pixels for thing in said(world.dataset(), i).objects]
    assert len(every) > 2 and [thing.pixels for thing in said(world.dataset(max_objects=2), i).objects] == every[:2]
    orders = [[thing.pixels for thing in said(world.dataset(shuffle_objects=True), i, epoch).objects] for epoch in range(6)]
    assert len({tuple(order) for order in orders}) > 1 and all(sorted(order, reverse=True) == every for order in orders)


@pytest.mark.parametrize("digits", [False, True])
def test_pixel_counts_may_be_left_out(world: World, digits: bool) -> None:
    i = world.crowded()
    full, bare = (said(world.dataset(Form(digits, counts)), i) for counts in (True, False))
    assert all(thing.pixels > 0 for thing in full.objects) and all(thing.pixels == 0 for thing in bare.objects)
    assert [thing.location for thing in full.objects] == [thing.location for thing in bare.objects]


def test_feedback_noise_changes_what_the_model_hears_and_not_its_labels(world: World) -> None:
    i = world.crowded()
    exact, noisy, again = (world.dataset(feedback_noise=noise)[(3, i)] for noise in (0.0, 0.02, 0.02))
    np.testing.assert_array_equal(exact.heard, exact.targets.numbers)
    np.testing.assert_array_equal(noisy.targets.numbers, exact.targets.numbers)
    np.testing.assert_array_equal(noisy.heard, again.heard)
    carried = exact.targets.slots >= 0
    assert (noisy.heard[~carried] == 0).all() and (noisy.heard[carried] != exact.heard[carried]).mean() > 0.7
    batch = collate([noisy, world.dataset()[(3, (i + 1) % 8)]])
    heard = model_inputs(batch)["numbers"]
    np.testing.assert_array_equal(heard[0, : len(noisy.heard)], noisy.heard)
    assert not torch.equal(heard, batch["numbers"]) and heard.shape == batch["numbers"].shape


def test_training_hears_noise_and_validation_does_not(world: World, tmp_path: Path) -> None:
    data = DataConfig(world.folder / "data", world.folder / "library", features=world.folder / "features", variants=1, feedback_noise=0.02)
    run_config = RunConfig(tmp_path, device="cpu", progress=False)
    config = TrainConfig(data, run_config, ModelConfig("debug", "debug"), OptimiserConfig(steps=1, batch_size=2))
    run = prepare(config, Accelerator(cpu=True))
    for split, noisy in (("train", True), ("validation", False)):
        batch = collate([run.dataset(split)[(0, index)] for index in range(2)])
        assert torch.equal(batch["heard"], batch["numbers"]) != noisy


def test_what_is_heard_has_the_spread_that_was_asked_for_and_stays_in_range() -> None:
    turn = next(i for i, entry in enumerate(NUMBER_SLOTS) if entry.slot.codec == "circular")
    count = 4000
    slots = np.repeat([0, 0, turn], count)
    numbers = np.repeat([0.5, 1.0, 0.999], count).astype(np.float32)
    blank = np.zeros(len(slots))
    targets = Targets(blank, slots, numbers, blank, blank, blank)
    middle, top, angle = misheard(targets, 0.01, np.random.default_rng(0)).reshape(3, count)
    assert middle.std() == pytest.approx(0.01, rel=0.05) and top.max() == 1.0
    assert 0.3 < (angle < 0.1).mean() < 0.7 and angle.min() >= 0 and angle.max() < 1
