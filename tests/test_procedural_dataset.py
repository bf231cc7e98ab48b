"""Data sets: tiny ones, written twice, interrupted, and drawn again from what they say."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dataset_world import all_rows, description, picture, rows, temporaries

from procedural.generate.config import SPLITS, DatasetConfig, SplitConfig
from procedural.generate.run import generate
from procedural.labels.columns import features
from procedural.labels.label_hash import label_hash_of
from raw.language import parse, write
from raw.library import Library
from raw.render import RenderPool, RenderSettings

pytestmark = pytest.mark.render
COLUMNS = set(features(normals=True))


def test_description_counts_what_is_there(tiny_set: DatasetConfig, tiny_library: Library) -> None:
    about = description(tiny_set.out)
    assert {s: found["images"] for s, found in about["splits"].items()} == {"train": 4, "validation": 1, "test": 1}
    assert [s["file"] for s in about["splits"]["train"]["shards"]] == ["shard-00000.parquet", "shard-00001.parquet"]
    assert (about["seed"], about["size"], about["samples"]) == (3, 64, tiny_set.samples)
    assert about["library_fingerprint"] == tiny_library.fingerprint
    assert about["complete"] and about["schema"] == 2 and about["failed"] == [] and set(about["rejected"]) <= {"subject hidden", "no place"}
    assert about["config"]["train"] == {"scenes": 2, "views": 2} and "workers" not in about["config"]
    assert not temporaries(tiny_set.out) and not (tiny_set.out / "parts").exists()


def test_splits_share_no_scene(tiny_set: DatasetConfig) -> None:
    names = {split: {row["scene_id"] for row in rows(tiny_set.out, split)} for split in SPLITS[:3]}
    assert [len(n) for n in names.values()] == [2, 1, 1] and len(set.union(*names.values())) == 4
    programs = [row["program"] for row in all_rows(tiny_set.out)]
    assert len(set(programs)) == len(programs) == 6
    seeds = {row["scene_id"]: parse(row["program"]).ground.seed for row in all_rows(tiny_set.out)}
    assert len(set(seeds.values())) == 4  # four lands, and the views of one scene share theirs
    assert all(parse(row["program"]).ground.seed == seeds[row["scene_id"]] for row in all_rows(tiny_set.out))


def test_programs_are_labelled_with_what_shows(tiny_set: DatasetConfig) -> None:
    total = 0
    for row in all_rows(tiny_set.out):
        assert set(row) == COLUMNS and row["biome"] == "savanna" and row["seed"] == 3
        scene, mask = parse(row["program"]), picture(row["mask"])
        assert write(scene) == row["program"]
        counts = [o.pixels for o in scene.objects]
        assert counts == [int((mask == i + 1).sum()) for i in range(len(counts))] == sorted(counts, reverse=True)
        assert set(np.unique(mask)) <= {0, 255, *range(1, len(counts) + 1)} and len(counts) <= 25
        total += len(counts)
    assert total >= 3, "nearly nothing shows in this set, so the test says nothing"


def test_depth_is_in_centimetres(tiny_set: DatasetConfig) -> None:
    for row in all_rows(tiny_set.out):
        depth, mask, scene = picture(row["depth"]), picture(row["mask"]), parse(row["program"])
        assert depth.shape == mask.shape == (64, 64) and depth.dtype.itemsize >= 2
        assert (depth[mask == 0] == 65535).all() and (depth[(mask != 0) & (mask != 255)] < 65535).all()
        for i, thing in enumerate(scene.objects):
            assert abs(np.median(depth[mask == i + 1]) / 100 + thing.location[2]) < thing.height + 0.5


def test_pictures_are_drawn_again_from_their_programs(tiny_set: DatasetConfig, render_pool: RenderPool) -> None:
    for row in all_rows(tiny_set.out):
        drawn = render_pool.render(parse(row["program"]), RenderSettings(64, 64, samples=1))
        np.testing.assert_array_equal(drawn.image, picture(row["image"]))
        np.testing.assert_array_equal(drawn.index, picture(row["mask"]))


def test_same_seed_same_set_and_other_seed_other_set(tiny_set: DatasetConfig, tmp_path: Path) -> None:
    """Not even the number of lanes and the cut of the shards matter."""
    again = generate(replace(tiny_set, out=tmp_path / "again", workers=2, scenes_per_shard=2))
    assert description(again)["label_hash"] == description(tiny_set.out)["label_hash"]
    for a, b in zip(all_rows(again), all_rows(tiny_set.out), strict=True):
        np.testing.assert_array_equal(picture(a["image"]), picture(b["image"]))
    none = SplitConfig(0, 1)
    other = generate(replace(tiny_set, out=tmp_path / "other", seed=4, tries=9, train=SplitConfig(1, 1), validation=none, test=none))
    assert parse(rows(other, "train")[0]["program"]).sky != parse(rows(tiny_set.out, "train")[0]["program"]).sky


def test_interrupted_set_is_completed_and_the_rest_left_alone(tiny_set: DatasetConfig, tmp_path: Path) -> None:
    out = Path(shutil.copytree(tiny_set.out, tmp_path / "set"))
    shards = sorted(out.rglob("shard-*.parquet"))
    times = {path: path.stat().st_mtime_ns for path in shards}
    lost = out / "train" / "shard-00001.parquet"
    lost.unlink()
    (out / "dataset.json").unlink()
    generate(replace(tiny_set, out=out))
    assert description(out) == description(tiny_set.out)
    assert [path for path in shards if path.stat().st_mtime_ns != times[path]] == [lost]


def test_label_hash_is_that_of_the_rows(tiny_set: DatasetConfig) -> None:
    splits = description(tiny_set.out)["splits"]
    shards = [tiny_set.out / split / shard["file"] for split, about in splits.items() for shard in about["shards"]]
    assert label_hash_of(shards) == description(tiny_set.out)["label_hash"]


def test_datasets_library_opens_the_shards(tiny_set: DatasetConfig, tmp_path: Path) -> None:
    from datasets import load_dataset

    files = {split: str(tiny_set.out / split / "*.parquet") for split in ("train", "test")}
    opened = load_dataset("parquet", data_files=files, cache_dir=str(tmp_path))
    assert opened.num_rows == {"train": 4, "test": 1} and set(opened["train"].column_names) == COLUMNS
    row = opened["train"][0]
    assert row["image"].size == row["mask"].size == (64, 64) and row["image"].mode == "RGB"
    np.testing.assert_array_equal(np.asarray(row["mask"]), picture(rows(tiny_set.out, "train")[0]["mask"]))


@pytest.mark.parametrize(("field", "value"), [("samples", 0), ("tries", 0), ("workers", -1), ("min_pixels", 0), ("max_memory_mb", 0)])
def test_numbers_out_of_range_are_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{field} is {value}; allowed: 1 or more"):
        DatasetConfig(**{field: value})


def test_size_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="size is 4; allowed: 8 to 8192"):
        DatasetConfig(size=4)


@pytest.mark.parametrize("split", [(-1, 1), (1, 0)])
def test_splits_out_of_range_are_refused(split: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"a split of {split[0]} scenes and {split[1]} views; allowed: 0 or more"):
        SplitConfig(*split)


def test_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="engine is 'steam'; allowed: local, ray"):
        DatasetConfig(engine="steam")


def test_unknown_biome_is_refused() -> None:
    with pytest.raises(ValueError, match="biomes has atlantis; allowed: boreal_forest, coast"):
        DatasetConfig(biomes=("savanna", "atlantis"))
