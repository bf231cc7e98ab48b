"""Scores, intervals, table, and the whole command on three images with a debug model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_world import write_test_data
from PIL import Image
from training_world import sample, write_library

from inference.evaluate import drawn, read_cases
from inference.evaluation.bootstrap import estimate, paired, resamples, tally_of
from inference.evaluation.report import CELL, HEADER, MARGIN, cases_picture, cell, evenly
from inference.evaluation.scores import METRICS, PSNR_CAP, Answer, Case, animal_mask, score
from inference.network_scores import network_scores
from procedural.library.make import LibraryConfig, build_library
from raw.cli import main
from raw.language import parse
from raw.library import Library, LibraryError
from raw.metrics.perceptual import EfficientNetDistance, tower_cosine
from raw.model.builders import build_model
from raw.render import RenderPool, RenderSettings
from raw.vision.tower import load_tower
from training.pairs import Pairs

NETWORK = {"image_distance", "tower_cosine"}


@pytest.fixture
def case() -> Case:
    """The first random picture with an animal and a tree in it."""
    for rng in np.random.default_rng(0).spawn(50):
        image, mask, scene = sample(rng)
        if {thing.category for thing in scene.objects} == {"herbivore", "tree"}:
            return Case("a", image, mask, scene)
    raise AssertionError("no picture with both")


def value(pair: tuple[float, float]) -> float:
    return pair[0] / pair[1]


def test_the_truth_scores_best(case: Case) -> None:
    scores = score(Answer(case.scene, image=case.image, index=case.mask), case)
    assert scores.keys() == set(METRICS) - NETWORK
    for name in ("parse_rate", "render_rate", "ssim", "animal_iou", "foreground_iou", "precision", "recall", "category", "asset"):
        assert value(scores[name]) == pytest.approx(1), name
    for name in ("location", "rotation", "height", "count_error", "scene.camera.fov", "scene.sky.sun_rotation", "scene.horizon"):
        assert value(scores[name]) == pytest.approx(0, abs=1e-4), name
    assert value(scores["psnr"]) == PSNR_CAP
    assert scores["location"][1] == len(case.scene.objects)
    assert scores["milliseconds"] == (0.0, 0.0)  # not measured


def test_what_is_missing_has_no_weight_but_counts(case: Case) -> None:
    scores = score(Answer(None, "line 1: bad"), case)
    count = len(case.scene.objects)
    assert scores["parse_rate"] == (0.0, 1.0) and scores["render_rate"] == (0.0, 1.0)
    assert scores["recall"] == (0.0, count) and scores["precision"] == (0.0, 0.0) and scores["count_error"] == (count, 1.0)
    assert all(scores[name] == (0.0, 0.0) for name in ("psnr", "ssim", "animal_iou", "location", "scene.sky.air"))


def test_only_animals_are_in_the_animal_mask(case: Case) -> None:
    shown = animal_mask(case.mask, case.scene)
    animals = [i + 1 for i, thing in enumerate(case.scene.objects) if thing.category == "herbivore"]
    np.testing.assert_array_equal(shown, np.isin(case.mask, animals))
    assert 0 < shown.sum() < ((case.mask > 0) & (case.mask < 255)).sum()


def test_intervals_hold_the_mean_and_shrink() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(3, 1, size=400)
    wide, narrow = (estimate(tally_of(values[:n]), resamples(n, np.random.default_rng(0))) for n in (25, 400))
    assert narrow.low < 3 < narrow.high and narrow.mean == pytest.approx(values.mean())
    assert narrow.high - narrow.low == pytest.approx(2 * 1.96 / 20, rel=0.15)  # of the normal distribution
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert estimate(tally_of(values), resamples(400, np.random.default_rng(0))) == narrow  # seeded


def test_a_tally_weighs_pairs_and_leaves_out_nan() -> None:
    draws = resamples(3, np.random.default_rng(0))
    pairs = estimate(np.array([(6.0, 3.0), (10.0, 1.0), (0.0, 0.0)]), draws)
    assert (pairs.mean, pairs.n, pairs.images) == (4.0, 4, 2)
    nothing = estimate(tally_of(np.full(3, np.nan)), draws)
    assert (nothing.mean, nothing.n) == (None, 0) and cell(nothing) == "– (0)"
    with pytest.raises(ValueError, match="value 1 is infinite"):
        tally_of(np.array([0, np.inf]))


def test_differences_are_of_images_that_both_have() -> None:
    a, b = np.array([(4.0, 2.0), (9.0, 1.0), (0.0, 0.0)]), np.array([(3.0, 1.0), (0.0, 0.0), (5.0, 1.0)])
    one = paired(a, b, resamples(3, np.random.default_rng(0)))
    assert (one.mean, one.low, one.high, one.n) == (-1.0, -1.0, -1.0, 1)


def test_batched_network_scores_are_those_of_single_pairs(case: Case) -> None:
    tower, distance = load_tower("debug"), EfficientNetDistance()
    noise = np.random.default_rng(0).integers(0, 255, case.image.shape, dtype=np.uint8)
    photos = [case.image, noise, case.image[::-1].copy()]
    found = network_scores({"m": [noise, None, case.image], "none": [None] * 3}, photos, distance, tower)
    for i, render in ((0, noise), (2, case.image)):
        assert found["m"].image_distance[i] == pytest.approx(distance(render, photos[i]).value, rel=1e-4)
        assert found["m"].tower_cosine[i] == pytest.approx(tower_cosine(tower, render, photos[i]), abs=1e-5)
    assert np.isnan(found["m"].image_distance[1]) and np.isnan(found["none"].tower_cosine).all()


def test_cases_are_spread_over_all(case: Case) -> None:
    assert evenly(200)[0] == 0 and evenly(200)[-1] == 199 and len(evenly(200)) == 12 and evenly(2) == [0, 1]
    picture = cases_picture([case] * 3, {"model": [Answer(None)] * 3})
    assert picture.size == (2 * (CELL + MARGIN) + MARGIN, HEADER + 3 * (CELL + MARGIN))
    assert picture.getpixel((2 * MARGIN + CELL + 2, HEADER + 2)) == (190, 190, 190)  # no render


def test_a_library_that_lacks_an_asset_is_refused(tmp_path: Path) -> None:
    library = Library.open(write_library(tmp_path / "library"))
    pairs = Pairs(write_test_data(tmp_path / "data"), "test")
    assert [case.name.split("/")[0] for case in read_cases(pairs, library)] == ["test"] * 3
    without = Library(library.folder, library.records[:2], library.yaws, library.fingerprint)
    with pytest.raises(LibraryError, match="sand/0000"):
        read_cases(pairs, without)


@pytest.mark.parametrize(
    ("extra", "message"),
    [(["--baselines", "mean"], "--baselines has mean; allowed: mean_scene, nearest_neighbour, oracle"), ([], "is not empty")],
)
def test_bad_usage(extra: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kept.txt").write_text("mine")
    assert main(["evaluate", "nowhere", "--out", str(tmp_path), *extra]) == 2
    assert message in capsys.readouterr().err


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out, families = tmp_path_factory.mktemp("library"), ("zebra", "oak", "sand")
    return build_library(LibraryConfig(out=out, families=families, per_family=1, per_ground=1, yaws=1, tower="debug", workers=1)).folder


@pytest.mark.render
def test_a_failed_render_stays_in_its_place(library: Path, case: Case) -> None:
    broken = replace(case.scene, ground=replace(case.scene.ground, appearance="lava/0000"))
    with RenderPool(library) as pool:
        answers = drawn([Answer(broken), Answer(None, "bad"), Answer(case.scene)], pool, RenderSettings(32, 32, samples=1), "model")
    assert "lava/0000" in answers[0].render_error and answers[1].render_error == "no scene"
    assert answers[0].image is None and answers[2].image.shape == (32, 32, 3) and answers[2].render_milliseconds > 0


@pytest.mark.render
def test_the_whole_command(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out, tower = write_test_data(tmp_path / "data"), tmp_path / "out", load_tower("debug")
    build_model("debug", tower, tower.fingerprint).save_pretrained(tmp_path / "model")
    options = ["--model", str(tmp_path / "model"), "--library", str(library), "--out", str(out), "--workers", "1"]
    assert main(["evaluate", str(data), *options, "--baselines", "mean_scene,nearest_neighbour,oracle"]) == 0
    printed = capsys.readouterr().out
    assert printed == (out / "table.md").read_text() and "not LPIPS" in printed
    results = json.loads((out / "results.json").read_text())
    methods = ["model", "mean_scene", "nearest_neighbour", "oracle"]
    assert list(results["metrics"]) == methods and list(results["model_minus_baseline"]) == methods[1:]
    assert all(list(found) == list(METRICS) for found in results["metrics"].values())
    oracle = results["metrics"]["oracle"]
    assert oracle["location"]["mean"] == 0 and oracle["recall"]["mean"] == 1 and oracle["render_rate"]["mean"] == 1
    assert results["samples"] == 1  # as the data set has
    assert results["label_hash"] == Pairs(data, "test").description["label_hash"] and results["train_images"] == 6
    for name in methods:
        lines = [json.loads(line) for line in (out / "predictions" / f"{name}.jsonl").read_text().splitlines()]
        assert [line["scene"] for line in lines] == [f"test/{i:06d}/0" for i in range(3)]
        assert all(parse(line["program"]) for line in lines if line["program"])
    assert Image.open(out / "cases.png").width == 5 * (CELL + MARGIN) + MARGIN
    assert main(["evaluate", str(data), *options]) == 2 and "is not empty" in capsys.readouterr().err
    assert main(["evaluate", str(data), *options, "--overwrite", "--baselines", "", "--limit", "1"]) == 0
    assert [file.name for file in (out / "predictions").iterdir()] == ["model.jsonl"]
