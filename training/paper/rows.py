"""Rows of a ``*.gz.feather`` file: one picture each, as JSON that is compressed row by row.

What a row must hold is checked when it is read; an error names file, row, key, value, and what is allowed.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from raw.grammar import OBJECT_STATEMENTS
from raw.scene import CATEGORIES

COLUMN = "gzipped"
_FACTORY = re.compile(r"([A-Za-z]+)Factory\(")
_SLOTS = {slot.field: slot for slot in OBJECT_STATEMENTS[0].slots}


class PaperDataError(ValueError):
    """Data that are not in the form that docs/paper_data.md describes."""


@dataclass(frozen=True)
class PaperObject:
    category: str
    place: int  # emb_i: row of its vector within its class
    location: tuple[float, float, float]  # metres, as written
    height: float  # metres
    rotation: np.ndarray  # (3, 3) float64, as written
    pixels: int


@dataclass(frozen=True)
class PaperRow:
    image: str  # name in the tar file
    scene: str  # prefix
    pitch: float  # radians
    yaw: float  # radians
    objects: tuple[PaperObject, ...]


@dataclass(frozen=True)
class Where:
    """A value and where it stands, for errors."""

    place: str  # file and row
    key: str
    value: Any

    def error(self, allowed: str) -> PaperDataError:
        return PaperDataError(f"{self.place}: {self.key} is {str(self.value)[:80]}; allowed: {allowed}")

    def get(self, key: str) -> Where:
        if not isinstance(self.value, dict):
            raise self.error("an object with keys")
        name = f"{self.key}.{key}" if self.key else key
        if key not in self.value:
            raise PaperDataError(f"{self.place}: {name} is missing; the keys are {', '.join(self.value)}")
        return Where(self.place, name, self.value[key])

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.error("a text")
        return self.value

    def number(self, low: float, high: float, unit: str = "") -> float:
        good = isinstance(self.value, (int, float)) and not isinstance(self.value, bool) and low <= self.value <= high
        if not good:  # also refuses nan
            raise self.error(f"a number from {low:g} to {high:g} {unit}".rstrip())
        return float(self.value)

    def whole(self, low: float, high: float) -> int:
        number = self.number(low, high)
        if number != int(number):
            raise self.error(f"a whole number from {low:g} to {high:g}")
        return int(number)

    def array(self, shape: tuple[int, ...], limit: float) -> np.ndarray:
        """float64 of a shape, with no absolute value above ``limit``."""
        try:
            found = np.array(self.value, dtype=np.float64)
        except (TypeError, ValueError):
            raise self.error(f"numbers of shape {shape}") from None
        if found.shape != shape or not np.all(np.abs(found) <= limit):  # also refuses nan
            raise self.error(f"numbers of shape {shape}, from {-limit:g} to {limit:g}")
        return found


class Rows:
    """The rows of one file; each is decompressed and checked when it is asked for."""

    def __init__(self, path: Path) -> None:
        """FileNotFoundError or PaperDataError for a file that is not one of rows."""
        import pyarrow
        from pyarrow import feather

        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing")
        self.path = path
        try:
            table = feather.read_table(path, memory_map=True)
        except (pyarrow.ArrowInvalid, OSError) as problem:
            raise PaperDataError(f"{path} is no Feather file: {problem}") from None
        if COLUMN not in table.column_names:
            raise PaperDataError(f"{path} has no column {COLUMN!r}; it has {', '.join(table.column_names)}")
        self._column = table.column(COLUMN)
        if not (pyarrow.types.is_binary(self._column.type) or pyarrow.types.is_large_binary(self._column.type)):
            raise PaperDataError(f"{path}: column {COLUMN!r} holds {self._column.type}; allowed: binary")

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, index: int) -> PaperRow:
        place = f"{self.path} row {index}"
        try:
            content = json.loads(gzip.decompress(self._column[index].as_py()))
        except (OSError, EOFError, TypeError, ValueError, zlib.error) as problem:
            raise PaperDataError(f"{place} is not gzip JSON: {problem}") from None
        row = Where(place, "", content)
        things = row.get("objects")
        if not isinstance(things.value, list):
            raise things.error("a list")
        return PaperRow(
            image=row.get("image_id").text(),
            scene=row.get("prefix").text(),
            pitch=row.get("camera_pitch").number(0, np.pi, "(radians)"),
            yaw=row.get("camera_yaw").number(-100, 100, "(radians)"),
            objects=tuple(_object(Where(place, f"objects[{i}]", thing)) for i, thing in enumerate(things.value)),
        )


def _object(thing: Where) -> PaperObject:
    name = thing.get("name")
    found = _FACTORY.match(name.text())
    category = found[1].lower() if found else ""
    if category not in CATEGORIES:
        raise name.error(", ".join(f"{c.capitalize()}Factory(...)" for c in CATEGORIES))
    place, height = _SLOTS["location"], _SLOTS["height"]
    return PaperObject(
        category=category,
        place=thing.get("emb_i").whole(0, 2**31),
        location=tuple(thing.get("position").array((3,), place.high).tolist()),
        height=thing.get("height").number(height.low, height.high, "(metres)"),
        rotation=thing.get("rotation").array((3, 3), 1e4),
        pixels=thing.get("pixel_count").whole(0, _SLOTS["pixels"].high),
    )
