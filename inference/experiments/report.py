"""Outcomes to table.md, results.json and plot.png."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from inference.experiments.definition import Claim, Experiment
from inference.experiments.measures import MEASURES
from inference.experiments.verdict import Difference, Mean, difference, mean, pooled_spread
from inference.output_folder import OutputFolder
from inference.report import versions

if TYPE_CHECKING:
    from inference.experiments.command import Options

NOT_RUN = "not run"
RULE = ("Decided: the difference is more than t standard errors from 0, of seeds (spread within arms, pooled) and of test scenes "
        "(paired bootstrap) together; t is the 97.5 % point of Student's distribution. Else undecided.")  # fmt: skip


class Outcome(NamedTuple):
    """Of one arm."""

    tallies: dict[str, list[np.ndarray]]  # by measure, for each seed (N, 2)
    scenes: list[str]  # (N,) that the test pictures are of
    keys: list[str]  # of the runs
    images: int
    test: str  # which pictures they are


class Verdict(NamedTuple):
    claim: Claim
    difference: Difference | None  # None where an arm was not run, or nothing was measured


def write_report(
    experiment: Experiment, options: Options, found: Mapping[str, Outcome], left_out: Mapping[str, str], distance: str, out: Path
) -> str:
    """Write the three files; returns the text of table.md. ``distance`` is the name of what image_distance is, "" without renders."""
    means = {arm: {m: mean(one.tallies[m]) for m in one.tallies} for arm, one in found.items()}
    verdicts = [Verdict(claim, _judged(claim, found)) for claim in experiment.claims]
    text = table(experiment, means, verdicts, left_out, found) + (f"\nimage_distance is {distance}.\n" if distance else "")
    with OutputFolder(out) as folder:
        folder.text("table.md", text)
        content = _content(experiment, options, means, verdicts, left_out, found)
        folder.json("results.json", content | {"image_distance": distance or None})
        plot(experiment, means, folder.stage("plot.png"))
    return text


def _judged(claim: Claim, found: Mapping[str, Outcome]) -> Difference | None:
    if not {claim.better, claim.worse} <= set(found):
        return None
    arms = {arm: one.tallies[claim.measure] for arm, one in found.items() if claim.measure in one.tallies}
    if not {claim.better, claim.worse} <= set(arms):
        return None
    better, worse = found[claim.better], found[claim.worse]
    scenes = better.scenes if better.test == worse.test else None
    spread, higher = pooled_spread(arms), MEASURES[claim.measure].higher
    return difference(arms[claim.better], arms[claim.worse], scenes, spread, higher=higher)


def table(
    experiment: Experiment,
    means: Mapping[str, Mapping[str, Mean]],
    verdicts: list[Verdict],
    left_out: Mapping[str, str],
    found: Mapping[str, Outcome],
) -> str:
    """Markdown: arms by measures, then claims."""
    seeds, images = (
        sorted({value for value in values}) for values in ([len(o.keys) for o in found.values()], [o.images for o in found.values()])
    )
    lines = [experiment.question, "", f"Paper: {experiment.paper}", "",
             f"Mean over {_each(seeds)} seeds ± their standard deviation; {_each(images)} test pictures.", ""]  # fmt: skip
    shown = [m for m in experiment.measures if any(m in row for row in means.values())]
    lines += ["| arm | " + " | ".join(f"{m} {'↑' if MEASURES[m].higher else '↓'}" for m in shown) + " |", "|---" * (len(shown) + 1) + "|"]
    lines += [f"| {arm} | " + " | ".join(_cell(row.get(m)) for m in shown) + " |" for arm, row in means.items()]
    lines += [f"| {arm} | {NOT_RUN}: {why} |" + " |" * (len(shown) - 1) for arm, why in left_out.items()]
    if verdicts:
        lines += ["", "| claim | measure | gain [95 %] | verdict |", "|---|---|---|---|"]
        lines += [
            f"| {v.claim.says} | {v.claim.measure}, {v.claim.better} over {v.claim.worse} | {_gain(v.difference)} |" for v in verdicts
        ]
        lines += ["", RULE]
    return "\n".join(lines) + "\n"


def _each(values: list[int]) -> str:
    return " or ".join(map(str, values)) or "no"


def _cell(one: Mean | None) -> str:
    if one is None or not np.isfinite(one.value):
        return "–"
    return f"{one.value:.3g}" + (f" ± {one.spread:.2g}" if np.isfinite(one.spread) else "")


def _gain(one: Difference | None) -> str:
    if one is None:
        return f"– | {NOT_RUN}"
    interval = f" [{one.low:.2g}, {one.high:.2g}]" if np.isfinite(one.low) else ""
    return f"{one.value:.3g}{interval} | {one.verdict}"


def _content(
    experiment: Experiment,
    options: Options,
    means: Mapping[str, Mapping[str, Mean]],
    verdicts: list[Verdict],
    left_out: Mapping[str, str],
    found: Mapping[str, Outcome],
) -> dict[str, Any]:
    arms = {arm: {"settings": asdict(experiment.arms[arm]), "runs": found[arm].keys, "images": found[arm].images,
                  "measures": {m: _plain(one._asdict()) for m, one in row.items()}} for arm, row in means.items()}  # fmt: skip
    claims = [asdict(v.claim) | {"gain": _plain(v.difference._asdict()) if v.difference else None} for v in verdicts]
    asked = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(options).items()}
    about = {"experiment": experiment.name, "question": experiment.question, "paper": experiment.paper, "rule": RULE}
    return about | {"options": asked, "arms": arms, "left_out": dict(left_out), "claims": claims, "versions": versions()}


def _plain(values: Any) -> Any:
    """With None where there is no number, as JSON has no nan."""
    if isinstance(values, dict):
        return {name: _plain(value) for name, value in values.items()}
    if isinstance(values, (tuple, list)):
        return [_plain(value) for value in values]
    return None if isinstance(values, float) and not np.isfinite(values) else values


def plot(experiment: Experiment, means: Mapping[str, Mapping[str, Mean]], path: Path) -> None:
    """A panel a measure: the mean of every arm, and its seeds."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = [m for m in experiment.measures if any(m in row for row in means.values())]
    columns = min(4, max(1, len(shown)))
    rows = -(-max(1, len(shown)) // columns)
    figure = Figure(figsize=(3.2 * columns, 0.9 + rows * (0.9 + 0.3 * len(means))), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    places = np.arange(len(means))[::-1]
    for axis, measure in zip(axes, shown, strict=False):
        for place, row in zip(places, means.values(), strict=True):
            if measure in row:
                axis.scatter(row[measure].seeds, np.full(len(row[measure].seeds), place), s=12, alpha=0.6, color="tab:blue", linewidths=0)
                axis.plot([row[measure].value] * 2, [place - 0.3, place + 0.3], color="black")
        axis.set(
            title=f"{measure} ({'higher' if MEASURES[measure].higher else 'lower'} is better)", yticks=places, ylim=(-0.6, len(means) - 0.4)
        )
        axis.set_yticklabels(list(means) if axis in axes[::columns] else [""] * len(means))
        axis.title.set_fontsize(9)
        axis.tick_params(labelsize=8)
    for axis in axes[len(shown) :]:
        axis.set_visible(False)
    figure.savefig(path, dpi=90)
