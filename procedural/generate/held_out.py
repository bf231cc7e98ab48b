"""What no training picture shows, and the splits whose pictures show it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from procedural.biomes import Biome, biomes
from raw.library import AssetRecord, Library


@dataclass(frozen=True)
class HeldOut:
    """Left out of the splits train, validation, test and seen."""

    assets: float = 0.0
    """Share, 0 to 0.5, of the assets of every family, the last ones: split assets shows no others."""
    species: tuple[str, ...] = ()
    """Families of animals: split species shows no others."""
    biomes: tuple[str, ...] = ()
    """Biomes: split biome shows no others."""

    def __post_init__(self) -> None:
        if not 0 <= self.assets <= 0.5:
            raise ValueError(f"held_out.assets is {self.assets}; allowed: 0 to 0.5")
        if unknown := [name for name in self.biomes if name not in biomes()]:
            raise ValueError(f"held_out.biomes has {', '.join(unknown)}; allowed: {', '.join(biomes())}")
        animals = {family for biome in biomes().values() for family in _animals(biome)}
        if unknown := [name for name in self.species if name not in animals]:
            raise ValueError(f"held_out.species has {', '.join(unknown)}; allowed: animals of the biomes, {', '.join(sorted(animals))}")


def records_for(split: str, held_out: HeldOut, library: Library) -> tuple[AssetRecord, ...]:
    """The assets that a split's scenes are made from, in the library's order.

    ValueError where the split lives on what is held out and that is nothing of this library.
    """
    kept = _first_ones(library, held_out.assets)
    strange = set(held_out.species)
    if split == "assets":
        found = tuple(r for r in library.records if r.id not in kept and r.family not in strange)
    elif split == "species":
        animals = {family for biome in biomes().values() for family in _animals(biome)}
        found = tuple(r for r in library.records if r.family in strange or (r.family not in animals and r.id in kept))
    else:
        return tuple(r for r in library.records if r.id in kept and r.family not in strange)
    if not found or (split == "species" and not any(r.family in strange for r in found)):
        raise ValueError(f"split {split} needs held_out.{split}, and {library.folder} has nothing that {held_out} holds out")
    return found


def biomes_for(split: str, held_out: HeldOut, allowed: Sequence[str]) -> tuple[str, ...]:
    """Names of the biomes of a split's scenes, of those ``allowed`` (none: all). ValueError if there is none."""
    usual = tuple(name for name in allowed or biomes() if name not in held_out.biomes)
    found = held_out.biomes if split == "biome" else usual
    if split == "species":
        found = tuple(name for name in found if not _animals(biomes()[name]).isdisjoint(held_out.species))
    if not found:
        raise ValueError(f"split {split} has no biome: biomes is {', '.join(allowed) or 'all'}, and {held_out}")
    return found


def _first_ones(library: Library, share: float) -> Collection[str]:
    """Ids of the assets that are not held out."""
    of: dict[str, list[str]] = {}
    for record in library.records:
        of.setdefault(record.family, []).append(record.id)
    return {name for ids in of.values() for name in ids[: len(ids) - int(len(ids) * share + 0.5)]}


def _animals(biome: Biome) -> set[str]:
    groups = [group.families for group in biome.animals]
    company = [group.company.families for group in biome.animals if group.company]
    return {family for families in (*groups, *company) for family in families}
