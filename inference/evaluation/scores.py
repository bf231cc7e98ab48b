"""What one method says about one image, and every score of it that needs no network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from raw.grammar import SCENE_STATEMENTS
from raw.metrics.images import psnr, ssim
from raw.metrics.masks import GROUND, SKY, foreground_iou, mask_iou
from raw.metrics.objects import ObjectScores, score_objects
from raw.metrics.scenes import scene_errors
from raw.scene import ANIMALS, Scene

PSNR_CAP = 100.0  # dB, of pictures that are equal
SCENE_FIELDS = tuple(f"{s.part}.{slot.field}" for s in SCENE_STATEMENTS for slot in s.slots if slot.kind == "number" and not slot.optional)
SCENE_RESULTS = (*SCENE_FIELDS, "horizon", "horizon_degrees", "ground_family", "ground_asset")
PAIR_RESULTS = ("location", "relative", "rotation", "height", "category", "family", "asset")
IMAGE_RESULTS = ("image_distance", "tower_cosine", "psnr", "ssim", "animal_iou", "foreground_iou")
RATES = ("parse_rate", "render_rate")
TIMES = ("milliseconds", "render_milliseconds")
HIGHER_IS_BETTER = frozenset(
    (*RATES, "category", "family", "asset", "precision", "recall", "scene.ground_family", "scene.ground_asset", *IMAGE_RESULTS[1:])
)
METRICS = (*RATES, *IMAGE_RESULTS, "count_error", "count_bias", "precision", "recall", *PAIR_RESULTS,
           *(f"scene.{name}" for name in SCENE_RESULTS), *TIMES)  # fmt: skip
NOTES = {
    "image_distance": "of the render and the photo, see perceptual",
    "tower_cosine": "of the pooled features of render and photo, by the model's own tower, by which nearest_neighbour also chooses",
    "psnr": f"dB, at most {PSNR_CAP:g}",
    "animal_iou": "of the union of all animals; not defined where neither side shows one",
    "foreground_iou": "of all that is neither sky nor ground",
    "precision": "objects closer than half the true depth, over predicted ones", "recall": "the same over true ones",
    "location": "metres, matched objects", "relative": "location error over true depth", "rotation": "geodesic degrees",
    "height": "|ln(predicted / true)|", "milliseconds": "an image, from picture to program",
    "render_milliseconds": "an image, in the worker",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One test image and the truth about it."""

    name: str
    image: np.ndarray  # (H, W, 3) uint8
    mask: np.ndarray  # (H, W) uint8: 0 sky, i + 1 object i of the scene, 255 ground
    scene: Scene  # resolved form


@dataclass(frozen=True)
class Answer:
    """What a method predicts for one image, and its render."""

    scene: Scene | None  # resolved form; None where there is none
    error: str | None = None  # of parsing or resolving; the scene is then what stands before the error
    milliseconds: float = float("nan")  # from picture to program; nan where not measured
    image: np.ndarray | None = None  # (H, W, 3) uint8; None where there is no render
    index: np.ndarray | None = None  # (H, W) uint8, as Case.mask
    render_error: str | None = None
    render_milliseconds: float = float("nan")


def score(answer: Answer, case: Case) -> dict[str, tuple[float, float]]:
    """All scores of one answer as (sum, weight), keyed as ``METRICS`` less the two that need a network; see ``bootstrap``.

    Without a scene nothing is predicted: no objects, and no scene errors. Without a render there are no picture scores.
    """
    rates = {"parse_rate": float(answer.error is None), "render_rate": float(answer.image is not None)}
    times = {"milliseconds": answer.milliseconds, "render_milliseconds": answer.render_milliseconds}
    plain = {**rates, **picture_scores(answer, case), **scene_scores(answer.scene, case.scene), **times}
    single = {name: (value, 1.0) if np.isfinite(value) else (0.0, 0.0) for name, value in plain.items()}
    return single | object_tallies(score_objects(answer.scene.objects if answer.scene else (), case.scene.objects))


def picture_scores(answer: Answer, case: Case) -> dict[str, float]:
    """PSNR, SSIM and mask IoU of the render; nan where there is none."""
    if answer.image is None or answer.index is None or answer.scene is None:
        return dict.fromkeys(("psnr", "ssim", "animal_iou", "foreground_iou"), float("nan"))
    return {
        "psnr": min(psnr(answer.image, case.image), PSNR_CAP),
        "ssim": ssim(answer.image, case.image),
        "animal_iou": mask_iou(animal_mask(answer.index, answer.scene), animal_mask(case.mask, case.scene)),
        "foreground_iou": foreground_iou(answer.index, case.mask),
    }


def animal_mask(index: np.ndarray, scene: Scene) -> np.ndarray:
    """(H, W) bool, where an index image shows an animal of the scene."""
    animals = np.zeros(256, dtype=bool)
    for i, thing in enumerate(scene.objects):
        animals[i + 1] = thing.category in ANIMALS
    animals[[SKY, GROUND]] = False
    return animals[index]


def scene_scores(predicted: Scene | None, true: Scene) -> dict[str, float]:
    """Errors of sky, camera and ground under "scene."; nan where nothing was predicted."""
    errors = dict.fromkeys(SCENE_RESULTS, float("nan")) if predicted is None else scene_errors(predicted, true)
    return {f"scene.{name}": errors[name] for name in SCENE_RESULTS}


def object_tallies(scores: ObjectScores) -> dict[str, tuple[float, float]]:
    """(sum, weight) of the errors of all pairs of one image, of its hits over predicted and over true objects, and of its counts."""
    tallies = {}
    for name in PAIR_RESULTS:
        known = getattr(scores, name)[~np.isnan(getattr(scores, name))]
        tallies[name] = (float(known.sum()), float(len(known)))
    predicted, true = float(scores.predicted.sum()), float(scores.true.sum())
    return tallies | {
        "precision": (float(scores.hits), predicted), "recall": (float(scores.hits), true),
        "count_error": (abs(predicted - true), 1.0), "count_bias": (predicted - true, 1.0),
    }  # fmt: skip
