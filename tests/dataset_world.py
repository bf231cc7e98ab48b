"""Tiny data sets, and what stands in them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from procedural.generate.config import SPLITS, DatasetConfig, SplitConfig
from raw.library import Library


def config_of(folder: Path, library: Library, **changes: Any) -> DatasetConfig:
    """2 + 1 + 1 scenes, 4 + 1 + 1 pictures of 64 pixels."""
    one = SplitConfig(1, 1)
    values = {
        "out": folder, "library": library.folder, "seed": 3, "train": SplitConfig(2, 2), "validation": one, "test": one,
        "biomes": ("savanna",), "size": 64, "samples": 1, "min_pixels": 5, "tries": 2, "scenes_per_shard": 1, "workers": 1,
    }  # fmt: skip
    return DatasetConfig(**(values | changes))


def description(folder: Path) -> dict:
    return json.loads((folder / "dataset.json").read_text())


def picture(value: dict) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(value["bytes"])))


def rows(folder: Path, split: str) -> list[dict]:
    import pyarrow.parquet as parquet

    return [row for path in sorted((folder / split).glob("*.parquet")) for row in parquet.read_table(path).to_pylist()]


def all_rows(folder: Path) -> list[dict]:
    return [row for split in SPLITS for row in rows(folder, split)]


def temporaries(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if "tmp" in path.name]
