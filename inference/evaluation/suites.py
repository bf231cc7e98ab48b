"""Suites as data: which pictures are asked about, and what is done to them first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inference.evaluation.sensor import Sensor
from procedural.biomes.reading import read

DEFAULT = Path(__file__).with_name("suites.yaml")  # package data
ALL = "all"


@dataclass(frozen=True)
class Suite:
    """A named set of cases."""

    about: str
    split: str | None = None  # of the data set; None: photos of a folder, of which nothing is known
    sensor: Sensor | None = None
    group: str = ""

    def __post_init__(self) -> None:
        if self.split == "":
            raise ValueError("split is ''; allowed: a name, or no split for photos")
        if self.split is None and self.sensor:
            raise ValueError("a suite of photos has a sensor; allowed: suites with a split")

    @property
    def of_photos(self) -> bool:
        return self.split is None


@dataclass(frozen=True)
class _File:
    suites: dict[str, Suite]


def read_suites(path: Path = DEFAULT) -> dict[str, Suite]:
    """The suites of a YAML file, by name; ValueError names the file, the place in it, and what is allowed."""
    suites = read(_File, path).suites
    for name, suite in suites.items():
        if name == ALL or not name or not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_"):
            raise ValueError(f"{path}: suite {name!r}; allowed: small letters, digits, - and _, and not {ALL!r}")
        if suite.group in suites or suite.group == ALL:
            raise ValueError(f"{path}: group {suite.group!r} of suite {name} is the name of a suite")
    return suites


def choose(known: dict[str, Suite], wanted: str, splits: Iterable[str], photos: bool) -> dict[str, Suite]:
    """The suites that a comma-separated list of names and groups stands for, in its order.

    ``splits`` are those of the data set that hold pictures, ``photos`` tells whether a folder of photos is named; "all" is
    what can be evaluated with those. ValueError for names that are unknown, and for suites whose pictures are not there.
    """
    splits = tuple(splits)
    possible = {name: suite for name, suite in known.items() if (photos if suite.of_photos else suite.split in splits)}
    chosen: dict[str, Suite] = {}
    for name in filter(None, (part.strip() for part in wanted.split(","))):
        found = possible if name == ALL else {key: suite for key, suite in known.items() if name in (key, suite.group)}
        if not found:
            groups = dict.fromkeys(suite.group for suite in known.values() if suite.group)
            raise ValueError(f"--suite has {name!r}; allowed: {', '.join((*known, *groups, ALL))}, separated by commas")
        chosen |= found
    for name, suite in chosen.items():
        if name not in possible:
            there = ", ".join(splits) or "none"
            needed = "--photos FOLDER" if suite.of_photos else f"split {suite.split} in --dataset; it has {there}"
            raise ValueError(f"suite {name} needs {needed}")
    if not chosen:
        raise ValueError(f"--suite {wanted!r} names nothing; allowed with these pictures: {', '.join(possible) or 'none'}")
    return chosen
