"""The search and what it returns, on pictures of discs, which take no renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from refine_painter import Painter, meadow

from inference.placing import moved, with_camera
from inference.refine.budget import Budget, Clock, RefineError
from inference.refine.refine import Refinement, refine
from inference.refine.search import Candidates
from raw.geometry import horizon
from raw.scene import Scene

LOOKS = ["zebra/0000", "lion/0000"]


def run(start: Scene, painter: Painter, steps: int = 150, seed: int = 0) -> Refinement:
    assets = Candidates(["dirt/0000", "sand/0000"], [LOOKS] * len(start.objects))
    return refine(start, assets, painter, Budget(steps=steps), np.random.default_rng(seed))


def test_a_wrong_horizon_is_put_right() -> None:
    truth = meadow()
    start = with_camera(truth, replace(truth.camera, pitch=76.0))
    done = run(start, Painter(truth))
    before, after = (abs(horizon(one.camera.pitch, one.camera.fov) - horizon(84.0, 50.0)) for one in (start, done.scene))
    assert done.improved and after < 0.3 * before


def test_objects_find_their_places_looks_and_sizes_in_the_same_rounds() -> None:
    truth = meadow()
    wrong = moved(moved(truth, 0, u=0.12, v=0.05), 2, size=0.6)
    wrong = replace(wrong, objects=(wrong.objects[0], replace(wrong.objects[1], appearance="lion/0000"), wrong.objects[2]))
    done = run(wrong, Painter(truth), steps=250)
    assert done.improved and done.winner.value < 0.4 * done.start.value
    assert done.scene.objects[1].appearance == "zebra/0000"


def test_what_is_too_much_is_dropped_and_the_rest_keep_their_numbers() -> None:
    truth = meadow(2)
    extra = moved(replace(truth, objects=(*truth.objects, truth.objects[0])), 2, u=0.55, v=-0.2)
    mixed = replace(extra, objects=(extra.objects[2], *extra.objects[:2]))
    done = run(mixed, Painter(truth), steps=250)
    assert done.winner.draft.keys == (1, 2)


def test_a_wrong_ground_is_replaced() -> None:
    truth = meadow(0)
    done = run(replace(truth, ground=replace(truth.ground, appearance="sand/0000")), Painter(truth), steps=60)
    assert done.scene.ground.appearance == "dirt/0000"


def test_a_perfect_start_is_returned() -> None:
    truth = meadow()
    done = run(truth, Painter(truth))
    assert not done.improved and done.scene is truth and done.confirmed == []


@pytest.mark.parametrize("seed", range(8))
def test_luck_of_the_search_does_not_pass_for_a_gain(seed: int) -> None:
    truth = meadow(0)
    painter = Painter(truth, noise=1.0)  # far more than any change of a few degrees
    done = run(truth, painter, steps=80, seed=seed)
    assert min(step.value for _, step in done.trace) < done.start.value  # the search was fooled
    values = [after < before for before, after in done.confirmed]
    assert values and done.improved == all(values)
    assert done.improved or done.scene is truth


def test_the_same_seed_takes_the_same_course() -> None:
    truth = meadow()
    start = moved(with_camera(truth, replace(truth.camera, pitch=79.0)), 1, u=0.1)
    first, second, other = (run(start, Painter(truth), steps=60, seed=seed) for seed in (3, 3, 4))
    assert first.scene == second.scene and [step for _, step in first.trace] == [step for _, step in second.trace]
    assert first.scene != other.scene


def test_evaluations_are_counted_and_limited() -> None:
    truth = meadow()
    painter = Painter(truth)
    done = run(moved(truth, 0, u=0.1), painter, steps=20)
    assert painter.drawn == done.evaluations
    assert 20 <= done.trace[-1][1].evaluations <= 20 + 5


@pytest.mark.parametrize("limit", [1.0, 2.5, 7.0])
def test_seconds_are_kept(limit: float) -> None:
    truth = meadow()
    painter = Painter(truth)
    start = moved(truth, 0, u=0.1)
    assets, rng = Candidates(["sand/0000"], [LOOKS] * 3), np.random.default_rng(0)
    done = refine(start, assets, painter, Budget(seconds=limit), rng, now=lambda: 0.1 * painter.drawn)  # a tenth of a second each
    assert painter.drawn >= 5 and done.seconds < limit + 0.15  # one drawing more at most
    assert done.seconds > limit - 2.5  # a round and confirming take less


def test_a_round_that_would_not_fit_is_not_begun() -> None:
    clock = Clock(Budget(seconds=2.0))
    assert clock.fits("objects", 1)
    clock.saw("camera", 0.5)
    assert clock.fits("camera", 5) and not clock.fits("sky", 5)  # a sky round takes four times as long
    clock.saw("camera", 1.9)
    assert not clock.fits("camera", 9)


@pytest.mark.parametrize(("seconds", "steps"), [(0.0, 0), (-1.0, 0), (1.0, -5)])
def test_budgets_that_cannot_be(seconds: float, steps: int) -> None:
    with pytest.raises(RefineError, match="a budget is .* allowed"):
        Budget(seconds, steps)
