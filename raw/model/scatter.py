"""Places of plants and stones, drawn from what the model finds likely.

A model that looks at a grove knows about where trees are, and not which of them comes next in the program: at its likeliest place every
tree stands on one spot, and the grove is gone. Animals are few, and each is taken where it is likeliest.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from raw.grammar import MODEL_MAX_OBJECTS, object_statement
from raw.model.codecs import BinCodec
from raw.model.drafts import Draft
from raw.model.numbers import NUMBER_SLOTS
from raw.model.reading import LOCATIONS
from raw.model.scene_model import SceneModel
from raw.model.vocabulary import Token
from raw.scene import ANIMALS, CATEGORIES


class Scatter:
    """Quantiles of places for every object of every copy of a program, the same for all pictures: none depends on its neighbours."""

    def __init__(self, model: SceneModel, copies: int, generator: torch.Generator) -> None:
        """ValueError for a model whose codec gives no probabilities."""
        if not model.codec.gives_probabilities:
            told = f"codec {model.config.codec!r} gives no probabilities of places to draw from"
            raise ValueError(f"{told}; allowed: scatter with the codecs {' and '.join(BinCodec.NAMES)}")
        self._quantiles = torch.rand((copies, MODEL_MAX_OBJECTS, 3), generator=generator).tolist()
        statements = model.vocabulary.statements
        self._scattered = {statements[object_statement(category).name] for category in CATEGORIES if category not in ANIMALS}

    def quantiles(self, drafts: Sequence[Draft], tokens: Sequence[Token]) -> list[float]:
        """For tokens of the statements that drafts have begun last, nan where nothing is drawn."""
        return [self._quantile(draft, token.slot) for draft, token in zip(drafts, tokens, strict=True)]

    def _quantile(self, draft: Draft, slot: int) -> float:
        if slot not in LOCATIONS or draft.statement not in self._scattered:
            return math.nan
        copy = self._quantiles[draft.index % len(self._quantiles)]
        return copy[len(draft.chances) - 1][NUMBER_SLOTS[slot].component]
