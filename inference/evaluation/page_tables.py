"""Estimates as tables of the page, with marks for what is surely better or worse than the first model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from inference.evaluation.metrics import HIGHER, metric
from inference.evaluation.table import NOTHING

Told = Mapping[str, Any]


def verdict(less: Told | None, better: str) -> str:
    """"better", "worse" or "even" of another method, from the first model's paired difference to it; "" where that says nothing."""
    if not less or less["mean"] is None or less["low"] is None or not better:
        return ""
    if less["low"] <= 0 <= less["high"]:
        return "even"
    return "worse" if (less["mean"] > 0) == (better == HIGHER) else "better"


_MARKS = {"better": '<span class=good title="better than {0}">▲</span>', "worse": '<span class=bad title="worse than {0}">▼</span>',
          "even": '<span class=soft title="even with {0}">＝</span>', "": ""}  # fmt: skip


def cell(one: Told | None, mark: str = "") -> str:
    """A cell of HTML: mean, interval and n."""
    if one is None or one["mean"] is None:
        return f"<td>{NOTHING}</td>"
    interval = "" if one["low"] is None else f" <small>[{one['low']:.3g}, {one['high']:.3g}]</small>"
    return f"<td>{mark} <b>{one['mean']:.4g}</b>{interval} <small>n={one['n']}</small></td>"


def metric_table(suite: Told, names: Sequence[str], model: str | None) -> str:
    """Metrics by method; those of the other methods are marked by how they compare with ``model``, case by case."""
    less = suite["differences"].get(model, {}) if model else {}
    rows = []
    for name in names:
        row = metric(name)
        cells = [cell(found["metrics"].get(name), _mark(less.get(method, {}).get(name), row.better, model)) for method, found in
                 suite["methods"].items()]  # fmt: skip
        unit = f" <small>{escape(row.unit)}</small>" if row.unit else ""
        rows.append((f'<span title="{escape(row.told)}">{escape(name)} {row.better}</span>{unit}', cells))
    for kind in ("distance", "mask"):
        if all("average_precision" in found for found in suite["methods"].values()) and "recall" in names:
            cells = [cell(found["average_precision"][kind]["mean"]) for found in suite["methods"].values()]
            rows.append((f'<span title="average precision, mean over thresholds and categories">ap.{kind} ↑</span>', cells))
    return table(["metric", *suite["methods"]], rows, "metrics by method")


def _mark(less: Told | None, better: str, model: str | None) -> str:
    return _MARKS[verdict(less, better)].format(escape(model or ""))


def difference_table(others: Told, names: Sequence[str], model: str) -> str:
    """A model's paired differences to the other methods."""
    rows = [(f"{escape(name)} {metric(name).better}", [cell(found[name]) for found in others.values()]) for name in names]
    return table(["metric", *(f"{model} − {other}" for other in others)], rows, f"{model} less the other methods")


def confusion_table(found: Told) -> str:
    rows = [(escape(one["true"]), [f"<td>{escape(one['predicted'])}</td><td>{one['count']}</td><td>{100 * one['share']:.0f} %</td>"])
            for one in found["top"]]  # fmt: skip
    return table(["true", "taken for", "count", "of the true"], rows, "most frequent mistakes")


def table(head: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]], told: str) -> str:
    """``rows`` have a first cell of HTML and ``<td>`` cells. It scrolls sideways, with the keyboard too."""
    top = "".join(f"<th scope=col>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr><th scope=row>{first}</th>{''.join(cells)}</tr>\n" for first, cells in rows)
    box = f'<div class=scroll tabindex=0 role=region aria-label="{escape(told, quote=True)}">'
    return f"{box}<table><thead><tr>{top}</tr></thead>\n<tbody>{body}</tbody></table></div>\n"
