"""Means over seeds and the rule that decides."""

from __future__ import annotations

import numpy as np
import pytest

from inference.experiments.verdict import AGREE, DISAGREE, UNDECIDED, difference, mean, pooled_spread

SCENES = [f"s{i // 2}" for i in range(40)]  # two pictures each


def runs(level: float, *seeds: float, noise: float = 0.1) -> list[np.ndarray]:
    """(40, 2) tallies for each seed, around ``level`` plus what the seed adds; pictures are as hard in every run."""
    hard = np.random.default_rng(0).normal(0, noise, 40)
    return [np.stack([hard + level + seed, np.ones(40)], axis=1) for seed in seeds]


def test_a_mean_is_of_seeds_and_each_is_a_ratio_of_totals() -> None:
    found = mean([np.array([[1.0, 1.0], [5.0, 2.0]]), np.array([[4.0, 1.0], [8.0, 2.0]])])
    assert found.seeds == (2.0, 4.0) and found.value == 3.0 and found.spread == pytest.approx(np.sqrt(2)) and found.n == 3
    assert np.isnan(mean([np.zeros((3, 2))]).value) and np.isnan(mean(runs(1.0, 0.0)).spread)


def test_spread_is_pooled_within_arms() -> None:
    spread, freedom = pooled_spread({"a": runs(0.0, -1.0, 1.0, noise=0.0), "b": runs(9.0, -2.0, 2.0, 0.0, noise=0.0)})
    assert freedom == 3 and spread == pytest.approx(np.sqrt((2 + 8) / 3))


def test_a_clear_gain_agrees_in_the_direction_of_the_measure() -> None:
    low, high = runs(1.0, -0.01, 0.0, 0.01), runs(2.0, -0.01, 0.0, 0.01)
    spread = pooled_spread({"low": low, "high": high})
    assert difference(low, high, SCENES, spread, higher=False).verdict == AGREE
    assert difference(low, high, SCENES, spread, higher=True).verdict == DISAGREE
    assert difference(low, high, SCENES, spread, higher=False).value == pytest.approx(1.0)


def test_what_seeds_alone_can_make_is_undecided() -> None:
    some, other = runs(1.0, -0.5, 0.0, 0.5), runs(1.3, -0.5, 0.0, 0.5)
    assert difference(some, other, SCENES, pooled_spread({"some": some, "other": other}), higher=False).verdict == UNDECIDED


def test_what_pictures_alone_can_make_is_undecided() -> None:
    steady = runs(1.0, -0.001, 0.0, 0.001, noise=0.0)
    one_scene = [tally.copy() for tally in steady]
    for tally in one_scene:
        tally[0, 0] += 4.0  # worse in one picture only
    assert difference(steady, one_scene, SCENES, pooled_spread({"a": steady, "b": one_scene}), higher=False).verdict == UNDECIDED


def test_one_seed_decides_nothing() -> None:
    found = difference(runs(1.0, 0.0), runs(9.0, 0.0), SCENES, pooled_spread({"a": runs(1.0, 0.0)}), higher=False)
    assert found.verdict == UNDECIDED and found.value == pytest.approx(8.0) and np.isnan(found.low)


def test_arms_with_pictures_of_their_own_are_resampled_apart() -> None:
    some, other = runs(1.0, -0.01, 0.01), [tally[:30] for tally in runs(2.0, -0.01, 0.01)]
    found = difference(some, other, None, pooled_spread({"a": some, "b": other}), higher=False)
    assert found.verdict == AGREE and found.high - found.low > 0.05
