"""How a row of numbers becomes a family of birds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from procedural.assets.asset import Asset, Family
from procedural.assets.bird_shape import BirdShape, varied_bird
from procedural.assets.birds import bird
from procedural.assets.plumage import Plumage
from procedural.assets.species.parts import coat_seed


def _sampler(shape: BirdShape, plumage: Plumage, size: tuple[float, float]) -> Callable[[np.random.Generator], Asset]:
    """Individuals differ in size, carriage, pose, and the tone and marks of their feathers."""
    return lambda rng: bird(varied_bird(shape, size, rng), replace(plumage, seed=coat_seed(rng)))


def row(name: str, words: str, shape: BirdShape, plumage: Plumage, order: str, habitat: str, size: tuple[float, float]) -> Family:
    """One species; `size` is metres as it stands with its head up."""
    return Family(name, "bird", words, _sampler(shape, plumage, size), order, habitat, size)
