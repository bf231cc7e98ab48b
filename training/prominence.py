"""What the labels of a program's parts weigh: a picture is mostly about its subject, and the subject comes first.

Programs tell objects largest first. Of fifteen objects most are plants and stones of a few hundred pixels, and evenly
weighed they make up most of the loss. The weight of a choice, which kind of object comes next, depends only on how many
came before: by anything that the choice itself decides, weights would tilt what the model finds likely. Values follow a
choice that is made, so theirs may depend on it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from raw.grammar import OBJECT_STATEMENTS, object_statement
from raw.model.automaton import statements
from raw.model.vocabulary import Vocabulary
from raw.scene import ANIMALS

_OBJECTS = {statement.name for statement in OBJECT_STATEMENTS}
_ANIMALS = {object_statement(category).name for category in ANIMALS}


class Weighing(NamedTuple):
    """See ``training.config.ObjectiveConfig``."""

    lead: float = 0.0
    scene: float = 1.0
    animals: float = 1.0


EVEN = Weighing()


def label_weights(vocabulary: Vocabulary, input_ids: np.ndarray, weighing: Weighing) -> np.ndarray:
    """(T,) token ids of a program, bos first -> (T, 2) float32: what the choice at t weighs, and the value that it carries."""
    if weighing == EVEN:
        return np.ones((len(input_ids), 2), dtype=np.float32)
    rows = [(0.0, 0.0)]
    place = 0
    for name, length in statements(vocabulary, input_ids):
        thing = name in _OBJECTS
        place += thing or not name
        weight = float(place) ** -weighing.lead if place else weighing.scene
        rows += [(weight, weight * (weighing.animals if name in _ANIMALS else 1.0))] * length
    return np.array(rows, dtype=np.float32)
