"""Models as methods: their names, and their predictions in batches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from inference.defaults import model_folder
from inference.evaluation.baselines import BASELINES
from inference.evaluation.cases import Answer, Case

if TYPE_CHECKING:
    from inference.reconstructor import Prediction, Reconstructor

BUILT_IN = "model"  # the name of the model in the package
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLAIN = ("model", "best", "final")  # folder names that say nothing


def model_folders(given: Sequence[str]) -> dict[str, Path]:
    """NAME=PATH, or PATH named after its folder (or the one above ``model``) -> folder by name; without any the built-in model.

    ValueError for names that cannot be, that come twice, or that are a baseline's; FileNotFoundError where there is no model.
    """
    found: dict[str, Path] = {}
    for text in given or ("",):
        before, equals, after = text.partition("=")
        name, path = (before, after) if equals else ("", text)
        folder = model_folder(path or None)
        name = name if equals else _name_of(Path(path).resolve()) if path else BUILT_IN
        if not _NAME.fullmatch(name) or name in BASELINES:
            raise ValueError(f"model name {name!r}; allowed: letters, digits, . _ -, and no baseline's name; give NAME=PATH")
        if name in found:
            raise ValueError(f"two models are named {name}: {found[name]} and {folder}; give NAME=PATH")
        found[name] = folder
    return found


def _name_of(folder: Path) -> str:
    return folder.parent.name if folder.name in _PLAIN else folder.name


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
