"""Colours: known values, and there and back."""

from __future__ import annotations

import numpy as np
import pytest

from raw.color import LUMA, linear_to_srgb, srgb_to_linear
from training.camera_look import to_display, to_linear


@pytest.mark.parametrize(("display", "light"), [(0.0, 0.0), (0.02, 0.02 / 12.92), (0.5, 0.2140411), (188 / 255, 0.5028865), (1.0, 1.0)])
def test_known_values(display: float, light: float) -> None:
    assert srgb_to_linear(np.array(display)) == pytest.approx(light, abs=1e-7)
    assert linear_to_srgb(np.array(light)) == pytest.approx(display, abs=1e-7)


def test_all_levels_come_back() -> None:
    levels = np.linspace(0, 1, 256)
    np.testing.assert_allclose(linear_to_srgb(srgb_to_linear(levels)), levels, atol=1e-6)


def test_tables_of_the_trainer_are_of_this_curve() -> None:
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_allclose(to_linear(levels), srgb_to_linear(levels / 255), atol=1e-6)
    light = np.linspace(0, 1, 1 << 16)  # the levels of the table
    np.testing.assert_allclose(to_display(light), linear_to_srgb(light), atol=1e-6)


def test_white_has_brightness_1() -> None:
    assert LUMA.sum() == pytest.approx(1)
