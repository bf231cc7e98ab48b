"""``raw evaluate`` from end to end with a debug model: what it writes, the oracles' rows, and what a killed run loses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from evaluation_world import write_test_data
from PIL import Image

from inference.evaluation.cases import Answer, Case
from inference.evaluation.network_scores import NetworkScores
from inference.evaluation.run import Drawer, Runner
from procedural.generate.config import DatasetConfig
from raw.cli import main
from raw.language import parse
from raw.library import Library
from raw.metrics.perceptual import EfficientNetDistance
from raw.model.builders import build_model
from raw.render import RenderPool, RenderSettings
from raw.scene import Scene
from raw.vision.tower import load_tower

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, tower = tmp_path_factory.mktemp("models") / "untrained", load_tower("debug")
    build_model("debug", tower, tower.fingerprint).save_pretrained(folder)
    return folder


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def options(model: Path, data: DatasetConfig, out: Path, *more: str) -> list[str]:
    where = ["--dataset", str(data.out), "--library", str(data.library), "--out", str(out), "--workers", "1"]
    return ["evaluate", str(model), f"again={model}", *where, *more]


@pytest.mark.render
def test_oracles_are_exact_and_every_method_has_every_case(tiny_set: DatasetConfig, model: Path, tmp_path: Path) -> None:
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    Image.new("RGB", (90, 60), (90, 120, 60)).save(photos / "green.jpg")
    more = ["--suite", "sensor-blur,photos", "--photos", str(photos), "--baselines", "all", "--towers", f"dinov2:{tmp_path}/none"]
    assert main(options(model, tiny_set, out, *more)) == 0
    methods = {"untrained", "again", "mean_scene", "random_scene", "nearest_neighbour", "library_scene"}
    oracles = {"oracle_scene", "oracle_layout"}
    for suite, names, wanted in (("sensor-blur", ["test/test-000000/0"], methods | oracles), ("photos", ["green"], methods)):
        found = {path.stem: lines(path) for path in (out / "suites" / suite).glob("*.jsonl")}
        assert found.keys() == wanted | {"cases"} and all([line["name"] for line in some] == names for some in found.values())
    (truth,), (oracle,) = lines(out / "suites/sensor-blur/cases.jsonl"), lines(out / "suites/sensor-blur/oracle_scene.jsonl")
    assert oracle["program"] == truth["truth"] and oracle["unmatched"] == [] and len(truth["objects"]) == len(oracle["objects"])
    scores = {name: total / weight for name, (total, weight) in oracle["scores"].items() if weight}
    assert all(scores[name] == 0 for name in ("location", "height", "count_error", "scene.horizon", "scene.camera.fov"))
    assert all(scores[name] == 1 for name in ("parse_rate", "render_rate", "precision", "recall", "category", "asset", "species"))
    assert scores["rotation"] < 0.1 and scores["mask_iou"] > 0.95 and scores["psnr"] < 100  # the noise of another seed
    (layout,) = lines(out / "suites/sensor-blur/oracle_layout.jsonl")
    assert layout["error"].startswith("training pictures show no") and layout["render_error"] == "no scene"  # one asset a category
    about = json.loads((out / "about.json").read_text())
    assert list(about["models"]) == ["untrained", "again"] and about["missing_towers"].keys() == {f"dinov2:{tmp_path}/none"}
    assert about["towers"].keys() == {"tower_cosine"} and about["suites"]["sensor-blur"]["sensor"]["blur"] == 2.0
    assert yaml.safe_load((out / "config.yaml").read_text())["limits"]["sensor-blur"] == 0
    picture, render = (Image.open(out / "suites/sensor-blur" / name / "test/test-000000/0.jpg") for name in ("pictures", "oracle_scene"))
    assert picture.size == render.size == (64, 64)
    index = np.asarray(Image.open(out / "suites/sensor-blur/oracle_scene/test/test-000000/0.png"))
    assert (index == np.asarray(Image.open(out / "suites/sensor-blur/pictures/test/test-000000/0.png"))).mean() > 0.97
    assert Image.open(out / "suites/photos/mean_scene/green.jpg").size == (224, 149)


@pytest.mark.render
def test_a_killed_run_is_resumed(tiny_set: DatasetConfig, model: Path, tmp_path: Path) -> None:
    """Killed after the model's first line, before the oracle's."""
    out, suites = tmp_path / "out", tmp_path / "suites.yaml"
    suites.write_text("suites: {drawn: {about: four pictures, split: train}}")
    where = ["--dataset", str(tiny_set.out), "--library", str(tiny_set.library), "--out", str(out), "--workers", "1"]
    argv = ["evaluate", f"mine={model}", *where, "--suites", str(suites), "--suite", "drawn", "--baselines", "oracle_scene"]
    mine, oracle = (out / "suites/drawn" / f"{name}.jsonl" for name in ("mine", "oracle_scene"))
    process = subprocess.Popen([sys.executable, "-m", "raw.cli", *argv], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)})
    deadline = time.monotonic() + 240
    while not mine.is_file() or b"\n" not in mine.read_bytes():
        assert process.poll() is None and time.monotonic() < deadline, "the run ended before it could be killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = mine.read_bytes()
    whole = before[: before.rfind(b"\n") + 1]
    assert not (out / "results.json").is_file()
    mine.write_bytes(whole + b'{"name": "train/')  # as if it had been killed while it wrote
    assert main(argv) == 2  # not without --resume
    assert main([*argv, "--resume", "--limit", "3"]) == 2  # nor with other settings
    assert main([*argv, "--resume"]) == 0
    assert mine.read_bytes().startswith(whole)  # what was there was not made again
    names = [line["name"] for line in lines(out / "suites/drawn/cases.jsonl")]
    assert len(set(names)) == 4 and all([line["name"] for line in lines(path)] == names for path in (mine, oracle))
    assert all(line["scores"]["location"][0] == 0 and line["render_error"] is None for line in lines(oracle))


class Scripted:
    """A method that answers as it was told."""

    name = "scripted"

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers

    def answer(self, cases: list[Case]) -> list[Answer]:
        return [self.answers[case.name] for case in cases]


@pytest.mark.render
def test_failures_are_data_and_equal_programs_are_drawn_once(tiny_library: Library, render_pool: RenderPool, tmp_path: Path) -> None:
    scene = Scene(ground=replace(Scene().ground, appearance="dirt/0000"))
    broken = replace(scene, ground=replace(scene.ground, appearance="lava/0000"))
    answers = {"a": Answer(scene), "b": Answer(broken), "c": Answer(None, "line 1: bad"), "d": Answer(scene)}
    image, mask = np.full((32, 32, 3), 90, dtype=np.uint8), np.full((32, 32), 255, dtype=np.uint8)
    cases = [Case(name, image, mask, scene) for name in answers]
    drawer = Drawer(render_pool)
    networks = NetworkScores({"tower_cosine": load_tower("debug")}, EfficientNetDistance())
    Runner(tmp_path, drawer, networks, None, 1).run("s", cases, list(answers), Scripted(answers))
    a, b, c, d = lines(tmp_path / "s" / "scripted.jsonl")
    assert "lava/0000" in b["render_error"] and b["scores"]["render_rate"] == [0.0, 1.0] and "image_distance" not in b["scores"]
    assert (c["error"], c["render_error"], c["program"]) == ("line 1: bad", "no scene", None)
    assert a["scores"]["image_distance"] == d["scores"]["image_distance"] and a["render_milliseconds"] == d["render_milliseconds"] > 0
    assert parse(a["program"]) == scene
    assert sorted(path.name for path in (tmp_path / "s" / "scripted").iterdir()) == ["a.jpg", "a.png", "d.jpg", "d.png"]
    assert drawer.submit(scene, RenderSettings(32, 32, samples=1, seed=1)).done()


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--suite", "scenes"], "--out is missing"),
        (["--out", "OUT", "--dataset", "nowhere"], "nowhere is no data set"),
        (["--out", "OUT", "--suite", "photos"], "suite photos needs --photos FOLDER"),
        (["--out", "OUT", "--dataset", "DATA", "--baselines", "mean"], "--baselines has mean; allowed: mean_scene"),
        (["--out", "OUT", "--dataset", "DATA", "--suite", "species"], "suite species needs split species in --dataset; it has train, test"),
        (["--out", "DATA", "--dataset", "DATA", "--library", "DATA"], "is not empty"),
        (["--report", "OUT"], "about.json"),
    ],
)
def test_bad_usage(argv: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = {"OUT": str(tmp_path / "out"), "DATA": str(write_test_data(tmp_path / "data"))}
    assert main(["evaluate", *(places.get(word, word) for word in argv)]) == 2
    assert message in capsys.readouterr().err
