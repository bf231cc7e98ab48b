"""Objects as detections: average precision (AP) over match thresholds, as COCO computes it (Lin et al. 2014).

Predictions of one class are ranked by confidence over all pictures. Within a picture each, the surest first, claims the
free true object of its class that costs least, if the cost is within the threshold; it is then a hit. Cost is
distance relative to the true depth (``DISTANCES``), or one less the mask IoU (``OVERLAPS``). AP is the mean, over recalls
0, 0.01 .. 1, of the best precision at that recall or above it. Two things differ from COCO: nothing is marked as a crowd,
and predictions of equal confidence enter together, so that a method that gives no confidence has one point and no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from raw.metrics.objects import NEAREST
from raw.scene import SceneObject

DISTANCES = (0.1, 0.2, 0.3, 0.4, 0.5)  # of the true depth
OVERLAPS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)  # mask IoU
RECALLS = np.linspace(0, 1, 101)
_ROUNDING = 1e-9


class Sight(NamedTuple):
    """The objects of one picture, and what it costs to take one for another."""

    predicted: Sequence[str | None]  # class of each of P predicted objects; None belongs to no class
    true: Sequence[str | None]  # class of each of T true ones
    confidence: np.ndarray  # (P,) any scale; equal where a method gives none
    cost: np.ndarray  # (P, T), inf where a match is out of the question


@dataclass(frozen=True)
class Detections:
    """N predictions of one class over S pictures, at K thresholds, the surest first."""

    confidence: np.ndarray  # (N,) falling
    picture: np.ndarray  # (N,) int64, 0..S-1
    hit: np.ndarray  # (N, K) bool
    true: np.ndarray  # (S,) int64, true objects of the class in each picture


def relative_distances(predicted: Sequence[SceneObject], true: Sequence[SceneObject]) -> np.ndarray:
    """(P, T) distances of the locations over the true depth, which counts as at least ``NEAREST`` metres."""
    a, b = (np.array([thing.location for thing in side], dtype=np.float64).reshape(-1, 3) for side in (predicted, true))
    return np.linalg.norm(a[:, None] - b[None], axis=2) / np.maximum(-b[:, 2], NEAREST)


def hits(cost: np.ndarray, confidence: np.ndarray, threshold: float) -> np.ndarray:
    """(P,) bool: which of P predictions of one class and picture claim one of T true objects of cost (P, T)."""
    found, free = np.zeros(len(cost), dtype=bool), np.ones(cost.shape[1], dtype=bool)
    for p in np.argsort(-confidence, kind="stable"):
        costs = np.where(free, cost[p], np.inf)
        if costs.size and costs.min() <= threshold + _ROUNDING:
            found[p], free[costs.argmin()] = True, False
    return found


def detections(sights: Sequence[Sight], kind: str, thresholds: Sequence[float]) -> Detections:
    """All predictions of the class ``kind``. ``thresholds`` are costs. ValueError for shapes that disagree, and nan."""
    confidences, pictures, hit, true = [], [], [], np.zeros(len(sights), dtype=np.int64)
    for i, sight in enumerate(sights):
        _check(sight, i)
        rows, columns = (np.array([name == kind for name in side], dtype=bool) for side in (sight.predicted, sight.true))
        confidence, cost = sight.confidence[rows], sight.cost[np.ix_(rows, columns)]
        true[i] = columns.sum()
        confidences.append(confidence)
        pictures.append(np.full(len(confidence), i))
        hit.append(np.stack([hits(cost, confidence, limit) for limit in thresholds], axis=1))
    if not sights:
        raise ValueError("detections needs at least one picture")
    sure = np.concatenate(confidences)
    order = np.argsort(-sure, kind="stable")
    return Detections(sure[order], np.concatenate(pictures)[order], np.concatenate(hit)[order], true)


def _check(sight: Sight, place: int) -> None:
    p, t = len(sight.predicted), len(sight.true)
    if sight.cost.shape != (p, t) or sight.confidence.shape != (p,):
        raise ValueError(f"picture {place} has {p} predicted and {t} true objects; cost is {sight.cost.shape}, "
                         f"confidence {sight.confidence.shape}; allowed: ({p}, {t}) and ({p},)")  # fmt: skip
    if np.isnan(sight.confidence).any() or np.isnan(sight.cost).any():
        raise ValueError(f"picture {place} has nan in its confidence or cost; allowed: numbers")


def precision_recall(found: Detections, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall (K, G), one column for each of G distinct confidences, falling; recall is nan without true objects.

    ``weights`` (S,) count every picture so many times.
    """
    weights = np.ones(len(found.true)) if weights is None else weights
    said = weights[found.picture]
    ends = np.flatnonzero(np.append(np.diff(found.confidence) != 0, True)) if len(said) else np.zeros(0, dtype=np.int64)
    right = np.cumsum(said[:, None] * found.hit, axis=0)[ends].T
    all_said, true = np.cumsum(said)[ends], float(weights @ found.true)
    precision = right / np.where(all_said > 0, all_said, 1.0)
    return precision, right / true if true else np.full_like(right, np.nan)


def average_precision(found: Detections, weights: np.ndarray | None = None) -> np.ndarray:
    """(K,) AP at every threshold, 0..1; nan where no picture (of weight) shows the class. ``weights`` as in ``precision_recall``."""
    weights = np.ones(len(found.true)) if weights is None else weights
    if not weights @ found.true:
        return np.full(found.hit.shape[1], np.nan)
    precision, recall = precision_recall(found, weights)
    best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    best = np.concatenate([best, np.zeros((len(best), 1))], axis=1)  # beyond the last recall
    places = [np.searchsorted(row, RECALLS - _ROUNDING, side="left") for row in recall]
    return np.array([row[place].mean() for row, place in zip(best, places, strict=True)])
