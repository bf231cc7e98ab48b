"""What is taken for what: a table of classes, and its most frequent mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Confusion(NamedTuple):
    """One mistake that a method makes."""

    true: str
    predicted: str
    count: int
    share: float  # of all of the true class, 0..1


def confusion_matrix(true: Sequence[str], predicted: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """(C, C) int64 counts: rows are the true classes, columns the predicted ones, both in the order of ``names``.

    ValueError for sequences of different length, names given twice, and a class that ``names`` lacks.
    """
    if len(true) != len(predicted):
        raise ValueError(f"{len(true)} true classes and {len(predicted)} predicted ones; allowed: as many of each")
    place = {name: i for i, name in enumerate(names)}
    if len(place) != len(names):
        raise ValueError(f"names has {len(names) - len(place)} names twice; allowed: each once")
    if unknown := sorted({name for name in (*true, *predicted) if name not in place}):
        raise ValueError(f"classes {', '.join(unknown)} are not among the names")
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(matrix, ([place[name] for name in true], [place[name] for name in predicted]), 1)
    return matrix


def accuracy(matrix: np.ndarray) -> float:
    """Share on the diagonal, 0..1; nan for an empty table."""
    return float(np.trace(matrix) / matrix.sum()) if matrix.sum() else float("nan")


def top_confusions(matrix: np.ndarray, names: Sequence[str], count: int = 10) -> list[Confusion]:
    """The most frequent cells off the diagonal, the most frequent first; of equals the first by name."""
    off = matrix - np.diag(np.diag(matrix))
    totals = matrix.sum(axis=1)
    found = [Confusion(names[i], names[j], int(off[i, j]), float(off[i, j] / totals[i])) for i, j in np.argwhere(off > 0)]
    return sorted(found, key=lambda one: (-one.count, one.true, one.predicted))[:count]
