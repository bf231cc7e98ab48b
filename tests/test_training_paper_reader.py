"""The reader of the paper's released data: known answers of the conversion, and what it refuses."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest
from paper_world import ASSETS, FOV, SCENES, SIZE, WIDTH, YAWS, picture, row, write_paper_data, write_rows, write_tables, write_tar
from pyarrow import feather

from raw.geometry import camera_to_world, geodesic_degrees, quaternion_to_matrix, rotation_z, view_yaw
from raw.language import parse
from raw.scene import Scene
from training.paper.config import PaperConfig
from training.paper.pairs import PaperPairs
from training.paper.rows import PaperDataError, Rows
from training.paper.survey import survey
from training.paper.vectors import PaperAppearances

CONFIG = PaperConfig(fov=FOV)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_paper_data(tmp_path_factory.mktemp("paper") / "data")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder with the tables, for tests that write rows of their own."""
    write_tables(tmp_path, np.random.default_rng(0))
    return tmp_path


def _pairs(folder: Path, config: PaperConfig = CONFIG, split: str = "train") -> PaperPairs:
    appearances = PaperAppearances(folder / config.embeddings, folder / config.floor)
    return PaperPairs(folder, split, config, appearances, folder / "cache")


def _thing(**changes: Any) -> dict[str, Any]:
    """A tree 10 metres ahead of a level camera that looks along +y, its front (+x) turned to the camera."""
    facing = camera_to_world(90.0).T @ rotation_z(-90.0)
    thing = {"name": "TreeFactory(12)", "pixel_count": 100, "position": [1.0, -2.0, -10.0], "height": 5.0, "emb_i": 7}
    return thing | {"rotation": facing.tolist()} | changes


def _scene(folder: Path, config: PaperConfig = CONFIG, *, pitch: float = 90.0, yaw: float = 0.0, things: list | None = None) -> Scene:
    """The scene of one row, through files."""
    content = {"image_id": "0.png", "prefix": SCENES[0], "camera_pitch": np.radians(pitch), "camera_yaw": np.radians(yaw)}
    content["objects"] = [_thing()] if things is None else things
    write_rows(folder / "train.gz.feather", [content])
    write_tar(folder / "train.tar", {"0.png": _png()})
    return parse(_pairs(folder, config).picture(0)[2])


def test_sky_and_camera_of_known_numbers(tables: Path) -> None:
    scene = _scene(tables, pitch=88.13, yaw=90.0)
    # the sun stands 30 degrees clockwise of +y, the camera looks 90 degrees counter-clockwise of it
    assert scene.sky.sun_rotation == pytest.approx(120, abs=1e-3)
    assert scene.sky.sun_size == pytest.approx(np.degrees(0.0087), abs=1e-3)
    assert (scene.sky.sun_elevation, scene.sky.density, scene.sky.ozone) == (39.6, 0.0005, 1.5)
    assert (scene.camera.pitch, scene.camera.height, scene.camera.fov, scene.ground.relief) == (88.13, 2.0, FOV, 0.1)
    assert _scene(tables, yaw=-60.0).sky.sun_rotation == pytest.approx(330, abs=1e-3)
    assert _scene(tables, replace(CONFIG, sun_size="degrees")).sky.sun_size == pytest.approx(0.009, abs=1e-3)


def test_an_object_of_known_numbers(tables: Path) -> None:
    thing = _scene(tables).objects[0]
    assert (thing.category, thing.appearance, thing.location, thing.height) == ("tree", "tree/7", (1.0, -2.0, -10.0), 5.0)
    assert thing.pixels == round(100 * (224 / SIZE) ** 2)
    assert _scene(tables, replace(CONFIG, counted_at=224)).objects[0].pixels == 100


@pytest.mark.parametrize("turn", [0.0, 90.0, 180.0, 200.0])
def test_rotations_show_the_side_that_theirs_show(tables: Path, turn: float) -> None:
    rotation = camera_to_world(80.0).T @ rotation_z(-90.0 + turn)
    thing = _scene(tables, pitch=80.0, things=[_thing(position=[0, 0, -10], rotation=rotation.tolist())]).objects[0]
    matrix = quaternion_to_matrix(thing.rotation)
    assert (view_yaw(matrix, np.array(thing.location), 80.0) - turn + 180) % 360 == pytest.approx(180, abs=0.05)
    np.testing.assert_allclose(camera_to_world(80.0) @ matrix @ [0, 0, 1], [0, 0, 1], atol=1e-3)
    # their front is +x, ours -y: both point the same way
    np.testing.assert_allclose(matrix @ [0, -1, 0], rotation @ [1, 0, 0], atol=1e-3)


def test_rotations_to_the_world_frame_are_turned_to_the_camera(tables: Path) -> None:
    to_world = rotation_z(50.0) @ camera_to_world(80.0)
    there = to_world @ camera_to_world(80.0).T @ rotation_z(20.0)
    here = _thing(rotation=(to_world.T @ there).tolist())
    seen = _scene(tables, pitch=80.0, yaw=50.0, things=[here]).objects[0]
    config = replace(CONFIG, rotation_frame="world")
    turned = _scene(tables, config, pitch=80.0, yaw=50.0, things=[_thing(rotation=there.tolist())]).objects[0]
    np.testing.assert_allclose(turned.rotation, seen.rotation, atol=1e-3)


def test_a_scale_in_the_rotation_is_no_matter(tables: Path) -> None:
    plain = _scene(tables).objects[0]
    scaled = _scene(tables, things=[_thing(rotation=(2.5 * np.array(_thing()["rotation"])).tolist())]).objects[0]
    assert geodesic_degrees(quaternion_to_matrix(plain.rotation), quaternion_to_matrix(scaled.rotation)) < 0.1


def test_objects_come_largest_first_and_none_from_behind(tables: Path) -> None:
    things = [_thing(pixel_count=n, emb_i=n, position=[0, -1, z]) for n, z in ((5, -3), (50, 2), (20, -4))]
    assert [o.appearance for o in _scene(tables, things=things).objects] == ["tree/20", "tree/5"]
    assert _scene(tables, things=[]).objects == ()


def test_vectors_are_those_of_the_class_and_of_the_scene(world: Path) -> None:
    appearances = PaperAppearances(world / "emb_convnext.npz", world / "floor_convnext.npz")
    assert (appearances.width, len(appearances.fingerprint)) == (WIDTH, 16)
    pairs = _pairs(world)
    content = Rows(world / "train.gz.feather")[1]
    scene = appearances.embed(parse(pairs.picture(1)[2]))
    with np.load(world / "emb_convnext.npz") as stored, np.load(world / "floor_convnext.npz") as floor:
        for thing, want in zip(scene.objects, content.objects, strict=True):
            vector = stored[f"{want.category.capitalize()}Factory"][want.place]
            np.testing.assert_allclose(thing.appearance.vector, vector / np.linalg.norm(vector), atol=1e-6)
        ground = floor["vectors"][floor["labels"].tolist().index(content.scene)]
    np.testing.assert_allclose(scene.ground.appearance.vector, ground / np.linalg.norm(ground), atol=1e-6)


def test_pairs_have_pictures_names_and_no_masks(world: Path) -> None:
    pairs = _pairs(world)
    image, mask, program = pairs.picture(2)
    assert (len(pairs), image.shape, image.dtype, mask) == (6, (SIZE, SIZE, 3), np.uint8, None)
    assert pairs.name(2) == f"train/{SCENES[0]}/000002.png"
    assert len(parse(program).objects) == len(Rows(world / "train.gz.feather")[2].objects)
    again = pickle.loads(pickle.dumps(pairs))
    np.testing.assert_array_equal(again.picture(2)[0], image)
    assert len(pickle.dumps(pairs)) < 2000
    assert len(_pairs(world, split="validation")) == 2


def test_hashes_name_all_that_pairs_are_made_of(world: Path, tmp_path: Path) -> None:
    first = _pairs(world).shard_hashes
    assert first == _pairs(world).shard_hashes
    assert first != _pairs(world, replace(CONFIG, fov=30.0)).shard_hashes
    other = Path(shutil.copytree(world, tmp_path / "data"))
    assert _pairs(other).shard_hashes == first
    with np.load(other / "emb_convnext.npz") as stored:
        arrays = dict(stored)
    arrays["TreeFactory"] = arrays["TreeFactory"] + 1
    np.savez(other / "emb_convnext.npz", **arrays)
    assert _pairs(other).shard_hashes != first


def _without(content: dict, key: str) -> dict:
    return {k: v for k, v in content.items() if k != key}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: _without(r, "prefix"), "row 0: prefix is missing; the keys are image_id"),
        (lambda r: r | {"camera_pitch": 88.1}, r"row 0: camera_pitch is 88.1; allowed: a number from 0 to 3.14159 \(radians\)"),
        (lambda r: r | {"camera_yaw": "north"}, "row 0: camera_yaw is north"),
        (lambda r: r | {"prefix": "moon"}, "row 0: prefix is 'moon', which is no prefix in|has no ground of"),
        (lambda r: r | {"objects": {}}, r"row 0: objects is {}; allowed: a list"),
        (lambda r: r | {"objects": [_without(_thing(), "height")]}, r"objects\[0\].height is missing"),
        (lambda r: r | {"objects": [_thing(height=-1)]}, r"objects\[0\].height is -1; allowed: a number from 0.001 to 500 \(metres\)"),
        (lambda r: r | {"objects": [_thing(name="CactusFactory(1)")]}, r"objects\[0\].name is CactusFactory\(1\); allowed: BirdFactory"),
        (lambda r: r | {"objects": [_thing(position=[1, 2])]}, r"objects\[0\].position is \[1, 2\]; allowed: numbers of shape \(3,\)"),
        (lambda r: r | {"objects": [_thing(rotation=[1, 0, 0, 0])]}, r"objects\[0\].rotation .* allowed: numbers of shape \(3, 3\)"),
        (lambda r: r | {"objects": [_thing(rotation=np.diag([-1.0, 1, 1]).tolist())]}, r"objects\[0\].rotation has determinant -1"),
        (lambda r: r | {"objects": [_thing(position=[float("nan"), 0, -5])]}, r"objects\[0\].position"),
        (lambda r: r | {"objects": [_thing(emb_i=ASSETS * YAWS)]}, rf"emb_i is {ASSETS * YAWS}; .* has {ASSETS * YAWS} vectors of tree"),
        (lambda r: r | {"objects": [_thing(emb_i=1.5)]}, r"emb_i is 1.5; allowed: a whole number"),
        (lambda r: r | {"image_id": "other.png"}, "has no file 'other.png'"),
    ],
)
def test_a_bad_row_is_named(tables: Path, change: Callable[[dict], dict], message: str) -> None:
    content = change(row(0, np.random.default_rng(0)))
    write_rows(tables / "train.gz.feather", [content])
    write_tar(tables / "train.tar", {"000000.png": _png()})
    with pytest.raises(PaperDataError, match=message):
        _pairs(tables).picture(0)


def _png() -> bytes:
    return picture({"objects": []})


def test_files_that_are_none_are_named(tables: Path) -> None:
    path = tables / "train.gz.feather"
    with pytest.raises(FileNotFoundError, match=r"train\.gz\.feather is missing"):
        _pairs(tables)
    path.write_bytes(b"not a table")
    with pytest.raises(PaperDataError, match="is no Feather file"):
        Rows(path)
    write_rows(path, [row(0, np.random.default_rng(0))], column="data")
    with pytest.raises(PaperDataError, match="has no column 'gzipped'; it has data"):
        Rows(path)
    write_rows(path, [])
    with pytest.raises(PaperDataError, match="has no rows|holds null"):
        _pairs(tables)
    feather.write_feather(pyarrow.table({"gzipped": [b"plain"]}), path)
    with pytest.raises(PaperDataError, match="row 0 is not gzip JSON"):
        Rows(path)[0]
    write_rows(path, [row(0, np.random.default_rng(0))])
    write_tar(tables / "train.tar", {"000000.png": b"no picture"})
    with pytest.raises(PaperDataError, match="000000.png is no picture"):
        _pairs(tables).picture(0)


@pytest.mark.parametrize(
    ("name", "arrays", "message"),
    [
        ("emb_convnext", {"BirdFactory": np.ones((2, 4))}, "lacks BoulderFactory.*it has BirdFactory"),
        ("floor_convnext", {"labels": np.array(SCENES), "vectors": np.ones((2, 5))}, r"allowed: \(N, D\), with one D for all"),
        ("floor_convnext", {"labels": np.array(SCENES), "vectors": np.ones((3, 4))}, "2 labels and 3 vectors"),
        ("floor_convnext", {"labels": np.array(["a", "a"]), "vectors": np.ones((2, 4))}, "labels has 2 entries, of which 1 differ"),
        ("floor_convnext", {"labels": np.array(SCENES, dtype=object), "vectors": np.ones((2, 4))}, "array of Python objects"),
        ("floor_convnext", {"labels": np.array(SCENES), "vectors": np.zeros((2, 4))}, "the vector of ground/0 has length 0"),
        ("env_params", {"prefix": np.array(SCENES)}, "lacks sun_size"),
    ],
)
def test_bad_tables_are_named(tables: Path, name: str, arrays: dict[str, np.ndarray], message: str) -> None:
    np.savez(tables / f"{name}.npz", **arrays)
    with pytest.raises(PaperDataError, match=rf"{name}.*{message}"):
        _pairs_of_one(tables)


def _pairs_of_one(folder: Path) -> None:
    """Open, read and embed one picture."""
    write_rows(folder / "train.gz.feather", [row(0, np.random.default_rng(0))])
    write_tar(folder / "train.tar", {"000000.png": _png()})
    appearances = PaperAppearances(folder / "emb_convnext.npz", folder / "floor_convnext.npz")
    pairs = PaperPairs(folder, "train", CONFIG, appearances, folder / "cache")
    appearances.vector("ground/0")
    pairs.picture(0)


def test_an_environment_out_of_range_is_named(tables: Path) -> None:
    with np.load(tables / "env_params.npz") as stored:
        arrays = dict(stored)
    np.savez(tables / "env_params.npz", **(arrays | {"sun_elevation": np.array([300.0, 0.0])}))
    with pytest.raises(PaperDataError, match="sun_elevation of 'forest_a1' is 300 degrees; allowed: -90 to 90 degrees"):
        _pairs_of_one(tables)


def test_the_first_rows_tell_the_field_of_view_and_what_is_upright(world: Path) -> None:
    pairs = _pairs(world)
    seen = survey(pairs.rows, pairs.scenes)
    assert (seen.rows, seen.in_front) == (6, 1.0)
    assert seen.tilt < 0.1
    assert 0.15 < seen.reach <= 0.3
    assert seen.fov == pytest.approx(2 * np.degrees(np.arctan(seen.reach)))


def test_wrong_frames_are_refused(tables: Path) -> None:
    rows = [row(i, np.random.default_rng(i)) for i in range(8)]
    write_tar(tables / "train.tar", {"000000.png": _png()})
    write_rows(tables / "train.gz.feather", rows)
    with pytest.raises(PaperDataError, match="paper.rotation_frame world, what stands .* is tilted by"):
        _pairs(tables, replace(CONFIG, rotation_frame="world"))
    for content in rows:
        for thing in content["objects"]:
            thing["position"][2] *= -1
    write_rows(tables / "train.gz.feather", rows)
    with pytest.raises(PaperDataError, match="0% of the objects of its first 8 rows lie in front of the camera"):
        _pairs(tables)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sun_size": "turns"}, "sun_size is 'turns'; allowed: radians, degrees"),
        ({"rotation_frame": "object"}, "rotation_frame is 'object'; allowed: camera, world"),
        ({"asset_front": "z"}, "asset_front is 'z'; allowed: -y, "),
        ({"fov": float("nan")}, "fov is nan"),
        ({"pixels_at": 0}, "pixels_at 0"),
    ],
)
def test_bad_options_are_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        PaperConfig(**values)
