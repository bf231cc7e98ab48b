"""One picture of a data set with all that is told of it, the same for sets of before the ``objects`` column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from procedural.dataset.facts import program_objects
from procedural.dataset.stored import Place
from procedural.labels.pictures import metres, pixels_of
from raw.geometry import box_of
from raw.scene import ANIMALS


class Joint(NamedTuple):
    name: str
    spot: tuple[float, float]  # fractions of the picture, x right, y down; may lie outside 0-1
    visible: int  # 0 outside the frame or behind the camera, 1 hidden, 2 seen


class Thing(NamedTuple):
    """An object in a picture; None is what the set does not tell."""

    asset: str
    family: str
    category: str
    pixels: int
    distance: float  # metres
    height: float  # metres
    box: tuple[float, float, float, float] | None  # x0, y0, x1, y1, fractions of the picture; None where nothing shows
    occluded: float | None = None
    outside: float | None = None
    joints: tuple[Joint, ...] = ()


@dataclass(frozen=True)
class Sample:
    """One row, decoded."""

    split: str
    scene_id: str
    view: int
    biome: str
    photographer: str  # '' where the set does not tell
    subject: int  # number of the object that is meant; -1 for none, or where the set does not tell
    program: str
    image: np.ndarray  # (H, W, 3) uint8
    mask: np.ndarray  # (H, W) uint8: 0 sky, i + 1 object i, 255 ground
    depth: np.ndarray | None  # (H, W) float32 metres, inf in the sky
    normal: np.ndarray | None  # (H, W, 3) uint8
    things: tuple[Thing, ...]

    @property
    def species(self) -> list[str]:
        """Families of the animals in it, largest first, each once."""
        return list(dict.fromkeys(thing.family for thing in self.things if thing.category in ANIMALS))


def sample_of(place: Place, row: dict[str, Any]) -> Sample:
    """A row of all columns, decoded."""
    mask = pixels_of(row["mask"])
    depth, normal = row.get("depth"), row.get("normal")
    subject = row.get("subject")
    told = row["objects"] if row.get("objects") is not None else program_objects(row["program"])
    return Sample(
        place.group.shard.split,
        row["scene_id"],
        row["view"],
        row["biome"] or "",
        row.get("photographer") or "",
        -1 if subject is None else subject,
        row["program"],
        pixels_of(row["image"])[..., :3],
        mask,
        metres(pixels_of(depth)) if depth else None,
        pixels_of(normal) if normal else None,
        tuple(_thing(i, thing, mask) for i, thing in enumerate(told)),
    )


def _thing(i: int, told: dict[str, Any], mask: np.ndarray) -> Thing:
    joints = tuple(Joint(j["name"], tuple(j["spot"]), j["visible"]) for j in told.get("joints") or ())
    box = tuple(told["box"]) if told.get("box") else box_of(mask == i + 1)
    same = {name: told[name] for name in ("asset", "family", "category", "pixels", "distance", "height")}
    return Thing(**same, box=box, occluded=told.get("occluded"), outside=told.get("outside"), joints=joints)
