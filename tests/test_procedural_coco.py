"""COCO export: what pycocotools reads is what the shards say."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labels_world import CRATE, CROW, OX, box_library, painted
from PIL import Image
from scenes import CAMERA, standing

from procedural.dataset.coco import CocoConfig, export, main
from procedural.labels.columns import features, labels
from raw.language import write
from raw.library import Library
from raw.scene import Ground, Scene, SceneObject

coco_api = pytest.importorskip("pycocotools.coco")
WIDTH, HEIGHT = 80, 60
OX_NEAR, OX_CUT = standing("herbivore", OX, (0.3, 6.0), 1.5, 270.0), standing("herbivore", OX, (-2.6, 6.0), 1.5, 250.0)
ROCK, BIRD = standing("boulder", CRATE, (-0.5, 4.0), 0.8), standing("bird", CROW, (0.8, 3.0), 0.4)
VIEWS = {"train": [(BIRD,)], "test": [(OX_NEAR, ROCK), (), (OX_CUT,)]}


def png(array: np.ndarray) -> dict:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format="PNG")
    return {"bytes": buffer.getvalue(), "path": None}


def row_of(split: str, view: int, things: tuple[SceneObject, ...], library: Library) -> dict:
    scene = Scene(camera=CAMERA, ground=Ground("dirt/0000"), objects=things)
    index, depth = painted(scene, library, WIDTH, HEIGHT)
    counted = replace(scene, objects=tuple(replace(o, pixels=int((index == i + 1).sum())) for i, o in enumerate(things)))
    picture = np.repeat(index[:, :, None] * 60, 3, axis=2).astype(np.uint8)
    metres = np.where(np.isfinite(depth), depth * 100, 65535).astype(np.uint16)
    rest = {"view": view, "seed": 1, "biome": "savanna", "photographer": "low", "subject": 0, "scene_id": f"{split}-000007"}
    pictures = {"image": png(picture), "mask": png(index), "depth": png(metres)}
    return {**pictures, "program": write(counted), **rest, **labels(counted, index, depth, library)}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of one train picture and three test pictures in two shards, one of them empty."""
    from datasets import Dataset

    library, folder = box_library(tmp_path_factory.mktemp("boxes")), tmp_path_factory.mktemp("set")
    for split, views in VIEWS.items():
        (folder / split).mkdir()
        rows = [row_of(split, view, things, library) for view, things in enumerate(views)]
        for shard, part in enumerate((rows[:2], rows[2:])):
            if part:
                Dataset.from_list(part, features=features(False)).to_parquet(folder / split / f"shard-{shard:05d}.parquet")
    return folder


@pytest.fixture(scope="module")
def exported(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> CocoConfig:
    config = CocoConfig(dataset, tmp_path_factory.mktemp("coco") / "deep" / "test.json")
    assert export(config) == (3, 3)
    return config


@pytest.fixture(scope="module")
def coco(exported: CocoConfig):  # noqa: ANN201
    return coco_api.COCO(str(exported.out))


def shard_rows(dataset: Path) -> list[dict]:
    import pyarrow.parquet as parquet

    return [row for path in sorted((dataset / "test").glob("*.parquet")) for row in parquet.read_table(path).to_pylist()]


def decoded(picture: dict) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture["bytes"])))


def test_categories_are_the_families_of_all_splits(coco) -> None:  # noqa: ANN001
    kinds = {kind["name"]: kind for kind in coco.loadCats(coco.getCatIds())}
    assert {name: (k["id"], k["supercategory"]) for name, k in kinds.items()} == {
        "crate": (1, "boulder"),
        "crow": (2, "bird"),
        "ox": (3, "herbivore"),
    }
    assert kinds["ox"]["keypoints"] == ["trunk", "chest", "fore0_l", "fore1_l", "fore0_r", "fore1_r", "tail"]
    assert kinds["ox"]["skeleton"] == [[1, 2], [2, 3], [3, 4], [2, 5], [5, 6], [1, 7]]
    assert kinds["crow"]["skeleton"] == [[1, 2]] and "keypoints" not in kinds["crate"]


def test_masks_boxes_and_areas_are_those_of_the_shards(coco, dataset: Path) -> None:  # noqa: ANN001
    images = {image["file_name"]: image for image in coco.loadImgs(coco.getImgIds())}
    seen = 0
    for row in shard_rows(dataset):
        image, mask = images[f"test-000007-{row['view']:03d}.png"], decoded(row["mask"])
        assert (image["width"], image["height"]) == (WIDTH, HEIGHT)
        annotations = coco.loadAnns(coco.getAnnIds(imgIds=image["id"]))
        assert len(annotations) == len(row["objects"])
        for i, (annotation, thing) in enumerate(zip(annotations, row["objects"], strict=True)):
            np.testing.assert_array_equal(coco.annToMask(annotation), mask == i + 1)
            assert annotation["area"] == thing["pixels"] == (mask == i + 1).sum() and annotation["iscrowd"] == 0
            x, y, width, height = annotation["bbox"]
            sides = np.array(thing["box"]) * [WIDTH, HEIGHT, WIDTH, HEIGHT]
            np.testing.assert_allclose([x, y, x + width, y + height], sides, atol=1e-9)
            assert all(annotation[key] == thing[key] for key in ("occluded", "outside", "distance", "asset", "location", "rotation"))
            seen += 1
    assert seen == 3 and min(coco.anns) == 1


def test_keypoints_lie_where_the_joints_are(coco, dataset: Path) -> None:  # noqa: ANN001
    things = [thing for row in shard_rows(dataset) for thing in row["objects"] if thing["family"] == "ox"]
    annotations = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(catNms=["ox"])))
    assert len(things) == len(annotations) == 2
    numbers = []
    for annotation, thing in zip(annotations, things, strict=True):
        points = np.array(annotation["keypoints"]).reshape(-1, 3)
        assert points[:, 2].tolist() == [joint["visible"] for joint in thing["joints"]]
        assert annotation["num_keypoints"] == (points[:, 2] > 0).sum()
        assert (points[points[:, 2] == 0] == 0).all()
        for (x, y, seen), joint in zip(points, thing["joints"], strict=True):
            if seen:
                np.testing.assert_allclose([x, y], np.array(joint["spot"]) * [WIDTH, HEIGHT], atol=0.006)
        x0, y0, width, height = annotation["bbox"]
        visible = points[points[:, 2] == 2]
        assert len(visible) and (visible[:, :2] >= [x0, y0]).all() and (visible[:, :2] <= [x0 + width, y0 + height]).all()
        numbers.append(points[:, 2])
    assert {0, 1, 2} <= set(np.concatenate(numbers))
    assert "keypoints" not in coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(catNms=["crate"])))[0]


def test_joints_that_an_individual_lacks_are_zeros() -> None:
    from procedural.dataset.coco import annotated

    mask = np.zeros((6, 8), dtype=np.uint8)
    mask[2:4, 3:5] = 1
    kinds = {"owl": {"id": 4, "keypoints": ["arm_l", "head", "wing_l"]}}
    head = {"name": "head", "location": [0, 0, -3], "spot": [0.5, 0.5], "visible": 2}
    rest = {"occluded": 0.0, "outside": 0.0, "distance": 3.0, "asset": "owl/0000", "location": [0, 0, -3], "rotation": [1, 0, 0, 0]}
    thing = {"family": "owl", "joints": [head], **rest}
    first, *others = annotated([thing, {**thing, "asset": "owl/0001"}], mask, kinds)  # of the second nothing shows
    assert first["keypoints"] == [0, 0, 0, 4.0, 3.0, 2, 0, 0, 0] and first["num_keypoints"] == 1 and not others


def test_pictures_are_those_of_the_shards(exported: CocoConfig, dataset: Path) -> None:
    folder = exported.out.with_suffix("")
    listed = [image["file_name"] for image in json.loads(exported.out.read_text())["images"]]
    assert sorted(path.name for path in folder.iterdir()) == sorted(listed)
    for row in shard_rows(dataset):
        np.testing.assert_array_equal(np.asarray(Image.open(folder / f"test-000007-{row['view']:03d}.png")), decoded(row["image"]))
    assert not list(exported.out.parent.rglob("*.tmp"))


def test_command_writes_no_pictures_if_told_so(dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "train.json"
    assert main([str(dataset), "--split", "train", "--out", str(out), "--images", "false"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["train.json"]
    assert f"{out}: 1 images, 1 objects\n" == capsys.readouterr().out
    assert [kind["name"] for kind in json.loads(out.read_text())["categories"]] == ["crate", "crow", "ox"]


def test_unknown_split_and_sets_without_labels_are_refused(dataset: Path, tmp_path: Path) -> None:
    from datasets import Dataset

    with pytest.raises(ValueError, match="no split 'validation'; it has test, train"):
        export(CocoConfig(dataset, tmp_path / "x.json", split="validation"))
    (tmp_path / "old" / "test").mkdir(parents=True)
    Dataset.from_list([{"program": ""}]).to_parquet(tmp_path / "old" / "test" / "shard-00000.parquet")
    with pytest.raises(ValueError, match="says nothing of its objects"):
        export(CocoConfig(tmp_path / "old", tmp_path / "x.json"))
    assert not (tmp_path / "x.json").exists()
