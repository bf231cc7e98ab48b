"""A small evaluation folder, as ``raw evaluate`` leaves it before its report: painted pictures, four methods, two suites."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from training_world import ASSETS, sample

from inference.evaluation.cases import Answer, Case, TrueObject
from inference.evaluation.scores import object_records, score, tallies
from raw.geometry import box_of
from raw.language import write
from raw.scene import Scene, SceneObject

MODELS = ("first", "second")
METHODS = (*MODELS, "mean_scene", "oracle_scene")


def make_case(rng: np.random.Generator, name: str, world: str) -> Case:
    """A painted picture; its depth is ten metres, with a sky."""
    image, mask, scene = sample(rng)
    depth = np.where(mask == 0, np.inf, 10.0).astype(np.float32)
    things = [TrueObject(o.appearance, o.category, int((mask == i + 1).sum()), float(np.linalg.norm(o.location)), float(rng.uniform()),
                         box_of(mask == i + 1)) for i, o in enumerate(scene.objects)]  # fmt: skip
    return Case(name, image, mask, scene, depth, world, "savanna", tuple(things))


def answer_of(method: str, case: Case, rng: np.random.Generator) -> Answer:
    """The truth of the oracle, noise of the models, one bush of the mean scene; the second model fails now and then."""
    assert case.scene is not None
    times = {"milliseconds": float(rng.uniform(50, 90)), "render_milliseconds": float(rng.uniform(500, 900))}
    if method == "oracle_scene":
        return Answer(case.scene, image=case.image, index=case.mask, depth=case.depth, **times)
    if method == "mean_scene":
        scene = replace(case.scene, objects=(SceneObject("tree", (0, -1.5, -12), 6.0, (1, 0, 0, 0), "oak/0000", 60),))
        return Answer(scene, image=255 - case.image, index=np.where(case.mask == 255, 255, 0).astype(np.uint8), depth=case.depth)
    if method == "second" and rng.uniform() < 0.2:
        return Answer(None, "line 3: `<b>` is no statement", render_error="no scene")
    spread = 0.05 if method == "first" else 0.3
    objects = tuple(_disturbed(thing, spread, rng) for thing in case.scene.objects)
    noise = rng.normal(0, 200 * spread, case.image.shape)
    image = np.clip(case.image + noise, 0, 255).astype(np.uint8)
    depth = (case.depth * np.exp(rng.normal(0, spread))).astype(np.float32)
    sure = tuple(float(v) for v in rng.uniform(0.2, 1, len(objects)))
    scene, index = replace(case.scene, objects=objects), np.roll(case.mask, 1, axis=1)
    return Answer(scene, image=image, index=index, depth=depth, confidence=sure, **times)


def _disturbed(thing: SceneObject, spread: float, rng: np.random.Generator) -> SceneObject:
    place = tuple(float(v) for v in np.array(thing.location) * np.exp(rng.normal(0, spread, 3)))
    other = ASSETS[int(rng.integers(2))] if rng.uniform() < spread else None
    return replace(thing, location=place, **({"category": other.category, "appearance": other.id} if other else {}))


def write_suite(folder: Path, cases: list[Case], methods: tuple[str, ...], seed: int) -> None:
    """One suite as the contract has it."""
    from inference.evaluation.ledger import case_line

    folder.mkdir(parents=True)
    _write_lines(folder / "cases.jsonl", [case_line(case) for case in cases])
    for case in cases:
        _save(folder / "pictures" / f"{case.name}.jpg", case.image)
        if case.mask is not None:
            _save(folder / "pictures" / f"{case.name}.png", case.mask)
    for number, method in enumerate(methods):
        rng = np.random.default_rng((seed, number))
        _write_lines(folder / f"{method}.jsonl", [_answer(folder / method, method, case, rng) for case in cases])


def _answer(folder: Path, method: str, case: Case, rng: np.random.Generator) -> dict[str, Any]:
    answer = photo_answer(case, rng) if case.scene is None else answer_of(method, case, rng)
    if answer.image is not None and answer.index is not None:
        _save(folder / f"{case.name}.jpg", answer.image)
        _save(folder / f"{case.name}.png", answer.index)
    network = {"image_distance": rng.uniform(0.2, 1.4), "tower_cosine": rng.uniform(0, 1), "cosine.other": rng.uniform(0, 1)}
    drawn = network if answer.image is not None else dict.fromkeys(network, float("nan"))
    count = len(answer.scene.objects) if answer.scene else 0
    return {
        "name": case.name, "program": write(answer.scene) if answer.scene else None, "error": answer.error,
        "milliseconds": answer.milliseconds if np.isfinite(answer.milliseconds) else None,
        "confidence": list(answer.confidence or [None] * count), "render_error": answer.render_error,
        "render_milliseconds": answer.render_milliseconds if np.isfinite(answer.render_milliseconds) else None,
        "scores": score(answer, case) | tallies(drawn), **object_records(answer, case),
    }  # fmt: skip


def photo_answer(case: Case, rng: np.random.Generator) -> Answer:
    return Answer(Scene(), image=case.image, index=np.zeros(case.image.shape[:2], np.uint8), milliseconds=float(rng.uniform(50, 90)))


def _write_lines(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def _save(path: Path, image: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, quality=90)


def write_evaluation(folder: Path, cases: int = 12, views: int = 3, seed: int = 0) -> Path:
    """A suite of scenes with ``views`` cases each, and one of three photos without truth."""
    rngs = np.random.default_rng(seed).spawn(cases)
    scenes = [make_case(rng, f"test/{i // views:06d}/{i % views}", f"test/{i // views:06d}") for i, rng in enumerate(rngs)]
    write_suite(folder / "suites" / "scenes", scenes, METHODS, seed)
    photos = [Case(f"photo-{i}", case.image, labels={"species": "plains zebra"}) for i, case in enumerate(scenes[:3])]
    write_suite(folder / "suites" / "photos", photos, METHODS[:3], seed)
    suites = {"scenes": {"about": "new scenes"}, "photos": {"about": "real photographs"}}
    distance = {"name": "painted distance (not LPIPS)"}
    about = {"models": dict.fromkeys(MODELS, {}), "baselines": METHODS[2:], "suites": suites, "perceptual": distance}
    (folder / "about.json").write_text(json.dumps(about))
    return folder
