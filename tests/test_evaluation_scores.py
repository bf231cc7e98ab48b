"""Scores and records of one answer: the truth, what is missing, and known errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from evaluation_records import make_case

from inference.evaluation.cases import Answer, Case
from inference.evaluation.metrics import COSINE, METRICS, PSNR_CAP, SUMMARY, metric, ordered
from inference.evaluation.scores import animal_mask, object_records, score, tallies
from raw.metrics.masks import mask_iou
from raw.metrics.ospa import CUTOFF
from raw.scene import Sky

NETWORK = {"image_distance", "tower_cosine"}
PHOTO = {name for name in METRICS if name.startswith("photo.")}


@pytest.fixture
def case() -> Case:
    """The first random picture with an animal and a tree in it."""
    for rng in np.random.default_rng(0).spawn(50):
        found = make_case(rng, "a", "a")
        if found.scene and {thing.category for thing in found.scene.objects} == {"herbivore", "tree"}:
            return found
    raise AssertionError("no picture with both")


def truth_of(case: Case) -> Answer:
    return Answer(case.scene, image=case.image, index=case.mask, depth=case.depth)


def value(pair: tuple[float, float]) -> float:
    return pair[0] / pair[1]


def test_the_truth_scores_best(case: Case) -> None:
    scores = score(truth_of(case), case)
    assert scores.keys() == set(METRICS) - NETWORK - PHOTO
    for name, (_, weight) in scores.items():
        if metric(name).range == "0..1":
            assert weight and value(scores[name]) == pytest.approx(1), name
        elif metric(name).better == "↓" and metric(name).unit != "ms":
            assert weight and value(scores[name]) == pytest.approx(0, abs=1e-4), name
    assert value(scores["psnr"]) == PSNR_CAP and value(scores["count_bias"]) == 0
    assert scores["location"][1] == scores["mask_iou_all"][1] == len(case.scene.objects)
    animals = sum(thing.category == "herbivore" for thing in case.scene.objects)
    assert scores["species"][1] == scores["animal_rotation"][1] == animals < len(case.scene.objects)
    assert scores["milliseconds"] == (0.0, 0.0)  # not measured


def test_what_is_missing_has_no_weight_but_counts(case: Case) -> None:
    scores = score(Answer(None, "line 1: bad"), case)
    count = len(case.scene.objects)
    assert scores["parse_rate"] == (0.0, 1.0) and scores["render_rate"] == (0.0, 1.0)
    assert scores["recall"] == scores["mask_iou_all"] == (0.0, count)
    assert scores["precision"] == (0.0, 0.0) and scores["count_error"] == (count, 1.0) and scores["count_bias"] == (-count, 1.0)
    assert scores["ospa"] == (CUTOFF, 1.0)
    nothing = ("psnr", "ssim", "animal_iou", "mask_iou", "location", "species", "scene.sky.air", "scene.sun_degrees", "depth.abs_rel")
    assert all(scores[name] == (0.0, 0.0) for name in nothing)


def test_known_errors_of_scene_depth_and_masks(case: Case) -> None:
    sky = replace(case.scene.sky, sun_elevation=case.scene.sky.sun_elevation + 10)
    moved = np.roll(case.mask, 2, axis=1)
    answer = Answer(replace(case.scene, sky=sky), image=case.image, index=moved, depth=case.depth * 1.5)
    scores = score(answer, case)
    assert value(scores["scene.sky.sun_elevation"]) == pytest.approx(10) and value(scores["scene.sun_degrees"]) == pytest.approx(10)
    assert value(scores["depth.abs_rel"]) == pytest.approx(0.5) and value(scores["depth.delta125"]) == 0
    ious = [mask_iou(moved == i + 1, case.mask == i + 1) for i in range(len(case.scene.objects))]
    assert value(scores["mask_iou"]) == value(scores["mask_iou_all"]) == pytest.approx(np.mean(ious))


def test_a_missed_object_lowers_the_iou_of_all_alone(case: Case) -> None:
    kept = replace(case.scene, objects=case.scene.objects[:1])
    index = np.where((case.mask > 1) & (case.mask < 255), 255, case.mask).astype(np.uint8)
    scores = score(Answer(kept, image=case.image, index=index), case)
    assert value(scores["mask_iou"]) == 1 and value(scores["mask_iou_all"]) == 1 / len(case.scene.objects)


def test_only_animals_are_in_the_animal_mask(case: Case) -> None:
    shown = animal_mask(case.mask, case.scene)
    animals = [i + 1 for i, thing in enumerate(case.scene.objects) if thing.category == "herbivore"]
    np.testing.assert_array_equal(shown, np.isin(case.mask, animals))
    assert 0 < shown.sum() < ((case.mask > 0) & (case.mask < 255)).sum()


def test_records_tell_partners_errors_and_overlaps(case: Case) -> None:
    first, *others = case.scene.objects
    place = (first.location[0], first.location[1], first.location[2] - 1.0)
    scene = replace(case.scene, objects=(*others, replace(first, location=place, appearance="oak/0000")))
    index = np.zeros_like(case.mask)
    index[case.mask == 1] = len(scene.objects)
    told = object_records(Answer(scene, index=index, image=case.image), case)
    assert [record["true"] for record in told["objects"]] == list(range(len(scene.objects))) and told["unmatched"] == []
    record, known = told["objects"][0], case.objects[0]
    assert record["predicted"] == len(others) and record["predicted_asset"] == "oak/0000" and record["asset"] == first.appearance
    assert record["location"] == 1.0 and record["relative"] == pytest.approx(-1 / first.location[2], abs=1e-5) and record["iou"] == 1.0
    assert record["pixels"] == round(known.pixels * 49) and record["occlusion"] == known.occlusion  # of 224 pixels and not 32
    assert told["overlaps"] == [[len(others), 0, 1.0]]


def test_records_without_a_partner_or_a_render(case: Case) -> None:
    told = object_records(Answer(replace(case.scene, objects=case.scene.objects[:1])), case)
    assert told["objects"][0]["iou"] is None and told["overlaps"] == []
    lonely = told["objects"][1]
    assert lonely["predicted"] is lonely["location"] is lonely["predicted_category"] is None and lonely["category"]
    spare = object_records(Answer(replace(case.scene, objects=case.scene.objects * 2)), case)
    assert len(spare["unmatched"]) == len(case.scene.objects)


def test_a_photo_has_rates_times_and_what_its_labels_tell() -> None:
    photo = Case("p", np.zeros((8, 8, 3), np.uint8), labels={"species": "zebra"})
    scores = score(Answer(None), photo)
    assert scores["parse_rate"] == (1.0, 1.0) and set(scores) & set(METRICS) == set(scores)
    assert not set(scores) & {"recall", "psnr", "scene.horizon"}
    assert object_records(Answer(None), photo) == {"objects": [], "unmatched": [], "overlaps": []}


def test_values_become_tallies() -> None:
    assert tallies({"a": 2, "b": float("nan"), "c": float("inf")}) == {"a": (2.0, 1.0), "b": (0.0, 0.0), "c": (0.0, 0.0)}


def test_the_table_of_metrics() -> None:
    assert set(SUMMARY) <= set(METRICS) and metric(f"{COSINE}clip").better == "↑"
    assert ordered({"recall", "cosine.clip", "tower_cosine", "psnr"}) == ["tower_cosine", "cosine.clip", "psnr", "recall"]
    assert ordered({"recall", "cosine.clip"}) == ["cosine.clip", "recall"]
    with pytest.raises(ValueError, match="metric 'beauty' is unknown; allowed: parse_rate, "):
        ordered({"beauty"})
    assert metric("scene.sky.sun_rotation").unit == "degrees" and not hasattr(Sky(), "sun_degrees")
