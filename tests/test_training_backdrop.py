"""A closed background: where the wall stands and ends, what it leaves as it was, and haze."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from raw.geometry import horizon
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from training import backdrop
from training.augment import Sample, augment
from training.augment_config import AugmentConfig
from training.backdrop import closed

SIZE = 96
OFF = AugmentConfig(0, 0, gamma=0, brightness=0, contrast=0, tint=0, greyscale=0, blur=0, noise=0, jpeg=(100, 100))
ANIMAL, DEEP = 1, 6.0  # number in the mask, metres


def scene(category: str = "herbivore", pitch: float = 88.0, haze: float = 0.0) -> Scene:
    thing = SceneObject(category, (0.0, -1.0, -DEEP), 1.0, None, None, 9)
    return Scene(Sky(density=haze), Camera(pitch=pitch, height=1.5, fov=30.0), Ground(None, 0.0), (thing,))


def world() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Linear light, mask and depth of flat land before ``scene``'s camera, and of an animal on it."""
    rows = (np.arange(SIZE) + 0.5) / SIZE
    down = np.radians(2.0) + np.arctan((2 * rows - 1) * np.tan(np.radians(15)))
    along = np.where(down > 1e-3, 1.5 / np.tan(np.maximum(down, 1e-3)), np.inf)
    depth = np.repeat(along[:, None], SIZE, axis=1).astype(np.float32)
    mask = np.where(np.isfinite(depth), 255, 0).astype(np.uint8)
    mask[30:80, 40:60], depth[30:80, 40:60] = ANIMAL, DEEP
    light = np.random.default_rng(0).uniform(0.1, 0.4, (SIZE, SIZE, 3)).astype(np.float32)
    return light, mask, depth


@pytest.mark.parametrize("seed", range(8))
def test_a_wall_stands_behind_the_animal_and_hides_what_is_beyond(seed: int) -> None:
    light, mask, depth = world()
    seen, deep = closed(light, mask, depth, scene(), np.random.default_rng(seed))
    wall = deep != depth
    at = np.unique(deep[wall])
    assert len(at) == 1 and backdrop.BEYOND * DEEP <= at[0] <= backdrop.FARTHEST * backdrop.BEYOND * DEEP + 1e-3
    assert (depth[wall] > at[0]).all() and not wall[mask == ANIMAL].any()
    np.testing.assert_array_equal(seen[~wall], light[~wall])
    assert (seen[wall] > 0).all() and np.abs(seen[wall] - light[wall]).mean() > 0.02


@pytest.mark.parametrize("seed", range(8))
def test_it_covers_the_horizon_and_ends_above_it(seed: int) -> None:
    light, mask, depth = world()
    _, deep = closed(light, mask, depth, scene(), np.random.default_rng(seed))
    wall = (deep != depth)[:, :30]  # beside the animal
    line = horizon(88.0, 30.0) * SIZE
    assert wall[round(line) - 1].mean() > 0.8
    ends = line - wall.argmax(axis=0)
    assert ends.max() <= (backdrop.TOP[1] + 0.4) * SIZE and ends.mean() >= 0


def test_walls_differ_in_height_and_one_seed_gives_one_wall() -> None:
    def covered(seed: int) -> float:
        light, mask, depth = world()
        return float(np.isfinite(closed(light, mask, depth, scene(), np.random.default_rng(seed))[1]).mean())

    assert covered(3) == covered(3)
    assert np.ptp([covered(seed) for seed in range(12)]) > 0.1


def test_without_animals_the_land_is_left_for_a_dozen_metres() -> None:
    light, mask, depth = world()
    for seed in range(6):
        _, deep = closed(light, np.where(mask == ANIMAL, 255, mask), depth, scene(), np.random.default_rng(seed))
        assert deep[deep != depth].min() >= backdrop.NEAREST_ALONE


def test_a_camera_that_looks_down_sees_no_wall() -> None:
    light, mask, depth = world()
    seen, deep = closed(light, mask, depth, scene(pitch=backdrop.LOOKS_DOWN - 1), np.random.default_rng(0))
    assert seen is light and deep is depth


def test_in_thick_haze_a_wall_has_the_colour_of_what_is_far() -> None:
    light, mask, depth = world()
    seen, deep = closed(light, mask, depth, scene(haze=10.0), np.random.default_rng(0))
    wall = deep != depth
    np.testing.assert_allclose(seen[wall], np.broadcast_to(light[wall].mean(axis=0), seen[wall].shape), atol=1e-5)


def test_a_copy_keeps_its_program_and_is_out_of_focus_by_the_wall() -> None:
    light, mask, depth = world()
    sample = Sample((light * 255).astype(np.uint8), mask, scene(), depth)
    copy = augment(sample, replace(OFF, backdrop=1.0), np.random.default_rng(0))
    assert copy.scene == sample.scene and copy.depth is None
    assert np.abs(copy.image.astype(int) - sample.image)[:30].mean() > 5
    rough, soft = (augment(sample, replace(OFF, backdrop=1.0, aperture=a), np.random.default_rng(0)).image for a in (1e-6, 1.0))
    assert np.abs(np.diff(soft[35:45, :30].astype(int), axis=1)).mean() < np.abs(np.diff(rough[35:45, :30].astype(int), axis=1)).mean()


def test_a_switch_that_stays_off_shifts_nothing() -> None:
    light, mask, depth = world()
    sample = Sample((light * 255).astype(np.uint8), mask, scene(), depth)
    looks = (AugmentConfig(aperture=0.2, backdrop=b, flash=f) for b, f in ((0.0, 0.0), (1e-12, 1e-12)))
    one, other = (augment(sample, look, np.random.default_rng(5)) for look in looks)
    np.testing.assert_array_equal(one.image, other.image)


def test_without_depth_the_switches_that_need_it_are_told() -> None:
    light, mask, _ = world()
    sample = Sample((light * 255).astype(np.uint8), mask, scene())
    with pytest.raises(ValueError, match=r"augment.backdrop is 0.5 and augment.flash is 0.1 and the picture has no mask or no depth"):
        augment(sample, replace(OFF, backdrop=0.5, flash=0.1), np.random.default_rng(0))
