"""The objective: zero on the photo itself, and local."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from inference.refine.objective import CELL, Objective
from raw.vision.efficientnet import EfficientNetLite0
from raw.vision.tower import load_tower


@pytest.fixture(scope="module")
def tower() -> EfficientNetLite0:
    return load_tower("efficientnet_lite0")


def photo(width: int = 96, height: int = 64) -> Image.Image:
    noise = np.random.default_rng(0).integers(0, 255, (8, 12, 3), dtype=np.uint8)
    return Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC)


def test_the_photo_itself_is_at_no_distance(tower: EfficientNetLite0) -> None:
    objective = Objective(photo(), (96, 64), tower)
    maps = objective.maps([np.asarray(photo())] * 2)
    assert maps.shape == (2, 64 // CELL, 96 // CELL)
    np.testing.assert_allclose(maps, 0.0, atol=1e-5)


def test_a_large_photo_is_averaged_down(tower: EfficientNetLite0) -> None:
    small = photo().resize((48, 32), Image.Resampling.BOX)
    assert Objective(photo(), (48, 32), tower).maps([np.asarray(small)]).max() < 1e-4


def test_more_wrong_is_farther_and_mostly_where_it_is_wrong(tower: EfficientNetLite0) -> None:
    objective, right = Objective(photo(), (96, 64), tower), np.asarray(photo())
    little, much = right.copy(), right.copy()
    little[:24, :24], much[:24, :24] = right[:24, :24] // 2 + 60, 255 - right[:24, :24]
    near, far = objective.maps([little, much])
    assert 0 < near.mean() < far.mean()
    assert far[:3, :3].mean() > 3 * far[:, 6:].mean()


def test_light_counts(tower: EfficientNetLite0) -> None:
    objective, right = Objective(photo(), (96, 64), tower), np.asarray(photo())
    values = objective.maps([(right * share).astype(np.uint8) for share in (0.95, 0.8, 0.5)]).mean(axis=(1, 2))
    assert values[0] < values[1] < values[2]


def test_renders_of_another_size_are_refused(tower: EfficientNetLite0) -> None:
    with pytest.raises(ValueError, match=r"a render is \(64, 64, 3\); allowed: \(64, 96, 3\)"):
        Objective(photo(), (96, 64), tower).maps([np.zeros((64, 64, 3), dtype=np.uint8)])
