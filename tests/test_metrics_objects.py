"""Object matching and its errors: known answers, empty sides, both ways to match."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from raw.geometry import matrix_to_quaternion, rotation_z
from raw.metrics.objects import match, pooled, same_family, score_objects
from raw.scene import Embedding, SceneObject


def thing(category: str | None, x: float, z: float, appearance: str | None = None, yaw: float = 0.0, height: float = 1.0) -> SceneObject:
    return SceneObject(category, (x, 0.0, z), height, tuple(matrix_to_quaternion(rotation_z(yaw))), appearance)


TRUE = [thing("herbivore", 0, -10, "zebra/0001"), thing("tree", 5, -20, "oak/0002"), thing("bird", -3, -5)]


def test_the_truth_scores_best_in_any_order() -> None:
    scores = score_objects([TRUE[2], TRUE[0], TRUE[1]], TRUE)
    np.testing.assert_array_equal(scores.pairs, [[1, 0], [2, 1], [0, 2]])
    summary = scores.summary()
    assert all(summary[key] == 0 for key in ("location", "relative", "height", "count_error", "count_bias"))
    assert summary["rotation"] == pytest.approx(0, abs=1e-5)
    assert all(summary[key] == 1 for key in ("category", "family", "asset", "precision", "recall"))


def test_known_errors() -> None:
    predicted = [
        thing("carnivore", 3, -14, "zebra/0009", yaw=30, height=2.0),  # 5 m from the first
        thing("tree", 5, -32, "oak/0002"),  # 12 m of 20: no hit
    ]
    scores = score_objects(predicted, TRUE[:2])
    np.testing.assert_allclose(scores.location, [5, 12])
    np.testing.assert_allclose(scores.relative, [0.5, 0.6])
    np.testing.assert_allclose(scores.rotation, [30, 0], atol=1e-5)
    np.testing.assert_allclose(scores.height, [np.log(2), 0])
    assert scores.category.tolist() == [0, 1] and scores.family.tolist() == [1, 1] and scores.asset.tolist() == [0, 1]
    assert (scores.hits, scores.precision, scores.recall) == (1, 0.5, 0.5)


def test_the_matching_is_best_overall_not_greedy() -> None:
    true = [thing("tree", 0, -10), thing("tree", 4, -10)]
    predicted = [thing("tree", -3, -10), thing("tree", 1, -10)]  # the second is nearest to both
    np.testing.assert_array_equal(match(predicted, true), [[0, 0], [1, 1]])


def test_category_counts_by_penalty_or_comes_first() -> None:
    true = [thing("tree", 0, -10), thing("bird", 1, -10)]
    swapped = [thing("bird", 0, -10), thing("tree", 1, -10)]
    np.testing.assert_array_equal(match(swapped, true, penalty=0.0), [[0, 0], [1, 1]])
    np.testing.assert_array_equal(match(swapped, true), [[1, 0], [0, 1]])
    apart = [thing("tree", 0, -10), thing("bird", 0, -60)]
    swapped = [thing("bird", 0, -10), thing("tree", 0, -60)]
    np.testing.assert_array_equal(match(swapped, apart), [[0, 0], [1, 1]])  # too far apart for the penalty
    np.testing.assert_array_equal(match(swapped, apart, by_category=True), [[1, 0], [0, 1]])
    left_over = [thing("bush", 0, -10), thing("tree", 90, -10), thing(None, 50, -10)]
    np.testing.assert_array_equal(match(left_over, true, by_category=True), [[1, 0], [0, 1]])


def test_by_category_matches_as_many_as_there_are() -> None:
    rng = np.random.default_rng(0)
    for n, m in ((5, 8), (8, 5), (3, 0), (0, 3)):
        sides = [[thing(str(rng.choice(["tree", "bird", "bush"])), rng.normal(), -5 - rng.random()) for _ in range(k)] for k in (n, m)]
        for by_category in (False, True):
            pairs = match(*sides, by_category=by_category)
            assert len(pairs) == min(n, m) and all(len(set(pairs[:, k])) == len(pairs) for k in (0, 1))


def test_empty_sides() -> None:
    nothing, missed, invented = score_objects([], []), score_objects([], TRUE), score_objects(TRUE[:1], [])
    assert math.isnan(nothing.precision) and math.isnan(nothing.recall) and nothing.summary()["count_error"] == 0
    assert math.isnan(missed.precision) and missed.recall == 0 and missed.summary()["count_error"] == 3
    assert missed.summary()["count_bias"] == -3 and math.isnan(missed.summary()["location"])
    assert invented.precision == 0 and math.isnan(invented.recall)


def test_pooling_counts_every_object_once() -> None:
    scores = pooled([score_objects(TRUE, TRUE), score_objects([], TRUE), score_objects(TRUE[:1], [])])
    assert (scores.hits, scores.precision, scores.recall) == (3, 3 / 4, 3 / 6)
    assert scores.summary()["count_error"] == pytest.approx(4 / 3) and scores.summary()["count_bias"] == pytest.approx(-2 / 3)
    with pytest.raises(ValueError, match="at least one"):
        pooled([])


def test_what_is_not_known_is_not_scored() -> None:
    true = [TRUE[2]]  # no asset id
    scores = score_objects([replace(true[0], rotation=None)], true)
    assert math.isnan(scores.rotation[0]) and math.isnan(scores.family[0]) and math.isnan(scores.asset[0])
    assert same_family(None, "zebra/1") == 0.0
    with pytest.raises(ValueError, match="resolve the scene"):
        score_objects([replace(true[0], appearance=Embedding(np.ones(2)))], true)


def test_a_base_behind_the_camera_has_a_depth_to_divide_by() -> None:
    assert score_objects([thing("tree", 1, 2)], [thing("tree", 0, 2)]).relative[0] == pytest.approx(10.0)
