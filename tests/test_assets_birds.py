"""Birds: closed meshes of bounded size in every pose, true heights, spread wings in flight, plumage marks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from procedural.assets.asset import Asset
from procedural.assets.bird_shape import BirdShape, posed, varied_bird
from procedural.assets.birds import bird
from procedural.assets.grounds import GROUNDS
from procedural.assets.plumage import Plumage, Spot
from procedural.assets.species.birds import BIRDS
from procedural.assets.species.landbirds import COCK, COCK_COAT, EAGLE, EAGLE_COAT, OWL, PEACOCK, PEACOCK_COAT
from procedural.assets.species.songbirds import CROW, CROW_COAT, SONGBIRD
from procedural.assets.species.waterbirds import DUCK, FLAMINGO, GULL, GULL_COAT, HERON, HERON_COAT, STORK, STORK_COAT

FAMILIES = {f.name: f for f in BIRDS}
FLYING = 5.0


@cache
def built(name: str, seed: int) -> Asset:
    return FAMILIES[name].sample(np.random.default_rng(seed))


def posing(shape: BirdShape, plumage: Plumage, pose: str, **numbers) -> Asset:
    return bird(replace(shape, pose=pose, **numbers), plumage)


def assert_sane(asset: Asset):
    v, f = asset.mesh.vertices.astype(np.float64), asset.mesh.faces
    assert 1_500 <= len(f) <= 15_000
    assert np.isfinite(v).all() and abs(v[:, 2].min()) < 1e-5
    corners = v[f]
    assert np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() > 0  # outward
    directed = np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]]).astype(np.int64)
    there, back = directed @ [len(v), 1], directed @ [1, len(v)]
    assert np.isin(there, back).all()  # every edge is met from both sides: no boundary
    np.testing.assert_allclose(asset.rig.weights.sum(axis=1), 1, atol=1e-4)


def test_at_least_eighteen_species_with_all_they_must_carry():
    assert len(FAMILIES) == len(BIRDS) >= 18
    grounds = {kind.name for kind in GROUNDS}
    for f in BIRDS:
        assert f.category == "bird" and f.order.endswith("formes") and f.habitat in grounds and f.words.count(",") >= 2
        assert 0.05 < f.size[0] < f.size[1] < 3


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sampled_bird_is_sane(name: str):
    asset = built(name, 0)
    assert_sane(asset)
    low, high = FAMILIES[name].size
    assert low <= asset.parameters["height"] <= high
    if asset.parameters["pose"] == 0:
        assert 0.9 * low < asset.mesh.height < 1.1 * high


@pytest.mark.parametrize(
    ("shape", "plumage"), [(EAGLE, EAGLE_COAT), (GULL, GULL_COAT), (STORK, STORK_COAT), (HERON, HERON_COAT), (CROW, CROW_COAT)]
)
def test_flying_birds_spread_their_wings(shape: BirdShape, plumage: Plumage):
    standing = posing(shape, plumage, "stand")
    for flap, bank in ((-28.0, 0.0), (5.0, 30.0), (36.0, -30.0)):
        flying = posing(shape, plumage, "fly", flap=flap, bank=bank)
        assert_sane(flying)
        wide, long, high = np.ptp(flying.mesh.vertices, axis=0)
        assert wide > high and wide > 2.5 * np.ptp(standing.mesh.vertices[:, 0])
        assert flying.parameters["flying"] == 1 and flying.parameters["pose"] == FLYING


@pytest.mark.parametrize("pose", ["feed", "rest", "one_leg", "perch"])
def test_standing_poses_are_lower_or_as_high(pose: str):
    standing, other = posing(HERON, HERON_COAT, "stand"), posing(HERON, HERON_COAT, pose)
    assert_sane(other)
    assert other.mesh.height < standing.mesh.height * (1.02 if pose in ("one_leg", "perch") else 0.85)


def test_a_feeding_bill_stays_over_the_ground():
    for shape in (HERON, STORK, FLAMINGO, DUCK, SONGBIRD, COCK):
        s = posed(replace(shape, pose="feed"))
        assert s.stand + s.neck[-1][1] < shape.stand + shape.neck[-1][1]
        assert s.stand + s.neck[-1][1] > s.head


def test_a_peacock_displays_higher_than_it_stands():
    shown = posing(PEACOCK, PEACOCK_COAT, "display")
    assert_sane(shown)
    assert shown.mesh.height > 1.2 * posing(PEACOCK, PEACOCK_COAT, "stand").mesh.height


def test_heights_are_true_over_the_proportions():
    for height in (0.2, 1.4):
        assert posing(COCK, COCK_COAT, "stand", height=height).mesh.height == pytest.approx(height, rel=0.05)


def test_poses_are_drawn_in_their_shares():
    rngs = np.random.default_rng(5).spawn(400)
    poses = [varied_bird(EAGLE, (0.7, 0.95), rng).pose for rng in rngs]
    assert poses.count("fly") / 400 == pytest.approx(dict(EAGLE.habits)["fly"], abs=0.08)


@pytest.mark.parametrize("name", ["peacock", "bald_eagle"])
def test_same_seed_same_bird_other_seed_another(name: str):
    again = FAMILIES[name].sample(np.random.default_rng(0))
    np.testing.assert_array_equal(again.mesh.vertices, built(name, 0).mesh.vertices)
    np.testing.assert_array_equal(again.mesh.colors, built(name, 0).mesh.colors)
    assert again.parameters == built(name, 0).parameters != built(name, 1).parameters


def test_a_spot_colours_the_head_and_nothing_else():
    green = (10, 240, 10)
    plain = Plumage((200, 200, 200), grain=0.0, back=0.0, tone=0.0)
    marked = replace(plain, marks=(Spot("head", (0.0, 0.9, 0.0), (0.6, 0.5, 0.6), green),))
    mesh = bird(OWL, marked).mesh
    painted = np.abs(mesh.colors - np.array(green)).max(axis=1) < 30
    assert 20 < painted.sum() < 0.2 * len(painted)
    assert mesh.vertices[painted, 2].min() > 0.7 * mesh.height


def test_an_unknown_bill_is_an_error():
    with pytest.raises(ValueError, match="'saw'"):
        BirdShape(bill="saw")
