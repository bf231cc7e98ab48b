"""Lines that are final once they are whole, and folders that belong to one evaluation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.evaluation.cases import Answer, Case
from inference.evaluation.ledger import Ledger, answer_line, case_names, encoded, write_cases
from inference.evaluation.settings import Settings, claim
from inference.evaluation.suites import read_suites
from raw.scene import Scene, SceneObject

NAMES = ["a/0", "b/0", "c/0"]


def test_half_a_line_is_cut_off_and_whole_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "x" / "model.jsonl"
    with Ledger(path, NAMES) as ledger:
        ledger.add({"name": "a/0", "long": "x" * 100})
        ledger.add({"name": "b/0"})
    whole = path.read_bytes()
    path.write_bytes(whole + encoded({"name": "c/0"})[:-4])  # killed in the middle
    with Ledger(path, NAMES) as ledger:
        assert ledger.done == 2 and path.read_bytes() == whole
        ledger.add({"name": "c/0"})
    assert [json.loads(line)["name"] for line in path.read_text().splitlines()] == NAMES


def test_lines_of_other_cases_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.jsonl"
    path.write_bytes(encoded({"name": "b/0"}))
    with pytest.raises(ValueError, match="is not of these cases"):
        Ledger(path, NAMES)
    with pytest.raises(ValueError, match="is not of these cases"):
        Ledger(path, [])


def test_what_json_cannot_say_is_null() -> None:
    assert json.loads(encoded({"a": float("nan"), "b": np.float32(0.5), "c": (1, np.int64(2)), "d": {"e": float("inf")}})) == {
        "a": None, "b": 0.5, "c": [1, 2], "d": {"e": None},
    }  # fmt: skip


def test_lines_of_answers() -> None:
    case, thing = Case("a/0", np.zeros((8, 8, 3), dtype=np.uint8)), SceneObject("bird", (0.0, 0.0, -3.0), 0.3)
    nothing = answer_line(case, Answer(None, "line 1: bad", render_error="no scene"), {"parse_rate": (0.0, 1.0)}, {"objects": []})
    assert (nothing["program"], nothing["error"], nothing["confidence"], nothing["objects"]) == (None, "line 1: bad", [], [])
    unsure = answer_line(case, Answer(Scene(objects=(thing, thing))), {}, {})
    assert unsure["confidence"] == [None, None] and unsure["program"].count("add_bird") == 2


def test_cases_appear_when_their_pictures_are_there(tmp_path: Path) -> None:
    cases = [Case(name, np.zeros((8, 8, 3), dtype=np.uint8), world=name[0], labels={"horizon": 0.5}) for name in NAMES]
    kept: list[str] = []

    def keep(case: Case) -> None:
        assert not (tmp_path / "cases.jsonl").exists()
        kept.append(case.name)

    write_cases(tmp_path / "cases.jsonl", cases, keep)
    assert kept == NAMES == case_names(tmp_path / "cases.jsonl")
    first = json.loads((tmp_path / "cases.jsonl").read_text().splitlines()[0])
    assert first == {"name": "a/0", "scene": "a", "biome": "", "truth": None, "objects": [], "labels": {"horizon": 0.5}}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    suites = {name: suite for name, suite in read_suites().items() if name in ("scenes", "sensor-blur")}
    limits = {"scenes": 0}
    own = ({"model": tmp_path}, ("oracle_scene",), suites, tmp_path, "f0", None, tmp_path, limits, 0, 8, (), "auto", "", None, 3.0)
    return Settings(*own, grounding=True, consensus=True, correction=True, draws=8)


def test_a_folder_is_resumed_with_the_same_settings_alone(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    claim(out, settings, resume=True, overwrite=False)  # nothing there yet
    with pytest.raises(FileExistsError, match="--resume"):
        claim(out, settings, resume=False, overwrite=False)
    claim(out, settings, resume=True, overwrite=False)
    with pytest.raises(ValueError, match=r"limits was \{'scenes': 0\}, is \{'scenes': 5\}"):
        claim(out, replace(settings, limits={"scenes": 5}), resume=True, overwrite=False)
    with pytest.raises(ValueError, match="label_hash was 'f0', is 'f1'"):
        claim(out, replace(settings, label_hash="f1"), resume=True, overwrite=False)
    with pytest.raises(ValueError, match="one of them"):
        claim(out, settings, resume=True, overwrite=True)


def test_overwriting_takes_what_an_evaluation_wrote(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    claim(out, settings, resume=False, overwrite=True)
    (out / "suites" / "scenes").mkdir(parents=True)
    (out / "mine.txt").write_text("kept")
    with pytest.raises(FileExistsError, match="holds mine.txt"):
        claim(out, replace(settings, limits={"scenes": 5}), resume=False, overwrite=True)
    assert (out / "suites" / "scenes").is_dir()
    (out / "mine.txt").unlink()
    claim(out, replace(settings, limits={"scenes": 5}), resume=False, overwrite=True)
    assert not (out / "suites").exists() and (out / "config.yaml").is_file()
    other = tmp_path / "set"
    other.mkdir()
    (other / "config.yaml").write_text("seed: 0\n")
    with pytest.raises(FileExistsError, match="was not written by `raw evaluate`"):
        claim(other, settings, resume=False, overwrite=True)
    assert (other / "config.yaml").is_file()


@pytest.mark.parametrize(("change", "message"), [({"train_limit": -1}, "--train_limit is -1"), ({"samples": 0}, "--samples is 0")])
def test_settings_that_cannot_be(settings: Settings, change: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(settings, **change)
