"""The label hash: what changes it and what does not."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from procedural.labels.label_hash import digests, label_hash, label_hash_of
from procedural.labels.pictures import png


def row(scene: int, view: int) -> dict:
    mask = np.full((4, 6), 10 * scene + view, dtype=np.uint8)
    things = [{"asset": "zebra/0000", "location": [0.1, -0.5, -7.0], "pixels": 24}]
    return {
        "scene_id": f"train-{scene:06d}", "view": view, "program": f"set_fov({scene})\n", "mask": png(mask),
        "image": png(np.zeros((4, 6, 3), np.uint8)), "camera": {"pitch": 88.0, "intrinsics": [1.0, 0.0, 2.0]}, "objects": things,
    }  # fmt: skip


ROWS = [row(scene, view) for scene in range(3) for view in range(2)]


def hash_of(rows: list[dict]) -> str:
    return label_hash(digests(pa.Table.from_pylist(rows)).items())


def test_each_scene_has_its_digest() -> None:
    found = digests(pa.Table.from_pylist(ROWS))
    assert list(found) == ["train-000000", "train-000001", "train-000002"] and len(set(found.values())) == 3
    assert digests(pa.Table.from_pylist(ROWS[2:4])) == {"train-000001": found["train-000001"]}


def set_value(key: str, value: object) -> Callable[[dict], None]:
    return lambda one: one.update({key: value})


@pytest.mark.parametrize(
    "change",
    [
        set_value("program", "set_fov(9)\n"),
        set_value("view", 7),
        set_value("scene_id", "test-000000"),
        set_value("mask", png(np.full((4, 6), 99, np.uint8))),
        set_value("mask", png(np.zeros((6, 4), np.uint8))),
        lambda one: one["camera"].update(pitch=88.001),
        lambda one: one["objects"][0]["location"].__setitem__(2, -7.001),
        lambda one: one["objects"].append(one["objects"][0]),
    ],
)
def test_labels_change_it(change: Callable[[dict], None]) -> None:
    rows = copy.deepcopy(ROWS)
    change(rows[0])
    assert hash_of(rows) != hash_of(ROWS)


@pytest.mark.parametrize(
    "change",
    [
        set_value("image", png(np.ones((4, 6, 3), np.uint8))),
        lambda one: one["camera"].update(pitch=88.00000001),
        lambda one: one["camera"]["intrinsics"].__setitem__(1, -0.0),
    ],
)
def test_pictures_and_last_digits_do_not(change: Callable[[dict], None]) -> None:
    rows = copy.deepcopy(ROWS)
    change(rows[0])
    assert hash_of(rows) == hash_of(ROWS)


def test_it_does_not_matter_how_a_set_is_cut(tmp_path: Path) -> None:
    for name, part in {"a": ROWS, "b": ROWS[:2], "c": ROWS[2:]}.items():
        parquet.write_table(pa.Table.from_pylist(part), tmp_path / name)
    assert label_hash_of([tmp_path / "a"]) == label_hash_of([tmp_path / "b", tmp_path / "c"]) == hash_of(ROWS)
    assert label_hash_of([tmp_path / "c", tmp_path / "b"]) != hash_of(ROWS)


def test_sets_without_cameras_and_objects_have_one_too() -> None:
    bare = [{key: one[key] for key in ("scene_id", "view", "program", "mask")} for one in ROWS]
    assert hash_of(bare) != hash_of(ROWS) and hash_of(bare) == hash_of(copy.deepcopy(bare))


def test_sets_of_the_first_schema_keep_their_rule(tmp_path: Path) -> None:
    bare = [{key: one[key] for key in ("scene_id", "view", "program", "mask")} for one in ROWS]
    parquet.write_table(pa.Table.from_pylist(bare), tmp_path / "shard")
    rows = b"".join(
        f"train-{scene:06d} {view}\nset_fov({scene})\n".encode() + bytes([10 * scene + view] * 24)
        for scene in range(3)
        for view in range(2)
    )
    assert label_hash_of([tmp_path / "shard"], schema=1) == hashlib.sha256(rows).hexdigest() != label_hash_of([tmp_path / "shard"])
