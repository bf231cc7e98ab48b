"""The corrector of places: what it reads of a scene, what it makes of it, and its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from broken_networks import BROKEN, write_broken
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import zebra_scene

from raw.grammar import DEPTHS, HEIGHTS
from raw.model.places import CAMERA_NUMBERS, PLACES_FILE, PlaceCorrector, SaidThings
from raw.model.said_places import corrected, places_of, said_things
from raw.scene import CATEGORIES, Camera, Ground, Scene, SceneObject

FAR = SceneObject("tree", (30.0, -2.0, -90.0), 8.0, pixels=300)
BARE = Scene()


def corrector(width: int = 8, layers: int = 2, *, scattered: bool = True) -> PlaceCorrector:
    """With weights that say something, unless it is as a new one is."""
    torch.manual_seed(0)
    one = PlaceCorrector((16, 5), "abc", width, layers).eval()
    if scattered:
        torch.nn.init.normal_(one.leave[-1].weight, std=0.5)
    return one.requires_grad_(False)


def seen(pictures: int) -> torch.Tensor:
    return torch.randn(pictures, 16, 5, generator=torch.Generator().manual_seed(1))


def always(shift: tuple[float, float, float]) -> PlaceCorrector:
    """One that says the same of every thing."""
    one = corrector(scattered=False)
    one.leave[-1].bias[:3] = torch.tensor(shift)
    return one


def test_a_new_one_leaves_things_where_they_are() -> None:
    scene = zebra_scene()
    [after] = corrected(corrector(scattered=False), [scene], seen(1))
    for thing, before in zip(after.objects, scene.objects, strict=True):
        np.testing.assert_allclose(thing.location, before.location, rtol=1e-5)
        assert replace(thing, location=before.location, height=before.height) == before
        assert thing.height == pytest.approx(before.height, rel=1e-5)
    assert replace(after, objects=scene.objects) == scene


def test_things_are_moved_as_it_says_and_keep_their_size_in_the_picture() -> None:
    scene = zebra_scene()
    [after] = corrected(always((0.1, -0.2, float(np.log(1.5)))), [scene], seen(1))
    before, there = (places_of(np.array([thing.location for thing in one.objects]), one.camera.fov) for one in (scene, after))
    farther = np.log(1.5)
    expected = [[0, 0, farther], [0.1, -0.2, farther], [0.1, -0.2, farther]]  # the animal is first: it stays where it is seen
    np.testing.assert_allclose(there - before, expected, atol=1e-5)
    for thing, old in zip(after.objects, scene.objects, strict=True):
        assert thing.height / thing.location[2] == pytest.approx(old.height / old.location[2], rel=1e-5)


def test_nothing_leaves_the_spans_of_the_language_and_nothing_behind_the_camera_is_moved() -> None:
    behind = SceneObject("bird", (0.0, 1.0, 3.0), 0.3)
    for shift, far, tall in ((9.0, DEPTHS[1], HEIGHTS[1]), (-9.0, DEPTHS[0], None)):
        [after] = corrected(always((0.0, 0.0, shift)), [Scene(objects=(FAR, behind))], seen(1))
        assert after.objects[0].location[2] == pytest.approx(-far) and after.objects[1] == behind
        assert tall is None or after.objects[0].height <= tall


def test_scenes_without_objects_stay_as_they_are() -> None:
    assert corrected(corrector(), [BARE, BARE], seen(2)) == [BARE, BARE]
    assert corrected(corrector(), [BARE, zebra_scene()], seen(2))[0] == BARE
    assert corrected(corrector(), [], seen(0)) == []


def test_what_is_told_of_a_thing_hangs_neither_on_its_rank_nor_on_other_scenes() -> None:
    one, scene, patches = corrector(), zebra_scene(), seen(2)
    longer = replace(scene, objects=(*scene.objects, FAR))
    [alone] = corrected(one, [scene], patches[:1])
    [beside, other] = corrected(one, [scene, longer], patches)
    turned = corrected(one, [replace(scene, objects=scene.objects[::-1])], patches[:1])[0].objects[::-1]
    for a, b, c in zip(alone.objects, beside.objects, turned, strict=True):
        np.testing.assert_allclose(b.location, a.location, rtol=1e-4)
        np.testing.assert_allclose(c.location, a.location, rtol=1e-4)
    assert not np.allclose(other.objects[0].location, beside.objects[0].location, rtol=1e-2)  # another picture, another answer


def test_it_reads_all_that_was_said() -> None:
    one, scene, patches = corrector(), zebra_scene(), seen(1)
    first = scene.objects[0]
    plain = one(patches, said_things([scene])).shift[0, 0]
    changed = {
        "category": replace(scene, objects=(replace(first, category=None), *scene.objects[1:])),
        "pixels": replace(scene, objects=(replace(first, pixels=4000), *scene.objects[1:])),
        "height": replace(scene, objects=(replace(first, height=3.0), *scene.objects[1:])),
        "another thing": replace(scene, objects=(*scene.objects, FAR)),
        "relief": replace(scene, ground=Ground(relief=2.0)),
        **{name: replace(scene, camera=replace(scene.camera, **{name: value})) for name, value in (("pitch", 70.0), ("height", 9.0))},
        "fov": replace(scene, camera=Camera(scene.camera.pitch, scene.camera.height, 60.0)),
    }
    for name, other in changed.items():
        assert not torch.allclose(one(patches, said_things([other])).shift[0, 0], plain, atol=1e-4), name
    assert not torch.allclose(one(seen(2)[1:], said_things([scene])).shift[0, 0], plain, atol=1e-4)


_NUMBERS = st.floats(-100, 100)


@settings(max_examples=50, deadline=None)
@given(
    st.floats(0, 180), st.floats(0.001, 10000), st.floats(1, 170),
    st.lists(st.tuples(st.sampled_from([*CATEGORIES, None]), st.tuples(_NUMBERS, _NUMBERS, _NUMBERS), st.floats(0.001, 500))),
)  # fmt: skip
def test_whatever_can_be_said_is_read_as_finite_numbers(pitch: float, height: float, fov: float, things: list) -> None:
    scene = Scene(camera=Camera(pitch, height, fov), objects=tuple(SceneObject(*thing) for thing in things))
    said = said_things([scene])
    assert all(value.isfinite().all() for value in said) and said.camera.shape == (1, CAMERA_NUMBERS)
    [after] = corrected(corrector(), [scene], seen(1))
    assert np.isfinite([thing.location for thing in after.objects]).all() and len(after.objects) == len(things)


def test_what_is_absent_is_not_read() -> None:
    said = said_things([zebra_scene(), BARE])
    assert said.absent.tolist() == [[False] * 3, [True] * 3]
    rubbish = SaidThings(said.camera, said.place.clone(), said.category, said.size, said.absent.clone())
    rubbish.absent[0, 2] = True
    told = corrector()(seen(2), rubbish).shift
    rubbish.place[0, 2] = 7.0
    torch.testing.assert_close(corrector()(seen(2), rubbish).shift[0, :2], told[0, :2])


def test_features_are_scaled_by_what_is_usual() -> None:
    one, patches = corrector(), 3 + 2 * torch.randn(400, 16, 5)
    one.fit_scale(patches)
    torch.testing.assert_close(one.mean, torch.full((5,), 3.0), atol=0.1, rtol=0)
    torch.testing.assert_close(one.scale, torch.full((5,), 2.0), atol=0.1, rtol=0)


@pytest.mark.parametrize("layers", [1, 3])
def test_it_is_kept_in_half_precision_and_read_again(tmp_path: Path, layers: int) -> None:
    one, said = corrector(8, layers), said_things([zebra_scene()])
    assert PlaceCorrector.load(tmp_path) is None
    one.save(tmp_path)
    again = PlaceCorrector.load(tmp_path)
    assert again is not None and again.fingerprint == "abc" and not again.training
    torch.testing.assert_close(again(seen(1), said).shift, one(seen(1), said).shift, atol=2e-2, rtol=0)
    assert [path.name for path in tmp_path.iterdir()] == [PLACES_FILE]


@pytest.mark.parametrize("change", BROKEN)
def test_a_file_that_is_no_corrector_is_told(tmp_path: Path, change: str) -> None:
    write_broken(corrector(), tmp_path / PLACES_FILE, change, "norm.bias")
    with pytest.raises(ValueError, match=f"{PLACES_FILE} is no corrector of places"):
        PlaceCorrector.load(tmp_path)
