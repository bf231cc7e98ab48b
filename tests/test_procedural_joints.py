"""Joints in pictures: where they are, what hides them, and which bones join them."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest
from labels_world import OX, box_library, ox_mesh, painted
from scenes import CAMERA, DIRT, ZEBRA, in_camera_frame, standing

import procedural.assets.species as species
from procedural.assets.bird_shape import BirdShape
from procedural.assets.birds import assemble
from procedural.assets.quadruped import skeleton_of
from procedural.assets.quadruped_shape import QuadrupedShape
from procedural.labels.joints import HIDDEN, NOWHERE, OUTSIDE, SEEN, Joints, bones, joints_of
from procedural.labels.shapes import shape_of
from raw.geometry import project
from raw.library import Library
from raw.render import RenderPool, RenderSettings
from raw.scene import Camera, Ground, Scene, SceneObject

SIZE = 120
FRONT, LEFT_SIDE = 0.0, 270.0  # yaws: which side of the ox is turned to the camera


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return box_library(tmp_path_factory.mktemp("boxes"))


def ox(x: float = 0.0, y: float = 6.0, yaw: float = LEFT_SIDE, height: float = 1.5) -> SceneObject:
    return standing("herbivore", OX, (x, y), height, yaw)


def seen(library: Library, thing: SceneObject, *others: SceneObject) -> dict[str, int]:
    """Visibility by joint of a thing among others."""
    index, depth = painted(Scene(camera=CAMERA, objects=(thing, *others)), library, SIZE, SIZE)
    joints = joints_of(shape_of(library, OX), thing, CAMERA, index == 1, depth)
    return dict(zip(joints.names, joints.visible.tolist(), strict=True))


def test_joints_are_placed_as_the_mesh_is(library: Library) -> None:
    thing = ox(0.5, 7.0, 37.0, 3.1)
    joints = joints_of(shape_of(library, OX), thing, CAMERA, np.zeros((8, 12), bool), np.ones((8, 12)))
    rig, tall = library.rig(OX), np.array([[0, 0, 1.5]], dtype=np.float32)
    expected = in_camera_frame(thing, np.concatenate([rig.positions, tall]))[:-1]
    np.testing.assert_allclose(joints.locations, expected, atol=1e-5)
    np.testing.assert_allclose(joints.spots, project(expected, CAMERA.fov, 12 / 8), atol=1e-5)
    assert joints.names == rig.names and joints.names[0] == "trunk"


def test_the_near_side_hides_the_far_side(library: Library) -> None:
    side = seen(library, ox())
    assert side["fore1_l"] == side["fore0_l"] == side["trunk"] == side["tail"] == side["chest"] == SEEN
    assert side["fore1_r"] == side["fore0_r"] == HIDDEN
    other = seen(library, ox(yaw=LEFT_SIDE - 180))
    assert (other["fore1_l"], other["fore1_r"], other["fore0_l"], other["fore0_r"]) == (HIDDEN, SEEN, HIDDEN, SEEN)


def test_from_the_front_the_chest_hides_the_trunk(library: Library) -> None:
    front = seen(library, ox(yaw=FRONT))
    assert front["chest"] == front["fore1_l"] == front["fore1_r"] == SEEN
    assert front["trunk"] == front["tail"] == HIDDEN


def test_other_things_hide_joints(library: Library) -> None:
    thing, crate = ox(), standing("boulder", "crate/0000", (-0.45, 3.5), 0.9)  # before the fore legs, not the trunk
    free, behind = seen(library, thing), seen(library, thing, crate)
    assert free["fore1_l"] == SEEN and behind["fore1_l"] == HIDDEN and behind["trunk"] == SEEN


def test_joints_out_of_the_picture(library: Library) -> None:
    shape, none = shape_of(library, OX), (np.zeros((9, 9), bool), np.ones((9, 9)))
    behind = joints_of(shape, ox(0.0, -5.0), CAMERA, *none)
    assert (behind.visible == OUTSIDE).all() and (behind.spots == NOWHERE).all() and (behind.locations[:, 2] > 0).all()
    beside = joints_of(shape, ox(9.0, 6.0), CAMERA, *none)
    assert (beside.visible == OUTSIDE).all() and (beside.spots[:, 0] > 1).all()
    assert (joints_of(shape, ox(), CAMERA, *none).visible == HIDDEN).all()  # in the picture, and nothing of the ox shows
    bare = joints_of(shape_of(library, "crate/0000"), replace(ox(), appearance="crate/0000"), CAMERA, *none)
    assert bare.names == () and bare.locations.shape == (0, 3) and bare.spots.shape == (0, 2) and bare.visible.shape == (0,)


def test_a_joint_close_to_the_camera_is_an_error_of_nothing(library: Library) -> None:
    """A camera inside the ox sees skin from within, and gets labels all the same."""
    inside = joints_of(shape_of(library, OX), ox(0.0, 0.1), Camera(90.0, 1.1, 60.0), np.ones((9, 9), bool), np.full((9, 9), 0.3))
    assert set(inside.visible) <= {OUTSIDE, HIDDEN, SEEN} and np.isfinite(inside.spots).all()


def shapes_of(kind: type) -> list[tuple[str, object]]:
    """All named proportions of animals of the species' modules."""
    modules = [import_module(f"{species.__name__}.{found.name}") for found in iter_modules(species.__path__)]
    return sorted({name: value for m in modules for name, value in vars(m).items() if isinstance(value, kind)}.items())


@pytest.mark.parametrize("name, shape", shapes_of(QuadrupedShape), ids=lambda value: value if isinstance(value, str) else "")
def test_bones_of_four_legged_animals_are_known_by_their_names(name: str, shape: QuadrupedShape) -> None:
    check_bones(skeleton_of(replace(shape, height=1.0)).parents)


@pytest.mark.parametrize("name, shape", shapes_of(BirdShape), ids=lambda value: value if isinstance(value, str) else "")
def test_bones_of_birds_are_known_by_their_names(name: str, shape: BirdShape) -> None:
    for pose in ("stand", "fly", "perch"):
        check_bones(assemble(replace(shape, pose=pose)).parents)


def check_bones(parents: dict[str, str | None]) -> None:
    names = tuple(parents)
    assert len(names) > 8
    assert set(bones(names)) == {(names.index(parent), names.index(name)) for name, parent in parents.items() if parent}


def test_unknown_names_have_no_bones() -> None:
    assert bones(("trunk", "wheel", "arms", "fore1_l", "neck9")) == ()
    assert bones(("trunk", "chest", "neck", "head", "eye_l")) == ((0, 1), (1, 2), (2, 3), (3, 4))


def drawn_joints(pool: RenderPool, library: Library, yaw: float) -> tuple[Joints, np.ndarray]:
    thing = standing("herbivore", ZEBRA, (0.0, 4.0), 1.4, yaw)
    drawn = pool.render(Scene(camera=CAMERA, ground=Ground(DIRT), objects=(thing,)), RenderSettings(160, 160, samples=1))
    return joints_of(shape_of(library, ZEBRA), thing, CAMERA, drawn.index == 1, drawn.depth), drawn.index == 1


@pytest.mark.render
def test_joints_of_a_drawn_zebra(render_pool: RenderPool, tiny_library: Library) -> None:
    for yaw, near, far in ((LEFT_SIDE, "l", "r"), (LEFT_SIDE - 180, "r", "l")):
        joints, own = drawn_joints(render_pool, tiny_library, yaw)
        visible = dict(zip(joints.names, joints.visible.tolist(), strict=True))
        assert (joints.visible != OUTSIDE).all()
        assert visible["trunk"] == visible["head"] == visible["neck"] == visible["tail"] == SEEN
        assert [visible[f"{part}_{near}"] for part in ("eye", "fore2", "fore3", "hind1", "hind2", "hind3")] == [SEEN] * 6
        assert visible[f"eye_{far}"] == HIDDEN and visible[f"hind0_{far}"] == HIDDEN
        spots = (joints.spots[joints.visible == SEEN] * 160).astype(int)
        assert own[spots[:, 1], spots[:, 0]].all()


def test_lists_of_a_library_with_other_rigs(tmp_path: Path) -> None:
    library = box_library(tmp_path)
    assert shape_of(library, "crow/0000").names == ("head", "beak") and len(ox_mesh().faces) == 60
