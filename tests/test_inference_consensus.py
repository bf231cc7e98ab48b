"""Views of a photo, and what they agree on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from inference.consensus import READ, SIDE, Lines, View, agreed, read_lines, squares, views, weighted_median
from inference.placing import places
from raw.geometry import horizon, pitch_of
from raw.scene import Camera, Embedding, Ground, Scene, SceneObject, Sky
from raw.vision.horizon import HorizonReader

BLANK = Image.new("RGB", (8, 8))
WHOLE, MIRRORED, LOWER = View(BLANK), View(BLANK, mirrored=True), View(BLANK, top=1 - SIDE, side=SIDE)


def said(line: float = 0.4, fov: float = 40.0, **changes: object) -> Scene:
    """A scene with its horizon at a share of the picture from its top."""
    return replace(Scene(camera=Camera(pitch_of(line, fov), 1.6, fov), ground=Ground(Embedding(np.eye(3)[0]))), **changes)


def line_of(scene: Scene) -> float:
    return horizon(scene.camera.pitch, scene.camera.fov)


@pytest.mark.parametrize("size", [(300, 300), (600, 300), (200, 350)])
def test_views_are_the_mirrored_photo_and_parts_of_it(size: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    photo = Image.fromarray(rng.integers(0, 255, (9, 9, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    mirrored, *cuts = views(photo, 64)
    assert mirrored.mirrored and (mirrored.top, mirrored.side) == (0, 1) and not any(cut.mirrored for cut in cuts)
    assert all(view.picture.size == (64, 64) for view in (mirrored, *cuts))
    assert [cut.side for cut in cuts] == pytest.approx([SIDE] * 5, abs=0.01)
    assert [cut.top for cut in cuts] == pytest.approx([0, 0, (1 - SIDE) / 2, 1 - SIDE, 1 - SIDE], abs=0.01)


def test_a_cut_shows_the_part_that_it_names() -> None:
    rows = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 256, axis=1)  # brightness tells the height
    for view in views(Image.fromarray(np.stack([rows] * 3, axis=-1)), 64):
        shown = np.asarray(view.picture)[..., 0].mean(axis=1) / 255
        expected = view.top + view.side * (np.arange(64) + 0.5) / 64
        assert shown[5:-5] == pytest.approx(expected[5:-5], abs=0.02)


@pytest.mark.parametrize("size", [(300, 200), (200, 300)])
def test_squares_lie_in_the_photo_and_know_where(size: tuple[int, int]) -> None:
    long, short = max(size), min(size)
    start = (long - size[1]) / 2 / long  # of the photo in its square
    down = np.repeat(np.arange(size[1])[:, None], size[0], axis=1) / (size[1] - 1)  # brightness tells the height
    photo = Image.fromarray(np.stack([np.round(255 * down).astype(np.uint8)] * 3, axis=-1))
    found = squares(photo, 64)
    assert len(found) == 3 and all(view.side == short / long and not view.mirrored for view in found)
    for view in found:
        shown = start + np.asarray(view.picture)[..., 0].mean(axis=1) / 255 * size[1] / long
        assert shown == pytest.approx(view.top + view.side * (np.arange(64) + 0.5) / 64, abs=0.015)
    assert len({view.top for view in found}) == (1 if size[0] > size[1] else 3)
    assert squares(photo.resize((64, 64)), 64) == []


def test_the_ends_of_a_photo_are_in_its_squares() -> None:
    across = np.linspace(0, 255, 300).round().astype(np.uint8)[None].repeat(100, axis=0)
    left, middle, right = (np.asarray(view.picture, dtype=int)[0, :, 0] for view in squares(Image.fromarray(across).convert("RGB"), 50))
    assert (left[0], middle[25], right[-1]) == pytest.approx((0, 128, 255), abs=3)


def test_who_agrees_changes_nothing() -> None:
    thing = SceneObject("tree", (1.0, -0.5, -9.0), 4.0, (1.0, 0.0, 0.0, 0.0))
    scene = said(objects=(thing,), sky=Sky(sun_rotation=350.0))
    in_the_cut = said((0.4 - LOWER.top) / LOWER.side, sky=scene.sky)
    in_the_mirror = said(sky=Sky(sun_rotation=10.0))
    again = agreed(scene, [(MIRRORED, in_the_mirror), (LOWER, in_the_cut)])
    assert again.camera.pitch == pytest.approx(scene.camera.pitch)
    assert again.objects[0].location == thing.location and again.objects[0].rotation == pytest.approx(thing.rotation)
    for name, value in vars(scene.sky).items():
        assert getattr(again.sky, name) == pytest.approx(value), name
    assert again.ground.appearance.vector == pytest.approx(np.eye(3)[0])  # type: ignore[union-attr]
    alone = agreed(scene, [])
    assert alone.sky.sun_rotation == pytest.approx(350.0) and alone.camera.pitch == pytest.approx(scene.camera.pitch)


def test_one_that_is_wrong_is_overruled() -> None:
    wrong = said(-3.0, sky=Sky(air=9.0, sun_elevation=80.0))
    right = said(0.3, sky=Sky(air=1.2, sun_elevation=20.0))
    things = (SceneObject("tree", (1.0, -0.5, -9.0), 4.0),)
    again = agreed(replace(wrong, objects=things), [(WHOLE, right), (WHOLE, right)])
    assert line_of(again) == pytest.approx(0.3)
    assert (again.sky.air, again.sky.sun_elevation) == pytest.approx((1.2, 20.0))
    assert places(again.objects, 40.0) == pytest.approx(places(things, 40.0))  # they are seen where they were


@given(st.lists(st.tuples(st.floats(-3, 3), st.integers(1, 5)), min_size=1, max_size=8))
def test_a_weight_of_n_counts_as_n_values(pairs: list[tuple[float, int]]) -> None:
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    lower = np.percentile(np.repeat(values, weights), 50, method="lower")
    assert weighted_median(values, weights.astype(float)) == lower


def test_lines_that_are_read_speak_as_far_as_they_are_sure() -> None:
    scene, others = said(0.30), [(WHOLE, said(line)) for line in (0.32, 0.34)]
    near = Lines(np.array([0.33, 0.36]), np.array([0.01, 0.01]))
    assert line_of(agreed(scene, others, near)) == pytest.approx(0.33)  # between those that are said
    unsure = Lines(np.array([0.9, 0.36]), np.array([1000.0, 0.01]))
    assert line_of(agreed(scene, others, unsure)) == pytest.approx(0.34)
    assert READ < 1  # so that alone they do not overrule what is said: photographs chose so
    far = Lines(np.array([0.9, 0.9]), np.array([0.01, 0.01]))
    assert line_of(agreed(scene, others, far)) == pytest.approx(0.34)


def test_views_are_read_where_they_lie() -> None:
    reader = HorizonReader((16, 3), "abc", 4).eval().requires_grad_(False)
    patches = torch.randn(3, 16, 3)
    line, spread = (value.numpy() for value in reader.read(patches))
    found = read_lines(reader, [WHOLE, MIRRORED, LOWER], patches)
    np.testing.assert_allclose(found.line, [line[0], line[1], LOWER.top + LOWER.side * line[2]], rtol=1e-6)
    np.testing.assert_allclose(found.spread, [spread[0], spread[1], LOWER.side * spread[2]], rtol=1e-6)


def test_the_sun_turns_the_short_way_round() -> None:
    suns = [said(sky=Sky(sun_rotation=degrees)) for degrees in (340.0, 0.0, 50.0)]
    again = agreed(suns[0], [(WHOLE, one) for one in suns[1:]])
    assert again.sky.sun_rotation == pytest.approx(9.4, abs=0.2)


def test_ground_is_the_mean_of_vectors_and_a_name_stays() -> None:
    told = ((0, 2.0, 0.1), (1, 5.0, 0.3), (1, 1.0, 0.9))
    looks = [said(ground=Ground(Embedding(length * np.eye(3)[i]), relief)) for i, length, relief in told]
    again = agreed(looks[0], [(WHOLE, one) for one in looks[1:]])
    assert again.ground.appearance.vector == pytest.approx(np.array([1, 2, 0]) / np.sqrt(5))  # type: ignore[union-attr]
    assert again.ground.relief == 0.3
    named = said(ground=Ground("sand/0000"))
    assert agreed(named, [(WHOLE, looks[1])]).ground.appearance == "sand/0000"


@pytest.mark.parametrize("line", [-40.0, 0.2, 0.5, 3.0])
@pytest.mark.parametrize("fov", [5.0, 40.0, 110.0])
def test_pitch_and_horizon_are_inverse(line: float, fov: float) -> None:
    assert horizon(pitch_of(line, fov), fov) == pytest.approx(line)


def test_a_camera_that_looks_straight_down_is_counted() -> None:
    down = Scene(camera=Camera(0.0, 5.0, 40.0))
    again = agreed(down, [(WHOLE, down), (WHOLE, said(0.5))])
    assert 0 <= again.camera.pitch < 1e-6
