"""Plots of means over suites and strata, and of counts. Each returns the figure's file, or None where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np

from inference.evaluation.metrics import SUMMARY, metric
from inference.evaluation.plot_style import LOOK, Style, empty, interval, method_legend, new_figure, point_line, save
from inference.evaluation.records import SuiteRecords
from raw.metrics.strata import AXES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Told = Mapping[str, Any]
RELATIVE_TOP = 2.0  # of a relative error's scale: single wild ones would flatten all others
STRATA_ERRORS = ("recall", "relative", "family", "mask_iou_all")


def overview(path: Path, results: Told, look: dict[str, Style]) -> Path | None:
    """The metrics that matter most: a panel each, suites below one another, a point with its interval for every method."""
    suites = results["suites"]
    names = [n for n in SUMMARY if any(m["metrics"].get(n, {}).get("n") for s in suites.values() for m in s["methods"].values())]
    if not names:
        return None
    columns, rows = 3, -(-len(names) // 3)
    with matplotlib.rc_context(LOOK):
        figure = new_figure(12, rows * (0.9 + 0.055 * len(suites) * (len(look) + 2)) + 1, "Suites and methods: mean and 95 % interval")
        panels = figure.subplots(rows, columns, squeeze=False, sharey=True).flat
        for panel, name in zip(panels, names, strict=False):
            _points(panel, name, suites, look)
        for panel in list(panels)[len(names) :]:
            empty(panel, "")
        method_legend(figure, look)
        return save(figure, path)


def _points(axes: Axes, name: str, suites: Told, look: dict[str, Style]) -> None:
    row = metric(name)
    for s, suite in enumerate(suites.values()):
        for m, (method, style) in enumerate(look.items()):
            told = suite["methods"].get(method, {"metrics": {}})["metrics"].get(name)
            if told and told["mean"] is not None:
                interval(axes, told, s + (m + 0.5) / len(look) * 0.8 - 0.4, style, across=True)
    axes.set_title(f"{name} {row.better}")
    axes.set_xlabel(row.unit or "no unit")
    axes.set_yticks(range(len(suites)), list(suites))
    axes.set_ylim(len(suites) - 0.5, -0.5)
    axes.grid(axis="y", visible=False)


def strata(path: Path, suite: Told, look: dict[str, Style]) -> Path | None:
    """Errors by size, distance and occlusion of the true object, a line a method."""
    methods = {name: found["strata"] for name, found in suite["methods"].items() if "strata" in found}
    if not methods:
        return None
    axes = [axis for axis in AXES if any(one["recall"]["n"] for found in methods.values() for one in found[axis.name].values())]
    if not axes:
        return None
    with matplotlib.rc_context(LOOK):
        figure = new_figure(4 * len(axes), 2.3 * len(STRATA_ERRORS) + 1, "By what the true objects are like (95 % intervals)")
        panels = figure.subplots(len(STRATA_ERRORS), len(axes), squeeze=False)
        for row, error in zip(panels, STRATA_ERRORS, strict=True):
            for panel, axis in zip(row, axes, strict=True):
                _stratum(panel, axis.name, error, methods, look)
                panel.set_xlabel(f"{axis.title} ({axis.unit})")
        method_legend(figure, {name: look[name] for name in methods})
        return save(figure, path)


def _stratum(axes: Axes, name: str, error: str, methods: Told, look: dict[str, Style]) -> None:
    first = next(iter(methods.values()))[name]
    labels = [label for label in first if any(found[name][label][error]["n"] for found in methods.values())]
    for m, (method, found) in enumerate(methods.items()):
        shift, style = (m - (len(methods) - 1) / 2) * 0.06, look[method]
        points = [(i + shift, found[name][label][error]) for i, label in enumerate(labels)]
        points = [(place, told) for place, told in points if told["mean"] is not None]
        point_line(axes, points, style)
    most = [max(found[name][label][error]["n"] for found in methods.values()) for label in labels]
    axes.set_xticks(range(len(labels)), [f"{label}\nn={n}" for label, n in zip(labels, most, strict=True)], fontsize=8)
    cut = error == "relative" and axes.get_ylim()[1] > RELATIVE_TOP
    axes.set_title(f"{error} {metric(error).better}" + (f" (cut at {RELATIVE_TOP:g})" if cut else ""))
    axes.set_ylim(0, RELATIVE_TOP if cut else None)


def counts(path: Path, suite: SuiteRecords, look: dict[str, Style]) -> Path | None:
    """How many objects there are, against how many a method says: a panel a method, larger dots for more cases."""
    if suite.scenes is None:
        return None
    true = np.array([len(scene.objects) for scene in suite.scenes])
    said = {name: np.array([len(scene.objects) for scene in method.scenes]) for name, method in suite.methods.items()}
    top = max(int(true.max()), *(int(counted.max()) for counted in said.values())) + 1
    columns, rows = min(len(said), 4), -(-len(said) // 4)
    with matplotlib.rc_context(LOOK):
        figure = new_figure(12, 3.1 * rows + 0.5, "Objects in a picture, true and said; larger dots for more pictures")
        panels = list(figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).flat)
        for panel, (name, counted) in zip(panels, said.items(), strict=False):
            pairs, many = np.unique(np.stack([true, counted], axis=1), axis=0, return_counts=True)
            panel.plot([0, top], [0, top], color="#aaaaaa", linewidth=1, zorder=1)
            panel.scatter(pairs[:, 0], pairs[:, 1], s=10 + 160 * many / many.max(), color=look[name].color, alpha=0.7, linewidths=0)
            panel.set(title=name, xlabel="true objects", xlim=(-0.7, top), ylim=(-0.7, top), aspect="equal")
        for row in range(rows):
            panels[row * columns].set_ylabel("objects said")
        for panel in panels[len(said) :]:
            empty(panel, "")
        return save(figure, path)
