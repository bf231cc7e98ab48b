"""The codec experiment: regions, scenes, and the sums of its table. The run itself is a matter of an hour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.experiments.codecs.config import CodecExperiment
from inference.experiments.codecs.pictures import region_of_task, write_pictures
from inference.experiments.codecs.report import median, write_report
from inference.experiments.codecs.scenes import BEYOND, CAMERA, FAR, NEAR, REGIONS, region_of, sample_scene
from inference.experiments.codecs.scores import PictureScore, load_scores, save_scores
from procedural.generate.config import Task
from raw.geometry import camera_to_world
from raw.language import parse
from raw.library import AssetRecord, Library
from training.pairs import Pairs

THING = AssetRecord("zebra/0000", "zebra", "herbivore", "zebra", 1.5, 0)


@pytest.mark.parametrize("region", REGIONS)
def test_things_stand_on_the_ground_within_their_region(region: str) -> None:
    rng = np.random.default_rng(0)
    scenes = [sample_scene(region, [THING], "sand/0000", rng) for _ in range(60)]
    things = [thing for scene in scenes for thing in scene.objects]
    assert {len(scene.objects) for scene in scenes} == {1, 2, 3}
    assert {region_of(thing.location) for thing in things} == {region}
    depths = np.array([-thing.location[2] for thing in things])
    low, high = (FAR, BEYOND) if region == "beyond" else (NEAR, FAR)
    assert low <= depths.min() < low * 1.1 and high * 0.9 < depths.max() <= high
    below = np.array([camera_to_world(CAMERA.pitch) @ thing.location for thing in things])[:, 2]
    np.testing.assert_allclose(below, -CAMERA.height, atol=0.01)


def test_the_board_is_its_own_mirror_image_and_half_of_it_is_black() -> None:
    rng = np.random.default_rng(1)
    depth = np.exp(rng.uniform(np.log(NEAR), np.log(FAR), 4000))
    x = rng.uniform(-0.849, 0.849, 4000) * depth * np.tan(np.radians(CAMERA.fov / 2))
    found = [region_of((a, 0.0, -d)) for a, d in zip(x, depth, strict=True)]
    assert found == [region_of((-a, 0.0, -d)) for a, d in zip(x, depth, strict=True)]
    assert found.count("inside") == pytest.approx(2000, abs=150)


def test_test_pictures_take_turns() -> None:
    assert [region_of_task(Task("test", i)) for i in range(4)] == ["inside", "holes", "beyond", "inside"]
    assert {region_of_task(Task("train", i)) for i in range(4)} == {"inside"}


def score(region: str, error: float, *, parsed: bool = True, predicted: int = 1) -> PictureScore:
    place = [(0.0, -1.0, -10.0)] if parsed else []
    return PictureScore(region, parsed, predicted, 1, [(0.0, -1.0, -10.0 - error)] if parsed else [], place)


def test_the_table_says_medians_by_codec_and_region(tmp_path: Path) -> None:
    first = [score("inside", 1.0), score("holes", 2.0), score("beyond", -3.0), score("inside", 3.0, predicted=2)]
    second = [score("inside", 6.0), score("holes", 2.0), score("beyond", -3.0), score("inside", 0.0, parsed=False, predicted=0)]
    save_scores(first, tmp_path / "scores" / "head-0.json")
    found = write_report({"head": [load_scores(tmp_path / "scores" / "head-0.json"), second]}, tmp_path)
    inside, holes, beyond = found.splitlines()[2:]
    assert inside.startswith("| head | inside | 3 | 3.00 [3.00, 3.50] | 2.00, 6.00 | 0.30 [") and inside.endswith("| 33% | 50% | 75% |")
    assert "| 2.00 [2.00, 2.00] |" in holes and "| 0.70 [0.70, 0.70] | 0% | 100% | 100% |" in beyond
    assert (tmp_path / "plot.png").stat().st_size > 3000 and (tmp_path / "table.md").read_text() == found + "\n"


def test_intervals_are_over_pictures() -> None:
    one = median([np.full(50, 1.0), np.full(50, 3.0)])
    many = median([np.array([v]) for v in np.random.default_rng(0).normal(2, 1, 400)])
    assert (one.low, one.high) == (1.0, 3.0) and many.low < 2 < many.high and many.high - many.low < 0.4
    with pytest.raises(ValueError, match="hold no value"):
        median([np.zeros(0)])


@pytest.mark.parametrize(("change", "message"), [({"train": 0}, "train is 0"), ({"codecs": ()}, "codecs is empty")])
def test_settings_without_sense_are_refused(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CodecExperiment(**change)


@pytest.mark.render
def test_pictures_are_a_data_set_that_is_drawn_once(tiny_library: Library, tmp_path: Path) -> None:
    experiment = CodecExperiment(
        tmp_path, tiny_library.folder, train=1, validation=1, test=2, families=("zebra", "granite"), ground="dirt/0000"
    )
    config = write_pictures(experiment)
    stamps = {path: path.stat().st_mtime_ns for path in config.out.glob("*/*.parquet")}
    pairs = Pairs(config.out, "test")
    scenes = [parse(pairs.picture(i)[2]) for i in range(len(pairs))]
    assert [region_of(scene.objects[0].location) for scene in scenes] == ["inside", "holes"]
    assert all(thing.pixels > 100 for scene in scenes for thing in scene.objects)
    write_pictures(experiment)
    assert {path: path.stat().st_mtime_ns for path in config.out.glob("*/*.parquet")} == stamps and len(stamps) == 3
    with pytest.raises(ValueError, match="has no unicorn"):
        write_pictures(replace(experiment, out=tmp_path / "other", families=("unicorn",)))


def test_scores_are_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path, score = tmp_path / "scores" / "bins-0.json", PictureScore("inside", True, 1, 1, [(0.0, 0.0, -5.0)], [(0.0, 0.0, -5.0)])
    save_scores([score], path)
    with pytest.raises(TypeError):
        save_scores([score, replace(score, predicted=np.int64(2))], path)  # numbers that JSON does not know
    assert load_scores(path)[0].region == "inside" and [file.name for file in path.parent.iterdir()] == [path.name]
