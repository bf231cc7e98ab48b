"""Measures of what was said, with known answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_world import write_library

from inference.experiments.measures import MEASURES, Said, scaled_error, tallies, total
from raw.library import AssetRecord, Library
from raw.scene import Camera, Ground, Scene, SceneObject, Sky

TURN = (1.0, 0.0, 0.0, 0.0)
ZEBRA = SceneObject("herbivore", (0.0, -1.0, -10.0), 1.4, TURN, "zebra/0000", 900)
OAK = SceneObject("tree", (4.0, -1.0, -20.0), 8.0, TURN, "oak/0000", 300)
TRUE = Scene(Sky(sun_rotation=350.0), Camera(80.0, 2.0, 50.0), Ground("sand/0000", 0.1), (ZEBRA, OAK))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(write_library(tmp_path / "library"))


def said(scene: Scene | None, loose: tuple[str, ...] = ()) -> Said:
    return Said("test/0/0", scene, loose)


def value(tally: tuple[float, float]) -> float:
    return tally[0] / tally[1]


def test_the_truth_is_perfect(library: Library) -> None:
    found = tallies(said(TRUE, ("zebra/0000", "oak/0000")), TRUE, library)
    assert set(found) <= set(MEASURES) and {"image_distance", "ssim"} == set(MEASURES) - set(found)
    for name in ("family", "category", "asset", "f1", "loose", "ground", "parsed"):
        assert value(found[name]) == 1.0
    for name in ("location", "rotation", "count", "scene", "horizon", "camera.pitch"):
        assert value(found[name]) == 0.0
    assert found["leaves"] == found["likeness"] == (0.0, 0.0)  # nothing is wrong


def test_the_asset_decides_the_category_and_not_the_statement(library: Library) -> None:
    oak_for_zebra = replace(TRUE, objects=(replace(ZEBRA, appearance="oak/0000"), OAK))
    found = tallies(said(oak_for_zebra), TRUE, library)
    assert found["category"] == found["family"] == (1.0, 2.0) and found["leaves"] == (1.0, 1.0) and found["f1"] == (2.0, 4.0)
    near = float(library.embedding("oak/0000", 0.0) @ library.embedding("zebra/0000", 0.0))
    assert found["likeness"] == (pytest.approx(near), 1.0)


def test_a_wrong_family_of_the_right_category_does_not_leave_it(tmp_path: Path) -> None:
    records = (*Library.open(write_library(tmp_path / "l")).records[:2], AssetRecord("elk/0000", "elk", "herbivore", "elk", 2.0, 0))
    other = Library(tmp_path / "l", records, np.array([0.0, 90.0, 180.0, 270.0]), "x")
    found = tallies(said(replace(TRUE, objects=(replace(ZEBRA, appearance="elk/0000"),))), replace(TRUE, objects=(ZEBRA,)), other)
    assert found["family"] == (0.0, 1.0) and found["category"] == (1.0, 1.0) and found["leaves"] == (0.0, 1.0)


def test_scene_errors_are_scaled_and_angles_go_round() -> None:
    turned = replace(TRUE, sky=replace(TRUE.sky, sun_rotation=10.0))
    assert scaled_error(turned, TRUE) == pytest.approx(20 / 180 / 13)
    tilted = replace(TRUE, camera=replace(TRUE.camera, pitch=90.0))
    assert scaled_error(tilted, TRUE) == pytest.approx(10 / 100 / 13)


def test_without_a_program_nothing_is_said(library: Library) -> None:
    found = tallies(said(None), TRUE, library)
    assert found["parsed"] == (0.0, 1.0) and found["count"] == (2.0, 1.0) and found["f1"] == (0.0, 2.0) and "scene" not in found
    rows = [found, tallies(said(TRUE), TRUE, library)]
    np.testing.assert_array_equal(total(rows, "scene"), [[0, 0], [0, 1]])
