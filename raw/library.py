"""An asset library: a folder of meshes, a table, and for every asset x yaw the appearance embedding.

library.json          fingerprint and name of the appearance tower, yaws, and one record an asset
meshes/<family>/<id>.npz    arrays of a Mesh (and its Rig), or of a GroundMaterial
embeddings.npy        (A, Y, D) float16 unit vectors, in the order of the records
"""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from raw.geometry import quaternion_to_matrix, view_yaw
from raw.mesh import GroundMaterial, Mesh, Rig, Scatter, Surface
from raw.nearest import Nearest
from raw.scene import CATEGORIES, Appearance, Embedding, Scene, SceneObject

FORMAT = 1
INFLUENCES = 4  # joints that move one vertex
GROUND = "ground"
_CHUNK = 4096  # assets whose embeddings are read at a time


class LibraryError(ValueError):
    """A library that is missing, broken, or does not hold what was asked of it."""


@dataclass(frozen=True)
class AssetRecord:
    id: str  # "zebra/0007"
    family: str
    category: str  # one of CATEGORIES, or "ground"
    words: str  # name, species and habitat, for people and text search
    height: float  # metres, upright; 0 for grounds
    seed: int
    licence: str = "Apache-2.0"


class Library:
    """Assets to place and to look up by appearance."""

    def __init__(self, folder: Path, records: tuple[AssetRecord, ...], yaws: np.ndarray, fingerprint: str, tower: str = "") -> None:
        """``fingerprint`` and ``tower``, its name, are of what made the embeddings; empty where there are none."""
        self.folder, self.records, self.yaws, self.fingerprint, self.tower = folder, records, yaws, fingerprint, tower
        self._by_id = {record.id: record for record in records}
        self._tables: dict[str | None, tuple[np.ndarray, Nearest]] = {}
        self._grounds: dict[str, GroundMaterial] = {}

    @classmethod
    def open(cls, folder: str | Path) -> Library:
        """Read a library folder; meshes and embeddings are read when first used."""
        folder = Path(folder)
        path = folder / "library.json"
        if not path.is_file():
            raise LibraryError(f"{folder} is no asset library: {path.name} is missing")
        try:
            table = json.loads(path.read_text())
            if table["format"] != FORMAT:
                raise LibraryError(f"{path}: format {table['format']}, this version reads {FORMAT}")
            records = tuple(AssetRecord(**record) for record in table["assets"])
            yaws = np.array(table["yaws"], dtype=np.float64)
            return cls(folder, records, yaws, table["fingerprint"], table.get("tower", ""))  # libraries of before do not name it
        except (KeyError, TypeError, json.JSONDecodeError) as problem:
            raise LibraryError(f"{path} is broken: {problem}") from None

    def save_table(self) -> None:
        """Write library.json, whole under a temporary name and then renamed."""
        about = {"format": FORMAT, "fingerprint": self.fingerprint, "tower": self.tower, "yaws": self.yaws.tolist()}
        table = about | {"assets": [asdict(record) for record in self.records]}
        temporary = self.folder / "library.json.tmp"
        temporary.write_text(json.dumps(table, indent=1))
        temporary.replace(self.folder / "library.json")

    def extended(self, records: tuple[AssetRecord, ...], vectors: np.ndarray | None) -> Library:
        """The library with more assets, on disk too; their meshes are there already.

        ``vectors`` is (N, Y, D), unit length; None for a library without embeddings. The table is written last and whole,
        so a reader sees all of the new assets or none.
        """
        if vectors is not None:
            vectors = np.concatenate([self._stored, vectors.astype(np.float16)])
            save_embeddings(self.folder, vectors)
        grown = Library(self.folder, (*self.records, *records), self.yaws, self.fingerprint, self.tower)
        grown.save_table()
        return grown

    @property
    def made_by(self) -> str:
        """What made the embeddings, for people: the tower's name and fingerprint."""
        return told_tower(self.tower, self.fingerprint)

    def __contains__(self, asset: str) -> bool:
        return asset in self._by_id

    def record(self, asset: str) -> AssetRecord:
        if asset not in self._by_id:
            near = difflib.get_close_matches(asset, self._by_id, n=3) or list(self._by_id)[:3]
            raise LibraryError(f"asset {asset!r} is not in the library {self.folder}; near: {', '.join(near)}")
        return self._by_id[asset]

    def of_category(self, category: str) -> tuple[AssetRecord, ...]:
        return tuple(record for record in self.records if record.category == category)

    def _path(self, asset: str) -> Path:
        path = mesh_path(self.folder, self.record(asset).id)
        if not path.is_file():
            raise LibraryError(f"the file of asset {asset!r} is missing: {path}")
        return path

    def mesh(self, asset: str) -> Mesh:
        """The mesh of an object asset."""
        with np.load(self._path(asset), allow_pickle=False) as arrays:
            if "vertices" not in arrays:
                raise LibraryError(f"{asset!r} is a ground, not an object")
            return Mesh(arrays["vertices"], arrays["faces"], arrays["colors"])

    def has_rig(self, asset: str) -> bool:
        """Whether an asset has a skeleton; reads no more than the names of its arrays."""
        with np.load(self._path(asset), allow_pickle=False) as arrays:
            return "rig_names" in arrays

    def rig(self, asset: str) -> Rig | None:
        """The skeleton of an object asset; None where it has none."""
        with np.load(self._path(asset), allow_pickle=False) as arrays:
            if "rig_names" not in arrays:
                return None
            names, joints = tuple(str(name) for name in arrays["rig_names"]), arrays["rig_joints"]
            weights = np.zeros((len(joints), len(names)), dtype=np.float32)
            np.put_along_axis(weights, joints.astype(np.int64), arrays["rig_weights"], axis=1)
            return Rig(names, arrays["rig_parents"], arrays["rig_positions"], weights, arrays["rig_rest"])

    def parameters(self, asset: str) -> dict[str, float]:
        """The numbers that an asset was built from; none for assets of files, and of libraries of before."""
        with np.load(self._path(asset), allow_pickle=False) as arrays:
            if "parameter_names" not in arrays:
                return {}
            return {str(n): float(v) for n, v in zip(arrays["parameter_names"], arrays["parameter_values"], strict=True)}

    def ground(self, asset: str) -> GroundMaterial:
        """The material of a ground asset; read once."""
        if asset not in self._grounds:
            with np.load(self._path(asset), allow_pickle=False) as arrays:
                if "palette" not in arrays:
                    raise LibraryError(f"{asset!r} is an object, not a ground")
                self._grounds[asset] = _ground_from_arrays(arrays)
        return self._grounds[asset]

    @cached_property
    def _stored(self) -> np.ndarray:
        """(A, Y, D) float16 embeddings, left in their file until read."""
        path = self.folder / "embeddings.npy"
        if not path.is_file():
            raise LibraryError(f"{self.folder} has no embeddings: build them with `raw assets build`")
        stored = np.load(path, allow_pickle=False, mmap_mode="r")
        if len(stored) < len(self.records) or stored.shape[1] != len(self.yaws):
            raise LibraryError(f"{path} is {stored.shape}; the table has {len(self.records)} assets and {len(self.yaws)} yaws")
        return stored[: len(self.records)]  # more, if adding assets was interrupted before the table was written

    @cached_property
    def embeddings(self) -> np.ndarray:
        """(A, Y, D) float32 unit vectors, all in memory."""
        return self._stored.astype(np.float32)

    @property
    def width(self) -> int:
        """Numbers in an embedding."""
        return int(self._stored.shape[-1])

    @cached_property
    def _row(self) -> dict[str, int]:
        return {record.id: i for i, record in enumerate(self.records)}

    def embedding(self, asset: str, yaw: float) -> np.ndarray:
        """(D,) embedding at the stored yaw nearest to ``yaw`` degrees."""
        difference = np.abs((self.yaws - yaw + 180) % 360 - 180)
        return self._stored[self._row[self.record(asset).id], int(difference.argmin())].astype(np.float32)

    def nearest(self, vectors: np.ndarray, category: str | None) -> list[str]:
        """Asset ids whose embedding at any yaw is nearest by cosine to each of (N, D) vectors.

        Only assets of ``category`` are looked at; with None (the paper's plain ``add``) all that can stand in a scene.
        """
        if category is not None and category not in (*CATEGORIES, GROUND):
            raise LibraryError(f"category {category!r} is unknown; allowed: {', '.join((*CATEGORIES, GROUND))}")
        rows, table = self._table(category)
        vectors, width = np.atleast_2d(vectors), self._stored.shape[-1]
        if vectors.shape[-1] != width:
            raise LibraryError(f"vectors have {vectors.shape[-1]} numbers, those of {self.folder} {width}: they come from another tower")
        return [self.records[rows[table.search(vector) // len(self.yaws)]].id for vector in vectors]

    def ranked(self, vector: np.ndarray, category: str | None, count: int) -> list[str]:
        """The ``count`` assets nearest to one (D,) vector, as ``nearest`` compares, the nearest first; all where there are fewer."""
        best = self.nearest(vector, category)[0]  # also refuses what cannot be looked up
        records, similarity = self.similarities(vector, category)
        order = np.argsort(-similarity, kind="stable")[: count + 1]
        return [best, *(asset for asset in (records[place].id for place in order) if asset != best)][:count]

    def similarities(self, vector: np.ndarray, category: str | None) -> tuple[tuple[AssetRecord, ...], np.ndarray]:
        """All assets of a category, and the (N,) dot products of a (D,) vector with each at the yaw where it is largest."""
        rows, _ = self._table(category)
        found = [self._similarity(rows[i : i + _CHUNK], vector) for i in range(0, len(rows), _CHUNK)]
        return tuple(self.records[row] for row in rows), np.concatenate(found)

    def _similarity(self, rows: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """(len(rows),) largest dot product of each asset's yaws with a vector."""
        return (self._stored[rows].astype(np.float32) @ np.asarray(vector, dtype=np.float32)).max(axis=1)

    def _table(self, category: str | None) -> tuple[np.ndarray, Nearest]:
        """Rows of the assets of a category, and the table that looks up all their yaws; made when first asked for."""
        if category not in self._tables:
            fits = [r.category == category if category else r.category in CATEGORIES for r in self.records]
            rows = np.flatnonzero(fits)
            if not len(rows):
                raise LibraryError(f"{self.folder} holds no {category or 'object'}")
            in_a_row = rows[-1] - rows[0] + 1 == len(rows)  # then they need no copy
            chosen = self._stored[rows[0] : rows[-1] + 1] if in_a_row else self._stored[rows]
            self._tables[category] = rows, Nearest(chosen.reshape(-1, chosen.shape[-1]))
        return self._tables[category]

    def resolve(self, scene: Scene) -> Scene:
        """The scene with every Embedding replaced by the nearest asset id of its category."""
        objects = tuple(replace(o, appearance=self._resolved(o.appearance, o.category)) for o in scene.objects)
        ground = replace(scene.ground, appearance=self._resolved(scene.ground.appearance, GROUND))
        return replace(scene, ground=ground, objects=objects)

    def _resolved(self, appearance: Appearance, category: str | None) -> Appearance:
        return self.nearest(appearance.vector, category)[0] if isinstance(appearance, Embedding) else appearance

    def embed(self, scene: Scene) -> Scene:
        """The scene with every asset id replaced by its Embedding at the yaw that the camera sees."""
        ground = scene.ground
        if isinstance(ground.appearance, str):
            ground = replace(ground, appearance=Embedding(self.embedding(ground.appearance, 0.0)))
        return replace(scene, ground=ground, objects=tuple(self._embedded(o, scene.camera.pitch) for o in scene.objects))

    def _embedded(self, thing: SceneObject, pitch: float) -> SceneObject:
        if not isinstance(thing.appearance, str):
            return thing
        if thing.rotation is None:
            raise LibraryError(f"{thing.appearance!r} has no rotation, so the yaw of its embedding is not known")
        yaw = view_yaw(quaternion_to_matrix(np.array(thing.rotation)), np.array(thing.location), pitch)
        return replace(thing, appearance=Embedding(self.embedding(thing.appearance, yaw)))


def told_tower(name: str, fingerprint: str) -> str:
    """A tower as messages name it; models and libraries of before know no name of it."""
    return f"{name or 'unnamed'} ({fingerprint})" if fingerprint else "none"


def mesh_path(folder: Path, asset: str) -> Path:
    return folder / "meshes" / f"{asset}.npz"


def save_embeddings(folder: Path, vectors: np.ndarray) -> None:
    """Write (A, Y, D) embeddings into a library folder, whole under a temporary name and then renamed."""
    temporary = folder / "embeddings.tmp.npy"
    np.save(temporary, vectors.astype(np.float16))
    temporary.replace(folder / "embeddings.npy")


def save_mesh(folder: Path, asset: str, mesh: Mesh, rig: Rig | None = None, parameters: dict[str, float] | None = None) -> None:
    """Write the arrays of an object asset into a library folder; ``parameters`` are the numbers it was built from.

    Of a rig's weights the INFLUENCES largest of each vertex are kept, as glTF does, and scaled to sum to 1.
    """
    arrays = mesh._asdict() | (_rig_arrays(rig) if rig else {})
    if parameters:
        arrays |= {"parameter_names": np.array(list(parameters)), "parameter_values": np.array(list(parameters.values()), dtype=np.float64)}
    _save_arrays(mesh_path(folder, asset), arrays)


def _rig_arrays(rig: Rig) -> dict[str, np.ndarray]:
    joints = np.argsort(-rig.weights, axis=1, kind="stable")[:, :INFLUENCES]
    shares = np.take_along_axis(rig.weights, joints, axis=1)
    arrays = {f"rig_{name}": np.asarray(getattr(rig, name)) for name in ("names", "parents", "positions", "rest")}
    return arrays | {"rig_joints": joints.astype(np.uint16), "rig_weights": shares / shares.sum(axis=1, keepdims=True)}


def save_ground(folder: Path, asset: str, ground: GroundMaterial) -> None:
    """Write the arrays of a ground into a library folder."""
    arrays = {"palette": ground.palette, "numbers": np.array([ground.patch_size, ground.grain, ground.roughness])}
    arrays["scatter"] = np.array([(s.density, s.low, s.high, *s.where) for s in ground.scatter]).reshape(-1, 5)
    if ground.surface:
        arrays["surface"] = np.array(ground.surface)
    for i, piece in enumerate(ground.scatter):
        arrays |= {f"{name}_{i}": value for name, value in piece.mesh._asdict().items()}
    _save_arrays(mesh_path(folder, asset), arrays)


def _ground_from_arrays(arrays: dict[str, np.ndarray]) -> GroundMaterial:
    scatter = tuple(_scatter_from_arrays(arrays, i) for i in range(len(arrays["scatter"])))
    surface = Surface(*(float(v) for v in arrays["surface"])) if "surface" in arrays else None
    patch_size, grain, roughness = (float(v) for v in arrays["numbers"])
    return GroundMaterial(arrays["palette"], patch_size, grain, roughness, scatter, surface)


def _scatter_from_arrays(arrays: dict[str, np.ndarray], i: int) -> Scatter:
    """Piece ``i``; libraries of before patches mattered have three numbers a piece, which then lies everywhere."""
    density, low, high, *where = (float(v) for v in arrays["scatter"][i])
    mesh = Mesh(arrays[f"vertices_{i}"], arrays[f"faces_{i}"], arrays[f"colors_{i}"])
    return Scatter(mesh, density, low, high, (where[0], where[1]) if where else (0.0, 1.0))


def _save_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp.npz")
    np.savez(temporary, **arrays)
    temporary.replace(path)
