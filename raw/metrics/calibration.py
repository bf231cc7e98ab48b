"""Whether a confidence is a probability: the share of predictions that are right, where so much is claimed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Reliability(NamedTuple):
    """B bins of equal width over 0..1, each with its lower end but the last also with its upper one."""

    confidence: np.ndarray  # (B,) mean of the bin's predictions, nan where it has none
    right: np.ndarray  # (B,) share of them that is right, nan likewise
    count: np.ndarray  # (B,) int64
    error: float  # expected calibration error (Guo et al. 2017): mean |confidence - right| weighed by count; nan without predictions


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> Reliability:
    """Of (N,) confidences, 0..1, and (N,) whether each prediction is right. ValueError for other shapes and ranges."""
    confidence, right = np.asarray(confidence, dtype=np.float64), np.asarray(right)
    if confidence.ndim != 1 or right.shape != confidence.shape or right.dtype != bool:
        raise ValueError(f"confidence is {confidence.shape}, right {right.dtype} {right.shape}; allowed: (N,) and bool (N,)")
    if not ((confidence >= 0) & (confidence <= 1)).all():
        raise ValueError(f"confidence runs from {confidence.min():g} to {confidence.max():g}; allowed: 0 to 1")
    if bins < 1:
        raise ValueError(f"bins is {bins}; allowed: 1 or more")
    place = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    count = np.bincount(place, minlength=bins)
    sums = (np.bincount(place, weights=values, minlength=bins) for values in (confidence, right.astype(np.float64)))
    mean, share = (np.divide(total, count, out=np.full(bins, np.nan), where=count > 0) for total in sums)
    gaps = np.abs(mean - share)[count > 0]
    return Reliability(mean, share, count, float(gaps @ count[count > 0] / count.sum()) if count.sum() else float("nan"))
