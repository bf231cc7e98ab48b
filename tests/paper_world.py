"""A tiny set in the form of the paper's released data: 64-pixel pictures of boxes, two scenes, vectors of four numbers."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
from PIL import Image, ImageDraw
from pyarrow import feather

from raw.geometry import camera_to_world, project, rotation_z
from raw.scene import CATEGORIES

SIZE, WIDTH, ASSETS, YAWS = 64, 4, 3, 72
SCENES = ("forest_a1", "desert_b2")
ENVIRONMENT = {
    "sun_size": (0.0087, 0.0100), "sun_intensity": (0.9, 1.0), "sun_elevation": (39.6, 12.0), "sun_rotation": (30.0, 350.0),
    "air": (0.77, 1.2), "dust": (0.17, 1.4), "ozone": (1.5, 0.9), "strength": (0.21, 0.19), "density": (0.0005, 0.003),
}  # fmt: skip
FOV = 40.0


def row(index: int, rng: np.random.Generator) -> dict[str, Any]:
    """One row: up to four things on flat ground, before a camera at 2 metres; assets face +x, as theirs do."""
    pitch, yaw = float(np.radians(rng.uniform(80, 92))), float(rng.uniform(-np.pi, np.pi))
    to_camera = camera_to_world(np.degrees(pitch)).T
    objects = []
    for category in rng.choice(CATEGORIES, size=int(rng.integers(1, 5))):
        depth, turn = float(rng.uniform(6, 30)), float(rng.uniform(0, 360))
        place = to_camera @ np.array([rng.uniform(-0.3, 0.3) * depth, depth, -2.0])
        thing = {"name": f"{str(category).capitalize()}Factory({int(rng.integers(1000))})", "pixel_count": int(rng.integers(10, 400))}
        thing |= {"position": place.tolist(), "height": float(rng.uniform(0.5, 8)), "emb_i": int(rng.integers(ASSETS * YAWS))}
        objects.append(thing | {"rotation": (to_camera @ rotation_z(turn)).tolist()})
    objects.sort(key=lambda thing: -thing["pixel_count"])
    return {
        "image_id": f"{index:06d}.png", "prefix": SCENES[index % 2], "camera_pitch": pitch, "camera_yaw": yaw, "objects": objects,
    }  # fmt: skip


def picture(content: dict[str, Any]) -> bytes:
    """A PNG of a row: sky, ground, and a box for every object."""
    image = Image.new("RGB", (SIZE, SIZE), (140, 170, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, SIZE // 2, SIZE, SIZE), fill=(150, 130, 90))
    for thing in reversed(content["objects"]):
        x, y = project(np.array(thing["position"]), FOV) * SIZE
        side = thing["pixel_count"] ** 0.5
        draw.rectangle((x - side / 2, y - side, x + side / 2, y), fill=(20 * len(thing["name"]) % 256, 90, 60))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def write_rows(path: Path, rows: list[dict[str, Any]], column: str = "gzipped") -> None:
    packed = [gzip.compress(json.dumps(content).encode()) for content in rows]
    feather.write_feather(pyarrow.table({column: packed}), path)


def write_tar(path: Path, files: dict[str, bytes], mode: str = "w") -> None:
    with tarfile.open(path, mode) as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def write_tables(folder: Path, rng: np.random.Generator) -> None:
    tables = {f"{c.capitalize()}Factory": rng.normal(size=(ASSETS * YAWS, WIDTH)).astype(np.float32) for c in CATEGORIES}
    np.savez(folder / "emb_convnext.npz", **tables)
    np.savez(folder / "floor_convnext.npz", labels=np.array(SCENES[::-1]), vectors=rng.normal(size=(2, WIDTH)).astype(np.float32))
    np.savez(folder / "env_params.npz", prefix=np.array(SCENES), **{name: np.array(values) for name, values in ENVIRONMENT.items()})


def write_paper_data(folder: Path, *, train: int = 6, validation: int = 2) -> Path:
    """Eight pictures of two scenes, and all the tables."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    write_tables(folder, rng)
    for name, count in (("train", train), ("val", validation)):
        rows = [row(i, rng) for i in range(count)]
        write_rows(folder / f"{name}.gz.feather", rows)
        write_tar(folder / f"{name}.tar", {f"./{r['image_id']}": picture(r) for r in rows})
    return folder
