"""IoU of masks, index images and boxes: known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from raw.metrics.masks import GROUND, SKY, box_iou, foreground_iou, index_iou, label_iou, mask_iou

TRUE = np.array([[0, 0, 0, 0], [1, 1, 2, 2], [255, 255, 255, 255]], dtype=np.uint8)
PREDICTED = np.array([[0, 0, 0, 0], [2, 2, 2, 1], [255, 255, 255, 0]], dtype=np.uint8)  # numbered the other way round


def test_index_images() -> None:
    np.testing.assert_allclose(index_iou(PREDICTED, TRUE, np.array([[1, 0], [0, 1]])), [2 / 3, 1 / 2])
    assert math.isnan(index_iou(PREDICTED, TRUE, np.array([[5, 5]]))[0])
    assert index_iou(PREDICTED, TRUE, np.zeros((0, 2), int)).shape == (0,)
    assert label_iou(PREDICTED, TRUE, SKY) == pytest.approx(4 / 5)
    assert label_iou(PREDICTED, TRUE, GROUND) == pytest.approx(3 / 4)
    assert foreground_iou(PREDICTED, TRUE) == 1.0
    with pytest.raises(ValueError, match="pairs run from 0 to 254"):
        index_iou(PREDICTED, TRUE, np.array([[0, 254]]))  # would be the ground


def test_masks() -> None:
    empty = np.zeros((2, 2), bool)
    assert math.isnan(mask_iou(empty, empty)) and mask_iou(~empty, empty) == 0.0 and mask_iou(~empty, ~empty) == 1.0
    with pytest.raises(ValueError, match="allowed: bool, one shape"):
        mask_iou(empty, empty[:1])


def test_boxes() -> None:
    box = (0.0, 0.0, 0.5, 0.5)
    assert box_iou(box, box) == 1.0
    assert box_iou(box, (0.25, 0.0, 0.75, 0.5)) == pytest.approx(1 / 3)
    assert box_iou(box, (0.5, 0.5, 1.0, 1.0)) == 0.0 and box_iou(box, (0.8, 0.0, 1.0, 0.2)) == 0.0
    assert box_iou(None, box) == 0.0 and box_iou(box, None) == 0.0 and math.isnan(box_iou(None, None))
    with pytest.raises(ValueError, match="inside out"):
        box_iou(box, (0.5, 0.0, 0.2, 1.0))
