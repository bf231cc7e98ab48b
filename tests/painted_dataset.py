"""A small data set of painted pictures whose labels agree, and a library with the bones of its animals; no renderer needed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from datasets import Dataset, Features, Image, Value
from PIL import Image as Pictures

from procedural.labels.label_hash import label_hash_of
from raw.digest import sha256
from raw.geometry import box_of, camera_to_world, project
from raw.language import quantized, write
from raw.library import AssetRecord, Library, save_mesh
from raw.mesh import Mesh, Rig
from raw.scene import Camera, Ground, Scene, SceneObject, Sky

SIZE = 48
SCENES = {"train": 3, "validation": 1, "test": 1}  # of two pictures each; train has two shards
Rows = list[dict[str, Any]]

_PICTURE, _TEXT, _WHOLE, _REAL = Image(), Value("string"), Value("int64"), Value("float64")
_FIRST = {
    **dict.fromkeys(("image", "mask", "depth"), _PICTURE),
    **dict.fromkeys(("program", "scene_id", "biome"), _TEXT),
    **dict.fromkeys(("view", "seed"), _WHOLE),
}
_JOINT = {"name": _TEXT, "location": [_REAL], "spot": [_REAL], "visible": _WHOLE}
_OBJECT = {
    **dict.fromkeys(("asset", "family", "category"), _TEXT),
    **dict.fromkeys(("location", "rotation", "box"), [_REAL]),
    **dict.fromkeys(("height", "occluded", "outside", "distance"), _REAL),
    "pixels": _WHOLE,
    "joints": [_JOINT],
}
_CAMERA = {**dict.fromkeys(("pitch", "height", "fov"), _REAL), **dict.fromkeys(("intrinsics", "world_to_camera"), [_REAL])}


def features(schema: int, normals: bool) -> Features:
    second = {"photographer": _TEXT, "subject": _WHOLE, "camera": _CAMERA, "objects": [_OBJECT]}
    return Features(_FIRST | (second if schema == 2 else {}) | ({"normal": _PICTURE} if normals else {}))


def png(array: np.ndarray) -> dict[str, Any]:
    buffer = io.BytesIO()
    Pictures.fromarray(array).save(buffer, format="PNG")
    return {"bytes": buffer.getvalue(), "path": None}


def array(cell: dict[str, Any]) -> np.ndarray:
    return np.array(Pictures.open(io.BytesIO(cell["bytes"])))


def row(split: str, number: int, view: int, *, schema: int = 2, normals: bool = False) -> dict[str, Any]:
    """A zebra before an oak, under sky and on ground, as rectangles in other places and colours in every picture."""
    rng = np.random.default_rng([list(SCENES).index(split), number, view])
    mask, depth = np.full((SIZE, SIZE), 255, np.uint8), np.zeros((SIZE, SIZE), np.uint16)
    mask[: rng.integers(12, 20)] = 0
    left, top = rng.integers(2, 20, 2)
    mask[5:30, left + 6 : left + 24] = 2
    mask[top + 8 : top + 26, left : left + 16] = 1
    depth[:] = np.linspace(9000, 300, SIZE)[:, None]
    depth[mask == 0], depth[mask == 1], depth[mask == 2] = 65535, 800, 1500
    shades = np.asarray(Pictures.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)).resize((SIZE, SIZE)))
    camera = Camera(float(rng.uniform(75, 95)), 1.5, 50.0)
    zebra = SceneObject("herbivore", (0.3, -0.8, -8.0), 1.3, (1.0, 0.0, 0.0, 0.0), "zebra/0000", int((mask == 1).sum()))
    oak = SceneObject("tree", (1.0, -0.5, -15.0), 7.0, (1.0, 0.0, 0.0, 0.0), "oak/0000", int((mask == 2).sum()))
    things = (zebra, oak) if zebra.pixels >= oak.pixels else (oak, zebra)
    if things[0] is oak:
        mask = np.array([0, 2, 1, *range(3, 256)], np.uint8)[mask]
    sky, ground = Sky(sun_elevation=float(rng.uniform(10, 70))), Ground("dry_grass/0001", 0.1, (3.0, 4.0, 5.0), 7)
    scene = quantized(Scene(sky, camera, ground, things))
    told = {"image": png(shades), "program": write(scene), "mask": png(mask), "depth": png(depth)}
    told |= {"scene_id": f"{split}-{number:06d}", "view": view, "seed": 5, "biome": ("savanna", "meadow")[number % 2]}
    if normals:
        told["normal"] = png(np.where((mask == 0)[..., None], 0, np.array([128, 255, 128])).astype(np.uint8))
    if schema == 2:
        told |= {"photographer": "hide", "subject": things.index(zebra), "camera": camera_of(scene)}
        told["objects"] = [object_of(scene, i, mask) for i in range(len(things))]
    return told


def camera_of(scene: Scene) -> dict[str, Any]:
    focal = SIZE / 2 / np.tan(np.radians(scene.camera.fov) / 2)
    matrix = np.eye(4)
    matrix[:3, :3] = np.diag([1.0, -1.0, -1.0]) @ camera_to_world(scene.camera.pitch).T
    told = {name: getattr(scene.camera, name) for name in ("pitch", "height", "fov")}
    return told | {"intrinsics": [focal, 0, SIZE / 2, 0, focal, SIZE / 2, 0, 0, 1], "world_to_camera": matrix.ravel().tolist()}


def object_of(scene: Scene, i: int, mask: np.ndarray) -> dict[str, Any]:
    thing = scene.objects[i]
    asset = str(thing.appearance)
    places = {"trunk": (0.3, 0.0, -8.0), "neck": (0.8, 0.2, -8.0), "head": (1.2, 0.5, -8.0)} if asset.startswith("zebra") else {}
    joints = [
        {"name": n, "location": list(p), "spot": project(np.array(p), scene.camera.fov).tolist(), "visible": 2 - (n == "head")}
        for n, p in places.items()
    ]
    told = {"asset": asset, "family": asset.partition("/")[0], "category": thing.category, "location": list(thing.location)}
    told |= {"height": thing.height, "rotation": list(thing.rotation or ()), "pixels": thing.pixels}
    told |= {"box": list(box_of(mask == i + 1) or ())}
    return told | {"occluded": 0.25, "outside": 0.0, "distance": float(np.linalg.norm(thing.location)), "joints": joints}


def write_set(
    folder: Path,
    *,
    schema: int = 2,
    normals: bool = False,
    library: Path | None = None,
    change: Callable[[Rows], Rows | None] = lambda rows: None,
) -> Path:
    """Write the set; ``change`` may mend or spoil the rows of train's first shard before checksums and label hash are taken."""
    description: dict[str, Any] = {"version": 1, "generator_version": "0.1.0", "seed": 5, "size": SIZE, "samples": 1, "splits": {}}
    description |= {"library_fingerprint": "0123", "views_per_scene": dict.fromkeys(SCENES, 2)}
    if schema == 2:
        description |= {"schema": 2, "rejected": {"hidden": 4}, "failed": [], "config": {"seed": 5, "normals": normals}}
        description["config"]["library"] = str(library) if library else None
    paths = []
    for split, scenes in SCENES.items():
        rows = [row(split, number, view, schema=schema, normals=normals) for number in range(scenes) for view in (0, 1)]
        entries = []
        for k, part in enumerate([rows[:4], rows[4:]] if len(rows) > 4 else [rows]):
            if split == "train" and k == 0:
                part = change(part) or part
            path = folder / split / f"shard-{k:05d}.parquet"
            save_rows(path, part, features(schema, normals))
            paths.append(path)
            entries.append({"file": path.name, "sha256": sha256(path), "images": len(part)})
        description["splits"][split] = {"images": sum(e["images"] for e in entries), "shards": entries}
    description["label_hash"] = label_hash_of(paths, schema)
    (folder / "dataset.json").write_text(json.dumps(description))
    return folder


def save_rows(path: Path, rows: Rows, kinds: Features) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Dataset.from_list(rows, features=kinds).to_parquet(path)


def write_library(folder: Path) -> Path:
    """Zebra with bones, oak without; fingerprint 0123, as the set says."""
    records = (AssetRecord("zebra/0000", "zebra", "herbivore", "", 1.3, 0), AssetRecord("oak/0000", "oak", "tree", "", 7.0, 0, "CC0-1.0"))
    folder.mkdir(parents=True, exist_ok=True)
    Library(folder, records, np.zeros(1), "0123").save_table()
    mesh = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32), np.full((3, 3), 90, np.uint8))
    rig = Rig(
        ("trunk", "neck", "head"), np.array([-1, 0, 1], np.int32), np.eye(3, dtype=np.float32), np.ones((3, 3), np.float32) / 3,
        np.eye(3, dtype=np.float32),
    )  # fmt: skip
    save_mesh(folder, "zebra/0000", mesh, rig)
    save_mesh(folder, "oak/0000", mesh)
    return folder
