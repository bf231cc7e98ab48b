"""The mean scene and the nearest training picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_world import write_test_data

from inference.evaluation.features import cached_pooled, nearest, pooled, pooled_path
from inference.evaluation.mean_scene import mean_scene
from raw.geometry import matrix_to_quaternion, project, rotation_x, rotation_z
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from raw.vision.tower import load_tower
from training.pairs import Pairs

Place = tuple[float, float, float]


def thing(category: str, asset: str, place: Place, yaw: float = 0.0, pixels: int = 100, height: float = 1.0) -> SceneObject:
    return SceneObject(category, place, height, tuple(matrix_to_quaternion(rotation_x(-90) @ rotation_z(yaw))), asset, pixels)


def test_numbers_are_averaged_in_the_scale_of_their_codec() -> None:
    near = Scene(Sky(sun_rotation=350, air=1, density=0.001), Camera(height=1), Ground("sand/0000", 0.0))
    far = Scene(Sky(sun_rotation=30, air=2, density=0.1), Camera(height=4), Ground("sand/0000", 1.0))
    mean = mean_scene([near, far])
    assert mean.sky.sun_rotation == pytest.approx(10)
    assert mean.sky.air == pytest.approx(1.5)
    assert mean.sky.density == pytest.approx(0.01)
    assert mean.camera.height == pytest.approx(2)
    assert mean.ground.relief == pytest.approx(0.1)  # 0 counts as the low end of the span, 0.01
    assert mean.objects == ()


def test_the_ground_is_the_commonest_asset_of_the_commonest_family() -> None:
    assets = ("snow/0000", "snow/0000", "sand/0001", "sand/0002", "sand/0002", "sand/0000")
    assert mean_scene([Scene(ground=Ground(a)) for a in assets]).ground.appearance == "sand/0002"


def test_objects_are_the_means_of_their_rank() -> None:
    zebra = thing("herbivore", "zebra/0001", (-1, -1, -4), pixels=400, height=1)
    further = thing("herbivore", "zebra/0001", (4, -4, -16), pixels=100, height=4)
    oak = thing("tree", "oak/0000", (0, 0, -50), pixels=90)
    scenes = [Scene(objects=(oak, zebra)), Scene(objects=(further, oak)), Scene(objects=(replace(oak, pixels=10),))]
    mean = mean_scene(scenes)
    assert len(mean.objects) == 2  # 5 / 3, rounded
    first, second = mean.objects
    assert (first.category, first.appearance, first.pixels) == ("herbivore", "zebra/0001", 200)
    assert (second.category, second.appearance) == ("tree", "oak/0000")
    assert first.height == pytest.approx(2) and first.location[2] == pytest.approx(-8)
    places = project(np.array([zebra.location, further.location, first.location]), mean.camera.fov)
    np.testing.assert_allclose(places[2], places[:2].mean(axis=0))


def test_the_rotation_is_one_of_the_training_set() -> None:
    scenes = [Scene(objects=(thing("bird", "crow/0000", (0, 0, -5), yaw),)) for yaw in (80, 90, 101)]
    assert mean_scene(scenes).objects[0].rotation == scenes[1].objects[0].rotation


def test_no_scenes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one scene"):
        mean_scene([])


def test_nearest_is_by_cosine() -> None:
    features = np.array([[1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    assert nearest(np.array([[0.6, 0.8], [-0.8, 0.6], [0.8, 0.6]]), features).tolist() == [1, 2, 0]


def test_features_are_computed_once_and_belong_to_their_labels(tmp_path: Path) -> None:
    data, tower = write_test_data(tmp_path / "data"), load_tower("debug")
    train = Pairs(data, "train")
    features = cached_pooled(train, tower, batch=4)
    np.testing.assert_allclose(features, pooled(tower, [train.picture(i)[0] for i in range(len(train))]), atol=1e-6)
    np.testing.assert_array_equal(nearest(features, features), np.arange(len(train)))
    path = pooled_path(train, tower)
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # nothing temporary is left
    np.save(path, features + 1)
    np.testing.assert_array_equal(cached_pooled(train, tower), features + 1)  # read, not computed
    assert pooled_path(Pairs(data, "train", 2), tower) != path
    train.description["label_hash"] = "other"
    np.testing.assert_allclose(cached_pooled(train, tower), features, atol=1e-6)
