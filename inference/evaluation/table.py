"""Estimates as Markdown: a short table over all suites, and everything about one suite."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inference.evaluation.average_precision import RESAMPLES as AP_RESAMPLES
from inference.evaluation.metrics import SUMMARY, metric
from raw.metrics.strata import AXES

Told = Mapping[str, Any]  # an estimate, as results.json has it
NOTHING = "–"
CELLS = "Cells: mean [95 % bootstrap interval, scenes drawn with replacement] (n)."


def cell(one: Told | None) -> str:
    """"0.3217 [0.3, 0.35] (200)"; no interval where there is none."""
    if one is None or one["mean"] is None:
        return f"{NOTHING} (0)"
    interval = "" if one["low"] is None else f" [{one['low']:.4g}, {one['high']:.4g}]"
    return f"{one['mean']:.4g}{interval} ({one['n']})"


def grid(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with columns of even width."""
    texts = [[text.replace("|", "\\|") for text in row] for row in (head, *rows)]
    widths = [max(len(row[k]) for row in texts) for k in range(len(head))]
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in texts]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]]) + "\n"


def summary(results: Told) -> str:
    """The metrics that matter most, a table a suite."""
    parts = ["# Evaluation", _caption(results)]
    for name, suite in results["suites"].items():
        parts += [f"## {heading(name, suite, results)}", grid(["metric", "", *suite["methods"]], summary_rows(suite)), *_failures(suite)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def heading(name: str, suite: Told, results: Told) -> str:
    """"scenes: new scenes (500 cases of 100 scenes)"."""
    told = results["about"]["suites"][name]["about"]
    return f"{name}: {told} ({suite['cases']} cases of {suite['scenes']} scenes)"


def summary_rows(suite: Told) -> list[list[str]]:
    """Rows of the short table: name, direction, and a cell a method; what no method has a value for is left out."""
    rows = metric_rows(suite["methods"], [name for name in SUMMARY if _known(suite, name)])
    if any("average_precision" in found for found in suite["methods"].values()):
        rows.append(_row("ap.distance", "↑", suite, lambda found: found["average_precision"]["distance"]["mean"]))
        rows.append(_row("ap.mask", "↑", suite, lambda found: found["average_precision"]["mask"]["mean"]))
    return rows


def metric_rows(methods: Told, names: Sequence[str]) -> list[list[str]]:
    return [[name, metric(name).better, *(cell(found["metrics"].get(name)) for found in methods.values())] for name in names]


def _known(suite: Told, name: str) -> bool:
    return any(found["metrics"].get(name, {}).get("n") for found in suite["methods"].values())


def _row(name: str, arrow: str, suite: Told, pick: Callable[[Told], Told | None]) -> list[str]:
    return [name, arrow, *(cell(pick(found)) for found in suite["methods"].values())]


def _caption(results: Told) -> str:
    notes = [CELLS, "n counts cases, or objects or pairs of objects; docs/evaluation.md defines every metric."]
    if perceptual := results["about"].get("perceptual"):
        notes.append(f"image_distance is {perceptual['name']}.")
    if missing := results["about"].get("missing_towers"):
        notes.append(f"Towers whose weights are not here, and which therefore have no cosine: {', '.join(missing)}.")
    return " ".join(notes)


def _failures(suite: Told) -> list[str]:
    """A line about answers that have an error or no render, where there are any."""
    found = {name: one["failures"] for name, one in suite["methods"].items() if any(one["failures"].values())}
    told = (f"{name} {count['error']} with an error and {count['render_error']} without render" for name, count in found.items())
    return [f"Of {suite['cases']} answers each: {'; '.join(told)}."] if found else []


def full(name: str, suite: Told, results: Told) -> str:
    """Everything about one suite."""
    methods = suite["methods"]
    names = [metric for metric in results["metrics"] if _known(suite, metric)]
    parts = [f"# {heading(name, suite, results)}", _caption(results), *_failures(suite),
             "## All metrics", grid(["metric", "", *methods], metric_rows(methods, names))]  # fmt: skip
    for model, others in suite["differences"].items():
        told = "case by case, over the cases where both have a value; n counts these. Where the interval holds 0, they are even."
        rows = [[metric, results["metrics"][metric]["better"], *(cell(found[metric]) for found in others.values())] for metric in names]
        parts += [f"## {model} less each other method", f"Paired: {told}", grid(["metric", "", *others], rows)] if others else []
        parts += [_shared(model, suite["shared"][model])] if others and "shared" in suite else []
    if any("strata" in found for found in methods.values()):
        parts += [_precisions(suite), _strata(suite), _confusions(suite), _reliability(suite)]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def _shared(model: str, others: Told) -> str:
    """Errors of pairs over what a model and another method both match."""
    rows = [
        [other, error, metric(error).better, *(cell(told[side]) for side in ("model", "other", "less"))]
        for other, errors in others.items()
        for error, told in errors.items()
    ]
    told = f"Over the true objects that both {model} and the other method match, so that nobody gains by leaving the hard ones out."
    return f"{told}\n\n{grid(['other method', 'metric', '', model, 'the other', 'less'], rows)}"


def _precisions(suite: Told) -> str:
    """Average precision by kind of match, threshold and category."""
    parts = [f"## Average precision\n\nIntervals are of {AP_RESAMPLES} resamples."]
    for kind, told in next(iter(suite["methods"].values()))["average_precision"].items():
        rows = [_row("mean", "↑", suite, lambda found, kind=kind: found["average_precision"][kind]["mean"])]
        for k, limit in enumerate(told["thresholds"]):
            pick = lambda found, kind=kind, k=k: found["average_precision"][kind]["by_threshold"][k]  # noqa: E731
            rows.append(_row(f"at {limit:g}", "↑", suite, pick))
        for category in told["categories"]:
            pick = lambda found, kind=kind, c=category: found["average_precision"][kind]["categories"][c]  # noqa: E731
            rows.append(_row(category, "↑", suite, pick))
        rows.append(_row("species", "↑", suite, lambda found, kind=kind: found["average_precision"][kind]["species"]))
        parts.append(f"A match by {kind}: {told['told']} the threshold.\n\n{grid([kind, '', *suite['methods']], rows)}")
    return "\n\n".join(parts)


def _strata(suite: Told) -> str:
    """Recall, relative location error, family and mask IoU by bin."""
    parts, first = ["## By size, distance, occlusion and category of the true object"], next(iter(suite["methods"].values()))["strata"]
    titles = {axis.name: f"{axis.title} ({axis.unit})" for axis in AXES}
    for axis, bins in first.items():
        for error in ("recall", "relative", "family", "mask_iou_all"):
            rows = [
                _row(label, metric(error).better, suite, lambda found, a=axis, b=label, e=error: found["strata"][a][b][e])
                for label in bins
                if any(found["strata"][axis][label][error]["n"] for found in suite["methods"].values())
            ]
            if rows:
                parts.append(grid([f"{error} by {titles.get(axis, axis)}", "", *suite["methods"]], rows))
    return "\n\n".join(parts)


def _confusions(suite: Told) -> str:
    """The most frequent mistakes about the species of animals that were found."""
    parts = ["## Species of animals that were found"]
    for name, found in suite["methods"].items():
        one = found["confusion"]
        right = NOTHING if one["accuracy"] is None else f"{one['accuracy']:.4g}"
        parts.append(f"{name}: {one['found']} of {one['animals']} animals found, of these {right} of the right species.")
        if one["top"]:
            rows = [[top["true"], top["predicted"], str(top["count"]), f"{100 * top['share']:.0f} %"] for top in one["top"]]
            parts.append(grid(["true", "taken for", "count", "of the true"], rows))
    return "\n\n".join(parts)


def _reliability(suite: Told) -> str:
    known = {name: found["reliability"] for name, found in suite["methods"].items() if found["reliability"]}
    rows = [[name, f"{one['error']:.4g}", str(one["n"])] for name, one in known.items()]
    return f"## Calibration of confidence\n\n{grid(['method', 'expected calibration error', 'predictions'], rows)}" if rows else ""
