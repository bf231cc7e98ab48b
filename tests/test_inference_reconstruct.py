"""Photos to files, with a debug model (random weights) and a library of one asset a category."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.comparison import GAP
from inference.framing import inside_photo, to_photo_frame
from inference.program_files import read_program
from inference.reconstructor import MismatchError, Reconstructor
from procedural.library.make import LibraryConfig, build_library
from raw.cli import main
from raw.model.builders import build_model
from raw.vision.tower import load_tower

FAMILIES = ("crow", "granite", "tussock", "lion", "zebra", "birch", "dry_grass")
FILES = {"scene.scene", "scene.blend", "scene.glb", "render.png", "comparison.png", "report.json"}

pytestmark = pytest.mark.render


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("library")
    return build_library(LibraryConfig(out=out, families=FAMILIES, per_family=1, per_ground=1, yaws=1, tower="debug", workers=1)).folder


@pytest.fixture(scope="module")
def model(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first of some random models that puts large things into the frame of ``picture``."""
    tower, folder = load_tower("debug"), tmp_path_factory.mktemp("model")
    for seed in range(40):
        build_model("debug", tower, tower.fingerprint, seed=seed).save_pretrained(folder)
        scene = to_photo_frame(Reconstructor(folder, library).predict([picture()])[0].scene, *picture().size)
        if any(thing.height > -0.1 * thing.location[2] for thing in scene.objects):
            return folder
    raise AssertionError("no random model sees anything: choose another picture")


def picture() -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 255, (12, 18, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((180, 120))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "meadow.png"
    picture().save(path)
    return path


def run(*photos: Path, out: Path, model: Path, library: Path) -> int:
    options = ["--out", str(out), "--model", str(model), "--library", str(library), "--size", "96", "--samples", "1"]
    return main(["reconstruct", *map(str, photos), *options])


def test_one_photo(photo: Path, model: Path, library: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(photo, out=out, model=model, library=library) == 0
    assert {file.name for file in out.iterdir()} == FILES
    assert Image.open(out / "render.png").size == (96, 64)
    assert (out / "scene.glb").read_bytes()[:4] == b"glTF"
    report = json.loads((out / "report.json").read_text())
    scene, frame = read_program(out / "scene.scene")
    assert frame == (96, 64) == tuple(report["frame"])
    assert [(o["category"], o["asset"]) for o in report["objects"]] == [(o.category, o.appearance) for o in scene.objects]
    assert all((o["box"] is None) == (o["pixels"] == 0) for o in report["objects"])
    assert all(0 <= v <= 1 for o in report["objects"] for v in o["box"] or ())
    [said] = Reconstructor(model, library).predict([picture()])
    kept = [said.confidence[i] for i in inside_photo(said.scene, *picture().size)]
    assert [o["confidence"] for o in report["objects"]] == pytest.approx(kept, abs=1e-3)
    assert all(0 < sure <= 1 for sure in kept) and report["stopped"] == said.stopped in ("eos", "objects")
    assert report["failures"] == [] and report["milliseconds"]["decode"] > 0 and report["versions"]["bpy"].startswith("4.5")
    assert {"photo", "load_model", "tower", "decode", "render", "write"} <= set(report["milliseconds"]) == set(report["memory_mb"])


def test_refining_tells_what_it_did(photo: Path, model: Path, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    options = ["--out", str(out), "--model", str(model), "--library", str(library), "--size", "96", "--samples", "1"]
    assert main(["reconstruct", str(photo), *options, "--refine-steps", "12"]) == 0
    assert {file.name for file in out.iterdir()} == FILES | {"refinement.json", "refinement.png", "before_after.png"}
    told = json.loads((out / "refinement.json").read_text())
    assert told["trace"][0]["round"] == "start" and told["evaluations"] >= 12 and told["frame"] == [96, 64]
    assert Image.open(out / "before_after.png").size == (3 * 96 + 2 * GAP, 64)
    report = json.loads((out / "report.json").read_text())
    assert report["failures"] == [] and report["milliseconds"]["refine"] > 0
    scene, _ = read_program(out / "scene.scene")
    assert len(scene.objects) == len(report["objects"])
    assert f"{told['evaluations']} renders" in capsys.readouterr().out


def test_an_edited_program_renders_at_its_aspect_and_the_same_pixels(photo: Path, model: Path, library: Path, tmp_path: Path) -> None:
    assert run(photo, out=tmp_path / "out", model=model, library=library) == 0
    again = tmp_path / "again"
    assert main(["render", str(tmp_path / "out" / "scene.scene"), "--out", str(again), "--library", str(library), "--samples", "1"]) == 0
    assert {file.name for file in again.iterdir()} == {"render.png", "masks.png", "scene.blend", "scene.glb", "report.json"}
    np.testing.assert_array_equal(np.asarray(Image.open(again / "render.png")), np.asarray(Image.open(tmp_path / "out" / "render.png")))


def test_an_object_added_by_hand_is_drawn_where_it_was_put(library: Path, tmp_path: Path) -> None:
    program = tmp_path / "one.scene"
    program.write_text(
        'set_camera(90.0)\nset_camera_height(1.0)\nset_fov(60.0)\nset_ground("dry_grass/0000")\n'
        'add_boulder(pixels=100, loc=(1.5, -1.0, -5.0), height=1.5, rotation=(1.0, 0.0, 0.0, 0.0), appearance="granite/0000")\n'
    )
    options = ["--out", str(tmp_path / "out"), "--library", str(library), "--width", "96", "--height", "96", "--samples", "1"]
    assert main(["render", str(program), *options]) == 0
    [boulder] = json.loads((tmp_path / "out" / "report.json").read_text())["objects"]
    left, top, right, bottom = boulder["box"]
    assert boulder["pixels"] > 1000 and left < 0.76 < right and 0.55 < (top + bottom) / 2 < 0.7  # 1.5 m right, 0.25 m under the horizon


def test_one_bad_file_does_not_stop_the_rest(
    photo: Path, model: Path, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.jpg").write_bytes(photo.read_bytes()[:300])
    out = tmp_path / "out"
    assert run(tmp_path, out=out, model=model, library=library) == 1
    assert {folder.name for folder in out.iterdir()} == {"broken", "meadow"}
    assert {file.name for file in (out / "meadow").iterdir()} == FILES
    assert [file.name for file in (out / "broken").iterdir()] == ["report.json"]
    assert "broken.jpg" in json.loads((out / "broken" / "report.json").read_text())["failures"][0]
    assert "raw: 1 of 2 photos failed" in capsys.readouterr().err


def test_nothing_worked(model: Path, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "gone.jpg", out=tmp_path / "out", model=model, library=library) == 2
    assert capsys.readouterr().err == f"raw: error: {tmp_path / 'gone.jpg'}: no such file\n"


def test_an_unknown_asset_is_refused_by_name(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = tmp_path / "a.scene"
    program.write_text('set_ground("dry_gras/0000")\n')
    assert main(["render", str(program), "--out", str(tmp_path / "out"), "--library", str(library), "--width", "32"]) == 2
    assert "asset 'dry_gras/0000' is not in the library" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())


def test_model_and_library_of_other_towers_refuse_each_other(model: Path, library: Path, tmp_path: Path) -> None:
    tower = load_tower("debug")
    build_model("debug", tower, "0123456789abcdef").save_pretrained(tmp_path / "other")
    with pytest.raises(MismatchError, match=f"other was trained on a library.*0123456789abcdef.*{tower.fingerprint}"):
        Reconstructor(tmp_path / "other", library)
    tower.fingerprint = "feedfeedfeedfeed"
    build_model("debug", tower, load_tower("debug").fingerprint).save_pretrained(tmp_path / "older")
    with pytest.raises(MismatchError, match="older was trained on tower debug .feedfeedfeedfeed."):
        Reconstructor(tmp_path / "older", library)
