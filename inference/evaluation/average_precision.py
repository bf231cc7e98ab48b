"""Average precision of a method over a suite, by category and of the species of animals, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.evaluation.bootstrap import interval
from inference.evaluation.records import MethodRecords, SuiteRecords
from raw.metrics import detection
from raw.metrics.detection import Detections, Sight, relative_distances
from raw.scene import ANIMALS, SceneObject

RESAMPLES = 200  # of those of the other metrics, the first
Labels = Callable[[SceneObject], str | None]


@dataclass(frozen=True)
class Kind:
    """One way to take one object for another."""

    name: str
    thresholds: tuple[float, ...]  # as they are told
    costs: tuple[float, ...]
    told: str


DISTANCE = Kind("distance", detection.DISTANCES, detection.DISTANCES, "distance over the true depth, at most")
MASK = Kind("mask", detection.OVERLAPS, tuple(1 - overlap for overlap in detection.OVERLAPS), "IoU of the masks, at least")
KINDS = (DISTANCE, MASK)


def category_of(thing: SceneObject) -> str | None:
    return thing.category


def species_of(thing: SceneObject) -> str | None:
    """The family of an animal; None for everything else."""
    return str(thing.appearance).split("/")[0] if thing.category in ANIMALS and thing.appearance else None


def sights(suite: SuiteRecords, method: MethodRecords, kind: Kind, labels: Labels) -> list[Sight]:
    """What a method sees in every case. ValueError for a suite without truth."""
    if suite.scenes is None:
        raise ValueError(f"suite {suite.name} has no truth to detect")
    found = []
    for i, (true, predicted) in enumerate(zip(suite.scenes, method.scenes, strict=True)):
        p, t = predicted.objects, true.objects
        cost = relative_distances(p, t) if kind is DISTANCE else 1 - _overlaps(method.lines[i]["overlaps"], len(p), len(t))
        sure = method.confidences(i)
        found.append(Sight([labels(o) for o in p], [labels(o) for o in t], np.zeros(len(p)) if sure is None else sure, cost))
    return found


def _overlaps(rows: Sequence[Sequence[float]], predicted: int, true: int) -> np.ndarray:
    table = np.zeros((predicted, true))
    for p, t, iou in rows:
        table[int(p), int(t)] = iou
    return table


def of_classes(seen: Sequence[Sight], kind: Kind, classes: set[str | None]) -> dict[str, Detections]:
    """The detections of every class, by name."""
    return {name: detection.detections(seen, name, kind.costs) for name in sorted(name for name in classes if name is not None)}


def true_classes(seen: Sequence[Sight]) -> set[str | None]:
    return {name for sight in seen for name in sight.true}


def average_precisions(suite: SuiteRecords, method: MethodRecords, weights: np.ndarray) -> dict[str, Any]:
    """AP by kind of match: its mean over thresholds and categories, by threshold, by category, and that over species.

    ``weights`` (R, N) are the resamples of the cases; a class that a resample does not show is left out of its mean.
    """
    drawn, results = weights[:RESAMPLES], {}
    for kind in KINDS:
        found = {}
        for labels in (category_of, species_of):
            seen = sights(suite, method, kind, labels)
            found[labels] = of_classes(seen, kind, true_classes(seen))
        categories, species = found[category_of], found[species_of]
        table, many = _tables(categories, kind, drawn)
        results[kind.name] = {
            "told": kind.told, "thresholds": list(kind.thresholds), "mean": _told(table, many, categories, drawn),
            "by_threshold": [_told(table[:, [k]], many[:, :, [k]], categories, drawn) for k in range(len(kind.thresholds))],
            "categories": {name: _told(table[[i]], many[[i]], {name: categories[name]}, drawn) for i, name in enumerate(categories)},
            "species": _told(*_tables(species, kind, drawn), species, drawn),
        }  # fmt: skip
    return results


def _tables(found: dict[str, Detections], kind: Kind, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """AP of C classes at K thresholds (C, K), and that of R resamples (C, R, K)."""
    alone = [detection.average_precision(one) for one in found.values()]
    many = [detection.average_precision(one, drawn) for one in found.values()]
    count = len(kind.costs)
    return np.array(alone).reshape(len(found), count), np.array(many).reshape(len(found), len(drawn), count)


def _told(table: np.ndarray, many: np.ndarray, found: dict[str, Detections], drawn: np.ndarray) -> dict[str, Any]:
    """Mean AP over classes and thresholds, its interval, and how many true objects and classes it is of."""
    n = int(sum(one.true.sum() for one in found.values()))
    if not n:
        return {"mean": None, "low": None, "high": None, "n": 0, "classes": 0}
    values = many.swapaxes(0, 1).reshape(len(drawn), -1)
    shown = ~np.isnan(values)
    means = np.divide(np.where(shown, values, 0).sum(axis=1), shown.sum(axis=1), out=np.full(len(values), np.nan), where=shown.any(axis=1))
    low, high = interval(means, drawn)
    return {"mean": float(table.mean()), "low": low, "high": high, "n": n, "classes": len(found)}


def curve(suite: SuiteRecords, method: MethodRecords, threshold: int) -> tuple[np.ndarray, np.ndarray]:
    """Precision and recall (G,) of all categories together, at this number of ``DISTANCE``'s thresholds."""
    found = [one for one in _all_said(suite, method).values()]
    return detection.precision_recall(_joined(found), threshold)


def reliability_pairs(suite: SuiteRecords, method: MethodRecords) -> tuple[np.ndarray, np.ndarray] | None:
    """Confidence and rightness (N,) of all predictions: right is a hit of its category within the widest distance.

    None where the method gives no confidence.
    """
    if any(method.confidences(i) is None for i in range(len(method.lines))):
        return None
    found = _joined(list(_all_said(suite, method).values()))
    return found.confidence, found.hit[:, -1]


def _all_said(suite: SuiteRecords, method: MethodRecords) -> dict[str, Detections]:
    """By category, also of those that no true object has."""
    seen = sights(suite, method, DISTANCE, category_of)
    return of_classes(seen, DISTANCE, true_classes(seen) | {name for sight in seen for name in sight.predicted})


def _joined(found: Sequence[Detections]) -> Detections:
    """Several classes as one, each with its own matches; nothing at all where there is none."""
    if not found:
        return Detections(np.zeros(0), np.zeros(0, np.int64), np.zeros((0, len(DISTANCE.costs)), bool), np.zeros(0, np.int64))
    confidence = np.concatenate([one.confidence for one in found])
    order = np.argsort(-confidence, kind="stable")
    picture, hit = (np.concatenate([getattr(one, name) for one in found])[order] for name in ("picture", "hit"))
    return Detections(confidence[order], picture, hit, np.sum([one.true for one in found], axis=0))
