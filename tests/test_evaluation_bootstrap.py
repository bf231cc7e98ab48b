"""Intervals: their width, clusters, pairs."""

from __future__ import annotations

import numpy as np
import pytest

from inference.evaluation.bootstrap import Estimate, differences, estimates, resamples


def ones(values: np.ndarray) -> np.ndarray:
    """(N,) values -> one tally (1, N, 2) of weight 1."""
    return np.stack([values, np.ones(len(values))], axis=1)[None]


def alone(count: int) -> list[str]:
    return [str(i) for i in range(count)]


def drawn(worlds: list[str], seed: int = 0) -> np.ndarray:
    return resamples(worlds, np.random.default_rng(seed))


def test_intervals_hold_the_mean_and_shrink() -> None:
    values = np.random.default_rng(1).normal(3, 1, size=400)
    [wide], [narrow] = (estimates(ones(values[:n]), drawn(alone(n))) for n in (25, 400))
    assert narrow.low < 3 < narrow.high and narrow.mean == pytest.approx(values.mean())
    assert narrow.high - narrow.low == pytest.approx(2 * 1.96 / 20, rel=0.15)  # of the normal distribution
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert estimates(ones(values), drawn(alone(400))) == [narrow] != estimates(ones(values), drawn(alone(400), seed=1))


def test_views_of_one_scene_are_drawn_together() -> None:
    worlds = [f"scene-{i // 10}" for i in range(400)]
    weights = drawn(worlds)
    assert weights.shape == (1000, 400) and (weights.reshape(1000, 40, 10) == weights[:, ::10, None]).all()
    assert (weights[:, ::10].sum(axis=1) == 40).all()
    values = np.repeat(np.random.default_rng(1).normal(size=40), 10)  # all views of a scene agree
    [together], [apart] = estimates(ones(values), weights), estimates(ones(values), drawn(alone(400)))
    assert together.mean == apart.mean
    assert together.high - together.low == pytest.approx(np.sqrt(10) * (apart.high - apart.low), rel=0.2)


def test_a_tally_weighs_pairs_and_leaves_out_what_says_nothing() -> None:
    tally = np.array([[(6.0, 3.0), (10.0, 1.0), (0.0, 0.0)], [(0.0, 0.0)] * 3])
    pairs, nothing = estimates(tally, drawn(alone(3)))
    assert (pairs.mean, pairs.n, pairs.images) == (4.0, 4, 2) and pairs.low == 2.0 and pairs.high == 10.0
    assert nothing == Estimate(None, None, None, 0, 0)


def test_one_scene_has_no_interval() -> None:
    [one] = estimates(ones(np.array([1.0, 2.0])), drawn(["a", "a"]))
    assert (one.mean, one.low, one.high, one.n) == (1.5, None, None, 2)
    [less] = differences(ones(np.array([1.0, 2.0])), ones(np.zeros(2)), drawn(["a", "a"]))
    assert (less.mean, less.low) == (1.5, None)
    with pytest.raises(ValueError, match="at least one case"):
        drawn([])


def test_differences_are_of_cases_that_both_have() -> None:
    a = np.array([[(4.0, 2.0), (9.0, 1.0), (0.0, 0.0), (3.0, 1.0)]])
    b = np.array([[(3.0, 1.0), (0.0, 0.0), (5.0, 1.0), (2.0, 2.0)]])
    [one] = differences(a, b, drawn(alone(4)))
    assert one.mean == pytest.approx(7 / 3 - 5 / 3) and one.n == one.images == 2
    assert differences(a, a, drawn(alone(4)))[0].high == 0.0
    [none] = differences(a[:, :1] * 0, b[:, :1], drawn(["a"]))
    assert none == Estimate(None, None, None, 0, 0)


def test_pairs_are_surer_than_each_side() -> None:
    """What all methods find hard spreads the means and not their differences."""
    rng = np.random.default_rng(2)
    hard = rng.normal(0, 5, size=200)
    a, b = (ones(hard + shift + rng.normal(0, 0.1, size=200)) for shift in (0.0, 0.2))
    weights = drawn(alone(200))
    [less], [mean] = differences(a, b, weights), estimates(a, weights)
    assert less.high < 0 and less.high - less.low < (mean.high - mean.low) / 10
