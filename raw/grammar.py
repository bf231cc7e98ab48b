"""The slot table: every statement of the scene language, once.

Parser, writer, tokenizer, number codec, model heads, documentation and error messages derive from ``STATEMENTS``. A new
statement or category is one row. ``low``/``high`` are what the parser accepts; ``span`` is what the model's number
codec covers (values outside are clipped to it when a program becomes a training target).
"""

from __future__ import annotations

from dataclasses import dataclass

from raw.scene import CATEGORIES

PLACEHOLDERS = ("[NUM]", "[ROT]", "[CLIP]")
MODEL_MAX_OBJECTS = 25  # in training targets and predictions (paper, section 3)
DEPTHS = (0.5, 250.0)  # metres before the camera, of objects: a span
HEIGHTS = (0.05, 30.0)  # metres, of objects: a span


@dataclass(frozen=True)
class Slot:
    """One value (or vector of values) of a statement."""

    name: str  # keyword in the program; "" for the single positional value of a set_ statement
    field: str  # attribute of the dataclass that holds it
    kind: str  # "number", "integer", "rotation" or "appearance"
    doc: str
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    decimals: int = 3
    size: int = 1  # numbers in the slot; above 1 it is written as a tuple
    codec: str = ""  # "linear", "log", "circular" or "location"
    span: tuple[float, float] = (0.0, 1.0)
    optional: bool = False  # left out of training and predictions; written only when not the default
    may_lack: bool = False  # a program may leave it out: the default of the dataclass then stands for it


@dataclass(frozen=True)
class Statement:
    """One line of a program: ``name(slot, slot=...)``."""

    name: str
    part: str  # "sky", "camera", "ground" or "object": the dataclass it fills
    slots: tuple[Slot, ...]
    aliases: tuple[str, ...] = ()
    category: str | None = None  # of an object statement


def _number(
    name: str,
    part: str,
    field: str,
    doc: str,
    unit: str,
    low: float,
    high: float,
    codec: str,
    span: tuple[float, float],
    *,
    decimals: int = 3,
    aliases: tuple[str, ...] = (),
    extra: tuple[Slot, ...] = (),
) -> Statement:
    slot = Slot("", field, "number", doc, unit, low, high, decimals, 1, codec, span)
    return Statement(name, part, (slot, *extra), aliases)


_PHASE = Slot(
    "phase", "phase", "number", "place (x, y) and yaw of the camera on the terrain", "m, m, degrees", -1e6, 1e6, size=3, optional=True
)
_SEED = Slot("seed", "seed", "integer", "which terrain and scatter", "", 0, 2**31 - 1, 0, optional=True)

_OBJECT_SLOTS = (
    Slot(
        "pixels",
        "pixels",
        "integer",
        "visible area at the model's input resolution",
        "pixels",
        0,
        10**9,
        0,
        1,
        "log",
        (20, 50176),
        may_lack=True,
    ),
    Slot(
        "loc",
        "location",
        "number",
        "base centre in the camera frame: x right, y up, -z forward",
        "m",
        -1e5,
        1e5,
        3,
        3,
        "location",
        DEPTHS,
    ),
    Slot("height", "height", "number", "of the asset standing upright", "m", 0.001, 500, 3, 1, "log", HEIGHTS),
    Slot("rotation", "rotation", "rotation", "asset to camera, quaternion (w, x, y, z)", "", -1, 1, 4, 4),
    Slot("appearance", "appearance", "appearance", "asset id, or an embedding to look up"),
)

_STATEMENTS = (
    _number("set_sun_size", "sky", "sun_size", "angular diameter of the sun", "degrees", 0.001, 90, "log", (0.2, 5)),
    _number("set_sun_intensity", "sky", "sun_intensity", "factor of the sun lamp", "", 0, 1000, "log", (0.02, 8)),
    _number("set_sun_elevation", "sky", "sun_elevation", "of the sun above the horizon", "degrees", -90, 90, "linear", (0, 90)),
    _number(
        "set_sun_rotation",
        "sky",
        "sun_rotation",
        "of the sun, clockwise from where the camera looks",
        "degrees",
        -360,
        360,
        "circular",
        (0, 360),
    ),
    _number("set_air", "sky", "air", "density of air molecules", "", 0, 10, "linear", (0, 3)),
    _number("set_dust", "sky", "dust", "density of dust and water droplets", "", 0, 10, "linear", (0, 6)),
    _number("set_ozone", "sky", "ozone", "density of ozone", "", 0, 10, "linear", (0, 4)),
    _number("set_strength", "sky", "strength", "factor of the sky light", "", 0, 100, "log", (0.03, 1), aliases=("set_sun_strength",)),
    _number(
        "set_density",
        "sky",
        "density",
        "of the haze",
        "1/m",
        0,
        10,
        "log",
        (0.0003, 0.05),
        decimals=4,
        aliases=("set_atmospheric_density",),
    ),
    _number("set_camera", "camera", "pitch", "pitch, 90 looks at the horizon and 0 straight down", "degrees", 0, 180, "linear", (15, 115)),
    _number("set_camera_height", "camera", "height", "of the camera over the ground under it", "m", 0.001, 10000, "log", (0.2, 40)),
    _number("set_fov", "camera", "fov", "vertical field of view", "degrees", 1, 170, "linear", (10, 90)),
    _number("set_relief", "ground", "relief", "amplitude of the ground", "m", 0, 100, "log", (0.01, 3), extra=(_PHASE,)),
    Statement(
        "set_ground", "ground", (Slot("", "appearance", "appearance", "ground asset id, or an embedding to look up"), _SEED), ("set_floor",)
    ),
    *(Statement(f"add_{category}", "object", _OBJECT_SLOTS, category=category) for category in CATEGORIES),
    Statement("add", "object", _OBJECT_SLOTS),
)

STATEMENTS = {statement.name: statement for statement in _STATEMENTS}
SCENE_STATEMENTS = tuple(s for s in _STATEMENTS if s.part != "object")
OBJECT_STATEMENTS = tuple(s for s in _STATEMENTS if s.category is not None)
BY_NAME = {name: s for s in _STATEMENTS for name in (s.name, *s.aliases)}


def object_statement(category: str | None) -> Statement:
    """The statement that adds an object of a category (None: the plain ``add``)."""
    name = f"add_{category}" if category else "add"
    if name not in STATEMENTS:
        raise ValueError(f"category {category!r} is unknown; allowed: {', '.join(CATEGORIES)}")
    return STATEMENTS[name]
