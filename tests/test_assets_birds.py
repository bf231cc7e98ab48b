"""Birds: closed meshes of bounded size in every pose, true heights, spread wings in flight, plumage marks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedural.assets.asset import Asset
from procedural.assets.bird_shape import BILLS, CRESTS, POSES, TAILS, BirdShape, posed, varied_bird
from procedural.assets.birds import assemble, bird
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
    assert 3_000 <= len(f) <= 15_000
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


def test_a_roofed_tail_is_seen_from_the_side():
    def depth(roof: float) -> float:
        skeleton = assemble(replace(SONGBIRD, tail_roof=roof, tail_spread=30))
        return np.ptp([c.b[2] for c in skeleton.capsules if c.region in ("tail", "tail_side")])

    assert depth(70) > 3 * depth(0)


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


def test_plumages_have_their_colours():
    pink, white, black, red = (np.median(built(n, 0).mesh.colors, axis=0) for n in ("flamingo", "egret", "crow", "macaw"))
    assert pink[0] > 200 and 80 < pink[1] < 200 and white.min() > 200 and black.max() < 60 and red[0] > 3 * red[1]


def test_a_spot_colours_the_head_and_nothing_else():
    green = (10, 240, 10)
    plain = Plumage((200, 200, 200), grain=0.0, back=0.0, spread=0.0)
    marked = replace(plain, marks=(Spot("head", (0.0, 0.9, 0.0), (0.6, 0.5, 0.6), green),))
    mesh = bird(OWL, marked).mesh
    painted = np.abs(mesh.colors - np.array(green)).max(axis=1) < 30
    assert 20 < painted.sum() < 0.2 * len(painted)
    assert mesh.vertices[painted, 2].min() > 0.7 * mesh.height


RANGES = {  # every number of a shape, from a caricature to its opposite
    "height": (0.05, 3), "pitch": (-20, 90), "breast": (0.08, 0.5), "vent": (0.02, 0.4), "stand": (0.1, 3), "hip": (-0.5, 0.3),
    "shank": (0.004, 0.1), "thigh": (0.01, 0.3), "ankle": (0.05, 0.8), "toe": (0.02, 0.4), "toes": (1, 4), "ruff": (0, 0.3),
    "head": (0.03, 0.4), "head_stretch": (0, 0.3), "look": (-80, 60), "beak": (0.01, 1.5), "beak_radius": (0.005, 0.3),
    "beak_curve": (-60, 150), "beak_late": (0.3, 9), "beak_bulge": (0.2, 1.5), "casque": (0, 0.5), "pouch": (0, 0.3), "crest": (0, 0.6),
    "wattle": (0, 0.3), "disc": (0, 1.5), "eye": (0.004, 0.1), "tail": (0, 3), "tail_width": (0.01, 0.4), "tail_drop": (-60, 60),
    "tail_roof": (0, 90),
    "tail_spread": (0, 80), "tail_step": (-0.8, 0.9), "wing": (0.1, 1.5), "span": (0.5, 8), "chord": (0.1, 1.5), "fly_pitch": (-30, 60),
    "shag": (0, 0.05), "stride": (-0.5, 0.5), "flap": (-60, 80), "bank": (-90, 90),
}  # fmt: skip
NUMBERS = {n: st.integers(low, high) if n == "toes" else st.sampled_from((low, high)) | st.floats(low, high)
           for n, (low, high) in RANGES.items()}  # fmt: skip
KINDS = {n: st.sampled_from(v) for n, v in {"bill": BILLS, "crest_kind": CRESTS, "tail_kind": TAILS, "pose": POSES}.items()}
FLAGS = {n: st.booleans() for n in ("webbed", "brow", "flipper", "fingers", "trailing", "folded_neck")}
NECK = st.lists(st.tuples(st.floats(-0.2, 1), st.floats(0, 2), st.floats(0.02, 0.3)), min_size=1, max_size=7)


def test_the_ranges_leave_no_number_out():
    assert {n for n, v in vars(BirdShape()).items() if type(v) in (int, float)} - set(RANGES) == {"leg"}  # filled in by the pose


@settings(max_examples=12, deadline=10_000, derandomize=True)
@given(st.fixed_dictionaries({}, optional=NUMBERS | KINDS | FLAGS), NECK)
def test_no_shape_breaks_or_bloats_a_bird(numbers: dict, neck: list[tuple[float, float, float]]):
    try:
        shape = BirdShape(**numbers, neck=tuple(p[:2] for p in neck), neck_radius=tuple(p[2] for p in neck))
    except ValueError:
        assert len(neck) < 2  # all else is within bounds
        return
    mesh = bird(shape, CROW_COAT).mesh
    assert np.isfinite(mesh.vertices).all() and 500 < len(mesh.faces) <= 15_000
    assert mesh.height < 12 * shape.height * max(1.0, shape.span)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [({"beak": 0.0}, "beak is 0.0"), ({"head": float("nan")}, "head is nan"), ({"neck": ((0.1, 0.2),)}, "neck has 1 points"),
     ({"neck_regions": ("ring",) * 3}, "neck_regions has 3 names"), ({"toes": -1}, "toes is -1")],
)  # fmt: skip
def test_an_impossible_number_is_an_error_that_names_it(numbers: dict, message: str):
    with pytest.raises(ValueError, match=message):
        BirdShape(**numbers)


def test_an_unknown_bill_is_an_error():
    with pytest.raises(ValueError, match="'saw'"):
        BirdShape(bill="saw")
