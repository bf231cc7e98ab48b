"""Every score of one answer to one case that needs no network, as tallies, and the records of its objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from inference.evaluation.cases import Answer, Case
from inference.evaluation.metrics import PSNR_CAP
from inference.evaluation.photo_scores import photo_scores
from inference.framing import model_pixels
from raw.metrics.depth import depth_errors
from raw.metrics.images import psnr, ssim
from raw.metrics.masks import GROUND, SKY, foreground_iou, iou_table, mask_iou
from raw.metrics.objects import ObjectScores, score_objects
from raw.metrics.ospa import ospa
from raw.metrics.scenes import scene_errors
from raw.scene import ANIMALS, Scene, SceneObject

PAIR_RESULTS = ("location", "relative", "rotation", "height", "category", "family", "asset")
Tally = tuple[float, float]  # a sum, and how much it is a sum of; see ``bootstrap``


def score(answer: Answer, case: Case) -> dict[str, Tally]:
    """Scores as (sum, weight), keyed as ``metrics.METRICS`` less those that need a network; of a photo those that need no truth.

    Without a scene nothing is predicted: no objects, and no scene errors. Without a render there are no picture scores, but
    ``mask_iou_all`` counts every true object as missed.
    """
    rates = {"parse_rate": float(answer.error is None), "render_rate": float(answer.image is not None)}
    times = {"milliseconds": answer.milliseconds, "render_milliseconds": answer.render_milliseconds}
    if case.scene is None:
        return tallies(rates | photo_scores(answer, case) | times)
    pairs = score_objects(_objects(answer), case.scene.objects)
    apart = {"ospa": ospa(_places(_objects(answer)), _places(case.scene.objects))}
    plain = rates | apart | picture_scores(answer, case) | _depth(answer, case) | scene_scores(answer.scene, case.scene) | times
    return tallies(plain) | object_tallies(pairs, case.scene) | mask_tallies(answer, case, pairs)


def tallies(values: Mapping[str, float]) -> dict[str, Tally]:
    """One value each, of weight 1; what is not finite has no weight."""
    return {name: (float(value), 1.0) if np.isfinite(value) else (0.0, 0.0) for name, value in values.items()}


def _objects(answer: Answer) -> tuple:
    return answer.scene.objects if answer.scene else ()


def _places(things: tuple[SceneObject, ...]) -> np.ndarray:
    """(N, 3) metres."""
    return np.array([thing.location for thing in things], dtype=np.float64).reshape(-1, 3)


def picture_scores(answer: Answer, case: Case) -> dict[str, float]:
    """PSNR, SSIM and mask IoU of the render; nan where there is none."""
    if answer.image is None or answer.index is None or answer.scene is None or case.mask is None or case.scene is None:
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


def _depth(answer: Answer, case: Case) -> dict[str, float]:
    if answer.depth is None or case.depth is None:
        return {f"depth.{name}": float("nan") for name in ("abs_rel", "rmse_log", "delta125", "sky_agreement")}
    return {f"depth.{name}": value for name, value in depth_errors(answer.depth, case.depth).items()}


def scene_scores(predicted: Scene | None, true: Scene) -> dict[str, float]:
    """Errors of sky, camera and ground under "scene."; nan where nothing was predicted."""
    errors = scene_errors(true if predicted is None else predicted, true)
    return {f"scene.{name}": float("nan") if predicted is None else value for name, value in errors.items()}


def object_tallies(scores: ObjectScores, true: Scene) -> dict[str, Tally]:
    """Tallies of the errors of all pairs of one picture, of its hits over predicted and over true objects, and of its counts."""
    found = {name: _sum(getattr(scores, name)) for name in PAIR_RESULTS}
    animals = np.array([true.objects[t].category in ANIMALS for _, t in scores.pairs], dtype=bool)
    predicted, count = float(scores.predicted.sum()), float(scores.true.sum())
    return found | {
        "animal_rotation": _sum(scores.rotation[animals]), "species": _sum(scores.family[animals]),
        "precision": (float(scores.hits), predicted), "recall": (float(scores.hits), count),
        "count_error": (abs(predicted - count), 1.0), "count_bias": (predicted - count, 1.0),
    }  # fmt: skip


def _sum(values: np.ndarray) -> Tally:
    known = values[~np.isnan(values)]
    return float(known.sum()), float(len(known))


def overlaps(answer: Answer, case: Case) -> np.ndarray | None:
    """(P, T) mask IoU of every predicted with every true object, nan where neither shows; None where there is no render or no mask."""
    if answer.index is None or answer.scene is None or case.mask is None or case.scene is None:
        return None
    return iou_table(answer.index, case.mask, (len(answer.scene.objects), len(case.scene.objects)))


def mask_tallies(answer: Answer, case: Case, scores: ObjectScores) -> dict[str, Tally]:
    """Mask IoU of matched objects, and of all true ones."""
    table = overlaps(answer, case)
    if table is None:
        return {"mask_iou": (0.0, 0.0), "mask_iou_all": (0.0, float(scores.true.sum()) if case.mask is not None else 0.0)}
    total, weight = _sum(table[scores.pairs[:, 0], scores.pairs[:, 1]])
    return {"mask_iou": (total, weight), "mask_iou_all": (total, float(scores.true.sum()))}


def object_records(answer: Answer, case: Case) -> dict[str, list]:
    """What a line of METHOD.jsonl tells of objects: the lists "objects", "unmatched" and "overlaps"; empty for a photo.

    "objects" has a record for every true object, with its errors where it has a partner and None where not or where there is
    nothing to compare; "unmatched" the places of predicted objects without partner; "overlaps" [predicted, true, mask IoU] of
    all pairs that overlap. "pixels" are those of the model's square of 224.
    """
    if case.scene is None:
        return {"objects": [], "unmatched": [], "overlaps": []}
    scores, table = score_objects(_objects(answer), case.scene.objects), overlaps(answer, case)
    partner = {int(t): row for row, (_, t) in enumerate(scores.pairs)}
    records = [_record(t, partner.get(t), scores, answer, case, table) for t in range(len(case.scene.objects))]
    spare = sorted(set(range(len(_objects(answer)))) - set(scores.pairs[:, 0].tolist()))
    touching = [] if table is None else [[int(p), int(t), round(float(table[p, t]), 4)] for p, t in np.argwhere(table > 0)]
    return {"objects": records, "unmatched": spare, "overlaps": touching}


def _record(true: int, row: int | None, scores: ObjectScores, answer: Answer, case: Case, table: np.ndarray | None) -> dict[str, Any]:
    known = case.objects[true]
    height, width = case.image.shape[:2]
    record = {"true": true, "predicted": None, "asset": known.asset, "category": known.category,
              "pixels": model_pixels(known.pixels, width, height), "distance_m": round(known.distance_m, 3),
              "occlusion": known.occlusion, "predicted_asset": None, "predicted_category": None}  # fmt: skip
    if row is None:
        return record | dict.fromkeys(("location", "relative", "rotation", "height", "iou"))
    place = int(scores.pairs[row, 0])
    thing = _objects(answer)[place]
    errors = {name: _known(getattr(scores, name)[row]) for name in PAIR_RESULTS[:4]}
    said = {"predicted": place, "predicted_asset": thing.appearance, "predicted_category": thing.category}
    return record | said | errors | {"iou": None if table is None else _known(table[place, true])}


def _known(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None
