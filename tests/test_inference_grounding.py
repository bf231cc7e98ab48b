"""What a model says is made to stand on the ground that it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_inference_placing import feet, on_ground

from inference.grounding import LARGEST, PLACE, TURN, TURN_READ, grounded
from inference.placing import places, tilted
from raw.geometry import camera_to_world, quaternion_to_matrix
from raw.scene import Camera, Ground, Scene

CAMERA = Camera(84.0, 1.7, 50.0)
SPOTS = ((1.0, 8.0), (-3.0, 12.0), (0.5, 16.0), (2.0, 22.0), (-2.0, 30.0))  # metres: right, ahead


def savanna(relief: float = 0.3) -> Scene:
    ground = Ground("dirt/0000", relief)
    return Scene(camera=CAMERA, ground=ground, objects=tuple(on_ground(CAMERA, ground, *spot) for spot in SPOTS))


def raised(scene: Scene, metres: float, *which: int) -> Scene:
    """The scene with some things so much higher in the world."""
    up = camera_to_world(scene.camera.pitch).T @ [0.0, 0.0, metres]
    things = list(scene.objects)
    for i in which:
        things[i] = replace(things[i], location=tuple(np.array(things[i].location) + up))
    return replace(scene, objects=tuple(things))


def off(a: Scene, b: Scene) -> np.ndarray:
    """(N,) how far things are apart in two pictures, as a share of their height."""
    return np.linalg.norm(np.subtract(*(places(one.objects, one.camera.fov)[:, :2] for one in (a, b))), axis=1) / 2


@pytest.mark.parametrize("relief", [0.0, 0.6])
def test_what_stands_stays(relief: float) -> None:
    scene = savanna(relief)
    again = grounded(scene)
    assert again.camera.pitch == pytest.approx(scene.camera.pitch, abs=1e-6)
    for one, two in zip(scene.objects, again.objects, strict=True):
        np.testing.assert_allclose(one.location, two.location, rtol=0.02, atol=0.05)
        np.testing.assert_allclose(one.rotation, two.rotation, atol=1e-9)
        assert two.height == pytest.approx(one.height, rel=0.02)


@pytest.mark.parametrize("metres", [-1.0, 0.7])
def test_one_that_is_buried_or_hovers_comes_to_stand_where_it_is_seen(metres: float) -> None:
    scene = raised(savanna(), metres, 0)
    again = grounded(scene)
    assert abs(feet(scene)[0]) > 0.5
    np.testing.assert_allclose(feet(again), 0.0, atol=1e-6)
    assert off(scene, again)[0] < PLACE  # of the picture; by the vertical alone it would be 0.1
    size = [thing.height / -thing.location[2] for thing in (scene.objects[0], again.objects[0])]
    assert size[0] == pytest.approx(size[1], rel=1e-6)
    assert off(scene, again)[1:].max() < 0.02


@pytest.mark.parametrize("wrong", [-5.0, 3.0, 20.0])
def test_the_camera_turns_to_where_the_ground_is(wrong: float) -> None:
    true = savanna(0.0)
    said = replace(true, camera=replace(CAMERA, pitch=CAMERA.pitch + wrong))  # places before the camera are right, its pitch is not
    again = grounded(said)
    turn = np.clip(abs(wrong), 0.0, LARGEST) * TURN
    assert abs(again.camera.pitch - said.camera.pitch) == pytest.approx(turn, rel=0.1)
    assert abs(again.camera.pitch - CAMERA.pitch) < abs(wrong)
    np.testing.assert_allclose(feet(again), 0.0, atol=1e-6)


def test_what_was_upright_stays_upright_before_a_turned_camera() -> None:
    scene = savanna()
    turned = tilted(scene, 70.0)
    up = [camera_to_world(70.0) @ quaternion_to_matrix(np.array(thing.rotation)) @ [0, 0, 1] for thing in turned.objects]
    np.testing.assert_allclose(up, [[0, 0, 1]] * len(SPOTS), atol=1e-6)
    assert [thing.location for thing in turned.objects] == [thing.location for thing in scene.objects]


@pytest.mark.parametrize(("category", "stays"), [("bird", True), ("herbivore", False)])
def test_birds_may_fly(category: str, stays: bool) -> None:
    scene = raised(savanna(), 5.0, 3)
    things = list(scene.objects)
    things[3] = replace(things[3], category=category)
    scene = replace(scene, objects=tuple(things))
    again = grounded(scene)
    assert (again.objects[3].location == things[3].location) == stays
    np.testing.assert_allclose(feet(again)[[0, 1, 2, 4]], 0.0, atol=1e-6)
    assert (abs(feet(again)[3]) > 4) == stays


def test_a_flock_in_flight_says_nothing_of_the_camera() -> None:
    scene = raised(savanna(), 6.0, *range(len(SPOTS)))
    flock = replace(scene, objects=tuple(replace(thing, category="bird") for thing in scene.objects))
    assert grounded(flock) == flock


def test_scenes_with_nothing_before_the_camera_stay() -> None:
    empty = Scene(camera=CAMERA)
    behind = replace(savanna(), objects=tuple(replace(thing, location=(0.0, 0.0, 3.0)) for thing in savanna().objects))
    assert grounded(empty) == empty and grounded(behind) == behind


def test_things_without_rotation_keep_none() -> None:
    scene = raised(savanna(), -1.0, 0)
    plain = replace(scene, objects=tuple(replace(thing, rotation=None) for thing in scene.objects))
    assert all(thing.rotation is None for thing in grounded(plain).objects)


def test_the_camera_keeps_its_own_word_as_far_as_it_is_told_to() -> None:
    scene = savanna()
    tilted_up = replace(scene, camera=replace(scene.camera, pitch=scene.camera.pitch + 3.0))
    pitches = [grounded(tilted_up, turn).camera.pitch - scene.camera.pitch for turn in (0.0, TURN_READ, TURN, 1.0)]
    assert pitches[0] == pytest.approx(3.0) and pitches == sorted(pitches, reverse=True) and abs(pitches[3]) < abs(pitches[2])
