"""Cases of a split of a data set, read when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import numpy as np

from inference.evaluation.cases import Case, TrueObject
from inference.evaluation.sensor import cropped, sensed
from inference.evaluation.suites import Sensor
from procedural.labels.pictures import metres
from procedural.labels.shapes import shape_of
from procedural.labels.silhouettes import silhouette
from raw.geometry import box_of
from raw.language import parse
from raw.library import Library
from training.augment import Sample
from training.pairs import Pairs

COLUMNS = ("depth", "biome", "objects")  # read where the set has them
MIN_PIXELS = 40  # that an object has to show, of sets that do not say it


class SetCases(Sequence[Case]):
    """Cases of a split, through a sensor if one is given. They are named after split, scene and view."""

    def __init__(self, pairs: Pairs, library: Library, sensor: Sensor | None = None) -> None:
        """``pairs`` were opened with ``COLUMNS``. LibraryError where the library lacks an asset of them."""
        self.pairs, self.library, self.sensor = pairs, library, sensor
        self.min_pixels = int(pairs.description.get("config", {}).get("min_pixels", MIN_PIXELS))
        for i, program in enumerate(pairs.table["program"]):
            scene = parse(program, source=pairs.name(i))
            for asset in (scene.ground.appearance, *(thing.appearance for thing in scene.objects)):
                if isinstance(asset, str):
                    library.record(asset)

    def __len__(self) -> int:
        return len(self.pairs)

    @overload
    def __getitem__(self, index: int) -> Case: ...
    @overload
    def __getitem__(self, index: slice) -> list[Case]: ...
    def __getitem__(self, index: int | slice) -> Case | list[Case]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        name, row = self.pairs.name(index), self.pairs.row(index)
        depth = metres(np.asarray(row["depth"])) if row.get("depth") is not None else None
        sample = Sample(row["image"], row["mask"], parse(row["program"], source=name))
        hidden = self._hidden(row.get("objects"), sample, name)
        if self.sensor and self.sensor.crops:
            sample, depth = cropped(sample, depth, self.sensor.crop, self.min_pixels)
            hidden = None if hidden is None else [occlusion(sample, i, self.library) for i in range(len(sample.scene.objects))]
        image = sensed(sample.image, self.sensor, name) if self.sensor else sample.image
        objects = true_objects(sample, hidden)
        return Case(name, image, sample.mask, sample.scene, depth, f"{self.pairs.split}/{row['scene_id']}", row.get("biome") or "", objects)

    @staticmethod
    def _hidden(known: list[dict[str, Any]] | None, sample: Sample, name: str) -> list[float | None] | None:
        """Occlusion of the objects, from the column ``objects``; None for sets of before, which lack it."""
        if known is not None and len(known) != len(sample.scene.objects):
            raise ValueError(f"{name}: column objects tells of {len(known)} objects, the program of {len(sample.scene.objects)}")
        return None if known is None else [one["occluded"] for one in known]


def true_objects(sample: Sample, hidden: Sequence[float | None] | None) -> tuple[TrueObject, ...]:
    """What a report tells of the objects of a scene beside their place; ``hidden`` is their occlusion, None where it is not known."""
    found = []
    for i, thing in enumerate(sample.scene.objects):
        own = sample.mask == i + 1
        asset = thing.appearance if isinstance(thing.appearance, str) else None
        distance = float(np.linalg.norm(thing.location))
        found.append(TrueObject(asset, thing.category, int(own.sum()), distance, hidden[i] if hidden else None, box_of(own)))
    return tuple(found)


def occlusion(sample: Sample, i: int, library: Library) -> float | None:
    """Share of the outline of object ``i`` in the frame where it does not show; None where no part of the outline is in the frame."""
    thing, own = sample.scene.objects[i], sample.mask == i + 1
    if not isinstance(thing.appearance, str) or thing.rotation is None:
        return None
    height, width = own.shape
    alone = np.count_nonzero(silhouette(shape_of(library, thing.appearance), thing, sample.scene.camera, width, height).inside)
    return float(np.clip(1 - np.count_nonzero(own) / alone, 0, 1)) if alone else None
