"""Plots of objects as detections. Each returns the figure's file, or None where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from inference.evaluation.average_precision import DISTANCE, KINDS, curve
from inference.evaluation.plot_style import INK, LOOK, Style, method_legend, new_figure, point_line, save
from inference.evaluation.records import SuiteRecords

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Told = Mapping[str, Any]


def precisions(path: Path, suite: SuiteRecords, told: Told, look: dict[str, Style]) -> Path | None:
    """AP over the thresholds of each kind of match, and precision over recall at the widest distance."""
    methods = {name: found["average_precision"] for name, found in told["methods"].items() if "average_precision" in found}
    if not methods:
        return None
    with matplotlib.rc_context(LOOK):
        figure = new_figure(12, 4, "Average precision, mean over categories, with 95 % intervals; precision and recall of all categories")
        panels = figure.subplots(1, 3)
        for panel, kind in zip(panels, KINDS, strict=False):
            for method, found in methods.items():
                one, style = found[kind.name], look[method]
                known = [(k, e) for k, e in zip(one["thresholds"], one["by_threshold"], strict=True) if e["mean"] is not None]
                point_line(panel, known, style)
            panel.set(title=f"AP ↑ by {kind.name}", xlabel=kind.told, ylim=(0, 1.02))
        for method in methods:
            _curve(panels[2], suite, method, look[method])
        panels[2].set(title=f"Precision at {DISTANCE.thresholds[-1]:g} of the depth", xlabel="recall", ylabel="precision")
        panels[2].set(xlim=(0, 1.02), ylim=(0, 1.02))
        method_legend(figure, {name: look[name] for name in methods})
        return save(figure, path)


def _curve(axes: Axes, suite: SuiteRecords, method: str, style: Style) -> None:
    """One method's curve; one point where it gives no confidence."""
    precision, recall = curve(suite, suite.methods[method], len(DISTANCE.thresholds) - 1)
    if len(precision):
        marker = style.marker if len(precision) == 1 else None
        axes.plot(recall, precision, color=style.color, linestyle=style.line, marker=marker, linewidth=1.3)


def reliability(path: Path, suite: Told, look: dict[str, Style]) -> Path | None:
    """The share of predictions that are right where so much confidence is claimed, and how many there are."""
    methods = {name: found["reliability"] for name, found in suite["methods"].items() if found.get("reliability")}
    if not methods:
        return None
    with matplotlib.rc_context(LOOK):
        figure = new_figure(8, 4, f"Reliability of confidence; right: the true category within {DISTANCE.thresholds[-1]:g} of its depth")
        left, right = figure.subplots(1, 2)
        left.plot([0, 1], [0, 1], color="#aaaaaa", linewidth=1)
        for m, (name, found) in enumerate(methods.items()):
            style, bins = look[name], len(found["count"])
            known = [(c, r) for c, r in zip(found["confidence"], found["right"], strict=True) if c is not None]
            left.plot(*zip(*known, strict=True), color=style.color, marker=style.marker, linestyle=style.line, markersize=4.5)
            width = 0.8 / bins / len(methods)
            places = (np.arange(bins) + 0.1) / bins + (m + 0.5) * width
            right.bar(places, found["count"], width=width, color=style.color)
        left.set(title="Share that is right", xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
        right.set(title="Predictions", xlabel="confidence", ylabel="predicted objects", xlim=(0, 1))
        method_legend(figure, {name: look[name] for name in methods})
        return save(figure, path)


def confusion(path: Path, name: str, found: Told, most: int = 20) -> Path | None:
    """What the most frequent species are taken for, as shares of each true one's finds."""
    if not found["found"]:
        return None
    totals: dict[str, int] = {}
    for true, _, count in found["counts"]:
        totals[true] = totals.get(true, 0) + count
    rows = sorted(totals, key=lambda species: (-totals[species], species))[:most]
    cells = {(true, said): count for true, said, count in found["counts"]}
    columns = [*rows, "other"]
    table = np.array([[cells.get((true, said), 0) for said in rows] for true in rows], dtype=float).reshape(len(rows), len(rows))
    whole = np.array([totals[true] for true in rows], dtype=float)
    shares = np.column_stack([table, whole - table.sum(axis=1)]) / whole[:, None]
    with matplotlib.rc_context(LOOK | {"axes.grid": False}):
        side = 2.6 + 0.27 * len(rows)
        figure = new_figure(side + 1.2, side, f"{name}: species of animals that were found (of {found['animals']}: {found['found']})")
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="cividis", vmin=0, vmax=1)
        axes.set_xticks(range(len(columns)), columns, rotation=60, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(rows)), [f"{species} ({int(n)})" for species, n in zip(rows, whole, strict=True)])
        axes.set(xlabel="taken for", ylabel="true species (finds)")
        _numbers(axes, shares)
        figure.colorbar(image, ax=axes, label="share of the true species", shrink=0.7)
        return save(figure, path)


def _numbers(axes: Axes, shares: np.ndarray) -> None:
    """Percent in every cell that is not empty."""
    for (i, j), share in np.ndenumerate(shares):
        if share:
            axes.text(j, i, f"{100 * share:.0f}", ha="center", va="center", fontsize=6.5, color="white" if share < 0.6 else INK)
