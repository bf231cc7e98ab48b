"""Ground materials and the things strewn over them."""

from __future__ import annotations

import numpy as np
import pytest

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
        assert 0 < piece.low <= piece.high <= 0.6


@every_ground
def test_scattered_meshes_are_small_and_sound(kind: GroundKind) -> None:
    for piece in sample(kind, 3).scatter:
        v, f, c = piece.mesh
        assert 2 <= len(f) <= 80
        assert v.dtype == np.float32 and f.dtype == np.int32 and c.dtype == np.uint8 and c.shape == v.shape
        assert np.isfinite(v).all() and f.min() >= 0 and f.max() < len(v)
        assert piece.mesh.height == pytest.approx(1, abs=1e-4)
        assert v[:, 2].min() == pytest.approx(0, abs=1e-6)


@every_ground
def test_seed_decides_everything(kind: GroundKind) -> None:
    one, again, other = sample(kind, 5), sample(kind, 5), sample(kind, 6)
    np.testing.assert_array_equal(one.palette, again.palette)
    assert one[1:4] == again[1:4] and one[1:3] != other[1:3]
    for a, b in zip(one.scatter, again.scatter, strict=True):
        np.testing.assert_array_equal(a.mesh.vertices, b.mesh.vertices)
        np.testing.assert_array_equal(a.mesh.colors, b.mesh.colors)
        assert a[1:] == b[1:]
    assert not np.array_equal(one.palette, other.palette)


def test_kinds_and_their_colours() -> None:
    names = [k.name for k in GROUNDS]
    assert names == ["dry_grass", "green_grass", "sand", "leaf_litter", "dirt", "gravel_rock", "snow"]
    means = {k.name: np.mean([sample(k, s).palette.mean(axis=0) for s in range(8)], axis=0) for k in GROUNDS}
    assert means["snow"].min() > 200
    assert means["green_grass"].argmax() == 1
    assert means["sand"].sum() > means["dirt"].sum() > means["leaf_litter"].sum()


@pytest.mark.parametrize("name, low, high", [("dry_grass", 15, 40), ("green_grass", 15, 44)])
def test_grass_is_dense_enough_to_read_as_grass(name: str, low: float, high: float) -> None:
    kind = next(k for k in GROUNDS if k.name == name)
    assert low <= sum(p.density for p in sample(kind, 4).scatter) <= high
