"""True objects by how large, how far and how hidden they are, so that a mean does not hide who it is a mean of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Axis:
    """A quantity cut into bins. Each bin has its lower edge, the last one also its upper."""

    name: str  # of the field in an object's record
    title: str
    unit: str
    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.edges) < 2 or not all(a < b for a, b in zip(self.edges, self.edges[1:], strict=False)):
            raise ValueError(f"edges of {self.name} are {self.edges}; allowed: two or more, rising")

    @property
    def labels(self) -> tuple[str, ...]:
        """A short name for each bin: "10-20", "80+"."""
        pairs = zip(self.edges, self.edges[1:], strict=False)
        return tuple(f"{low:g}+" if np.isinf(high) else f"{low:g}-{high:g}" for low, high in pairs)

    def bins(self, values: np.ndarray) -> np.ndarray:
        """(N,) values, nan where not known -> (N,) int64 bins, -1 for nan. ValueError for a value outside the edges."""
        values = np.asarray(values, dtype=np.float64)
        known = ~np.isnan(values)
        if ((values[known] < self.edges[0]) | (values[known] > self.edges[-1])).any():
            low, high = values[known].min(), values[known].max()
            raise ValueError(f"{self.name} runs from {low:g} to {high:g}; allowed: {self.edges[0]:g} to {self.edges[-1]:g}")
        places = np.searchsorted(self.edges, values, side="right") - 1
        return np.where(known, np.minimum(places, len(self.edges) - 2), -1)


PIXELS = Axis("pixels", "Visible size", "pixels of 224 x 224", (0, 100, 300, 1000, 3000, np.inf))
DISTANCE = Axis("distance_m", "Distance", "m", (0, 5, 10, 20, 40, np.inf))
OCCLUSION = Axis("occlusion", "Hidden by others", "share", (0, 0.1, 0.3, 0.6, 1))
AXES = (PIXELS, DISTANCE, OCCLUSION)
