"""The paper's tables in ``.npz`` files: appearance vectors of objects and grounds, and what every scene's sky is like."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from raw.library import GROUND
from raw.scene import CATEGORIES, Appearance, Embedding, Scene
from training.paper.rows import PaperDataError

ENVIRONMENT = ("sun_size", "sun_intensity", "sun_elevation", "sun_rotation", "air", "dust", "ozone", "strength", "density")


def read_arrays(path: Path, names: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Arrays of an ``.npz`` file; FileNotFoundError, or PaperDataError that names what is missing."""
    if not path.is_file():
        there = ", ".join(sorted(p.name for p in path.parent.glob("*.npz"))) or "none"
        raise FileNotFoundError(f"{path} is missing; .npz files there: {there}")
    try:
        with np.load(path, allow_pickle=False) as arrays:
            missing = [name for name in names if name not in arrays]
            if missing:
                raise PaperDataError(f"{path} lacks {', '.join(missing)}; it has {', '.join(arrays)}")
            return {name: arrays[name] for name in names}
    except (zipfile.BadZipFile, EOFError) as problem:
        raise PaperDataError(f"{path} is no .npz file, or is damaged: {problem}") from None
    except ValueError as problem:
        if isinstance(problem, PaperDataError):
            raise
        raise PaperDataError(f"{path} holds an array of Python objects; allowed: numbers and texts") from None


def fingerprint(*paths: Path) -> str:
    """16 hex digits of the content of ``.npz`` files, by the checksums that they carry."""
    members = [[(m.filename, m.CRC, m.file_size) for m in zipfile.ZipFile(path).infolist()] for path in paths]
    return hashlib.sha256(json.dumps(members).encode()).hexdigest()[:16]


class PaperAppearances:
    """What a data set of our own has in its library: the vector of every appearance. There are no meshes.

    Ids are ``<category>/<emb_i>`` and ``ground/<row>``.
    """

    tower = ""  # the files do not tell it

    def __init__(self, embeddings: Path, floor: Path) -> None:
        """``embeddings``: an (N, D) array ``<Class>Factory`` for every category; ``floor``: ``labels`` (S,) and ``vectors`` (S, D)."""
        self.folder, self._floor = embeddings, floor
        tables = read_arrays(embeddings, tuple(f"{c.capitalize()}Factory" for c in CATEGORIES))
        self._tables = dict(zip(CATEGORIES, tables.values(), strict=True))
        ground = read_arrays(floor, ("labels", "vectors"))
        self._tables[GROUND] = ground["vectors"]
        shapes = {name: table.shape for name, table in self._tables.items()}
        if {len(shape) for shape in shapes.values()} != {2} or len({shape[1] for shape in shapes.values()}) != 1:
            raise PaperDataError(f"{embeddings} and {floor} have shapes {shapes}; allowed: (N, D), with one D for all")
        self._ground_rows = rows_of(floor, "labels", ground["labels"])
        if len(ground["labels"]) != len(ground["vectors"]):
            raise PaperDataError(f"{floor} has {len(ground['labels'])} labels and {len(ground['vectors'])} vectors; allowed: as many")
        self.width: int = shapes[GROUND][1]
        self.fingerprint = fingerprint(embeddings, floor)

    def __reduce__(self) -> tuple[Any, ...]:
        return PaperAppearances, (self.folder, self._floor)  # a worker reads the tables again

    def asset(self, category: str, place: int, source: str) -> str:
        """The id of row ``place`` of a category; ``source`` is named where there is no such row."""
        if place >= len(self._tables[category]):
            raise PaperDataError(f"{source} is {place}; {self.folder} has {len(self._tables[category])} vectors of {category}")
        return f"{category}/{place}"

    def ground(self, scene: str, source: str) -> str:
        """The id of the ground of a scene."""
        if scene not in self._ground_rows:
            raise PaperDataError(f"{source} is {scene!r}, which {self._floor} has no ground of")
        return f"{GROUND}/{self._ground_rows[scene]}"

    def vector(self, asset: str) -> np.ndarray:
        """(D,) float32 unit vector of an id."""
        category, _, place = asset.partition("/")
        vector = self._tables[category][int(place)].astype(np.float32)
        length = float(np.linalg.norm(vector))
        if not 0 < length < np.inf:  # also refuses nan
            raise PaperDataError(f"{self._floor if category == GROUND else self.folder}: the vector of {asset} has length {length}")
        return vector / length

    def embed(self, scene: Scene) -> Scene:
        """The scene with every id replaced by its Embedding."""
        ground = replace(scene.ground, appearance=self._embedded(scene.ground.appearance))
        objects = tuple(replace(o, appearance=self._embedded(o.appearance)) for o in scene.objects)
        return replace(scene, ground=ground, objects=objects)

    def _embedded(self, appearance: Appearance) -> Appearance:
        return Embedding(self.vector(appearance)) if isinstance(appearance, str) else appearance


class Environments:
    """The sky of every scene, by its prefix, in the units of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        arrays = read_arrays(path, ("prefix", *ENVIRONMENT))
        shapes = {name: array.shape for name, array in arrays.items()}
        if len(set(shapes.values())) != 1 or arrays["prefix"].ndim != 1:
            raise PaperDataError(f"{path} has shapes {shapes}; allowed: (S,), with one S for all")
        self._rows = rows_of(path, "prefix", arrays.pop("prefix"))
        self._arrays = arrays

    def of(self, scene: str, source: str) -> dict[str, float]:
        """The nine numbers of a scene."""
        if scene not in self._rows:
            raise PaperDataError(f"{source} is {scene!r}, which is no prefix in {self.path}")
        return {name: float(values[self._rows[scene]]) for name, values in self._arrays.items()}


def rows_of(path: Path, name: str, labels: np.ndarray) -> dict[str, int]:
    """Label -> its row; PaperDataError where one comes twice."""
    texts = (label.decode() if isinstance(label, bytes) else str(label) for label in labels.tolist())
    found = {text: row for row, text in enumerate(texts)}
    if len(found) != len(labels):
        raise PaperDataError(f"{path}: {name} has {len(labels)} entries, of which {len(found)} differ; allowed: all different")
    return found
