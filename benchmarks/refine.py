"""What ``raw reconstruct --refine`` gains a second, where the truth is known.

Every picture of a split is drawn anew from its program by the renderer as it is now (8 samples, so no scene shares its noise),
and refined from the model's answer. At every checkpoint the scene found so far is confirmed as after a run that ended there,
drawn at the size of the photo and scored: by the objective on seeds that the search does not see, and by scores that are no part
of the objective. ``--processor`` reads seconds from processor time (Linux), own plus that of the render workers by their number:
about what a machine without other work would take.

    python benchmarks/refine.py DATASET --library LIBRARY --out refined [--images 30] [--processor]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from inference.defaults import MODEL, library_folder  # noqa: E402
from inference.evaluation.cases import Answer, Case  # noqa: E402
from inference.evaluation.scores import score  # noqa: E402
from inference.reconstructor import Reconstructor  # noqa: E402
from inference.refine.budget import RECYCLE_AFTER, Budget  # noqa: E402
from inference.refine.drawing import SIZE, Drawing  # noqa: E402
from inference.refine.refine import candidates, confirm, is_better, refine  # noqa: E402
from inference.refine.search import Draft  # noqa: E402
from raw.language import parse  # noqa: E402
from raw.library import Library  # noqa: E402
from raw.render import RenderPool, RenderSettings  # noqa: E402
from raw.vision.tower import load_tower  # noqa: E402
from training.pairs import Pairs  # noqa: E402

CHECKPOINTS = (5.0, 10.0, 20.0, 40.0)  # seconds
PHOTO, SCORED = RenderSettings(samples=8, seed=11), RenderSettings(samples=8, seed=12)
NAMES = ("psnr", "ssim", "animal_iou", "foreground_iou", "location", "relative", "height", "rotation", "family", "precision", "recall",
         "count_error", "scene.horizon", "scene.horizon_degrees", "scene.ground_family", "scene.sky.sun_elevation",
         "scene.sky.sun_rotation", "scene.camera.height", "scene.camera.fov")  # fmt: skip


def cases(pairs: Pairs, pool: RenderPool) -> Iterator[Case]:
    """Truths with pictures by the renderer of today."""
    scenes = [parse(pairs.picture(i)[2]) for i in range(len(pairs))]
    for i, drawn in enumerate(pool.map((scene, PHOTO) for scene in scenes)):
        yield Case(pairs.name(i), drawn.image, drawn.index, scenes[i])


class ProcessorClock:
    """Processor time of this process, and of its children shared out among the workers; those that have ended still count."""

    def __init__(self, workers: int) -> None:
        self._workers, self._spent = workers, dict[str, int]()

    def __call__(self) -> float:
        children = {child for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()}
        for child in children:
            user, system = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
            self._spent[child] = int(user) + int(system)
        return time.process_time() + sum(self._spent.values()) / os.sysconf("SC_CLK_TCK") / self._workers


def row(case: Case, start: Draft, best: Draft, drawing: Drawing, pool: RenderPool) -> dict[str, float | None]:
    """Scores of what a run would have returned that had found ``best``."""
    pairs = confirm(start, best, drawing) or confirm(start, Draft(*start), drawing)
    better = is_better(pairs)
    winner, column = (best, 1) if better else (start, 0)
    drawn = pool.render(winner.scene, SCORED)
    tallies = score(Answer(winner.scene, image=drawn.image, index=drawn.index), case)
    means = {name: tallies[name][0] / tallies[name][1] if tallies[name][1] else None for name in NAMES}
    return {"objective": float(np.mean([pair[column] for pair in pairs])), "improved": float(better), **means}


def measure(case: Case, reconstructor: Reconstructor, library: Library, pool: RenderPool, tower, options) -> list[dict]:
    """A row a checkpoint."""
    photo = Image.fromarray(case.image)
    prediction = reconstructor.predict([photo])[0]
    drawing = Drawing(photo, pool, tower, size=SIZE)
    budget, now = Budget(seconds=max(options.seconds)), ProcessorClock(options.workers) if options.processor else time.perf_counter
    assets = candidates(prediction.looks, library)
    done = refine(prediction.scene, assets, drawing, budget, np.random.default_rng(options.seed), now)
    trace, rows = done.trace, []
    for limit in (0.0, *options.seconds):
        reached = [(seconds, step) for seconds, step in trace if seconds <= limit] or trace[:1]
        best = reached[-1][1]
        found = row(case, done.start.draft, best.best, drawing, pool)
        rows.append({"name": case.name, "seconds": limit, "renders": best.evaluations, **found})
    rows[-1]["trace"] = [[round(s, 2), step.kind, step.evaluations, step.value, list(step.changed)] for s, step in trace]
    return rows


def table(rows: list[dict]) -> str:
    """Means over pictures, a column a checkpoint, and the share of pictures that are better than at the start."""
    checkpoints = sorted({r["seconds"] for r in rows})
    lines = ["| score | " + " | ".join(f"{s:g} s" for s in checkpoints) + " |", "|---" * (len(checkpoints) + 1) + "|"]
    for name in ("objective", "renders", "improved", *NAMES):
        at = [[r[name] for r in rows if r["seconds"] == s] for s in checkpoints]
        means = [np.mean([v for v in values if v is not None]) for values in at]
        lines.append(f"| {name} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")
    return "\n".join(lines)


def plot(path: Path, rows: list[dict]) -> None:
    """Mean objective over seconds, and beside it three scores that are no part of it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    checkpoints = sorted({r["seconds"] for r in rows})
    figure = Figure(figsize=(11, 3.2), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    for axes, name in zip(figure.subplots(1, 4), ("objective", "psnr", "foreground_iou", "scene.horizon_degrees"), strict=True):
        by = [np.array([r[name] for r in rows if r["seconds"] == s and r[name] is not None]) for s in checkpoints]
        error = [values.std() / len(values) ** 0.5 for values in by]
        axes.errorbar(checkpoints, [values.mean() for values in by], error, marker="o", color="#4f8a6b", capsize=3)
        axes.set_title(name.removeprefix("scene.").replace("_", " "), loc="left", fontsize=10)
        axes.set_xlabel("seconds")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("--split", default="test")
    parser.add_argument("--library", type=Path, default=None)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--images", type=int, default=30)
    parser.add_argument("--seconds", type=float, nargs="+", default=CHECKPOINTS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processor", action="store_true", help="count processor time, where the machine has other work")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    folder, rows = library_folder(options.library), []
    with RenderPool(folder, workers=options.workers, recycle_after=RECYCLE_AFTER) as pool:
        reconstructor, tower = Reconstructor(options.model, folder), load_tower("efficientnet_lite0")
        for case in cases(Pairs(options.dataset, options.split, options.images), pool):
            rows += measure(case, reconstructor, reconstructor.library, pool, tower, options)
            print(case.name, *(f"{r['objective']:.3f}" for r in rows if r["name"] == case.name), flush=True)
            (options.out / "rows.json").write_text(json.dumps(rows) + "\n")
            (options.out / "table.md").write_text(table(rows) + "\n")
            plot(options.out / "refinement.png", rows)
    print(table(rows))


if __name__ == "__main__":
    main()
