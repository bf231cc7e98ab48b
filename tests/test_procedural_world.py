"""Worlds and the scenes that cameras see of them, without drawing anything."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scenes import base_in_world

from procedural.assets.grounds import GROUNDS
from procedural.biomes import biomes, load_biome, pick
from procedural.library import FAMILIES
from procedural.views import MAX_CANDIDATES, sample_scene
from procedural.world import RADIUS, Thing, World, sample_world
from raw.geometry import camera_to_world, project, quaternion_to_matrix
from raw.language import parse, write
from raw.library import AssetRecord, Library
from raw.scene import CATEGORIES, Scene
from raw.terrain import Terrain

_HEIGHTS = {"bird": 0.4, "boulder": 0.9, "bush": 0.8, "carnivore": 1.0, "herbivore": 1.5, "tree": 7.0}
_RECORDS = [AssetRecord(f"{f.name}/{i:04d}", f.name, f.category, "", _HEIGHTS[f.category], i) for f in FAMILIES.values() for i in (0, 1)]
_RECORDS += [AssetRecord(f"{kind.name}/0000", kind.name, "ground", "", 0.0, 0) for kind in GROUNDS]
LIBRARY = Library(Path("unused"), tuple(_RECORDS), np.array([0.0]), "")
every_biome = pytest.mark.parametrize("biome", biomes().values(), ids=lambda b: b.name)


def world_of(name: str, seed: int) -> World:
    return sample_world(biomes()[name], LIBRARY, np.random.default_rng(seed))


WORLDS = [world_of(name, 10 * i + seed) for i, name in enumerate(biomes()) for seed in range(4)]
VIEWS = [(world, sample_scene(world, np.random.default_rng([7, view]))) for world in WORLDS for view in range(4)]
busy = [(world, scene) for world, scene in VIEWS if scene.objects]


def thing_of(world: World, asset: str, height: float) -> Thing | None:
    """The world's thing behind an object; None where two are too alike to say."""
    found = [t for t in world.things if t.record.id == asset and abs(t.height - height) < 0.0011]
    return found[0] if len(found) == 1 else None


def test_one_seed_gives_one_world_and_one_view() -> None:
    again = world_of("savanna", 2)
    assert again == world_of("savanna", 2) and again != world_of("savanna", 3)
    assert sample_scene(again, np.random.default_rng(5)) == sample_scene(again, np.random.default_rng(5))
    assert sample_scene(again, np.random.default_rng(5)) != sample_scene(again, np.random.default_rng(6))


def test_things_do_not_overlap() -> None:
    for world in WORLDS:
        places = np.array([(t.x, t.y, t.radius) for t in world.things])
        gap = np.hypot(*(places[:, None, :2] - places[None, :, :2]).transpose(2, 0, 1)) - places[:, None, 2] - places[None, :, 2]
        assert gap[~np.eye(len(places), dtype=bool)].min() > 0


def test_worlds_hold_what_their_biome_lists() -> None:
    for world in WORLDS:
        biome = biomes()[world.biome]
        allowed = {**biome.trees, **biome.bushes, **biome.boulders, **biome.animals}
        assert {t.record.family for t in world.things} <= set(allowed)
        assert world.ground.appearance.split("/")[0] in biome.grounds
        assert biome.relief[0] <= world.ground.relief <= biome.relief[1]
        assert max(np.hypot(t.x, t.y) for t in world.things) < RADIUS + 40
        for t in world.things:
            assert 0.4 < t.height / t.record.height < 2.5 and 0 <= t.heading < 360


def test_worlds_differ_in_what_lives_there() -> None:
    counts = Counter(t.record.category for world in WORLDS for t in world.things)
    assert set(counts) == set(CATEGORIES)
    assert len({world.ground.appearance for world in WORLDS}) > 2 and len({world.sky for world in WORLDS}) == len(WORLDS)
    assert any(world.animals for world in WORLDS)


def test_library_without_a_ground_of_the_biome_is_an_error() -> None:
    bare = Library(Path("bare"), tuple(r for r in _RECORDS if r.category != "ground"), np.array([0.0]), "")
    with pytest.raises(ValueError, match="bare has no ground of biome savanna: dry_grass"):
        sample_world(biomes()["savanna"], bare, np.random.default_rng(0))


def test_library_with_a_ground_alone_gives_an_empty_world() -> None:
    bare = Library(Path("bare"), tuple(r for r in _RECORDS if r.family == "dirt"), np.array([0.0]), "")
    world = sample_world(biomes()["savanna"], bare, np.random.default_rng(0))
    assert world.things == () and sample_scene(world, np.random.default_rng(0)).objects == ()


def test_objects_stand_on_the_relief() -> None:
    for _, scene in busy:
        bases = np.array([base_in_world(o, scene.camera) for o in scene.objects])
        np.testing.assert_allclose(bases[:, 2], Terrain(scene.ground).height(bases[:, 0], bases[:, 1]), atol=0.01)


def test_objects_stand_upright() -> None:
    for _, scene in busy:
        for thing in scene.objects:
            up = camera_to_world(scene.camera.pitch) @ quaternion_to_matrix(np.array(thing.rotation)) @ [0, 0, 1]
            assert up == pytest.approx((0, 0, 1), abs=1e-3)


def test_all_views_of_a_world_agree_on_places_headings_and_sun() -> None:
    """Seen by any camera, a thing is where the world has it; so two views agree with each other too."""
    checked = Counter()
    for world, scene in busy:
        x_y_yaw, terrain = scene.ground.phase, Terrain(scene.ground)
        assert (scene.sky.sun_rotation + x_y_yaw[2] - world.sky.sun_rotation + 180) % 360 == pytest.approx(180, abs=0.01)
        for o in scene.objects:
            if (thing := thing_of(world, o.appearance, o.height)) is None:
                continue
            base = base_in_world(o, scene.camera)
            u, v = terrain.land(base[:1], base[1:2])
            assert (u[0], v[0]) == pytest.approx((thing.x, thing.y), abs=0.01)
            front = camera_to_world(scene.camera.pitch) @ quaternion_to_matrix(np.array(o.rotation)) @ [0, -1, 0]
            heading = np.degrees(np.arctan2(front[0], front[1])) + x_y_yaw[2]
            assert (heading - thing.heading + 180) % 360 == pytest.approx(180, abs=0.05)
            checked[id(world), thing.x] += 1
    assert sum(n > 1 for n in checked.values()) >= 5, "too few things were seen twice for this test to mean anything"


def test_views_hold_at_most_so_many_objects_near_the_frame() -> None:
    for _, scene in VIEWS:
        assert len(scene.objects) <= MAX_CANDIDATES
        for o in scene.objects:
            assert o.location[2] < 0 and np.abs(project(np.array(o.location), scene.camera.fov) - 0.5).max() < 30
            assert o.category == next(r.category for r in _RECORDS if r.id == o.appearance) and o.pixels == 0
    assert sum(any(o.category in ("bird", "carnivore", "herbivore") for o in scene.objects) for _, scene in VIEWS) > len(VIEWS) / 2


def test_scenes_survive_the_language() -> None:
    for _, scene in VIEWS:
        assert isinstance(scene, Scene) and parse(write(scene)) == scene


def test_cameras_do_not_stand_in_things() -> None:
    records = {r.id: r for r in _RECORDS}
    for _, scene in busy:
        for o in scene.objects:
            x, y, _ = base_in_world(o, scene.camera)
            assert np.hypot(x, y) > Thing(records[o.appearance], 0, 0, 0, o.height).radius


@every_biome
def test_biomes_list_families_that_exist_in_the_right_place(biome) -> None:  # noqa: ANN001
    def categories(names: dict[str, float]) -> set[str]:
        return {FAMILIES[name].category for name in names}

    assert set(biome.grounds) <= {kind.name for kind in GROUNDS}
    assert categories(biome.trees) == {"tree"} and categories(biome.bushes) == {"bush"} and categories(biome.boulders) == {"boulder"}
    assert categories(biome.animals) == {"bird", "carnivore", "herbivore"}
    for low, high in (biome.trees_per_hectare, biome.bushes_per_hectare, biome.boulders_per_hectare, biome.relief):
        assert 0 <= low < high


@pytest.mark.parametrize("change", [("relief:", "releif:"), ("relief:", "# relief:"), ("name:", "colour: 3\nname:")])
def test_wrong_keys_name_file_and_key(tmp_path: Path, change: tuple[str, str]) -> None:
    import procedural.biomes

    text = (Path(procedural.biomes.__file__).parent / "savanna.yaml").read_text()
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(*change))
    wrong = "colour" if "colour" in change[1] else "relief"
    with pytest.raises(ValueError, match=f"mine.yaml: keys .*{wrong}.*allowed: animals, "):
        load_biome(path)


def test_pick_follows_the_shares_of_what_is_there() -> None:
    rng = np.random.default_rng(0)
    picked = Counter(pick({"a": 3, "b": 1, "c": 50}, rng, {"a", "b"}) for _ in range(2000))
    assert set(picked) == {"a", "b"} and picked["a"] / 2000 == pytest.approx(0.75, abs=0.05)
    assert pick({"a": 1}, rng, {"b"}) is None
