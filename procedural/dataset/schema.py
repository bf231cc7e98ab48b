"""The columns of a data set: type, meaning, units and frames, once, for the check and for the card."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as arrow

_PICTURE = "{bytes: binary, path: string}"
_JOINT = "{location: list of double, name: string, spot: list of double, visible: int64}"
_OBJECT = (
    "{asset: string, box: list of double, category: string, distance: double, family: string, height: double, "
    f"joints: list of {_JOINT}, location: list of double, occluded: double, outside: double, pixels: int64, rotation: list of double}}"
)
_CAMERA = "{fov: double, height: double, intrinsics: list of double, pitch: double, world_to_camera: list of double}"


class Column(NamedTuple):
    name: str
    type: str  # as ``type_told`` says it
    shown: str  # the type, for people
    meaning: str


FIRST = (  # of schema 1, and of all after it
    Column("image", _PICTURE, "image, PNG RGB", "the picture, clean: no sensor noise, blur or vignette"),
    Column("program", "string", "string", "the scene in the scene language, resolved form; objects by pixels, largest first"),
    Column("mask", _PICTURE, "image, PNG 8 bit", "0 sky, i + 1 object i of the program, 255 ground"),
    Column("depth", _PICTURE, "image, PNG 16 bit", "centimetres along the viewing axis; 65535 is sky or farther"),
    Column("scene_id", "string", "string", 'the land that was photographed: "train-000012"'),
    Column("view", "int64", "int64", "number of the picture in its scene"),
    Column("seed", "int64", "int64", "of the set"),
    Column("biome", "string", "string", "savanna, meadow, ..."),
)
SECOND = (  # what schema 2 adds
    Column("photographer", "string", "string", "who holds the camera: standing, low, vehicle, hide, drone, passer-by"),
    Column("subject", "int64", "int64", "number of the object that the photographer means; -1 for none"),
    Column(
        "camera",
        _CAMERA,
        "struct",
        "pitch (degrees, 90 looks at the horizon), height (metres over the ground), fov (vertical, degrees); intrinsics: 3x3 row major, "
        "pixels, pixel centres at +0.5; world_to_camera: 4x4 row major, metres, OpenCV camera (x right, y down, z forward) of the land "
        "(x east, y north, z up)",
    ),
    Column(
        "objects",
        f"list of {_OBJECT}",
        "list of structs",
        "in the order of the program: asset, family, category; location (metres, base centre, camera frame of the language: x right, y up, "
        "-z forward); height (metres, upright); rotation (asset to camera, w, x, y, z); pixels (that show); box (x0, y0, x1, y1 of what "
        "shows, fractions of the picture); occluded (share of its silhouette in the frame that other things hide); outside (share of its "
        "silhouette outside the frame); distance (metres, camera to base); joints: name, location (metres, camera frame), spot (fractions "
        "of the picture), visible (0 not in the frame, 1 hidden, 2 seen)",
    ),
)
NORMAL = Column("normal", _PICTURE, "image, PNG RGB", "unit normals in the camera frame, (n + 1) * 127.5; sky 0, 0, 0")


def expected(description: dict) -> tuple[Column, ...]:
    """The columns that a set must have by its dataset.json; ValueError where its schema is none that is known."""
    schema = description.get("schema", 1)
    if schema not in (1, 2):
        raise ValueError(f"schema is {schema!r}; this version reads 1 and 2")
    if schema == 1:
        return FIRST
    return (*FIRST, *SECOND, *((NORMAL,) if description.get("config", {}).get("normals") else ()))


def type_told(kind: arrow.DataType) -> str:
    """An Arrow type in few words, without the order of fields, the length of lists and the names of their elements."""
    if arrow.types.is_struct(kind):
        return "{" + ", ".join(sorted(f"{field.name}: {type_told(field.type)}" for field in kind)) + "}"
    if arrow.types.is_list(kind) or arrow.types.is_large_list(kind) or arrow.types.is_fixed_size_list(kind):
        return f"list of {type_told(kind.value_type)}"
    return str(kind).removeprefix("large_")
