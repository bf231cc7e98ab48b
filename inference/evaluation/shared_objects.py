"""Errors of pairs once more, over the true objects that two methods have both matched.

A method is judged on what it matches: one that says few and near things has few and small errors in metres, and one that finds more has
the far ones too. Over the same true objects the two can be compared.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from inference.evaluation.bootstrap import differences, estimates
from inference.evaluation.records import MethodRecords

ERRORS = ("location", "relative", "height")


def shared_differences(model: MethodRecords, other: MethodRecords, weights: np.ndarray) -> dict[str, dict[str, Any]]:
    """By error: the means of ``model`` and ``other`` over the objects that both match, and ``less``, the paired difference.

    Each is an estimate as results.json has it, under resamples (R, N) of the N cases; ``n`` of the means counts objects, of ``less`` cases.
    """
    tallies = np.array([_tallies(*lines) for lines in zip(model.lines, other.lines, strict=True)])  # (N, sides, errors, 2)
    first, second = tallies.transpose(1, 2, 0, 3)
    told = estimates(first, weights), estimates(second, weights), differences(first, second, weights)
    return {
        error: {side: asdict(one) for side, one in zip(("model", "other", "less"), found, strict=True)}
        for error, *found in zip(ERRORS, *told, strict=True)
    }


def _tallies(line: dict[str, Any], other: dict[str, Any]) -> np.ndarray:
    """(2, errors, 2): sum and number of each side's errors in one case."""
    pairs = zip(line["objects"], other["objects"], strict=True)
    both = [(a, b) for a, b in pairs if a["location"] is not None and b["location"] is not None]
    sums = [[sum(pair[side][error] for pair in both) for error in ERRORS] for side in (0, 1)]
    return np.stack([np.array(sums, dtype=np.float64), np.full((2, len(ERRORS)), float(len(both)))], axis=-1)
