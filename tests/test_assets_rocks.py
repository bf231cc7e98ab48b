"""Rocks: counts, budgets and soundness over the numbers they are built from, and what tells them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedural.assets import boulders, rock_coats, rock_stacks, rock_towers
from procedural.assets.asset import Asset
from procedural.assets.boulders import geodesic
from procedural.assets.rock_stacks import prism
from procedural.assets.rocks import ROCKS
from raw.mesh import Mesh

every_rock = pytest.mark.parametrize("family", ROCKS, ids=lambda f: f.name)


class Span(NamedTuple):
    """A rock and the ranges of its numbers."""

    build: Callable[..., Asset]
    ranges: dict[str, tuple[float, float]]


SPANS = (
    Span(boulders.granite, {"height": (0.2, 3), "width": (0.9, 1.6), "depth": (0.8, 1.3), "brightness": (80, 170), "warmth": (0, 1),
                            "speckle": (0, 1.2)}),
    Span(boulders.sandstone, {"height": (0.2, 3), "width": (1.2, 3), "depth": (1.2, 2.2), "layers": (3, 5), "redness": (0, 1)}),
    Span(boulders.mossy, {"height": (0.2, 3), "width": (1, 1.8), "depth": (0.9, 1.5), "brightness": (70, 120), "moss": (0, 1)}),
    Span(rock_coats.lichen, {"height": (0.2, 3), "width": (0.9, 1.8), "depth": (0.9, 1.5), "brightness": (80, 150), "cover": (0, 1)}),
    Span(rock_coats.limestone, {"height": (0.2, 3), "width": (0.9, 1.8), "depth": (0.8, 1.5), "pits": (60, 160), "grey": (0, 1)}),
    Span(rock_coats.quartz, {"height": (0.2, 3), "width": (0.8, 1.6), "depth": (0.8, 1.5), "cuts": (8, 32), "rust": (0, 1)}),
    Span(rock_coats.snow_capped, {"height": (0.2, 3), "width": (0.9, 1.8), "depth": (0.9, 1.5), "brightness": (60, 120), "snow": (0, 1)}),
    Span(rock_stacks.slate, {"height": (0.2, 3), "width": (1.4, 2.8), "depth": (1.0, 2.2), "plates": (11, 24), "tilt": (0, 40),
                             "blue": (0, 1)}),
    Span(rock_stacks.basalt, {"height": (0.2, 3), "width": (0.8, 1.7), "columns": (12, 23), "slope": (0.3, 1), "brightness": (50, 90)}),
    Span(rock_stacks.cobbles, {"height": (0.2, 3), "count": (3, 5), "warmth": (0, 1)}),
    Span(rock_towers.red_rock, {"height": (0.2, 3), "width": (0.4, 0.9), "depth": (0.4, 0.8), "bands": (4, 10), "waist": (0, 1)}),
    Span(rock_towers.arch, {"height": (0.2, 3), "thickness": (0.25, 0.5), "depth": (0.3, 0.7), "bands": (3, 8)}),
    Span(rock_towers.termite_mound, {"height": (0.2, 3), "width": (0.25, 0.55), "ridges": (4, 10), "redness": (0, 1)}),
)  # fmt: skip


def volume(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def is_closed(faces: np.ndarray) -> bool:
    """Every edge has two faces, which run through it in opposite directions."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    there, back = {tuple(e) for e in edges.tolist()}, {tuple(e) for e in edges[:, ::-1].tolist()}
    return there == back and len(there) == len(edges)


def test_kinds_and_their_names() -> None:
    names = [f.name for f in ROCKS]
    assert len(set(names)) == len(names) >= 9 and {"granite", "sandstone", "mossy"} <= set(names)
    assert all(f.category == "boulder" and f.words for f in ROCKS) and len(SPANS) == len(ROCKS)


@pytest.mark.parametrize("span", SPANS, ids=lambda s: s.build.__name__)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_rock_is_sound_over_its_numbers(span: Span, data: st.DataObject) -> None:
    numbers = {name: data.draw(st.floats(low, high), label=name) for name, (low, high) in span.ranges.items()}
    asset = span.build(**numbers, seed=data.draw(st.integers(0, 2**31 - 1), label="seed"))
    v, f, c = asset.mesh
    assert v.dtype == np.float32 and f.dtype == np.int32 and c.dtype == np.uint8 and c.shape == v.shape
    assert np.isfinite(v).all() and v[:, 2].min() == pytest.approx(0, abs=1e-5)
    assert asset.mesh.height == pytest.approx(numbers["height"], rel=1e-4)
    assert 3000 <= len(f) <= 15_000 and is_closed(f)
    assert 0.1 < volume(asset.mesh) / np.ptp(v, axis=0).prod() < 1
    assert asset.parameters.keys() == numbers.keys() | {"seed"}


def test_rocks_are_told_apart_by_colour() -> None:
    means = {f.name: np.mean([f.sample(np.random.default_rng(s)).mesh.colors.mean(axis=0) for s in range(3)], axis=0) for f in ROCKS}
    assert means["quartz"].min() > 200 and means["basalt"].max() < 100 < means["granite"].min()
    assert means["red_rock"][0] > 1.4 * means["red_rock"][2] and means["mossy"].argmax() == 1
    assert means["limestone"].sum() > 1.2 * means["granite"].sum() > 1.2 * means["slate"].sum()


def test_snow_lies_on_top() -> None:
    mesh = rock_coats.snow_capped(1.0, 1.3, 1.1, 80, 0.7, 4).mesh
    upper = mesh.vertices[:, 2] > 0.9
    assert mesh.colors[upper].mean() > 200 > 150 > mesh.colors[mesh.vertices[:, 2] < 0.3].mean()


def test_arch_has_a_hole() -> None:
    v = rock_towers.arch(2.0, 0.35, 0.5, 5, 1).mesh.vertices
    beneath = (np.abs(v[:, 0]) < 0.2) & (v[:, 2] < 0.8)
    assert not beneath.any() and (v[:, 0] < -0.5).any() and (v[:, 0] > 0.5).any()


def test_prism_is_a_closed_box() -> None:
    square = np.array([[0, 0], [2, 0], [2, 1], [0, 1]], dtype=float)
    points, faces = prism(square, np.array([0.0, 1.0, 3.0]), np.ones(3))
    assert is_closed(faces) and volume(Mesh(points, faces, points)) == pytest.approx(6)


@pytest.mark.parametrize("frequency", [1, 5, 16])
def test_geodesic_counts(frequency: int) -> None:
    vertices, faces = geodesic(frequency)
    assert len(faces) == 20 * frequency**2 and len(vertices) == 10 * frequency**2 + 2 and is_closed(faces)
    np.testing.assert_allclose(np.linalg.norm(vertices, axis=1), 1, atol=1e-12)
    assert volume(Mesh(vertices, faces, vertices)) > 2.5
