"""Builds asset libraries: sample every family, save the meshes, take portraits, embed them.

Every step leaves files that a second run finds, so an interrupted build goes on where it stopped.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from procedural.assets.asset import Family
from procedural.assets.grounds import GROUNDS
from procedural.assets.plants import PLANTS
from procedural.assets.rocks import ROCKS
from procedural.assets.species import ANIMALS
from procedural.command_line import at_least
from procedural.embedding import complete, embed_library
from procedural.library.builders import builders
from procedural.library.shipped import code_fingerprint, shipped_are_of_this_code, shipped_embeddings
from procedural.portrait import STUDIO, STUDIO_GROUND
from raw.library import GROUND, AssetRecord, Library, LibraryError, mesh_path, save_ground, save_mesh

FAMILIES: dict[str, Family] = {family.name: family for family in (*ANIMALS, *PLANTS, *ROCKS)}
GROUND_KINDS = {kind.name: kind for kind in GROUNDS}


@dataclass(frozen=True)
class LibraryConfig:
    """A library of procedural assets."""

    out: Path = Path("library")
    """Folder to build; what is there already is kept and completed."""
    per_family: int = 5
    """Individuals of every family."""
    per_ground: int = 4
    """Variants of every ground."""
    yaws: int = 6
    """Portraits of every asset, evenly around it; each gives one embedding."""
    families: tuple[str, ...] = ()
    """Only these families and grounds; empty means all."""
    seed: int = 0
    """Of the first individual of every family; the others count up."""
    tower: str = "efficientnet_lite0"
    """Appearance tower: see docs/towers.md."""
    workers: int = 2
    """Processes that build and draw."""

    def __post_init__(self) -> None:
        at_least(self, 1, "per_family", "per_ground", "yaws", "workers")
        unknown = [name for name in self.families if name not in FAMILIES and name not in GROUND_KINDS]
        if unknown:
            raise ValueError(f"families has {', '.join(unknown)}; allowed: {', '.join((*FAMILIES, *GROUND_KINDS))}")


def plan(config: LibraryConfig) -> tuple[AssetRecord, ...]:
    """The records of a library, heights still 0; an asset's seed depends on its name and number alone."""
    chosen = config.families or (*FAMILIES, *GROUND_KINDS)
    records = [AssetRecord(STUDIO, "studio", "studio", "plain ground of the portraits", 0.0, 0)]
    for name in chosen:
        kind = FAMILIES.get(name)
        count = config.per_family if kind else config.per_ground
        words = kind.words if kind else GROUND_KINDS[name].words
        records += [
            AssetRecord(f"{name}/{i:04d}", name, kind.category if kind else GROUND, words, 0.0, config.seed + i) for i in range(count)
        ]
    return tuple(records)


def _rng(record: AssetRecord) -> np.random.Generator:
    return np.random.default_rng([record.seed, *record.family.encode()])


def build_mesh(folder: Path, record: AssetRecord) -> float:
    """Sample one asset and save it, unless it is there; returns its height in metres."""
    if not mesh_path(folder, record.id).is_file():
        if record.id == STUDIO:
            save_ground(folder, record.id, STUDIO_GROUND)
        elif record.category == GROUND:
            save_ground(folder, record.id, GROUND_KINDS[record.family].sample(_rng(record)))
        else:
            asset = FAMILIES[record.family].sample(_rng(record))
            save_mesh(folder, record.id, asset.mesh, asset.rig, asset.parameters)
    if record.category in (GROUND, "studio"):
        return 0.0
    with np.load(mesh_path(folder, record.id), allow_pickle=False) as arrays:
        return float(arrays["vertices"][:, 2].max())


def build_meshes(config: LibraryConfig) -> Library:
    """All meshes and the table, without embeddings."""
    records = plan(config)
    config.out.mkdir(parents=True, exist_ok=True)
    with builders(config.workers) as pool:
        jobs = pool.map(build_mesh, [config.out] * len(records), records)
        heights = list(tqdm(jobs, total=len(records), desc="meshes", unit="asset", file=sys.stderr))
    records = tuple(AssetRecord(**(vars(r) | {"height": h})) for r, h in zip(records, heights, strict=True))
    library = Library(config.out, records, np.arange(config.yaws) * 360.0 / config.yaws, "")
    library.save_table()
    return library


def build_library(config: LibraryConfig) -> Library:
    """Meshes, portraits, embeddings; a complete library of the same plan is opened as it is.

    Where the package has the embeddings of all its assets, they are taken, and nothing is drawn.
    LibraryError if the folder holds another library; then nothing is changed.
    """
    from raw.vision.tower import load_tower

    tower = load_tower(config.tower)
    if (config.out / "library.json").is_file():
        found = Library.open(config.out)
        if [(r.id, r.seed) for r in found.records] != [(r.id, r.seed) for r in plan(config)]:
            raise LibraryError(f"{config.out} holds a library of other families, numbers or seed; name another folder")
        if found.fingerprint == tower.fingerprint and len(found.yaws) == config.yaws:
            return found
    library = build_meshes(config)
    vectors = shipped_embeddings(library, tower.fingerprint)
    if vectors is None:
        vectors = embed_library(library, tower, config.workers)
    return complete(library, vectors, tower.name, tower.fingerprint)


def default_library() -> Path:
    """The library that comes with the project, built into the user's cache on first use.

    Meshes are built from code, embeddings are the package's own if they were made by the same code; otherwise portraits are
    rendered and embedded here, which takes minutes. ``RAW_CACHE`` names another cache folder than ``~/.cache/raw``.
    """
    cache = Path(os.environ.get("RAW_CACHE") or Path.home() / ".cache" / "raw")
    name = f"library-{code_fingerprint()}-{len(plan(LibraryConfig()))}"
    config = LibraryConfig(out=cache / name)
    if (config.out / "library.json").is_file() and Library.open(config.out).fingerprint:
        return config.out
    slow = "" if shipped_are_of_this_code() else "; no embeddings are shipped for this version of the asset code, so portraits are drawn"
    print(f"raw: building the default asset library, once{slow}", file=sys.stderr)
    return build_library(config).folder
