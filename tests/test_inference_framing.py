"""Square to photo frame, with numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.framing import in_frame, inside_photo, model_pixels, photo_fov, render_size, to_photo_frame
from raw.geometry import project
from raw.scene import Camera, Scene, SceneObject

LEVEL = 90.0


def thing(x: float, y: float, z: float, height: float = 1.0) -> SceneObject:
    return SceneObject("herbivore", (x, y, z), height, (1.0, 0.0, 0.0, 0.0), "zebra/0000", 500)


def test_fov_of_the_photo() -> None:
    assert photo_fov(90, 400, 400) == pytest.approx(90)
    assert photo_fov(90, 400, 200) == pytest.approx(2 * 26.56505)  # atan(1/2)
    assert photo_fov(90, 200, 400) == pytest.approx(90)  # upright: the square is as high as the photo
    assert photo_fov(60, 1000, 577.350269) == pytest.approx(2 * 18.43495)  # tan 30 / sqrt 3 = 1/3


@pytest.mark.parametrize(("width", "height"), [(300, 200), (200, 300), (640, 80)])
def test_a_point_keeps_its_place_in_the_photo(width: int, height: int) -> None:
    point, side = np.array([0.3, -0.1, -7.0]), max(width, height)
    x, y = project(point, 50.0) * side - np.array([(side - width) / 2, (side - height) / 2])  # pixels, in the padded square
    framed = project(point, photo_fov(50.0, width, height), width / height) * (width, height)
    np.testing.assert_allclose(framed, (x, y))


def test_objects_in_the_padding_are_dropped() -> None:
    # the square spans +-10 m at 10 m; a 2:1 photo keeps +-5 m of its height
    scene = Scene(camera=Camera(pitch=LEVEL, fov=90), objects=(thing(0, 0, -10), thing(0, 6, -10), thing(9, -5.5, -10), thing(9, -7, -10)))
    framed = to_photo_frame(scene, 400, 200)
    assert framed.objects == (scene.objects[0], scene.objects[2])  # base in the padding and top in the photo: kept
    assert inside_photo(scene, 400, 200) == [0, 2]
    assert framed.camera == replace(scene.camera, fov=photo_fov(90, 400, 200))
    assert [o.location[0] for o in to_photo_frame(scene, 200, 400).objects] == [0, 0]  # +-5 m of its width


def test_an_object_that_spans_the_frame_is_in_it() -> None:
    assert in_frame(thing(0, -8, -10, height=16.0), LEVEL, 53.13, 2.0)


def test_the_top_follows_the_pitch() -> None:
    # looking straight down, up points at the camera: (0, 0, 1) in the camera frame
    assert in_frame(thing(0, 0, -10, height=4.0), 0.0, 45, 1.0)
    assert in_frame(thing(0, 0, -10, height=12.0), 0.0, 45, 1.0)  # the top is behind the camera, the base decides
    assert not in_frame(thing(9, 0, -10, height=12.0), 0.0, 45, 1.0)


def test_behind_the_camera_is_out() -> None:
    assert not in_frame(thing(0, 0, 3), LEVEL, 90, 1.0)


def test_sizes_and_pixel_counts() -> None:
    assert render_size(3000, 2000, 512) == (512, 341)
    assert render_size(20, 30, 448) == (299, 448)
    assert model_pixels(4000, 448, 299) == 1000
    assert model_pixels(7, 224, 224) == 7
