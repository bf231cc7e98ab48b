"""Parts, shards and the folder that keeps them, on rows that nobody drew."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from dataset_world import description

from procedural.generate.config import DatasetConfig, SplitConfig, Task
from procedural.generate.folder import FAILED, DatasetFolder
from procedural.generate.shards import merge, part_bytes, part_path, save_part, summaries
from procedural.labels.columns import features
from procedural.labels.label_hash import label_hash_of
from procedural.labels.pictures import png
from raw.library import Library

SCHEMA = features(normals=True).arrow_schema
VIEWS = 20
REJECTED = {"nothing shows": 2, "no place": 1}


@pytest.fixture
def config(tmp_path: Path) -> DatasetConfig:
    """Three shards of train: scenes 0-1, 2-3, 4; nothing else."""
    none = SplitConfig(0, 1)
    return DatasetConfig(out=tmp_path / "set", train=SplitConfig(5, VIEWS), validation=none, test=none, scenes_per_shard=2)


def part(task: Task) -> bytes:
    """The part of one scene, 20 rows."""
    column = dict.fromkeys(features(normals=True))
    rows = [
        column
        | {"scene_id": task.scene_id, "view": view, "program": f"set_fov({task.number})\n", "mask": png(np.full((4, 4), view, np.uint8))}
        for view in range(VIEWS)
    ]
    return part_bytes(rows, SCHEMA, REJECTED)


def save(config: DatasetConfig, *numbers: int) -> dict[Task, Path]:
    paths = {task: part_path(config.out, task) for task in (Task("train", number) for number in numbers)}
    for task, path in paths.items():
        save_part(path, part(task))
    return paths


def opened(config: DatasetConfig, table: str = "a table") -> DatasetFolder:
    config.out.mkdir(exist_ok=True)
    return DatasetFolder(config, Library(Path("a library"), (), np.zeros(1), "a fingerprint"), table)


def make(config: DatasetConfig, folder: DatasetFolder, *numbers: int) -> None:
    for task in save(config, *numbers):
        assert folder.made(task) == VIEWS


def scenes_of(path: Path) -> list[str]:
    return list(dict.fromkeys(parquet.read_table(path, columns=["scene_id"])["scene_id"].to_pylist()))


def test_a_part_tells_its_scene_without_being_read(config: DatasetConfig) -> None:
    (path,) = save(config, 7).values()
    (scene,) = summaries(path)
    assert (scene.scene_id, scene.images, scene.rejected) == ("train-000007", VIEWS, REJECTED)
    assert part(Task("train", 7)) == path.read_bytes()
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ValueError, match="scene-000007.parquet is no whole shard"):
        summaries(path)


def test_shards_have_scenes_in_order_and_small_row_groups(config: DatasetConfig, tmp_path: Path) -> None:
    parts = save(config, 2, 0, 1)
    tasks = [Task("train", number) for number in range(4)]
    found = merge(tmp_path / "shard", tasks, parts)
    assert [scene.scene_id for scene in found] == scenes_of(tmp_path / "shard") == [task.scene_id for task in tasks[:3]]
    assert summaries(tmp_path / "shard") == found
    metadata = parquet.read_metadata(tmp_path / "shard")
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [32, 28]
    assert parquet.read_table(tmp_path / "shard")["view"].to_pylist() == list(range(VIEWS)) * 3


def test_a_scene_that_comes_late_takes_its_place(config: DatasetConfig, tmp_path: Path) -> None:
    tasks = [Task("train", number) for number in range(3)]
    merge(tmp_path / "late", tasks, save(config, 0, 2))
    merge(tmp_path / "late", tasks, save(config, 1))
    merge(tmp_path / "once", tasks, save(config, 0, 1, 2))
    assert (tmp_path / "late").read_bytes() == (tmp_path / "once").read_bytes()


def test_a_shard_is_written_when_its_last_scene_is_there(config: DatasetConfig) -> None:
    folder = opened(config)
    assert folder.missing() == [Task("train", number) for number in range(5)] and description(config.out)["complete"] is False
    make(config, folder, 3, 0)
    assert not list(config.out.rglob("shard-*")) and folder.images == 2 * VIEWS
    make(config, folder, 1)
    assert scenes_of(config.out / "train/shard-00000.parquet") == ["train-000000", "train-000001"]
    assert description(config.out)["splits"]["train"]["images"] == 2 * VIEWS
    make(config, folder, 2, 4)
    folder.close()
    about = description(config.out)
    shards = [config.out / "train" / shard["file"] for shard in about["splits"]["train"]["shards"]]
    assert [path.name for path in shards] == [f"shard-0000{i}.parquet" for i in range(3)] and about["complete"]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in shards] == [s["sha256"] for s in about["splits"]["train"]["shards"]]
    assert about["label_hash"] == label_hash_of(shards) and about["rejected"] == {name: 5 * n for name, n in REJECTED.items()}
    assert sorted(path.name for path in config.out.iterdir()) == ["dataset.json", "train"]


def test_order_does_not_matter(config: DatasetConfig, tmp_path: Path) -> None:
    other = replace(config, out=tmp_path / "other")
    for one, order in ((config, range(5)), (other, (4, 2, 0, 3, 1))):
        folder = opened(one)
        make(one, folder, *order)
        folder.close()
    assert (config.out / "dataset.json").read_bytes() == (other.out / "dataset.json").read_bytes()


def test_a_scene_that_failed_is_left_out_and_tried_again(config: DatasetConfig) -> None:
    folder = opened(config)
    make(config, folder, 1, 2, 3, 4)
    assert folder.failed(Task("train", 0), "out of luck") and not folder.failed(Task("train", 0), "out of luck")
    folder.close()
    first = config.out / "train/shard-00000.parquet"
    assert scenes_of(first) == ["train-000001"] and description(config.out)["complete"] is False
    assert description(config.out)["failed"] == [{"scene_id": "train-000000", "error": "out of luck"}]
    assert json.loads((config.out / FAILED).read_text()) == {"scene_id": "train-000000", "seed": 0, "error": "out of luck"}
    again = opened(config)
    assert again.missing() == [Task("train", 0)]
    make(config, again, 0)
    again.close()
    assert scenes_of(first) == ["train-000000", "train-000001"] and description(config.out)["failed"] == []
    assert description(config.out)["complete"] and not (config.out / FAILED).exists()


def test_a_scene_that_fails_twice_leaves_the_shard_alone(config: DatasetConfig) -> None:
    for _ in range(2):
        folder = opened(config)
        make(config, folder, *(task.number for task in folder.missing() if task.number))
        folder.failed(Task("train", 0), "out of luck")
        folder.close()
    assert scenes_of(config.out / "train/shard-00000.parquet") == ["train-000001"] and len(description(config.out)["failed"]) == 1


def test_what_a_killed_run_left_is_put_in_order(config: DatasetConfig) -> None:
    make(config, opened(config), 0, 1)
    (config.out / "train" / "shard-00001.parquet.77.tmp").write_bytes(b"half")  # killed while it wrote a shard
    (config.out / "dataset.json.77.tmp").write_bytes(b"half")
    save(config, 1, 2, 3)  # 1 is in its shard already; 2 and 3 were never told of
    broken = part_path(config.out, Task("train", 4))
    broken.write_bytes(b"PAR1 and then zeros")
    (config.out / "train" / "shard-00000.parquet").touch()
    (config.out / "dataset.json").unlink()
    folder = opened(config)
    assert folder.missing() == [Task("train", 4)] and folder.images == 4 * VIEWS
    found = {path.name for path in config.out.rglob("*") if path.is_file()}
    assert found == {"dataset.json", "shard-00000.parquet", "shard-00001.parquet"}
    make(config, folder, 4)
    assert description(config.out)["complete"]


def test_a_set_begun_with_another_library_is_refused(config: DatasetConfig) -> None:
    opened(config)
    with pytest.raises(ValueError, match="set was begun with another library than a library"):
        opened(config, "another table")


def test_a_broken_shard_is_named(config: DatasetConfig) -> None:
    make(config, opened(config), 0, 1)
    path = config.out / "train" / "shard-00000.parquet"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match="shard-00000.parquet is no whole shard of this program; delete it and run again"):
        opened(config)
