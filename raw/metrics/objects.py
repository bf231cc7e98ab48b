"""Predicted objects against true ones: Hungarian matching, then errors of every matched pair.

The cost of a pair is the distance of the two locations in the camera frame, in metres, plus a penalty when the
categories differ. With ``by_category`` pairs of one category are matched first, and only what is left over is matched
across categories. The matching is complete: every object of the smaller side gets a partner, however far away, so read
the mean errors together with precision and recall.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np
from scipy.optimize import linear_sum_assignment

from raw.geometry import geodesic_degrees, quaternion_to_matrix
from raw.scene import Appearance, Embedding, SceneObject

CATEGORY_PENALTY = 5.0  # metres
HIT_DISTANCE = 0.5  # of the true depth
NEAREST = 0.1  # metres; true depths below it count as it


@dataclass(frozen=True)
class ObjectScores:
    """Errors of M matched pairs, and the counts of S pictures. ``pooled`` joins many; ``summary`` takes means.

    Accuracies are 1 or 0; nan stands where there is nothing to compare (no rotation, no true asset id).
    """

    pairs: np.ndarray  # (M, 2) int64, places in the predicted and the true scene
    location: np.ndarray  # (M,) metres
    relative: np.ndarray  # (M,) location error over true depth
    rotation: np.ndarray  # (M,) geodesic degrees, 0..180
    height: np.ndarray  # (M,) |ln(predicted / true)|
    category: np.ndarray  # (M,) accuracy
    family: np.ndarray  # (M,) accuracy of the asset id's first half, the species
    asset: np.ndarray  # (M,) accuracy of the whole asset id
    predicted: np.ndarray  # (S,) int64 objects
    true: np.ndarray  # (S,) int64 objects

    @property
    def hits(self) -> int:
        """Pairs closer than ``HIT_DISTANCE`` of the true depth, whatever their category."""
        return int(np.count_nonzero(self.relative <= HIT_DISTANCE))

    @property
    def precision(self) -> float:
        """Hits over predicted objects, 0..1; nan when nothing was predicted."""
        return self.hits / self.predicted.sum() if self.predicted.sum() else float("nan")

    @property
    def recall(self) -> float:
        """Hits over true objects, 0..1; nan when there are none."""
        return self.hits / self.true.sum() if self.true.sum() else float("nan")

    def summary(self) -> dict[str, float]:
        """Means over pairs (nan left out), precision and recall over all objects, mean count error over pictures."""
        names = ("location", "relative", "rotation", "height", "category", "family", "asset")
        means = {name: _mean(getattr(self, name)) for name in names}
        counts = {"count_error": _mean(np.abs(self.predicted - self.true)), "count_bias": _mean(self.predicted - self.true)}
        return {**means, "precision": float(self.precision), "recall": float(self.recall), **counts}


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def pooled(scores: Iterable[ObjectScores]) -> ObjectScores:
    """Many pictures as one: every pair counts the same. ``pairs`` keep their places within their own picture."""
    scores = list(scores)
    if not scores:
        raise ValueError("pooled needs at least one ObjectScores")
    return ObjectScores(**{f.name: np.concatenate([getattr(s, f.name) for s in scores]) for f in fields(ObjectScores)})


def match(
    predicted: Sequence[SceneObject], true: Sequence[SceneObject], *, by_category: bool = False, penalty: float = CATEGORY_PENALTY
) -> np.ndarray:
    """(M, 2) int64 pairs of places in the two lists, M = the shorter length, ordered by the true place."""
    if not predicted or not true:
        return np.zeros((0, 2), dtype=np.int64)
    a, b = (np.array([o.location for o in side], dtype=np.float64) for side in (predicted, true))
    other = np.array([[p.category != t.category for t in true] for p in predicted])
    cost = np.linalg.norm(a[:, None] - b[None], axis=2)
    if not by_category:
        return _sorted(_assign(cost + penalty * other))
    categories = sorted({o.category or "" for o in true})
    first = [_assign_within(cost, _places(predicted, c), _places(true, c)) for c in categories]
    first_pairs = np.concatenate(first)
    rest = _assign_within(cost, *(np.setdiff1d(np.arange(n), first_pairs[:, k]) for k, n in enumerate(cost.shape)))
    return _sorted(np.concatenate([first_pairs, rest]))


def _assign(cost: np.ndarray) -> np.ndarray:
    return np.stack(linear_sum_assignment(cost), axis=1).astype(np.int64)


def _assign_within(cost: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    pairs = _assign(cost[np.ix_(rows, columns)])
    return np.stack([rows[pairs[:, 0]], columns[pairs[:, 1]]], axis=1)


def _places(objects: Sequence[SceneObject], category: str) -> np.ndarray:
    return np.array([i for i, o in enumerate(objects) if (o.category or "") == category], dtype=np.int64)


def _sorted(pairs: np.ndarray) -> np.ndarray:
    return pairs[np.argsort(pairs[:, 1])]


def score_objects(
    predicted: Sequence[SceneObject], true: Sequence[SceneObject], *, by_category: bool = False, penalty: float = CATEGORY_PENALTY
) -> ObjectScores:
    """Match the objects of one picture and measure every pair. Either side may be empty.

    Appearances must be asset ids or None: resolve embeddings in a library first (ValueError).
    """
    pairs = match(predicted, true, by_category=by_category, penalty=penalty)
    rows = np.array([_measure(predicted[p], true[t]) for p, t in pairs], dtype=np.float64).reshape(-1, 7)
    return ObjectScores(pairs, *rows.T, np.array([len(predicted)]), np.array([len(true)]))


def _measure(predicted: SceneObject, true: SceneObject) -> tuple[float, ...]:
    """Location, relative, rotation, height, category, family, asset: in the order of ``ObjectScores``."""
    location = float(np.linalg.norm(np.subtract(predicted.location, true.location)))
    relative = location / max(-true.location[2], NEAREST)
    turned = float("nan")
    if predicted.rotation is not None and true.rotation is not None:
        turned = float(geodesic_degrees(quaternion_to_matrix(predicted.rotation), quaternion_to_matrix(true.rotation)))
    height = abs(float(np.log(predicted.height / true.height)))
    category = float(predicted.category == true.category)
    assets = predicted.appearance, true.appearance
    return location, relative, turned, height, category, same_family(*assets), same_asset(*assets)


def same_asset(predicted: Appearance, true: Appearance) -> float:
    """1 when the asset ids agree, else 0; nan when the true one is not known."""
    if isinstance(predicted, Embedding) or isinstance(true, Embedding):
        raise ValueError("appearance is an Embedding; allowed: an asset id or None, so resolve the scene in a library first")
    return float("nan") if true is None else float(predicted == true)


def same_family(predicted: Appearance, true: Appearance) -> float:
    """1 when the families (species, "zebra" of "zebra/0007") agree, else 0; nan when the true one is not known."""
    exact = same_asset(predicted, true)
    return exact if predicted is None or true is None else float(predicted.split("/")[0] == true.split("/")[0])
