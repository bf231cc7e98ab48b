"""Random choices that the sampling of scenes shares."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """A number between two positive ones, every factor as likely as another."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def pick(shares: Mapping[str, float], rng: np.random.Generator, available: Collection[str] | None = None) -> str | None:
    """One name by its share, of those that are available (None: all are); None when there are none."""
    names = [name for name, share in shares.items() if share > 0 and (available is None or name in available)]
    if not names:
        return None
    return names[weighted(np.array([shares[name] for name in names]), rng)]


def weighted(weights: np.ndarray, rng: np.random.Generator) -> int:
    """An index of (N,) weights, of which one at least is above 0, by its weight."""
    return int(many(weights, 1, rng)[0])


def many(weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count,) indices of (N,) weights, each by its weight."""
    edges = np.cumsum(weights)
    return np.minimum(np.searchsorted(edges, rng.uniform(0, edges[-1], count), side="right"), np.flatnonzero(weights)[-1])
