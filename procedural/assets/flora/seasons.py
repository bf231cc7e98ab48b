"""Seasons of plants that lose their leaves: a number, the colour of the leaves at it, and how many hang.

0 is spring as the buds open, 1 summer, 2 autumn colours, 3 winter, when nothing hangs.
"""

from __future__ import annotations

import numpy as np

BARE = 2.8  # from here on no leaf hangs

Color = tuple[float, float, float]


def season_rand(rng: np.random.Generator) -> float:
    """A season 0-3: over half of the individuals are in summer leaf, a quarter in autumn colours, one in sixteen bare."""
    return float(np.interp(rng.uniform(), [0, 0.15, 0.66, 0.70, 0.90, 0.94, 1.0], [0, 0.6, 1.4, 1.7, 2.3, BARE, 3.0]))


def season_color(season: float, spring: Color, summer: Color, autumn: Color) -> np.ndarray:
    """(3,) colour of the leaves; late autumn turns them brown."""
    autumn_, brown = np.array(autumn, dtype=float), np.array([112.0, 82, 54])
    keys = np.stack(
        [np.array(spring, dtype=float), np.array(summer, dtype=float), np.array(summer, dtype=float), autumn_, 0.4 * autumn_ + 0.6 * brown]
    )
    return np.array([np.interp(season, [0, 0.8, 1.5, 2, BARE], keys[:, k]) for k in range(3)])


def leaf_share(season: float) -> float:
    """Share of the leaves that hang, 0-1: fewer in early spring and late autumn, none in winter."""
    return float(np.interp(season, [0, 0.5, 1.5, 2, BARE - 0.3, BARE], [0.55, 1.0, 1.0, 0.95, 0.4, 0.0]))
