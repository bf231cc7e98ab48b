"""The program that is most like the others."""

from __future__ import annotations

import numpy as np
import pytest

from inference.medoid import most_alike
from raw.metrics.ospa import ospa
from raw.scene import Scene, SceneObject


def scene(*where: tuple[float, float, float]) -> Scene:
    return Scene(objects=tuple(SceneObject("tree", place, 5.0, None, None, 9) for place in where))


def test_the_odd_one_is_not_taken() -> None:
    a, b, odd = scene((0, 0, -10), (4, 0, -20)), scene((1, 0, -10), (4, 0, -21)), scene((-15, 0, -60))
    assert most_alike([odd, a, b]) in (1, 2)
    assert most_alike([a, odd, odd, b]) == 1


def test_it_is_the_least_wrong_one_if_each_is_as_likely_the_truth() -> None:
    rng = np.random.default_rng(0)
    scenes = [scene(*(tuple(place) for place in rng.uniform((-20, -2, -80), (20, 2, -5), (rng.integers(0, 6), 3)))) for _ in range(9)]
    places = [np.array([t.location for t in one.objects]).reshape(-1, 3) for one in scenes]
    risks = [np.mean([ospa(one, other) for other in places]) for one in places]
    assert risks[most_alike(scenes)] == pytest.approx(min(risks))


def test_scenes_without_objects_and_a_single_one() -> None:
    assert most_alike([scene()]) == 0
    assert most_alike([scene((0, 0, -9)), scene(), scene()]) == 1
    with pytest.raises(ValueError, match="at least one"):
        most_alike([])
