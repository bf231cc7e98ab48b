"""Augmentation: what a mirrored or banded picture shows must be what its scene says."""

from __future__ import annotations

import numpy as np
import pytest

from raw.geometry import matrix_to_quaternion, project, quaternion_to_matrix, rotation_x, rotation_z, view_yaw
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from training.augment import Sample, augment, letterboxed, mirrored, sensor_look
from training.augment_config import AugmentConfig


def _thing(location: tuple[float, float, float], yaw: float, pixels: int) -> SceneObject:
    rotation = rotation_x(-80.0) @ rotation_z(yaw)
    return SceneObject("tree", location, 2.0, tuple(float(v) for v in matrix_to_quaternion(rotation)), "oak/0000", pixels)


def _sample() -> Sample:
    """20 x 20: object 1 is rows 0-3 and columns 0-9 (40 pixels), object 2 rows 8-10 and columns 15-19 (15)."""
    mask = np.full((20, 20), 255, dtype=np.uint8)
    mask[:2] = 0
    mask[0:4, 0:10] = 1
    mask[8:11, 15:20] = 2
    image = np.zeros((20, 20, 3), dtype=np.uint8)
    image[mask == 1], image[mask == 2] = (200, 0, 0), (0, 200, 0)
    objects = (_thing((-2.0, 1.0, -8.0), 30.0, 40), _thing((3.0, -1.0, -9.0), 300.0, 15))
    return Sample(image, mask, Scene(Sky(sun_rotation=30.0), Camera(pitch=80.0), Ground("sand/0000", 0.1, (3.0, 4.0, 5.0)), objects))


def test_mirror_of_known_numbers() -> None:
    mirror = mirrored(_sample())
    assert mirror.scene.sky.sun_rotation == 330.0
    assert mirror.scene.objects[0].location == (2.0, 1.0, -8.0)
    assert mirror.scene.ground.phase == (0.0, 0.0, 0.0)
    assert np.argwhere(mirror.mask == 2).tolist() == [[r, c] for r in (8, 9, 10) for c in range(5)]
    assert mirror.image[0, 19].tolist() == [200, 0, 0]


def test_mirror_turns_the_yaw_the_other_way_and_keeps_the_asset_upright() -> None:
    expected = quaternion_to_matrix(matrix_to_quaternion(rotation_x(-80.0) @ rotation_z(-30.0)))
    actual = quaternion_to_matrix(mirrored(_sample()).scene.objects[0].rotation)
    np.testing.assert_allclose(actual, expected, atol=1e-9)


def test_mirror_shows_the_mirrored_side_at_the_mirrored_place() -> None:
    before, after = _sample().scene.objects[1], mirrored(_sample()).scene.objects[1]
    here, there = (project(np.array(o.location), 45.0) for o in (before, after))
    np.testing.assert_allclose(there, [1 - here[0], here[1]], atol=1e-12)
    yaws = [view_yaw(quaternion_to_matrix(o.rotation), np.array(o.location), 80.0) for o in (before, after)]
    assert (sum(yaws) + 180) % 360 == pytest.approx(180, abs=1e-6)  # yaw and 360 - yaw


def test_mirror_twice_is_the_same_but_for_the_phase() -> None:
    sample = _sample()
    twice = mirrored(mirrored(sample))
    np.testing.assert_array_equal(twice.image, sample.image)
    assert twice.scene.objects[0].location == sample.scene.objects[0].location
    np.testing.assert_allclose(twice.scene.objects[0].rotation, sample.scene.objects[0].rotation, atol=1e-9)
    assert mirrored(sample._replace(scene=Scene(Sky(sun_rotation=0.0)))).scene.sky.sun_rotation == 0.0  # not 360


def test_bands_recount_drop_and_sort() -> None:
    # aspect 20/16: rows 2..17 stay, so object 1 keeps rows 2 and 3 (20 pixels), object 2 all its 15
    both = letterboxed(_sample(), 1.25, portrait=False, min_pixels=10)
    assert [o.pixels for o in both.scene.objects] == [20, 15]
    assert (both.image[[0, 1, 18, 19]] == 127).all()
    assert (both.image[2:4, 0:10] == (200, 0, 0)).all()
    assert (both.mask[:2] == 0).all() and (both.mask[2:4, :10] == 1).all()

    # rows 5..14 stay: object 1 is gone, and object 2 becomes the first
    one = letterboxed(_sample(), 2.0, portrait=False, min_pixels=10)
    assert [o.pixels for o in one.scene.objects] == [15]
    assert one.scene.objects[0].location == (3.0, -1.0, -9.0)
    assert (one.mask[8:11, 15:20] == 1).all()


def test_portrait_bands_can_change_the_order() -> None:
    # columns 2..17 stay: object 1 keeps 4 x 8 = 32, object 2 keeps 3 x 3 = 9
    sample = _sample()
    assert [o.pixels for o in letterboxed(sample, 1.25, portrait=True, min_pixels=1).scene.objects] == [32, 9]
    dropped = letterboxed(sample, 1.25, portrait=True, min_pixels=10)
    assert [o.pixels for o in dropped.scene.objects] == [32]
    assert (dropped.mask[8:11, 15:18] == 255).all()
    # columns 7..12: object 1 keeps 4 x 3 = 12, object 2 nothing; an object without a pixel never stays
    assert [o.pixels for o in letterboxed(sample, 3.3, portrait=True, min_pixels=0).scene.objects] == [12]
    rows = letterboxed(sample, 1.18, portrait=False, min_pixels=0)  # rows 1..17: 3 x 10 = 30
    assert [o.pixels for o in rows.scene.objects] == [30, 15]
    swapped = letterboxed(sample, 1.4, portrait=False, min_pixels=0)  # rows 3..16: 10 against 15
    assert [o.pixels for o in swapped.scene.objects] == [15, 10]
    assert (swapped.mask[8:11, 15:20] == 1).all() and (swapped.mask[3, :10] == 2).all()


def test_bands_need_a_square() -> None:
    with pytest.raises(ValueError, match=r"\(20, 10, 3\)"):
        letterboxed(_sample()._replace(image=np.zeros((20, 10, 3), dtype=np.uint8)), 1.5, portrait=False, min_pixels=1)
    with pytest.raises(ValueError, match="aspect is 0.5"):
        letterboxed(_sample(), 0.5, portrait=False, min_pixels=1)


def test_same_generator_same_copy() -> None:
    first, again, other = (augment(_sample(), AugmentConfig(), np.random.default_rng([0, 3, v])) for v in (1, 1, 2))
    np.testing.assert_array_equal(first.image, again.image)
    assert first.scene == again.scene
    assert not np.array_equal(first.image, other.image)


def test_all_switched_off_changes_next_to_nothing() -> None:
    # grey, because JPEG halves the resolution of colour
    image = np.repeat(np.random.default_rng(0).integers(0, 255, (16, 16, 1), dtype=np.uint8), 3, axis=2)
    off = AugmentConfig(0, 0, gamma=0, brightness=0, contrast=0, tint=0, greyscale=0, blur=0, noise=0, jpeg=(100, 100))
    assert np.abs(sensor_look(image, off, np.random.default_rng(0)).astype(int) - image).max() <= 2


def test_greyscale_has_equal_channels() -> None:
    image = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    grey = sensor_look(image, AugmentConfig(greyscale=1.0, noise=0.0), np.random.default_rng(0)).astype(int)
    assert np.ptp(grey, axis=2).max() <= 4  # JPEG's chroma may round
    coloured = sensor_look(image, AugmentConfig(greyscale=0.0, noise=0.0), np.random.default_rng(0)).astype(int)
    assert np.ptp(coloured, axis=2).max() > 20
