"""Hypothesis strategies for scenes: every slot over the full limits of its row in the slot table."""

from __future__ import annotations

import string

import numpy as np
from hypothesis import strategies as st

from raw.grammar import SCENE_STATEMENTS, STATEMENTS, Slot
from raw.scene import CATEGORIES, Camera, Embedding, Ground, Scene, SceneObject, Sky

WIDTH = 4  # of the embeddings
_UNITS = st.floats(-1, 1, allow_subnormal=False)

quaternions = (
    st.tuples(_UNITS, _UNITS, _UNITS, _UNITS)
    .filter(lambda q: np.linalg.norm(q) > 0.1)
    .map(lambda q: tuple(float(v) for v in np.array(q) / np.linalg.norm(q)))
)
asset_ids = st.builds(
    "{}{}/{}".format,
    st.sampled_from(string.ascii_lowercase),
    st.text(string.ascii_lowercase + string.digits + "_", max_size=12),
    st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=8),
)
embeddings = st.lists(st.floats(-1, 1, width=32), min_size=WIDTH, max_size=WIDTH).map(lambda v: Embedding(np.array(v, dtype=np.float32)))


def slot_values(slot: Slot, appearances: st.SearchStrategy) -> st.SearchStrategy:
    """Values of one slot, from ``low`` to ``high``; appearances come from the given strategy."""
    if slot.kind == "appearance":
        return appearances
    if slot.kind == "rotation":
        return quaternions
    if slot.kind == "integer":
        return st.integers(int(slot.low), int(slot.high))
    number = st.floats(slot.low, slot.high)
    return number if slot.size == 1 else st.tuples(*[number] * slot.size)


def _part(kind: type, part: str, appearances: st.SearchStrategy) -> st.SearchStrategy:
    slots = [slot for statement in SCENE_STATEMENTS if statement.part == part for slot in statement.slots]
    return st.builds(kind, **{slot.field: slot_values(slot, appearances) for slot in slots})


def _objects(appearances: st.SearchStrategy, rotations: st.SearchStrategy) -> st.SearchStrategy:
    slots = {slot.field: slot_values(slot, appearances) for slot in STATEMENTS["add"].slots}
    return st.builds(SceneObject, category=st.sampled_from((None, *CATEGORIES)), **{**slots, "rotation": rotations})


def _scenes(appearances: st.SearchStrategy, rotations: st.SearchStrategy) -> st.SearchStrategy[Scene]:
    return st.builds(
        Scene,
        sky=_part(Sky, "sky", appearances),
        camera=_part(Camera, "camera", appearances),
        ground=_part(Ground, "ground", appearances),
        objects=st.lists(_objects(appearances, rotations), max_size=5).map(tuple),
    )


resolved_scenes = _scenes(asset_ids | st.none(), quaternions | st.none())  # None: not known yet
embedded_scenes = _scenes(embeddings, quaternions)
