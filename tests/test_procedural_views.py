"""Views: subjects whole and large enough in the frame, cameras over the ground and out of things, no two alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scene_library import scene_library
from scenes import base_in_world

from procedural.biomes import biomes
from procedural.scenes.photographers import PHOTOGRAPHERS
from procedural.scenes.sights import Stance, aim
from procedural.scenes.things import Thing
from procedural.scenes.views import LARGEST, MAX_CANDIDATES, SMALLEST, View, alike, sample_view
from procedural.scenes.world import World, sample_world
from raw.geometry import camera_to_world, project, quaternion_to_matrix
from raw.language import parse, write
from raw.scene import ANIMALS
from raw.terrain import Terrain

LIBRARY = scene_library()
HERD = 6  # seed of a savanna with several animals
every_biome = pytest.mark.parametrize("name", list(biomes()))


@cache
def world_of(name: str, seed: int) -> World:
    return sample_world(biomes()[name], LIBRARY, np.random.default_rng([seed, len(name)]))


@cache
def views(name: str, seed: int = 0, count: int = 6) -> tuple[View, ...]:
    found: list[View] = []
    for number in range(count):
        view = sample_view(world_of(name, seed), np.random.default_rng([7, seed, number]), found)
        if view is not None:
            found.append(view)
    return tuple(found)


def all_views() -> list[tuple[World, View]]:
    return [(world_of(name, 0), view) for name in biomes() for view in views(name)]


def thing_of(world: World, view: View, number: int) -> Thing:
    """The thing behind an object: the nearest of its asset to where it stands."""
    thing, land = view.scene.objects[number], Terrain(view.scene.ground)
    base = base_in_world(thing, view.scene.camera)
    u, v = land.land(base[:1], base[1:2])
    return min((t for t in world.things if t.record.id == thing.appearance), key=lambda t: np.hypot(t.x - u[0], t.y - v[0]))


def test_one_seed_gives_one_view() -> None:
    world = world_of("savanna", 1)
    assert sample_view(world, np.random.default_rng(5)) == sample_view(world, np.random.default_rng(5))
    assert sample_view(world, np.random.default_rng(5)) != sample_view(world, np.random.default_rng(6))


@every_biome
def test_scenes_survive_the_language_and_are_not_too_full(name: str) -> None:
    assert len(views(name)) >= 5
    for view in views(name):
        assert parse(write(view.scene)) == view.scene and len(view.scene.objects) <= MAX_CANDIDATES
        assert all(o.pixels == 0 and o.location[2] < 0 for o in view.scene.objects)


def test_objects_stand_on_the_relief_upright_where_the_world_has_them() -> None:
    checked = 0
    for world, view in all_views():
        scene, land = view.scene, Terrain(view.scene.ground)
        turn = (scene.sky.sun_rotation + scene.ground.phase[2] - world.sky.sun_rotation) % 360
        assert min(turn, 360 - turn) < 0.01
        assert replace(scene.ground, phase=(0.0, 0.0, 0.0)).seed == world.ground.seed and scene.ground.appearance == world.ground.appearance
        assert scene.ground.relief == pytest.approx(world.ground.relief, abs=6e-4)
        for i, o in enumerate(scene.objects[:12]):
            thing, base = thing_of(world, view, i), base_in_world(o, scene.camera)
            u, v = land.land(base[:1], base[1:2])
            assert (u[0], v[0]) == pytest.approx((thing.x, thing.y), abs=0.01)
            assert base[2] == pytest.approx(float(land.height(base[:1], base[1:2])[0]) + thing.lift, abs=0.01)
            turned = camera_to_world(scene.camera.pitch) @ quaternion_to_matrix(np.array(o.rotation))
            assert turned @ [0, 0, 1] == pytest.approx((0, 0, 1), abs=1e-3)
            front = turned @ [0, -1, 0]
            heading = np.degrees(np.arctan2(front[0], front[1])) + scene.ground.phase[2]
            assert (heading - thing.heading + 180) % 360 == pytest.approx(180, abs=0.05)
            checked += 1
    assert checked > 300


def test_subjects_are_whole_and_large_enough_in_the_frame() -> None:
    """Of the box around the subject, corner by corner, from the printed scene alone."""
    sides = []
    for world, view in all_views():
        if view.subject < 0:
            continue
        o, shape = view.scene.objects[view.subject], thing_of(world, view, view.subject).shape
        corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)]) * (shape.high - shape.low) + shape.low
        seen = o.height / shape.height * corners @ quaternion_to_matrix(np.array(o.rotation)).T + np.array(o.location)
        spots = project(seen, view.scene.camera.fov)
        assert o.category in ANIMALS and spots.min() > -0.03 and spots.max() < 1.03
        sides.append(float(np.ptp(spots, axis=0).max()))
    assert len(sides) > 60 and min(sides) > 0.95 * SMALLEST and max(sides) < 1.05 * LARGEST
    assert 0.2 < np.median(sides) < 0.7


def test_photographers_hold_their_cameras_as_they_do() -> None:
    seen = Counter(view.photographer for _, view in all_views())
    assert set(seen) <= set(PHOTOGRAPHERS) and len(seen) == len(PHOTOGRAPHERS)
    for world, view in all_views():
        camera, who = view.scene.camera, PHOTOGRAPHERS[view.photographer]
        assert 0.19 < camera.height < 1.01 * who.height[1] and 9.9 < camera.fov < 75.1
        assert 17 < camera.pitch < 115.1
        assert (view.subject >= 0) <= who.meant
        if view.photographer == "drone" and view.subject >= 0:
            assert camera.height >= 8 and 90 - camera.pitch + 0.17 * camera.fov > 18 and camera.pitch < 90
        if view.photographer == "standing" and not world.animals:
            assert view.subject == -1


def test_horizons_are_often_in_the_picture_and_not_always_at_one_place() -> None:
    tilt = [np.tan(np.radians(90 - v.scene.camera.pitch)) / np.tan(np.radians(v.scene.camera.fov / 2)) for _, v in all_views()]
    spots = 0.5 * (1 - np.array(tilt))
    inside = (spots > 0) & (spots < 1)
    assert 0.35 < inside.mean() < 0.95 and spots[inside].std() > 0.08


def test_cameras_keep_out_of_things_and_see_their_subject() -> None:
    for world, view in all_views():
        x, y, _ = view.scene.ground.phase
        eye = world.sights.eye(Stance(x, y, view.scene.camera.height, 0, 90, 40))
        for thing in world.things:
            far = np.hypot(thing.x - x, thing.y - y)
            if thing.record.category != "tree" and thing.lift == 0 and view.scene.camera.height < thing.height:
                assert far > 0.5 * thing.height
        if view.subject >= 0:
            row = world.things.index(thing_of(world, view, view.subject))
            assert world.sights.free(eye, world.sights.middles[[row]], np.array([row]))[0]


def test_forty_views_of_one_world_all_differ() -> None:
    world = world_of("savanna", HERD)
    assert len(world.animals) > 3
    found = views("savanna", HERD, 44)
    assert len(found) >= 40
    assert not any(alike(a, b) for i, a in enumerate(found) for b in found[:i])
    headings = np.array([v.scene.ground.phase[2] for v in found])
    assert np.all(np.histogram(headings, 4, (0, 360))[0] >= 2), "cameras stand all around"


def test_near_duplicates_are_known_and_refused() -> None:
    view = next(v for v in views("savanna", HERD, 44) if v.subject >= 0)
    world = world_of("savanna", HERD)
    first = sample_view(world, np.random.default_rng(11))
    again = sample_view(world, np.random.default_rng(11), [first])
    assert alike(view, view) and again is None or not alike(first, again)
    zoomed = replace(view, scene=replace(view.scene, camera=replace(view.scene.camera, fov=1.4 * view.scene.camera.fov)))
    assert not alike(view, zoomed)


@settings(max_examples=80, deadline=None)
@given(
    st.tuples(st.floats(-30, 30), st.floats(-30, 30), st.floats(-12, 12)).filter(lambda p: np.hypot(p[0], p[1]) > 3),
    st.tuples(st.floats(-0.35, 0.35), st.floats(-0.35, 0.35)),
    st.floats(10, 75),
)
def test_aim_brings_things_to_their_spot(line: tuple[float, float, float], spot: tuple[float, float], fov: float) -> None:
    x, y = (np.tan(np.radians(fov / 2)) * 2 * part for part in spot)
    assume(abs(line[2]) / np.linalg.norm(line) < 0.999 * np.sqrt((y**2 + 1) / (x**2 + y**2 + 1)))  # steeper lines reach no such spot
    heading, pitch = aim(np.array(line), spot, fov)
    stance = Stance(0, 0, 1, heading, pitch, fov)
    assert project(stance.turn @ np.array(line), fov) == pytest.approx((0.5 + spot[0], 0.5 + spot[1]), abs=1e-6)
