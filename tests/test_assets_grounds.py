"""Ground materials and the things strewn over them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from procedural.assets.ground_things import needle, strewn
from procedural.assets.grounds import GROUNDS, GroundKind
from raw.mesh import GroundMaterial

every_ground = pytest.mark.parametrize("kind", GROUNDS, ids=lambda k: k.name)


def sample(kind: GroundKind, seed: int) -> GroundMaterial:
    return kind.sample(np.random.default_rng(seed))


@every_ground
@pytest.mark.parametrize("seed", [1, 2])
def test_ground_is_sound(kind: GroundKind, seed: int) -> None:
    ground = sample(kind, seed)
    assert ground.palette.dtype == np.uint8 and ground.palette.shape[1] == 3 and 2 <= len(ground.palette) <= 4
    assert 0.3 <= ground.patch_size <= 20
    assert 0 <= ground.grain <= 1 and 0 <= ground.roughness <= 1
    assert ground.scatter
    for piece in ground.scatter:
        assert 0 < piece.density <= 40
        assert 0 < piece.low <= piece.high <= 0.9
        assert -0.1 <= piece.where[0] < piece.where[1] <= 1
    surface = ground.surface
    assert 0.03 <= surface.scale <= 1 and 0 < surface.bump <= 0.2 and 1 <= surface.sharpness <= 6
    assert 0 <= surface.cracks <= 2.5 and 0 <= surface.ripples <= 1 and 0 <= surface.water < 0.8


@every_ground
def test_scattered_meshes_are_small_and_sound(kind: GroundKind) -> None:
    for piece in sample(kind, 3).scatter:
        v, f, c = piece.mesh
        assert 2 <= len(f) <= 80 and np.ptp(v[:, :2], axis=0).max() * piece.high <= 1.2
        assert v.dtype == np.float32 and f.dtype == np.int32 and c.dtype == np.uint8 and c.shape == v.shape
        assert np.isfinite(v).all() and f.min() >= 0 and f.max() < len(v)
        assert piece.mesh.height == pytest.approx(1, abs=1e-4)
        assert v[:, 2].min() == pytest.approx(0, abs=1e-6)


@every_ground
def test_seed_decides_everything(kind: GroundKind) -> None:
    one, again, other = sample(kind, 5), sample(kind, 5), sample(kind, 6)
    np.testing.assert_array_equal(one.palette, again.palette)
    assert one[1:4] == again[1:4] and one.surface == again.surface and one[1:3] != other[1:3]
    for a, b in zip(one.scatter, again.scatter, strict=True):
        np.testing.assert_array_equal(a.mesh.vertices, b.mesh.vertices)
        np.testing.assert_array_equal(a.mesh.colors, b.mesh.colors)
        assert a[1:] == b[1:]
    assert not np.array_equal(one.palette, other.palette)


def test_kinds_and_their_colours() -> None:
    names = [k.name for k in GROUNDS]
    assert names[:7] == ["dry_grass", "green_grass", "sand", "leaf_litter", "dirt", "gravel_rock", "snow"]
    assert len(names) == len(set(names)) >= 20 and all(k.words for k in GROUNDS)
    means = {k.name: np.mean([sample(k, s).palette.mean(axis=0) for s in range(8)], axis=0) for k in GROUNDS}
    assert means["snow"].min() > 200
    assert means["green_grass"].argmax() == 1
    assert means["sand"].sum() > means["dirt"].sum() > means["leaf_litter"].sum()
    assert means["lava"].max() < 80 and means["salt_pan"].min() > 190
    assert means["red_sand"][0] > 1.6 * means["red_sand"][1] and means["ice"].argmax() == 2


def test_what_is_wet_and_what_is_cracked() -> None:
    surfaces = {k.name: sample(k, 1).surface for k in GROUNDS}
    assert {n for n, s in surfaces.items() if s.water} == {"marsh", "mud", "pebble_beach", "shallow_water", "swamp"}
    assert {n for n, s in surfaces.items() if s.cracks} == {"bare_rock", "cracked_earth", "ice", "lava", "salt_pan"}


def test_strewn_pieces_are_laid_out_over_a_disc() -> None:
    rng = np.random.default_rng(0)
    one = needle(np.array([120.0, 90, 60]), rng)
    heap = strewn([one] * 20, 16.0, rng)
    assert len(heap.faces) == 20 * len(one.faces) and heap.height == pytest.approx(1, abs=1e-5)
    assert 16 < np.ptp(heap.vertices[:, 0]) < 2 * (16 + 8)


_DIGEST = """
import hashlib, numpy as np
from procedural.assets.grounds import GROUNDS
from procedural.assets.rocks import ROCKS
digest = hashlib.sha256()
for kind in GROUNDS:
    ground = kind.sample(np.random.default_rng(9))
    digest.update(ground.palette.tobytes() + repr((ground[1:4], ground.surface)).encode())
    for piece in ground.scatter:
        digest.update(b"".join(a.tobytes() for a in piece.mesh) + repr(piece[1:]).encode())
for family in ROCKS:
    digest.update(b"".join(a.tobytes() for a in family.sample(np.random.default_rng(9)).mesh))
print(digest.hexdigest())
"""


def test_two_processes_make_the_same_grounds_and_rocks() -> None:
    run = [subprocess.Popen([sys.executable, "-c", _DIGEST], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    one, two = (process.communicate(timeout=60)[0].strip() for process in run)
    assert len(one) == 64 and one == two


@pytest.mark.parametrize("name, low, high", [("dry_grass", 15, 40), ("green_grass", 15, 44)])
def test_grass_is_dense_enough_to_read_as_grass(name: str, low: float, high: float) -> None:
    kind = next(k for k in GROUNDS if k.name == name)
    assert low <= sum(p.density for p in sample(kind, 4).scatter) <= high
