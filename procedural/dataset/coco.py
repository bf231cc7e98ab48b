"""``raw dataset coco``: a split as COCO JSON, for detectors, segmenters and pose networks of other people.

A category is a family; its keypoints are the joints of all its individuals in the set, so that every split has the same
categories. Beside COCO's own keys an annotation has occluded, outside, distance, asset, location and rotation, as the
data set has them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from tqdm import tqdm

from procedural.command_line import read_options
from procedural.labels.joints import OUTSIDE, bones
from procedural.labels.pictures import pixels_of
from procedural.whole_file import whole_file
from raw import __version__

EXAMPLES = """examples:
  raw dataset coco dataset --split test --out coco/test.json
  raw dataset coco dataset --split train --out coco/train.json --images false"""
_BATCH = 64  # rows read at once
_EXTRA = ("occluded", "outside", "distance", "asset", "location", "rotation")


@dataclass(frozen=True)
class CocoConfig:
    """One split of a data set as COCO JSON: boxes, masks as RLE, keypoints of animals."""

    folder: Path
    """Folder of the data set."""
    out: Path
    """JSON file to write."""
    split: str = "test"
    """train, validation or test."""
    images: bool = True
    """Also write the pictures as PNG, into a folder beside the file and of its name."""


def main(argv: list[str]) -> int:
    config, _ = read_options("dataset coco", CocoConfig, argv, epilog=EXAMPLES, positional=("folder",), resumable=False)
    images, annotations = export(config)
    pictures = f"; pictures in {pictures_of(config)}" if config.images else ""
    print(f"{config.out}: {images} images, {annotations} objects{pictures}")
    return 0


def export(config: CocoConfig) -> tuple[int, int]:
    """Write the file, whole or not at all, and the pictures; returns the numbers of images and of annotations.

    ValueError where the folder has no such split, or a data set without labels of objects.
    """
    found = {path.name: sorted(path.glob("shard-*.parquet")) for path in sorted(config.folder.iterdir()) if path.is_dir()}
    shards = {split: paths for split, paths in found.items() if paths}
    if config.split not in shards:
        raise ValueError(f"{config.folder} has no split {config.split!r}; it has {', '.join(shards) or 'none'}")
    kinds = categories([path for paths in shards.values() for path in paths])
    with whole_file(config.out) as file:
        return _write(file, config, shards[config.split], kinds)


def pictures_of(config: CocoConfig) -> Path:
    """The folder of the pictures, to which the names of files in the JSON are relative."""
    return config.out.with_suffix("")


def categories(shards: list[Path]) -> dict[str, dict[str, Any]]:
    """COCO categories by family, in order of the alphabet, from all assets that the shards show."""
    kinds: dict[str, str] = {}
    joints: dict[str, dict[str, None]] = {}
    for family, category, names in _assets(shards):
        kinds[family] = category
        joints.setdefault(family, {}).update(dict.fromkeys(names))
    made = {}
    for number, family in enumerate(sorted(kinds), start=1):
        made[family] = {"id": number, "name": family, "supercategory": kinds[family]}
        if joints[family]:
            names = tuple(joints[family])
            made[family] |= {"keypoints": list(names), "skeleton": [[a + 1, b + 1] for a, b in bones(names)]}
    return made


def _assets(shards: list[Path]) -> Iterator[tuple[str, str, list[str]]]:
    """Family, category and joint names of every asset, as it is first met."""
    import pyarrow.parquet as parquet

    known: set[str] = set()
    for path in tqdm(shards, unit="shard", desc="categories", file=sys.stderr, leave=False):
        with parquet.ParquetFile(path) as file:
            leaves = [file.schema.column(i).path for i in range(len(file.schema.names))]
            wanted = [leaf for leaf in leaves if leaf.startswith("objects.") and leaf.endswith((".asset", ".family", ".category", ".name"))]
            if not wanted:
                raise ValueError(f"{path} says nothing of its objects: an earlier version made it; make it again with `raw generate`")
            for batch in file.iter_batches(columns=wanted):
                things = batch.column("objects").flatten()
                names, rows = np.unique(things.field("asset").to_numpy(zero_copy_only=False).astype(str), return_index=True)
                for row in (row for name, row in zip(names, rows, strict=True) if name not in known):
                    thing = things[int(row)].as_py()
                    known.add(thing["asset"])
                    yield thing["family"], thing["category"], [joint["name"] for joint in thing["joints"]]


def _write(file: BinaryIO, config: CocoConfig, shards: list[Path], kinds: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """Stream the file; what is kept in memory is a line an image."""
    about = {"description": f"{config.folder.resolve().name}, split {config.split}", "version": __version__}
    head = f'{{"info": {json.dumps(about)},\n"licenses": [],\n"categories": {json.dumps(list(kinds.values()))},\n"annotations": ['
    file.write(head.encode())
    images: list[str] = []
    count = 0
    for row in _rows(shards):
        mask = pixels_of(row["mask"])
        height, width = mask.shape
        name = f"{row['scene_id']}-{row['view']:03d}.png"
        images.append(json.dumps({"id": len(images) + 1, "file_name": name, "width": width, "height": height}))
        for annotation in annotated(row["objects"], mask, kinds):
            count += 1  # from 1: pycocotools takes an annotation 0 for none
            line = json.dumps({"id": count, "image_id": len(images), **annotation})
            file.write((("\n" if count == 1 else ",\n") + line).encode())
        if config.images:
            with whole_file(pictures_of(config) / name) as picture:
                picture.write(row["image"]["bytes"])
    file.write(f'],\n"images": [{",".join(images)}]}}\n'.encode())
    return len(images), count


def _rows(shards: list[Path]) -> Iterator[dict[str, Any]]:
    """The rows of a split that the export needs, with a progress bar."""
    import pyarrow.parquet as parquet

    columns, total = ["image", "mask", "scene_id", "view", "objects"], sum(parquet.read_metadata(path).num_rows for path in shards)
    with tqdm(total=total, unit="image", desc="images", file=sys.stderr) as bar:
        for path in shards:
            with parquet.ParquetFile(path) as file:
                for batch in file.iter_batches(batch_size=_BATCH, columns=columns):
                    for row in batch.to_pylist():
                        yield row
                        bar.update()


def annotated(objects: list[dict[str, Any]], mask: np.ndarray, kinds: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """COCO annotations of the objects that show in ``mask`` (H, W) uint8, without their ids; boxes and keypoints in pixels."""
    from pycocotools import mask as coco_mask

    layers = np.asfortranarray(mask[:, :, None] == np.arange(1, len(objects) + 1, dtype=np.uint8), dtype=np.uint8)
    codes = coco_mask.encode(layers)
    for thing, code, area, box in zip(objects, codes, coco_mask.area(codes), coco_mask.toBbox(codes), strict=True):
        if not area:
            continue
        kind = kinds[thing["family"]]
        yield {
            "category_id": kind["id"],
            "bbox": box.tolist(),
            "area": int(area),
            "segmentation": {"size": list(mask.shape), "counts": code["counts"].decode()},
            "iscrowd": 0,
            **(_keypoints(thing["joints"], kind["keypoints"], mask.shape) if "keypoints" in kind else {}),
            **{key: thing[key] for key in _EXTRA},
        }


def _keypoints(joints: list[dict[str, Any]], names: list[str], shape: tuple[int, ...]) -> dict[str, Any]:
    """x, y, v of every keypoint of the family; zeros for what lies outside the picture or what this individual lacks."""
    height, width = shape
    known = {j["name"]: (j["spot"][0] * width, j["spot"][1] * height, j["visible"]) for j in joints if j["visible"] != OUTSIDE}
    triples = [known.get(name, (0, 0, OUTSIDE)) for name in names]
    return {"keypoints": [v for x, y, seen in triples for v in (round(x, 2), round(y, 2), seen)], "num_keypoints": len(known)}
