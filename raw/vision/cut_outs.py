"""Objects cut out of a photo where a program puts them, and what a tower says of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from raw.geometry import project, upright_ends
from raw.scene import MODEL_SIZE, Camera, SceneObject
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower

Box = tuple[float, float, float, float]  # x0, y0, x1, y1 as shares of the square's side, from its top left
MARGINS = (0.0, 0.3)  # of a cut-out's side, around the box; the vectors of all are averaged
LEAST_SIDE = 6 / MODEL_SIZE  # of a cut-out, as a share of the square's side
FILLED = 0.47  # of the box around an animal, by its pixels: mean over 321 animals of 200 renders
NARROWEST, WIDEST = 0.33, 2.2  # boxes, width over height: all but 5 % of the same at either end


class Seen(NamedTuple):
    """What a tower says of one cut-out."""

    vector: np.ndarray  # (D,) float32, unit length
    classes: np.ndarray | None  # (1000,) probabilities of ImageNet's classes, by a tower that is a classifier


def expected_box(thing: SceneObject, camera: Camera) -> Box | None:
    """Where a program puts an object in the square that the model sees; None for what reaches behind the camera.

    The box is as high as the upright from base to top shows, and as wide as the object's pixels ask for.
    """
    upright = upright_ends(thing.location, thing.height, camera.pitch)
    if (upright[:, 2] >= 0).any():
        return None
    ends = project(upright, camera.fov)
    x, y = ends.mean(axis=0)
    height = max(abs(float(ends[0, 1] - ends[1, 1])), 1e-3)
    width = float(np.clip((thing.pixels or 0) / MODEL_SIZE**2 / (FILLED * height), NARROWEST * height, WIDEST * height))
    return float(x - width / 2), float(y - height / 2), float(x + width / 2), float(y + height / 2)


def square_cut(picture: Image.Image, box: Box, margin: float) -> Image.Image | None:
    """The square around a box of a square picture, as far as it lies inside; None where that is less than ``LEAST_SIDE``."""
    side, centre = picture.size[0], ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    half = max(box[2] - box[0], box[3] - box[1]) * (1 + margin) / 2
    low, high = ([min(max(c + sign * half, 0.0), 1.0) for c in centre] for sign in (-1, 1))
    if min(b - a for a, b in zip(low, high, strict=True)) < LEAST_SIDE:
        return None
    left, top, right, bottom = (round(v * side) for v in (*low, *high))
    return picture.crop((left, top, max(right, left + 1), max(bottom, top + 1)))


def seen_alone(
    tower: Tower, photos: Sequence[tuple[Image.Image, Sequence[Box]]], device: torch.device | str = "cpu"
) -> list[list[Seen | None]]:
    """Upright RGB photos with boxes of their squares -> for each box what is seen there, the mean over all margins.

    None for what lies outside or is too small. ``tower`` is on the device.
    """
    cuts = [_cuts(photo, boxes) for photo, boxes in photos]
    pictures = [square(cut, tower.size) for of_photo in cuts for of_box in of_photo for cut in of_box]
    rows = _rows(tower, pictures, device)
    return [[_together([next(rows) for _ in of_box]) if of_box else None for of_box in of_photo] for of_photo in cuts]


def _together(seen: Sequence[Seen]) -> Seen:
    classes = [one.classes for one in seen if one.classes is not None]
    return Seen(unit(np.sum([one.vector for one in seen], axis=0)), np.mean(classes, axis=0) if classes else None)


def _cuts(photo: Image.Image, boxes: Sequence[Box]) -> list[list[Image.Image]]:
    """What of each box is cut out, with every margin."""
    if not boxes:
        return []
    padded = square(photo, max(photo.size))
    return [[cut for margin in MARGINS if (cut := square_cut(padded, box, margin))] for box in boxes]


def _rows(tower: Tower, pictures: list[Image.Image], device: torch.device | str) -> Iterator[Seen]:
    if not pictures:
        return iter(())
    with torch.inference_mode():
        output = tower(to_tensor(pictures).to(device))
    vectors = output.pooled.float().cpu().numpy()
    classes = [None] * len(vectors) if output.classes is None else output.classes.cpu().numpy()
    return map(Seen, vectors, classes)


def unit(vector: np.ndarray) -> np.ndarray:
    """A (D,) vector at length 1, float32."""
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
