"""Models as methods: predictions in batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PIL import Image

from inference.evaluation.cases import Answer, Case

if TYPE_CHECKING:
    from inference.reconstructor import Prediction, Reconstructor


class Model:
    """A scene model as a method."""

    def __init__(self, name: str, reconstructor: Reconstructor) -> None:
        self.name, self.reconstructor = name, reconstructor

    def answer(self, cases: Sequence[Case]) -> list[Answer]:
        """One pass for all; where that fails, one for each, so that what the model cannot do with one picture stays there."""
        try:
            return [_answer(one) for one in self.reconstructor.predict([Image.fromarray(case.image) for case in cases])]
        except ValueError as problem:
            if len(cases) == 1:
                return [Answer(None, str(problem))]
            return [answer for case in cases for answer in self.answer([case])]


def _answer(one: Prediction) -> Answer:
    confidence = one.confidence[: len(one.scene.objects)] if one.scene else None
    return Answer(one.scene, one.error, sum(one.milliseconds.values()), confidence=confidence)
