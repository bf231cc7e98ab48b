"""Where pairs come from: a data set of our own with its library, or the paper's released data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from raw.language import parse
from raw.library import GROUND, Library
from raw.scene import CATEGORIES, Scene
from training.config import DataConfig
from training.pairs import Pairs
from training.paper.pairs import PaperPairs
from training.paper.vectors import PaperAppearances

SPLITS = ("train", "validation")
CHECKED = 100  # programs, evenly over the set


class PairSource(Protocol):
    """Pictures and programs of one split."""

    folder: Path
    split: str
    shard_hashes: tuple[str, ...]  # of all that pictures and programs are made from

    def __len__(self) -> int: ...

    def picture(self, index: int) -> tuple[np.ndarray, np.ndarray | None, str]:
        """Image (H, W, 3) uint8, mask (H, W) uint8 or None, and program in resolved form."""

    def depth(self, index: int) -> np.ndarray | None:
        """(H, W) float32 metres along the viewing axis, inf in the sky; None where it is not known or was not asked for."""

    def name(self, index: int) -> str:
        """What people call a pair."""


class Appearances(Protocol):
    """Vectors of the assets that programs name."""

    folder: Path
    fingerprint: str  # of what made them
    tower: str  # its name; empty where it is not told
    width: int  # numbers in a vector

    def embed(self, scene: Scene) -> Scene:
        """The scene with every asset id replaced by its Embedding."""


@dataclass(frozen=True)
class Source:
    """All that training reads."""

    appearances: Appearances
    pairs: dict[str, PairSource]  # by split
    fixed: dict[str, float] = field(default_factory=dict)  # statements whose number the data do not tell


def open_source(data: DataConfig, cache: Path) -> Source:
    """Open what ``data`` names; ``cache`` is a folder for what is made of it.

    FileNotFoundError, or ValueError for files that are not what they should be or do not belong together.
    """
    limits = dict(zip(SPLITS, (data.train_images, data.validation_images), strict=True))
    if data.paper:
        vectors = PaperAppearances(data.folder / data.paper.embeddings, data.folder / data.paper.floor)
        found = {split: PaperPairs(data.folder, split, data.paper, vectors, cache, limits[split]) for split in SPLITS}
        return Source(vectors, found, data.paper.fixed)
    assert data.library is not None  # DataConfig has checked it
    library = Library.open(data.library)
    also = {"train": ("depth",) if data.augment.by_depth else ()}  # validation has no augmented copies
    pairs = {split: Pairs(data.folder, split, limits[split], also.get(split, ())) for split in SPLITS}
    check_fit(library, pairs["train"])
    return Source(library, dict(pairs))


def asset_names(appearances: Appearances) -> dict[str, list[str]]:
    """Ids of all assets that objects and grounds may name. ValueError where appearances are not of a library."""
    if not isinstance(appearances, Library):
        raise ValueError(f"model.appearance is names and {appearances.folder} is no asset library; allowed: embedding")
    objects = [record.id for record in appearances.records if record.category in CATEGORIES]
    return {"objects": objects, "grounds": [record.id for record in appearances.records if record.category == GROUND]}


def check_fit(library: Library, pairs: Pairs) -> None:
    """ValueError for a library without embeddings, or without assets that the pairs name: their data set was made with another.

    The tower of the embeddings is free: pictures do not depend on it, nor does the tower that sees them.
    """
    if not library.fingerprint:
        raise ValueError(f"{library.folder} has no embeddings: make them by `raw assets embed {library.folder} --tower NAME`")
    programs = pairs.table["program"]
    for i in range(0, len(pairs), max(1, len(pairs) // CHECKED)):
        scene = parse(programs[i], source=pairs.name(i))
        for asset in (scene.ground.appearance, *(thing.appearance for thing in scene.objects)):
            if isinstance(asset, str) and asset not in library:
                raise ValueError(
                    f"{pairs.folder} was made with another library, whose embeddings were of tower {pairs.library_fingerprint or 'none'}: "
                    f"{pairs.name(i)} names {asset}, which is not in {library.folder}, with embeddings of tower {library.made_by}"
                )
