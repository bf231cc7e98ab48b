"""Plants and stones of a world: thickets and copses, open around the animals, trees as far as one sees."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from procedural.biomes import Layer
from procedural.chance import many
from procedural.scenes.footprints import footprint_of
from procedural.scenes.things import Placing, Wanted
from raw.library import AssetRecord, Library

RADIUS = 75.0  # metres around the middle that are populated
BACKDROP = 170.0  # metres, where the last trees stand
_MOST_FAR = 120  # trees beyond RADIUS; the nearer ones hide more
_TRIES = 3  # places for one plant
_OPEN = 0.12  # of the plants that would grow in a clearing, the share that does
_SEASON = 0.6  # how far from the season a plant may look, where others of its layer fit better
_SIZES = 0.18  # spread of heights, of their logarithm


class Vegetation:
    """Adds the layers of one world to a placing."""

    def __init__(
        self, placing: Placing, library: Library, families: Mapping[str, list[AssetRecord]], season: float, rng: np.random.Generator
    ) -> None:
        """``season`` 0 spring to 3 winter: plants that lose their leaves are taken from those that look like it."""
        self.placing, self.library, self.families, self.season, self.rng = placing, library, families, season, rng

    def add(self, layer: Layer, clearing: np.ndarray, far: bool = False) -> None:
        """A layer with its own density of the day; ``clearing`` is (x, y, radius). With ``far`` it goes on to BACKDROP."""
        density = self.rng.uniform(layer.per_hectare[0] ** 0.5, layer.per_hectare[1] ** 0.5) ** 2 / 1e4
        self._scatter(layer, density, 0.0, RADIUS, clearing)
        if far:
            ring = np.pi * (BACKDROP**2 - RADIUS**2)
            self._scatter(layer, min(0.7 * density, _MOST_FAR / ring), RADIUS, BACKDROP, clearing)

    def _scatter(self, layer: Layer, density: float, inner: float, outer: float, clearing: np.ndarray) -> None:
        """Thickets around random centres of the ring, one family leading each."""
        families = self._in_season(layer)
        thickets = int(self.rng.poisson(density * np.pi * (outer**2 - inner**2) / layer.cluster))
        sizes = 1 + self.rng.poisson(layer.cluster - 1, thickets)
        if not families:
            self.placing.left_out["not in the library"] += int(sizes.sum())
            return
        kinds = many(np.array([layer.families[name] for name in families]), thickets, self.rng)
        reach, angle = np.sqrt(self.rng.uniform(inner**2, outer**2, thickets)), self.rng.uniform(0, 2 * np.pi, thickets)
        centres = np.stack([reach * np.cos(angle), reach * np.sin(angle)], axis=1)
        places = np.repeat(centres, sizes, axis=0)[:, None] + self.rng.normal(0, 0.6 * layer.spread, (int(sizes.sum()), _TRIES, 2))
        stays = self._outside(places, clearing)
        places, kinds = places[stays], np.repeat(kinds, sizes)[stays]
        wanted: list[Wanted] = []
        for kind, family in enumerate(families):
            wanted += self._grown(family, int((kinds == kind).sum()))
        order = np.argsort(kinds, kind="stable")
        mixed = self.rng.permutation(len(wanted))  # no family comes first to all good places
        self.placing.place([wanted[i] for i in mixed], places[order[mixed]])

    def _in_season(self, layer: Layer) -> list[str]:
        """Families of the library that look like the season; all of them where none does."""
        there = [name for name in layer.families if name in self.families]
        return [name for name in there if min(self._apart(name)) < _SEASON] or there

    def _apart(self, family: str) -> list[float]:
        """How far from the season each individual of a family looks; 0.5 for what is the same all year."""
        seasons = [footprint_of(self.library, record.id).season for record in self.families[family]]
        return [0.5 if season is None else abs(season - self.season) for season in seasons]

    def _outside(self, places: np.ndarray, clearing: np.ndarray) -> np.ndarray:
        """(N,) which of (N, T, 2) places have none in the clearing, or grow there all the same."""
        inside = (np.hypot(*(places - clearing[:2]).transpose(2, 0, 1)) < clearing[2]).any(axis=1)
        return ~inside | (self.rng.random(len(places)) < _OPEN)

    def _grown(self, family: str, count: int) -> list[Wanted]:
        """So many individuals of a family, those that look like the season first of all."""
        known = [(record, footprint_of(self.library, record.id)) for record in self.families[family]]
        weights = np.exp(-((np.array(self._apart(family)) / 0.5) ** 2)) + 1e-3
        chosen = many(weights, count, self.rng)
        sizes, headings = np.exp(np.clip(self.rng.normal(0, _SIZES, count), -0.5, 0.4)), self.rng.uniform(0, 360, count)
        return [
            Wanted(*known[c], float(heading), float(known[c][0].height * size))
            for c, size, heading in zip(chosen, sizes, headings, strict=True)
        ]
