"""What the executor builds in Blender, read back from Blender."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scenes import ZEBRA, base_in_world, blender, standing, zebra_scene

from raw.geometry import camera_to_world, project, quaternion_to_matrix
from raw.language import quantized, write
from raw.library import Library
from raw.render.atmosphere import sun_direction
from raw.scene import Camera, Ground, Scene, Sky

pytestmark = pytest.mark.render
WIDTH, HEIGHT = 96, 64
SKY = Sky(sun_size=2.5, sun_elevation=20.0, sun_rotation=-60.0, strength=0.31, density=0.012)
LOW = quantized(zebra_scene(sky=SKY, camera=Camera(pitch=97.0, height=0.45, fov=62.0)))
TILTED = quantized(replace(zebra_scene(), objects=tuple(replace(o, rotation=(0.8, 0.3, -0.4, 0.33)) for o in zebra_scene().objects)))
TWINS = quantized(
    Scene(objects=(standing("herbivore", ZEBRA, (0, 5), 1.2), standing(None, ZEBRA, (2, 5), 0.6)), ground=Ground("dirt/0000"))
)
SCENES = (LOW, TILTED, TWINS)


@pytest.fixture(scope="module")
def built(tiny_library: Library) -> list[dict[str, Any]]:
    """Blender's account of every scene, built one after another in one file."""
    return blender("build", tiny_library.folder, WIDTH, HEIGHT, programs=[write(scene) for scene in SCENES])


def things(account: dict[str, Any]) -> list[dict[str, Any]]:
    """Accounts of the scene's own objects, in the order of the program."""
    return sorted((o for o in account["objects"].values() if o["asset"] and o["pass_index"]), key=lambda o: o["pass_index"])


@pytest.mark.parametrize("i", range(len(SCENES)))
def test_camera_is_where_the_program_says(built: list[dict[str, Any]], i: int) -> None:
    camera, account = SCENES[i].camera, built[i]["camera"]
    axes = camera_to_world(camera.pitch)
    assert account["location"] == pytest.approx((0, 0, camera.height), abs=1e-6)
    assert account["looks"] == pytest.approx(-axes[:, 2], abs=1e-6)
    assert account["up"] == pytest.approx(axes[:, 1], abs=1e-6)
    assert np.degrees(account["fov"]) == pytest.approx(camera.fov, abs=1e-4)


def test_sun_sky_and_haze_are_those_of_the_program(built: list[dict[str, Any]]) -> None:
    sun = built[0]["sun"]
    assert sun["shines"] == pytest.approx(-sun_direction(SKY), abs=1e-6)
    assert np.degrees(sun["angle"]) == pytest.approx(SKY.sun_size, abs=1e-4)
    assert sun["color"][0] == 1 and sun["color"][2] < built[1]["sun"]["color"][2]  # redder at 20 than at 40 degrees
    assert 0 < sun["energy"] < built[1]["sun"]["energy"]
    assert built[0]["sky"] == pytest.approx(SKY.strength) and built[0]["haze"] == pytest.approx(SKY.density)


@pytest.mark.parametrize("i", range(len(SCENES)))
def test_objects_lie_where_the_projection_says(built: list[dict[str, Any]], i: int) -> None:
    scene = SCENES[i]
    for thing, account in zip(scene.objects, things(built[i]), strict=True):
        x, y = project(np.array(thing.location), scene.camera.fov, WIDTH / HEIGHT)
        assert account["view"][:2] == pytest.approx((x, 1 - y), abs=1e-5)  # Blender counts up from the bottom
        assert account["view"][2] == pytest.approx(-thing.location[2], abs=1e-4)


@pytest.mark.parametrize("i", range(len(SCENES)))
def test_objects_have_their_rotation_and_height(built: list[dict[str, Any]], tiny_library: Library, i: int) -> None:
    scene = SCENES[i]
    for number, (thing, account) in enumerate(zip(scene.objects, things(built[i]), strict=True)):
        matrix, record = np.array(account["matrix"]), tiny_library.record(thing.appearance)
        scale = thing.height / record.height
        expected = camera_to_world(scene.camera.pitch) @ quaternion_to_matrix(np.array(thing.rotation)) * scale
        np.testing.assert_allclose(matrix[:3, :3], expected, atol=1e-5)
        np.testing.assert_allclose(matrix[:3, 3], base_in_world(thing, scene.camera), atol=1e-4)
        assert account["pass_index"] == number + 1 and account["asset"] == thing.appearance
        assert account["vertices"] == account["colors"] == len(tiny_library.mesh(record.id).vertices)


def test_upright_objects_reach_their_height(built: list[dict[str, Any]], tiny_library: Library) -> None:
    thing, account = LOW.objects[0], things(built[0])[0]
    vertices = tiny_library.mesh(thing.appearance).vertices @ np.array(account["matrix"])[:3, :3].T
    assert vertices[:, 2].max() == pytest.approx(thing.height, abs=2e-3) and abs(vertices[:, 2].min()) < 0.02


def groups_of(account: dict[str, Any]) -> dict[str, list[str]]:
    """Collections and what is to be seen in them."""
    found = {name: [n for n in names if not n.startswith("Parked")] for name, names in account["collections"].items()}
    return {name: names for name, names in found.items() if names}


def test_collections_are_the_environment_and_the_categories(built: list[dict[str, Any]]) -> None:
    groups = groups_of(built[0])
    assert set(groups) == {"Environment", "Herbivore", "Boulder", "Tree"}
    assert groups["Herbivore"] == ["000 zebra"] and groups["Boulder"] == ["001 granite"] and groups["Tree"] == ["002 acacia"]
    assert {"Camera", "Sun", "Ground"} <= set(groups["Environment"])
    assert set(groups_of(built[2])) == {"Environment", "Herbivore", "Object"}


def test_ground_and_scatter_share_the_ground_index(built: list[dict[str, Any]]) -> None:
    ground = [built[0]["objects"][name] for name in ("Ground", "Scatter")]
    assert {o["pass_index"] for o in ground} == {255}
    assert all(o["colors"] == o["vertices"] for o in ground)


def test_every_mesh_has_a_second_object_out_of_sight(built: list[dict[str, Any]]) -> None:
    """Else Cycles builds its hierarchy again for every camera (objects.py)."""
    for account in built:
        users: dict[str, list[dict[str, Any]]] = {}
        for thing in account["objects"].values():
            users.setdefault(thing["mesh"], []).append(thing)
        assert all(len(things) >= 2 for things in users.values())
        parked = [thing for things in users.values() for thing in things if thing["pass_index"] == 0]
        assert parked and all(thing["matrix"][2][3] < -1000 for thing in parked)


def test_objects_of_one_asset_share_a_mesh(built: list[dict[str, Any]]) -> None:
    assert [o["mesh"] for o in things(built[2])] == [ZEBRA, ZEBRA]


def test_nothing_of_earlier_scenes_stays_but_assets(built: list[dict[str, Any]]) -> None:
    assert len(things(built[2])) == 2 and set(built[0]["objects"]).isdisjoint({"Ground.001"})
    assert built[1]["meshes"] == built[0]["meshes"]
    names = [name for account in built for name in (*account["objects"], *account["collections"])]
    assert not any(name.endswith(".001") for name in names if not name.startswith("Parked"))
