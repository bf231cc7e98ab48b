"""Data sets: tiny ones, written twice, interrupted, and drawn again from what they say."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from PIL import Image

from procedural.dataset import DatasetConfig, SplitConfig, generate
from raw.language import parse, write
from raw.library import Library
from raw.render import RenderPool, RenderSettings

pytestmark = pytest.mark.render
SPLITS = ("train", "validation", "test")
COLUMNS = {"image", "program", "mask", "depth", "scene_id", "view", "seed", "biome"}


def config_of(folder: Path, library: Library) -> DatasetConfig:
    one = SplitConfig(1, 1)
    return DatasetConfig(
        folder, library.folder, 3, SplitConfig(2, 2), one, one,
        biomes=("savanna",), size=64, samples=1, min_pixels=5, tries=2, scenes_per_shard=1, workers=1,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tiny_library: Library, tmp_path_factory: pytest.TempPathFactory) -> DatasetConfig:
    """2 + 1 + 1 scenes, 2 + 2 + 1 + 1 pictures of 64 pixels."""
    config = config_of(tmp_path_factory.mktemp("data") / "set", tiny_library)
    assert generate(config) == config.out
    return config


def rows(folder: Path, split: str) -> list[dict]:
    return [row for path in sorted((folder / split).glob("*.parquet")) for row in parquet.read_table(path).to_pylist()]


def all_rows(folder: Path) -> list[dict]:
    return [row for split in SPLITS for row in rows(folder, split)]


def picture(value: dict) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(value["bytes"])))


def description(folder: Path) -> dict:
    return json.loads((folder / "dataset.json").read_text())


def test_description_counts_what_is_there(made: DatasetConfig, tiny_library: Library) -> None:
    about = description(made.out)
    assert {s: about["splits"][s]["images"] for s in SPLITS} == {"train": 4, "validation": 1, "test": 1}
    assert [s["file"] for s in about["splits"]["train"]["shards"]] == ["shard-00000.parquet", "shard-00001.parquet"]
    assert (about["seed"], about["size"], about["samples"]) == (3, 64, made.samples)
    assert about["library_fingerprint"] == tiny_library.fingerprint
    assert not list(made.out.rglob("*tmp*"))


def test_splits_share_no_scene(made: DatasetConfig) -> None:
    names = {split: {row["scene_id"] for row in rows(made.out, split)} for split in SPLITS}
    assert [len(n) for n in names.values()] == [2, 1, 1] and len(set.union(*names.values())) == 4
    programs = [row["program"] for row in all_rows(made.out)]
    assert len(set(programs)) == len(programs) == 6
    seeds = {row["scene_id"]: parse(row["program"]).ground.seed for row in all_rows(made.out)}
    assert len(set(seeds.values())) == 4  # four lands, and the views of one scene share theirs
    assert all(parse(row["program"]).ground.seed == seeds[row["scene_id"]] for row in all_rows(made.out))


def test_programs_are_labelled_with_what_shows(made: DatasetConfig) -> None:
    total = 0
    for row in all_rows(made.out):
        assert set(row) == COLUMNS and row["biome"] == "savanna" and row["seed"] == 3
        scene, mask = parse(row["program"]), picture(row["mask"])
        assert write(scene) == row["program"]
        counts = [o.pixels for o in scene.objects]
        assert counts == [int((mask == i + 1).sum()) for i in range(len(counts))] == sorted(counts, reverse=True)
        assert set(np.unique(mask)) <= {0, 255, *range(1, len(counts) + 1)} and len(counts) <= 25
        total += len(counts)
    assert total >= 3, "nearly nothing shows in this set, so the test says nothing"


def test_depth_is_in_centimetres(made: DatasetConfig) -> None:
    for row in all_rows(made.out):
        depth, mask, scene = picture(row["depth"]), picture(row["mask"]), parse(row["program"])
        assert depth.shape == mask.shape == (64, 64) and depth.dtype.itemsize >= 2
        assert (depth[mask == 0] == 65535).all() and (depth[mask != 0] < 65535).all()
        for i, thing in enumerate(scene.objects):
            assert abs(np.median(depth[mask == i + 1]) / 100 + thing.location[2]) < thing.height + 0.5


def test_pictures_are_drawn_again_from_their_programs(made: DatasetConfig, render_pool: RenderPool) -> None:
    for row in all_rows(made.out):
        drawn = render_pool.render(parse(row["program"]), RenderSettings(64, 64, samples=1))
        np.testing.assert_array_equal(drawn.image, picture(row["image"]))
        np.testing.assert_array_equal(drawn.index, picture(row["mask"]))


def test_same_seed_same_set_and_other_seed_other_set(made: DatasetConfig, tmp_path: Path) -> None:
    again = generate(replace(made, out=tmp_path / "again"))
    assert description(again)["label_hash"] == description(made.out)["label_hash"]
    for a, b in zip(all_rows(again), all_rows(made.out), strict=True):
        np.testing.assert_array_equal(picture(a["image"]), picture(b["image"]))
    none = SplitConfig(0, 1)
    other = generate(replace(made, out=tmp_path / "other", seed=4, train=SplitConfig(1, 1), validation=none, test=none))
    assert parse(rows(other, "train")[0]["program"]).sky != parse(rows(made.out, "train")[0]["program"]).sky


def test_interrupted_set_is_completed_and_the_rest_left_alone(made: DatasetConfig) -> None:
    before = description(made.out)
    shards = sorted(made.out.rglob("*.parquet"))
    times = {path: path.stat().st_mtime_ns for path in shards}
    lost = made.out / "train" / "shard-00001.parquet"
    lost.unlink()
    (made.out / "dataset.json").unlink()
    generate(made)
    assert description(made.out) == before
    assert [path for path in shards if path.stat().st_mtime_ns != times[path]] == [lost]


def test_datasets_library_opens_the_shards(made: DatasetConfig, tmp_path: Path) -> None:
    from datasets import load_dataset

    files = {split: str(made.out / split / "*.parquet") for split in ("train", "test")}
    opened = load_dataset("parquet", data_files=files, cache_dir=str(tmp_path))
    assert opened.num_rows == {"train": 4, "test": 1} and set(opened["train"].column_names) == COLUMNS
    row = opened["train"][0]
    assert row["image"].size == row["mask"].size == (64, 64) and row["image"].mode == "RGB"
    np.testing.assert_array_equal(np.asarray(row["mask"]), picture(rows(made.out, "train")[0]["mask"]))


@pytest.mark.parametrize(("field", "value"), [("size", 0), ("tries", 0), ("workers", -1), ("min_pixels", 0)])
def test_numbers_out_of_range_are_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{field} is {value}; allowed: 1 or more"):
        DatasetConfig(**{field: value})


def test_unknown_biome_is_refused() -> None:
    with pytest.raises(ValueError, match="biomes has atlantis; allowed: .*savanna"):
        DatasetConfig(biomes=("savanna", "atlantis"))
