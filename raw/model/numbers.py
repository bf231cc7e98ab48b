"""Values of number slots to [0, 1] and back, by ``Slot.codec`` and ``Slot.span``.

``linear`` and ``log`` scale over the span, ``circular`` takes degrees modulo 360. ``location`` turns the camera-frame
point (x, y, z) into its place in the picture and the logarithm of its depth: pictures tell those directly, and metres
only through the field of view. Values outside a span are clipped to it.

How a number is scaled may change from one version of the grammar to the next, and a model means what it was trained with:
it keeps its own *scales*, slot name -> [codec, low, high].
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from raw.grammar import OBJECT_STATEMENTS, SCENE_STATEMENTS, Slot

PICTURE_EDGE = 1.5  # |u| and |v| of a location go this far, the border of the picture is 1
CODECS = ("linear", "log", "circular", "location")


@dataclass(frozen=True)
class NumberSlot:
    """One ``[NUM]``: a slot and which of its components; object slots are shared by all categories."""

    statement: str  # "set_fov"; "" for objects
    slot: Slot
    component: int

    @property
    def name(self) -> str:
        return self.owner + (f".{self.component}" if self.slot.size > 1 else "")

    @property
    def owner(self) -> str:
        """Name of the whole slot, as in a model's scales."""
        return self.statement or f"object.{self.slot.name}"


def _number_slots() -> tuple[NumberSlot, ...]:
    """Every ``[NUM]`` of the grammar, in its order."""
    found: dict[tuple[Slot, int], NumberSlot] = {}
    for statement in (*SCENE_STATEMENTS, *OBJECT_STATEMENTS):
        for slot in statement.slots:
            if slot.optional or slot.kind not in ("number", "integer"):
                continue
            if slot.codec not in CODECS:
                raise ValueError(f"slot {slot.field!r} of {statement.name} has codec {slot.codec!r}; allowed: {', '.join(CODECS)}")
            owner = "" if statement.part == "object" else statement.name
            for component in range(slot.size):
                found.setdefault((slot, component), NumberSlot(owner, slot, component))
    return tuple(found.values())


NUMBER_SLOTS = _number_slots()
SLOT_INDEX = {(entry.slot, entry.component): index for index, entry in enumerate(NUMBER_SLOTS)}


def present_scales() -> dict[str, list]:
    """The scales of the grammar as it is now."""
    return {entry.owner: [entry.slot.codec, *entry.slot.span] for entry in NUMBER_SLOTS}


def scaled_slots(scales: Mapping[str, Sequence]) -> tuple[NumberSlot, ...]:
    """``NUMBER_SLOTS`` with the scales of a model; ``ValueError`` for scales of other slots, or that no codec here can be."""
    present = present_scales()
    if set(scales) != set(present):
        raise ValueError(f"scales are of {', '.join(sorted(scales))}; allowed: {', '.join(sorted(present))}")
    for name, (codec, low, high) in scales.items():
        kinds = ("linear", "log") if present[name][0] in ("linear", "log") else (present[name][0],)
        if codec not in kinds or not low < high or (codec == "log" and low <= 0):
            raise ValueError(f"the scale of {name} is {[codec, low, high]}; allowed: {' or '.join(kinds)}, and a rising span")
    return tuple(
        replace(entry, slot=replace(entry.slot, codec=codec, span=(low, high)))
        for entry in NUMBER_SLOTS
        for codec, low, high in [scales[entry.owner]]
    )


def normalise(slot: Slot, values: Sequence[float], fov: float) -> np.ndarray:
    """Values of a whole slot in its own units (slot.size,) -> (slot.size,) float64 in [0, 1].

    ``fov`` is vertical, in degrees; only locations use it. Raises ``ValueError`` for values that are not finite and
    for locations that are not in front of the camera.
    """
    given = np.asarray(values, dtype=np.float64).reshape(-1)
    if len(given) != slot.size or not np.all(np.isfinite(given)):
        raise ValueError(f"{slot.field} is {values!r}; allowed: {slot.size} finite number(s)")
    if slot.codec == "location":
        return _location_to_unit(slot, given, fov)
    if slot.codec == "circular":
        return given % 360.0 / 360.0
    return _span_to_unit(slot, given)


def denormalise(slot: Slot, units: Sequence[float], fov: float) -> np.ndarray:
    """The inverse of ``normalise``: (slot.size,) in [0, 1] -> (slot.size,) float64 in the slot's own units.

    Integer slots are rounded. The result always lies within ``slot.low`` and ``slot.high``.
    """
    given = [float(unit) for unit in units]  # not arrays: decoding asks for one to three numbers at a time, hundreds of times
    if len(given) != slot.size or not all(0 <= unit <= 1 for unit in given):  # also refuses nan
        raise ValueError(f"the normalised {slot.field} is {units!r}; allowed: {slot.size} number(s) from 0 to 1")
    if slot.codec == "location":
        return _unit_to_location(slot, given, fov)
    if slot.codec == "circular":
        return np.array([unit % 1.0 * 360.0 for unit in given])
    values = [_unit_to_span(slot, unit) for unit in given]
    return np.array([float(round(value)) for value in values] if slot.kind == "integer" else values)


def fixed_units(values: Mapping[str, float], slots: Sequence[NumberSlot] = NUMBER_SLOTS) -> np.ndarray:
    """Statement name -> value in its own units, for numbers that a model is told rather than taught.

    (len(NUMBER_SLOTS),) float32 normalised, nan where a number is not fixed. ValueError for what is no scene statement
    with a single number, or out of its range.
    """
    units = np.full(len(slots), np.nan, dtype=np.float32)
    rows = {entry.statement: row for row, entry in enumerate(slots) if entry.statement and entry.slot.size == 1}
    for name, value in values.items():
        if name not in rows:
            raise ValueError(f"{name!r} cannot be fixed; allowed: {', '.join(rows)}")
        slot = slots[rows[name]].slot
        if not slot.low <= value <= slot.high:  # also refuses nan
            raise ValueError(f"{name} is fixed at {value!r}; allowed: {slot.low:g} to {slot.high:g}")
        units[rows[name]] = normalise(slot, [value], fov=0.0)[0]
    return units


def _span_to_unit(slot: Slot, values: np.ndarray) -> np.ndarray:
    low, high = slot.span
    clipped = np.clip(values, low, high)
    if slot.codec == "linear":
        return (clipped - low) / (high - low)
    return np.clip(np.log(clipped / low) / np.log(high / low), 0.0, 1.0)


def _unit_to_span(slot: Slot, unit: float) -> float:
    low, high = slot.span
    value = low + unit * (high - low) if slot.codec == "linear" else low * (high / low) ** unit
    return min(max(value, low), high)


def _half_height(fov: float) -> float:
    """Half the picture's height at depth 1."""
    if not 0 < fov < 180:
        raise ValueError(f"fov is {fov!r}; allowed: degrees between 0 and 180")
    return math.tan(math.radians(fov) / 2)


def _location_to_unit(slot: Slot, values: np.ndarray, fov: float) -> np.ndarray:
    x, y, z = values
    if z >= 0:
        raise ValueError(f"location ({x:g}, {y:g}, {z:g}) is not in front of the camera; allowed: z < 0")
    image = np.array([x, y]) / (-z * _half_height(fov))
    place = (np.clip(image, -PICTURE_EDGE, PICTURE_EDGE) / PICTURE_EDGE + 1) / 2
    near, far = slot.span
    depth = np.clip(np.log(np.clip(-z, near, far) / near) / np.log(far / near), 0.0, 1.0)
    return np.array([*place, depth])


def _unit_to_location(slot: Slot, units: Sequence[float], fov: float) -> np.ndarray:
    near, far = slot.span
    depth = near * (far / near) ** units[2]
    reach = PICTURE_EDGE * depth * _half_height(fov)
    return np.array([(units[0] * 2 - 1) * reach, (units[1] * 2 - 1) * reach, -depth])
