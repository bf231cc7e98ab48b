"""Suites are data, and sensors change the picture and, for a crop, the truth as they should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from training_world import sample

from inference.evaluation.sensor import cropped, narrowed, sensed
from inference.evaluation.suites import Sensor, choose, read_limits, read_suites
from raw.geometry import horizon, project
from raw.scene import Camera, Scene
from training.augment import Sample

SPLITS = ("train", "test", "seen")


def test_the_built_in_suites() -> None:
    suites = read_suites()
    assert {"seen", "scenes", "assets", "species", "biome", "photos"} <= suites.keys()
    assert {suite.group for suite in suites.values()} == {"", "sensor"} and suites["photos"].of_photos
    assert len({suite.sensor for suite in suites.values()} - {None}) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("suites: {a: {about: x, spilt: test}}", "spilt"),
        ("suites: {a: {about: x, sensor: {blur: 1.0}}}", "a suite of photos has a sensor"),
        ("suites: {a: {about: x, split: test, sensor: {blur: 90.0}}}", "blur is 90.0; allowed: 0 to 8"),
        ("suites: {all: {about: x, split: test}}", "suite 'all'"),
        ("suites: {A/b: {about: x, split: test}}", "suite 'A/b'"),
        ("suites: {a: {about: x, split: test}, b: {about: x, split: test, group: a}}", "group 'a' of suite b is the name of a suite"),
        ("suites: {a: {about: x, split: ''}}", "split is ''"),
    ],
)
def test_files_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "suites.yaml"
    path.write_text(text)
    with pytest.raises(ValueError, match=message) as problem:
        read_suites(path)
    assert str(path) in str(problem.value)


def test_names_groups_and_all() -> None:
    known = read_suites()
    assert list(choose(known, "scenes, seen", SPLITS, photos=False)) == ["scenes", "seen"]
    sensors = [name for name in known if name.startswith("sensor-")]
    assert list(choose(known, "sensor", SPLITS, photos=False)) == sensors
    assert list(choose(known, "all", SPLITS, photos=False)) == ["seen", "scenes", *sensors]
    assert list(choose(known, "all", (), photos=True)) == ["photos"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [("scene", "'scene'; allowed: .*scenes.*sensor, all"), ("photos", "--photos FOLDER"), ("biome", "split biome"), ("", "nothing")],
)
def test_suites_that_cannot_be_had(wanted: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        choose(read_suites(), wanted, SPLITS, photos=False)


@pytest.fixture
def picture() -> Sample:
    """One with three things in it."""
    found = (Sample(*sample(rng)) for rng in np.random.default_rng(0).spawn(50))
    return next(one for one in found if len(one.scene.objects) == 3)


KNOWN = ("scenes", "seen", "biome")


def test_limits_of_all_suites_and_of_some() -> None:
    suites = ("scenes", "seen")
    assert read_limits("0", suites, KNOWN) == {"scenes": 0, "seen": 0}
    assert read_limits("50, scenes=250", suites, KNOWN) == read_limits("scenes=250,50", suites, KNOWN) == {"scenes": 250, "seen": 50}
    assert read_limits("seen=3", suites, KNOWN) == {"scenes": 0, "seen": 3}
    assert read_limits("50,scenes=250,biome=9", ["seen"], KNOWN) == {"seen": 50}  # a config's, with another --suite


@pytest.mark.parametrize(
    ("text", "message"),
    [("-1", "'-1'; allowed"), ("few", "'few'"), ("", "''"), ("moon=3", "'moon'; allowed"), ("seen=3,seen=4", "two numbers for seen"),
     ("1,2", "for all suites")],
)
def test_limits_that_cannot_be(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_limits(text, ("scenes", "seen"), KNOWN)


def test_a_sensor_is_the_same_every_time_and_another_for_every_case(picture: Sample) -> None:
    noisy = Sensor(shot_noise=0.02, read_noise=0.03)
    a, again, b = (sensed(picture.image, noisy, name) for name in ("a", "a", "b"))
    np.testing.assert_array_equal(a, again)
    assert (a != b).mean() > 0.5 and a.dtype == np.uint8 and a.shape == picture.image.shape
    assert not np.array_equal(a, sensed(picture.image, replace(noisy, seed=1), "a"))
    np.testing.assert_array_equal(sensed(picture.image, Sensor(), "a"), picture.image)


def test_what_each_sensor_does(picture: Sample) -> None:
    light = sensed(picture.image, Sensor(exposure=-2.0), "a").astype(float)
    assert 0.3 < light.mean() / picture.image.mean() < 0.7  # a quarter of the light is about half the display value
    edges = [np.abs(np.diff(sensed(picture.image, Sensor(blur=sigma), "a").astype(float), axis=0)).max() for sigma in (0.0, 2.0)]
    assert edges[1] < 0.7 * edges[0]
    assert 0 < np.abs(sensed(picture.image, Sensor(jpeg=10), "a").astype(float) - picture.image).mean() < 30


def test_what_is_true_of_a_crop(picture: Sample) -> None:
    share, depth = 0.5, np.arange(32 * 32, dtype=np.float32).reshape(32, 32)
    inner, near = cropped(picture, depth, share, min_pixels=1)
    np.testing.assert_array_equal(inner.mask[::2, ::2].shape, (16, 16))
    np.testing.assert_array_equal(near[::2, ::2], depth[8:24, 8:24])
    old, new = picture.scene, inner.scene
    for thing in new.objects:  # the same things, where they were in the camera's frame
        assert any(replace(thing, pixels=0) == replace(before, pixels=0) for before in old.objects)
    counts = [int((inner.mask == i + 1).sum()) for i in range(len(new.objects))]
    assert counts == [thing.pixels for thing in new.objects] == sorted(counts, reverse=True) and all(counts)
    assert replace(new.camera, fov=old.camera.fov) == old.camera and new.sky == old.sky and new.ground == old.ground


def test_a_crop_moves_points_and_horizon_as_a_lens_does() -> None:
    scene, share = Scene(camera=Camera(pitch=80.0, fov=50.0)), 0.6
    inner = narrowed(scene, share)
    points = np.array([(0.4, -0.2, -3.0), (-1.0, 1.0, -9.0)])
    before, after = project(points, scene.camera.fov), project(points, inner.camera.fov)
    np.testing.assert_allclose(after, (before - 0.5) / share + 0.5)
    lines = [horizon(one.camera.pitch, one.camera.fov) for one in (scene, inner)]
    assert lines[1] == pytest.approx((lines[0] - 0.5) / share + 0.5)


def test_what_leaves_the_crop_is_dropped(picture: Sample) -> None:
    inner, _ = cropped(picture, None, 0.5, min_pixels=1)
    inside = set(picture.mask[8:24, 8:24].ravel()) - {0, 255}
    assert len(inner.scene.objects) == len(inside)
    assert cropped(picture, None, 0.5, min_pixels=10**6)[0].scene.objects == ()
    with pytest.raises(ValueError, match="needs a mask"):
        cropped(picture._replace(mask=None), None, 0.5, min_pixels=1)
