"""Lanes and their render processes: what happens to those that break, grow, or are not wanted."""

from __future__ import annotations

import importlib.util
import sys
from collections import deque
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from dataset_world import config_of, description
from threadpoolctl import threadpool_info, threadpool_limits

from procedural.generate.config import SplitConfig, Task
from procedural.generate.drawer import Drawer
from procedural.generate.engine import Retries, make_engine
from procedural.generate.lane import Lane, LaneSetup, Made, Progress, table_hash
from procedural.generate.run import generate
from procedural.generate.shards import part_path, summaries
from procedural.labels.columns import features
from raw.library import GROUND, Library
from raw.render import RenderError, RenderSettings
from raw.scene import Ground, Scene

pytestmark = pytest.mark.render
SMALL = RenderSettings(32, 32, samples=1)
LAND = Scene(ground=Ground("dirt/0000", 0.3))


def setup_of(folder: Path, library: Library, **changes: object) -> LaneSetup:
    config = config_of(folder, library, **changes)
    return LaneSetup(config, library.folder, table_hash(library.folder), features(normals=True).arrow_schema)


def test_a_render_process_that_has_grown_is_replaced(tiny_library: Library, caplog: pytest.LogCaptureFixture) -> None:
    """Each of three pictures comes from a fresh process, and they are the same."""
    with Drawer(tiny_library.folder, timeout_s=60, max_memory_mb=1) as drawer:
        pictures = []
        for _ in range(3):
            drawer.start(LAND, SMALL)
            pictures.append(drawer.finish().image)
    assert len([record for record in caplog.records if "a fresh render process takes" in record.message]) == 3
    assert all(np.array_equal(picture, pictures[0]) for picture in pictures)


def test_a_picture_fails_after_two_tries(tiny_library: Library, caplog: pytest.LogCaptureFixture) -> None:
    with Drawer(tiny_library.folder, timeout_s=60, max_memory_mb=4000) as drawer:
        drawer.start(replace(LAND, ground=Ground("lava/0000")), SMALL)
        with pytest.raises(RenderError, match="lava/0000"):
            drawer.finish()
        assert [record.message for record in caplog.records if "is drawn again" in record.message]
        drawer.start(LAND, SMALL)
        assert drawer.finish().image.shape == (32, 32, 3)


def test_lanes_say_what_they_do_and_parts_are_on_disk(tiny_library: Library, tmp_path: Path) -> None:
    setup = setup_of(tmp_path, tiny_library, workers=2)
    engine = make_engine(setup)
    tasks = [Task("train", 0), Task("train", 1)]
    events = list(engine.run(tasks))
    assert {event for event in events if isinstance(event, Made)} == {Made(task) for task in tasks}
    for task in tasks:
        (scene,) = summaries(part_path(tmp_path, task))
        told = [event.images for event in events if isinstance(event, Progress) and event.task == task]
        assert scene.images == told[-1] and told == sorted(told)


def test_a_lane_with_another_library_is_refused(tiny_library: Library, tmp_path: Path) -> None:
    setup = replace(setup_of(tmp_path, tiny_library), table_hash="another")
    with pytest.raises(ValueError, match="is another library on this machine"):
        Lane(setup)
    with pytest.raises(ValueError, match="is another library on this machine"):
        list(make_engine(setup).run([Task("train", 0)]))


def test_a_lane_keeps_matrix_products_to_one_thread(tiny_library: Library, tmp_path: Path) -> None:
    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    with threadpool_limits(2, user_api="blas"):
        before = threads()
        with Lane(setup_of(tmp_path, tiny_library)):
            assert set(threads()) == {1}
        assert threads() == before and before


def test_scenes_that_fail_are_left_out_and_made_by_the_next_run(tiny_library: Library, tmp_path: Path) -> None:
    """One asset loses its mesh: the scenes in which it stands fail. When it is back, the set is as if nothing had been."""
    config = config_of(tmp_path / "set", tiny_library, train=SplitConfig(3, 1), scenes_per_shard=2)
    whole = generate(replace(config, out=tmp_path / "whole"))
    mesh = next(path for path in tiny_library.folder.rglob("*.npz") if "zebra" in str(path))
    away = mesh.rename(tmp_path / "away.npz")
    try:
        generate(config)
    finally:
        away.rename(mesh)
    about = description(config.out)
    assert about["failed"] and all("zebra" in failed["error"] for failed in about["failed"]) and not about["complete"]
    generate(config)
    assert description(config.out) == description(whole)


def test_a_run_in_which_nothing_works_is_given_up(tiny_library: Library, tmp_path: Path) -> None:
    bare = Library(tmp_path / "bare", tuple(r for r in tiny_library.records if r.category != GROUND), tiny_library.yaws, "")
    bare.folder.mkdir()
    bare.save_table()
    config = config_of(tmp_path / "set", bare, train=SplitConfig(40, 1))
    with pytest.raises(RenderError, match="10 scenes failed one after another, the last one with: ValueError: .*bare has no ground"):
        generate(config)
    assert len(description(config.out)["failed"]) == 0 and len((config.out / "failed.jsonl").read_text().splitlines()) == 10


def test_a_scene_whose_lane_ended_is_made_once_more_and_before_the_others() -> None:
    retries, lost, other = Retries(), Task("train", 1), Task("train", 2)
    waiting = deque([other])
    assert retries.again(lost, waiting, "its lane ended with code -9") is None and list(waiting) == [lost, other]
    assert retries.again(other, deque(), "its lane ended with code -9") is None
    assert retries.again(lost, waiting, "its lane ended with code 1") == Made(lost, "its lane ended with code 1, 2 times")
    assert list(waiting) == [lost, other]


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="ray is installed")
def test_ray_that_is_missing_is_named(tiny_library: Library, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"pip install 'raw-scenes\[ray\]'"):
        generate(config_of(tmp_path / "set", tiny_library, engine="ray"))


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="ray is not installed")
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/net")
def test_ray_makes_the_same_set_and_listens_to_this_machine_alone(tiny_library: Library, tmp_path: Path) -> None:
    config = config_of(tmp_path / "local", tiny_library)
    before = listening()
    engine = make_engine(setup_of(tmp_path / "ray", tiny_library, workers=2, engine="ray"))
    try:
        assert all(address in ("0100007F", "0000000000000000FFFF00000100007F") for address, _ in listening() - before)
    finally:
        engine.close()
    made = [generate(replace(config, out=tmp_path / name, engine=name, workers=2)) for name in ("local", "ray")]
    assert description(made[0])["splits"] == description(made[1])["splits"]
    assert description(made[0])["label_hash"] == description(made[1])["label_hash"]


def listening() -> set[tuple[str, str]]:
    """Address and port, in hexadecimal, of all sockets that wait for connections."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return {tuple(words[1].split(":")) for words in lines if words[3] == "0A"}  # type: ignore[misc]
