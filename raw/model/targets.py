"""Scenes to training arrays, and arrays back to programs.

Arrays are aligned with the tokens of a ``Vocabulary``: entry t holds the value that token t carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from raw.geometry import quaternion_to_matrix
from raw.grammar import MODEL_MAX_OBJECTS, SCENE_STATEMENTS, Statement, object_statement
from raw.language import Program
from raw.model.numbers import SLOT_INDEX, denormalise, normalise
from raw.model.numerals import numeral
from raw.model.pieces import APPEARANCE, NAME, NUMBER, NUMERAL, ROTATION, TEXT, written_slots
from raw.model.vocabulary import Token, Vocabulary
from raw.scene import Embedding, Scene, SceneObject


class Targets(NamedTuple):
    """One sequence, bos and eos included."""

    input_ids: np.ndarray  # (T,) int64
    slots: np.ndarray  # (T,) int64, index into NUMBER_SLOTS of the number that the token carries, else -1
    numbers: np.ndarray  # (T,) float32, normalised to [0, 1]; 0 where none
    rotations: np.ndarray  # (T, 3, 3) float32, asset to camera; identity where none
    embeddings: np.ndarray  # (T, D) float32; 0 where none
    kinds: np.ndarray  # (T,) int64: 0 text, 1 number, 2 rotation, 3 appearance


class Item(NamedTuple):
    """One token and its value."""

    token: int
    kind: int = TEXT
    slot: int = -1
    number: float = 0.0
    rotation: np.ndarray | None = None
    embedding: np.ndarray | None = None


def encode_scene(
    scene: Scene,
    vocabulary: Vocabulary,
    *,
    order: np.random.Generator | None = None,
    fuzz: float = 0.0,
    fuzz_rng: np.random.Generator | None = None,
    max_objects: int = MODEL_MAX_OBJECTS,
    object_order: np.random.Generator | None = None,
) -> Targets:
    """The training target of a scene whose rotations are known, and whose appearances are embeddings or, in a form with names, asset ids.

    ``order`` shuffles the scene statements (None: the grammar's order). ``fuzz`` f multiplies every scene-level number by
    U[1 - f, 1 + f] before it is normalised, drawn from ``fuzz_rng`` or, without one, from ``order``. The ``max_objects``
    objects with most pixels are kept, largest first, or in an order drawn from ``object_order``. Raises ``ValueError`` for
    what has no model form.
    """
    if not 0 <= fuzz < 1:
        raise ValueError(f"fuzz is {fuzz!r}; allowed: from 0 to below 1")
    if not 0 <= max_objects <= MODEL_MAX_OBJECTS:
        raise ValueError(f"max_objects is {max_objects!r}; allowed: 0 to {MODEL_MAX_OBJECTS}")
    if fuzz and order is None and fuzz_rng is None:
        raise ValueError(f"fuzz is {fuzz} and there is no generator to draw it from; pass order or fuzz_rng")
    statements = [SCENE_STATEMENTS[i] for i in order.permutation(len(SCENE_STATEMENTS))] if order else SCENE_STATEMENTS
    draw = fuzz_rng or order
    # The locations keep the true field of view even when set_fov is fuzzed: it is where the picture shows the objects.
    fov = scene.camera.fov
    items = [Item(vocabulary.bos_id)]
    for statement in statements:
        factor = float(draw.uniform(1 - fuzz, 1 + fuzz)) if fuzz else 1.0
        items += _statement_items(statement, getattr(scene, statement.part), fov, factor, vocabulary)
    things = sorted(scene.objects, key=lambda o: -o.pixels)[:max_objects]
    for i in object_order.permutation(len(things)) if object_order else range(len(things)):
        items += _object_items(things[i], fov, vocabulary)
    items.append(Item(vocabulary.eos_id))
    return stack_items(items, embedded=not vocabulary.form.names)


def _object_items(thing: SceneObject, fov: float, vocabulary: Vocabulary) -> list[Item]:
    if thing.category is None:
        raise ValueError(f"the object at {thing.location} has no category, and model form needs one")
    return _statement_items(object_statement(thing.category), thing, fov, 1.0, vocabulary)


def _statement_items(statement: Statement, part: object, fov: float, factor: float, vocabulary: Vocabulary) -> list[Item]:
    """Tokens of one statement with the values of the dataclass that it writes."""
    values = _values(statement, part, fov, factor, vocabulary)
    items: list[Item] = []
    for token in vocabulary.statements[statement.name]:
        if token.kind == NUMERAL:
            items += [Item(vocabulary.characters[c]) for c in numeral(values.pop(0), token.slot)]
        elif token.kind == NAME:
            items.append(Item(_name(values.pop(0), token.slot, vocabulary)))
        elif token.kind == TEXT:
            items.append(Item(token.id))
        else:
            items.append(_item(token, values.pop(0)))
    return items


def _item(token: Token, value: float | np.ndarray) -> Item:
    if token.kind == NUMBER:
        return Item(token.id, NUMBER, token.slot, float(value))
    return Item(token.id, ROTATION, rotation=value) if token.kind == ROTATION else Item(token.id, APPEARANCE, embedding=value)


def _values(statement: Statement, part: object, fov: float, factor: float, vocabulary: Vocabulary) -> list:
    """What the tokens of a statement carry, in their order: numbers normalised or, where they are written out, as they are."""
    values: list = []
    for slot in written_slots(statement, vocabulary.form):
        value = getattr(part, slot.field)
        if slot.kind == "rotation":
            values.append(_rotation(value, statement))
        elif slot.kind == "appearance":
            values.append(value if vocabulary.form.names else _appearance(value, statement))
        else:
            given = np.atleast_1d(value) * factor
            units = normalise(vocabulary.slots[SLOT_INDEX[slot, 0]].slot, given, fov)  # also refuses what has no model form
            values += [float(v) for v in (given if vocabulary.form.digits else units)]
    return values


def _rotation(value: object, statement: Statement) -> np.ndarray:
    if value is None:
        raise ValueError(f"{statement.name} has no rotation, and model form needs one for every object")
    return quaternion_to_matrix(value)


def _appearance(value: object, statement: Statement) -> np.ndarray:
    if not isinstance(value, Embedding):
        raise ValueError(f"{statement.name} has appearance {value!r}; allowed: an Embedding (see Library.embed)")
    return value.vector


def _name(asset: object, which: int, vocabulary: Vocabulary) -> int:
    """The token of an asset's id."""
    known = vocabulary.names[which]
    if not isinstance(asset, str) or asset not in known:
        raise ValueError(f"the appearance is {asset!r}; allowed: the id of one of the {len(known)} assets that the model has names of")
    return known[asset]


def stack_items(items: Sequence[Item], *, embedded: bool = True) -> Targets:
    """Pieces with values to arrays; ``ValueError`` when embeddings differ in length, or there is none though they are ``embedded``."""
    widths = {len(item.embedding) for item in items if item.embedding is not None} if embedded else {0}
    if len(widths) != 1:
        raise ValueError(f"the embeddings of a scene have lengths {sorted(widths)}; allowed: one length for all")
    rotations = np.tile(np.eye(3, dtype=np.float32), (len(items), 1, 1))
    embeddings = np.zeros((len(items), widths.pop()), dtype=np.float32)
    for t, item in enumerate(items):
        if item.rotation is not None:
            rotations[t] = item.rotation
        if item.embedding is not None:
            embeddings[t] = item.embedding
    token, kind, slot, number = zip(*(item[:4] for item in items), strict=True)
    return Targets(np.array(token), np.array(slot), np.array(number, dtype=np.float32), rotations, embeddings, np.array(kind))


def decode_targets(targets: Targets, vocabulary: Vocabulary) -> Program:
    """The program that a sequence says; ``Program.parse()`` of it gives the scene.

    Raises ``ValueError`` when a scene statement follows an object, or a location has no set_fov before it.
    """
    text = vocabulary.text(targets.input_ids.tolist())
    lines = text.splitlines()
    first = next((i for i, line in enumerate(lines) if line.startswith("add")), len(lines))
    if late := [line for line in lines[first:] if line.startswith("set")]:
        raise ValueError(f"{late[0]} stands after an object; allowed: before all objects")
    return Program(
        text,
        np.array(_decoded_numbers(targets, vocabulary), dtype=np.float64),
        np.asarray(targets.rotations[targets.kinds == ROTATION], dtype=np.float64),
        np.asarray(targets.embeddings[targets.kinds == APPEARANCE], dtype=np.float32),
    )


def _decoded_numbers(targets: Targets, vocabulary: Vocabulary) -> list[float]:
    """Numbers of the tokens that carry one, in the units of their slots."""
    numbers: list[float] = []
    parts: list[float] = []  # components of a slot until it is whole
    fov: float | None = None
    carrying = targets.kinds == NUMBER
    for slot_index, number in zip(targets.slots[carrying], targets.numbers[carrying], strict=True):
        parts.append(number)
        slot = vocabulary.slots[slot_index].slot
        if len(parts) < slot.size:
            continue
        if slot.codec == "location" and fov is None:
            raise ValueError(f"{slot.name} stands before set_fov; allowed: every scene statement before all objects")
        value = denormalise(slot, parts, fov or 0.0)
        fov = float(value[0]) if slot.field == "fov" else fov
        numbers.extend(value.tolist())
        parts = []
    return numbers


def collate(batch: Sequence[Targets], pad_id: int = 0) -> dict[str, torch.Tensor]:
    """Sequences padded on the right to the longest: the fields of ``Targets`` as (B, T, ...) and attention_mask (B, T) int64.

    Padding holds pad_id, slot -1, number 0, identity, zero embedding, kind 0. The keys are arguments of ``SceneModel.forward``.
    """
    longest = max(len(targets.input_ids) for targets in batch)
    fill = {"input_ids": pad_id, "slots": -1}
    out: dict[str, torch.Tensor] = {}
    for name in Targets._fields:
        first = getattr(batch[0], name)
        padded = np.full((len(batch), longest, *first.shape[1:]), fill.get(name, 0), dtype=first.dtype)
        if name == "rotations":
            padded[:] = np.eye(3, dtype=first.dtype)
        for row, targets in zip(padded, batch, strict=True):
            row[: len(targets.input_ids)] = getattr(targets, name)
        out[name] = torch.from_numpy(padded)
    lengths = torch.tensor([len(targets.input_ids) for targets in batch])
    out["attention_mask"] = (torch.arange(longest) < lengths[:, None]).long()
    return out
