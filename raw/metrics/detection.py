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
    limit = threshold + _ROUNDING
    able = (cost <= limit).any(axis=1)  # few are, and a loop over all is slow
    for p in np.flatnonzero(able)[np.argsort(-confidence[able], kind="stable")]:
        costs = np.where(free, cost[p], np.inf)
        if costs.min() <= limit:
            found[p], free[costs.argmin()] = True, False
    return found


def detections(sights: Sequence[Sight], kind: str, thresholds: Sequence[float]) -> Detections:
    """All predictions of the class ``kind``. ``thresholds`` are costs. ValueError for shapes that disagree, and nan."""
    if not sights:
        raise ValueError("detections needs at least one picture")
    true = np.zeros(len(sights), dtype=np.int64)
    confidences, pictures, hit = [np.zeros(0)], [np.zeros(0, dtype=np.int64)], [np.zeros((0, len(thresholds)), dtype=bool)]
    for i, sight in enumerate(sights):
        _check(sight, i)
        if kind not in sight.predicted and kind not in sight.true:
            continue
        rows, columns = (np.array([name == kind for name in side], dtype=bool) for side in (sight.predicted, sight.true))
        confidence, cost = sight.confidence[rows], sight.cost[np.ix_(rows, columns)]
        true[i] = columns.sum()
        confidences.append(confidence)
        pictures.append(np.full(len(confidence), i))
        hit.append(np.stack([hits(cost, confidence, limit) for limit in thresholds], axis=1))
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


def precision_recall(found: Detections, threshold: int) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall (G,) at the threshold of this number, one for each of G distinct confidences, falling.

    Recall is nan where there are no true objects.
    """
    right, said, true = _counts(found, np.ones((1, len(found.true))), threshold)
    return (right / said)[0], (right / true if true[0, 0] else np.full_like(right, np.nan))[0]


def average_precision(found: Detections, weights: np.ndarray | None = None) -> np.ndarray:
    """(K,) AP at every threshold, 0..1; nan where nothing of the class is there to be found.

    With ``weights`` (R, S), which count picture s so many times in resample r, (R, K).
    """
    rows = np.ones((1, len(found.true))) if weights is None else weights
    columns = []
    for k in range(found.hit.shape[1]):
        right, said, true = _counts(found, rows, k)
        precision = np.divide(right, said, out=np.zeros(right.shape), where=said > 0)
        best = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
        best = np.concatenate([best, np.zeros((len(rows), 1))], axis=1)  # beyond the last recall
        recall = np.divide(right, true, out=np.zeros(right.shape), where=true > 0)
        columns.append(np.where(true[:, 0] > 0, np.take_along_axis(best, _places(recall), axis=1).mean(axis=1), np.nan))
    values = np.stack(columns, axis=1)
    return values[0] if weights is None else values


def _counts(found: Detections, weights: np.ndarray, threshold: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hits and predictions (R, G) down to each of G distinct confidences, and true objects (R, 1)."""
    ends = np.flatnonzero(np.append(np.diff(found.confidence) != 0, True)) if len(found.confidence) else np.zeros(0, dtype=np.int64)
    each = weights[:, found.picture].astype(np.float64)
    right = np.cumsum(each * found.hit[:, threshold], axis=1)[:, ends]
    return right, np.cumsum(each, axis=1)[:, ends], (weights @ found.true)[:, None].astype(np.float64)


def _places(recall: np.ndarray) -> np.ndarray:
    """(R, 101): in each row of (R, G), the first place whose recall is that of ``RECALLS`` or above; G where there is none."""
    step = 2.0 * np.arange(len(recall))[:, None]  # so that the rows follow one another as one rising sequence
    found = np.searchsorted((recall + step).ravel(), (RECALLS - _ROUNDING + step).ravel(), side="left").reshape(len(recall), -1)
    return found - recall.shape[1] * np.arange(len(recall))[:, None]
