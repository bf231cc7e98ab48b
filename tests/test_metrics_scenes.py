"""Scene parameter and horizon errors: known answers."""

from __future__ import annotations

import math

import numpy as np
import pytest

from raw.geometry import horizon
from raw.metrics.scenes import circular_error, horizon_degrees, horizon_error, scene_errors, sun_degrees, sun_direction
from raw.scene import Camera, Ground, Scene, Sky


def test_circular_error() -> None:
    assert circular_error(350, 10) == 20 and circular_error(10, 350) == 20
    assert circular_error(-90, 270) == 0 and circular_error(0, 180) == 180


def test_every_scene_number_is_measured() -> None:
    true = Scene(Sky(sun_rotation=5, air=1.0), Camera(90, 2.0, 60), Ground("grass/1", 0.5, (9, 9, 9), 3))
    errors = scene_errors(Scene(Sky(sun_rotation=355, air=1.75), Camera(90, 1.0, 60), Ground("grass/2", 0.1)), true)
    assert len([key for key in errors if "." in key]) == 13
    assert errors["sky.sun_rotation"] == pytest.approx(10) and errors["sky.air"] == pytest.approx(0.75)
    assert errors["camera.height"] == 1.0 and errors["ground.relief"] == pytest.approx(0.4) and errors["sky.dust"] == 0
    assert (errors["horizon"], errors["ground_family"], errors["ground_asset"]) == (0.0, 1.0, 0.0)
    assert math.isnan(scene_errors(true, Scene())["ground_family"])
    assert all(value == 0 for key, value in scene_errors(Scene(), Scene()).items() if not key.startswith("ground_"))


def test_sun_directions() -> None:
    np.testing.assert_allclose(sun_direction(Sky(sun_elevation=0, sun_rotation=90)), [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(sun_direction(Sky(sun_elevation=90, sun_rotation=123)), [0, 0, 1], atol=1e-12)
    low, high = Sky(sun_elevation=0, sun_rotation=0), Sky(sun_elevation=60, sun_rotation=0)
    assert sun_degrees(low, low) == 0 and sun_degrees(low, high) == pytest.approx(60)
    assert sun_degrees(Sky(sun_elevation=0, sun_rotation=180), low) == pytest.approx(180)
    assert sun_degrees(Sky(sun_elevation=0, sun_rotation=350), Sky(sun_elevation=0, sun_rotation=10)) == pytest.approx(20)
    assert sun_degrees(Sky(sun_elevation=60, sun_rotation=180), high) == pytest.approx(60)  # and not 180
    assert scene_errors(Scene(low), Scene(high))["sun_degrees"] == pytest.approx(60)


def test_horizon_errors() -> None:
    level = Camera(90, 1.6, 90)
    assert horizon_error(Camera(45, 1.6, 90), level) == pytest.approx(0.5)  # half the picture up
    assert horizon_degrees(Camera(45, 1.6, 90), level) == pytest.approx(45)  # pitch alone: its degrees
    assert horizon_error(Camera(90, 1.6, 20), level) == 0.0 and horizon_degrees(Camera(90, 1.6, 20), level) == 0.0
    # a level line and a camera whose line is a quarter up, whatever field of view put it there
    other = Camera(90 - np.degrees(np.arctan(0.5 * np.tan(np.radians(20)))), 1.6, 40)
    assert horizon(other.pitch, other.fov) == pytest.approx(0.25)
    assert horizon_degrees(other, level) == pytest.approx(np.degrees(np.arctan(0.5)))


def test_a_horizon_far_outside_counts_as_clipped() -> None:
    assert horizon_error(Camera(0, 1.6, 45), Camera(90, 1.6, 45)) == pytest.approx(1.5)
    assert horizon_error(Camera(0, 1.6, 45), Camera(180, 1.6, 45)) == pytest.approx(3.0)
    assert horizon_error(Camera(0, 1.6, 45), Camera(5, 1.6, 45)) == 0.0
