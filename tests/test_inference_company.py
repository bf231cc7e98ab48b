"""What the other animals of a photo say about the species of one."""

from __future__ import annotations

import numpy as np
import pytest

from inference.company import HERD, STRANGER, said_by_others


def test_one_alone_is_told_nothing() -> None:
    assert not said_by_others(np.array([[0.1, 0.7, 0.3]])).any()
    assert said_by_others(np.zeros((0, 3))).shape == (0, 3)


def test_each_hears_the_others_and_not_itself() -> None:
    sure_of = 100 * np.eye(3)
    said = said_by_others(sure_of[[0, 0, 1]])
    most, half, least = (HERD * np.log(share + STRANGER) for share in (1.0, 0.5, 0.0))
    assert said == pytest.approx(np.array([[half, half, least], [half, half, least], [most, least, least]]))


def test_who_doubts_says_little() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(0.5, 0.1, (5, 7))
    said = said_by_others(scores)
    spread = np.ptp(said, axis=1)
    assert (spread > 0).all() and (spread < HERD * np.log(1 / STRANGER + 1)).all()
    assert said_by_others(scores + rng.normal(size=(5, 1))) == pytest.approx(said)  # of differences alone
    assert np.ptp(said_by_others(np.zeros((4, 7)))) == pytest.approx(0)
