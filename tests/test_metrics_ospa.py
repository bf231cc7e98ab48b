"""OSPA: known answers, and what makes it a distance of sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from raw.metrics.ospa import ospa

NOTHING = np.zeros((0, 3))
SETS = st.integers(0, 5).flatmap(lambda n: arrays(np.float64, (n, 3), elements=st.floats(-50, 50)))


def test_known_answers() -> None:
    one, two = np.array([[0.0, 0, -10]]), np.array([[3.0, 4, -10], [0, 0, -100]])
    assert ospa(one, one) == 0
    assert ospa(one, two, 20) == pytest.approx((5 + 20) / 2)  # 5 m to its partner, and one without
    assert ospa(one, two, 4) == 4  # too far to be its partner at all
    assert ospa(NOTHING, two, 20) == ospa(two, NOTHING, 20) == 20
    assert ospa(NOTHING, NOTHING) == 0


def test_to_say_little_does_not_pay() -> None:
    true = np.array([[0.0, 0, -z] for z in (5, 10, 15, 20)])
    assert ospa(true + [2, 0, 0], true) == pytest.approx(2)
    assert ospa(true[:1], true) == pytest.approx(15)


@given(SETS, SETS)
def test_it_is_symmetric_bounded_and_does_not_depend_on_the_order(a: np.ndarray, b: np.ndarray) -> None:
    found = ospa(a, b)
    assert 0 <= found <= 20
    assert found == pytest.approx(ospa(b, a)) == pytest.approx(ospa(a[::-1], b))


@given(SETS, SETS, SETS)
def test_the_triangle_holds(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    assert ospa(a, c) <= ospa(a, b) + ospa(b, c) + 1e-9


@pytest.mark.parametrize("cutoff", [0.0, -1.0, float("nan")])
def test_a_cutoff_that_cannot_be_is_refused(cutoff: float) -> None:
    with pytest.raises(ValueError, match="cutoff is .*allowed: above 0"):
        ospa(NOTHING, NOTHING, cutoff)
