"""What several species share: dark hair, eyes, and the seed of a coat."""

from __future__ import annotations

import numpy as np

DARK = (22, 18, 16)
EYES = {"eye": (12, 9, 8), "mouth": (46, 34, 30), "nose": (30, 24, 22)}


def coat_seed(rng: np.random.Generator) -> int:
    """A seed of its own for every individual's pattern."""
    return int(rng.integers(1 << 31))
