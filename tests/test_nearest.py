"""The nearest vector, against computing all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raw.nearest import STAGES, Nearest, exact


def clustered(rng: np.random.Generator, count: int, width: int, spread: float, decay: float) -> np.ndarray:
    """Unit vectors (count, width) float16 around a few centres, weight falling along some axes as embeddings' does."""
    weights = np.arange(1, width + 1) ** -decay
    centres = rng.normal(size=(max(1, count // 12), width)) * weights
    vectors = centres[rng.integers(len(centres), size=count)] + spread * rng.normal(size=(count, width)) * weights
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 400),
    width=st.integers(STAGES[0] + 1, 2 * STAGES[1]),
    spread=st.sampled_from([0.0, 0.05, 0.5, 3.0]),
    decay=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    noise=st.sampled_from([0.0, 0.02, 0.2, 5.0]),
    length=st.sampled_from([1e-3, 1.0, 700.0]),
    half=st.booleans(),
)
def test_search_is_that_of_computing_all(
    seed: int, count: int, width: int, spread: float, decay: float, noise: float, length: float, half: bool
) -> None:
    """Row for row, ties to the first, whatever the data; spread 0 makes many vectors equal."""
    rng = np.random.default_rng(seed)
    vectors = clustered(rng, count, width, spread, decay)
    vectors = vectors if half else vectors.astype(np.float32)
    queries = length * (vectors[rng.integers(count, size=4)] + noise * rng.normal(size=(4, width)) / np.sqrt(width))
    bounded, plain = Nearest(vectors, plain=1), Nearest(vectors, plain=count + 1)
    for query in queries:
        assert bounded.search(query) == plain.search(query) == exact(vectors, query).argmax()


def test_vectors_of_many_lengths_and_the_zero_query() -> None:
    rng = np.random.default_rng(0)
    vectors = (rng.normal(size=(300, 96)) * np.geomspace(1e-3, 1e3, 300)[:, None]).astype(np.float32)
    table = Nearest(vectors, plain=1)
    for query in (*rng.normal(size=(20, 96)), np.zeros(96)):
        assert table.search(query) == exact(vectors, query).argmax()


def test_clustered_vectors_are_mostly_left_out_and_noise_is_not() -> None:
    rng = np.random.default_rng(1)
    vectors = clustered(rng, 4000, 384, 0.3, 1.0)
    table = Nearest(vectors, plain=1)
    table.search(vectors[77].astype(np.float32) + 0.2 * rng.normal(size=384) / np.sqrt(384))
    assert table.last_survivors < 100
    table = Nearest(clustered(rng, 4000, 384, 3.0, 0.0), plain=1)
    table.search(rng.normal(size=384))
    assert table.last_survivors > 1000


def test_few_vectors_are_not_projected() -> None:
    vectors = np.eye(5, 64, dtype=np.float32)
    table = Nearest(vectors)
    assert table.search(vectors[3]) == 3 and table.last_survivors == 5


@pytest.mark.parametrize(
    ("vectors", "query", "message"),
    [
        (np.zeros((0, 4)), np.zeros(4), r"vectors are \(0, 4\)"),
        (np.zeros(4), np.zeros(4), r"vectors are \(4,\)"),
        (np.zeros((2, 4)), np.zeros(5), r"a query is \(5,\); allowed: \(4,\)"),
        (np.zeros((2, 4)), np.array([0, np.nan, 0, 0]), "not finite"),
    ],
)
def test_wrong_shapes_and_numbers_are_refused(vectors: np.ndarray, query: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Nearest(vectors).search(query)
