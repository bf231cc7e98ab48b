"""Labels of a row: cameras that other tools understand, and what is said of each object."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labels_world import CRATE, OX, box_library, painted
from PIL import Image
from scenes import standing

from procedural.labels.columns import features, intrinsics, labels, world_to_camera
from raw.geometry import project
from raw.library import Library
from raw.scene import Camera, Embedding, Ground, Scene, SceneObject
from raw.terrain import Terrain

CAMERA = Camera(pitch=82.0, height=1.7, fov=50.0)
LAND = Ground("dirt/0000", relief=1.5, phase=(12.0, -30.0, 215.0), seed=9)
FLIP = np.array([1.0, -1.0, -1.0])  # the language's camera frame to OpenCV's
WIDTH, HEIGHT = 96, 64


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return box_library(tmp_path_factory.mktemp("boxes"))


def scene_of(*things: SceneObject) -> Scene:
    return Scene(camera=CAMERA, ground=LAND, objects=tuple(replace(thing, pixels=100 - i) for i, thing in enumerate(things)))


def thing(category: str, asset: str, x: float, y: float, height: float) -> SceneObject:
    return standing(category, asset, (x, y), height, 270.0, CAMERA)


def made(library: Library, *things: SceneObject) -> tuple[dict, np.ndarray]:
    """Labels of a painted scene, and its index."""
    scene = scene_of(*things)
    index, depth = painted(scene, library, WIDTH, HEIGHT)
    return labels(scene, index, depth, library), index


def opencv(matrix: np.ndarray, points: np.ndarray, inner: np.ndarray) -> np.ndarray:
    """(N, 3) points of the world -> (N, 2) pixels, as OpenCV's projectPoints does it."""
    seen = (np.c_[points, np.ones(len(points))] @ matrix.T)[:, :3] @ inner.T
    return seen[:, :2] / seen[:, 2:]


def on_the_land(ground: Ground, camera: Camera, u: float, v: float) -> np.ndarray:
    """(3,) a point of the land's surface in the language's camera frame."""
    terrain = Terrain(ground)
    x, y = (float(c[0]) for c in terrain.world(np.array([u]), np.array([v])))
    z = float(terrain.height(np.array([x]), np.array([y]))[0])
    from raw.geometry import camera_to_world

    return camera_to_world(camera.pitch).T @ np.array([x, y, z - camera.height])


@pytest.mark.parametrize("phase", [(12.0, -30.0, 215.0), (0.0, 0.0, 0.0), (-4.0, 3.0, 91.0), (60.5, 7.25, 359.0)])
def test_a_point_of_the_land_is_the_same_for_every_camera(phase: tuple[float, float, float]) -> None:
    camera, ground = replace(CAMERA, pitch=70.0 + phase[2] / 12), replace(LAND, phase=phase)
    origin = Terrain(replace(LAND, phase=(0.0, 0.0, 0.0)))
    for u, v in ((10.0, -20.0), (0.0, 0.0), (-33.0, 8.0)):
        world = np.array([u, v, float(origin.height(np.array([u]), np.array([v]))[0])])
        seen = (world_to_camera(camera, ground) @ [*world, 1.0])[:3]
        np.testing.assert_allclose(seen, FLIP * on_the_land(ground, camera, u, v), atol=1e-9)


def test_world_to_camera_is_a_rigid_motion_that_looks_where_the_camera_does() -> None:
    matrix = world_to_camera(replace(CAMERA, pitch=90.0), replace(LAND, phase=(5.0, 6.0, 90.0)))
    np.testing.assert_allclose(matrix[:3, :3] @ matrix[:3, :3].T, np.eye(3), atol=1e-12)
    assert np.linalg.det(matrix[:3, :3]) == pytest.approx(1.0)
    np.testing.assert_allclose(matrix[2, :3], [1.0, 0.0, 0.0], atol=1e-12)  # yaw is clockwise from north: 90 looks east
    np.testing.assert_allclose(matrix[1, :3], [0.0, 0.0, -1.0], atol=1e-12)  # and down is down
    centre = -matrix[:3, :3].T @ matrix[:3, 3]
    np.testing.assert_allclose(centre[:2], [5.0, 6.0], atol=1e-12)


def test_labels_project_an_object_to_where_the_language_does(library: Library) -> None:
    ox = thing("herbivore", OX, 0.6, 8.0, 1.4)
    row, _ = made(library, ox)
    matrix, inner = (np.array(row["camera"][name]) for name in ("world_to_camera", "intrinsics"))
    matrix, inner = matrix.reshape(4, 4), inner.reshape(3, 3)
    location = np.array(row["objects"][0]["location"])
    world = np.linalg.inv(matrix) @ [*(FLIP * location), 1.0]
    expected = project(location, CAMERA.fov, WIDTH / HEIGHT) * [WIDTH, HEIGHT]
    np.testing.assert_allclose(opencv(matrix, world[None, :3], inner)[0], expected, atol=1e-9)
    np.testing.assert_allclose(inner, intrinsics(CAMERA.fov, WIDTH, HEIGHT))
    assert inner[0, 2] == WIDTH / 2 and inner[1, 2] == HEIGHT / 2 and inner[0, 0] == inner[1, 1] > 0


def test_camera_column_has_the_numbers_of_the_program(library: Library) -> None:
    camera = made(library)[0]["camera"]
    assert set(camera) == {"pitch", "height", "fov", "intrinsics", "world_to_camera"}
    assert (camera["pitch"], camera["height"], camera["fov"]) == (82.0, 1.7, 50.0)
    assert len(camera["intrinsics"]) == 9 and len(camera["world_to_camera"]) == 16


def test_objects_say_what_they_are_and_where(library: Library) -> None:
    ox, crate = thing("herbivore", OX, 0.5, 8.0, 1.4), thing("boulder", CRATE, -2.0, 6.0, 0.8)
    row, index = made(library, ox, crate)
    first, second = row["objects"]
    assert (first["asset"], first["family"], first["category"]) == (OX, "ox", "herbivore")
    assert (second["asset"], second["family"], second["category"]) == (CRATE, "crate", "boulder")
    assert first["pixels"] == 100 and first["height"] == 1.4 and tuple(first["location"]) == ox.location
    assert tuple(first["rotation"]) == ox.rotation and first["distance"] == pytest.approx(np.hypot(np.hypot(0.5, 8.0), 1.7))
    assert first["occluded"] == second["occluded"] == 0.0 and first["outside"] == second["outside"] == 0.0
    rows, columns = np.nonzero(index == 2)
    expected = [columns.min() / WIDTH, rows.min() / HEIGHT, (columns.max() + 1) / WIDTH, (rows.max() + 1) / HEIGHT]
    assert second["box"] == pytest.approx(expected) and second["joints"] == []
    assert [joint["name"] for joint in first["joints"]][:2] == ["trunk", "chest"]
    assert {joint["visible"] for joint in first["joints"]} == {1, 2}


def test_what_hides_an_object_and_what_cuts_it(library: Library) -> None:
    ox, before = thing("herbivore", OX, 0.0, 8.0, 1.4), thing("boulder", CRATE, -0.45, 5.0, 1.0)
    free = made(library, ox)[1]
    row, index = made(library, ox, before)
    hidden = 1 - (index == 1).sum() / (free == 1).sum()
    assert row["objects"][0]["occluded"] == pytest.approx(hidden) and 0.1 < hidden < 0.9
    assert row["objects"][1]["occluded"] == 0.0
    cut = made(library, thing("boulder", CRATE, 4.2, 6.0, 1.0))[0]["objects"][0]
    assert 0.2 < cut["outside"] < 0.8 and cut["occluded"] == 0.0 and cut["box"][2] == 1.0


def test_an_object_that_is_wholly_hidden(library: Library) -> None:
    row, index = made(library, thing("boulder", CRATE, 0.0, 4.0, 1.8), thing("boulder", CRATE, 0.0, 9.0, 0.5))
    assert (index == 2).sum() == 0
    assert row["objects"][1]["occluded"] == 1.0 and row["objects"][1]["box"] == [0.0] * 4


def test_plain_add_takes_the_category_of_its_asset(library: Library) -> None:
    [ox] = made(library, replace(thing("herbivore", OX, 0.0, 8.0, 1.4), category=None))[0]["objects"]
    assert ox["category"] == "herbivore"


@pytest.mark.parametrize("change", [{"rotation": None}, {"appearance": Embedding(np.ones(3))}])
def test_scenes_that_are_not_resolved_are_refused(library: Library, change: dict) -> None:
    scene = scene_of(replace(thing("boulder", CRATE, 0.0, 5.0, 1.0), **change))
    with pytest.raises(ValueError, match="boulder at .* resolve the scene first"):
        labels(scene, np.zeros((8, 8), np.uint8), np.ones((8, 8), np.float32), library)


@pytest.mark.parametrize("normals", [False, True])
def test_a_row_goes_through_parquet_unchanged(library: Library, tmp_path: Path, normals: bool) -> None:
    from datasets import Dataset

    row = {**made(library, thing("herbivore", OX, 0.5, 8.0, 1.4), thing("boulder", CRATE, -2.0, 6.0, 0.8))[0], **rest_of_row(normals)}
    assert set(features(normals)) == set(row)
    empty = {**row, "objects": []}
    Dataset.from_list([row, empty], features=features(normals)).to_parquet(tmp_path / "one.parquet")
    back = Dataset.from_parquet(str(tmp_path / "one.parquet"), cache_dir=str(tmp_path / "cache"))
    assert back.features == features(normals)
    assert back[0]["objects"] == row["objects"] and back[0]["camera"] == row["camera"] and back[1]["objects"] == []


def rest_of_row(normals: bool) -> dict:
    """The columns that labels does not make."""
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, format="PNG")
    names = ("image", "mask", "depth", *(("normal",) if normals else ()))
    pictures = {name: {"bytes": buffer.getvalue(), "path": None} for name in names}
    rest = {"program": "", "scene_id": "test-000000", "view": 0, "seed": 1, "biome": "savanna", "photographer": "low", "subject": 0}
    return pictures | rest
