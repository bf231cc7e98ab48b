"""Every so-many-th case of a suite beside its render: what a model does when nobody chose the pictures."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from inference.evaluation.records import SuiteRecords
from inference.evaluation.showcase import ranking_metric
from procedural.dataset.show import contact_sheet
from procedural.whole_file import whole_file

EVERY = 10  # the first case, and every 10th after it
FEWEST = 20  # pictures that a gallery shows, where a suite has so many: small suites are shown closer
_PAIRS = 32  # on a sheet, four a row
_MISSING = (60, 30, 30)  # where nothing was drawn


def gallery_places(cases: int) -> range:
    """Which of so many cases are shown: every ``EVERY``-th from the first, or every 5th, 2nd or all where that shows too few."""
    step = next((step for step in (EVERY, 5, 2) if -(-cases // step) >= FEWEST), 1)
    return range(0, cases, step)


def galleries(folder: Path, suite: SuiteRecords, model: str) -> list[Path]:
    """Write ``plots/SUITE/gallery-MODEL-*.jpg`` of an evaluation's folder: picture and render side by side, with name and score."""
    score, places, files = ranking_metric(suite), gallery_places(len(suite.cases)), []
    for number, start in enumerate(range(0, len(places), _PAIRS)):
        images, labels = [], []
        for place in places[start : start + _PAIRS]:
            case, line = suite.cases[place], suite.methods[model].lines[place]
            for kind in ("pictures", model):
                images.append(_picture(folder / "suites" / suite.name / kind / f"{case['name']}.jpg"))
            labels += [case["name"][:32], _told(score, line["scores"])]
        file = folder / "plots" / suite.name / f"gallery-{model}-{number}.jpg"
        with whole_file(file) as opened:
            contact_sheet(images, labels).save(opened, format="JPEG", quality=82)
        files.append(file)
    return files


def _picture(path: Path) -> Image.Image:
    if not path.is_file():
        return Image.new("RGB", (224, 224), _MISSING)
    with Image.open(path) as opened:
        return opened.convert("RGB")


def _told(score: str | None, scores: dict[str, tuple[float, float]]) -> str:
    total, weight = scores.get(score, (0.0, 0.0)) if score else (0.0, 0.0)
    return f"{score} {total / weight:.2f}" if weight else "nothing was drawn"
