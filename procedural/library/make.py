"""Builds asset libraries: sample every family, save the meshes, take portraits, embed them.

Every step leaves files that a second run finds, so an interrupted build goes on where it stopped.
"""

from __future__ import annotations

import hashlib
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
from procedural.portrait import STUDIO, STUDIO_GROUND
from raw.library import GROUND, AssetRecord, Library, LibraryError, mesh_path, save_ground, save_mesh

FAMILIES: dict[str, Family] = {family.name: family for family in (*ANIMALS, *PLANTS, *ROCKS)}
_PROCEDURAL = Path(__file__).parents[1]
SHIPPED = _PROCEDURAL / "default_library"
GROUND_KINDS = {kind.name: kind for kind in GROUNDS}


@dataclass(frozen=True)
class LibraryConfig:
    """A library of procedural assets."""

    out: Path = Path("library")
    """Folder to build; what is there already is kept and completed."""
    per_family: int = 2
    """Individuals of every family."""
    per_ground: int = 2
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
    vectors = embed_library(library, tower, config.workers)
    return complete(library, vectors, tower.name, tower.fingerprint)


def code_fingerprint() -> str:
    """16 hex digits over the code that makes assets and their portraits: what shipped embeddings hold for."""
    files = [*sorted((_PROCEDURAL / "assets").rglob("*.py")), _PROCEDURAL / "portrait.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def default_library() -> Path:
    """The library that comes with the project, built into the user's cache on first use.

    Meshes are built from code. Embeddings are shipped with the package and used if they were made by the same code;
    otherwise portraits are rendered and embedded here, which takes minutes. ``RAW_CACHE`` names another cache folder
    than ``~/.cache/raw``.
    """
    cache = Path(os.environ.get("RAW_CACHE") or Path.home() / ".cache" / "raw")
    config = LibraryConfig(out=cache / f"library-{code_fingerprint()}")
    if (config.out / "library.json").is_file() and Library.open(config.out).fingerprint:
        return config.out
    if not SHIPPED.is_dir() or (SHIPPED / "code").read_text().strip() != code_fingerprint():
        print("raw: no embeddings are shipped for this version of the asset code; making portraits", file=sys.stderr)
        return build_library(config).folder
    print("raw: building the default asset library, once", file=sys.stderr)
    shipped, library = Library.open(SHIPPED), build_meshes(config)
    if [r.id for r in shipped.records] != [r.id for r in library.records]:
        raise LibraryError(f"{SHIPPED} lists other assets than the code makes: run `python -m procedural.library.ship`")
    return complete(library, shipped.embeddings, shipped.tower, shipped.fingerprint).folder
