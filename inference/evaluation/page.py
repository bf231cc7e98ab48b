"""index.html of an evaluation: tables, plots and cases. Plain HTML with relative links; works from a disk, without script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from inference.evaluation.metrics import SUMMARY
from inference.evaluation.page_cases import case_gallery, image
from inference.evaluation.page_style import STYLE
from inference.evaluation.page_tables import confusion_table, difference_table, metric_table
from inference.evaluation.records import Records
from inference.evaluation.table import heading

Told = Mapping[str, Any]
_MASKS_BOX = "<li><label><input type=checkbox id=masks checked> masks of cases</label></li>"
Plots = Mapping[str, Mapping[str, Path]]  # [suite][caption] -> file, relative to the page; suite "" is of them all


def page(records: Records, results: Told, plots: Plots) -> str:
    """The whole page. Writes the masks that it shows into the folder."""
    suites = results["suites"]
    links = [("summary", "summary"), *((f"suite-{name}", name) for name in suites)]
    nav = "".join(f'<li><a href="#{escape(anchor, quote=True)}">{escape(name)}</a></li>' for anchor, name in links)
    parts = [_summary(results), *(_figure(file, told) for told, file in plots.get("", {}).items())]
    parts += [_suite(records, results, name, plots.get(name, {})) for name in suites]
    title = escape(f"Evaluation of {', '.join(results['models'])}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<a class=skip href="#summary">to the content</a>\n'
        f"<header><h1>{title}</h1>{_about(results)}</header>\n"
        f'<nav aria-label="parts of the page"><ul>{nav}{_MASKS_BOX}</ul></nav>\n'
        f"<main>\n{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def _about(results: Told) -> str:
    about = results["about"]
    told = [f"{name}: {value['name']}" for name, value in (("image_distance", about.get("perceptual")),) if value]
    told += [f"{key}: {about[key]['folder']}" for key in ("dataset", "library") if isinstance(about.get(key), dict)]
    told += [f"no cosine by {name}, as its weights are not here" for name in about.get("missing_towers", {})]
    told += [f"rendered with {about['samples']} samples a pixel"] if "samples" in about else []
    return f"<p class=soft>{escape('; '.join(told))}</p>\n"


def _legend(model: str | None) -> str:
    """What the cells and their marks say."""
    text = "Cells: <b>mean</b> [95 % bootstrap interval, scenes drawn with replacement], n of cases, objects or pairs. ↑: more is better."
    if model:
        told = escape(model)
        text += (f" Case by case, beyond the interval: <span class=good>▲</span> better than {told}, <span class=bad>▼</span> worse than "
                 f"{told}, ＝ even. Oracles know the truth and bound what can be reached.")  # fmt: skip
    return f"<p class=soft>{text} Every metric is defined in docs/evaluation.md.</p>\n"


def _summary(results: Told) -> str:
    """The metrics that matter most, of every suite."""
    parts = ['<h2 id="summary">Summary</h2>\n', _legend(results["models"][0])]
    for name, suite in results["suites"].items():
        parts += [f"<h3>{escape(heading(name, suite, results))}</h3>\n", metric_table(suite, _known(suite, SUMMARY), _first(suite))]
    return "".join(parts)


def _first(suite: Told) -> str | None:
    """The model that the others are compared with."""
    return next(iter(suite["differences"]), None)


def _known(suite: Told, names: Any) -> list[str]:
    return [name for name in names if any(found["metrics"].get(name, {}).get("n") for found in suite["methods"].values())]


def _suite(records: Records, results: Told, name: str, plots: Mapping[str, Path]) -> str:
    """One suite: all metrics, plots, mistakes, cases."""
    suite, names = results["suites"][name], _known(results["suites"][name], results["metrics"])
    parts = [f'<h2 id="suite-{escape(name, quote=True)}">{escape(heading(name, suite, results))}</h2>\n',
             f"<details><summary>All {len(names)} metrics</summary>{metric_table(suite, names, _first(suite))}</details>\n"]  # fmt: skip
    for model, others in suite["differences"].items():
        if others:
            parts.append(f"<details><summary>{escape(model)} less the other methods, case by case</summary>"
                         f"{difference_table(others, names, model)}</details>\n")  # fmt: skip
    parts += [_figure(file, told) for told, file in plots.items()]
    for method, found in suite["methods"].items():
        if found.get("confusion", {}).get("top"):
            parts.append(f"<details><summary>Species that {escape(method)} mistakes most often</summary>"
                         f"{confusion_table(found['confusion'])}</details>\n")  # fmt: skip
    if first := _first(suite):
        parts += ["<h3>Best, median and worst cases</h3>\n", case_gallery(records, records.suites[name], first)]
    return "".join(parts)


def _figure(file: Path, told: str) -> str:
    return f"<figure><div class=plot>{image(file, told)}</div><figcaption>{escape(told)}</figcaption></figure>\n"
