"""The report of an evaluation, made from what is in its folder: results.json, tables/, plots/ and index.html."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from inference.evaluation import plots, plots_of_objects, table
from inference.evaluation.analysis import analyse
from inference.evaluation.gallery import galleries
from inference.evaluation.page import page
from inference.evaluation.plot_style import Style, styles
from inference.evaluation.records import Records, SuiteRecords, read_records
from procedural.whole_file import whole_file


def write_report(folder: Path, seed: int = 0) -> str:
    """Write the report of a finished evaluation, in place of an earlier one; returns the short table.

    ``seed`` is that of the resamples: the same records make the same report. Raises as ``records.read_records`` does.
    """
    records = read_records(folder)
    results = analyse(records, seed)
    for name in ("tables", "plots"):
        shutil.rmtree(folder / name, ignore_errors=True)
    summary = table.summary(results)
    _write(folder / "tables" / "summary.md", summary)
    for name, suite in results["suites"].items():
        _write(folder / "tables" / f"{name}.md", table.full(name, suite, results))
    figures = _draw(records, results)
    _write(folder / "index.html", page(records, results, figures))
    _write(folder / "results.json", json.dumps(results, indent=1, allow_nan=False, ensure_ascii=False) + "\n")
    return summary


def _write(path: Path, content: str) -> None:
    with whole_file(path) as file:
        file.write(content.encode())


def _draw(records: Records, results: dict[str, Any]) -> dict[str, dict[str, Path]]:
    """All figures: file, relative to the folder, by suite and caption."""
    names = dict.fromkeys(name for suite in records.suites.values() for name in suite.methods)
    look = styles(list(names))
    overview = plots.overview(records.folder / "plots" / "overview.png", results, look)
    drawn = {"": {"The metrics that matter most, by suite and method": overview}}
    drawn |= {name: _draw_suite(records, suite, results["suites"][name], look) for name, suite in records.suites.items()}
    return {name: {told: file.relative_to(records.folder) for told, file in files.items() if file} for name, files in drawn.items()}


def _draw_suite(records: Records, suite: SuiteRecords, told: dict[str, Any], look: dict[str, Style]) -> dict[str, Path | None]:
    folder = records.folder / "plots" / suite.name
    found: dict[str, Path | None] = {
        "Errors by size, distance and occlusion of the true object": plots.strata(folder / "strata.png", told, look),
        "Average precision over match thresholds, and precision over recall": plots_of_objects.precisions(
            folder / "average_precision.png", suite, told, look
        ),
        "Number of objects, true and said": plots.counts(folder / "counts.png", suite, look),
        "Reliability of confidence": plots_of_objects.reliability(folder / "reliability.png", told, look),
    }
    for model in (name for name in records.models if "confusion" in told["methods"].get(name, {})):
        file = folder / f"confusion-{model}.png"
        found[f"Species that {model} takes animals for"] = plots_of_objects.confusion(file, model, told["methods"][model]["confusion"])
    for model in records.models:
        for number, file in enumerate(galleries(records.folder, suite, model), start=1):
            found[f"Pictures at even steps, each beside what {model} makes of it, sheet {number}"] = file
    return found
