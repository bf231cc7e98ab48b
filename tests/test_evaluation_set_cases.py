"""Cases of a data set: what is known of them, with and without labels and crops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_world import write_test_data
from painted_dataset import array, row, write_library, write_set
from training_world import write_library as write_training_library

from inference.evaluation.set_cases import COLUMNS, SetCases
from inference.evaluation.suites import Sensor
from raw.language import parse
from raw.library import AssetRecord, Library, LibraryError
from training.pairs import Pairs


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """That of the painted set, with its ground."""
    one = Library.open(write_library(tmp_path / "library"))
    return Library(one.folder, (*one.records, AssetRecord("dry_grass/0001", "dry_grass", "ground", "", 0.0, 0)), one.yaws, one.fingerprint)


def test_what_a_labelled_set_tells(tmp_path: Path, library: Library) -> None:
    pairs = Pairs(write_set(tmp_path / "data"), "test", also=COLUMNS)
    cases, first = SetCases(pairs, library), row("test", 0, 0)
    assert [case.name for case in cases] == ["test/test-000000/0", "test/test-000000/1"]
    case = cases[0]
    assert (case.world, case.biome) == ("test/test-000000", "savanna") and case.scene == parse(first["program"])
    np.testing.assert_array_equal(case.image, array(first["image"]))
    np.testing.assert_array_equal(case.mask, array(first["mask"]))
    assert np.isinf(case.depth[case.mask == 0]).all() and set(np.unique(case.depth[(case.mask == 1) | (case.mask == 2)])) == {8.0, 15.0}
    for known, labels in zip(case.objects, first["objects"], strict=True):
        assert (known.asset, known.category, known.pixels, known.occlusion) == (labels["asset"], labels["category"], labels["pixels"], 0.25)
        assert known.distance_m == pytest.approx(labels["distance"]) and known.box == tuple(labels["box"])


def test_a_sensor_leaves_the_truth_and_a_crop_does_not(tmp_path: Path, library: Library) -> None:
    pairs = Pairs(write_set(tmp_path / "data"), "test", also=COLUMNS)
    plain, dark, inner = (SetCases(pairs, library, sensor)[0] for sensor in (None, Sensor(exposure=-3.0), Sensor(crop=0.6)))
    assert replace(dark, image=plain.image, mask=plain.mask, depth=plain.depth) == plain and dark.image.mean() < 0.7 * plain.image.mean()
    assert inner.scene.camera.fov < plain.scene.camera.fov and inner.name == plain.name
    assert all(0 <= known.occlusion <= 1 for known in inner.objects if known.occlusion is not None)
    assert [known.pixels for known in inner.objects] == [thing.pixels for thing in inner.scene.objects]


def test_sets_of_before_have_no_occlusion(tmp_path: Path, library: Library) -> None:
    pairs = Pairs(write_set(tmp_path / "data", schema=1), "test", also=COLUMNS)
    for sensor in (None, Sensor(crop=0.6)):
        case = SetCases(pairs, library, sensor)[0]
        assert case.objects and all(known.occlusion is None for known in case.objects) and case.depth is not None
    old = Pairs(write_test_data(tmp_path / "old"), "test", also=COLUMNS)
    case = SetCases(old, Library.open(write_training_library(tmp_path / "other")))[0]
    assert case.depth is None and case.biome == ""


def test_a_library_that_lacks_an_asset_is_refused(tmp_path: Path, library: Library) -> None:
    without = Library(library.folder, library.records[:2], library.yaws, library.fingerprint)
    with pytest.raises(LibraryError, match="dry_grass/0001"):
        SetCases(Pairs(write_set(tmp_path / "data"), "test", also=COLUMNS), without)


def test_labels_that_do_not_fit_the_program(tmp_path: Path, library: Library) -> None:
    folder = write_set(tmp_path / "data", change=lambda rows: [one | {"objects": one["objects"][:1]} for one in rows])
    with pytest.raises(ValueError, match="column objects tells of 1 objects, the program of 2"):
        SetCases(Pairs(folder, "train", also=COLUMNS), library)[0]
