"""What several species share: dark hair, eyes, the seed of a coat, and how a row of a mammal becomes a family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from procedural.assets.asset import Asset, Family
from procedural.assets.coats import Coat
from procedural.assets.quadruped import quadruped
from procedural.assets.quadruped_shape import QuadrupedShape, varied

DARK = (22, 18, 16)
EYES = {"eye": (12, 9, 8), "mouth": (46, 34, 30), "nose": (30, 24, 22)}


def coat_seed(rng: np.random.Generator) -> int:
    """A seed of its own for every individual's pattern."""
    return int(rng.integers(1 << 31))


def mammal(
    name: str,
    category: str,
    words: str,
    shape: QuadrupedShape,
    coat: Coat,
    order: str,
    habitat: str,
    size: tuple[float, float],
    graze: float = 15.0,
    male: Mapping[str, Any] | None = None,
    males: float = 0.6,
) -> Family:
    """A family from its row. `size` is the height at the withers in metres, from low to high of adults in the literature.

    `graze` is how far the neck may be lowered, in degrees. `male` holds what differs in males (horns, mane), which are a
    share `males` of all and the larger ones; None: the sexes look alike.
    """
    low, high = size

    def sample(rng: np.random.Generator) -> Asset:
        shape_rng, sex_rng, coat_rng = rng.spawn(3)
        is_male = male is not None and sex_rng.random() < males
        bottom, top = (0.0, 1.0) if male is None else (0.4, 1.0) if is_male else (0.0, 0.6)
        own = varied(replace(shape, **male) if is_male else shape, shape_rng, graze)
        own = replace(own, height=low + float(sex_rng.uniform(bottom, top)) * (high - low))
        scale = own.height / ((low + high) / 2)
        second = coat.second and (coat.second[0], coat.second[1], coat.second[2] * scale)
        tone = 1 + 0.06 * float(np.clip(coat_rng.normal(), -2, 2))
        return quadruped(own, replace(coat, seed=coat_seed(coat_rng), size=coat.size * scale, second=second, tone=coat.tone * tone))

    return Family(name, category, words, sample, order, habitat, size)
