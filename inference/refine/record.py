"""What ``--refine`` leaves behind: refinement.json and a plot of the objective over seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from inference.refine.drawing import SEARCH_SEED
from inference.refine.objective import COLOR, STAGES
from inference.refine.refine import CONFIRM_SEEDS, Refinement
from raw.scene import Scene

_INK, _LINE = "#2b2f33", "#4f8a6b"


def record(done: Refinement, before: Scene, frame: tuple[int, int], samples: int) -> dict[str, Any]:
    """The content of refinement.json; ``before`` is the scene that was refined, ``frame`` and ``samples`` those of the search."""
    rounds = [
        {"seconds": round(seconds, 3), "round": step.kind, "evaluations": step.evaluations, "objective": round(step.value, 5),
         "changed": list(step.changed)}
        for seconds, step in done.trace
    ]  # fmt: skip
    return {
        "objective": f"EfficientNet-Lite0 stages {', '.join(map(str, STAGES))} by places, and {COLOR:g} x colour difference; 0: equal",
        "frame": list(frame), "samples": samples, "seconds": round(done.seconds, 3), "evaluations": done.evaluations,
        "improved": done.improved, "search_seed": SEARCH_SEED, "start": round(done.start.value, 5), "found": rounds[-1]["objective"],
        "confirmed": [
            {"seed": seed, "start": round(a, 5), "found": round(b, 5)} for seed, (a, b) in zip(CONFIRM_SEEDS, done.confirmed, strict=False)
        ],
        "changes": changes(before, done), "trace": rounds,
    }  # fmt: skip


def changes(before: Scene, done: Refinement) -> list[str]:
    """What differs in the end, in words, a line each."""
    after, said = done.scene, []
    for part, names in (("camera", ("pitch", "height", "fov")), ("sky", tuple(vars(before.sky)))):
        for name in names:
            old, new = (getattr(getattr(scene, part), name) for scene in (before, after))
            said += [f"{part} {name} {old:.4g} -> {new:.4g}"] if old != new else []
    if before.ground.appearance != after.ground.appearance:
        said.append(f"ground {before.ground.appearance} -> {after.ground.appearance}")
    kept = dict(zip(done.winner.draft.keys, after.objects, strict=True))
    for i, thing in enumerate(before.objects):
        what = f"object {i} ({thing.category or 'object'})"
        if i not in kept:
            said.append(f"{what} dropped")
        elif kept[i].appearance != thing.appearance:
            said.append(f"{what} {thing.appearance} -> {kept[i].appearance}")
        elif kept[i] != thing:
            said.append(f"{what} moved")
    return said


def plot(path: Path, done: Refinement) -> None:
    """The objective over seconds as PNG; rounds that gained are marked."""
    figure = Figure(figsize=(6.4, 3.6), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    seconds, values = [t for t, _ in done.trace], [step.value for _, step in done.trace]
    axes.step([*seconds, done.seconds], [*values, values[-1]], where="post", color=_LINE, linewidth=2)
    gained = [(t, step.value) for t, step in done.trace if step.changed]
    axes.plot([t for t, _ in gained], [value for _, value in gained], "o", color=_LINE, markersize=4)
    axes.set_xlabel("seconds")
    axes.set_ylabel("objective")
    ending = "kept" if done.improved else "no better on other seeds: the start was kept" if done.confirmed else "nothing better found"
    axes.set_title(f"{done.evaluations} renders; {ending}", loc="left", fontsize=10, color=_INK)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def summary(done: Refinement) -> str:
    """One line for the screen."""
    spent = f"refined {done.seconds:.1f} s, {done.evaluations} renders"
    if not done.improved:
        return f"{spent}: nothing better found, the prediction stays"
    (before, after), *_ = done.confirmed
    return f"{spent}: objective {before:.3f} -> {after:.3f} on a seed of its own"
