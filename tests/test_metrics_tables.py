"""Calibration, confusion and strata: known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from raw.metrics.calibration import reliability
from raw.metrics.confusion import Confusion, accuracy, confusion_matrix, top_confusions
from raw.metrics.strata import AXES, DISTANCE, PIXELS, Axis


def test_reliability_of_known_bins() -> None:
    found = reliability(np.array([0.1, 0.1, 0.9, 1.0]), np.array([False, True, True, True]), bins=2)
    np.testing.assert_allclose(found.confidence, [0.1, 0.95])
    np.testing.assert_allclose(found.right, [0.5, 1.0])
    assert found.count.tolist() == [2, 2] and found.error == pytest.approx((0.4 * 2 + 0.05 * 2) / 4)


def test_what_is_as_sure_as_it_is_right_has_little_error() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(size=20_000)
    assert reliability(sure, rng.uniform(size=20_000) < sure).error < 0.02
    assert reliability(sure, rng.uniform(size=20_000) < sure**3).error > 0.2


def test_reliability_of_nothing_and_of_bad_values() -> None:
    nothing = reliability(np.zeros(0), np.zeros(0, bool), bins=3)
    assert math.isnan(nothing.error) and nothing.count.tolist() == [0, 0, 0] and np.isnan(nothing.right).all()
    with pytest.raises(ValueError, match="runs from -3 to 0.5; allowed: 0 to 1"):
        reliability(np.array([-3, 0.5]), np.array([True, False]))
    with pytest.raises(ValueError, match="bool"):
        reliability(np.array([0.5]), np.array([1]))
    with pytest.raises(ValueError, match="bins is 0"):
        reliability(np.array([0.5]), np.array([True]), bins=0)


def test_confusions() -> None:
    names = ["lion", "oryx", "zebra"]
    true = ["zebra", "zebra", "zebra", "oryx", "lion"]
    matrix = confusion_matrix(true, ["zebra", "oryx", "oryx", "oryx", "zebra"], names)
    np.testing.assert_array_equal(matrix, [[0, 0, 1], [0, 1, 0], [0, 2, 1]])
    assert accuracy(matrix) == pytest.approx(2 / 5) and math.isnan(accuracy(np.zeros((2, 2))))
    assert top_confusions(matrix, names) == [Confusion("zebra", "oryx", 2, 2 / 3), Confusion("lion", "zebra", 1, 1.0)]
    assert len(top_confusions(matrix, names, count=1)) == 1


def test_bad_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="classes emu are not among"):
        confusion_matrix(["emu"], ["lion"], ["lion"])
    with pytest.raises(ValueError, match="1 true classes and 2"):
        confusion_matrix(["lion"], ["lion", "lion"], ["lion"])
    with pytest.raises(ValueError, match="twice"):
        confusion_matrix([], [], ["lion", "lion"])


def test_strata_have_their_lower_edge() -> None:
    assert DISTANCE.labels == ("0-5", "5-10", "10-20", "20-40", "40+")
    np.testing.assert_array_equal(DISTANCE.bins(np.array([0, 4.99, 5, 19, 1e5, np.nan])), [0, 0, 1, 2, 4, -1])
    assert PIXELS.bins(np.array([224 * 224]))[0] == len(PIXELS.labels) - 1
    assert all(len(axis.labels) == len(axis.edges) - 1 for axis in AXES)


def test_bad_strata_are_refused() -> None:
    with pytest.raises(ValueError, match="occlusion runs from 0.5 to 1.5; allowed: 0 to 1"):
        AXES[2].bins(np.array([0.5, 1.5]))
    with pytest.raises(ValueError, match="rising"):
        Axis("x", "X", "", (0, 2, 1))
