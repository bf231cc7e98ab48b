"""A camera trap's flash: the fall of light, a black sky, grey pictures, and what no flash reaches."""

from __future__ import annotations

import numpy as np
import pytest

from training import flash
from training.flash import by_flash

DEPTHS = (4.0, 8.0, 16.0, np.inf)


def lit(seed: int, subject: float = 4.0, colour: tuple[float, float, float] = (0.1, 0.1, 0.1)) -> np.ndarray:
    """Rows of one colour at DEPTHS each, by a flash; the middle columns of each, where the cone is as bright."""
    depth = np.repeat(np.tile(np.array(DEPTHS, dtype=np.float32), 16)[:, None], 64, axis=1)
    light = np.broadcast_to(np.float32(colour), (64, 64, 3))
    return by_flash(light, depth, subject, np.random.default_rng(seed)).reshape(16, 4, 64, 3)[7, :, 32]


@pytest.mark.parametrize("seed", range(6))
def test_light_falls_with_the_square_of_the_distance_and_the_sky_is_black(seed: int) -> None:
    seen = lit(seed).mean(axis=-1)
    assert seen[1] / seen[0] == pytest.approx(1 / 4, rel=0.05) and seen[2] / seen[1] == pytest.approx(1 / 4, rel=0.05)
    assert seen[3] == 0


@pytest.mark.parametrize("seed", range(6))
def test_the_subject_is_about_as_bright_as_by_day_and_near_things_glare(seed: int) -> None:
    assert 0.5 < lit(seed).mean(axis=-1)[0] / 0.1 < 3
    assert lit(seed, subject=19.0)[0].mean() == pytest.approx(0.1 * flash.GLARE, rel=0.2)


def test_most_flashes_are_infrared_and_make_grey_pictures() -> None:
    grey = [np.ptp(lit(seed, colour=(0.3, 0.1, 0.05))[0]) < 1e-6 for seed in range(200)]
    assert np.mean(grey) == pytest.approx(flash.INFRARED, abs=0.1)


def test_what_is_far_sets_no_flash_off() -> None:
    np.testing.assert_array_equal(lit(0, subject=flash.REACH + 1), np.full((4, 3), 0.1, dtype=np.float32))


def test_one_seed_gives_one_flash() -> None:
    np.testing.assert_array_equal(lit(2), lit(2))
    assert not np.array_equal(lit(2), lit(3))
