"""``raw evaluate``: a model on held-out scenes of a data set, beside baselines, every prediction drawn again and scored.

The render workers load bpy in processes of their own while this one loads torch, so nothing here imports torch before a
pool stands.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jsonargparse import ArgumentParser
from tqdm import tqdm

from inference.baselines import cached_pooled, mean_scene, nearest, pooled
from inference.defaults import library_folder, model_folder
from inference.evaluation import report
from inference.evaluation.bootstrap import LEVEL, RESAMPLES, resamples, tally_of
from inference.evaluation.scores import METRICS, NOTES, Answer, Case, score
from inference.options import add_where, command_parser, where
from inference.output_folder import OutputFolder
from inference.report import versions
from raw.language import parse, write
from raw.library import Library
from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from training.pairs import Pairs

if TYPE_CHECKING:
    from inference.reconstructor import Reconstructor

MODEL = "model"
BASELINES = ("mean_scene", "nearest_neighbour", "oracle")
SAMPLER_SEED = 1  # data sets are drawn with 0: no method may share the noise of the photo
BATCH = 16  # images a pass through the model
EXAMPLES = """
raw evaluate dataset --model runs/first --out scores                       # table on the screen and in scores/table.md
raw evaluate dataset --out quick --limit 20 --train_limit 200              # the built-in model, a few images
raw evaluate dataset --out check --baselines oracle                        # how close the true program comes
"""


@dataclass(frozen=True)
class Evaluation:
    """What is evaluated, and against what."""

    cases: list[Case]
    test: Pairs
    train: Pairs | None  # None where no baseline learns from it
    library: Library
    baselines: tuple[str, ...]
    samples: int
    seed: int = 0  # of the bootstrap

    @property
    def settings(self) -> RenderSettings:
        height, width = self.cases[0].image.shape[:2]
        return RenderSettings(width, height, samples=self.samples, seed=SAMPLER_SEED)


def read_cases(pairs: Pairs, library: Library) -> list[Case]:
    """Pictures and truth of a split. LibraryError where the library lacks an asset of it."""
    cases = []
    for i in range(len(pairs)):
        image, mask, program = pairs.picture(i)
        scene = parse(program, source=pairs.name(i))
        for asset in (scene.ground.appearance, *(thing.appearance for thing in scene.objects)):
            if isinstance(asset, str):
                library.record(asset)
        cases.append(Case(pairs.name(i), image, mask, scene))
    return cases


def model_answers(reconstructor: Reconstructor, images: Sequence[np.ndarray]) -> list[Answer]:
    """The model's predictions, batch by batch."""
    from PIL import Image

    answers = []
    for start in tqdm(range(0, len(images), BATCH), desc="predictions", unit="batch", file=sys.stderr):
        for one in reconstructor.predict([Image.fromarray(image) for image in images[start : start + BATCH]]):
            answers.append(Answer(one.scene, one.error, sum(one.milliseconds.values())))
    return answers


def baseline_answers(name: str, evaluation: Evaluation, reconstructor: Reconstructor) -> list[Answer]:
    """What a baseline says of every image."""
    cases, train = evaluation.cases, evaluation.train
    if name == "oracle":
        return [Answer(case.scene) for case in cases]
    if train is None:
        raise ValueError(f"baseline {name} needs a training split")
    programs = train.table["program"]
    if name == "mean_scene":
        return [Answer(mean_scene([parse(text) for text in programs]))] * len(cases)
    features = cached_pooled(train, reconstructor.tower, reconstructor.device)
    start = time.perf_counter()
    rows = nearest(pooled(reconstructor.tower, [case.image for case in cases], reconstructor.device), features)
    milliseconds = (time.perf_counter() - start) * 1000 / len(cases)
    return [Answer(parse(programs[int(row)]), None, milliseconds) for row in rows]


def drawn(answers: Sequence[Answer], pool: RenderPool, settings: RenderSettings, name: str) -> list[Answer]:
    """The answers with their renders, or with what kept them from being drawn; equal scenes are drawn once."""
    scenes = list(dict.fromkeys(answer.scene for answer in answers if answer.scene is not None))
    renders = pool.map((scene, settings) for scene in scenes)
    found = dict(zip(scenes, tqdm(renders, total=len(scenes), desc=f"renders of {name}", unit="image", file=sys.stderr), strict=True))
    return [replace(a, render_error="no scene") if a.scene is None else _with_render(a, found[a.scene]) for a in answers]


def _with_render(answer: Answer, result: Rendering | RenderError) -> Answer:
    if isinstance(result, RenderError):
        return replace(answer, render_error=str(result))
    return replace(answer, image=result.image, index=result.index, render_milliseconds=sum(result.timings.values()))


def evaluate(evaluation: Evaluation, reconstructor: Reconstructor, pool: RenderPool) -> tuple[dict[str, list[Answer]], dict[str, Any]]:
    """Answers of every method, and the results: estimates and differences (``report.Estimates``), and the perceptual distance."""
    from inference.network_scores import network_scores
    from raw.metrics.perceptual import perceptual_distance

    cases = evaluation.cases
    methods = {MODEL: model_answers(reconstructor, [case.image for case in cases])}
    methods |= {name: baseline_answers(name, evaluation, reconstructor) for name in evaluation.baselines}
    methods = {name: drawn(answers, pool, evaluation.settings, name) for name, answers in methods.items()}
    distance = perceptual_distance()
    photos = [case.image for case in cases]
    seen = network_scores({name: [a.image for a in answers] for name, answers in methods.items()}, photos, distance,
                          reconstructor.tower, reconstructor.device)  # fmt: skip
    tallies = {name: _tallies(answers, cases, seen[name]._asdict()) for name, answers in methods.items()}
    draws = resamples(len(cases), np.random.default_rng(evaluation.seed))
    perceptual = {k: v for k, v in asdict(distance(photos[0], photos[0])).items() if k != "value"}
    less = report.differences(tallies, draws, MODEL)
    return methods, {"estimates": report.estimates(tallies, draws), "differences": less, "perceptual": perceptual}


def _tallies(answers: Sequence[Answer], cases: Sequence[Case], seen: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """(N, 2) tallies of all ``METRICS``; ``seen`` has (N,) values of those that need a network."""
    rows = [score(answer, case) for answer, case in zip(answers, cases, strict=True)]
    return {name: tally_of(seen[name]) if name in seen else np.array([row[name] for row in rows]) for name in METRICS}


def save(out: Path, evaluation: Evaluation, methods: dict[str, list[Answer]], results: dict[str, Any], about: dict[str, Any]) -> str:
    """Write results.json, table.md, cases.png and predictions/; returns the table."""
    text = report.table(results["estimates"], results["differences"], len(evaluation.cases), results["perceptual"]["name"], MODEL)
    with OutputFolder(out) as folder, OutputFolder(out / "predictions") as predictions:
        for name, answers in methods.items():
            programs = [write(answer.scene) if answer.scene else None for answer in answers]
            lines = report.prediction_lines(evaluation.cases, answers, programs)
            predictions.text(f"{name}.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
        metrics, less = _plain(results["estimates"]), _plain(results["differences"])
        content = {"perceptual": results["perceptual"], "metrics": metrics, "model_minus_baseline": less, "notes": NOTES}
        folder.json("results.json", about | content)
        folder.text("table.md", text)
        folder.picture("cases.png", report.cases_picture(evaluation.cases, methods))
    for stale in set(out.glob("predictions/*.jsonl")) - {out / "predictions" / f"{name}.jsonl" for name in methods}:
        stale.unlink()  # of an earlier evaluation, which this one replaces
    return text


def _plain(found: report.Estimates) -> dict[str, dict[str, dict[str, float | None]]]:
    return {method: {metric: asdict(one) for metric, one in metrics.items()} for method, metrics in found.items()}


def main(argv: list[str]) -> int:
    """``raw evaluate``: 0, or an exception that says what is wrong with the data set, the model or the options."""
    options = _parser().parse_args(argv)
    baselines, out = _baselines(options.baselines), Path(options.out)
    _check_out(out, options.overwrite)
    model, library = model_folder(options.model), Library.open(library_folder(options.library))
    test = Pairs(Path(options.dataset), options.split, options.limit)
    train = Pairs(Path(options.dataset), "train", options.train_limit) if set(baselines) & {"mean_scene", "nearest_neighbour"} else None
    evaluation = Evaluation(read_cases(test, library), test, train, library, baselines, options.samples or test.description["samples"])
    with RenderPool(library.folder, workers=options.workers, timeout_s=options.timeout) as pool:
        from inference.reconstructor import Reconstructor

        reconstructor = Reconstructor(model, library.folder, **where(options))
        methods, results = evaluate(evaluation, reconstructor, pool)
    print(save(out, evaluation, methods, results, _about(evaluation, reconstructor, model)), end="")
    return 0


def _about(evaluation: Evaluation, reconstructor: Reconstructor, model: Path) -> dict[str, Any]:
    """What was evaluated, by what, in which versions."""
    test, train, config = evaluation.test, evaluation.train, reconstructor.model.config
    return {
        "model": str(model), "tower": config.tower, "tower_fingerprint": config.tower_fingerprint,
        "library": str(evaluation.library.folder), "library_fingerprint": evaluation.library.fingerprint,
        "dataset": str(test.folder), "label_hash": test.description["label_hash"], "split": test.split, "images": len(test),
        "train_images": len(train) if train else 0, "samples": evaluation.samples,
        "sampler_seed": SAMPLER_SEED, "device": str(reconstructor.device), "versions": versions(),
        "bootstrap": {"resamples": RESAMPLES, "level": LEVEL, "seed": evaluation.seed},
    }  # fmt: skip


def _baselines(text: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in BASELINES]
    if unknown:
        raise ValueError(f"--baselines has {', '.join(unknown)}; allowed: {', '.join(BASELINES)}, separated by commas, or nothing")
    return names


def _check_out(out: Path, overwrite: bool) -> None:
    if not overwrite and out.is_dir() and any(out.iterdir()):
        raise FileExistsError(f"{out} is not empty; name another folder, or give --overwrite")


def _parser() -> ArgumentParser:
    parser = command_parser("evaluate", "A model on held-out scenes: results.json, table.md, cases.png, predictions/.", EXAMPLES)
    parser.add_argument("dataset", type=str, metavar="DATASET", help="data set folder, made by `raw generate`")
    parser.add_argument("--out", type=str, required=True, help="folder to write to")
    parser.add_argument("--overwrite", action="store_true", help="replace what an earlier evaluation left in the folder")
    parser.add_argument("--model", type=str | None, default=None, help="model folder (default: the built-in one)")
    parser.add_argument("--library", type=str | None, default=None, help="that the set was made from (default: the built-in one)")
    parser.add_argument("--split", type=str, default="test", help="of the data set")
    parser.add_argument("--limit", type=int, default=0, help="only the first so many images (0: all)")
    parser.add_argument("--baselines", type=str, default="mean_scene,nearest_neighbour", help=f"some of {', '.join(BASELINES)}, by commas")
    parser.add_argument("--train_limit", type=int, default=0, help="baselines learn from the first so many training images (0: all)")
    parser.add_argument("--samples", type=int, default=0, help="of the renderer, a pixel (0: as many as the data set has)")
    parser.add_argument("--workers", type=int, default=2, help="render processes")
    add_where(parser)
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds after which a render is given up")
    return parser
