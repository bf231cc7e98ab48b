"""OSPA: how far one set of places is from another, in metres, when places that are missed or made up count too.

Optimal sub-pattern assignment (Schuhmacher, Vo and Vo 2008) of order 1: the places of both sets are matched so that the sum of their
distances, each at most ``cutoff``, is least; every place without a partner adds ``cutoff``; the sum is divided by the size of the larger
set. Errors of matched objects alone are smallest for who says few, safe objects: here what is not said costs as much as what is said
wrongly.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

CUTOFF = 20.0  # metres, from which on an object counts as missed


def ospa(predicted: np.ndarray, true: np.ndarray, cutoff: float = CUTOFF) -> float:
    """(P, 3) and (T, 3) places in metres -> 0..cutoff metres; 0 where both sets are empty. ValueError for a cutoff that is not above 0."""
    if not cutoff > 0:
        raise ValueError(f"cutoff is {cutoff}; allowed: above 0 metres")
    larger = max(len(predicted), len(true))
    if not larger:
        return 0.0
    cost = np.minimum(cdist(predicted.reshape(-1, 3), true.reshape(-1, 3)), cutoff)
    matched = cost[linear_sum_assignment(cost)]
    return float((matched.sum() + cutoff * (larger - len(matched))) / larger)
