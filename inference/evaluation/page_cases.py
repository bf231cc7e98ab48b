"""Cases on the page: the picture, and beside it the render, masks, program and errors of every method."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import quote

from inference.evaluation.metrics import metric
from inference.evaluation.records import Line, MethodRecords, Records, SuiteRecords
from inference.evaluation.showcase import chosen, painted, partners, ranked, ranking_metric

MASKS = "plots/masks"
SHOWN = ("image_distance", "tower_cosine", "mask_iou_all", "count_error", "recall", "relative", "family", "scene.sun_degrees",
         "scene.horizon_degrees", "photo.category", "photo.box_iou")  # fmt: skip


def case_gallery(records: Records, suite: SuiteRecords, model: str) -> str:
    """The best, median and worst cases of a suite, all methods side by side; paints their masks into the folder."""
    name = ranking_metric(suite)
    if name is None:
        return "<p class=soft>No case of this suite has a score to rank by.</p>\n"
    row = metric(name)
    parts = [f"<p>Ranked by <b>{escape(name)} {row.better}</b> of <b>{escape(model)}</b>; what it could not draw is among the worst. "
             "The same colour marks an object and its match; pale ones have none.</p>\n"]  # fmt: skip
    for kind, places in chosen(ranked(suite, model, name)).items():
        for number, place in enumerate(places, start=1):
            parts.append(_case(records, suite, place, f"{kind.capitalize()} {number}"))
    return "".join(parts)


def _case(records: Records, suite: SuiteRecords, place: int, title: str) -> str:
    case = suite.cases[place]
    columns = [_truth(records, suite, place)] + [_answer(records, suite, method, place) for method in suite.methods.values()]
    biome = f" <span class=soft>{escape(case['biome'])}</span>" if case["biome"] else ""
    label = escape(f"{title}: {case['name']}", quote=True)
    return (f'<article><h4>{title}: {escape(case["name"])}{biome}</h4>'
            f'<div class=row tabindex=0 role=region aria-label="{label}">{"".join(columns)}</div></article>\n')  # fmt: skip


def _truth(records: Records, suite: SuiteRecords, place: int) -> str:
    case = suite.cases[place]
    folder = Path("suites") / suite.name / "pictures"
    parts = ["<h5>picture</h5>", image(folder / f"{case['name']}.jpg", "the picture")]
    index = folder / f"{case['name']}.png"
    if (records.folder / index).is_file():
        count = len(suite.scenes[place].objects) if suite.scenes else 0
        parts.append(_masks(records, folder / f"{case['name']}.jpg", index, list(range(count)), suite.name, "pictures", case["name"]))
    if case["truth"]:
        parts.append(program(case["truth"], "true program"))
    facts = {str(key): str(value) for key, value in (case.get("labels") or {}).items()}
    return f"<section>{''.join(parts)}{facts_list(facts)}</section>"


def _answer(records: Records, suite: SuiteRecords, method: MethodRecords, place: int) -> str:
    line, name = method.lines[place], suite.cases[place]["name"]
    folder = Path("suites") / suite.name / method.name
    picture, index = folder / f"{name}.jpg", folder / f"{name}.png"
    parts = [f"<h5>{escape(method.name)}</h5>"]
    if (records.folder / picture).is_file():
        parts.append(image(picture, f"render of {method.name}"))
        if (records.folder / index).is_file():
            places = partners(line, len(method.scenes[place].objects))
            parts.append(_masks(records, picture, index, places, suite.name, method.name, name))
    else:
        parts.append("<div class=none>no render</div>")
    parts += [f"<p class=error>{escape(line[key])}</p>" for key in ("error", "render_error") if line[key]]
    parts.append(facts_list(shown_scores(line)))
    if line["program"]:
        parts.append(program(line["program"], "program"))
    return f"<section>{''.join(parts)}</section>"


def _masks(records: Records, picture: Path, index: Path, places: list[int | None], suite: str, method: str, name: str) -> str:
    out = Path(MASKS) / suite / method / f"{name}.jpg"
    painted(records.folder / picture, records.folder / index, places, records.folder / out)
    return image(out, "true masks" if method == "pictures" else f"masks of {method}", "mask")


def image(path: Path, told: str, kind: str = "") -> str:
    """A picture that links to its file; ``path`` is relative to the page."""
    link, named = quote(path.as_posix()), f' class="{kind}"' if kind else ""
    return f'<a href="{link}"{named}><img src="{link}" loading="lazy" alt="{escape(told, quote=True)}"></a>'


def program(text: str, told: str) -> str:
    return f"<details><summary>{told}</summary><pre tabindex=0>{escape(text.strip())}</pre></details>"


def shown_scores(line: Line) -> dict[str, str]:
    """The scores of one answer that are worth a look: its own means."""
    tallies = {name: line["scores"][name] for name in SHOWN if line["scores"].get(name, (0, 0))[1]}
    return {f"{name} {metric(name).better}": f"{total / weight:.3g} {metric(name).unit}" for name, (total, weight) in tallies.items()}


def facts_list(facts: dict[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    return f"<dl>{rows}</dl>" if rows else ""
