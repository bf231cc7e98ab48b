"""Worlds: what lives there, how it stands together, and that one seed is one world."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scene_library import scene_library

from procedural.biomes import Biome, biomes
from procedural.scenes.herds import YOUNG, Herds
from procedural.scenes.things import Placing
from procedural.scenes.vegetation import BACKDROP, RADIUS
from procedural.scenes.world import World, sample_world
from raw.library import Library
from raw.scene import ANIMALS, CATEGORIES

LIBRARY = scene_library()
every_biome = pytest.mark.parametrize("name", list(biomes()))


@cache
def world_of(name: str, seed: int) -> World:
    return sample_world(biomes()[name], LIBRARY, np.random.default_rng([seed, len(name)]))


def some() -> list[World]:
    return [world_of(name, seed) for name in biomes() for seed in range(2)]


def digest(world: World) -> str:
    rows = [(t.record.id, t.x, t.y, t.heading, t.height, t.lift, t.group) for t in world.things]
    return hashlib.sha256(repr((world.ground, world.sky, rows, sorted(world.left_out.items()))).encode()).hexdigest()


def test_one_seed_gives_one_world_in_two_processes() -> None:
    code = "from test_procedural_world import digest, world_of; print(digest(world_of('meadow', 5)))"
    root = Path(__file__).parent
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(root), str(root.parent)]), "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=60)
    assert other.stdout.strip() == digest(world_of("meadow", 5)), other.stderr
    assert digest(world_of("meadow", 5)) != digest(world_of("meadow", 6))


@pytest.mark.slow
@every_biome
def test_twenty_worlds_of_every_biome(name: str) -> None:
    counts = [len(world_of(name, seed).things) for seed in range(20)]
    assert min(counts) >= 1 and max(counts) < 1500 and len(set(counts)) > 5
    assert sum(bool(world_of(name, seed).animals) for seed in range(20)) >= 12


@every_biome
def test_worlds_hold_what_their_biome_lists(name: str) -> None:
    biome = biomes()[name]
    for world in (world_of(name, 0), world_of(name, 1)):
        land = biome.grounds[world.ground.appearance.split("/")[0]]
        layers = [land.trees or biome.trees, land.bushes or biome.bushes, land.boulders or biome.boulders]
        allowed = {f for layer in layers for f in layer.families}
        allowed |= {f for g in biome.animals for f in (*g.families, *(g.company.families if g.company else ()))}
        assert {t.record.family for t in world.things} <= allowed
        assert land.relief[0] <= world.ground.relief <= land.relief[1]
        far = max((np.hypot(t.x, t.y) for t in world.things if t.record.category in ANIMALS), default=0)
        assert far < RADIUS and max(np.hypot(t.x, t.y) for t in world.things) < BACKDROP + 60
        area = np.pi * RADIUS**2 / 1e4
        trees = sum(t.record.category == "tree" and np.hypot(t.x, t.y) < RADIUS for t in world.things)
        assert trees <= 1.7 * layers[0].per_hectare[1] * area + 8


def test_trunks_and_bodies_keep_apart() -> None:
    """By the boxes of the library: animals and stones by their diagonal, trees by their trunks."""
    for world in some():
        trees = np.array([t.record.category == "tree" for t in world.things])
        low = [0.28 * t.scale if tree else 0.559 * t.height for tree, t in zip(trees, world.things, strict=True)]
        places, low = np.array([(t.x, t.y) for t in world.things]), np.array(low)
        far = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
        np.fill_diagonal(far, np.inf)
        assert np.all(far > low[:, None] + low - 1e-3)


def test_animals_are_where_cameras_can_see_them() -> None:
    """Fewer trees stand around the first group than anywhere else."""
    near, all_ = 0, 0
    for seed in range(6):
        world = world_of("temperate_forest", seed)
        first = [(t.x, t.y) for t in world.animals if t.group == 0]
        if first:
            away = [np.hypot(t.x - first[0][0], t.y - first[0][1]) for t in world.things if t.record.category == "tree"]
            near, all_ = near + sum(a < 6 for a in away), all_ + sum(a < 40 for a in away)
    assert all_ > 100 and near / 6**2 < 0.4 * all_ / 40**2


def test_some_worlds_have_no_animal_and_most_have_one_group_around_the_middle() -> None:
    worlds = [world_of(name, seed) for name in ("tundra", "desert", "coast", "polar_shore") for seed in range(15)]
    assert 0 <= sum(not w.animals for w in worlds) <= 12
    for world in worlds:
        first = [np.hypot(t.x, t.y) for t in world.animals if t.group == 0]
        assert not first or min(first) < 20
    assert {len({t.group for t in w.animals}) for w in worlds} >= {1, 2}


def herd(social: str, size: tuple[int, int], seed: int, family: str = "zebra") -> list:
    placing, records = Placing(), [r for r in LIBRARY.records if r.family == family]
    groups = tuple(replace(g, social=social, size=size, families={family: 1.0}, company=None) for g in biomes()["savanna"].animals[:1])
    Herds(placing, LIBRARY, {family: records}, 0.0, np.random.default_rng(seed)).add(groups, "dry_grass")
    assert placing.left_out.total() == 0
    return [t for t in placing.things if t.group == 0]


@pytest.mark.parametrize(
    ("social", "size"), [("solitary", (1, 1)), ("pair", (2, 2)), ("family", (2, 5)), ("herd", (4, 14)), ("flock", (3, 12))]
)
def test_groups_have_their_sizes(social: str, size: tuple[int, int]) -> None:
    sizes = [len(herd(social, size, seed)) for seed in range(40)]
    assert {n for n in sizes if n} <= set(range(size[0], size[1] + 1))
    assert 0 < sizes.count(0) / len(sizes) < 0.3 or size == (1, 1)


def test_families_have_young_that_are_smaller_and_stay_near() -> None:
    for seed in range(20):
        if members := herd("family", (3, 5), seed):
            sizes = sorted(t.scale for t in members)
            assert sizes[0] < 0.9 * YOUNG[1] / YOUNG[1] * sizes[-1] and 0.85 < sizes[-1] < 1.15
            assert max(np.hypot(t.x - members[0].x, t.y - members[0].y) for t in members) < 40


def test_herds_on_the_move_head_one_way() -> None:
    spreads = []
    for seed in range(30):
        if members := herd("herd", (5, 9), seed):
            turns = np.exp(1j * np.radians([t.heading for t in members]))
            spreads.append(abs(turns.mean()))
    assert sum(s > 0.9 for s in spreads) > 5 and sum(s < 0.8 for s in spreads) > 5


def test_flying_birds_are_in_the_air_and_nothing_else_is() -> None:
    flying = 0
    for seed in range(60):
        for thing in herd("flock", (2, 8), seed, "gull"):
            assert (thing.lift > 0) == thing.shape.flying
            flying += thing.lift > 0
    assert flying > 10
    assert all(t.lift == 0 or t.shape.flying for w in some() for t in w.things)


def test_worlds_differ_in_what_lives_there() -> None:
    counts = Counter(t.record.category for world in some() for t in world.things)
    assert set(counts) == set(CATEGORIES)
    assert len({world.ground.appearance for world in some()}) > 8 and len({world.sky for world in some()}) == len(some())


def library_of(*families: str) -> Library:
    return Library(LIBRARY.folder, tuple(r for r in LIBRARY.records if r.family in families), np.array([0.0]), "")


def test_library_without_a_ground_of_the_biome_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no ground of biome savanna: dry_grass"):
        sample_world(biomes()["savanna"], library_of("zebra"), np.random.default_rng(0))


def test_what_the_library_lacks_is_counted() -> None:
    world = sample_world(biomes()["savanna"], library_of("dirt"), np.random.default_rng(1))
    assert world.things == () and set(world.left_out) == {"not in the library"} and world.left_out["not in the library"] > 10


def test_plants_look_like_the_season() -> None:
    biome: Biome = biomes()["temperate_forest"]
    only = {"autumn_leaves": replace(biome.grounds["autumn_leaves"], seasons=(2.0, 2.0))}
    layer = replace(biome.trees, families={"oak": 1.0, "maple": 1.0})
    world = sample_world(replace(biome, grounds=only, trees=layer), LIBRARY, np.random.default_rng(3))
    seasons = [t.shape.season for t in world.things if t.record.category == "tree"]
    assert len(seasons) > 50 and sum(s == 2.0 for s in seasons) > 0.8 * len(seasons)
