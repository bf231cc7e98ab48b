"""``raw assets embed``: the appearances of a library, made by another tower."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from procedural.command_line import read_options
from procedural.embedding import complete, embed_library
from raw.library import Library

EXAMPLES = """Meshes stay; every portrait is drawn at the tower's size and embedded. A run that was interrupted goes on where it stopped,
and until the end the library keeps the embeddings that it has. To keep both, copy the folder first.

examples:
  raw assets embed library --tower convnext --device cuda
  raw assets embed library --tower open_clip:local-dir:weights/bioclip
  raw assets embed library --tower efficientnet_lite0"""


@dataclass(frozen=True)
class EmbedConfig:
    """New appearance embeddings for a library; models that are trained with it learn them, models trained before refuse it."""

    library: Path
    """Folder of the library."""
    tower: str
    """Appearance tower: see docs/towers.md."""
    workers: int = 2
    """Processes that draw."""
    device: str = "cpu"
    """Where the tower works: cpu, cuda, cuda:1."""

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise ValueError(f"workers is {self.workers}; allowed: 1 or more")


def embed(config: EmbedConfig) -> Library:
    """The library with embeddings of the tower, on disk too; nothing is drawn where it has them already."""
    from raw.vision.tower import load_tower

    library, tower = Library.open(config.library), load_tower(config.tower)
    if library.fingerprint == tower.fingerprint:
        named = Library(library.folder, library.records, library.yaws, tower.fingerprint, tower.name)
        named.save_table()
        return named
    vectors = embed_library(library, tower, config.workers, config.device)
    return complete(library, vectors, tower.name, tower.fingerprint)


def main(argv: list[str]) -> int:
    config, _ = read_options("assets embed", EmbedConfig, argv, epilog=EXAMPLES, positional=("library",), resumable=False)
    library = embed(config)
    print(f"{library.folder}: {len(library.records)} assets, {len(library.yaws)} yaws, tower {library.made_by}")
    return 0
