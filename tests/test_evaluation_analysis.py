"""From the records of a small evaluation to its numbers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from evaluation_records import METHODS, MODELS, write_evaluation

from inference.evaluation.analysis import analyse
from inference.evaluation.average_precision import DISTANCE, curve, reliability_pairs
from inference.evaluation.breakdown import MISSED, species_pairs
from inference.evaluation.records import Records, read_records

CASES = 12


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return read_records(write_evaluation(tmp_path_factory.mktemp("evaluation"), CASES))


@pytest.fixture(scope="module")
def results(records: Records) -> dict:
    return analyse(records)


def test_what_is_read(records: Records) -> None:
    assert records.models == list(MODELS) and list(records.suites) == ["scenes", "photos"]
    suite = records.suites["scenes"]
    assert list(suite.methods) == list(METHODS)  # models first
    assert len(suite.cases) == CASES and len(set(suite.worlds)) == CASES // 3
    assert suite.scenes and [len(s.objects) for s in suite.scenes] == [len(case["objects"]) for case in suite.cases]
    assert records.suites["photos"].scenes is None
    assert suite.methods["mean_scene"].confidences(0) is None and suite.methods["first"].confidences(0) is not None


def test_results_are_json_and_the_same_twice(records: Records, results: dict) -> None:
    assert json.dumps(results, allow_nan=False) == json.dumps(analyse(records), allow_nan=False)
    assert json.dumps(results) != json.dumps(analyse(records, seed=1))
    assert set(results["suites"]["scenes"]["methods"]["first"]["metrics"]) <= set(results["metrics"])


def test_oracle_rows_are_perfect(results: dict) -> None:
    oracle = results["suites"]["scenes"]["methods"]["oracle_scene"]
    for name in ("recall", "precision", "category", "species", "mask_iou_all", "parse_rate", "depth.delta125"):
        assert oracle["metrics"][name]["mean"] == oracle["metrics"][name]["low"] == 1, name
    assert oracle["metrics"]["relative"]["mean"] == oracle["metrics"]["count_error"]["mean"] == 0
    for kind in ("distance", "mask"):
        assert oracle["average_precision"][kind]["mean"]["mean"] == pytest.approx(1)
        assert oracle["average_precision"][kind]["species"]["mean"] == pytest.approx(1)
    assert oracle["confusion"]["accuracy"] == 1 and not oracle["confusion"]["top"]


def test_a_better_model_has_better_numbers(results: dict) -> None:
    suite = results["suites"]["scenes"]
    first, second = (suite["methods"][name] for name in MODELS)
    assert first["metrics"]["relative"]["mean"] < second["metrics"]["relative"]["mean"]
    assert first["average_precision"]["distance"]["mean"]["mean"] > second["average_precision"]["distance"]["mean"]["mean"]
    less = suite["differences"]["first"]["second"]["relative"]
    assert less["high"] < 0 and less["n"] <= second["metrics"]["relative"]["images"]
    assert suite["differences"]["second"]["first"]["relative"]["mean"] == pytest.approx(-less["mean"])
    assert list(suite["differences"]) == list(MODELS) and list(suite["differences"]["first"]) == [m for m in METHODS if m != "first"]
    assert second["failures"]["error"] == second["failures"]["render_error"] > 0


def test_shared_objects_are_those_that_both_match(records: Records, results: dict) -> None:
    suite, lines = results["suites"]["scenes"], {name: method.lines for name, method in records.suites["scenes"].methods.items()}
    pairs = [(a["location"], b["location"]) for one, other in zip(lines["first"], lines["mean_scene"], strict=True)
             for a, b in zip(one["objects"], other["objects"], strict=True)]  # fmt: skip
    both = np.array([pair for pair in pairs if None not in pair])
    assert 0 < len(both) < sum(a is not None for a, _ in pairs)
    told = suite["shared"]["first"]["mean_scene"]["location"]
    assert [told[side]["mean"] for side in ("model", "other")] == pytest.approx(both.mean(axis=0))
    assert told["less"]["mean"] == pytest.approx(told["model"]["mean"] - told["other"]["mean"]) and told["less"]["high"] < 0
    assert told["model"]["n"] == told["other"]["n"] == len(both)
    alike = suite["shared"]["first"]["oracle_scene"]["relative"]["model"]
    alone = suite["methods"]["first"]["metrics"]["relative"]  # the oracle matches all
    assert alike["n"] == alone["n"] and alike["mean"] == pytest.approx(alone["mean"], abs=1e-5)


def test_strata_add_up_to_the_whole(records: Records, results: dict) -> None:
    for name, method in results["suites"]["scenes"]["methods"].items():
        objects = sum(len(case["objects"]) for case in records.suites["scenes"].cases)
        for axis, bins in method["strata"].items():
            assert sum(found["recall"]["n"] for found in bins.values()) == objects, (name, axis)
            total = sum(found["recall"]["mean"] * found["recall"]["n"] for found in bins.values() if found["recall"]["n"])
            assert total / objects == pytest.approx(method["metrics"]["recall"]["mean"]), (name, axis)
            pairs = sum(found["relative"]["n"] for found in bins.values())
            assert pairs == method["metrics"]["relative"]["n"], (name, axis)
    assert set(results["suites"]["scenes"]["methods"]["first"]["strata"]["category"]) == {"herbivore", "tree"}


def test_average_precision_falls_as_a_match_must_be_nearer(results: dict) -> None:
    for name, method in results["suites"]["scenes"]["methods"].items():
        found = method["average_precision"]["distance"]
        means = [one["mean"] for one in found["by_threshold"]]
        assert means == sorted(means) and found["mean"]["mean"] == pytest.approx(np.mean(means)), name
        by_class = [one["mean"] for one in found["categories"].values()]
        assert found["mean"]["mean"] == pytest.approx(np.mean(by_class)) and found["mean"]["classes"] == len(by_class)
        assert found["mean"]["low"] <= found["mean"]["mean"] <= found["mean"]["high"]


def test_a_method_without_confidence_has_one_point(records: Records) -> None:
    suite = records.suites["scenes"]
    for name, points in (("mean_scene", 1), ("oracle_scene", 1)):
        precision, recall = curve(suite, suite.methods[name], len(DISTANCE.thresholds) - 1)
        assert len(precision) == points and (precision <= 1).all() and (recall <= 1).all()
        assert reliability_pairs(suite, suite.methods[name]) is None
    assert len(curve(suite, suite.methods["first"], 0)[0]) > 5


def test_reliability_is_of_all_predictions(records: Records, results: dict) -> None:
    for name in MODELS:
        method = records.suites["scenes"].methods[name]
        told = results["suites"]["scenes"]["methods"][name]["reliability"]
        assert told["n"] == sum(len(scene.objects) for scene in method.scenes) == sum(told["count"]) and 0 <= told["error"] <= 1


def test_confusions_are_of_animals_that_were_found(records: Records, results: dict) -> None:
    method, told = records.suites["scenes"].methods["second"], results["suites"]["scenes"]["methods"]["second"]["confusion"]
    animals = sum(o["category"] == "herbivore" for case in records.suites["scenes"].cases for o in case["objects"])
    pairs = Counter(species_pairs(method))
    assert told["animals"] == animals == sum(pairs.values()) and told["found"] == animals - pairs["zebra", MISSED] < animals
    assert {tuple(cell[:2]): cell[2] for cell in told["counts"]} == {pair: n for pair, n in pairs.items() if pair[1] != MISSED}
    assert told["accuracy"] == pytest.approx(pairs["zebra", "zebra"] / told["found"])


def test_photos_have_no_objects_to_tell_of(results: dict) -> None:
    photos = results["suites"]["photos"]
    assert "tower_cosine" in photos["methods"]["first"]["metrics"]
    assert all("average_precision" not in method and "strata" not in method for method in photos["methods"].values())
    assert "recall" not in photos["methods"]["first"]["metrics"]


@pytest.mark.parametrize(
    ("break_it", "kind", "message"),
    [
        (lambda out: (out / "about.json").unlink(), FileNotFoundError, "is no evaluation: about.json is missing"),
        (lambda out: (out / "about.json").write_text("{}"), ValueError, "does not tell models and suites"),
        (lambda out: _edit(out / "suites/scenes/first.jsonl", lambda lines: lines[:-1]), ValueError, "11 answers to 12 cases.*--resume"),
        (lambda out: _edit(out / "suites/scenes/first.jsonl", lambda lines: lines[::-1]), ValueError, "or to others"),
        (lambda out: _edit(out / "suites/scenes/cases.jsonl", lambda lines: lines + lines[:1]), ValueError, "13 cases of 12 names"),
        (lambda out: [path.unlink() for path in out.glob("suites/photos/[!c]*.jsonl")], ValueError, "photos has no answers"),
    ],
)  # fmt: skip
def test_a_folder_that_is_not_whole_is_refused(break_it, kind: type[Exception], message: str, tmp_path: Path) -> None:  # noqa: ANN001
    out = write_evaluation(tmp_path / "out", CASES)
    break_it(out)
    with pytest.raises(kind, match=message):
        read_records(out)


def test_half_a_line_is_left_out(tmp_path: Path) -> None:
    out = write_evaluation(tmp_path / "out", 3)
    path = out / "suites/scenes/first.jsonl"
    path.write_text(path.read_text() + '{"name": "test/0000')
    assert len(read_records(out).suites["scenes"].methods["first"].lines) == 3


def _edit(path: Path, change) -> None:  # noqa: ANN001
    path.write_text("".join(change(path.read_text().splitlines(keepends=True))))
