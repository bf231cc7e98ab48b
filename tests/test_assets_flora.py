"""Plants over the whole range of their numbers: sound meshes within budget, seasons, seeds, processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedural.assets.flora import broadleaves, conifers, dwarf_shrubs, grasses, savanna_trees, succulents, thickets, tropical_trees
from procedural.assets.flora.bounds import BOUNDS, EVERYWHERE
from procedural.assets.flora.leaves import cards, lobed, needles, oval, spray, sprig
from procedural.assets.flora.ribbons import strips, tubes
from procedural.assets.flora.seasons import BARE, leaf_share, season_color, season_rand
from procedural.assets.flora.wood import Branches, grow, tips
from procedural.assets.grounds import GROUNDS
from procedural.assets.plants import BUSHES, TREES
from raw.mesh import Mesh

MODULES = (broadleaves, conifers, dwarf_shrubs, grasses, savanna_trees, succulents, thickets, tropical_trees)
KINDS = {name: next(getattr(m, name) for m in MODULES if hasattr(m, name)) for name in BOUNDS}
MOST_FACES, MOST_VERTICES = 15_000, 25_000
# the peak is not ru_maxrss, which starts at that of the parent
PROCESS = """
import hashlib
from pathlib import Path
import numpy as np
from procedural.assets.plants import BUSHES, TREES
for family in (*TREES, *BUSHES):
    mesh = family.sample(np.random.default_rng(11)).mesh
    print(family.name, hashlib.sha256(b"".join(a.tobytes() for a in mesh)).hexdigest())
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print("MB", int(peak.split()[1]) // 1024)
"""


def assert_sound(mesh: Mesh, height: float) -> None:
    v, f, c = mesh
    assert v.dtype == np.float32 and f.dtype == np.int32 and c.dtype == np.uint8
    assert v.shape == c.shape and np.isfinite(v).all()
    assert f.min() >= 0 and f.max() < len(v)
    assert len(f) <= MOST_FACES and len(v) <= MOST_VERTICES
    assert v[:, 2].min() == pytest.approx(0, abs=1e-5 * height) and mesh.height == pytest.approx(height, rel=1e-4)


def numbers(kind: str) -> st.SearchStrategy[dict[str, float]]:
    """Any numbers of a kind, its extremes often."""
    ranges = {k: v for k, v in (BOUNDS[kind] | EVERYWHERE).items() if k != "seed"}
    drawn = {name: st.sampled_from([low, high]) | st.floats(low, high) for name, (low, high) in ranges.items()}
    return st.fixed_dictionaries(drawn | {"seed": st.integers(0, 2**31 - 1)})


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_allowed_numbers_give_a_sound_mesh(kind: str, data: st.DataObject) -> None:
    chosen = data.draw(numbers(kind))
    start = time.perf_counter()
    asset = KINDS[kind](**chosen)
    assert time.perf_counter() - start < 10
    assert_sound(asset.mesh, chosen["height"])
    assert asset.parameters == {name: float(value) for name, value in chosen.items()}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_numbers_out_of_range_are_named(kind: str) -> None:
    ranges = BOUNDS[kind] | EVERYWHERE
    middle = {name: (low + high) / 2 for name, (low, high) in ranges.items()} | {"seed": 1}
    for name, (_, high) in ranges.items():
        with pytest.raises(ValueError, match=f"{name} of {kind} is"):
            KINDS[kind](**(middle | {name: 1e12 if name != "seed" else high + 1}))


@pytest.mark.parametrize("family", [*TREES, *BUSHES], ids=lambda f: f.name)
def test_individuals_stay_within_the_size_of_their_kind(family) -> None:  # noqa: ANN001
    low, high = family.size
    assert 0 < low < high <= 30
    heights = [family.sample(np.random.default_rng(seed)).mesh.height for seed in range(6)]
    assert low <= min(heights) and max(heights) <= high * 1.0001
    assert family.habitat in {ground.name for ground in GROUNDS}
    assert family.words.count(",") >= 1


def test_two_processes_make_the_same_bytes_in_little_memory() -> None:
    outputs = []
    for hashing in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": hashing, "PYTHONPATH": os.pathsep.join(sys.path)}
        run = subprocess.run([sys.executable, "-c", PROCESS], env=environment, capture_output=True, text=True, check=True, timeout=120)
        *lines, memory = run.stdout.splitlines()
        assert int(memory.split()[1]) < 1000
        outputs.append(lines)
    assert outputs[0] == outputs[1] and len(set(outputs[0])) == len(TREES) + len(BUSHES)


def test_there_are_enough_kinds() -> None:
    assert len(TREES) >= 13 and len(BUSHES) >= 11
    assert {"acacia", "oak", "birch", "pine", "palm", "snag"} <= {f.name for f in TREES}
    assert {"shrub", "thorn_bush", "tussock", "fern"} <= {f.name for f in BUSHES}
    assert {f.name for f in (*TREES, *BUSHES)} == set(BOUNDS)


@pytest.mark.parametrize(
    "shape", [oval(0.5), sprig(3, 0.4, 1.8), lobed(5, 0.4, 2.4), spray(3, 0.5)], ids=["oval", "sprig", "lobed", "spray"]
)
def test_leaves_face_where_they_should(shape) -> None:  # noqa: ANN001
    rng = np.random.default_rng(0)
    n = 40
    facing = rng.normal(size=(n, 3))
    along = np.cross(facing, rng.normal(size=(n, 3)))
    mesh = cards(shape, rng.normal(size=(n, 3)), along, facing, 0.5, np.full((n, 3), 128.0), rng)
    assert len(mesh.faces) == n * len(shape.faces)
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    total = np.cross(b - a, c - a).reshape(n, -1, 3).sum(axis=1)
    assert ((total * facing).sum(axis=1) > 0).all()


def test_a_needle_is_one_face() -> None:
    assert len(needles(7, 0.1, 1.0).faces) == 7


def test_seasons_run_from_green_to_bare() -> None:
    spring, summer, autumn = (150, 160, 80), (80, 110, 50), (210, 150, 40)
    assert season_color(0, spring, summer, autumn) == pytest.approx(spring)
    assert season_color(1, spring, summer, autumn) == pytest.approx(summer)
    assert season_color(2, spring, summer, autumn) == pytest.approx(autumn)
    shares = [leaf_share(s) for s in (1, 2, 2.4, BARE)]
    assert shares == sorted(shares, reverse=True) and shares[0] == 1 and shares[-1] == 0
    drawn = np.array([season_rand(np.random.default_rng(k)) for k in range(400)])
    assert 0.03 < (drawn >= BARE).mean() < 0.12 and ((drawn > 0.6) & (drawn < 1.5)).mean() > 0.4


def test_winter_takes_the_leaves() -> None:
    make = {"height": 10, "spread": 1, "fullness": 1, "olive": 0, "seed": 3}
    summer, winter = (broadleaves.oak(**make, season=s).mesh for s in (1, 3))
    assert len(winter.faces) < 0.8 * len(summer.faces)
    green = [int((m.colors[:, 1] > m.colors[:, 0].astype(int) + 8).sum()) for m in (summer, winter)]
    assert green[0] > 5000 and green[1] == 0


def test_densities_that_multiply_are_refused() -> None:
    wild = Branches(2, 8, 45)
    with pytest.raises(ValueError, match="branches; allowed"):
        grow((10, 0.3, 0.1), (wild, wild, wild, wild), 1)


def test_tips_are_one_a_branch_and_far_out() -> None:
    wood = grow((5, 0.3, 0.1), (Branches(1.5, 2, 50, split=0.0),), 1)
    ends = tips(wood)
    assert len(ends) == len(np.unique(wood.stem)) > 5
    assert np.median(wood.along[ends]) > 0.85


def test_tubes_face_outwards_whichever_way_they_run() -> None:
    for way in ([0, 0, 1.0], [1.0, 0, 0.2], [0.3, -0.4, 0.1], [0, 1.0, 1.0]):
        spine = np.linspace(0, 1, 6)[:, None] * np.array(way)
        mesh = tubes(spine[None], np.full((1, 6), 0.1), 8, np.full((1, 6, 3), 100.0))
        a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
        middle = (a + b + c) / 3
        axis = np.array(way) / np.linalg.norm(way)
        out = middle - (middle @ axis)[:, None] * axis
        assert ((np.cross(b - a, c - a) * out).sum(axis=1) > 0).all()


def test_strips_colour_every_vertex() -> None:
    spines = np.linspace(0, 1, 4)[None, :, None] * np.ones((3, 1, 3))
    mesh = strips(spines, np.full((3, 4), 0.1), np.tile([1.0, 0, 0], (3, 1)), np.array([10.0, 20, 30]))
    assert mesh.colors.shape == mesh.vertices.shape == (24, 3)
