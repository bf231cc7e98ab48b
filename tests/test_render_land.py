"""Many cameras on one land: what stays between pictures, what does not depend on it, and what the preview stops."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import DIRT, zebra_scene

from raw.language import quantized
from raw.library import Library
from raw.mesh import GroundMaterial
from raw.render import NotSeen, Rendering, RenderPool, RenderSettings
from raw.render.ground_mesh import ground_mesh
from raw.render.land import Stage
from raw.scene import Ground, Scene

SMALL = RenderSettings(48, 48, samples=2)
LAND = Ground(DIRT, relief=0.8, phase=(30.0, -12.0, 130.0), seed=5)


def test_stage_puts_a_camera_without_phase_at_its_origin() -> None:
    matrix = Stage(Ground(DIRT, relief=2.0, seed=3)).matrix
    np.testing.assert_allclose(matrix, np.eye(4), atol=1e-12)


def test_two_cameras_agree_on_where_a_place_of_the_land_is() -> None:
    """A camera at 30, -12 and one that stands 7 m east of it and looks another way."""
    here, there = Stage(LAND), Stage(replace(LAND, phase=(37.0, -12.0, 10.0)))
    assert here.origin == there.origin
    east = np.array([np.sin(np.radians(90 - 130.0)), np.cos(np.radians(90 - 130.0)), 0.0]) * 7.0  # seen by the first camera
    seen = here.matrix @ np.array([*east, 1.0])
    np.testing.assert_allclose(seen[:2], there.matrix[:2, 3], atol=1e-9)
    far = Stage(replace(LAND, phase=(400.0, 0.0, 0.0)))
    assert far.origin != here.origin and np.abs(far.matrix[:2, 3]).max() <= 160


def on_land(heading: float) -> Scene:
    """The same things around a camera that looks another way over the same land; the sun stays where it is."""
    scene = zebra_scene()
    sky = replace(scene.sky, sun_rotation=(200.0 - heading) % 360)
    return quantized(replace(scene, ground=replace(LAND, phase=(30.0, -12.0, heading)), sky=sky))


@pytest.mark.render
def test_a_picture_does_not_depend_on_those_before_it(tiny_library: Library) -> None:
    """Bit for bit, though ground, sky and meshes are those of the picture before."""
    with RenderPool(tiny_library.folder) as pool:
        views = [pool.render(on_land(heading), SMALL) for heading in (20.0, 130.0, 250.0)]
        assert all(drawn.timings["build"] > 0 for drawn in views)
    for heading, drawn in zip((250.0, 130.0), (views[2], views[1]), strict=True):
        with RenderPool(tiny_library.folder) as fresh:
            alone = fresh.render(on_land(heading), SMALL)
        np.testing.assert_array_equal(drawn.image, alone.image)
        np.testing.assert_array_equal(drawn.index, alone.index)


@pytest.mark.render
def test_what_is_strewn_outside_of_the_picture_does_not_show_in_it(render_pool: RenderPool, tmp_path: Path) -> None:
    """A saved scene has all of it, and the same picture, bit for bit; here the sun is low and shadows are long."""
    scene = on_land(60.0)
    scene = quantized(replace(scene, sky=replace(scene.sky, sun_elevation=25.0)))
    cut, whole = render_pool.render(scene, SMALL), render_pool.render(scene, replace(SMALL, blend=tmp_path / "whole.blend"))
    np.testing.assert_array_equal(cut.image, whole.image)
    np.testing.assert_array_equal(cut.index, whole.index)


@pytest.mark.render
def test_a_subject_that_hardly_shows_is_not_drawn(render_pool: RenderPool) -> None:
    whole = render_pool.render(zebra_scene(), SMALL)
    size = whole.pixels(0)
    wanted = replace(SMALL, subject=0, subject_pixels=size // 2)
    previewed = render_pool.render(zebra_scene(), wanted)
    assert previewed.pixels(0) == size
    np.testing.assert_array_equal(previewed.image, whole.image)  # the sun, which previews do without, shines again
    with pytest.raises(NotSeen, match="object 0 shows too little"):
        render_pool.render(zebra_scene(), replace(wanted, subject_pixels=3 * size))
    smallest = int(np.argmin([whole.pixels(i) for i in range(3)]))
    assert render_pool.render(zebra_scene(), replace(SMALL, max_objects=1, subject=smallest)).kept == (smallest,)


def front(drawn: Rendering) -> np.ndarray:
    return drawn.normal[drawn.index == 1]


@pytest.mark.render
def test_normals_are_those_of_the_camera(render_pool: RenderPool) -> None:
    scene = replace(zebra_scene(), ground=replace(LAND, relief=0.0))
    drawn = render_pool.render(scene, replace(SMALL, normals=True))
    assert render_pool.render(scene, SMALL).normal is None
    assert drawn.normal.shape == (48, 48, 3) and not drawn.normal[drawn.index == 0].any()
    length = np.linalg.norm(drawn.normal[drawn.index == 255], axis=-1)
    np.testing.assert_allclose(length, 1, atol=1e-4)
    pitch = np.radians(scene.camera.pitch)
    level = drawn.normal[(drawn.index == 255) & (drawn.depth < 15)].mean(axis=0)
    np.testing.assert_allclose(level / np.linalg.norm(level), (0, np.sin(pitch), np.cos(pitch)), atol=0.08)  # flat ground looks up
    assert front(drawn)[:, 2].mean() > 0.4  # what is seen of a body looks at the camera


@pytest.mark.render
def test_full_bounces_light_what_is_in_shade(render_pool: RenderPool) -> None:
    """Both ways of light give about the same brightness; they are not the same picture."""
    quick = render_pool.render(zebra_scene(), replace(SMALL, samples=16))
    full = render_pool.render(zebra_scene(), replace(SMALL, samples=16, bounces=3))
    again = render_pool.render(zebra_scene(), replace(SMALL, samples=16))
    np.testing.assert_array_equal(quick.image, again.image)
    body = quick.index == 1
    assert (quick.image != full.image).mean() > 0.2
    assert abs(quick.image[body].mean() - full.image[body].mean()) < 25


def test_ground_mesh_is_level_with_the_terrain() -> None:
    """Things stand on the terrain's own height, so the mesh must not stray from it where they stand."""
    stage = Stage(replace(LAND, relief=1.5))
    palette = np.array([[90, 80, 60], [120, 110, 90]], dtype=np.uint8)
    mesh, patch = ground_mesh(GroundMaterial(palette, 3.0, 0.2, 0.9, ()), stage)
    assert patch.shape == (len(mesh.vertices),) and mesh.vertices.shape == mesh.colors.shape
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    middle = corners.mean(axis=1)
    near = np.hypot(middle[:, 0], middle[:, 1]) < 60
    off = middle[near, 2] - stage.terrain.height(middle[near, 0], middle[near, 1])
    assert np.abs(off).max() < 0.06
    up = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 2]
    assert (up > 0).all() and np.ptp(mesh.vertices[:, 0]) > 3000
