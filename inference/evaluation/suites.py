"""Suites as data: which pictures are asked about, and what is done to them first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from procedural.biomes.reading import read

DEFAULT = Path(__file__).with_name("suites.yaml")  # package data
ALL = "all"


@dataclass(frozen=True)
class Sensor:
    """What a camera or a file does to a picture: strengths, in the order in which they act; as they stand here nothing is done."""

    crop: float = 1.0  # share of the side that is kept, in the middle
    blur: float = 0.0  # standard deviation of the lens' blur, pixels
    exposure: float = 0.0  # stops
    shot_noise: float = 0.0  # variance of the noise over the light that makes it, white being 1
    read_noise: float = 0.0  # standard deviation of the noise that is there without light, white being 1
    jpeg: int = 0  # quality; 0: the picture is not compressed
    seed: int = 0  # of the noise, together with a case's name

    def __post_init__(self) -> None:
        for name, low, high in (("crop", 0.1, 1), ("blur", 0, 8), ("exposure", -8, 8), ("shot_noise", 0, 1), ("read_noise", 0, 1)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: {low:g} to {high:g}")
        if not 0 <= self.jpeg <= 100:
            raise ValueError(f"jpeg is {self.jpeg}; allowed: 1 to 100, or 0 for none")

    @property
    def crops(self) -> bool:
        return self.crop < 1


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


def read_limits(text: str, suites: Iterable[str], known: Iterable[str]) -> dict[str, int]:
    """How many cases of each of ``suites`` count, 0 for all: "50,scenes=250" is 250 of scenes and 50 of every other.

    Limits of other ``known`` suites are passed over, so that a config can name them all. ValueError for other names and texts.
    """
    known = tuple(known)
    limits: dict[str, int] = {}  # "": of those that are not named
    for part in text.split(","):
        name, _, number = part.strip().rpartition("=")
        if not number.isdecimal():
            raise ValueError(f"--limit has {number!r}; allowed: a whole number, 0 for all, and SUITE=NUMBER, separated by commas")
        if name and name not in known:
            raise ValueError(f"--limit names suite {name!r}; allowed: {', '.join(known)}")
        if name in limits:
            raise ValueError(f"--limit {text!r} has two numbers for {name or 'all suites'}; allowed: one")
        limits[name] = int(number)
    return {suite: limits.get(suite, limits.get("", 0)) for suite in suites}
