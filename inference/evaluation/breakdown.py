"""Where the errors are: by size, distance, occlusion and category of the true object, and what is taken for what."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np

from inference.evaluation.bootstrap import estimates
from inference.evaluation.records import Line, MethodRecords
from raw.metrics.confusion import accuracy, confusion_matrix, top_confusions
from raw.metrics.objects import HIT_DISTANCE
from raw.metrics.strata import AXES, Axis
from raw.scene import ANIMALS

MISSED = "(missed)"
ERRORS = ("recall", "relative", "rotation", "height", "category", "family", "mask_iou_all")  # of a true object, as in ``metrics``
Strata = dict[str, dict[str, dict[str, Any]]]  # [axis][bin][error]


def error(record: Line, name: str) -> float:
    """One of ``ERRORS`` of a true object's record; nan where it has none."""
    if name == "recall":
        return float(found(record))
    if name == "mask_iou_all":
        return record["iou"] or 0.0
    if record["predicted"] is None:
        return float("nan")
    if name == "category":
        return float(record["predicted_category"] == record["category"])
    if name == "family":
        return float(family(record["predicted_asset"]) == family(record["asset"])) if record["asset"] else float("nan")
    return float("nan") if record[name] is None else record[name]


def found(record: Line) -> bool:
    """Whether a true object has a partner near enough."""
    return record["relative"] is not None and record["relative"] <= HIT_DISTANCE


def family(asset: str | None) -> str | None:
    return asset.split("/")[0] if asset else None


def strata(method: MethodRecords, weights: np.ndarray) -> Strata:
    """Estimates of ``ERRORS`` by bin of every axis, and by category."""
    rows = [(n, record) for n, line in enumerate(method.lines) for record in line["objects"]]
    values = np.array([[error(record, name) for name in ERRORS] for _, record in rows]).reshape(len(rows), len(ERRORS))
    case = np.array([n for n, _ in rows], dtype=np.int64)
    parts = {axis.name: (axis.labels, _bins(axis, rows)) for axis in AXES}
    names = tuple(sorted({str(record["category"]) for _, record in rows}))
    parts["category"] = (names, np.array([names.index(str(record["category"])) for _, record in rows], dtype=np.int64))
    return {name: _estimated(labels, place, case, values, weights) for name, (labels, place) in parts.items()}


def _bins(axis: Axis, rows: list[tuple[int, Line]]) -> np.ndarray:
    return axis.bins(np.array([np.nan if record[axis.name] is None else record[axis.name] for _, record in rows]))


def _estimated(labels: tuple[str, ...], place: np.ndarray, case: np.ndarray, values: np.ndarray, weights: np.ndarray) -> dict:
    """Of (O,) objects, their bins, cases and (O, E) errors, by bin and error."""
    tallies = np.zeros((len(labels), len(ERRORS), weights.shape[1], 2))
    known = ~np.isnan(values) & (place >= 0)[:, None]
    objects, errors = np.nonzero(known)
    cells = (place[objects], errors, case[objects])
    np.add.at(tallies[..., 0], cells, values[known])
    np.add.at(tallies[..., 1], cells, 1.0)
    done = estimates(tallies.reshape(-1, *tallies.shape[2:]), weights)
    return {label: {name: asdict(done[b * len(ERRORS) + e]) for e, name in enumerate(ERRORS)} for b, label in enumerate(labels)}


def species_pairs(method: MethodRecords) -> list[tuple[str, str]]:
    """(true, said) families of all true animals; ``MISSED`` where nothing is near enough."""
    pairs = []
    for record in (record for line in method.lines for record in line["objects"]):
        if record["category"] in ANIMALS and record["asset"]:
            said = family(record["predicted_asset"]) if found(record) else None
            pairs.append((str(family(record["asset"])), said or MISSED))
    return pairs


def confusion(method: MethodRecords) -> dict[str, Any]:
    """Species of true animals against what is said in their place, of those that are found, and how many are not.

    ``counts`` are the cells of the table that are not empty: [true, said, count].
    """
    pairs = species_pairs(method)
    seen = [(true, said) for true, said in pairs if said != MISSED]
    names = sorted({name for pair in seen for name in pair})
    matrix = confusion_matrix([true for true, _ in seen], [said for _, said in seen], names)
    cells = sorted(Counter(seen).items(), key=lambda cell: (-cell[1], cell[0]))
    return {
        "animals": len(pairs), "found": len(seen), "accuracy": accuracy(matrix) if len(seen) else None,
        "top": [one._asdict() for one in top_confusions(matrix, names)],
        "counts": [[true, said, count] for (true, said), count in cells],
    }  # fmt: skip
