"""Depth of field: a thin lens' numbers, what stays sharp, and that light does not leak out of what is in focus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from training.augment import Sample, augment, mirrored
from training.augment_config import AugmentConfig
from training.depth_of_field import LEVELS, out_of_focus, unsharpness

SIZE = 64
OFF = AugmentConfig(0, 0, gamma=0, brightness=0, contrast=0, tint=0, greyscale=0, blur=0, noise=0, jpeg=(100, 100))
DEPTHS = {1: 4.0, 2: 40.0, 255: 8.0, 0: np.inf}  # of an animal, a tree, the ground and the sky


def scene(*categories: str) -> Scene:
    objects = tuple(SceneObject(category, (0.0, 0.0, -4.0), 1.0, None, None, 9) for category in categories)
    return Scene(Sky(), Camera(pitch=90.0, fov=90.0), Ground(None, 0.0), objects)


def world() -> tuple[np.ndarray, np.ndarray]:
    """Mask and depth: the sky above, the ground below, an animal in the middle and a tree at the left."""
    mask = np.zeros((SIZE, SIZE), dtype=np.uint8)
    mask[32:] = 255
    mask[20:44, 24:40], mask[20:44, 2:10] = 1, 2
    return mask, np.vectorize(DEPTHS.get)(mask).astype(np.float32)


def test_a_thin_lens_blurs_by_the_difference_of_the_inverse_depths() -> None:
    mask, depth = world()
    found = unsharpness(mask, depth, scene("herbivore", "tree"))
    focal = SIZE / 2  # pixels, at a field of view of 90 degrees
    for which, far in DEPTHS.items():
        np.testing.assert_allclose(found[mask == which], focal / 4 * abs(1 / 4.0 - 1 / far), rtol=1e-5)


def test_the_lens_is_focused_on_the_animal_that_shows_most_and_on_no_tree() -> None:
    mask, depth = world()
    assert unsharpness(mask, depth, scene("tree", "tree")) is None
    assert unsharpness(np.where(mask == 1, 255, mask), depth, scene("bird", "tree")) is None  # no pixel of it
    assert (unsharpness(mask, depth, scene("tree", "bird"))[mask == 2] == 0).all()


def test_what_is_in_focus_stays_and_does_not_leak() -> None:
    mask, depth = world()
    light = np.where((mask == 1)[..., None], np.float32((1, 0, 0)), np.float32((0, 0, 1)))
    sigma = unsharpness(mask, depth, scene("herbivore", "tree"))
    seen = out_of_focus(light, sigma)
    np.testing.assert_array_equal(seen[mask == 1], light[mask == 1])
    np.testing.assert_allclose(seen[mask != 1], light[mask != 1], atol=1e-5)  # a halo of red is what a plain blur would give


@pytest.mark.parametrize("sigma", [*LEVELS[1:-1], 2.0, 4.5])
def test_a_flat_depth_is_blurred_as_much_as_it_says(sigma: float) -> None:
    light = np.zeros((101, 101, 3), dtype=np.float32)
    light[50, 50] = 1
    seen = out_of_focus(light, np.full((101, 101), sigma, dtype=np.float32))[..., 0]
    away = np.arange(101) - 50
    assert seen.sum() == pytest.approx(1, abs=0.02)
    assert np.sqrt((seen.sum(axis=0) * away**2).sum()) == pytest.approx(sigma, rel=0.15)


def test_a_small_pupil_changes_nothing_and_a_large_one_the_background_alone() -> None:
    mask, depth = world()
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3)).astype(np.uint8)
    sample = Sample(noise, mask, scene("herbivore", "tree"), depth)
    plain, open_wide = (augment(sample, replace(OFF, aperture=a), np.random.default_rng(1)).image for a in (0.0, 1.0))
    off = np.abs(plain.astype(int) - open_wide).max(axis=-1)
    inside = np.zeros_like(mask)
    inside[24:40, 28:36] = 1  # JPEG mixes blocks at the animal's edge
    assert off[inside == 1].max() <= 12 and off[mask == 0].mean() > 20


def test_a_mirrored_picture_has_a_mirrored_depth() -> None:
    mask, depth = world()
    turned = mirrored(Sample(np.zeros((SIZE, SIZE, 3), np.uint8), mask, scene("bird", "tree"), depth))
    np.testing.assert_array_equal(turned.depth, depth[:, ::-1])
    np.testing.assert_array_equal(turned.mask, mask[:, ::-1])


def test_without_depth_it_says_so() -> None:
    mask, _ = world()
    with pytest.raises(ValueError, match="augment.aperture is 0.1 and the picture has no mask or no depth; allowed: 0"):
        blank = Sample(np.zeros((SIZE, SIZE, 3), np.uint8), mask, scene("bird", "tree"))
        augment(blank, replace(OFF, aperture=0.1), np.random.default_rng(0))
