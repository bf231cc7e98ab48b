"""Scores of an answer to a real photo, of which people wrote down a little: the largest animal's category and box, the horizon."""

from __future__ import annotations

import numpy as np

from inference.evaluation.cases import Answer, Case
from raw.geometry import box_of, horizon
from raw.metrics.masks import box_iou
from raw.metrics.scenes import HORIZON_SPAN
from raw.scene import ANIMALS

NO_ANIMAL = "none"  # the labelled category of a photo without one


def photo_scores(answer: Answer, case: Case) -> dict[str, float]:
    """``photo.category``, ``photo.box_iou`` and ``photo.horizon``; nan for what the labels do not tell.

    The scene and the render are in the photo's frame. A photo of which nothing could be drawn shows no animal, so its category is
    wrong if it shows one, and its box IoU is 0; it has no horizon error where nothing was predicted.
    """
    subject, labels = largest_animal(answer), case.labels
    found = dict.fromkeys(("photo.category", "photo.box_iou", "photo.horizon"), float("nan"))
    if "category" in labels:
        drawn = answer.image is not None
        category = answer.scene.objects[subject].category if answer.scene and subject is not None else NO_ANIMAL
        found["photo.category"] = float(drawn and category == labels["category"])
    if "box" in labels:
        box = None if subject is None or answer.index is None else box_of(answer.index == subject + 1)
        found["photo.box_iou"] = box_iou(box, labels["box"])
    if "horizon" in labels and answer.scene is not None:
        camera = answer.scene.camera
        lines = np.clip([horizon(camera.pitch, camera.fov), labels["horizon"]], *HORIZON_SPAN)
        found["photo.horizon"] = float(abs(lines[0] - lines[1]))
    return found


def largest_animal(answer: Answer) -> int | None:
    """The place in its scene of the animal of which the render shows most; None where it shows none."""
    if answer.scene is None or answer.index is None:
        return None
    pixels = np.bincount(answer.index.ravel(), minlength=256)
    animals = [i for i, thing in enumerate(answer.scene.objects) if thing.category in ANIMALS and pixels[i + 1]]
    return max(animals, key=lambda i: int(pixels[i + 1]), default=None)
