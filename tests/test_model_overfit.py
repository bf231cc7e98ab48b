"""The whole path learns: a model comes to know a few scenes by heart, and decodes them from their patches."""

from __future__ import annotations

import pytest
from overfit import Recall, learn, lesson, recall


def check(result: Recall, scenes: int) -> None:
    assert result.counts == scenes and result.categories == result.appearances == 1.0
    assert result.location < 0.05 and result.rotation < 3.0


def test_a_few_scenes_are_learned_by_heart() -> None:
    scenes = lesson(4)
    check(recall(learn(scenes, "bins", steps=300, rate=0.01), scenes), 4)


@pytest.mark.slow
@pytest.mark.parametrize(("codec", "steps"), [("bins", 600), ("bins+residual", 600), ("head", 2000), ("digits", 800)])
def test_sixteen_scenes_are_learned_by_heart(codec: str, steps: int) -> None:
    scenes = lesson(16)
    check(recall(learn(scenes, codec, steps=steps, rate=0.01), scenes), 16)
