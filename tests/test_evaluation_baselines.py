"""Baselines and oracles say what their names say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_world import write_test_data

from inference.evaluation.baselines import NearestNeighbour, OracleLayout, baseline, redressed, training_assets
from inference.evaluation.cases import Case
from inference.evaluation.method_names import baseline_names, model_folders
from raw.language import parse
from raw.library import AssetRecord, Library, save_embeddings
from raw.scene import Ground, Scene, SceneObject
from raw.vision.tower import load_tower
from training.pairs import Pairs

LOOKS = {  # of two numbers, one side each
    "zebra/0000": (1.0, 0.0), "zebra/0001": (0.6, 0.8), "horse/0000": (0.9, 0.436), "cow/0000": (0.0, 1.0),
    "oak/0000": (1.0, 0.0), "sand/0000": (1.0, 0.0), "snow/0000": (0.0, 1.0),
}  # fmt: skip
KINDS = {"zebra": "herbivore", "horse": "herbivore", "cow": "herbivore", "oak": "tree", "sand": "ground", "snow": "ground"}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    families = [asset.split("/")[0] for asset in LOOKS]
    records = tuple(AssetRecord(a, f, KINDS[f], "", 1.0 + i, i) for i, (a, f) in enumerate(zip(LOOKS, families, strict=True)))
    save_embeddings(tmp_path, np.array(list(LOOKS.values()))[:, None])
    return Library(tmp_path, records, np.array([0.0]), "f")


def case_of(*assets: str) -> Case:
    objects = [SceneObject(KINDS[a.split("/")[0]], (0.0, -1.0, -5.0 - i), 1.5, (1.0, 0.0, 0.0, 0.0), a, 90) for i, a in enumerate(assets)]
    return Case("test/a/0", np.zeros((32, 32, 3), dtype=np.uint8), scene=Scene(ground=Ground("sand/0000"), objects=tuple(objects)))


def undressed(scene: Scene) -> Scene:
    return replace(scene, ground=Ground(), objects=tuple(replace(thing, appearance=None) for thing in scene.objects))


def test_the_layout_oracle_changes_the_clothes_alone(library: Library) -> None:
    case = case_of("zebra/0000", "cow/0000")
    (answer,) = OracleLayout(library, frozenset(LOOKS)).answer([case])
    assert [thing.appearance for thing in answer.scene.objects] == ["horse/0000", "zebra/0001"]
    assert answer.scene.ground.appearance == "snow/0000" and answer.error is None
    assert undressed(answer.scene) == undressed(case.scene)
    (less,) = OracleLayout(library, frozenset(LOOKS) - {"horse/0000"}).answer([case])
    assert less.scene.objects[0].appearance == "zebra/0001"  # the horse is in no training picture


def test_without_another_asset_there_is_no_answer(library: Library) -> None:
    answers = OracleLayout(library, frozenset(LOOKS)).answer([case_of("zebra/0000", "oak/0000"), case_of("zebra/0000")])
    assert answers[0].scene is None and answers[0].error == "training pictures show no tree but oak/0000" and answers[1].scene


def test_a_library_scene_keeps_the_places(library: Library) -> None:
    scene = case_of("zebra/0000", "oak/0000").scene
    found = [redressed(scene, library, np.random.default_rng(seed)) for seed in range(20)]
    for one in found:
        assert [o.location for o in one.objects] == [o.location for o in scene.objects]
        assert [o.category for o in one.objects] == ["herbivore", "tree"]
        assert all(o.height == library.record(o.appearance).height for o in one.objects)
    assert len({one.objects[0].appearance for one in found}) == 4 and len({one.ground.appearance for one in found}) == 2


def test_what_is_stored_needs_no_drawing(tmp_path: Path) -> None:
    data, tower = write_test_data(tmp_path / "data", train=12), load_tower("debug")
    train = Pairs(data, "train", also=("depth",))
    neighbour = NearestNeighbour(train, tower)
    cases = [Case(f"train/{i}", train.picture(i)[0]) for i in range(3)]
    for i, answer in enumerate(neighbour.answer(cases)):
        np.testing.assert_array_equal(answer.image, cases[i].image)  # each is its own neighbour
        np.testing.assert_array_equal(answer.index, train.picture(i)[1])
        assert answer.scene == parse(train.picture(i)[2]) and answer.milliseconds > 0
    random = baseline("random_scene", None, train, tower)
    answers, again = random.answer(cases), random.answer(cases[::-1])[::-1]
    assert [a.scene for a in answers] == [a.scene for a in again] and len({a.scene for a in answers}) > 1
    other = baseline("random_scene", None, train, tower, seed=1).answer(cases)
    assert [a.scene for a in other] != [a.scene for a in answers]
    assert training_assets(train) == {"zebra/0000", "oak/0000", "sand/0000"}


def test_what_a_baseline_needs(tmp_path: Path, library: Library) -> None:
    tower = load_tower("debug")
    with pytest.raises(ValueError, match="mean_scene needs a training split"):
        baseline("mean_scene", library, None, tower)
    oracle = baseline("oracle_scene", library, None, tower)
    with pytest.raises(ValueError, match="has no truth"):
        oracle.answer([Case("photo", np.zeros((8, 8, 3), dtype=np.uint8))])
    train = Pairs(write_test_data(tmp_path / "data"), "train")
    with pytest.raises(ValueError, match="baseline 'mean'; allowed: mean_scene"):
        baseline("mean", library, train, tower)
    assert oracle.answer([case_of("zebra/0000")])[0].scene == case_of("zebra/0000").scene


def test_names_of_baselines() -> None:
    assert baseline_names("all", usual=True)[-1] == "oracle_layout" and baseline_names("", usual=True) == ()
    assert baseline_names(None, usual=True) == ("mean_scene", "random_scene", "nearest_neighbour")
    assert baseline_names(None, usual=False) == ()
    with pytest.raises(ValueError, match="--baselines has mean; allowed: mean_scene, .*, all"):
        baseline_names("mean,oracle_scene", usual=True)


def test_names_of_models(tmp_path: Path) -> None:
    for name in ("runs/a/model", "runs/b/model", "lr=0.1"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "config.json").write_text("{}")
    a, b = f"{tmp_path}/runs/a/model", f"{tmp_path}/runs/b/model"
    assert list(model_folders([a, f"mine={b}", f"low={tmp_path}/lr=0.1"])) == ["a", "mine", "low"]
    assert list(model_folders([])) == ["model"]  # the one in the package
    wrong = (([a, f"a={b}"], "two models are named a"), ([f"cases={a}"], "none of mean_scene"), ([f"x y={a}"], "model name 'x y'"))
    for given, message in wrong:
        with pytest.raises(ValueError, match=message):
            model_folders(given)
    with pytest.raises(FileNotFoundError):
        model_folders([str(tmp_path / "nowhere")])
