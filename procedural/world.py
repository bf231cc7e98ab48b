"""A world: one piece of land with everything on it, which many cameras then see.

Land coordinates are metres, x east and y north; headings are degrees clockwise from north. Nothing here is relative to
a camera, so a world is sampled once and photographed from all around.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from procedural.biomes import Biome, pick
from raw.library import GROUND, AssetRecord, Library
from raw.scene import ANIMALS, Ground, Sky

RADIUS = 70.0  # metres around the middle that are populated
_TRIES = 12  # places tried for a thing before it is left out
_SPACING = {
    "tree": 0.22,
    "bush": 0.35,
    "boulder": 0.5,
    "bird": 0.5,
    "carnivore": 0.75,
    "herbivore": 0.75,
}  # radius kept free, of the height


@dataclass(frozen=True)
class Thing:
    """One asset on the land."""

    record: AssetRecord
    x: float
    y: float
    heading: float  # degrees clockwise from north, where its front points
    height: float  # metres

    @property
    def radius(self) -> float:
        """Metres that it keeps free of others."""
        return _SPACING[self.record.category] * self.height


@dataclass(frozen=True)
class World:
    biome: str
    ground: Ground  # phase 0
    sky: Sky  # sun_rotation is the sun's heading on the land
    things: tuple[Thing, ...]
    left_out: int  # things that found no free place

    @property
    def animals(self) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if thing.record.category in ANIMALS)


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def sample_sky(rng: np.random.Generator) -> Sky:
    """Clear, hazy or overcast, any hour with light. The overcast sun is weak and wide, as a lamp through cloud."""
    overcast, foggy = rng.random() < 0.3, rng.random() < 0.08
    return Sky(
        sun_size=log_uniform(rng, 3, 5) if overcast else log_uniform(rng, 0.4, 2),
        sun_intensity=rng.uniform(0.0, 0.25) if overcast else rng.uniform(0.5, 1.7),
        sun_elevation=rng.uniform(8, 75),
        sun_rotation=rng.uniform(0, 360),
        air=rng.uniform(0.6, 2.0),
        dust=rng.uniform(2.5, 6) if overcast else log_uniform(rng, 0.3, 4),
        ozone=rng.uniform(0.5, 3),
        strength=log_uniform(rng, 0.25, 0.55) if overcast else log_uniform(rng, 0.1, 0.3),
        density=log_uniform(rng, 0.01, 0.04) if foggy else log_uniform(rng, 0.0004, 0.006),
    )


class _Land:
    """Things placed so far; refuses places that are taken."""

    def __init__(self) -> None:
        self.things: list[Thing] = []
        self.left_out = 0
        self._taken = np.zeros((0, 3))  # x, y, radius

    def place(self, record: AssetRecord, height: float, heading: float, places: np.ndarray) -> Thing | None:
        """Put a thing on the first free one of (T, 2) places; count it as left out when none is."""
        for x, y in places:
            thing = Thing(record, float(x), float(y), heading, height)
            if np.all(np.hypot(self._taken[:, 0] - x, self._taken[:, 1] - y) > self._taken[:, 2] + thing.radius):
                self.things.append(thing)
                self._taken = np.vstack([self._taken, (x, y, thing.radius)])
                return thing
        self.left_out += 1
        return None


def sample_world(biome: Biome, library: Library, rng: np.random.Generator) -> World:
    """Ground, sky, groups of animals near the middle, and plants and stones all around."""
    ground_rng, sky_rng, animal_rng, plant_rng = rng.spawn(4)
    by_family: dict[str, list[AssetRecord]] = {}
    for record in library.records:
        by_family.setdefault(record.family, []).append(record)
    land = _Land()
    _add_animals(land, biome, by_family, animal_rng)
    for shares, density in (
        (biome.trees, biome.trees_per_hectare),
        (biome.bushes, biome.bushes_per_hectare),
        (biome.boulders, biome.boulders_per_hectare),
    ):
        _add_clustered(land, shares, density, by_family, plant_rng)
    family = pick(biome.grounds, ground_rng, {r.family for r in library.records if r.category == GROUND})
    if family is None:
        raise ValueError(f"the library {library.folder} has no ground of biome {biome.name}: {', '.join(biome.grounds)}")
    ground = Ground(
        _one(by_family[family], ground_rng).id, log_uniform(ground_rng, *biome.relief), seed=int(ground_rng.integers(1, 2**31 - 1))
    )
    return World(biome.name, ground, sample_sky(sky_rng), tuple(land.things), land.left_out)


def _one(records: list[AssetRecord], rng: np.random.Generator) -> AssetRecord:
    return records[int(rng.integers(len(records)))]


def _individual_height(record: AssetRecord, rng: np.random.Generator) -> float:
    spread = 0.06 if record.category in ANIMALS else 0.2
    return record.height * float(np.exp(rng.normal(0, spread)))


def _add_animals(land: _Land, biome: Biome, by_family: dict[str, list[AssetRecord]], rng: np.random.Generator) -> None:
    """Up to three groups, the first around the middle; one scene in ten has none. A group mostly heads one way."""
    if rng.random() < 0.1:
        return
    for group in range(int(rng.integers(1, 4))):
        family = pick(biome.animals, rng, set(by_family))
        if family is None:
            return
        size = 1 if rng.random() < 0.45 else int(rng.integers(2, 7))
        angle, reach = rng.uniform(0, 2 * np.pi), 0.0 if group == 0 else rng.uniform(5, 30)
        centre = reach * np.array([np.cos(angle), np.sin(angle)])
        way = rng.uniform(0, 360)
        for _ in range(size):
            record = _one(by_family[family], rng)
            heading = way + rng.normal(0, 30) if rng.random() < 0.6 else rng.uniform(0, 360)
            spread = max(1.0, 1.5 * record.height) * np.sqrt(size)
            land.place(record, _individual_height(record, rng), heading % 360, centre + rng.normal(0, spread, (_TRIES, 2)))


def _add_clustered(
    land: _Land, shares: dict[str, float], density: tuple[float, float], by_family: dict[str, list[AssetRecord]], rng: np.random.Generator
) -> None:
    """Plants or stones in loose clusters around random centres, one family leading each cluster."""
    expected = rng.uniform(density[0] ** 0.5, density[1] ** 0.5) ** 2 * np.pi * RADIUS**2 / 1e4  # thin more often than thick
    for _ in range(int(np.ceil(expected / 4))):
        family = pick(shares, rng, set(by_family))
        if family is None:
            return
        centre = RADIUS * np.sqrt(rng.random()) * np.array([np.cos(a := rng.uniform(0, 2 * np.pi)), np.sin(a)])
        for _ in range(int(rng.poisson(4))):
            record = _one(by_family[family], rng)
            land.place(record, _individual_height(record, rng), rng.uniform(0, 360), centre + rng.normal(0, 7.0, (_TRIES, 2)))
