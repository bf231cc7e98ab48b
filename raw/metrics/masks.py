"""Where things are in the picture: intersection over union (IoU) of masks, index images and boxes.

An index image is (H, W) uint8: 0 sky, i the object at place i - 1 of the scene, 255 ground.
"""

from __future__ import annotations

import numpy as np

SKY, GROUND = 0, 255
Box = tuple[float, float, float, float]  # x0, y0, x1, y1 as fractions of the picture


def mask_iou(predicted: np.ndarray, true: np.ndarray) -> float:
    """IoU of two boolean masks of one shape, 0..1; nan when both are empty."""
    if predicted.shape != true.shape or predicted.dtype != bool or true.dtype != bool:
        raise ValueError(f"masks are {predicted.dtype} {predicted.shape} and {true.dtype} {true.shape}; allowed: bool, one shape")
    union = np.count_nonzero(predicted | true)
    return float(np.count_nonzero(predicted & true) / union) if union else float("nan")


def iou_table(predicted: np.ndarray, true: np.ndarray, sizes: tuple[int, int]) -> np.ndarray:
    """(P, T) IoU of each of P predicted with each of T true objects in two (H, W) uint8 index images; nan where neither shows.

    ``sizes`` is (P, T). ValueError for images of other types or shapes, and for an object that ``sizes`` has no room for.
    """
    if predicted.shape != true.shape or predicted.dtype != np.uint8 or true.dtype != np.uint8 or true.ndim != 2:
        raise ValueError(f"index images are {predicted.dtype} {predicted.shape} and {true.dtype} {true.shape}; allowed: uint8, one (H, W)")
    for name, image, size in zip(("predicted", "true"), (predicted, true), sizes, strict=True):
        last = int(image[image != GROUND].max(initial=0))
        if not last <= size < GROUND:
            raise ValueError(f"the {name} image shows object {last - 1}, and there are {size}; allowed: fewer, of up to {GROUND - 1}")
    shared = np.bincount(predicted.ravel() * np.int64(256) + true.ravel(), minlength=256 * 256).reshape(256, 256)
    both = shared[1 : sizes[0] + 1, 1 : sizes[1] + 1].astype(np.float64)
    union = shared.sum(axis=1)[1 : sizes[0] + 1, None] + shared.sum(axis=0)[None, 1 : sizes[1] + 1] - both
    return np.divide(both, union, out=np.full(both.shape, np.nan), where=union > 0)


def foreground_iou(predicted: np.ndarray, true: np.ndarray) -> float:
    """IoU of everything that is neither sky nor ground in two index images; nan when both are bare."""
    return mask_iou((predicted != SKY) & (predicted != GROUND), (true != SKY) & (true != GROUND))


def box_iou(predicted: Box | None, true: Box | None) -> float:
    """IoU of two boxes, 0..1. A box that is missing on one side scores 0, on both sides nan."""
    for box in (predicted, true):
        if box is not None and not (box[0] <= box[2] and box[1] <= box[3]):
            raise ValueError(f"box {box} is inside out; allowed: x0 <= x1 and y0 <= y1")
    if predicted is None or true is None:
        return float("nan") if predicted is None and true is None else 0.0
    width = max(0.0, min(predicted[2], true[2]) - max(predicted[0], true[0]))
    height = max(0.0, min(predicted[3], true[3]) - max(predicted[1], true[1]))
    shared = width * height
    union = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (predicted, true)) - shared
    return shared / union if union > 0 else float(predicted == true)
