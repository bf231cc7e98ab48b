"""Everything between an experiment and its report: sets, features, runs, scores."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from inference.experiments.command import Options
from inference.experiments.definition import Arm, Experiment
from inference.experiments.drawn import distance_name, drawn_tallies
from inference.experiments.libraries import embedded_by
from inference.experiments.measures import tallies, total
from inference.experiments.report import Outcome, write_report
from inference.experiments.runs import Job, do, facts, placed, run_key, settings_of
from inference.experiments.said import load_said
from inference.experiments.sets import Pictures, open_sets
from inference.experiments.workspace import Workspace
from raw.grammar import MODEL_MAX_OBJECTS
from raw.language import parse
from raw.library import Library
from raw.scene import Scene
from raw.vision.tower import load_tower
from training.augment_config import AugmentConfig
from training.features import FeatureJob, cached_features
from training.pairs import Pairs


class Arms(NamedTuple):
    """Jobs of every arm, one a seed, and what kept arms from being run."""

    jobs: dict[str, list[Job]]
    left_out: dict[str, str]
    truth: dict[str, Library]  # that the test pictures of an arm were made from


def compare(experiment: Experiment, options: Options) -> str:
    """Do what is missing, write the report, and return its table."""
    torch.set_num_threads(1)
    work, library = Workspace(options.out), _library(options.library)
    given = Pictures(options.data, library) if options.data else None
    sets = open_sets(experiment, given, library, work, images=options.images, workers=options.jobs)
    arms = plan(experiment, options, sets, work)
    jobs = {job.said: job for some in arms.jobs.values() for job in some}  # arms of equal settings are one
    waiting = [job for path, job in jobs.items() if not path.is_file()]
    _warm(waiting, work)
    _do_all(waiting, options.jobs, experiment.name)
    found = {name: outcome(some, arms.truth[name], options.render) for name, some in arms.jobs.items()}
    distance = distance_name() if options.render else ""
    return write_report(experiment, options, found, arms.left_out, distance, work.report(experiment.name))


def _library(folder: Path | None) -> Library:
    if folder is not None:
        return Library.open(folder)
    from procedural.library.make import default_library  # needs what builds trees

    return Library.open(default_library())


def plan(experiment: Experiment, options: Options, sets: dict[str, Pictures], work: Workspace) -> Arms:
    """The runs of an experiment. An arm that cannot be run is left out, and why is told."""
    arms = Arms({}, {}, {})
    for name, arm in experiment.arms.items():
        own, test = sets[arm.set], sets[experiment.set_of_test(name)]
        wanted, there = arm.train.get("data.train_images", 0), facts(own.folder, "train", 0)["images"]
        if wanted > there:
            arms.left_out[name] = f"{own.folder} has {there} training pictures"
            continue
        try:
            lookup, library = (embedded_by(s.library, arm.tower, work, options.jobs) if arm.tower else s.library for s in (test, own))
        except (OSError, ValueError, ModuleNotFoundError) as problem:  # the tower's weights or its package are not here
            arms.left_out[name] = " ".join(str(problem).split())
            continue
        arms.truth[name] = test.library if test.library.fingerprint else lookup  # likeness is measured by its embeddings
        where = test.folder, options.split or experiment.split, options.test_images, lookup.folder, options.out
        for seed in range(options.runs):
            config = settings_of(experiment.training, arm.train, _fixed(arm, options, own.folder, library.folder, work, seed))
            key = run_key(config, library)
            arms.jobs.setdefault(name, []).append(Job(placed(config, work, key), key, *where))
    return arms


def _fixed(arm: Arm, options: Options, data: Path, library: Path, work: Workspace, seed: int) -> dict[str, Any]:
    """Settings that the command line decides, and places."""
    asked = {"optimiser.steps": options.steps} if options.steps else {}
    if options.images and "data.train_images" not in arm.train:
        asked["data.train_images"] = options.images
    places = {"data.folder": str(data), "data.library": str(library), "data.features": str(work.features), "run.folder": "unplaced"}
    return {**asked, **places, "run.seed": seed, "run.progress": options.jobs == 1}


def _warm(jobs: Iterable[Job], work: Workspace) -> None:
    """Compute what towers see of all pictures, once, before runs in parallel ask for it."""
    wanted: dict[tuple[Any, ...], None] = {}
    for job in jobs:
        data, tower, seed = job.train.data, job.train.model.tower, job.train.run.seed
        wanted[data.folder, "train", data.train_images, tower, data.augment, data.variants, seed if data.variants > 1 else 0] = None
        wanted[data.folder, "validation", data.validation_images, tower, AugmentConfig(), 1, 0] = None
        wanted[job.test, job.split, job.images, tower, AugmentConfig(), 1, 0] = None
    towers = {tower: load_tower(tower) for _, _, _, tower, *_ in wanted}
    todo = [FeatureJob(Pairs(folder, split, limit), towers[tower], *more) for folder, split, limit, tower, *more in wanted]
    with work.alone("features"):
        for one in sorted(todo, key=lambda one: -len(one.pairs)):  # the largest first: it serves those that are part of it
            cached_features(one, work.features, device=torch.device("cpu"))


def _do_all(jobs: list[Job], workers: int, name: str) -> None:
    bar = tqdm(total=len(jobs), desc=f"runs of {name}", unit="run", file=sys.stderr, disable=not jobs)
    if workers == 1:
        for job in jobs:
            do(job)
            bar.update()
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            for future in as_completed([pool.submit(do, job) for job in jobs]):
                future.result()
                bar.update()
    bar.close()


def outcome(jobs: list[Job], library: Library, render: int) -> Outcome:
    """Tallies of all measures of an arm, for each of its seeds."""
    truth = true_scenes(jobs[0].pairs(), jobs[0].train.data.max_objects)
    found: dict[str, list[np.ndarray]] = {}
    for job in jobs:
        said, scenes = load_said(job.said)
        rows = [tallies(one, true, library) for one, true in zip(said, truth, strict=True)]
        if render:
            rows = [row | drawn for row, drawn in zip(rows, drawn_tallies(job, said, render), strict=True)]
        for measure in {measure for row in rows for measure in row}:
            found.setdefault(measure, []).append(total(rows, measure))
    return Outcome(found, scenes, [job.key for job in jobs], len(truth), f"{jobs[0].test} {jobs[0].split}")


def true_scenes(pairs: Pairs, max_objects: int = MODEL_MAX_OBJECTS) -> list[Scene]:
    """What the test pictures show, of each the objects that show most, as models are taught."""
    scenes = [parse(text) for text in pairs.table["program"]]
    return [replace(scene, objects=tuple(sorted(scene.objects, key=lambda o: -o.pixels)[:max_objects])) for scene in scenes]
