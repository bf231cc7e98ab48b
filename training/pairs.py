"""Pairs of a generated data set, as they are stored."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset as Table
from datasets import Image as ImageColumn

from procedural.labels.pictures import metres

_COLUMNS = ("image", "mask", "program", "scene_id", "view")


class Pairs:
    """One split of a data set folder: pictures, masks and programs, in their stored order."""

    def __init__(self, folder: Path, split: str, limit: int = 0, also: tuple[str, ...] = ()) -> None:
        """Open a split; ``limit`` keeps the first so many images (0: all). FileNotFoundError or ValueError if it cannot be.

        Rows of ``table`` have more columns where the set has those that ``also`` names.
        """
        self.folder, self.split = Path(folder), split
        path = self.folder / "dataset.json"
        if not path.is_file():
            raise FileNotFoundError(f"{self.folder} is no data set: {path.name} is missing")
        self.description = json.loads(path.read_text())
        splits = self.description["splits"]
        if split not in splits or not splits[split]["images"]:
            raise ValueError(f"{path} has no images for split {split!r}; it has {', '.join(s for s in splits if splits[s]['images'])}")
        shards = _first(splits[split]["shards"], limit)
        self.shard_hashes: tuple[str, ...] = tuple(shard["sha256"] for shard in shards)
        table = Table.from_parquet([str(self.folder / split / Path(shard["file"]).name) for shard in shards])
        table = table.select_columns([*_COLUMNS, *(name for name in also if name in table.column_names)])
        for name in ("image", "mask", "depth"):
            table = table.cast_column(name, ImageColumn()) if name in table.column_names else table
        self.table = table.select(range(min(limit, len(table)))) if limit else table

    @property
    def library_fingerprint(self) -> str:
        return self.description["library_fingerprint"]

    def __len__(self) -> int:
        return len(self.table)

    def picture(self, index: int) -> tuple[np.ndarray, np.ndarray, str]:
        """Image (H, W, 3) uint8, mask (H, W) uint8 and program of one pair."""
        row = self._read(self.table.select_columns(["image", "mask", "program"]), index)  # to decode depth as well takes milliseconds
        return row["image"], row["mask"], row["program"]

    def depth(self, index: int) -> np.ndarray | None:
        """(H, W) float32 metres along the viewing axis, inf in the sky; None where the set was not opened with its depth."""
        if "depth" not in self.table.column_names:
            return None
        return metres(np.asarray(self.table.select_columns(["depth"])[index]["depth"]))

    def row(self, index: int) -> dict[str, Any]:
        """All columns of one pair; image (H, W, 3) and mask (H, W) are uint8, other pictures as they are stored."""
        return self._read(self.table, index)

    def _read(self, table: Table, index: int) -> dict[str, Any]:
        row = table[index]
        mask = np.asarray(row["mask"])
        if mask.dtype != np.uint8 or mask.ndim != 2:
            raise ValueError(f"{self.name(index)}: the mask is {mask.shape} {mask.dtype}; allowed: (H, W) uint8")
        return row | {"image": np.asarray(row["image"].convert("RGB")), "mask": mask}

    def name(self, index: int) -> str:
        """What people call a pair: scene and view."""
        row = self.table.select_columns(["scene_id", "view"])[index]
        return f"{self.split}/{row['scene_id']}/{row['view']}"


def _first(shards: list[dict], images: int) -> list[dict]:
    """As many shards as hold the first ``images``; all for 0. A set that grows stays the same set for who takes so many of it."""
    held = list(accumulate(shard["images"] for shard in shards))
    return shards[: 1 + sum(count < images for count in held)] if images else shards
