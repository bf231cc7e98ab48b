"""A world: one piece of land with everything on it, which many cameras then see.

Land coordinates are metres, x east and y north; headings are degrees clockwise from north. Nothing here is relative to
a camera, so a world is sampled once and photographed from all around.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from procedural.biomes import Biome
from procedural.chance import log_uniform, weighted
from procedural.scenes.footprints import cover
from procedural.scenes.herds import Herds
from procedural.scenes.sights import Sights
from procedural.scenes.things import Placing, Thing
from procedural.scenes.vegetation import RADIUS, Vegetation
from procedural.scenes.weather import sample_sky
from raw.color import LUMA, srgb_to_linear
from raw.library import GROUND, AssetRecord, Library
from raw.scene import ANIMALS, Ground, Sky


@dataclass(frozen=True)
class World:
    biome: str
    ground: Ground  # phase 0
    sky: Sky  # sun_rotation is the sun's heading on the land
    things: tuple[Thing, ...]
    photographers: Mapping[str, float]  # name in procedural.scenes.photographers -> share
    cover: float = 0.0  # metres, how high the ground's plants hide what is in them
    left_out: Mapping[str, int] = field(default_factory=dict)  # reason -> things that are not here

    @property
    def animals(self) -> tuple[Thing, ...]:
        return tuple(thing for thing in self.things if thing.record.category in ANIMALS)

    @cached_property
    def sights(self) -> Sights:
        """The things as arrays, for the cameras; made when the first one asks."""
        return Sights(self.things, self.ground, self.cover)


def sample_world(biome: Biome, library: Library, rng: np.random.Generator, records: Sequence[AssetRecord] | None = None) -> World:
    """Ground, light, groups of animals near the middle, and plants and stones all around.

    Only assets among ``records`` are used, if given. ValueError if none of the biome's grounds is among them.
    """
    ground_rng, sky_rng, animal_rng, plant_rng = rng.spawn(4)
    families: dict[str, list[AssetRecord]] = {}
    for record in library.records if records is None else records:
        families.setdefault(record.family, []).append(record)
    name, ground = _ground(biome, library, families, ground_rng)
    land, placing, hides = biome.grounds[name], Placing(), cover(library, str(ground.appearance))
    Herds(placing, library, families, hides, animal_rng).add(biome.animals, name)
    clearing = _clearing(placing.things, biome.clearing, plant_rng)
    plants = Vegetation(placing, library, families, plant_rng.uniform(*land.seasons), plant_rng)
    plants.add(land.trees or biome.trees, clearing, far=True)
    plants.add(land.boulders or biome.boulders, clearing)
    plants.add(land.bushes or biome.bushes, clearing * [1, 1, 0.6])
    light = albedo(library, str(ground.appearance)), _shade(placing.things)
    sky = sample_sky(biome.weather, biome.latitude, *light, sky_rng)
    return World(biome.name, ground, sky, tuple(placing.things), biome.photographers, hides, dict(placing.left_out))


def _ground(biome: Biome, library: Library, families: Mapping[str, list[AssetRecord]], rng: np.random.Generator) -> tuple[str, Ground]:
    """Name of the land in the biome, and the ground."""
    names = [name for name in biome.grounds if name in families and families[name][0].category == GROUND]
    if not names:
        raise ValueError(f"the library {library.folder} has no ground of biome {biome.name}: {', '.join(biome.grounds)}")
    name = names[weighted(np.array([biome.grounds[n].share for n in names]), rng)]
    record = families[name][int(rng.integers(len(families[name])))]
    relief = log_uniform(rng, *biome.grounds[name].relief)
    return name, Ground(record.id, relief, seed=int(rng.integers(1, 2**31 - 1)))


def _clearing(animals: list[Thing], radius: tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """(3,) x, y and radius of the open place around the first group of animals, or around the middle."""
    first = [(t.x, t.y) for t in animals if t.group == 0]
    middle = np.mean(first, axis=0) if first else np.zeros(2)
    reach = float(np.std(first, axis=0).max()) if first else 0.0
    return np.array([*middle, reach + rng.uniform(*radius)])


def _shade(things: list[Thing]) -> float:
    """Share 0-1 of the populated land that is under trees."""
    crowns = [t.shape.slabs.max() * t.scale for t in things if t.record.category == "tree" and np.hypot(t.x, t.y) < RADIUS]
    return float(min(np.sum(np.square(crowns)) / RADIUS**2, 1.0))


def albedo(library: Library, ground: str) -> float:
    """Share of the light that a ground throws back, 0.03-0.9, from the colours of its palette."""
    colors = library.ground(ground).palette / 255.0
    return float(np.clip((srgb_to_linear(colors) @ LUMA).mean(), 0.03, 0.9))
