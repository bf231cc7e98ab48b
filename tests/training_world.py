"""A library of three assets and a data set of a few 32-pixel pictures, for the tests of training."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import numpy as np
from datasets import Dataset, Features, Image, Value
from PIL import Image as Picture

from raw.geometry import matrix_to_quaternion, rotation_x, rotation_z
from raw.language import write
from raw.library import AssetRecord, Library
from raw.scene import Camera, Ground, Scene, SceneObject, Sky
from raw.vision.tower import load_tower

SIZE = 32
ASSETS = (
    AssetRecord("zebra/0000", "zebra", "herbivore", "zebra", 1.4, 0),
    AssetRecord("oak/0000", "oak", "tree", "oak", 8.0, 0),
    AssetRecord("sand/0000", "sand", "ground", "sand", 0.0, 0),
)
COLOURS = {"herbivore": (200, 200, 200), "tree": (20, 90, 20)}
FEATURES = {"image": Image(), "mask": Image(), "program": Value("string"), "scene_id": Value("string"), "view": Value("int32")}


def write_library(folder: Path) -> Path:
    """Three assets with random appearances at four yaws, under the debug tower's fingerprint."""
    tower = load_tower("debug")
    folder.mkdir(parents=True)
    vectors = np.random.default_rng(0).normal(size=(len(ASSETS), 4, tower.width))
    np.save(folder / "embeddings.npy", (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float16))
    Library(folder, ASSETS, np.array([0.0, 90.0, 180.0, 270.0]), tower.fingerprint).save_table()
    return folder


def sample(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Scene]:
    """Picture (32, 32, 3), mask (32, 32) and scene: up to three coloured boxes below a horizon, none of them overlapping."""
    mask = np.full((SIZE, SIZE), 255, dtype=np.uint8)
    mask[: SIZE // 3] = 0
    picture = np.where(mask[..., None] == 0, (140, 170, 220), (150, 130, 90)).astype(np.uint8)
    boxes = sorted((int(v) for v in rng.integers(3, 9, size=rng.integers(0, 4))), reverse=True)
    objects = []
    for i, side in enumerate(boxes):
        asset = ASSETS[int(rng.integers(2))]
        top, left = int(rng.integers(8, 20)), 10 * i + 1
        mask[top : top + side, left : left + side] = i + 1
        picture[top : top + side, left : left + side] = COLOURS[asset.category]
        rotation = tuple(matrix_to_quaternion(rotation_x(-85.0) @ rotation_z(float(rng.uniform(0, 360)))))
        place = (float(rng.uniform(-2, 2)), -1.5, float(rng.uniform(-20, -6)))
        objects.append(SceneObject(asset.category, place, asset.height, rotation, asset.id, side * side))
    sky = Sky(sun_rotation=float(rng.uniform(0, 360)))
    return picture, mask, Scene(sky, Camera(pitch=85.0, fov=float(rng.uniform(30, 60))), Ground("sand/0000", 0.1), tuple(objects))


def _png(array: np.ndarray) -> dict[str, object]:
    buffer = io.BytesIO()
    Picture.fromarray(array).save(buffer, "PNG")
    return {"bytes": buffer.getvalue(), "path": None}


def write_data(folder: Path, *, train: int = 10, validation: int = 4, test: int = 0, seed: int = 0, depth: bool = False) -> Path:
    """A data set folder with one shard a split; without depth, as sets of before."""
    splits = {}
    counts = {"train": train, "validation": validation, "test": test}
    for (split, count), rng in zip(counts.items(), np.random.default_rng(seed).spawn(3), strict=True):
        rows = []
        for i in range(count):
            picture, mask, scene = sample(rng)
            row = {"image": _png(picture), "mask": _png(mask), "program": write(scene), "scene_id": f"{i:06d}", "view": 0}
            rows.append(row | ({"depth": _png(_centimetres(mask, scene))} if depth else {}))
        splits[split] = {"images": count, "shards": [_write_shard(folder / split, rows)] if rows else []}
    description = {"version": 1, "library_fingerprint": load_tower("debug").fingerprint, "splits": splits}
    (folder / "dataset.json").write_text(json.dumps(description))
    return folder


def _centimetres(mask: np.ndarray, scene: Scene) -> np.ndarray:
    """Depth as data sets store it: objects as flat as cards, the ground 10 m away."""
    depths = {0: 65535, 255: 1000} | {i: round(-100 * thing.location[2]) for i, thing in enumerate(scene.objects, start=1)}
    return np.vectorize(depths.get)(mask).astype(np.uint16)


def _write_shard(folder: Path, rows: list[dict]) -> dict[str, object]:
    folder.mkdir(parents=True)
    path = folder / "shard-00000.parquet"
    features = FEATURES | ({"depth": Image()} if "depth" in rows[0] else {})
    Dataset.from_list(rows, features=Features(features)).to_parquet(path)
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "images": len(rows)}
