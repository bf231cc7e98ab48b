"""Means over cases with bootstrap intervals, and paired differences.

A metric of N cases is a *tally*: (N, 2) float64, a sum and how much it is a sum of. A case's own mean is their ratio; the mean
over cases is the ratio of the totals, so a metric over object pairs weighs every pair the same, and precision is hits over
predictions. A case that says nothing about a metric has weight 0. Cases that are views of one scene are drawn together (a
cluster bootstrap: Field and Welsh 2007), as they are not independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean and its percentile interval. None where there is nothing to average, or no two scenes to tell a spread from."""

    mean: float | None
    low: float | None
    high: float | None
    n: int  # what the mean is over: cases, or pairs of objects, or objects
    images: int  # cases that say something about the metric


def resamples(worlds: Sequence[str], rng: np.random.Generator, count: int = RESAMPLES) -> np.ndarray:
    """(count, N) float64: how often each of N cases is drawn, when as many worlds as there are are drawn with replacement.

    ``worlds`` has each case's scene. One table for all metrics and methods, so that they stay paired. ValueError without cases.
    """
    if not len(worlds):
        raise ValueError("resamples needs at least one case")
    names, place = np.unique(np.asarray(worlds), return_inverse=True)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=count)
    return drawn[:, place].astype(np.float64)


def estimates(tallies: np.ndarray, weights: np.ndarray) -> list[Estimate]:
    """Of M tallies (M, N, 2), under resamples (R, N) of the cases."""
    metrics, cases = tallies.shape[:2]
    drawn = (weights @ tallies.transpose(1, 0, 2).reshape(cases, metrics * 2)).reshape(len(weights), metrics, 2)
    return [_estimate(tally, _ratios(drawn[:, m]), weights) for m, tally in enumerate(tallies)]


def differences(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> list[Estimate]:
    """Mean of each of M tallies (M, N, 2) of ``a`` less that of ``b``, over the cases where both say something, drawn as pairs.

    ``n`` is the number of these cases.
    """
    found = []
    for first, second in zip(a, b, strict=True):
        shared = (first[:, 1] > 0) & (second[:, 1] > 0)
        sides = [np.where(shared[:, None], side, 0.0) for side in (first, second)]
        drawn = [_ratios(weights @ side) for side in sides]
        means = [_ratios(side.sum(axis=0, keepdims=True))[0] for side in sides]
        count = int(shared.sum())
        mean = float(means[0] - means[1]) if count else None
        found.append(Estimate(mean, *interval(drawn[0] - drawn[1], weights[:, shared]), count, count))
    return found


def _estimate(tally: np.ndarray, means: np.ndarray, weights: np.ndarray) -> Estimate:
    total, weight = tally.sum(axis=0)
    if not weight:
        return Estimate(None, None, None, 0, 0)
    said = tally[:, 1] > 0
    return Estimate(float(total / weight), *interval(means, weights[:, said]), round(weight), int(said.sum()))


def _ratios(sums: np.ndarray) -> np.ndarray:
    """(R, 2) totals -> (R,) means, nan where a resample holds nothing."""
    return np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] > 0)


def interval(values: np.ndarray, weights: np.ndarray) -> tuple[float | None, float | None]:
    """Quantiles of a statistic's (R,) values under the resamples (R, M) of the cases that it is of; nan values are left out.

    None where there are no values, or all these cases are always drawn together.
    """
    known = values[~np.isnan(values)]
    if not len(known) or not (weights != weights[:, :1]).any():
        return None, None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
