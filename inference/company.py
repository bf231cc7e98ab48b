"""Animals of one photo are mostly of one species: what each is taken for speaks for the others.

A herd's nearest animal may be plain to see and the farthest a few pixels. So every family gains by how likely the others are of it:
``HERD`` times the logarithm of the mean of their probabilities, each the softmax of an animal's own scores, and of ``STRANGER``, which
keeps a zebra among wildebeest a zebra where it looks like one by enough. docs/second_look.md has what it gains.
"""

from __future__ import annotations

import numpy as np

HERD = 0.04  # cosine that a family gains where the others are e times as likely of it
STRANGER = 0.02  # share left to families that nobody else is of
DOUBT = 0.05  # cosine by which one family must lead another to be e times as likely


def said_by_others(scores: np.ndarray) -> np.ndarray:
    """(N, F) scores of families for N animals, in cosine -> (N, F) what the other animals add to them; 0 for one that is alone."""
    if len(scores) < 2:
        return np.zeros_like(scores)
    raised = np.exp((scores - scores.max(axis=1, keepdims=True)) / DOUBT)
    likely = raised / raised.sum(axis=1, keepdims=True)
    others = (likely.sum(axis=0) - likely) / (len(scores) - 1)
    return HERD * np.log(np.maximum(others, 0.0) + STRANGER)
