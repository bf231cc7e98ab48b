"""Outlines of objects as if alone: against brute force, at the edges of the picture, and against the renderer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labels_world import box_mesh, ox_mesh
from scenes import ACACIA, CAMERA, DIRT, GRANITE, ZEBRA, standing, zebra_scene

from procedural.labels.edges import contour, edges_of
from procedural.labels.shapes import Shape, make_shape, shape_of
from procedural.labels.silhouettes import NEAR, REACH, coverage, cut_near, silhouette
from raw.library import Library
from raw.mesh import Mesh
from raw.render import RenderPool, RenderSettings
from raw.scene import Camera, Ground, Scene, SceneObject

LEVEL = Camera(pitch=90.0, height=1.0, fov=90.0)  # a picture is as high as twice the distance
CRATE = make_shape(box_mesh((-0.5, -0.5, 0.0), (0.5, 0.5, 1.0)), None, 1.0)
UPRIGHT = (2**-0.5, -(2**-0.5), 0.0, 0.0)  # z up to y up


def crate(x: float, y: float, z: float, height: float = 1.0) -> SceneObject:
    """A crate whose base centre is at x, y, z of the camera frame."""
    return SceneObject("boulder", (x, y, z), height, UPRIGHT, "crate/0000")


def brute_force(points: np.ndarray, faces: np.ndarray, width: int, height: int) -> np.ndarray:
    """(H, W) bool: centres of pixels in any triangle of (2, V) points and (3, F) faces, wound either way."""
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    covered = np.zeros((height, width), dtype=bool)
    for corners in points.T[faces.T]:
        (ax, ay), (bx, by), (cx, cy) = corners
        sides = [(px - qx) * (y - qy) - (py - qy) * (x - qx) for px, py, qx, qy in ((bx, by, ax, ay), (cx, cy, bx, by), (ax, ay, cx, cy))]
        covered |= np.all([s > 0 for s in sides], axis=0) | np.all([s < 0 for s in sides], axis=0)
    return covered


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 40))
def test_any_heap_of_triangles_covers_what_brute_force_says(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    points = np.stack([rng.uniform(-1, 1, 30), rng.uniform(-1, 1, 30), rng.uniform(-3, -1, 30)])
    faces = np.array([rng.choice(30, 3, replace=False) for _ in range(count)]).T  # edges with none, one or many neighbours
    spots = np.stack([16 + 14 * points[0] / -points[2], 16 - 14 * points[1] / -points[2]])
    drawn = coverage(spots, *contour(edges_of(points, faces), np.zeros(3)), 24, 32)  # parts lie beyond the right edge
    np.testing.assert_array_equal(drawn, brute_force(spots, faces, 24, 32))


def test_open_sheets_of_either_winding_and_double_faces_are_covered() -> None:
    points = np.array([(-1, -1, -2), (1, -1, -2), (1, 1, -2), (-1, 1, -2)], dtype=np.float64).T
    spots = np.stack([8.01 + 6 * points[0], 8.03 - 6 * points[1]])
    for faces in ([(0, 1, 2), (0, 2, 3)], [(0, 2, 1), (0, 3, 2)], [(0, 1, 2), (0, 3, 2)], [(0, 1, 2), (0, 2, 1)]):
        drawn = coverage(spots, *contour(edges_of(points, np.array(faces).T), np.zeros(3)), 16, 16)
        np.testing.assert_array_equal(drawn, brute_force(spots, np.array(faces).T, 16, 16))
        assert drawn.sum() == 144 if len(np.unique(faces)) == 4 else 60 < drawn.sum() < 80


def test_faces_inside_the_body_are_no_contour() -> None:
    edges = edges_of(CRATE.points, CRATE.faces)
    assert edges.ends.shape == (2, 18) and (edges.faces < 12).all()  # 12 sides and 6 diagonals, two triangles on each
    ends, weights = contour(edges, np.array([0.2, -5.0, 0.5]))
    assert ends.shape == (2, 4) and set(np.abs(weights)) == {2}  # the rim of the front, which is all that shows


def test_a_crate_in_the_middle_is_as_large_as_its_front() -> None:
    drawn = silhouette(CRATE, crate(0, -0.5, -3.5), LEVEL, 96, 96)  # front at 3 m, where the picture is 6 m high
    assert drawn.outside == 0.0
    rows, columns = np.nonzero(drawn.inside)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (40, 55, 40, 55) and drawn.inside.sum() == 256


@pytest.mark.parametrize(("x", "share"), [(3.0, 0.5), (3.25, 0.75), (-3.0, 0.5), (4.0, 1.0), (2.4, 0.0), (60.0, 1.0)])
def test_share_outside_the_frame(x: float, share: float) -> None:
    flat = make_shape(box_mesh((-0.5, -1e-3, 0.0), (0.5, 1e-3, 1.0)), None, 1.0)
    drawn = silhouette(flat, crate(x, -0.5, -3.0), LEVEL, 96, 96)
    assert drawn.outside == pytest.approx(share, abs=0.04)
    assert drawn.inside.sum() == pytest.approx(256 * (1 - share), abs=17)


def test_a_wall_larger_than_the_picture_counts_as_far_as_it_reaches() -> None:
    wall = silhouette(CRATE, crate(0, -100.0, -101.0, 200.0), LEVEL, 64, 48)  # fills all that can be seen
    assert wall.inside.all() and wall.outside == pytest.approx(1 - 1 / (1 + 2 * REACH) ** 2, abs=0.005)


def test_what_lies_behind_the_camera_counts_nowhere() -> None:
    hidden = silhouette(CRATE, crate(0, -0.5, 3.0), LEVEL, 32, 32)
    assert not hidden.inside.any() and hidden.outside == 1.0
    floor = silhouette(CRATE, crate(0, -20.5, -5.0, 20.0), LEVEL, 40, 40)  # its top 0.5 m under the camera, from 5 m behind on
    assert floor.inside[21:].all() and not floor.inside[:20].any()  # up to 15 m ahead, just under the horizon


def test_triangles_are_cut_at_the_near_plane() -> None:
    points = np.array([(0, 0, -2.0), (1, 0, 1.0), (-1, 0, 1.0), (0, 1, -2.0), (0, 2, 5.0)]).T
    faces = np.array([(0, 1, 2), (0, 3, 1), (1, 2, 4)]).T  # one corner before the plane, two, none
    cut, triangles = cut_near(points, faces)
    assert triangles.shape == (3, 3) and cut[2].max() == pytest.approx(-NEAR)
    area = np.linalg.norm(np.cross(*(cut.T[triangles[i]] - cut.T[triangles[0]] for i in (1, 2))), axis=1).sum() / 2
    share = (2 - NEAR) / 3  # of the way from the tip to the plane
    assert area == pytest.approx(3 * share**2 + 0.5 * np.sqrt(10) * (1 - (1 - share) ** 2))


@pytest.mark.render
def test_the_shape_of_an_asset_is_read_once(tiny_library: Library) -> None:
    first = shape_of(tiny_library, ZEBRA)
    assert shape_of(tiny_library, ZEBRA) is first and shape_of(Library.open(tiny_library.folder), ZEBRA) is not first
    assert first.bytes < 3e6 and first.points.shape[0] == first.faces.shape[0] == first.joints.shape[0] == 3


def test_an_empty_mesh_shows_nothing() -> None:
    empty = Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32), np.zeros((0, 3), np.uint8))
    assert not silhouette(make_shape(empty, None, 1.0), crate(0, 0, -3), LEVEL, 16, 16).inside.any()


def alone(pool: RenderPool, library: Library, thing: SceneObject, camera: Camera = CAMERA) -> tuple[np.ndarray, np.ndarray]:
    """Where the renderer and the silhouette see a thing alone on flat ground."""
    settings = RenderSettings(160, 96, samples=1)
    drawn = pool.render(Scene(camera=camera, ground=Ground(DIRT), objects=(thing,)), settings).index == 1
    return drawn, silhouette(shape_of(library, thing.appearance), thing, camera, 160, 96).inside


STANDING = {
    "zebra": ("herbivore", ZEBRA, (0.3, 6.0), 1.5),
    "acacia": ("tree", ACACIA, (-2.0, 9.0), 5.0),
    "granite": ("boulder", GRANITE, (-1.0, 3.0), 1.2),
    "acacia that the frame cuts": ("tree", ACACIA, (1.0, 2.0), 9.0),
}


@pytest.mark.render
@pytest.mark.parametrize(("category", "asset", "place", "height"), STANDING.values(), ids=STANDING)
def test_silhouette_is_what_the_renderer_draws(
    render_pool: RenderPool, tiny_library: Library, category: str, asset: str, place: tuple[float, float], height: float
) -> None:
    drawn, mask = alone(render_pool, tiny_library, standing(category, asset, place, height, 60.0))
    assert drawn.sum() > 300
    assert mask.sum() == pytest.approx(drawn.sum(), rel=0.03)
    assert (mask & drawn).sum() > 0.94 * (mask | drawn).sum()


@pytest.mark.render
def test_what_stands_behind_is_occluded_by_as_much_as_the_renderer_hides(render_pool: RenderPool, tiny_library: Library) -> None:
    zebra, rock = zebra_scene().objects[0], standing("boulder", GRANITE, (0.5, 4.0), 1.6)
    before, _ = alone(render_pool, tiny_library, zebra)
    settings = RenderSettings(160, 96, samples=1)
    index = render_pool.render(replace(zebra_scene(), objects=(zebra, rock)), settings).index
    mask = silhouette(shape_of(tiny_library, ZEBRA), zebra, CAMERA, 160, 96).inside
    hidden = 1 - (index == 1).sum() / mask.sum()
    assert 0.2 < hidden < 0.9 and hidden == pytest.approx(1 - (index == 1).sum() / before.sum(), abs=0.02)


def test_ox_of_overlapping_boxes_is_one_outline() -> None:
    shape: Shape = make_shape(ox_mesh(), None, 1.5)
    thing = SceneObject("herbivore", (0.3, -0.8, -5.0), 1.5, UPRIGHT, "ox/0000")
    points = shape.placed(shape.points.astype(np.float64), thing)
    spots = np.stack([48 + 48 * points[0] / -points[2], 48 - 48 * points[1] / -points[2]])
    np.testing.assert_array_equal(silhouette(shape, thing, LEVEL, 96, 96).inside, brute_force(spots, shape.faces, 96, 96))
