"""How much an ImageNet classifier speaks for each family of animals in a library.

A family is spoken for by the classes that its animals are called by (``raw.vision.imagenet_families``), and by ``OF_ITS_KIND`` as much by
other classes of the same kinds: a render, or a species that the challenge lacks, sets off odd classes of the right kind.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from raw.vision.imagenet_families import FAMILIES
from raw.vision.kinds import CLASSES, KINDS, members

OF_ITS_KIND = 0.2  # how much a class of the same kind says of a family, where a class of its own says 1
DOUBT = 0.01  # probability that a family has left, whatever the classifier says


class Naming:
    """See the module's docstring."""

    def __init__(self, families: Mapping[str, str]) -> None:
        """``families``: each with its category. What the table lacks is spoken for by all kinds of the others of its category."""
        self.families = tuple(families)
        known = {name: _weights(FAMILIES[name]) for name in self.families if name in FAMILIES}
        self._weights = np.zeros((len(self.families), CLASSES))
        for row, name in zip(self._weights, self.families, strict=True):
            others = [weights for other, weights in known.items() if families[other] == families[name]]
            row[:] = known[name] if name in known else OF_ITS_KIND * (np.sum(others, axis=0) > 0)

    def __call__(self, probabilities: np.ndarray) -> np.ndarray:
        """(1000,) of an animal's classes -> (F,) logarithms of what they say for each of ``families``, log(DOUBT) to log(1 + DOUBT)."""
        return np.log(self._weights @ probabilities + DOUBT)


def _weights(text: str) -> np.ndarray:
    """(1000,) how much each class speaks for the family of a text."""
    own, _, more = text.partition(";")
    classes = np.zeros(CLASSES, dtype=bool)
    for run in own.split():
        first, _, last = run.partition("-")
        classes[int(first) : int(last or first) + 1] = True
    kinds = members().numpy()
    of_kind = set(kinds[classes]) | {list(KINDS).index(name.strip()) for name in more.split(",") if name.strip()}
    return np.where(classes, 1.0, OF_ITS_KIND * np.isin(kinds, list(of_kind)))
