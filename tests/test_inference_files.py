"""Program files and output folders."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from inference.output_folder import OutputFolder
from inference.program_files import program_text, read_program
from inference.render_program import _size, mask_picture
from inference.report import Stages, objects_seen, versions
from raw.language import SceneSyntaxError
from raw.render import Rendering
from raw.scene import Camera, Scene, SceneObject


def test_a_program_file_keeps_its_frame(tmp_path: Path) -> None:
    scene = Scene(camera=Camera(fov=31.5))
    path = tmp_path / "a.scene"
    path.write_text(program_text(scene, (512, 341)))
    assert read_program(path) == (scene, (512, 341))
    path.write_bytes(b"\xef\xbb\xbf# edited by hand\r\nset_fov(31.5)\r\n")  # as some editors save it
    assert read_program(path) == (scene, None)


@pytest.mark.parametrize(("content", "message"), [(b"\xff\xfe\x00", "not a text file"), (b"#" * 1_000_001, "more than 1,000,000 bytes")])
def test_files_that_are_no_programs(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.scene"
    path.write_bytes(content)
    with pytest.raises(SceneSyntaxError, match=f"a.scene.*{message}"):
        read_program(path)


@pytest.mark.parametrize(
    ("asked", "frame", "expected"),
    [((None, None), None, (512, 512)), ((None, None), (512, 341), (512, 341)), ((1024, None), (512, 341), (1024, 682)),
     ((None, 682), (512, 341), (1024, 682)), ((300, 200), (512, 341), (300, 200))],
)
def test_render_size(asked: tuple, frame: tuple | None, expected: tuple) -> None:
    assert _size(*asked, frame) == expected


def test_output_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with OutputFolder(out) as folder:
        folder.text("a.txt", "first")
        assert not (out / "a.txt").exists()
    assert [f.name for f in out.iterdir()] == ["a.txt"]
    with pytest.raises(RuntimeError, match="stop"), OutputFolder(out) as folder:
        folder.text("a.txt", "second")
        raise RuntimeError("stop")
    assert [f.name for f in out.iterdir()] == ["a.txt"] and (out / "a.txt").read_text() == "first"
    with OutputFolder(out) as folder:
        folder.text("a.txt", "third")
        folder.discard()
        folder.json("b.json", {"x": 1})
    assert (out / "a.txt").read_text() == "first" and json.loads((out / "b.json").read_text()) == {"x": 1}


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(NotADirectoryError, match="is a file; allowed: a folder"):
        OutputFolder(tmp_path / "out")


def rendering(index: np.ndarray) -> Rendering:
    image, depth = np.zeros((*index.shape, 3), np.uint8), np.ones(index.shape, np.float32)
    return Rendering(image, index, depth, None, {"render": 12.34}, 400.0, "CPU", kept=())


def test_objects_of_the_report() -> None:
    index = np.zeros((56, 112), dtype=np.uint8)
    index[14:28, 28:84] = 1  # 14 x 56 = 784 pixels at half the model's resolution
    named = (("herbivore", "zebra/0001"), ("tree", "oak/0002"))
    things = tuple(SceneObject(category, (0.0, 0.0, -5.0), 1.0, None, asset) for category, asset in named)
    assert objects_seen(Scene(objects=things), rendering(index)) == [
        {"category": "herbivore", "asset": "zebra/0001", "pixels": 3136, "box": [0.25, 0.25, 0.75, 0.5]},
        {"category": "tree", "asset": "oak/0002", "pixels": 0, "box": None},
    ]
    assert [o["confidence"] for o in objects_seen(Scene(objects=things), rendering(index), [0.75, 0.123456])] == [0.75, 0.12346]


def test_mask_picture_keeps_the_numbers() -> None:
    index = np.arange(256, dtype=np.uint8).reshape(16, 16)
    picture = mask_picture(index)
    np.testing.assert_array_equal(np.asarray(picture), index)
    colors = np.asarray(picture.convert("RGB")).reshape(-1, 3)
    assert len(np.unique(colors[1:40], axis=0)) == 39


def test_stages_are_timed_also_when_they_fail() -> None:
    stages = Stages()
    with pytest.raises(ValueError, match="no"), stages("photo"):
        raise ValueError("no")
    stages.add_rendering(rendering(np.zeros((8, 8), np.uint8)))
    assert list(stages.milliseconds) == ["photo", "worker_render"]
    assert stages.milliseconds["worker_render"] == 12.3 and stages.memory_mb["worker_render"] == 400 and stages.memory_mb["photo"] > 10


def test_versions_name_what_is_missing() -> None:
    found = versions()
    assert found["python"].startswith("3.") and found["numpy"] and set(found) >= {"raw", "torch", "bpy"}
