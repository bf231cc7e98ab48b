"""What ``raw evaluate`` writes: numbers, a table for people, and a picture of cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from inference.evaluation.bootstrap import Estimate, estimate, paired
from inference.evaluation.scores import HIGHER_IS_BETTER, METRICS, Answer, Case

PAIRED = ("location", "image_distance", "count_error", "tower_cosine")
CASES = 12
CELL, MARGIN, HEADER = 160, 4, 18  # pixels, of cases.png
Estimates = dict[str, dict[str, Estimate]]  # [method][metric]


def estimates(tallies: Mapping[str, Mapping[str, np.ndarray]], draws: np.ndarray) -> Estimates:
    """Every metric of every method, from (N, 2) tallies keyed [method][metric]."""
    return {method: {metric: estimate(found[metric], draws) for metric in METRICS} for method, found in tallies.items()}


def differences(tallies: Mapping[str, Mapping[str, np.ndarray]], draws: np.ndarray, model: str) -> Estimates:
    """The model less every other method, image by image: negative is better for the model where lower is better."""
    others = [method for method in tallies if method != model]
    return {method: {metric: paired(tallies[model][metric], tallies[method][metric], draws) for metric in PAIRED} for method in others}


def table(found: Estimates, less: Estimates, images: int, distance: str, model: str) -> str:
    """Markdown: every metric by method, then the model's paired differences."""
    caption = f"{images} images. Cells: mean [95 % bootstrap interval over images] (n: images, or objects or pairs of them)."
    lines = [caption, f"image_distance is {distance}.", "", *_rows(found, METRICS)]
    if less:
        lines += ["", f"{model} minus baseline, image by image, where both have a value:", "", *_rows(less, PAIRED)]
    return "\n".join(lines) + "\n"


def _rows(found: Estimates, metrics: Sequence[str]) -> list[str]:
    cells = [["metric", "", *found], *([metric, arrow(metric), *(cell(found[m][metric]) for m in found)] for metric in metrics)]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    rows = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) + " |" for row in cells]
    return [rows[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *rows[1:]]


def arrow(metric: str) -> str:
    """Which direction is better; a bias has none."""
    return "" if metric == "count_bias" else "↑" if metric in HIGHER_IS_BETTER else "↓"


def cell(one: Estimate) -> str:
    if one.mean is None:
        return "– (0)"
    interval = "" if one.low is None or one.high is None else f" [{one.low:.4g}, {one.high:.4g}]"
    return f"{one.mean:.4g}{interval} ({one.n})"


def prediction_lines(cases: Sequence[Case], answers: Sequence[Answer], programs: Sequence[str | None]) -> list[dict[str, Any]]:
    """A JSON object for every image: what was predicted and what went wrong."""
    rows = zip(cases, answers, programs, strict=True)
    return [{"scene": c.name, "program": text, "error": a.error, "render_error": a.render_error} for c, a, text in rows]


def evenly(count: int, wanted: int = CASES) -> list[int]:
    """Up to ``wanted`` places spread evenly over ``count``."""
    return sorted({int(i) for i in np.linspace(0, count - 1, min(wanted, count)).round()})


def cases_picture(cases: Sequence[Case], methods: Mapping[str, Sequence[Answer]]) -> Image.Image:
    """A row for each of some images: the photo, then the render of every method, grey where there is none."""
    rows = evenly(len(cases))
    names = ["photo", *methods]
    canvas = Image.new("RGB", (len(names) * (CELL + MARGIN) + MARGIN, HEADER + len(rows) * (CELL + MARGIN)), "white")
    draw = ImageDraw.Draw(canvas)
    for column, name in enumerate(names):
        left = MARGIN + column * (CELL + MARGIN)
        draw.text((left, 3), name, fill="black")
        for row, i in enumerate(rows):
            image = cases[i].image if column == 0 else methods[name][i].image
            _paste(canvas, draw, image, left, HEADER + row * (CELL + MARGIN))
    return canvas


def _paste(canvas: Image.Image, draw: ImageDraw.ImageDraw, image: np.ndarray | None, left: int, top: int) -> None:
    if image is None:
        draw.rectangle((left, top, left + CELL - 1, top + CELL - 1), fill=(190, 190, 190))
        draw.text((left + 8, top + CELL // 2 - 6), "no render", fill="black")
        return
    canvas.paste(Image.fromarray(image).resize((CELL, CELL), Image.Resampling.LANCZOS), (left, top))
