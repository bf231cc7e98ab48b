"""What a model must beat, and oracles, which bound what a model can reach. They stand in every table.

mean_scene         the mean of the training scenes, whatever the picture
random_scene       a random training pair: its program, and its stored picture as the render
nearest_neighbour  the training pair whose picture is most similar by the pooled features of a tower, as stored
library_scene      the layout of a random training scene, with random assets of the library, each at its own height
oracle_scene       the true program, drawn with another seed of the sampler: what is left is the noise of the renderer
oracle_layout      the true program, but every asset replaced by the most similar other one that training pictures show
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from inference.evaluation.cases import Answer, Case
from inference.evaluation.features import cached_pooled, nearest, pooled
from inference.evaluation.mean_scene import mean_scene
from inference.evaluation.method_names import BASELINES
from procedural.labels.pictures import metres
from raw.language import parse
from raw.library import GROUND, Library
from raw.scene import Appearance, Embedding, Scene
from raw.vision.tower import Tower
from training.pairs import Pairs

MEAN_OF = 2000  # training scenes in the mean, spread evenly; to read more takes minutes and moves nothing
_ASSETS = re.compile(r'(?:appearance=|set_ground\()"([^"]+)"')


class Method(Protocol):
    """What is asked about cases, a few at a time. An answer that holds a picture is not drawn again."""

    name: str

    def answer(self, cases: Sequence[Case]) -> list[Answer]:
        """One for each case, in order; what goes wrong with one of them is in its answer."""


class Single:
    """A method that answers one case at a time."""

    def __init__(self, name: str, answer: Callable[[Case], Answer]) -> None:
        self.name, self._answer = name, answer

    def answer(self, cases: Sequence[Case]) -> list[Answer]:
        return [self._answer(case) for case in cases]


def baseline(name: str, library: Library, train: Pairs | None, tower: Tower, device: Any = "cpu", seed: int = 0) -> Method:
    """The baseline of that name. ``train`` is the training split, with its column depth; oracle_scene alone needs none."""
    if name == "oracle_scene":
        return Single(name, lambda case: Answer(_truth(case)))
    if train is None:
        raise ValueError(f"baseline {name} needs a training split; give --dataset")
    if name == "mean_scene":
        mean = mean_scene([parse(train.table["program"][i]) for i in evenly(len(train), MEAN_OF)])
        return Single(name, lambda case: Answer(mean))
    if name == "random_scene":
        return Single(name, lambda case: stored(train, int(_rng(seed, case).integers(len(train)))))
    if name == "nearest_neighbour":
        return NearestNeighbour(train, tower, device)
    if name == "library_scene":
        return Single(name, lambda case: Answer(redressed(_random_layout(train, _rng(seed, case)), library, _rng(seed + 1, case))))
    if name == "oracle_layout":
        return OracleLayout(library, training_assets(train))
    raise ValueError(f"baseline {name!r}; allowed: {', '.join(BASELINES)}")


def evenly(count: int, wanted: int) -> list[int]:
    """Up to ``wanted`` different places spread evenly over ``count``."""
    return sorted({int(i) for i in np.linspace(0, count - 1, min(wanted, count)).round()})


def stored(train: Pairs, index: int, milliseconds: float = float("nan")) -> Answer:
    """A training pair as an answer, with its picture."""
    row = train.row(index)
    depth = metres(np.asarray(row["depth"])) if row.get("depth") is not None else None
    return Answer(parse(row["program"]), None, milliseconds, row["image"], row["mask"], depth=depth)


def training_assets(train: Pairs) -> frozenset[str]:
    """Ids of all assets in the programs of a split, grounds too."""
    return frozenset(asset for program in train.table["program"] for asset in _ASSETS.findall(program))


def redressed(scene: Scene, library: Library, rng: np.random.Generator) -> Scene:
    """The scene with another ground and other things of the same categories, drawn from the whole library, in the same places."""
    objects = []
    for thing in scene.objects:
        choices = library.of_category(str(thing.category))
        record = choices[int(rng.integers(len(choices)))]
        objects.append(replace(thing, appearance=record.id, height=record.height))
    grounds = library.of_category(GROUND)
    ground = replace(scene.ground, appearance=grounds[int(rng.integers(len(grounds)))].id)
    return replace(scene, ground=ground, objects=tuple(objects))


class NearestNeighbour:
    """The training pair that looks most like the picture."""

    name = "nearest_neighbour"

    def __init__(self, train: Pairs, tower: Tower, device: Any = "cpu") -> None:
        self._train, self._tower, self._device = train, tower, device
        self._features = cached_pooled(train, tower, device)

    def answer(self, cases: Sequence[Case]) -> list[Answer]:
        start = time.perf_counter()
        rows = nearest(pooled(self._tower, [case.image for case in cases], self._device), self._features)
        milliseconds = (time.perf_counter() - start) * 1000 / max(1, len(cases))
        return [stored(self._train, int(row), milliseconds) for row in rows]


class OracleLayout:
    """The truth in the most similar other clothes."""

    name = "oracle_layout"

    def __init__(self, library: Library, allowed: frozenset[str]) -> None:
        """``allowed`` are the ids to choose from. LibraryError where the library has no embeddings."""
        self._library = library
        self._rows: dict[str, np.ndarray] = {}
        for row, record in enumerate(library.records):
            if record.id in allowed:
                self._rows[record.category] = np.append(self._rows.get(record.category, np.zeros(0, dtype=np.int64)), row)
        self._vectors = library.embeddings

    def answer(self, cases: Sequence[Case]) -> list[Answer]:
        return [self._one(_truth(case)) for case in cases]

    def _one(self, scene: Scene) -> Answer:
        seen = self._library.embed(scene)  # each thing's embedding from the side that the camera sees
        try:
            objects = tuple(
                replace(o, appearance=self.other(o.appearance, str(o.category), e.appearance))
                for o, e in zip(scene.objects, seen.objects, strict=True)
            )
            ground = replace(scene.ground, appearance=self.other(scene.ground.appearance, GROUND, seen.ground.appearance))
        except LookupError as problem:
            return Answer(None, str(problem))
        return Answer(replace(scene, ground=ground, objects=objects))

    def other(self, asset: Appearance, category: str, seen: Appearance) -> Appearance:
        """The id of the asset other than ``asset`` that looks most like ``seen`` from any side; what is not known stays so."""
        if not isinstance(seen, Embedding):
            return asset
        rows = [row for row in self._rows.get(category, ()) if self._library.records[row].id != asset]
        if not rows:
            raise LookupError(f"training pictures show no {category} but {asset}")
        cosines = (self._vectors[rows] @ seen.vector).max(axis=1)
        return self._library.records[rows[int(cosines.argmax())]].id


def _truth(case: Case) -> Scene:
    if case.scene is None:
        raise ValueError(f"{case.name} has no truth, which oracles need")
    return case.scene


def _random_layout(train: Pairs, rng: np.random.Generator) -> Scene:
    return parse(train.table["program"][int(rng.integers(len(train)))])


def _rng(seed: int, case: Case) -> np.random.Generator:
    """The same for a case in every run and suite, whatever was asked before."""
    return np.random.default_rng([seed, zlib.crc32(case.name.encode())])
