"""Programs that a model decodes against the true ones, as one number.

The loss on held-out scenes can rise while what a model says gets better: it grows too sure of what cannot be known. So
models are compared by what they decode. Predicted and true objects are matched as in ``raw.metrics.objects``. A pair
whose categories differ earns nothing; another earns, each factor cut off at 0,

    (1 - location error / true depth) x cosine of the two appearance vectors

and ``decoded_score`` = 2 x earned / (predicted + true objects), from 0 to 1: like F1 it counts what is missed and what is
made up. ``decoded_f1`` is the plain F1, where a pair is right if its categories agree and its location error is at most
half the true depth.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from torch import Tensor

from raw.language import SceneSyntaxError, parse
from raw.metrics.objects import HIT_DISTANCE, score_objects
from raw.model.generate import Decoding, generate
from raw.model.scene_model import SceneModel
from raw.scene import SceneObject
from training.sources import Appearances


class Tally(NamedTuple):
    """Sums over images."""

    earned: float = 0.0
    hits: float = 0.0
    predicted: float = 0.0  # objects
    true: float = 0.0  # objects
    miscounted: float = 0.0  # absolute error of the number of objects
    failed: float = 0.0  # programs that do not parse: they say nothing
    images: float = 0.0

    def __add__(self, other: Tally) -> Tally:  # type: ignore[override]
        return Tally(*(a + b for a, b in zip(self, other, strict=True)))

    def summary(self) -> dict[str, float]:
        """Scores of at least one image. Where nothing is there and nothing was predicted, all is right."""
        objects = self.predicted + self.true
        return {
            "decoded_score": 2 * self.earned / objects if objects else 1.0,
            "decoded_f1": 2 * self.hits / objects if objects else 1.0,
            "decoded_count_error": self.miscounted / self.images,
            "decoded_failed": self.failed / self.images,
        }


def decoded_tally(model: SceneModel, patches: Tensor, programs: list[str], appearances: Appearances, max_objects: int) -> Tally:
    """Decode patches (B, N, C) greedily and compare with the true programs, of which the ``max_objects`` largest objects count."""
    total = Tally()
    for result, program in zip(generate(model, patches, Decoding(max_objects)), programs, strict=True):
        true = sorted(appearances.embed(parse(program)).objects, key=lambda thing: -thing.pixels)[:max_objects]
        try:
            predicted, failed = appearances.embed(result.program.parse()).objects, 0.0  # of names, too
        except SceneSyntaxError:
            predicted, failed = (), 1.0
        total += compared(predicted, tuple(true))._replace(failed=failed)
    return total


def compared(predicted: tuple[SceneObject, ...], true: tuple[SceneObject, ...]) -> Tally:
    """The tally of one image; appearances are embeddings."""
    scores = score_objects(_bare(predicted), _bare(true))
    right = scores.category == 1
    cosines = np.array([_cosine(predicted[p], true[t]) for p, t in scores.pairs])
    earned = right * np.clip(1 - scores.relative, 0, None) * np.clip(cosines, 0, None)
    hits = right & (scores.relative <= HIT_DISTANCE)
    sizes = len(predicted), len(true)
    return Tally(float(earned.sum()), float(hits.sum()), *sizes, abs(sizes[0] - sizes[1]), 0.0, 1.0)


def _bare(objects: tuple[SceneObject, ...]) -> list[SceneObject]:
    """Without appearances, which the metrics compare by asset id."""
    return [replace(thing, appearance=None) for thing in objects]


def _cosine(a: SceneObject, b: SceneObject) -> float:
    u, v = (np.asarray(thing.appearance.vector, dtype=np.float64) for thing in (a, b))
    return float(u @ v / max(np.linalg.norm(u) * np.linalg.norm(v), 1e-12))
