"""A data set as it lies on disk: its description, its shards, and rows read a few columns and a row group at a time."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import yaml


class Shard(NamedTuple):
    """One Parquet file, as dataset.json tells of it."""

    split: str
    path: Path
    sha256: str
    images: int


class Group(NamedTuple):
    """One row group of a shard: as much as Parquet reads at once."""

    shard: Shard
    number: int
    rows: int

    def read(self, columns: list[str] | None = None) -> arrow.Table:
        """The columns of these names; "objects.list.element.pixels" is a field of the things in a list column."""
        with parquet.ParquetFile(self.shard.path) as file:
            return file.read_row_group(self.number, columns=columns)


class Place(NamedTuple):
    """Where a row lies."""

    group: Group
    row: int  # in the row group


@dataclass(frozen=True)
class StoredDataset:
    """A folder that ``raw generate`` wrote."""

    folder: Path
    description: dict[str, Any]  # dataset.json
    shards: tuple[Shard, ...]

    @classmethod
    def open(cls, folder: str | Path) -> StoredDataset:
        """Read dataset.json. FileNotFoundError where it is missing, ValueError where it does not say what it has to."""
        folder = Path(folder)
        path = folder / "dataset.json"
        if not path.is_file():
            raise FileNotFoundError(f"{folder} is no data set: {path.name} is missing")
        try:
            description = json.loads(path.read_text())
            shards = tuple(
                Shard(split, folder / split / Path(shard["file"]).name, shard["sha256"], int(shard["images"]))
                for split, about in description["splits"].items()
                for shard in about["shards"]
            )
        except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as problem:
            raise ValueError(f"{path} is broken: {type(problem).__name__} {problem}") from None
        return cls(folder, description, shards)

    @property
    def images(self) -> int:
        """How many there are in all splits, by dataset.json."""
        return sum(shard.images for shard in self.shards)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The configuration that the set was made with; empty where nothing tells."""
        if isinstance(self.description.get("config"), dict):
            return self.description["config"]
        path = self.folder / "config.yaml"
        return (yaml.safe_load(path.read_text()) or {}) if path.is_file() else {}

    @property
    def library(self) -> Path | None:
        """Folder of the asset library that the set was made with, if the settings name one that is there."""
        named = self.settings.get("library")
        return Path(named) if named and (Path(named) / "library.json").is_file() else None

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names in the first shard that is there; none without shards."""
        path = next((shard.path for shard in self.shards if shard.path.is_file()), None)
        return tuple(parquet.read_schema(path).names) if path else ()

    def sample_groups(self, rng: np.random.Generator, rows: int) -> list[Group]:
        """Random row groups with ``rows`` rows in all, or a few more; every row group where the set has no more.

        Shards are visited in random order, one row group each, and again until there are enough, so a sample of a
        large set comes from as many shards as it can.
        """
        present = [shard for shard in self.shards if shard.path.is_file()]
        waiting = deque((present[i], None) for i in rng.permutation(len(present)))
        found: list[Group] = []
        while waiting and sum(group.rows for group in found) < rows:
            shard, left = waiting.popleft()
            if left is None:
                left = groups_of(shard)
                left = deque(left[i] for i in rng.permutation(len(left)))
            if left:
                found.append(left.popleft())
                waiting.append((shard, left))
        return found

    def pick(self, groups: Iterable[Group], rng: np.random.Generator, count: int) -> list[Place]:
        """``count`` random rows of the groups, or all; no scene comes twice before all have come once."""
        places, scenes = [], []
        for group in groups:
            places += [Place(group, row) for row in range(group.rows)]
            scenes += group.read(["scene_id"])["scene_id"].to_pylist()
        seen: dict[str, int] = {}
        ranked = []
        for i in rng.permutation(len(places)):
            seen[scenes[i]] = seen.get(scenes[i], 0) + 1
            ranked.append((seen[scenes[i]], len(ranked), places[i]))
        return [place for _, _, place in sorted(ranked, key=lambda item: item[:2])[:count]]


def groups_of(shard: Shard) -> list[Group]:
    """The row groups of a shard, in order."""
    with parquet.ParquetFile(shard.path) as file:
        about = file.metadata
        return [Group(shard, number, about.row_group(number).num_rows) for number in range(about.num_row_groups)]


def read_rows(places: list[Place], columns: list[str] | None = None) -> list[dict[str, Any]]:
    """The rows at these places, in their order, as dictionaries; every row group is read once."""
    by_group: dict[Group, list[int]] = {}
    for i, place in enumerate(places):
        by_group.setdefault(place.group, []).append(i)
    rows: list[dict[str, Any]] = [{}] * len(places)
    for group, wanted in by_group.items():
        found = group.read(columns).take([places[i].row for i in wanted]).to_pylist()
        for i, row in zip(wanted, found, strict=True):
            rows[i] = row
    return rows
