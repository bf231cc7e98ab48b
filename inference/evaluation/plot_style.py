"""How the plots of an evaluation look: one colour and marker a method in all of them, told apart also by colour-blind eyes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from procedural.whole_file import whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00", "#8c8c8c")  # Okabe and Ito, less their yellow
_MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
_LINES = ("-", "--", ":", "-.")
INK = "#2b2f33"
LOOK = {
    "font.size": 9,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#999999",
    "axes.labelcolor": INK,
    "axes.grid": True,
    "grid.color": "#e6e6e6",
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
}


class Style(NamedTuple):
    color: str
    marker: str
    line: str


def styles(methods: Sequence[str]) -> dict[str, Style]:
    """A style for each method, all different up to 32 of them."""
    return {
        name: Style(_COLORS[i % len(_COLORS)], _MARKERS[i % len(_MARKERS)], _LINES[i // len(_COLORS) % len(_LINES)])
        for i, name in enumerate(methods)
    }


def new_figure(width: float, height: float, title: str) -> Figure:
    """An empty figure of so many inches; call it, and draw, within ``matplotlib.rc_context(LOOK)``."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    figure.suptitle(title, x=0.01, ha="left", fontsize=12)
    return figure


def method_legend(figure: Figure, shown: dict[str, Style]) -> None:
    """The methods, below all panels."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], color=s.color, marker=s.marker, linestyle=s.line, label=name) for name, s in shown.items()]
    figure.legend(handles=handles, loc="outside lower left", ncols=min(len(handles), 5))


def interval(axes: Axes, told: Mapping[str, Any], place: float, style: Style, *, across: bool = False) -> None:
    """A point with its interval at ``place`` of the other axis."""
    low, high = (told["mean"] if told[end] is None else told[end] for end in ("low", "high"))
    spread = [[max(0.0, told["mean"] - low)], [max(0.0, high - told["mean"])]]
    look = {"color": style.color, "marker": style.marker, "markersize": 4.5, "linewidth": 1.2}
    if across:
        axes.errorbar([told["mean"]], [place], xerr=spread, **look)
    else:
        axes.errorbar([place], [told["mean"]], yerr=spread, **look)


def point_line(axes: Axes, points: Sequence[tuple[float, Mapping[str, Any]]], style: Style) -> None:
    """Estimates over their places, joined."""
    axes.plot([place for place, _ in points], [told["mean"] for _, told in points], color=style.color, linestyle=style.line, linewidth=1)
    for place, told in points:
        interval(axes, told, place, style)


def empty(axes: Axes, told: str) -> None:
    """A panel that has nothing to show, and says so."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, told, ha="center", va="center", transform=axes.transAxes, color="#777777")


def save(figure: Figure, path: Path) -> Path:
    """Write the figure as PNG, whole or not at all; returns ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        figure.savefig(file, format="png", dpi=100)
    return path
