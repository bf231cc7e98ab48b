"""Scores to a table and a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inference.experiments.codecs.scenes import BEYOND, FAR, NEAR, REGIONS
from inference.experiments.codecs.scores import PictureScore

_RESAMPLES, _LEVEL = 1000, 0.95
_COLOURS = {"inside": "tab:green", "holes": "tab:orange", "beyond": "tab:red"}
Runs = Sequence[list[PictureScore]]  # of one codec, the same pictures in each


class Median(NamedTuple):
    """With its percentile bootstrap interval over pictures."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def median(pictures: Sequence[np.ndarray], seed: int = 0) -> Median:
    """Of the values (n_i,) of all pictures together; resamples draw whole pictures. ValueError where there is no value."""
    values = np.concatenate([np.zeros(0), *pictures])
    if not len(values):
        raise ValueError(f"{len(pictures)} pictures hold no value; allowed: one or more")
    rng = np.random.default_rng(seed)
    draws = (np.concatenate([pictures[i] for i in rng.integers(len(pictures), size=len(pictures))]) for _ in range(_RESAMPLES))
    medians = [float(np.median(drawn)) for drawn in draws if len(drawn)]
    low, high = np.quantile(medians, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Median(float(np.median(values)), float(low), float(high))


def location_errors(score: PictureScore) -> np.ndarray:
    """(n,) metres of the matched objects of a picture."""
    return np.linalg.norm(_places(score.said) - _places(score.truth), axis=1)


def relative_errors(score: PictureScore) -> np.ndarray:
    """(n,) location error over true depth."""
    return location_errors(score) / -_places(score.truth)[:, 2]


def depth_ratios(score: PictureScore) -> np.ndarray:
    """(n,) said over true depth; below 1 where things are thought too near."""
    return _places(score.said)[:, 2] / _places(score.truth)[:, 2]


def _places(locations: Sequence[Sequence[float]]) -> np.ndarray:
    return np.array(locations, dtype=np.float64).reshape(-1, 3)


def table(runs: Mapping[str, Runs]) -> str:
    """Markdown: a row for each codec and region, all runs of a codec together, the location errors of single runs beside them."""
    columns = ("codec", "region", "objects", "location, m", "single runs", "location / depth", "said / true depth",
               f"said beyond {FAR:g} m", "counts right", "parsed")  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for codec, scores in runs.items():
        for region in REGIONS:
            lines.append(f"| {codec} | {region} | {_row([_of(run, region) for run in scores])} |")
    return "\n".join(lines)


def _of(run: list[PictureScore], region: str) -> list[PictureScore]:
    return [score for score in run if score.region == region]


def _row(runs: Runs) -> str:
    """``runs`` hold the pictures of one region; a picture is drawn with what all runs say of it."""
    pictures = list(zip(*runs, strict=True))
    location, relative, ratio = (
        median([np.concatenate([measure(score) for score in picture]) for picture in pictures])
        for measure in (location_errors, relative_errors, depth_ratios)
    )
    single = ", ".join(f"{np.median(np.concatenate([location_errors(score) for score in run])):.2f}" for run in runs)
    every = [score for run in runs for score in run]
    deep = np.mean(np.concatenate([_places(score.said)[:, 2] < -FAR for score in every]))
    right, parsed = (np.mean([getter(score) for score in every]) for getter in (lambda s: s.predicted == s.true, lambda s: s.parsed))
    return f"{sum(len(s.said) for s in every)} | {location} | {single} | {relative} | {ratio} | {deep:.0%} | {right:.0%} | {parsed:.0%}"


def plot(runs: Mapping[str, Runs], path: Path) -> None:
    """Said against true depth of every matched object."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2.6 * len(runs), 3.0), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(runs), sharex=True, sharey=True, squeeze=False)
    for axis, (codec, scores) in zip(axes[0], runs.items(), strict=True):
        for region in REGIONS:
            found = [score for run in scores for score in _of(run, region)]
            true, said = (np.concatenate([-_places(getattr(s, name))[:, 2] for s in found]) for name in ("truth", "said"))
            axis.scatter(true, said, s=3, alpha=0.5, color=_COLOURS[region], label=region, linewidths=0)
        axis.plot([NEAR, BEYOND], [NEAR, BEYOND], color="black", linewidth=0.6)
        axis.axvline(FAR, color="black", linewidth=0.6, linestyle=":")
        axis.set(title=codec, xlabel="true depth, m", xlim=(NEAR - 1, BEYOND + 1), ylim=(NEAR - 1, BEYOND + 4))
    axes[0][0].set_ylabel("said depth, m")
    axes[0][0].legend(markerscale=3, fontsize="small", frameon=False)
    figure.savefig(path, dpi=90)


def write_report(runs: Mapping[str, Runs], out: Path) -> str:
    """Write table.md and plot.png into ``out``; returns the table."""
    found = table(runs)
    (out / "table.md").write_text(found + "\n")
    plot(runs, out / "plot.png")
    return found
