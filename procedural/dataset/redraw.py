"""Draws pictures of a data set again from their programs, and compares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from procedural.dataset.stored import Place, StoredDataset, read_rows
from procedural.labels.pictures import pixels_of
from raw.language import parse
from raw.library import Library, LibraryError
from raw.render import RenderError, RenderPool, RenderSettings


class Redrawn(NamedTuple):
    """A picture drawn again beside the stored one."""

    name: str  # "train-000012 view 3"
    difference: float  # mean absolute difference of the pictures, 0-255
    mask: float  # share of pixels of the same number in both masks
    error: str = ""  # why it was not drawn


def find_library(dataset: StoredDataset, named: Path | None) -> Library:
    """The library that a set was made with: as named, as its settings name it, or the default one. LibraryError if it cannot be."""
    folder = named or (Path(dataset.settings["library"]) if dataset.settings.get("library") else None)
    if folder is None:
        from procedural.library.make import default_library  # needs what builds assets

        folder = default_library()
    library = Library.open(folder)
    wanted = dataset.description.get("library_fingerprint")
    if wanted and library.fingerprint != wanted:
        raise LibraryError(f"{folder} has the fingerprint {library.fingerprint}; the set was made with {wanted}")
    return library


def redraw(dataset: StoredDataset, places: Sequence[Place], library: Library, workers: int) -> Iterator[Redrawn]:
    """Every place drawn with the settings that the set was made with. ModuleNotFoundError without bpy."""
    if find_spec("bpy") is None:
        raise ModuleNotFoundError("No module named 'bpy'", name="bpy")
    rows = read_rows(list(places), ["scene_id", "view", "program", "image", "mask"])
    settings = [_settings(dataset, pixels_of(row["image"]).shape) for row in rows]
    with RenderPool(library.folder, workers=workers) as pool:
        drawn = pool.map((parse(row["program"]), each) for row, each in zip(rows, settings, strict=True))
        for row, rendering in zip(rows, drawn, strict=True):
            name = f"{row['scene_id']} view {row['view']}"
            if isinstance(rendering, RenderError):
                yield Redrawn(name, np.nan, np.nan, str(rendering))
            else:
                yield Redrawn(name, *compare(rendering.image, rendering.index, row))


def _settings(dataset: StoredDataset, shape: tuple[int, ...]) -> RenderSettings:
    told = dataset.settings | dataset.description
    same = {name: told[name] for name in ("samples", "bounces", "denoise") if name in told}
    return RenderSettings(shape[1], shape[0], **same)


def compare(image: np.ndarray, index: np.ndarray, row: dict[str, Any]) -> tuple[float, float]:
    """Mean absolute difference (0-255) of pictures, share of equal mask pixels: (H, W, 3) and (H, W) uint8 against a stored row."""
    stored, mask = pixels_of(row["image"]).astype(np.int16), pixels_of(row["mask"])
    return float(np.abs(image.astype(np.int16) - stored).mean()), float((index == mask).mean())
