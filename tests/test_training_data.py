"""Data set folder to batches: features, order, randomness, padding."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from training_world import SIZE, write_data, write_library

from raw.language import parse
from raw.library import Library
from raw.model.targets import decode_targets
from raw.model.vocabulary import PieceVocabulary
from raw.vision.images import square, to_tensor
from raw.vision.tower import load_tower
from training.augment_config import AugmentConfig
from training.data import SceneDataset, StepSampler, collate
from training.features import FeatureCache, FeatureJob, cached_features
from training.pairs import Pairs

TOWER = load_tower("debug")
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_library(folder / "library")
    write_data(folder / "data", depth=True, train=6)
    return folder


def _job(world: Path, variants: int = 3, seed: int = 0) -> FeatureJob:
    return FeatureJob(Pairs(world / "data", "train"), TOWER, AugmentConfig(), variants, seed)


def _features(world: Path) -> FeatureCache:
    return cached_features(_job(world), world / "features", device=CPU, batch=5, progress=False)


def _dataset(world: Path, *, shuffle: bool = True, fuzz: float = 0.005) -> SceneDataset:
    library = Library.open(world / "library")
    return SceneDataset(_features(world), library, PieceVocabulary(), seed=0, shuffle=shuffle, learn_order=not shuffle, fuzz=fuzz)


def test_pairs_read_what_was_written(world: Path) -> None:
    pairs = Pairs(world / "data", "train")
    image, mask, program = pairs.picture(2)
    assert (len(pairs), image.shape, mask.shape) == (6, (SIZE, SIZE, 3), (SIZE, SIZE))
    assert pairs.name(2) == "train/000002/0"
    counts = np.bincount(mask.ravel(), minlength=256)
    assert [o.pixels for o in parse(program).objects] == [counts[i] for i in range(1, 251) if counts[i]]
    assert len(Pairs(world / "data", "train", limit=4)) == 4


def test_missing_data_is_named(world: Path) -> None:
    with pytest.raises(FileNotFoundError, match="dataset.json is missing"):
        Pairs(world, "train")
    with pytest.raises(ValueError, match="no images for split 'test'; it has train, validation"):
        Pairs(world / "data", "test")


def test_first_variant_is_clean_and_others_are_augmented(world: Path) -> None:
    cache, pairs = _features(world), Pairs(world / "data", "train")
    assert cache.patches.shape == (6, 3, *TOWER.patch_shape)
    assert cache.patches.dtype == np.float16
    image, _, program = pairs.picture(4)
    expected = TOWER(to_tensor([square(Image.fromarray(image), TOWER.size)])).patches[0].numpy()
    np.testing.assert_allclose(cache.patches[4, 0], expected, atol=2e-3)
    assert cache.programs[4][0] == program
    assert np.abs(cache.patches[4, 1].astype(float) - expected).max() > 0.01
    assert len({programs[1] == programs[0] for programs in cache.programs}) == 2  # some mirrored or banded, some not


def test_features_are_computed_once_and_do_not_depend_on_the_batch(world: Path, tmp_path: Path) -> None:
    first = _features(world)
    stamp = (first.folder / "patches.npy").stat().st_mtime_ns
    assert _features(world).folder == first.folder
    assert (first.folder / "patches.npy").stat().st_mtime_ns == stamp
    other = cached_features(_job(world), tmp_path, device=CPU, batch=2, workers=1, progress=False)
    np.testing.assert_allclose(other.patches, first.patches, atol=2e-3)
    assert other.programs == first.programs
    assert [path.name for path in tmp_path.iterdir()] == [_job(world).key]  # no temporary folder is left


def test_key_names_all_that_features_depend_on(world: Path, tmp_path: Path) -> None:
    job = _job(world)
    other_data = Pairs(write_data(tmp_path / "data", train=6, seed=1), "train")
    others = [replace(job, seed=1), replace(job, variants=2), replace(job, augment=AugmentConfig(mirror=0.4)),
              replace(job, pairs=other_data), replace(job, pairs=Pairs(world / "data", "train", limit=3))]
    assert len({job.key, *(other.key for other in others)}) == 6
    clean = _job(world, variants=1)
    assert replace(clean, seed=1, augment=AugmentConfig(mirror=0.4)).key == clean.key


def test_an_interrupted_computation_leaves_nothing_that_looks_whole(world: Path, tmp_path: Path) -> None:
    class Failing(type(TOWER)):
        def forward(self, images: torch.Tensor) -> object:
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        cached_features(replace(_job(world), tower=Failing()), tmp_path, device=CPU, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_travels_to_workers_as_a_path(world: Path) -> None:
    cache = _features(world)
    assert len(pickle.dumps(cache)) < 500
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(cache)).patches, cache.patches)


def test_a_sample_depends_on_seed_epoch_and_index_alone(world: Path) -> None:
    dataset, again = _dataset(world), _dataset(world)
    again[(5, 1)]
    first, same, later = dataset[(0, 3)], again[(0, 3)], dataset[(3, 3)]  # 3 variants, so epoch 3 meets that of epoch 0
    np.testing.assert_array_equal(first.targets.input_ids, same.targets.input_ids)
    np.testing.assert_array_equal(first.targets.numbers, same.targets.numbers)
    np.testing.assert_array_equal(first.patches, later.patches)
    assert not np.array_equal(first.targets.input_ids, later.targets.input_ids)


def test_all_variants_come_by_before_one_comes_again(world: Path) -> None:
    dataset = _dataset(world)
    seen = [dataset[(epoch, 2)].patches for epoch in range(3)]
    assert all(any(np.array_equal(patches, variant) for patches in seen) for variant in dataset.cache.patches[2])


def test_targets_say_the_scene_of_the_variant(world: Path) -> None:
    dataset = _dataset(world, shuffle=False, fuzz=0.0)
    for epoch in range(3):
        sample = dataset[(epoch, 1)]
        variant = next(v for v in range(3) if np.array_equal(sample.patches, dataset.cache.patches[1, v]))
        want = parse(dataset.cache.programs[1][variant])
        got = decode_targets(sample.targets, dataset.vocabulary).parse()
        assert [o.category for o in got.objects] == [o.category for o in want.objects]
        assert got.sky.sun_rotation == pytest.approx(want.sky.sun_rotation, abs=1e-3)
        for a, b in zip(got.objects, want.objects, strict=True):
            np.testing.assert_allclose(a.location, b.location, rtol=1e-3, atol=1e-3)


def test_choices_mark_the_decisions(world: Path) -> None:
    sample = _dataset(world, shuffle=False)[(0, 0)]
    ids = sample.targets.input_ids
    objects = int((sample.targets.kinds == 2).sum())
    free = sample.choices
    assert (free[0] == -1).all() and len(free) == len(ids)
    decided = (free >= 0).any(1)
    assert all(ids[t] in free[t] for t in np.flatnonzero(decided)) and (free[decided] >= 0).sum(1).min() > 1
    assert decided.sum() == 13 + objects + 1  # the last of 14 scene statements is forced
    shuffled = _dataset(world)[(0, 0)]  # the order of the scene statements is chance there
    assert (shuffled.choices >= 0).any(1).sum() == (shuffled.targets.kinds == 2).sum() + 1


def test_sampler_goes_through_every_image_each_epoch() -> None:
    def sampler(start: int, seed: int = 0) -> list[tuple[int, int]]:
        return list(StepSampler([9, 3, 5, 5, 7], batch=2, start=start, stop=12, seed=seed))

    whole = sampler(0)
    assert [epoch for epoch, _ in whole] == [0] * 5 + [1] * 5 + [2] * 2
    assert sorted(i for _, i in whole[:5]) == sorted(i for _, i in whole[5:10]) == list(range(5))
    assert whole[:5] != [(0, i) for _, i in whole[5:10]]
    for start in range(13):
        assert sampler(start) == whole[start:]
    assert whole != sampler(0, seed=1)


def test_batches_hold_samples_of_similar_length() -> None:
    lengths = np.random.default_rng(0).integers(14, 40, 64 * 8)
    order = [index for _, index in StepSampler(lengths, batch=16, start=0, stop=len(lengths), seed=0)]
    padded = np.array(lengths[order]).reshape(-1, 16).max(axis=1).sum() * 16
    shuffled = lengths.reshape(-1, 16).max(axis=1).sum() * 16
    assert padded < 1.12 * lengths.sum() < shuffled
    first = lengths[order].reshape(-1, 16).mean(axis=1)
    assert np.any(np.diff(first) < 0) and np.any(np.diff(first) > 0)  # not from short to long


def test_batches_are_padded_on_the_right(world: Path) -> None:
    dataset = _dataset(world)
    samples = [dataset[(0, index)] for index in range(6)]
    batch = collate(samples)
    lengths = [len(sample.targets.input_ids) for sample in samples]
    assert batch["attention_mask"].sum(1).tolist() == lengths
    assert len(set(lengths)) > 1
    for row, length in enumerate(lengths):
        assert not (batch["choices"][row, length:] >= 0).any()
        assert batch["input_ids"][row, length - 1] == dataset.vocabulary.eos_id
    assert batch["patches"].dtype == torch.float32
    assert batch["indices"].tolist() == list(range(6))
    assert batch["choices"].shape[:2] == (6, max(lengths))


def test_features_of_more_pictures_serve_the_first_of_them(tmp_path: Path) -> None:
    folder = write_data(tmp_path / "data", train=7)
    jobs = {limit: FeatureJob(Pairs(folder, "train", limit), load_tower("debug"), AugmentConfig(), 1, 0) for limit in (0, 3)}
    alone = cached_features(jobs[3], tmp_path / "alone", device=torch.device("cpu"), progress=False)
    whole = cached_features(jobs[0], tmp_path / "shared", device=torch.device("cpu"), progress=False)
    part = cached_features(jobs[3], tmp_path / "shared", device=torch.device("cpu"), progress=False)
    assert part.folder == whole.folder and len(part.patches) == len(part.programs) == 3
    np.testing.assert_allclose(part.patches, alone.patches, atol=1e-3)
    assert part.programs == alone.programs and len(pickle.loads(pickle.dumps(part)).patches) == 3
    other = FeatureJob(Pairs(folder, "validation", 3), load_tower("debug"), AugmentConfig(), 1, 0)
    assert cached_features(other, tmp_path / "shared", device=torch.device("cpu"), progress=False).folder != whole.folder


def test_depth_is_read_in_metres_where_it_is_asked_for(world: Path) -> None:
    assert Pairs(world / "data", "train").depth(0) is None
    pairs = Pairs(world / "data", "train", also=("depth",))
    for index in range(len(pairs)):
        _, mask, program = pairs.picture(index)
        depth, things = pairs.depth(index), parse(program).objects
        assert depth.dtype == np.float32 and np.isinf(depth[mask == 0]).all() and (depth[mask == 255] == 10).all()
        for i, thing in enumerate(things, start=1):
            np.testing.assert_allclose(depth[mask == i], -thing.location[2], atol=0.006)


def test_an_aperture_reaches_the_features_of_copies_and_spares_the_first(world: Path, tmp_path: Path) -> None:
    pairs, tower, device = Pairs(world / "data", "train", also=("depth",)), load_tower("debug"), torch.device("cpu")
    looks = (AugmentConfig(aperture=aperture) for aperture in (0.0, 1.0))
    sharp, soft = (cached_features(FeatureJob(pairs, tower, look, 2, 0), tmp_path, device=device, progress=False) for look in looks)
    assert sharp.folder != soft.folder and sharp.programs == soft.programs
    np.testing.assert_array_equal(sharp.patches[:, 0], soft.patches[:, 0])
    assert (sharp.patches[:, 1] != soft.patches[:, 1]).any()
