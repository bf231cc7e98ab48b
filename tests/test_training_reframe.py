"""Another framing: the picture is that of the camera that is told, and so are places, sides, the sun, the depth and the land."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import DIRT, zebra_scene

from raw.geometry import camera_to_world, geodesic_degrees, matrix_to_quaternion, project, quaternion_to_matrix, rotation_z
from raw.library import Library
from raw.render import RenderPool, RenderSettings
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from raw.terrain import Terrain
from training import reframe
from training.augment import Sample, augment
from training.augment_config import AugmentConfig
from training.reframe import reframed

SIZE = 128
HIGH = 1.5  # metres of the camera over flat land
OFF = AugmentConfig(0, 0, gamma=0, brightness=0, contrast=0, tint=0, greyscale=0, blur=0, noise=0, jpeg=(100, 100))


def rays(camera: Camera) -> np.ndarray:
    """(SIZE, SIZE, 3) directions of the pixels' middles, a metre deep, in the world of the camera's yaw."""
    axis = ((np.arange(SIZE) + 0.5) / SIZE * 2 - 1) * np.tan(np.radians(camera.fov) / 2)
    x, y = np.meshgrid(axis, -axis)
    return np.stack([x, y, np.full_like(x, -1.0)], axis=-1) @ camera_to_world(camera.pitch).T


def painted(camera: Camera, yaw: float = 0.0) -> np.ndarray:
    """A picture whose colours tell the direction, of a camera turned clockwise by ``yaw``."""
    there = rays(camera) @ rotation_z(-yaw).T
    there /= np.linalg.norm(there, axis=-1, keepdims=True)
    return np.round(127 + 120 * np.sin(2.0 * there)).astype(np.uint8)


def flat_depth(camera: Camera) -> np.ndarray:
    down = -rays(camera)[..., 2]
    return np.where(down > 1e-9, HIGH / np.maximum(down, 1e-9), np.inf).astype(np.float32)


def sample(pitch: float, fov: float, spot: tuple[float, float] = (0.2, -0.1)) -> Sample:
    """An animal of 6 by 6 pixels is where its base is, ``spot`` (x, y in -1..1) of the picture, 7 m away."""
    half = np.tan(np.radians(fov) / 2)
    turn = matrix_to_quaternion(camera_to_world(pitch).T @ rotation_z(30.0))
    thing = SceneObject("bird", (7 * half * spot[0], 7 * half * spot[1], -7.0), 0.4, tuple(float(v) for v in turn), None, 36)
    camera = Camera(pitch=pitch, height=HIGH, fov=fov)
    column, row = (int(v) for v in project(np.array(thing.location), fov) * SIZE)
    depth = flat_depth(camera)
    mask = np.where(np.isfinite(depth), 255, 0).astype(np.uint8)
    mask[row - 3 : row + 3, column - 3 : column + 3] = 1
    return Sample(painted(camera), mask, Scene(Sky(sun_rotation=20.0), camera, Ground(None, 0.8, (3.0, 4.0, 350.0), 5), (thing,)), depth)


def yaw_between(before: Scene, after: Scene) -> float:
    return (before.sky.sun_rotation - after.sky.sun_rotation + 180.0) % 360.0 - 180.0


FRAMES = given(pitch=st.floats(30, 112), fov=st.floats(20, 85), seed=st.integers(0, 10_000))


@FRAMES
@settings(max_examples=40, deadline=None)
def test_picture_and_depth_are_those_of_the_camera_that_is_told(pitch: float, fov: float, seed: int) -> None:
    before = sample(pitch, fov)
    after = reframed(before, 2.5, np.random.default_rng(seed))
    camera = after.scene.camera
    assert fov / 2.6 - 1 <= camera.fov <= fov + 1e-6 and camera.fov >= reframe.NARROWEST - 1e-6 and camera.height == HIGH
    wrong = np.abs(after.image.astype(int) - painted(camera, yaw_between(before.scene, after.scene)))
    assert wrong.max() <= 3
    deep, truth = after.depth, flat_depth(camera)
    near = np.isfinite(deep) & np.isfinite(truth) & (truth < 8)
    assert not near.any() or np.median(np.abs(np.log(deep[near] / truth[near]))) < 0.03


@FRAMES
@settings(max_examples=40, deadline=None)
def test_things_are_where_and_as_they_are_seen(pitch: float, fov: float, seed: int) -> None:
    before = sample(pitch, fov)
    after = reframed(before, 2.5, np.random.default_rng(seed))
    (old,), (new,) = before.scene.objects, after.scene.objects
    rows, columns = np.nonzero(after.mask == 1)
    if len(rows) and rows.min() > 0 and columns.min() > 0 and max(rows.max(), columns.max()) < SIZE - 1:
        middle = np.array([columns.mean() + 0.5, rows.mean() + 0.5]) / SIZE
        np.testing.assert_allclose(project(np.array(new.location), after.scene.camera.fov), middle, atol=3.5 / SIZE * 2.6)
    assert np.linalg.norm(new.location) == pytest.approx(np.linalg.norm(old.location))
    yaw = yaw_between(before.scene, after.scene)
    turn = camera_to_world(after.scene.camera.pitch).T @ rotation_z(yaw) @ camera_to_world(pitch)
    sides = (quaternion_to_matrix(np.array(thing.rotation)) for thing in (old, new))
    assert geodesic_degrees(turn @ next(sides), next(sides)) < 0.01


def test_the_land_under_the_camera_is_the_same() -> None:
    before = sample(80.0, 60.0)
    after = reframed(before, 2.0, np.random.default_rng(3))
    yaw = yaw_between(before.scene, after.scene)
    assert abs(yaw) > 0.5
    x, y = np.array([2.0, -5.0]), np.array([9.0, 30.0])
    turned = rotation_z(yaw)[:2, :2] @ np.stack([x, y])
    np.testing.assert_allclose(Terrain(after.scene.ground).height(*turned), Terrain(before.scene.ground).height(x, y), atol=1e-9)


def test_half_of_them_aim_at_an_animal_that_is_seen() -> None:
    before = sample(88.0, 60.0, (0.6, -0.5))
    seen = [(reframed(before, 2.0, np.random.default_rng(seed)).mask == 1).sum() > 36 for seed in range(60)]
    assert 0.5 < np.mean(seen) < 0.95
    alone = before._replace(mask=np.where(before.mask == 1, 255, before.mask))
    assert (reframed(alone, 2.0, np.random.default_rng(0)).mask != 1).all()


def test_an_animal_that_is_aimed_at_is_not_cut_to_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reframe, "AIMED", 1.0)
    before = sample(90.0, 60.0)
    mask = before.mask.copy()
    mask[20:100, 30:60] = 1
    for seed in range(10):
        after = reframed(before._replace(mask=mask), 8.0, np.random.default_rng(seed))
        assert np.ptp(np.nonzero(after.mask == 1)[0]) + 1 >= 0.6 * 80 and after.scene.camera.fov > 60 * 80 / SIZE / 1.2 / 1.2


def test_copies_are_counted_again_and_need_a_mask() -> None:
    before = sample(88.0, 50.0)
    on = replace(OFF, reframe=1.0, zoom=2.0, min_pixels=1)
    copies = [augment(before, on, np.random.default_rng(seed)) for seed in range(12)]
    told = [copy.scene.objects[0].pixels for copy in copies if copy.scene.objects]
    assert told == [(copy.mask == 1).sum() for copy in copies if copy.scene.objects] and max(told) > 60
    with pytest.raises(ValueError, match="augment.reframe needs a mask.*allowed: 0"):
        augment(before._replace(mask=None), on, np.random.default_rng(0))
    with pytest.raises(ValueError, match="zoom"):
        replace(on, zoom=0.5)


@pytest.mark.render
def test_the_executor_draws_what_another_framing_shows(tiny_library: Library) -> None:
    """Land, animal and light, from the program of the new picture."""
    scene = zebra_scene()
    scene = replace(scene, ground=Ground(DIRT, relief=0.8, phase=(30.0, -12.0, 40.0), seed=5))
    with RenderPool(tiny_library.folder) as pool:
        wide = pool.render(scene, RenderSettings(SIZE, SIZE, samples=8))
        before = Sample(wide.image, wide.index, scene, wide.depth)
        after = reframed(before, 2.0, np.random.default_rng(1))
        drawn = pool.render(after.scene, RenderSettings(SIZE, SIZE, samples=8))
    assert after.scene.camera.fov < scene.camera.fov / 1.2 and abs(yaw_between(scene, after.scene)) > 1
    assert (drawn.index == after.mask).mean() > 0.95 > (drawn.index == before.mask).mean()
    off = [np.abs(one.astype(float) - drawn.image).mean() for one in (after.image, before.image)]
    assert off[0] < 8 and off[1] > 2 * off[0]
    both = np.isfinite(drawn.depth) & np.isfinite(after.depth)
    assert np.median(np.abs(np.log(drawn.depth[both] / after.depth[both]))) < 0.02
