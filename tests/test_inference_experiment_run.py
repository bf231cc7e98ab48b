"""Whole experiments of seconds: what is shared, what goes on, and what is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from experiment_world import make_world, write_experiment

from inference.experiments.command import main
from training.records import read_lines

NAMED = {"plain": {}, "again": {"train": {"optimiser.ema": 0.0}}, "names": {"train": {"model.appearance": "names"}}}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("experiment"))


def arguments(world: Path, experiment: Path, out: Path, *more: str) -> list[str]:
    places = ["--data", str(world / "data"), "--library", str(world / "library"), "--out", str(out)]
    return [str(experiment), *places, "--runs", "2", *more]


def results(out: Path) -> dict:
    return json.loads((out / "trial" / "results.json").read_text())


def stamps(out: Path, pattern: str) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in sorted(out.glob(pattern))}


def test_arms_are_trained_scored_and_shared(world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, claims = tmp_path / "out", [{"says": "names help", "measure": "f1", "better": "names", "worse": "plain"}]
    experiment = write_experiment(tmp_path, arms=NAMED, claims=claims, measures=["f1", "family", "leaves"])
    assert main(arguments(world, experiment, out)) == 0
    table = capsys.readouterr().out
    assert table.startswith("Does it matter?") and table.strip() == (out / "trial" / "table.md").read_text().strip()
    assert (out / "trial" / "plot.png").stat().st_size > 3000
    found = results(out)
    assert [arm["images"] for arm in found["arms"].values()] == [5, 5, 5]
    assert found["arms"]["plain"]["runs"] == found["arms"]["again"]["runs"] != found["arms"]["names"]["runs"]
    assert len(set(found["arms"]["plain"]["runs"])) == 2 == len(found["arms"]["plain"]["measures"]["f1"]["seeds"])
    assert len(list(out.glob("runs/*/run/config.yaml"))) == 4 and not list(out.glob("runs/*/run/checkpoints"))
    assert found["claims"][0]["gain"]["verdict"] in ("agrees", "disagrees", "undecided")

    before = stamps(out, "runs/*/*")
    with pytest.raises(FileExistsError, match="give --resume"):
        main(arguments(world, experiment, out))
    fewer = write_experiment(tmp_path / "other", arms={"plain": {}}, claims=[])  # of the same name, in its own words
    assert main(arguments(world, fewer, out, "--resume")) == 0
    assert stamps(out, "runs/*/*") == before, "what is there is not made again"


def test_a_run_that_was_killed_goes_on_where_it_stood(world: Path, tmp_path: Path) -> None:
    out, experiment = tmp_path / "out", write_experiment(tmp_path, arms={"plain": {}}, claims=[])
    assert main(arguments(world, experiment, out, "--runs", "1", "--steps", "2")) == 0
    with (next(out.glob("runs/*/run/metrics.jsonl"))).open() as file:
        assert [json.loads(line)["step"] for line in file] == [2, 2]  # training and validation
    first = results(out)["arms"]["plain"]["measures"]
    said = next(out.glob("runs/*/said-*.jsonl"))
    told = said.read_text()
    said.unlink()
    assert main(arguments(world, experiment, out, "--runs", "1", "--steps", "2", "--split", "validation", "--resume")) == 0
    assert results(out)["arms"]["plain"]["images"] == 2 and not said.is_file()
    assert main(arguments(world, experiment, out, "--runs", "1", "--steps", "2", "--resume")) == 0
    assert said.read_text() == told and results(out)["arms"]["plain"]["measures"] == first
    assert len(read_lines(next(out.glob("runs/*/run/metrics.jsonl")))) == 2, "it was not trained again"


def test_what_cannot_be_run_is_told_and_the_rest_is_run(world: Path, tmp_path: Path) -> None:
    arms = {"plain": {}, "more": {"train": {"data.train_images": 7}}, "moon": {"tower": "moon"}}  # six pictures, and no such tower
    claims = [{"says": "more helps", "measure": "scene", "better": "more", "worse": "plain"}]
    experiment = write_experiment(tmp_path, arms=arms, claims=claims)
    assert main(arguments(world, experiment, tmp_path / "out", "--runs", "1")) == 0
    found = results(tmp_path / "out")
    assert list(found["arms"]) == ["plain"] and found["claims"][0]["gain"] is None
    assert "has 6 training pictures" in found["left_out"]["more"] and "tower 'moon' is unknown" in found["left_out"]["moon"]


@pytest.mark.slow
def test_runs_side_by_side_say_the_same(world: Path, tmp_path: Path) -> None:
    experiment = write_experiment(tmp_path)
    found = []
    for jobs in ("1", "2"):
        out = tmp_path / jobs
        assert main(arguments(world, experiment, out, "--jobs", jobs, "--steps", "1", "--runs", "1")) == 0
        found.append({path.relative_to(out): path.read_text() for path in out.glob("runs/*/said-*.jsonl")})
    assert found[0] == found[1] and len(found[0]) == 2
