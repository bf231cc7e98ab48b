"""The executor from outside: what is in its pictures and files, and what it does when a worker fails."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import ACACIA, CAMERA, DIRT, GRANITE, blender, in_camera_frame, standing, zebra_scene

from raw.geometry import camera_to_world, horizon, project
from raw.language import parse, write
from raw.library import Library
from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from raw.scene import Camera, Ground, Scene, Sky
from raw.terrain import Terrain

pytestmark = pytest.mark.render
SMALL = RenderSettings(64, 64, samples=2)
ENDLESS = RenderSettings(4096, 4096, samples=65536)
TINY = RenderSettings(8, 8, samples=1)
EMPTY = Scene(ground=Ground(DIRT))


def same(a: Rendering, b: Rendering) -> bool:
    return bool((a.image == b.image).all() and (a.index == b.index).all() and (a.depth == b.depth).all())


def luminance(rendering: Rendering, where: np.ndarray) -> float:
    assert where.sum() > 50, "the test looks at too few pixels"
    return float(rendering.image[where].mean())


@pytest.fixture(scope="module")
def zebra(render_pool: RenderPool) -> Rendering:
    return render_pool.render(zebra_scene(), SMALL)


def test_rendering_has_the_asked_size(render_pool: RenderPool) -> None:
    drawn = render_pool.render(zebra_scene(), RenderSettings(40, 24, samples=1))
    assert drawn.image.shape == (24, 40, 3) and drawn.index.shape == drawn.depth.shape == (24, 40)
    assert drawn.image.dtype == drawn.index.dtype == np.uint8 and drawn.depth.dtype == np.float32
    assert drawn.timings["build"] > 0 and drawn.timings["render"] > 0 and drawn.memory_mb > 50 and drawn.device


@pytest.mark.parametrize("camera", [CAMERA, Camera(pitch=70.0, height=5.0, fov=60.0)], ids=["level", "from above"])
def test_objects_are_drawn_where_their_projection_is(render_pool: RenderPool, tiny_library: Library, camera: Camera) -> None:
    settings = RenderSettings(120, 80, samples=1)
    scene = zebra_scene(camera=camera)
    drawn = render_pool.render(scene, settings)
    for i, thing in enumerate(scene.objects):
        spots = project(in_camera_frame(thing, tiny_library.mesh(thing.appearance).vertices), camera.fov, 120 / 80)
        expected = np.concatenate([spots.min(axis=0), spots.max(axis=0)]).clip(0, 1)
        np.testing.assert_allclose(drawn.box(i), expected, atol=2.5 / 80)
        assert drawn.pixels(i) == (drawn.index == i + 1).sum() > 20


def test_depth_is_the_distance_along_the_axis(zebra: Rendering) -> None:
    for i, thing in enumerate(zebra_scene().objects[:2]):
        assert np.median(zebra.depth[zebra.index == i + 1]) == pytest.approx(-thing.location[2], abs=0.6)
    ground = np.argwhere(zebra.index == 255)
    rows, columns = ground[ground[:, 0] > 45].T
    down = np.radians(90 - CAMERA.pitch) + np.arctan(((rows + 0.5) / 64 * 2 - 1) * np.tan(np.radians(CAMERA.fov / 2)))
    flat = CAMERA.height / np.sin(down) * np.cos(down - np.radians(90 - CAMERA.pitch))  # where the pixel's ray meets the plane
    assert np.median(np.abs(zebra.depth[rows, columns] / flat - 1)) < 0.03
    assert np.isinf(zebra.depth[zebra.index == 0]).all() and np.isfinite(zebra.depth[zebra.index > 0]).all()


@pytest.mark.parametrize("camera", [Camera(80.0, 1.6, 45.0), Camera(95.0, 1.6, 30.0)])
def test_horizon_is_at_its_height(render_pool: RenderPool, camera: Camera) -> None:
    sky = render_pool.render(replace(EMPTY, camera=camera), SMALL).index == 0
    assert sky.sum(axis=0) / 64 == pytest.approx(np.full(64, horizon(camera.pitch, camera.fov)), abs=1.5 / 64)


def test_nearer_things_hide_farther_ones(render_pool: RenderPool) -> None:
    boulder = standing("boulder", GRANITE, (0.0, 8.0), 2.0)
    hidden = standing("boulder", GRANITE, (0.0, 30.0), 1.0)
    drawn = render_pool.render(Scene(camera=CAMERA, ground=Ground(DIRT), objects=(hidden, boulder)), SMALL)
    assert drawn.pixels(0) == 0 and drawn.box(0) is None and drawn.pixels(1) > 200


def test_ground_has_the_height_that_terrain_says(render_pool: RenderPool) -> None:
    """Every ground pixel, sent back along its ray to its depth, lies on the function that labels come from."""
    ground = Ground(DIRT, 2.5, (35.0, -20.0, 130.0), seed=4)
    camera = Camera(pitch=80.0, height=4.0, fov=55.0)
    drawn = render_pool.render(Scene(camera=camera, ground=ground), SMALL)
    rows, columns = np.nonzero((drawn.index == 255) & (drawn.depth < 40))
    half = np.tan(np.radians(camera.fov / 2))
    rays = np.stack([((columns + 0.5) / 32 - 1) * half, (1 - (rows + 0.5) / 32) * half, -np.ones(len(rows))])
    x, y, z = camera_to_world(camera.pitch) @ (rays * drawn.depth[rows, columns])
    height = Terrain(ground).height(x, y)
    assert len(rows) > 1000 and np.ptp(height) > 0.5
    assert np.median(np.abs(z + camera.height - height)) < 0.06


def test_the_program_is_all_that_is_drawn(render_pool: RenderPool, zebra: Rendering) -> None:
    scene = zebra_scene()
    assert same(render_pool.render(parse(write(scene)), SMALL), zebra)


def test_pictures_repeat_whatever_was_drawn_between(render_pool: RenderPool, zebra: Rendering) -> None:
    other = render_pool.render(zebra_scene(sky=Sky(density=0.05, strength=0.4, sun_elevation=8.0, dust=5.0)), SMALL)
    assert not same(other, zebra) and (other.index == zebra.index).all()
    render_pool.render(zebra_scene(), replace(SMALL, min_pixels=10_000))
    assert same(render_pool.render(zebra_scene(), SMALL), zebra)


def test_sampler_seed_changes_the_noise_only(render_pool: RenderPool, zebra: Rendering) -> None:
    other = render_pool.render(zebra_scene(), replace(SMALL, seed=1))
    assert (other.image != zebra.image).any()
    assert other.image.mean() == pytest.approx(zebra.image.mean(), rel=0.03)


def test_order_of_objects_changes_nothing_but_their_index(render_pool: RenderPool, zebra: Rendering) -> None:
    scene = zebra_scene()
    turned = render_pool.render(replace(scene, objects=scene.objects[::-1]), SMALL)
    assert (turned.image == zebra.image).all()
    assert (turned.index == np.choose(np.minimum(zebra.index, 4), [0, 3, 2, 1, 255])).all()


def test_sky_is_brighter_than_the_ground(zebra: Rendering) -> None:
    assert luminance(zebra, zebra.index == 0) > 1.15 * luminance(zebra, zebra.index == 255)
    assert zebra.image[zebra.index == 0][:, 2].mean() > zebra.image[zebra.index == 0][:, 0].mean()  # and blue


def test_light_follows_sun_and_sky(render_pool: RenderPool) -> None:
    everything = np.ones((64, 64), dtype=bool)
    weak, strong = (render_pool.render(zebra_scene(sky=Sky(sun_intensity=s)), SMALL) for s in (0.3, 2.0))
    assert luminance(strong, strong.index == 255) > 1.2 * luminance(weak, weak.index == 255)
    dim, bright = (render_pool.render(zebra_scene(sky=Sky(sun_intensity=0, strength=s)), SMALL) for s in (0.1, 0.4))
    assert luminance(bright, everything) > 1.2 * luminance(dim, everything)


def test_sun_lights_the_side_that_it_stands_on(render_pool: RenderPool) -> None:
    """A boulder's left half is the brighter one under a low sun from the left, and the other way round."""
    scene = Scene(camera=CAMERA, ground=Ground(DIRT), objects=(standing("boulder", GRANITE, (0.0, 8.0), 2.0),))
    ratios = []
    for rotation in (-90.0, 90.0):
        drawn = render_pool.render(replace(scene, sky=Sky(sun_elevation=15.0, sun_rotation=rotation, sun_intensity=2.0)), SMALL)
        rock, left = drawn.index == 1, np.arange(64)[None, :] < 32
        ratios.append(luminance(drawn, rock & left) / luminance(drawn, rock & ~left))
    assert ratios[0] > 1.15 and ratios[1] < 1 / 1.15


def test_haze_pulls_the_far_ground_to_the_sky(render_pool: RenderPool) -> None:
    distances = []
    for density in (0.0, 0.004, 0.04):
        drawn = render_pool.render(replace(EMPTY, sky=Sky(density=density)), SMALL)
        row = int((drawn.index == 0).sum(axis=0).max())
        sky = drawn.image[row - 4 : row - 1].mean(axis=(0, 1))
        far = drawn.image[(drawn.index == 255) & (drawn.depth > 40)].mean(axis=0)
        distances.append(float(np.linalg.norm(far - sky)))
    assert distances[0] > 1.15 * distances[1] > 1.3 * distances[2]
    assert distances[2] < 0.35 * distances[0]


def test_objects_that_hardly_show_are_left_out(render_pool: RenderPool) -> None:
    large = replace(SMALL, width=192, height=192)  # a preview has a ninth of the pixels, and errs by some
    whole = render_pool.render(zebra_scene(), large)
    areas = [whole.pixels(i) for i in range(3)]
    assert whole.kept == (0, 1, 2) and sorted(set(areas)) == sorted(areas)
    middle, smallest = sorted(areas)[1], int(np.argmin(areas))
    pruned = render_pool.render(zebra_scene(), replace(large, min_pixels=middle - 9 * 15))
    others = tuple(i for i in range(3) if i != smallest)
    assert pruned.kept == others and pruned.pixels(smallest) == 0
    alone = render_pool.render(replace(zebra_scene(), objects=tuple(zebra_scene().objects[i] for i in others)), large)
    assert (pruned.image == alone.image).all()
    assert render_pool.render(zebra_scene(), replace(large, max_objects=1)).kept == (int(np.argmax(areas)),)
    assert render_pool.render(zebra_scene(), replace(large, max_objects=0)).kept == ()


def test_blend_file_opens_with_everything_named(render_pool: RenderPool, tmp_path: Path) -> None:
    scene, path = zebra_scene(), tmp_path / "scene.blend"
    render_pool.render(scene, replace(TINY, blend=path))
    account = blender("open", path)
    assert {"Environment", "Herbivore", "Boulder", "Tree"} == set(account["collections"])
    assert account["collections"]["Herbivore"] == ["000 zebra"]
    assert np.degrees(account["camera"]["fov"]) == pytest.approx(CAMERA.fov, abs=1e-4)
    assert account["camera"]["looks"] == pytest.approx(-camera_to_world(CAMERA.pitch)[:, 2], abs=1e-6)
    assert account["sun"]["energy"] > 0 and account["haze"] == pytest.approx(scene.sky.density)
    acacia = account["objects"]["002 acacia"]
    assert acacia["asset"] == ACACIA and acacia["colors"] == acacia["vertices"] > 100
    assert account["objects"]["000 zebra"]["material"].startswith("Coat ") and acacia["material"] == "Matter"
    assert [p.name for p in tmp_path.iterdir()] == ["scene.blend"]


def test_glb_file_has_meshes_colours_camera_and_sun(render_pool: RenderPool, tmp_path: Path, zebra: Rendering) -> None:
    path = tmp_path / "scene.glb"
    render_pool.render(zebra_scene(), replace(TINY, glb=path))
    data = path.read_bytes()
    magic, version, total, length, kind = struct.unpack("<4sIII4s", data[:20])
    assert (magic, version, total, kind) == (b"glTF", 2, len(data), b"JSON")
    document = json.loads(data[20 : 20 + length])
    named = {node["name"]: node for node in document["nodes"]}
    for name in ("000 zebra", "001 granite", "002 acacia", "Ground"):
        for piece in document["meshes"][named[name]["mesh"]]["primitives"]:
            assert {"POSITION", "COLOR_0"} <= set(piece["attributes"]) and "material" in piece
    assert document["cameras"][0]["perspective"]["yfov"] == pytest.approx(np.radians(CAMERA.fov), abs=1e-4)
    assert document["extensions"]["KHR_lights_punctual"]["lights"][0]["type"] == "directional"
    assert named["000 zebra"]["translation"] == pytest.approx((0.6, 0.0, -7.0), abs=2e-3)  # y is up in glTF
    assert named["000 zebra"]["extras"]["asset"] == "zebra/0000"
    assert same(render_pool.render(zebra_scene(), SMALL), zebra)  # the export puts the haze back


def test_bad_scenes_are_refused_by_name_and_the_worker_goes_on(render_pool: RenderPool) -> None:
    def objects(**changes: object) -> Scene:
        return Scene(ground=Ground(DIRT), objects=(replace(standing("boulder", GRANITE, (0, 5), 1.0), **changes),))

    worker = process(render_pool)
    for scene, message in (
        (objects(appearance="granite/0042"), "'granite/0042' is not in the library"),
        (objects(appearance=DIRT), "'dirt/0000' is a ground"),
        (objects(appearance=None), "object 0 .boulder. has no asset id"),
        (objects(rotation=None), "object 0 .boulder. has no rotation"),
        (Scene(ground=Ground(GRANITE)), "'granite/0000' is an object, not a ground"),
        (Scene(), "set_ground has no asset id"),
    ):
        with pytest.raises(RenderError, match=message) as caught:
            render_pool.render(scene, TINY)
        assert "Traceback" not in str(caught.value)
    assert render_pool.render(EMPTY, TINY).image.shape == (8, 8, 3)
    assert process(render_pool) == worker


def test_map_keeps_the_order_and_puts_failures_in_their_place(render_pool: RenderPool) -> None:
    jobs = [(replace(EMPTY, ground=Ground("yeti/0000")) if i == 2 else EMPTY, replace(TINY, width=8 + i)) for i in range(6)]
    results = list(render_pool.map(iter(jobs)))
    assert isinstance(results[2], RenderError) and "yeti/0000" in str(results[2])
    assert [r.image.shape[1] for i, r in enumerate(results) if i != 2] == [8, 9, 11, 12, 13]


@pytest.mark.parametrize(("field", "value"), [("width", 7), ("height", 9000), ("samples", 0)])
def test_settings_out_of_range_are_refused(field: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{field} is {value}; allowed"):
        RenderSettings(**{field: value})


def test_pool_needs_a_worker(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="workers is 0"):
        RenderPool(tmp_path, workers=0)


def test_library_that_is_none_is_an_error_not_a_hang(tmp_path: Path) -> None:
    with RenderPool(tmp_path) as pool, pytest.raises(RenderError, match="is no asset library"):
        pool.render(EMPTY, TINY)


def process(pool: RenderPool) -> int | None:
    """Process id of the worker that waits for the next job; None if the next job starts one."""
    worker = pool._idle.queue[0]
    return worker.process.pid if worker else None


@pytest.fixture(scope="module")
def mortal_pool(tiny_library: Library) -> Iterator[RenderPool]:
    """A pool whose workers are killed; each test leaves a working one."""
    with RenderPool(tiny_library.folder, timeout_s=60) as pool:
        yield pool


def test_killed_worker_fails_its_scene_alone(mortal_pool: RenderPool) -> None:
    mortal_pool.render(EMPTY, TINY)
    victim = process(mortal_pool)
    lost, after = mortal_pool.submit(EMPTY, ENDLESS), mortal_pool.submit(EMPTY, TINY)
    time.sleep(0.3)
    os.kill(victim, signal.SIGKILL)
    with pytest.raises(RenderError, match="ended with code -9"):
        lost.result(timeout=60)
    assert after.result(timeout=60).image.shape == (8, 8, 3)
    assert process(mortal_pool) != victim


def test_worker_killed_while_idle_fails_one_scene(mortal_pool: RenderPool) -> None:
    mortal_pool.render(EMPTY, TINY)
    worker = mortal_pool._idle.queue[0].process
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    with pytest.raises(RenderError, match="ended with code -9"):
        mortal_pool.submit(EMPTY, TINY).result(timeout=60)
    assert mortal_pool.submit(EMPTY, TINY).result(timeout=60).image.shape == (8, 8, 3)


def test_worker_that_takes_too_long_is_ended(tiny_library: Library) -> None:
    with RenderPool(tiny_library.folder, timeout_s=4) as pool:
        slow, after = pool.submit(EMPTY, ENDLESS), pool.submit(EMPTY, TINY)
        with pytest.raises(RenderError, match="no answer in 4 s"):
            slow.result(timeout=60)
        assert after.result(timeout=60).image.shape == (8, 8, 3)


def test_worker_is_replaced_after_its_share_of_scenes(tiny_library: Library) -> None:
    with RenderPool(tiny_library.folder, recycle_after=2) as pool:
        first = process(pool)
        pool.render(EMPTY, TINY)
        assert process(pool) == first
        pool.render(EMPTY, TINY)
        assert process(pool) is None
        assert pool.render(EMPTY, TINY).image.shape == (8, 8, 3)
        second = pool._idle.queue[0].process
        assert second.pid != first
    assert second.poll() is not None  # closing ends the workers


def test_glb_of_a_ground_with_a_shader_keeps_its_vertex_colours(render_pool: RenderPool, tiny_library: Library, tmp_path: Path) -> None:
    path, scene = tmp_path / "scene.glb", Scene(ground=Ground(DIRT))
    assert tiny_library.ground(DIRT).surface
    before = render_pool.render(scene, SMALL)
    render_pool.render(scene, replace(TINY, glb=path))
    data = path.read_bytes()
    document = json.loads(data[20 : 20 + struct.unpack("<I", data[12:16])[0]])
    [ground] = [node for node in document["nodes"] if node["name"] == "Ground"]
    [piece] = document["meshes"][ground["mesh"]]["primitives"]
    assert "COLOR_0" in piece["attributes"] and "normalTexture" not in document["materials"][piece["material"]]
    assert same(render_pool.render(scene, SMALL), before)  # and the shader comes back


def test_usd_file_shows_the_vertex_colours(render_pool: RenderPool, tiny_library: Library, tmp_path: Path) -> None:
    usd, shade = pytest.importorskip("pxr.Usd"), pytest.importorskip("pxr.UsdShade")
    path = tmp_path / "scene.usdc"
    render_pool.render(zebra_scene(), replace(TINY, usd=path))
    stage = usd.Stage.Open(str(path))
    prims = {prim.GetName(): prim for prim in stage.Traverse() if prim.GetTypeName() == "Mesh"}
    [zebra_mesh] = [prim for name, prim in prims.items() if "zebra" in name]
    linear = np.array(zebra_mesh.GetAttribute("primvars:displayColor").Get())
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)
    expected = tiny_library.mesh("zebra/0000").colors / 255
    np.testing.assert_allclose(srgb, expected, atol=1.5 / 255)
    for material in (prim for prim in stage.Traverse() if prim.GetTypeName() == "Material"):
        surface = shade.Material(material).ComputeSurfaceSource()[0]
        source = surface.GetInput("diffuseColor").GetConnectedSource()[0]
        assert shade.Shader(source.GetPrim()).GetInput("varname").Get() == "displayColor"
    assert {"Camera", "DistantLight"} <= {prim.GetTypeName() for prim in stage.Traverse()}
    assert [file.name for file in tmp_path.iterdir()] == ["scene.usdc"]


def test_a_worker_whose_parent_was_killed_before_it_was_ready_leaves(tiny_library: Library) -> None:
    command = [sys.executable, "-m", "raw.render.worker", str(tiny_library.folder), "1"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    worker.stdin.close()
    worker.stdout.close()  # nobody hears that it is ready
    assert worker.wait(timeout=60) == 1
