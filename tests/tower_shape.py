"""A tower as far as a model must know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class ShapeOnly:
    """A tower as far as a model must know it."""

    name: str = "shape"
    fingerprint: str = "abc"
    patch_shape: tuple[int, int] = (9, 6)
    width: int = 5
