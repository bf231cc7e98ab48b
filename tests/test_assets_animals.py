"""Every animal family: sane sizes, closed outward meshes, facing -y, reproducible, rigged."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from procedural.assets.asset import Asset
from procedural.assets.capsules import Capsule, polygonise, smooth_minimum, split_edges, tube
from procedural.assets.coats import Coat, bind
from procedural.assets.species import ANIMALS

HEIGHTS = {  # metres, of the whole standing animal
    "zebra": (1.2, 2.1), "african_elephant": (2.8, 4.6), "giraffe": (3.6, 5.8), "deer": (0.9, 2.5), "buffalo": (1.3, 2.1),
    "lion": (0.9, 1.6),
    "tiger": (0.85, 1.4), "leopard": (0.6, 1.0), "wolf": (0.7, 1.2), "brown_bear": (1.0, 1.7), "crow": (0.18, 0.42),
    "flamingo": (0.9, 1.6),
    "heron": (0.6, 1.2), "duck": (0.2, 0.45), "ostrich": (1.6, 2.8),
}
FAMILIES = {f.name: f for f in ANIMALS}


@cache
def built(name: str, seed: int) -> Asset:
    return FAMILIES[name].sample(np.random.default_rng(seed))


def volume(vertices: np.ndarray, faces: np.ndarray) -> float:
    corners = vertices[faces].astype(np.float64)
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6)


def boundary_edges(faces: np.ndarray) -> int:
    directed = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    codes = directed[:, 0].astype(np.int64) * (faces.max() + 1) + directed[:, 1]
    back = directed[:, 1].astype(np.int64) * (faces.max() + 1) + directed[:, 0]
    return int((~np.isin(codes, back)).sum())


def test_the_table_covers_the_families():
    assert set(HEIGHTS) >= {f.name for f in ANIMALS if f.category != "bird"} and len(ANIMALS) == len(FAMILIES)
    assert {f.category for f in ANIMALS} == {"herbivore", "carnivore", "bird"}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", HEIGHTS)
def test_mesh_is_sane(name: str, seed: int):
    mesh = built(name, seed).mesh
    low, high = HEIGHTS[name]
    assert low < mesh.height < high
    assert mesh.vertices.dtype == np.float32 and mesh.faces.dtype == np.int32 and mesh.colors.dtype == np.uint8
    assert np.isfinite(mesh.vertices).all() and mesh.colors.shape == mesh.vertices.shape
    assert 2_000 < len(mesh.vertices) < 25_000
    assert mesh.faces.min() == 0 and mesh.faces.max() == len(mesh.vertices) - 1
    assert volume(mesh.vertices, mesh.faces) > 0
    assert boundary_edges(mesh.faces) == 0
    assert abs(mesh.vertices[:, 2].min()) < 1e-5
    middle = (mesh.vertices.min(axis=0) + mesh.vertices.max(axis=0))[:2] / 2
    assert np.abs(middle).max() < 1e-3


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", HEIGHTS)
def test_rig_faces_front_and_weights_sum_to_one(name: str, seed: int):
    mesh, rig, _ = built(name, seed)
    assert rig is not None and len(rig.names) == len(rig.parents) == len(rig.positions)
    assert rig.parents[0] == -1 and (rig.parents[1:] < np.arange(1, len(rig.parents))).all() and (rig.parents[1:] >= 0).all()
    assert rig.positions[rig.names.index("head"), 1] < rig.positions[0, 1]
    assert rig.weights.shape == (len(mesh.vertices), len(rig.names))
    np.testing.assert_allclose(rig.weights.sum(axis=1), 1, atol=1e-4)
    assert (rig.positions > mesh.vertices.min(axis=0) - 0.05).all() and (rig.positions < mesh.vertices.max(axis=0) + 0.05).all()


@pytest.mark.parametrize("name", ["zebra", "leopard", "crow"])
def test_same_seed_same_animal_other_seed_another(name: str):
    again = FAMILIES[name].sample(np.random.default_rng(0))
    np.testing.assert_array_equal(again.mesh.vertices, built(name, 0).mesh.vertices)
    np.testing.assert_array_equal(again.mesh.colors, built(name, 0).mesh.colors)
    assert again.parameters == built(name, 0).parameters != built(name, 1).parameters


def test_zebra_is_striped_and_crow_is_dark():
    zebra = built("zebra", 0).mesh.colors.mean(axis=1)
    assert 0.2 < (zebra < 80).mean() < 0.7 and (zebra > 170).mean() > 0.2
    assert built("crow", 0).mesh.colors.mean() < 60


def test_capsule_alone_and_melted_have_the_volume_of_a_cone_with_caps():
    c = Capsule("a", "b", np.array([0, 0, 0.0]), np.array([0, 0.2, 1.0]), 0.2, 0.2, 0.02)
    expected = np.pi * 0.2**2 * np.hypot(0.2, 1.0) + 4 / 3 * np.pi * 0.2**3
    for vertices, faces in (polygonise((c,), 0.03), tube(c, 0.05)):
        assert volume(vertices, faces) == pytest.approx(expected, rel=0.08)


def test_split_keeps_volume_and_closes():
    vertices, faces = tube(Capsule("a", "b", np.zeros(3), np.array([0, 0, 1.0]), 0.2, 0.1), 0.1)
    edges = np.unique(np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1), axis=0)
    wanted = edges[np.random.default_rng(3).random(len(edges)) < 0.4]
    points, split, owner = split_edges(vertices, faces, np.zeros(len(vertices), int), wanted)
    assert len(points) == len(vertices) + len(wanted) == len(owner)
    assert boundary_edges(split) == 0
    assert volume(points, split) == pytest.approx(volume(vertices, faces), rel=1e-4)


def test_smooth_minimum_is_below_the_minimum_and_equal_far_off():
    a, b = np.array([0.0, 0.0]), np.array([0.0, 1.0])
    np.testing.assert_allclose(smooth_minimum(a, b, 0.2), [-0.05, 0.0])


def test_unknown_pattern_is_an_error():
    with pytest.raises(ValueError, match="plaid"):
        bind(Coat((1, 2, 3), pattern="plaid"))
