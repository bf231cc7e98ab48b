"""Biomes: which grounds, plants, stones and animals live together and in what light; each is a YAML file in this folder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from procedural.biomes.reading import read

SOCIAL = ("solitary", "pair", "family", "herd", "flock")  # family: adults with young; herd: loose; flock: dense


@dataclass(frozen=True)
class Layer:
    """Plants or stones of one category."""

    families: dict[str, float]  # name -> share
    per_hectare: tuple[float, float]  # fewest and most; thin more often than thick
    cluster: float  # of how many one grows in a thicket or heap, on average
    spread: float  # metres, radius of a thicket

    def __post_init__(self) -> None:
        _ordered("per_hectare", self.per_hectare, 0.0)
        if self.cluster < 1 or self.spread <= 0:
            raise ValueError(f"cluster is {self.cluster:g} and spread {self.spread:g}; allowed: 1 or more, above 0")


@dataclass(frozen=True)
class Land:
    """One of a biome's grounds, and what is different on it; a layer given here stands in place of the biome's."""

    share: float
    relief: tuple[float, float]  # metres, log-uniform
    seasons: tuple[float, float]  # 0 spring, 1 summer, 2 autumn, 3 winter: which plants are in leaf
    trees: Layer | None = None
    bushes: Layer | None = None
    boulders: Layer | None = None

    def __post_init__(self) -> None:
        _ordered("relief", self.relief, 0.001)
        _ordered("seasons", self.seasons, 0.0)


@dataclass(frozen=True)
class Company:
    """Others that are seen near a group: a second species, or birds around cattle."""

    families: dict[str, float]
    chance: float  # 0-1
    size: tuple[int, int]


@dataclass(frozen=True)
class Group:
    """Animals that are met together; one family is drawn for a group."""

    families: dict[str, float]
    share: float
    social: str  # one of SOCIAL
    size: tuple[int, int]
    grounds: tuple[str, ...] = ()  # only on these; empty means on all of the biome
    company: Company | None = None

    def __post_init__(self) -> None:
        if self.social not in SOCIAL:
            raise ValueError(f"social is {self.social!r}; allowed: {', '.join(SOCIAL)}")
        _ordered("size", self.size, 1)


@dataclass(frozen=True)
class Biome:
    """A place on earth."""

    name: str
    latitude: tuple[float, float]  # degrees, says how high the sun climbs
    weather: dict[str, float]  # name in procedural.scenes.weather -> share
    photographers: dict[str, float]  # name in procedural.scenes.photographers -> share
    clearing: tuple[float, float]  # metres around the animals that are more open than the rest
    grounds: dict[str, Land]
    trees: Layer
    bushes: Layer
    boulders: Layer
    animals: tuple[Group, ...]


def _ordered(name: str, pair: tuple[float, float], least: float) -> None:
    if not least <= pair[0] <= pair[1]:
        raise ValueError(f"{name} is {list(pair)}; allowed: [low, high], low at least {least:g}")


def load_biome(path: Path) -> Biome:
    """Read one biome; ValueError names the file, the key and what is allowed."""
    return read(Biome, path)


@cache
def biomes() -> dict[str, Biome]:
    """All biomes that come with the project, by name."""
    found = [load_biome(path) for path in sorted(Path(__file__).parent.glob("*.yaml"))]
    return {biome.name: biome for biome in found}
