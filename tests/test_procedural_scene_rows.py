"""Which cameras of a scene become rows, with a painter in the place of the renderer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dataset_world import config_of, picture

from procedural.generate.config import DatasetConfig, SplitConfig, Task
from procedural.generate.scene_rows import make_rows
from procedural.labels.pictures import depth_picture, normal_picture
from raw.language import parse, write
from raw.library import Library
from raw.render import NotSeen, RenderError, Rendering, RenderSettings
from raw.scene import Scene

TASK = Task("train", 5)
class Painter:
    """Draws the first object in one column, the second in two and so on; the subject does not show in the pictures ``empty``."""

    def __init__(self, *empty: int) -> None:
        self.empty, self.events, self.pictures = empty, [], 0

    def start(self, scene: Scene, settings: RenderSettings) -> None:
        self.scene = scene
        self.events.append(f"start {self.pictures}")

    def finish(self) -> Rendering:
        index = np.zeros((64, 64), np.uint8)
        kept = tuple(range(min(3, len(self.scene.objects))))
        for i in kept:
            index[:, 5 * i : 6 * i + 1] = i + 1
        self.events.append(f"finish {self.pictures}")
        self.pictures += 1
        if self.pictures - 1 in self.empty:
            raise NotSeen("object 0 shows too little")
        depth = np.full((64, 64), 7.0, np.float32)
        return Rendering(np.full((64, 64, 3), self.pictures, np.uint8), index, depth, None, {}, 1.0, "brush", kept)


@pytest.fixture
def library(tiny_library: Library) -> Library:
    return tiny_library


@pytest.fixture
def config(tmp_path: Path, library: Library) -> DatasetConfig:
    return config_of(tmp_path / "set", library, train=SplitConfig(9, 4))


def test_rows_are_numbered_and_pictures_largest_object_first(config: DatasetConfig, library: Library) -> None:
    told: list[int] = []
    rows, rejected = make_rows(TASK, config, library, Painter(), told.append)
    assert [(row["scene_id"], row["view"], row["seed"], row["biome"]) for row in rows] == [
        ("train-000005", v, 3, "savanna") for v in range(4)
    ]
    assert told == [1, 2, 3, 4] and not rejected
    for row in rows:
        counts = [thing.pixels for thing in parse(row["program"]).objects]
        assert counts == sorted(counts, reverse=True) == [(picture(row["mask"]) == i + 1).sum() for i in range(len(counts))]
        assert write(parse(row["program"])) == row["program"]
    assert any(len(parse(row["program"]).objects) > 1 for row in rows)


def test_the_next_camera_is_begun_before_a_row_is_told_of(config: DatasetConfig, library: Library) -> None:
    painter = Painter()
    make_rows(TASK, config, library, painter, lambda images: painter.events.append(f"told {images}"))
    assert painter.events[:6] == ["start 0", "finish 0", "start 1", "told 1", "finish 1", "start 2"]
    assert painter.pictures == 4 and painter.events[-1] == "told 4"  # and none is drawn in vain


def test_cameras_that_show_nothing_are_passed_over(config: DatasetConfig, library: Library) -> None:
    whole, _ = make_rows(TASK, config, library, Painter(), lambda images: None)
    rows, rejected = make_rows(TASK, config, library, Painter(0, 2), lambda images: None)
    assert rejected == {"subject hidden": 2} and [row["view"] for row in rows] == [0, 1, 2, 3]
    assert rows[0]["program"] == whole[1]["program"] and rows[1]["program"] == whole[3]["program"]  # the stream of cameras is the same


def test_tries_are_bounded(config: DatasetConfig, library: Library) -> None:
    painter = Painter(*range(2, 100))
    rows, rejected = make_rows(TASK, config, library, painter, lambda images: None)
    assert len(rows) == 2 and rejected == {"subject hidden": 6} and painter.pictures == 8 == config.tries * 4


def test_rows_depend_on_seed_split_and_number_alone(config: DatasetConfig, library: Library) -> None:
    def programs(task: Task, seed: int = 3) -> list[str]:
        own = config_of(config.out, library, train=SplitConfig(9, 4), test=SplitConfig(9, 4), seed=seed)
        return [row["program"] for row in make_rows(task, own, library, Painter(), lambda images: None)[0]]

    assert programs(TASK) == programs(TASK)
    assert len({tuple(programs(*case)) for case in ((TASK,), (Task("train", 6),), (Task("test", 5),), (TASK, 4))}) == 4


def test_a_picture_that_cannot_be_drawn_fails_the_scene(config: DatasetConfig, library: Library) -> None:
    class Clumsy(Painter):
        def finish(self) -> Rendering:
            raise RenderError("dropped the brush")

    with pytest.raises(RenderError, match="dropped the brush"):
        make_rows(TASK, config, library, Clumsy(), lambda images: None)


def test_depth_and_normals_as_stored() -> None:
    assert depth_picture(np.array([[0.0, 1.239, 655.34, 656.0, np.inf]])).tolist() == [[0, 123, 65534, 65535, 65535]]
    normals = np.array([[[0, 0, 1], [-1, 0, 0], [0, 0, 0]]], np.float32)
    assert normal_picture(normals).tolist() == [[[128, 128, 255], [0, 128, 128], [0, 0, 0]]]
