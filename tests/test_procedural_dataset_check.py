"""Checking a data set: every kind of damage is found and named, and a sound set passes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
import pytest
from painted_dataset import Rows, array, features, png, row, save_rows, write_library, write_set

from procedural.dataset.check import CheckConfig, Finding, Report, check, main, told
from procedural.dataset.duplicates import BITS, NEAR, difference_hash, twins
from procedural.dataset.row_checks import row_problems
from raw.digest import sha256
from raw.language import parse, write
from raw.library import Library


def checked(folder: Path, **settings: object) -> Report:
    return check(CheckConfig(folder, **({"renders": 0, "workers": 1} | settings)))


def problems(folder: Path, **settings: object) -> str:
    return "\n".join(str(finding) for finding in checked(folder, **settings).findings if finding.kind == "problem")


@pytest.mark.parametrize(("schema", "normals"), [(1, False), (2, False), (2, True)])
def test_a_sound_set_has_no_findings(schema: int, normals: bool, tmp_path: Path) -> None:
    report = checked(write_set(tmp_path / "set", schema=schema, normals=normals))
    assert report.findings == [] and report.code == 0
    assert report.numbers == {"shards": 4, "images": 10, "rows looked into": 10, "near-duplicates": 0}


def test_processes_find_what_one_finds(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", change=lambda rows: rows[1]["objects"][0].update(pixels=3))
    assert checked(folder, workers=2) == checked(folder, workers=1) and "pixels is 3 in the column" in problems(folder)


def _edit_mask(r: dict, edit: Callable[[np.ndarray], None]) -> None:
    mask = array(r["mask"])
    edit(mask)
    r["mask"] = png(mask)


def _program(r: dict, old: str, new: str) -> None:
    assert old in r["program"]
    r["program"] = r["program"].replace(old, new, 1)


DAMAGE: list[tuple[Callable[[dict], object], str]] = [
    (lambda r: _program(r, "set_fov(", "set_fog("), "the program does not parse: line 12, column 1: unknown statement 'set_fog'"),
    (lambda r: _program(r, "set_fov(50.000)", "set_fov(190.000)"), "190; allowed: a number from 1 to 170 degrees"),
    (lambda r: _program(r, "set_fov(50.000)", "set_fov(50.0)"), "the program is not as the language prints it"),
    (lambda r: _program(r, '"dry_grass/0001"', "[CLIP]"), "the program has placeholders"),
    (lambda r: _edit_mask(r, lambda m: m.__setitem__((0, slice(0, 3)), 9)), "the mask has 9; the program has 2 objects"),
    (lambda r: _edit_mask(r, lambda m: m.__setitem__((47, 47), 1)), "in the mask"),
    (lambda r: r.update(program=write(_swapped(r["program"]))), "objects are not sorted by pixels"),
    (lambda r: r.update(mask=png(array(r["mask"])[:24])), "mask is (24, 48) uint8; allowed: 2 dimensions of uint8, of one size"),
    (lambda r: r.update(depth=png(array(r["depth"]).astype(np.uint8))), "depth is (48, 48) uint8; allowed: 2 dimensions of uint16"),
    (lambda r: r.update(depth=png(np.full((48, 48), 700, np.uint16))), "depth is not 65535 everywhere in the sky"),
    (lambda r: r.update(normal=png(np.full((48, 48, 3), 160, np.uint8))), "normals are not of length 1"),
    (lambda r: r.update(image={"bytes": b"no picture", "path": None}), "a picture does not open"),
    (lambda r: r.update(scene_id="test-000001"), "scene_id is 'test-000001' in the split train"),
    (lambda r: r["objects"][1].update(box=[0.0, 0.0, 0.5, 0.5]), "box is [0.0, 0.0, 0.5, 0.5], that of its mask ("),
    (lambda r: r["objects"][0].update(asset="yak/0000"), "asset is 'yak/0000' in the column, "),
    (lambda r: r["objects"][0].update(location=[0.0, 0.0, -1.0]), "location differs from the program"),
    (lambda r: r["objects"][0].update(distance=99.0), "distance is 99.000 m, its place is"),
    (lambda r: r["objects"][0].update(occluded=1.2), "occluded is 1.2; allowed: 0 to 1"),
    (lambda r: r["objects"].pop(), "1 objects in the column, 2 in the program"),
    (lambda r: r.update(subject=2), "subject is 2; allowed: -1 to 1"),
    (lambda r: _joints(r)[0].update(spot=[0.9, 0.9]), "joint trunk: spot [0.9, 0.9] is not where [0.3, 0.0, -8.0] shows"),
    (lambda r: _joints(r)[1].update(visible=3), "joint neck: visible is 3; allowed: 0, 1, 2"),
    (lambda r: r["camera"].update(pitch=12.0), "camera pitch is 12.0 in the column"),
    (lambda r: r["camera"].update(intrinsics=[1.0] * 9), "intrinsics are [1.0, 1.0"),
    (lambda r: r["camera"].update(world_to_camera=[1.0] * 16), "world_to_camera is no rigid motion"),
    (lambda r: r["camera"].update(world_to_camera=np.eye(4).ravel().tolist()), "world_to_camera does not look down as a pitch of"),
]


def _swapped(program: str):  # noqa: ANN202
    scene = parse(program)
    return replace(scene, objects=scene.objects[::-1])


def _joints(r: dict) -> list[dict]:
    return next(thing for thing in r["objects"] if thing["family"] == "zebra")["joints"]


@pytest.mark.parametrize(("change", "message"), DAMAGE, ids=[message[:40] for _, message in DAMAGE])
def test_a_row_that_disagrees_with_itself_is_told(change: Callable[[dict], object], message: str) -> None:
    damaged = row("train", 1, 0, normals=True)
    assert list(row_problems(damaged, "train")) == []
    change(damaged)
    assert any(message in problem for problem in row_problems(damaged, "train"))


def test_a_damaged_row_is_named(tmp_path: Path) -> None:
    found = problems(write_set(tmp_path / "set", change=lambda rows: _edit_mask(rows[2], lambda m: m.__setitem__((47, 47), 1))))
    assert found.startswith("problem: rows: train-000001 view 0: object ") and found.count("\n") == 1  # and its box


def test_names_are_unique_and_no_scene_is_in_two_splits(tmp_path: Path) -> None:
    def again(rows: Rows) -> Rows:
        return [*rows, row("validation", 0, 0), rows[3]]

    found = problems(write_set(tmp_path / "set", change=again), max_duplicates=1.0)
    assert "names: validation-000000 view 0 is there more than once" in found and "names: train-000001 view 1 is there more than" in found
    assert "names: scene validation-000000 is in train, validation" in found


def test_shards_are_those_of_the_description(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    (folder / "validation" / "shard-00000.parquet").unlink()
    (folder / "test" / "shard-00000.parquet").write_bytes((folder / "train" / "shard-00000.parquet").read_bytes())
    save_rows(folder / "train" / "shard-00009.parquet", [row("train", 9, 0)], features(2, normals=False))
    description = json.loads((folder / "dataset.json").read_text())
    description["splits"]["train"]["shards"][0]["images"] = 5
    description["failed"], description["complete"] = [{"scene_id": "train-000077", "error": "no ground"}], False
    (folder / "dataset.json").write_text(json.dumps(description))
    report = checked(folder)
    found = told(report)
    assert report.code == 1 and "validation/shard-00000.parquet is missing" in found and "test/shard-00000.parquet has the sha256" in found
    assert "train/shard-00009.parquet is not in dataset.json" in found and "train has 7 images in its shards, dataset.json says 6" in found
    assert "train/shard-00000.parquet has 4 images, dataset.json says 5" in found
    assert "unable: labels: the label hash needs all shards" in found and report.numbers["rows looked into"] == 2
    assert "note: shards: train-000077 was left out: no ground" in found and "the set is not complete" in found


def test_columns_are_those_of_the_schema(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set", normals=True)
    path = folder / "test" / "shard-00000.parquet"
    table = parquet.read_table(path).drop_columns(["subject"]).append_column("extra", [["a", "b"]])
    table = table.set_column(table.column_names.index("view"), "view", [["0", "1"]])
    parquet.write_table(table, path)
    description = json.loads((folder / "dataset.json").read_text())
    description["splits"]["test"]["shards"][0]["sha256"] = sha256(path)
    (folder / "dataset.json").write_text(json.dumps(description))
    found = problems(folder)
    assert "test/shard-00000.parquet has no column subject" in found and "has a column extra" in found
    assert "test/shard-00000.parquet: view is string, the schema says int64" in found
    (folder / "dataset.json").write_text(json.dumps(description | {"schema": 3}))
    with pytest.raises(ValueError, match="schema is 3; this version reads 1 and 2"):
        checked(folder)


def test_label_hash_is_compared_unless_rows_are_sampled(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    description = json.loads((folder / "dataset.json").read_text())
    (folder / "dataset.json").write_text(json.dumps(description | {"label_hash": "beef"}))
    assert "problem: labels: the label hash is " in problems(folder) and "dataset.json says beef" in problems(folder)
    sampled = checked(folder, rows=3)
    assert sampled.code == 0 and sampled.numbers["rows looked into"] < 10 and "needs all rows" in told(sampled)


def test_near_duplicates_are_counted_and_named(tmp_path: Path) -> None:
    def same(rows: Rows) -> None:
        rows[3]["image"] = png(np.clip(array(rows[0]["image"]).astype(int) + 5, 0, 255).astype(np.uint8))

    folder = write_set(tmp_path / "set", change=same)
    report = checked(folder)
    assert report.code == 1 and report.numbers["near-duplicates"] == 1
    assert "1 pictures, 10.0 %, are nearly the same as another; allowed: 1 %" in told(report)
    assert "note: duplicates: train-000001 view 1 is nearly the same as train-000000 view 0" in told(report)
    assert checked(folder, max_duplicates=0.2).code == 0


def test_twins_are_those_of_a_plain_search() -> None:
    rng = np.random.default_rng(0)
    bits = rng.random((400, BITS)) < 0.5
    for k in range(60):  # copies with 0 to 14 bits changed
        bits[300 + k] = bits[k]
        bits[300 + k, rng.permutation(BITS)[: k % 15]] ^= True
    bits[390:] = bits[5]
    distances = (bits[:, None] != bits[None]).sum(axis=2)
    wanted = [(int(near[0]), j) for j in range(400) if len(near := np.flatnonzero(distances[j, :j] <= NEAR))]
    assert twins(np.packbits(bits, axis=1)).tolist() == [list(pair) for pair in wanted] and len(wanted) > 40
    assert twins(np.zeros((0, BITS // 8), dtype=np.uint8)).shape == (0, 2)


def test_small_shifts_are_near_and_other_pictures_are_far() -> None:
    def distance(a: np.ndarray, b: np.ndarray) -> int:
        return int(np.unpackbits(difference_hash(a) ^ difference_hash(b)).sum())

    pictures = [array(row("train", k, 0)["image"]).repeat(4, 0).repeat(4, 1) for k in range(8)]
    shifted = [np.roll(picture, 1, axis=1) for picture in pictures]
    assert np.mean([distance(a, b) for a, b in zip(pictures, shifted, strict=True)]) <= NEAR
    assert min(distance(a, b) for a in pictures for b in pictures if a is not b) > 3 * NEAR


def test_what_cannot_be_drawn_again_is_told_with_its_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = write_set(tmp_path / "set", library=tmp_path / "gone"), tmp_path / "findings.json"
    assert main([str(folder), "--workers", "1", "--json", str(out)]) == 2
    shown = capsys.readouterr().out
    assert (
        "unable: renders: " in shown
        and "gone is no asset library" in shown
        and "no problem in what could be checked, 1 not checked" in shown
    )
    assert json.loads(out.read_text())["findings"][0]["kind"] == "unable"
    library = write_library(tmp_path / "other")
    Library(library, Library.open(library).records, np.zeros(1), "4567").save_table()
    assert main([str(folder), "--library", str(library), "--workers", "1"]) == 2
    assert "has the fingerprint 4567; the set was made with 0123" in capsys.readouterr().out


def test_long_lists_are_cut_and_problems_win_over_the_rest() -> None:
    report = Report([Finding("problem", "rows", f"row {k}") for k in range(30)] + [Finding("unable", "renders", "no bpy")], {"images": 30})
    lines = told(report).splitlines()
    assert report.code == 1 and len(lines) == 20 + 1 + 1 + 1
    assert "problem: rows: and 10 more; --json FILE has them all" in lines and lines[-1] == "30 problems, 1 not checked (images 30)"


def test_options_out_of_range_are_refused(tmp_path: Path) -> None:
    for wrong, message in (({"renders": -1}, "renders is -1; allowed: 0 or more"), ({"min_mask": 2.0}, "min_mask is 2.0; allowed: 0 to 1")):
        with pytest.raises(ValueError, match=message):
            CheckConfig(tmp_path, **wrong)
    with pytest.raises(FileNotFoundError, match="dataset.json is missing"):
        main([str(tmp_path)])
