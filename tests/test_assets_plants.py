"""Plant and rock families and the noise they are made with."""

from __future__ import annotations

import numpy as np
import pytest

from procedural.assets.asset import Family
from procedural.assets.boulders import icosphere
from procedural.assets.noise import fractal_noise, value_noise
from procedural.assets.plants import PLANTS
from procedural.assets.rocks import ROCKS
from raw.mesh import Mesh

HEIGHTS = {"tree": (2.4, 30.1), "bush": (0.19, 12.1), "boulder": (0.2, 3.0)}
SCENERY = (*PLANTS, *ROCKS)
every_family = pytest.mark.parametrize("family", SCENERY, ids=lambda f: f.name)


def volume(mesh: Mesh) -> float:
    """Signed volume of a closed mesh: positive when its faces are counter-clockwise seen from outside."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def build(family: Family, seed: int) -> Mesh:
    return family.sample(np.random.default_rng(seed)).mesh


@every_family
@pytest.mark.parametrize("seed", [1, 2])
def test_mesh_is_sound(family: Family, seed: int) -> None:
    asset = family.sample(np.random.default_rng(seed))
    v, f, c = asset.mesh
    assert v.dtype == np.float32 and f.dtype == np.int32 and c.dtype == np.uint8 and c.shape == v.shape
    assert np.isfinite(v).all()
    low, high = HEIGHTS[family.category]
    assert low <= asset.mesh.height <= high
    assert asset.mesh.height == pytest.approx(asset.parameters["height"], rel=1e-4)
    assert v[:, 2].min() == pytest.approx(0, abs=1e-5)
    np.testing.assert_allclose(v[:, :2].min(axis=0) + v[:, :2].max(axis=0), 0, atol=1e-4 * asset.mesh.height)
    assert f.min() >= 0 and f.max() < len(v)
    assert len(v) <= 25_000 and len(f) <= 15_000
    assert asset.rig is None and all(isinstance(x, float) for x in asset.parameters.values())


@every_family
def test_seed_decides_everything(family: Family) -> None:
    one, again, other = build(family, 5), build(family, 5), build(family, 6)
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.vertices.shape != other.vertices.shape or not np.array_equal(one.vertices, other.vertices)


@every_family
def test_budget_holds_over_many_seeds(family: Family) -> None:
    meshes = [build(family, seed) for seed in range(100, 112)]
    assert max(len(m.vertices) for m in meshes) <= 25_000
    counts = [len(m.faces) for m in meshes]
    assert min(counts) >= 2_900 and max(counts) <= 15_000


@pytest.mark.parametrize("family", ROCKS, ids=lambda f: f.name)
def test_boulders_are_closed_and_face_outwards(family: Family) -> None:
    mesh = build(family, 3)
    size = np.ptp(mesh.vertices, axis=0).prod()
    assert 0.2 * size < volume(mesh) < size
    f = mesh.faces
    edges = np.concatenate([f[:, [0, 1]], f[:, [1, 2]], f[:, [2, 0]]])
    there, back = {tuple(e) for e in edges.tolist()}, {tuple(e) for e in edges[:, ::-1].tolist()}
    assert there == back and len(there) == len(edges)


def test_bare_wood_faces_outwards() -> None:
    snag = next(f for f in PLANTS if f.name == "snag")
    assert volume(build(snag, 1)) > 0


def test_families_have_unique_names_and_all_three_categories() -> None:
    assert len({f.name for f in SCENERY}) == len(SCENERY)
    assert {f.category for f in SCENERY} == set(HEIGHTS)


def test_icosphere_is_a_unit_sphere() -> None:
    vertices, faces = icosphere(3)
    assert len(vertices) == 642 and len(faces) == 1280
    np.testing.assert_allclose(np.linalg.norm(vertices, axis=1), 1, atol=1e-12)
    assert volume(Mesh(vertices, faces, vertices)) == pytest.approx(4 / 3 * np.pi, rel=0.03)


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("noise", [value_noise, fractal_noise])
def test_noise_is_bounded_smooth_and_seeded(noise, axes: int) -> None:
    points = np.random.default_rng(0).uniform(-50, 50, (4000, axes))
    values = noise(points, 7)
    assert values.shape == (4000,) and values.dtype == np.float64
    assert np.abs(values).max() <= 1 and values.std() > 0.1 and abs(values.mean()) < 0.05
    np.testing.assert_array_equal(values, noise(points, 7))
    assert np.abs(noise(points + 1e-4, 7) - values).max() < 5e-3
    assert abs(np.corrcoef(values, noise(points, 8))[0, 1]) < 0.1


def test_noise_is_continuous_across_cells() -> None:
    edge = np.array([[-3.0, 0.4], [0.0, 0.4], [5.0, 0.4]])
    np.testing.assert_allclose(value_noise(edge - [1e-9, 0], 1), value_noise(edge, 1), atol=1e-7)


def test_noise_rejects_bad_input() -> None:
    with pytest.raises(ValueError, match="shape"):
        value_noise(np.zeros((3, 4)), 1)
    with pytest.raises(ValueError, match="octaves"):
        fractal_noise(np.zeros((3, 2)), 1, 0)
