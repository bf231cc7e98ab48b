"""Which cases the page shows, and their masks painted over the pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from inference.evaluation.metrics import LOWER, metric
from inference.evaluation.records import Line, SuiteRecords
from procedural.dataset.overlay import color, edges
from procedural.whole_file import whole_file

RANKED_BY = ("image_distance", "tower_cosine")  # the first that a suite has
EACH = 3  # best, median and worst cases
_VIVID = 0.6  # share of an object's colour over the picture
_SPARE = (235, 235, 235)  # of a predicted object without partner
_RIM = (16, 16, 18)


def ranking_metric(suite: SuiteRecords) -> str | None:
    """By which the cases of a suite are ranked; None where it has none of ``RANKED_BY``."""
    return next((name for name in RANKED_BY if name in suite.metrics), None)


def ranked(suite: SuiteRecords, method: str, name: str) -> list[int]:
    """Places of all cases from the best to the worst by a metric of one method; last those that have no value, as nothing was drawn."""
    sums, weights = suite.methods[method].tallies([name])[0].T
    values = np.divide(sums, weights, out=np.full(len(sums), np.nan), where=weights > 0)
    worse = values if metric(name).better == LOWER else -values
    return [int(i) for i in np.argsort(np.where(np.isnan(worse), np.inf, worse), kind="stable")]


def chosen(order: list[int], each: int = EACH) -> dict[str, list[int]]:
    """The best, the median and the worst (worst first) cases, none of them twice."""
    if len(order) <= 3 * each:
        thirds = [list(part) for part in np.array_split(order, 3)]
        return {"best": thirds[0], "median": thirds[1], "worst": thirds[2][::-1]}
    middle = (len(order) - each) // 2
    return {"best": order[:each], "median": order[middle : middle + each], "worst": order[: -each - 1 : -1]}


def partners(line: Line, count: int) -> list[int | None]:
    """For each of ``count`` predicted objects the place of the true one that it is matched with."""
    found: list[int | None] = [None] * count
    for record in line["objects"]:
        if record["predicted"] is not None:
            found[record["predicted"]] = record["true"]
    return found


def painted(picture: Path, index: Path, places: list[int | None], out: Path) -> Path:
    """Paint an index image over its picture and write it as JPEG; returns ``out``.

    Object i has the colour of the true object ``places[i]``, so that matched objects look alike everywhere; without one it is pale.
    """
    with Image.open(picture) as opened, Image.open(index) as labels:
        image = np.asarray(opened.convert("RGB"), dtype=np.float32)
        mask = np.asarray(labels.resize(opened.size, Image.Resampling.NEAREST))  # pictures may be kept smaller
    colors = np.array([_SPARE if place is None else color(place) for place in places], dtype=np.float32).reshape(-1, 3)
    things = (mask > 0) & (mask <= len(places))
    result = image.copy()
    result[things] = _VIVID * colors[mask[things].astype(np.int64) - 1] + (1 - _VIVID) * image[things]
    result[edges(mask)] = _RIM
    with whole_file(out) as file:
        Image.fromarray(result.astype(np.uint8)).save(file, format="JPEG", quality=88)
    return out
