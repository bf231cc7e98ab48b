"""Means over seeds, their spread, and whether a difference is more than chance.

Two things are chance: the seed of a run, and which pictures a test holds. A difference of two arms has the standard error
sqrt(s^2 (1/n + 1/m) + p^2): s is the spread of runs within an arm, pooled over all arms of the experiment, n and m are the
runs of the two arms, and p is the standard error over test scenes by a paired bootstrap, all seeds together. The difference
is decided where it is more than t standard errors from 0, t being the 97.5 % point of Student's distribution with as many
degrees of freedom as s has. One run an arm has no spread and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

RESAMPLES = 1000
AGREE, DISAGREE, UNDECIDED = "agrees", "disagrees", "undecided"
Runs = Sequence[np.ndarray]  # of one arm: (N, 2) tallies of the same pictures for each seed


class Mean(NamedTuple):
    """Of an arm over its seeds; nan where there is nothing to average."""

    value: float
    spread: float  # standard deviation over seeds; nan for one
    seeds: tuple[float, ...]
    n: float  # pictures, objects or pairs that a seed's mean is over


class Difference(NamedTuple):
    """Of two arms, positive where the one that is said to be better is."""

    value: float
    low: float
    high: float
    verdict: str


def mean(runs: Runs) -> Mean:
    """Each run is a mean over pictures, a ratio of totals; the arm's is the mean over its runs."""
    seeds = tuple(_ratio(tally) for tally in runs)
    known = [value for value in seeds if np.isfinite(value)]
    spread = float(np.std(known, ddof=1)) if len(known) > 1 else float("nan")
    return Mean(float(np.mean(known)) if known else float("nan"), spread, seeds, float(np.mean([tally[:, 1].sum() for tally in runs])))


def pooled_spread(arms: Mapping[str, Runs]) -> tuple[float, int]:
    """Standard deviation of runs within arms, and its degrees of freedom."""
    found = [[v for v in mean(runs).seeds if np.isfinite(v)] for runs in arms.values()]
    freedom = sum(max(len(values) - 1, 0) for values in found)
    squares = sum(float(np.sum((np.array(values) - np.mean(values)) ** 2)) for values in found if values)
    return (float(np.sqrt(squares / freedom)) if freedom else float("nan")), freedom


def difference(better: Runs, worse: Runs, scenes: Sequence[str] | None, spread: tuple[float, int], *, higher: bool) -> Difference:
    """What the first arm gains over the second.

    ``scenes`` (N,) name the scene of every picture: scenes are resampled, not pictures, and for both arms the same. None where
    the arms were tested on pictures of their own, which are then resampled apart, picture by picture.
    """
    sign = 1.0 if higher else -1.0
    value = sign * (mean(better).value - mean(worse).value)
    deviation, freedom = spread
    if not freedom or not np.isfinite(value):
        return Difference(value, float("nan"), float("nan"), UNDECIDED)
    seeds = deviation**2 * (1 / len(better) + 1 / len(worse))
    reach = float(student.ppf(0.975, freedom)) * float(np.sqrt(seeds + _over_scenes(better, worse, scenes) ** 2))
    low, high = value - reach, value + reach
    return Difference(value, low, high, AGREE if low > 0 else DISAGREE if high < 0 else UNDECIDED)


def _over_scenes(better: Runs, worse: Runs, scenes: Sequence[str] | None) -> float:
    """Standard error of the difference over test scenes."""
    rng = np.random.default_rng(0)
    a, b = (np.stack([tally for tally in runs]) for runs in (better, worse))
    if scenes is not None:
        _, group = np.unique(np.asarray(scenes), return_inverse=True)
        a, b = (_by_group(tallies, group) for tallies in (a, b))
        draws = rng.integers(a.shape[1], size=(RESAMPLES, a.shape[1]))
        return float(np.nanstd([_resampled(a, draw) - _resampled(b, draw) for draw in draws]))
    alone = [np.nanstd([_resampled(x, rng.integers(x.shape[1], size=x.shape[1])) for _ in range(RESAMPLES)]) for x in (a, b)]
    return float(np.hypot(*alone))


def _by_group(tallies: np.ndarray, group: np.ndarray) -> np.ndarray:
    """(R, N, 2) tallies of pictures -> (R, G, 2) of scenes."""
    found = np.zeros((len(tallies), int(group.max()) + 1, 2))
    for run, tally in zip(found, tallies, strict=True):
        np.add.at(run, group, tally)
    return found


def _resampled(tallies: np.ndarray, draw: np.ndarray) -> float:
    """Mean over runs of the ratio of what was drawn."""
    totals = tallies[:, draw].sum(axis=1)
    return float(np.mean(totals[:, 0] / totals[:, 1])) if (totals[:, 1] > 0).all() else float("nan")


def _ratio(tally: np.ndarray) -> float:
    total, weight = tally.sum(axis=0)
    return float(total / weight) if weight else float("nan")
