"""What is in a data set, counted over row groups of it: quantities and names, for plots and cards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow.parquet as parquet

from procedural.dataset.stored import Group
from raw.scene import ANIMALS

_NUMBER = re.compile(r"^(set_\w+)\(([-+.\d]+)", re.MULTILINE)
_GROUND = re.compile(r'^set_(?:ground|floor)\("([^"/]+)/', re.MULTILINE)
_OBJECT = re.compile(r'^add_(\w+)\(pixels=(\d+), loc=\(([^)]*)\), height=([-+.\d]+).*appearance="([^"]+)"', re.MULTILINE)
_MEASURED = {"distance": "distance of objects", "pixels": "pixels of objects", "occluded": "occluded", "outside": "outside"}
_FIELDS = ("family", "category", *_MEASURED)


class Quantity(NamedTuple):
    """A number that is told of every picture or object."""

    name: str
    axis: str  # with its unit
    log: bool = False
    statement: str = ""  # of the program, where it stands there


QUANTITIES = (
    Quantity("camera pitch", "degrees, 90 looks at the horizon", statement="set_camera"),
    Quantity("camera height", "metres over the ground", log=True, statement="set_camera_height"),
    Quantity("field of view", "degrees, vertical", statement="set_fov"),
    Quantity("sun elevation", "degrees above the horizon", statement="set_sun_elevation"),
    Quantity("distance of the subject", "metres", log=True),
    Quantity("distance of objects", "metres", log=True),
    Quantity("pixels of objects", "pixels that show", log=True),
    Quantity("objects per picture", "objects"),
    Quantity("occluded", "share of an object hidden by others"),
    Quantity("outside", "share of an object outside the frame"),
)
NAMES = ("categories", "biomes", "photographers", "grounds", "species", "plants and rocks")


@dataclass
class Facts:
    """Values of every quantity and counts of every name, in ``rows`` pictures."""

    rows: int = 0
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        """What the set does not tell."""
        return [q.name for q in QUANTITIES if q.name not in self.numbers] + [name for name in NAMES if name not in self.names]


def program_objects(program: str) -> list[dict[str, Any]]:
    """Asset, family, category, pixels, location, height and distance of the objects of a program as ``write`` prints it.

    Twenty times as quick as a parse, and no check of anything.
    """
    found = []
    for category, pixels, spot, height, asset in _OBJECT.findall(program):
        location = tuple(float(v) for v in spot.split(","))
        distance = float(np.linalg.norm(location))
        told = {"asset": asset, "family": asset.partition("/")[0], "category": category, "pixels": int(pixels), "location": location}
        found.append(told | {"height": float(height), "distance": distance})
    return found


def collect(groups: Iterable[Group]) -> Facts:
    """Read the light columns of row groups, and count. Only sets with an ``objects`` column tell of subjects and of what is hidden."""
    numbers: dict[str, list[float]] = {}
    names: dict[str, Counter[str]] = {}
    rows = 0
    for group in groups:
        for row in group.read(_light(group)).to_pylist():
            rows += 1
            _count_scene(row, numbers, names)
            _count_objects(row, numbers, names)
    ordered = {q.name: np.array(numbers[q.name], dtype=np.float64) for q in QUANTITIES if q.name in numbers}
    return Facts(rows, ordered, {name: names[name] for name in NAMES if name in names})


def _light(group: Group) -> list[str]:
    """All columns of a row group that are no pictures, joints or matrices, by their paths in the file."""
    with parquet.ParquetFile(group.shard.path) as file:
        paths = [file.schema.column(i).path for i in range(len(file.schema))]
    wanted = {"program", "biome", "photographer", "subject"}
    return [path for path in paths if path in wanted or path.startswith("objects.") and path.rpartition(".")[2] in _FIELDS]


def _count_scene(row: dict[str, Any], numbers: dict[str, list[float]], names: dict[str, Counter[str]]) -> None:
    stated = dict(_NUMBER.findall(row["program"]))
    for quantity in QUANTITIES:
        if quantity.statement in stated:
            numbers.setdefault(quantity.name, []).append(float(stated[quantity.statement]))
    if ground := _GROUND.search(row["program"]):
        names.setdefault("grounds", Counter())[ground[1]] += 1
    for column, name in (("biome", "biomes"), ("photographer", "photographers")):
        if row.get(column):
            names.setdefault(name, Counter())[row[column]] += 1


def _count_objects(row: dict[str, Any], numbers: dict[str, list[float]], names: dict[str, Counter[str]]) -> None:
    things = row["objects"] if row.get("objects") is not None else program_objects(row["program"])
    numbers.setdefault("objects per picture", []).append(len(things))
    for key, name in _MEASURED.items():
        if things and key in things[0]:
            numbers.setdefault(name, []).extend(thing[key] for thing in things)
    for thing in things:
        names.setdefault("categories", Counter())[thing["category"]] += 1
        names.setdefault("species" if thing["category"] in ANIMALS else "plants and rocks", Counter())[thing["family"]] += 1
    if row.get("subject") in range(len(things)):
        numbers.setdefault("distance of the subject", []).append(things[row["subject"]]["distance"])
