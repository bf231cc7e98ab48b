"""Moving camera and objects: places in the picture, the ground under the feet, and what is upright."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.placing import REACH, ground_depths, moved, places, standing, with_camera
from raw.geometry import camera_to_world, matrix_to_quaternion, project, quaternion_to_matrix, yaw_of
from raw.scene import Camera, Ground, Scene, SceneObject
from raw.terrain import Terrain


def on_ground(camera: Camera, ground: Ground, x: float, y: float, yaw: float = 30.0) -> SceneObject:
    """A zebra standing at (x, y) metres of the world."""
    to_camera = camera_to_world(camera.pitch).T
    foot = np.array([x, y, float(Terrain(ground).height(np.array([x]), np.array([y]))[0]) - camera.height])
    c, s = np.cos(np.radians(yaw)), np.sin(np.radians(yaw))
    upright = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return SceneObject("herbivore", tuple(to_camera @ foot), 1.4, tuple(matrix_to_quaternion(to_camera @ upright)), "zebra/0000", 100)


def savanna(relief: float = 0.0) -> Scene:
    camera, ground = Camera(84.0, 1.7, 50.0), Ground("dirt/0000", relief)
    return Scene(camera=camera, ground=ground, objects=(on_ground(camera, ground, 1.0, 8.0), on_ground(camera, ground, -3.0, 20.0)))


def feet(scene: Scene) -> np.ndarray:
    """(N,) metres of the objects over the ground."""
    where = np.array([thing.location for thing in scene.objects]) @ camera_to_world(scene.camera.pitch).T
    return where[:, 2] + scene.camera.height - Terrain(scene.ground).height(where[:, 0], where[:, 1])


@pytest.mark.parametrize("relief", [0.0, 0.8])
def test_rays_meet_the_ground_where_things_stand(relief: float) -> None:
    scene = savanna(relief)
    where = places(scene.objects, scene.camera.fov)
    np.testing.assert_allclose(ground_depths(scene.camera, scene.ground, where), where[:, 2], rtol=0.01)
    assert np.isinf(ground_depths(scene.camera, scene.ground, np.array([[0.0, 0.9]]))).all()  # the sky


@pytest.mark.parametrize("relief", [0.0, 0.8])
def test_another_camera_keeps_places_and_feet(relief: float) -> None:
    scene = savanna(relief)
    other = with_camera(scene, Camera(80.0, 2.4, 58.0))
    for one, two in zip(scene.objects, other.objects, strict=True):
        np.testing.assert_allclose(project(np.array(one.location), 50.0), project(np.array(two.location), 58.0), atol=1e-6)
        turned = camera_to_world(80.0) @ quaternion_to_matrix(np.array(two.rotation))
        np.testing.assert_allclose(turned @ [0, 0, 1], [0, 0, 1], atol=1e-6)
        assert yaw_of(quaternion_to_matrix(np.array(two.rotation)), 80.0) == pytest.approx(30.0, abs=1e-6)
        size = [thing.height / (-thing.location[2] * np.tan(np.radians(fov / 2))) for thing, fov in ((one, 50.0), (two, 58.0))]
        assert size[0] == pytest.approx(size[1])
    np.testing.assert_allclose(feet(other), 0.0, atol=0.05)


def test_a_little_back_and_forth_is_the_same_scene() -> None:
    scene = savanna()
    there = with_camera(scene, Camera(84.4, 1.6, 48.0))
    back = with_camera(there, scene.camera)
    np.testing.assert_allclose([o.location for o in back.objects], [o.location for o in scene.objects], rtol=0.02)


def test_a_lower_horizon_does_not_send_far_things_off_but_buries_none() -> None:
    scene = savanna()
    before = places(scene.objects, 50.0)[:, 2]
    for pitch in (80.0, 83.0, 87.0, 90.0):
        other = with_camera(scene, replace(scene.camera, pitch=pitch))
        assert (places(other.objects, 50.0)[:, 2] <= REACH * before * (1 + 1e-9)).all()
        assert (feet(other) > -0.05).all()


def test_what_stands_moves_along_the_ground() -> None:
    scene = savanna()
    nearer = moved(scene, 0, u=0.1, v=-0.1)
    before, after = (places(one.objects, 50.0)[0] for one in (scene, nearer))
    np.testing.assert_allclose(after[:2] - before[:2], [0.1, -0.1], atol=1e-9)
    assert after[2] < before[2] - 0.5
    assert feet(nearer)[0] == pytest.approx(0.0, abs=0.02)
    assert nearer.objects[0].height / after[2] == pytest.approx(1.4 / before[2])
    assert nearer.objects[1] == scene.objects[1]


def test_what_floats_or_is_buried_comes_to_stand() -> None:
    scene = savanna(0.5)
    for factor in (0.85, 1.5):
        wrong = moved(scene, 1, depth=factor)
        assert abs(feet(wrong)[1]) > 0.2
        assert feet(standing(wrong, 1))[1] == pytest.approx(0.0, abs=0.05)
    sky = replace(scene, objects=(replace(scene.objects[0], location=(0.0, 3.0, -5.0)),))
    assert standing(sky, 0) == sky


def test_a_turn_is_about_the_upright() -> None:
    scene = savanna()
    turned = moved(scene, 0, turn=50.0).objects[0]
    assert yaw_of(quaternion_to_matrix(np.array(turned.rotation)), 84.0) == pytest.approx(80.0, abs=1e-6)
    assert turned.location == pytest.approx(scene.objects[0].location)
