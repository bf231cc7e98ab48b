"""Rotations, yaws and projection: round trips and known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import quaternions

from raw.geometry import (
    box_of,
    camera_to_world,
    geodesic_degrees,
    horizon,
    is_rotation,
    matrix_to_quaternion,
    nearest_rotation,
    project,
    quaternion_to_matrix,
    rotation_x,
    rotation_z,
    view_yaw,
    yaw_of,
)

angles = st.floats(0, 359.99)
pitches = st.floats(20, 160)


def standing(yaw: float, pitch: float) -> np.ndarray:
    """Asset-to-camera rotation of an upright asset turned by ``yaw`` about the world's up axis."""
    return camera_to_world(pitch).T @ rotation_z(yaw)


def assert_same_angle(a: float, b: float) -> None:
    assert abs((a - b + 180) % 360 - 180) < 1e-6, (a, b)


@settings(max_examples=300, deadline=None)
@given(quaternions)
def test_quaternion_round_trip(quaternion: tuple[float, ...]) -> None:
    matrix = quaternion_to_matrix(quaternion)
    assert is_rotation(matrix, 1e-12)
    back = matrix_to_quaternion(matrix)
    assert back[0] >= 0 and np.linalg.norm(back) == pytest.approx(1)
    assert min(np.abs(back - quaternion).max(), np.abs(back + quaternion).max()) < 1e-7
    assert geodesic_degrees(quaternion_to_matrix(back), matrix) < 1e-4


def test_quaternion_known_answers() -> None:
    half = np.sqrt(0.5)
    np.testing.assert_allclose(quaternion_to_matrix((half, 0, 0, half)), rotation_z(90), atol=1e-12)
    np.testing.assert_allclose(quaternion_to_matrix((2 * half, 2 * half, 0, 0)), rotation_x(90), atol=1e-12)  # any length
    np.testing.assert_allclose(np.abs(matrix_to_quaternion(rotation_z(180))), (0, 0, 0, 1), atol=1e-12)  # w = 0
    np.testing.assert_allclose(rotation_z(90) @ (1, 0, 0), (0, 1, 0), atol=1e-12)
    np.testing.assert_allclose(rotation_x(90) @ (0, 1, 0), (0, 0, 1), atol=1e-12)
    for bad in ((0, 0, 0, 0), (np.nan, 0, 0, 1)):
        with pytest.raises(ValueError, match="no direction"):
            quaternion_to_matrix(bad)


def test_is_rotation() -> None:
    assert is_rotation(rotation_x(33)) and is_rotation(np.float32(rotation_x(33)))
    assert not is_rotation(np.diag([1, 1, -1]))  # a reflection
    assert not is_rotation(1.1 * np.eye(3)) and not is_rotation(np.full((3, 3), np.nan)) and not is_rotation(np.eye(2))


def test_camera_at_pitch_90_looks_along_y() -> None:
    np.testing.assert_allclose(camera_to_world(90) @ (0, 0, -1), (0, 1, 0), atol=1e-12)
    np.testing.assert_allclose(camera_to_world(90) @ (0, 1, 0), (0, 0, 1), atol=1e-12)
    np.testing.assert_allclose(camera_to_world(0) @ (0, 0, -1), (0, 0, -1), atol=1e-12)  # straight down


@settings(max_examples=100, deadline=None)
@given(angles, pitches)
def test_yaw_of_gives_back_the_yaw(yaw: float, pitch: float) -> None:
    found = yaw_of(standing(yaw, pitch), pitch)
    assert 0 <= found < 360 or found == pytest.approx(360)
    assert_same_angle(found, yaw)


@settings(max_examples=100, deadline=None)
@given(angles, pitches, angles, st.floats(1, 50))
def test_view_yaw_is_the_side_seen_anywhere_around_the_camera(side: float, pitch: float, bearing: float, distance: float) -> None:
    away = np.array([np.sin(np.radians(bearing)), np.cos(np.radians(bearing)), -0.3])  # world, clockwise from +y
    location = camera_to_world(pitch).T @ (away * distance)
    assert_same_angle(view_yaw(standing(side - bearing, pitch), location, pitch), side)


def test_view_yaw_known_answers() -> None:
    assert view_yaw(standing(0, 90), np.array([0, 0, -5.0]), 90) == pytest.approx(0)  # faces the observer
    assert view_yaw(standing(180, 90), np.array([0, 0, -5.0]), 90) == pytest.approx(180)
    assert view_yaw(standing(-45, 90), np.array([5.0, 0, -5.0]), 90) % 360 == pytest.approx(0, abs=1e-9)  # on the right, turned to us


def test_project_known_answers() -> None:
    points = np.array([[0, 0, -4.0], [4, 0, -4], [0, 4, -4], [-4, -4, -4]])
    np.testing.assert_allclose(project(points, 90), [[0.5, 0.5], [1, 0.5], [0.5, 0], [0, 1]], atol=1e-12)
    np.testing.assert_allclose(project(points, 90, aspect=2.0)[1], (0.75, 0.5), atol=1e-12)
    with pytest.raises(ValueError, match="in front of the camera"):
        project(np.array([0, 0, 1.0]), 90)


def test_horizon_known_answers() -> None:
    assert horizon(90, 45) == pytest.approx(0.5)
    assert horizon(45, 90) == pytest.approx(0.0)  # looking down by half the view: at the upper edge
    assert horizon(135, 90) == pytest.approx(1.0)


@settings(max_examples=100, deadline=None)
@given(st.floats(60, 120), st.floats(10, 120))
def test_horizon_is_where_far_points_at_eye_level_are_drawn(pitch: float, fov: float) -> None:
    far = camera_to_world(pitch).T @ np.array([0.0, 1.0, 0.0])
    assert project(far, fov)[1] == pytest.approx(horizon(pitch, fov), abs=1e-9)


@settings(max_examples=100, deadline=None)
@given(quaternions, st.integers(0, 2**32 - 1))
def test_nearest_rotation(quaternion: tuple[float, ...], seed: int) -> None:
    matrix = quaternion_to_matrix(quaternion)
    rng = np.random.default_rng(seed)
    np.testing.assert_allclose(nearest_rotation(3.0 * matrix), matrix, atol=1e-9)
    batch = rng.normal(size=(4, 3, 3))  # half of these have a negative determinant
    found = nearest_rotation(batch)
    assert all(is_rotation(r, 1e-9) for r in found)
    np.testing.assert_allclose(found[0], nearest_rotation(batch[0]), atol=1e-12)
    others = np.array([quaternion_to_matrix(rng.normal(size=4)) for _ in range(20)])
    for noisy, nearest in zip(batch, found, strict=True):
        assert np.linalg.norm(noisy - nearest) <= np.linalg.norm(noisy - others, axis=(1, 2)).min() + 1e-9


def test_geodesic_degrees() -> None:
    tilted = rotation_x(41.0) @ rotation_z(-23.0)
    assert geodesic_degrees(tilted, tilted) == 0 and geodesic_degrees(np.eye(3), rotation_x(1e-9)) == pytest.approx(1e-9)
    assert geodesic_degrees(np.eye(3), rotation_x(37)) == pytest.approx(37)
    pairs = geodesic_degrees(np.stack([np.eye(3), rotation_z(10)]), np.stack([rotation_z(180), rotation_z(-20)]))
    np.testing.assert_allclose(pairs, (180, 30))


def test_a_box_is_of_whole_pixels_and_there_is_none_around_nothing() -> None:
    shown = np.zeros((10, 20), dtype=bool)
    assert box_of(shown) is None
    shown[3, 4:6] = True
    assert box_of(shown) == (0.2, 0.3, 0.3, 0.4)
