"""One figure of what is in a data set: a histogram for every quantity, bars for every name."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from procedural.dataset.facts import NAMES, QUANTITIES, Facts, Quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS, _WIDTH, _HEIGHT = 4, 4.2, 2.9  # panels side by side, inches of each
_BARS = 36  # names shown in one panel; the rest in one more bar
_BAR = 0.185  # inches
_INK, _FILL, _MARK, _BAR_FILL = "#2b2f33", "#4f8a6b", "#c4552d", "#6f8fb3"
_LOOK = {
    "font.size": 9.5,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#999999",
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def write_plots(path: Path, facts: Facts, title: str) -> Path:
    """The figure as PNG, without what the set does not tell; returns ``path``."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    quantities = [q for q in QUANTITIES if q.name in facts.numbers and len(facts.numbers[q.name])]
    shelves = [[name for name in shelf if facts.names.get(name)] for shelf in (NAMES[:-2], NAMES[-2:])]  # families have long names
    rows = [quantities[i : i + _COLUMNS] for i in range(0, len(quantities), _COLUMNS)] + [shelf for shelf in shelves if shelf]
    heights = [_HEIGHT if isinstance(row[0], Quantity) else _bars_height(row, facts) for row in rows]
    with matplotlib.rc_context(_LOOK):
        figure = Figure(figsize=(_COLUMNS * _WIDTH, sum(heights) + 0.6), layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        figure.get_layout_engine().set(hspace=0.03, h_pad=0.09)
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
        grid = figure.add_gridspec(len(rows), 1, height_ratios=heights)
        for place, row in zip(grid, rows, strict=True):
            inner = place.subgridspec(1, _COLUMNS if isinstance(row[0], Quantity) else len(row))
            for cell, what in zip(inner, row, strict=False):
                axes = figure.add_subplot(cell)
                if isinstance(what, Quantity):
                    histogram(axes, what, facts.numbers[what.name])
                else:
                    bars(axes, what, facts.names[what], slots=max(len(facts.names[name]) for name in row))
        figure.savefig(path, dpi=110)
    return path


def _bars_height(names: list[str], facts: Facts) -> float:
    return max(1.6, 0.9 + _BAR * max(min(len(facts.names[name]), _BARS + 1) for name in names))


def histogram(axes: Axes, quantity: Quantity, values: np.ndarray) -> None:
    """How often each value comes, with the median; logarithmic bins where the quantity asks for them."""
    values = values[np.isfinite(values) & ((values > 0) if quantity.log else True)]
    axes.set_title(quantity.name.capitalize())
    axes.set_xlabel(quantity.axis)
    axes.set_ylabel("count")
    axes.yaxis.get_major_locator().set_params(integer=True)
    if not len(values):
        return
    axes.hist(values, bins=_bins(quantity, values), color=_FILL)
    if quantity.log:
        _plain_log(axes)
    middle = float(np.median(values))
    axes.axvline(middle, color=_MARK, linewidth=1.4)
    axes.set_title(f"median {middle:.3g} of {len(values):,}", loc="right", color=_MARK, fontsize=9, fontweight="normal")


def _plain_log(axes: Axes) -> None:
    """Ticks at 1, 2, 5, 10, ... or at 1, 10, ... as people write them."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high < 200 * low else (1.0,)))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def _bins(quantity: Quantity, values: np.ndarray) -> np.ndarray:
    low, high = float(values.min()), float(values.max())
    if quantity.axis == "objects":
        return np.arange(low - 0.5, high + 1)
    if high <= low:
        return np.array([low * 0.9, high * 1.1]) if low > 0 else np.array([low - 0.5, high + 0.5])
    return np.geomspace(low, high, 41) if quantity.log else np.linspace(low, high, 41)


def bars(axes: Axes, title: str, counts: Counter[str], *, slots: int) -> None:
    """A bar a name, the commonest on top, with room for ``slots`` of them."""
    shown = counts.most_common(_BARS)
    if rest := len(counts) - len(shown):
        shown.append((f"{rest} more", sum(counts.values()) - sum(n for _, n in shown)))
    labels, heights = [name.replace("_", " ") for name, _ in shown], [n for _, n in shown]
    axes.barh(range(len(shown)), heights, color=_BAR_FILL, height=0.78)
    axes.set_yticks(range(len(shown)), labels)
    axes.set_ylim(max(len(shown), min(slots, _BARS + 1)) - 0.4, -0.6)
    axes.set_xlabel("pictures" if title in ("biomes", "photographers", "grounds") else "objects")
    axes.set_title(f"{title.capitalize()} ({len(counts)})")
    for i, n in enumerate(heights):
        axes.annotate(f"{n:,}", (n, i), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_xlim(0, max(heights) * 1.14)
