"""Cases of a folder of photographs, and what people wrote down about them."""

from __future__ import annotations

import csv
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

import numpy as np

from inference.evaluation.cases import Case
from inference.evaluation.photo_scores import NO_ANIMAL
from inference.photos import PhotoError, find_photos, load_photo
from raw.scene import ANIMALS

log = logging.getLogger(__name__)
LABELS = "labels.tsv"
OTHER = "other"  # an animal for which the language has no category: nothing to compare


class PhotoCases(Sequence[Case]):
    """The photos of a folder that can be read, by name. ``refused`` says of the others why not."""

    def __init__(self, folder: Path, limit: int = 0) -> None:
        """``limit`` keeps the first so many (0: all). PhotoError where there is none, ValueError for a broken ``labels.tsv``."""
        self.folder, self.refused = folder, {}
        self.photos = []
        for photo in find_photos([folder]):
            try:
                load_photo(photo.path)
            except PhotoError as problem:
                self.refused[photo.name] = str(problem)
                log.warning("left out: %s", problem)
                continue
            self.photos.append(photo)
            if limit and len(self.photos) == limit:
                break
        if not self.photos:
            raise PhotoError(f"{folder}: none of its photos can be read")
        path = folder / LABELS
        self.labels = read_labels(path) if path.is_file() else {}

    def __len__(self) -> int:
        return len(self.photos)

    @overload
    def __getitem__(self, index: int) -> Case: ...
    @overload
    def __getitem__(self, index: slice) -> list[Case]: ...
    def __getitem__(self, index: int | slice) -> Case | list[Case]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        photo = self.photos[index]
        return Case(photo.name, np.asarray(load_photo(photo.path)), world=photo.name, labels=self.labels.get(photo.path.name, {}))


def read_labels(path: Path) -> dict[str, dict[str, Any]]:
    """File name -> what a tab-separated table says of it: category, species, box and horizon, as far as they are given.

    Columns: file, category (of the largest animal; none without one, other where the language has none), species (free words),
    x0, y0, x1, y1 (its box, fractions of the picture), horizon (fraction of the height from the top; ? where it cannot be told).
    All but the first may be missing or empty; further columns are left alone. ValueError names the line.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    if rows and "file" not in rows[0]:
        raise ValueError(f"{path} has columns {', '.join(rows[0])}; needed: file")
    found = {}
    for number, row in enumerate(rows, start=2):
        try:
            found[row["file"]] = _label(row)
        except ValueError as problem:
            raise ValueError(f"{path}, line {number}: {problem}") from None
    return found


def _label(row: dict[str, str]) -> dict[str, Any]:
    """One row as a dictionary without what it does not say."""
    given = {key: value.strip() for key, value in row.items() if key and value and value.strip() not in ("", "?")}
    label: dict[str, Any] = {}
    if category := given.get("category"):
        if category not in (*ANIMALS, OTHER, NO_ANIMAL):
            raise ValueError(f"category is {category!r}; allowed: {', '.join((*ANIMALS, OTHER, NO_ANIMAL))}, or empty")
        label |= {"category": category} if category != OTHER else {}
    if given.get("species", NO_ANIMAL) != NO_ANIMAL:
        label["species"] = given["species"]
    if all(corner in given for corner in ("x0", "y0", "x1", "y1")):
        box = tuple(float(given[corner]) for corner in ("x0", "y0", "x1", "y1"))
        if not (0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1):
            raise ValueError(f"the box is {box}; allowed: 0 <= x0 < x1 <= 1, and so for y")
        label["box"] = box
    if "horizon" in given:
        label["horizon"] = float(given["horizon"])
    return label
