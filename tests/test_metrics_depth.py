"""Depth errors: known answers and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from raw.metrics.depth import FARTHEST, depth_errors

SKY = np.inf
TRUE = np.array([[SKY, SKY], [10.0, 20.0]], dtype=np.float32)


def test_the_truth_has_no_error() -> None:
    assert depth_errors(TRUE, TRUE) == {"abs_rel": 0, "rmse_log": 0, "delta125": 1, "sky_agreement": 1}


def test_known_errors() -> None:
    found = depth_errors(np.array([[SKY, 5.0], [12.0, 10.0]]), TRUE)  # one pixel of sky taken for ground
    assert found["abs_rel"] == pytest.approx((0.2 + 0.5) / 2)
    assert found["rmse_log"] == pytest.approx(math.sqrt((math.log(1.2) ** 2 + math.log(2) ** 2) / 2))
    assert found["delta125"] == 0.5 and found["sky_agreement"] == 0.75


def test_scale_is_not_forgiven_and_delta_is_symmetric() -> None:
    assert depth_errors(TRUE * 2, TRUE)["rmse_log"] == pytest.approx(math.log(2))
    for factor, share in ((1.24, 1.0), (1 / 1.24, 1.0), (1.26, 0.0), (1 / 1.26, 0.0)):
        assert depth_errors(TRUE.astype(np.float64) * factor, TRUE)["delta125"] == share


def test_beyond_what_is_stored_is_sky_and_nought_is_a_centimetre() -> None:
    far = np.array([[FARTHEST + 1, SKY], [10, 20]])
    assert depth_errors(far, TRUE)["sky_agreement"] == 1
    near = np.array([[0.0, 1.0]])
    assert depth_errors(np.array([[0.02, 1.0]]), near)["abs_rel"] == pytest.approx(0.5)


def test_nothing_solid_has_no_error() -> None:
    found = depth_errors(np.full((2, 2), SKY), np.full((2, 2), 3.0))
    assert found["sky_agreement"] == 0 and all(math.isnan(found[name]) for name in ("abs_rel", "rmse_log", "delta125"))


@pytest.mark.parametrize(
    ("depth", "message"),
    [(np.ones((2, 2), int), "floating"), (np.ones(4), "allowed: floating"), (-np.ones((2, 2)), "below zero"),
     (np.full((2, 2), np.nan), "nan"), (np.ones((2, 3)), "differ in size"), (np.ones((0, 2)), "allowed: floating")],
)  # fmt: skip
def test_bad_depths_are_refused(depth: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        depth_errors(depth, TRUE)
