"""Refining with the renderer: small pictures of a tiny library."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from test_inference_placing import on_ground

from inference.placing import moved, with_camera
from inference.refine.budget import Budget, RefineError
from inference.refine.drawing import Drawing
from inference.refine.record import changes, plot, record
from inference.refine.refine import Refinement, candidates, refine
from inference.refine.search import Candidates
from raw.geometry import horizon
from raw.library import Library
from raw.render import RenderPool, RenderSettings
from raw.scene import Camera, Embedding, Ground, Scene
from raw.vision.efficientnet import EfficientNetLite0
from raw.vision.tower import load_tower

SIZE = 64  # pixels

pytestmark = pytest.mark.render


@pytest.fixture(scope="module")
def tower() -> EfficientNetLite0:
    return load_tower("efficientnet_lite0")


def plain() -> Scene:
    """A zebra on level dirt."""
    camera, ground = Camera(85.0, 1.6, 50.0), Ground("dirt/0000")
    return Scene(camera=camera, ground=ground, objects=(on_ground(camera, ground, 0.5, 6.0, 80.0),))


def drawing_of(truth: Scene, pool: RenderPool, tower: EfficientNetLite0, *, seed: int = 9) -> Drawing:
    photo = pool.render(truth, RenderSettings(SIZE, SIZE, samples=1, seed=seed)).image
    return Drawing(Image.fromarray(photo), pool, tower, size=SIZE, samples=1)


def run(start: Scene, drawing: Drawing, budget: Budget, seed: int = 0) -> Refinement:
    return refine(start, Candidates([], [[]] * len(start.objects)), drawing, budget, np.random.default_rng(seed))


def test_a_wrong_pitch_is_improved(render_pool: RenderPool, tower: EfficientNetLite0) -> None:
    truth = plain()
    start = with_camera(truth, replace(truth.camera, pitch=75.0))
    done = run(start, drawing_of(truth, render_pool, tower), Budget(steps=40))
    wrong, left = (abs(horizon(s.camera.pitch, s.camera.fov) - horizon(85.0, 50.0)) for s in (start, done.scene))
    assert done.improved and all(after < before for before, after in done.confirmed)
    assert left < 0.6 * wrong
    assert any(line.startswith("camera pitch 75 ->") for line in changes(start, done))


@pytest.mark.parametrize("seed", [0, 9])  # of the photo: the noise of the search, and another
def test_a_perfect_start_is_returned_unchanged(render_pool: RenderPool, tower: EfficientNetLite0, seed: int) -> None:
    truth = plain()
    done = run(truth, drawing_of(truth, render_pool, tower, seed=seed), Budget(steps=40))
    assert not done.improved and done.scene is truth


def test_no_round_begins_late(render_pool: RenderPool, tower: EfficientNetLite0) -> None:
    truth = plain()
    done = run(moved(truth, 0, u=0.2), drawing_of(truth, render_pool, tower), Budget(seconds=3.0))
    begun = [seconds for seconds, _ in done.trace[:-1]]  # a round begins when the one before it ends
    assert all(seconds < 3.0 for seconds in begun)
    assert done.seconds >= done.trace[-1][0]


def test_steps_can_be_repeated_and_are_told(render_pool: RenderPool, tower: EfficientNetLite0, tmp_path) -> None:
    truth = plain()
    start, drawing = moved(truth, 0, u=0.2), drawing_of(truth, render_pool, tower)
    one, two = (run(start, drawing, Budget(steps=12), seed=5) for _ in range(2))
    assert one.scene == two.scene and [step for _, step in one.trace] == [step for _, step in two.trace]
    told = record(one, start, drawing.frame, 1)
    assert [entry["objective"] for entry in told["trace"]] == [round(step.value, 5) for _, step in one.trace]
    assert told["evaluations"] == one.evaluations and told["frame"] == [SIZE, SIZE]
    plot(tmp_path / "plot.png", one)
    assert Image.open(tmp_path / "plot.png").size[0] > 400


def test_what_cannot_be_drawn_is_refused(render_pool: RenderPool, tower: EfficientNetLite0) -> None:
    truth = plain()
    unknown = replace(truth, ground=replace(truth.ground, appearance="lava/0000"))
    with pytest.raises(RefineError, match="cannot be drawn"):
        run(unknown, drawing_of(truth, render_pool, tower), Budget(steps=10))


def test_candidates_are_the_nearest_of_the_category(tiny_library: Library) -> None:
    looks = tiny_library.embed(plain())
    assert isinstance(looks.objects[0].appearance, Embedding)
    found = candidates(looks, tiny_library)
    assert found.ground == ["dirt/0000"] and found.objects == [["zebra/0000"]]
