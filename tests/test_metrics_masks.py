"""IoU of masks, index images and boxes: known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from raw.metrics.masks import box_iou, foreground_iou, iou_table, mask_iou

TRUE = np.array([[0, 0, 0, 0], [1, 1, 2, 2], [255, 255, 255, 255]], dtype=np.uint8)
PREDICTED = np.array([[0, 0, 0, 0], [2, 2, 2, 1], [255, 255, 255, 0]], dtype=np.uint8)  # numbered the other way round


def test_index_images() -> None:
    np.testing.assert_allclose(iou_table(PREDICTED, TRUE, (2, 2)), [[0, 1 / 2], [2 / 3, 1 / 4]])
    assert foreground_iou(PREDICTED, TRUE) == 1.0


def test_every_cell_of_a_table_is_the_iou_of_two_masks() -> None:
    a, b = np.random.default_rng(0).choice(np.array([0, 1, 2, 3, 255], np.uint8), size=(2, 9, 9))
    table = iou_table(a, b, (4, 3))
    for i, j in np.ndindex(3, 3):
        assert table[i, j] == pytest.approx(mask_iou(a == i + 1, b == j + 1))
    np.testing.assert_array_equal(table[3], 0.0)  # the fourth does not show
    assert math.isnan(iou_table(a, np.zeros_like(b), (4, 1))[3, 0]) and iou_table(a, b, (3, 3)).shape == (3, 3)


def test_a_table_refuses_what_is_not_an_index_image_of_these_objects() -> None:
    with pytest.raises(ValueError, match="predicted image shows object 1, and there are 1"):
        iou_table(PREDICTED, TRUE, (1, 2))
    with pytest.raises(ValueError, match="allowed: uint8, one"):
        iou_table(PREDICTED.astype(int), TRUE, (2, 2))


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
