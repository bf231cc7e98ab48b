"""Biomes: which grounds, plants and animals live together, and how thick; each is a YAML file in this folder."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import yaml


@dataclass(frozen=True)
class Biome:
    """Families with their shares, densities as [low, high] per hectare, relief as [low, high] metres (log-uniform)."""

    name: str
    grounds: dict[str, float]
    trees: dict[str, float]
    bushes: dict[str, float]
    boulders: dict[str, float]
    animals: dict[str, float]
    trees_per_hectare: tuple[float, float]
    bushes_per_hectare: tuple[float, float]
    boulders_per_hectare: tuple[float, float]
    relief: tuple[float, float]


def load_biome(path: Path) -> Biome:
    """Read one biome; ValueError names the file and the key that is missing or unknown."""
    data = yaml.safe_load(path.read_text())
    known = {field.name for field in fields(Biome)}
    if wrong := known.symmetric_difference(data):
        raise ValueError(f"{path}: keys {', '.join(sorted(wrong))} are missing or unknown; allowed: {', '.join(sorted(known))}")
    return Biome(**{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})


def biomes() -> dict[str, Biome]:
    """All biomes that come with the project, by name."""
    found = [load_biome(path) for path in sorted(Path(__file__).parent.glob("*.yaml"))]
    return {biome.name: biome for biome in found}


def pick(shares: dict[str, float], rng: np.random.Generator, available: set[str]) -> str | None:
    """One name by its share, of those that are available; None when there are none."""
    names = [name for name in shares if name in available]
    if not names:
        return None
    weights = np.array([shares[name] for name in names])
    return str(rng.choice(names, p=weights / weights.sum()))
