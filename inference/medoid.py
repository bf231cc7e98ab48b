"""Of several drawn programs the one whose places are most like those of the others.

Minimum Bayes risk decoding over samples (Kumar and Byrne 2004): no program is sure where every tree is, so the one is taken that is
expected to be least wrong, each of the others being as likely the truth. What counts is OSPA, as it does in evaluation: how far places
are off, and how many are missed or made up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from raw.metrics.ospa import ospa
from raw.scene import Scene


def most_alike(scenes: Sequence[Scene]) -> int:
    """Which of one or more scenes has the least mean OSPA to all; the first of those that have."""
    if not scenes:
        raise ValueError("most_alike needs at least one scene")
    places = [np.array([thing.location for thing in scene.objects]).reshape(-1, 3) for scene in scenes]
    apart = np.zeros((len(places), len(places)))
    for i, one in enumerate(places):
        for j, other in enumerate(places[:i]):
            apart[i, j] = apart[j, i] = ospa(one, other)
    return int(apart.sum(axis=1).argmin())
