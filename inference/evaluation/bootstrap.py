"""Means over images with bootstrap intervals.

A metric of N images is a *tally*: (N, 2) float64, a sum and how much it is a sum of. An image's own mean is their ratio; the
mean over images is the ratio of the totals, so a metric over object pairs weighs every pair the same, and precision is hits
over predictions. An image that says nothing about a metric has weight 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A mean and its bootstrap interval over images; None where there is nothing to average."""

    mean: float | None
    low: float | None
    high: float | None
    n: int  # what the mean is over: images, or pairs of objects, or objects
    images: int  # that say something about the metric


def resamples(images: int, rng: np.random.Generator, count: int = RESAMPLES) -> np.ndarray:
    """(count, images) places of images, drawn with replacement: one table for all metrics, so that they stay paired."""
    return rng.integers(images, size=(count, images))


def estimate(tally: np.ndarray, draws: np.ndarray) -> Estimate:
    """Mean of a (N, 2) tally and its percentile interval over the resamples (R, N)."""
    total, weight = tally.sum(axis=0)
    images = int(np.count_nonzero(tally[:, 1]))
    if not images:
        return Estimate(None, None, None, 0, 0)
    sums, weights = tally[draws].sum(axis=1).T
    means = sums[weights > 0] / weights[weights > 0]
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(means) else (np.nan, np.nan)
    return Estimate(float(total / weight), _known(low), _known(high), int(weight), images)


def paired(a: np.ndarray, b: np.ndarray, draws: np.ndarray) -> Estimate:
    """Mean of a's minus b's mean of each image, over the images where both tallies (N, 2) say something."""
    both = (a[:, 1] > 0) & (b[:, 1] > 0)
    difference = np.zeros(len(a))
    difference[both] = a[both, 0] / a[both, 1] - b[both, 0] / b[both, 1]
    return estimate(np.stack([difference, both.astype(np.float64)], axis=1), draws)


def tally_of(values: np.ndarray) -> np.ndarray:
    """(N,) values, nan where there is none -> (N, 2) tally of weights 0 and 1. ValueError where a value is infinite."""
    values = np.asarray(values, dtype=np.float64)
    if np.isinf(values).any():
        raise ValueError(f"value {int(np.isinf(values).argmax())} is infinite; allowed: finite numbers, and nan for none")
    known = ~np.isnan(values)
    return np.stack([np.where(known, values, 0.0), known.astype(np.float64)], axis=1)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
