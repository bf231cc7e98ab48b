"""Libraries made of another one's files: a part of its assets, or all of them under another tower's embeddings."""

from __future__ import annotations

from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import numpy as np

from inference.experiments.workspace import Workspace, key_of
from procedural.biomes import Biome, biomes
from procedural.embedding import complete, embed_library
from raw.library import GROUND, AssetRecord, Library, save_embeddings
from raw.scene import CATEGORIES


def identity(library: Library) -> dict[str, object]:
    """What of a library changes pictures or training."""
    return {"assets": key_of([asdict(record) for record in library.records]), "tower": library.fingerprint}


def first_assets(records: tuple[AssetRecord, ...], count: int) -> tuple[AssetRecord, ...]:
    """``count`` assets in their order in the library, a larger count holding all of a smaller one.

    First come the first individuals of all families, then the second ones; among them the categories have their shares, and
    which families come first is drawn once for all. Portrait studios stay beside the count. ValueError where there are fewer.
    """
    rng, keys = np.random.default_rng(0), dict[str, tuple[int, Fraction, str]]()
    for category in (*CATEGORIES, GROUND):
        families = sorted({record.family for record in records if record.category == category})
        for place, which in enumerate(rng.permutation(len(families))):
            members = [record.id for record in records if (record.category, record.family) == (category, families[which])]
            keys |= {asset: (n, Fraction(2 * place + 1, 2 * len(families)), asset) for n, asset in enumerate(members)}
    if count > len(keys):
        raise ValueError(f"the library holds {len(keys)} assets; allowed: parts of that many or fewer, not {count}")
    chosen = set(sorted(keys, key=lambda asset: keys[asset])[:count])
    return tuple(record for record in records if record.id in chosen or record.id not in keys)


def part_of_library(library: Library, count: int, work: Workspace) -> Library:
    """A library of ``count`` assets: a table over the same meshes, and their rows of the embeddings. All of it for 0."""
    if not count:
        return library
    records = first_assets(library.records, count)
    folder = work.library(key_of([identity(library)["assets"], count]))  # that of pictures: a new tower makes no other ones
    with work.alone(folder.name):
        if not (folder / "library.json").is_file() or Library.open(folder).fingerprint != library.fingerprint:
            _link_meshes(library.folder, folder)
            Library(folder, records, library.yaws, "").save_table()
            if library.fingerprint:
                kept = {record.id for record in records}
                save_embeddings(folder, library.embeddings[[i for i, record in enumerate(library.records) if record.id in kept]])
            Library(folder, records, library.yaws, library.fingerprint, library.tower).save_table()
    return Library.open(folder)


def embedded_by(library: Library, tower_name: str, work: Workspace, workers: int = 1) -> Library:
    """The same assets with embeddings of another tower, which are made where they are missing: each portrait is drawn for it."""
    from raw.vision.tower import load_tower

    tower = load_tower(tower_name)
    if tower.fingerprint == library.fingerprint:
        return library
    folder = work.library(key_of([identity(library)["assets"], tower.fingerprint]))
    with work.alone(folder.name):
        if not (folder / "library.json").is_file():
            _link_meshes(library.folder, folder)
            Library(folder, library.records, library.yaws, "").save_table()
        bare = Library.open(folder)
        if not bare.fingerprint:
            complete(bare, embed_library(bare, tower, workers), tower.name, tower.fingerprint)
    return Library.open(folder)


def biomes_of(library: Library) -> tuple[str, ...]:
    """Biomes that have a ground and an animal in a library, so that scenes of them can be made. ValueError if there is none."""
    families = {record.family for record in library.records}
    found = tuple(name for name, biome in biomes().items() if _lives(biome, families))
    if not found:
        raise ValueError(f"{library.folder} has ground and animals of no biome; allowed: a larger part of a library")
    return found


def _lives(biome: Biome, families: set[str]) -> bool:
    return bool(families & set(biome.grounds)) and any(families & set(group.families) for group in biome.animals)


def _link_meshes(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "meshes"
    link.unlink(missing_ok=True)  # of a call that was killed before the table was there
    link.symlink_to((source / "meshes").resolve(), target_is_directory=True)
