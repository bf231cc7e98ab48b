"""Scenes to training arrays, and arrays back to programs.

Arrays are aligned with the pieces of ``raw.model.tokenizer``: entry t holds the value that piece t carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from raw.geometry import quaternion_to_matrix
from raw.grammar import MODEL_MAX_OBJECTS, SCENE_STATEMENTS, Statement, object_statement
from raw.language import Program
from raw.model.numbers import NUMBER_SLOTS, denormalise, normalise
from raw.model.tokenizer import APPEARANCE, BOS, EOS, NUMBER, ROTATION, TEXT, Piece, all_pieces, statement_pieces
from raw.scene import Embedding, Scene, SceneObject

_SCENE_OPENINGS = {statement_pieces(s)[0].text for s in SCENE_STATEMENTS}


class Targets(NamedTuple):
    """One sequence, bos and eos included."""

    input_ids: np.ndarray  # (T,) int64
    slots: np.ndarray  # (T,) int64, index into NUMBER_SLOTS of the number that the piece carries, else -1
    numbers: np.ndarray  # (T,) float32, normalised to [0, 1]; 0 where none
    rotations: np.ndarray  # (T, 3, 3) float32, asset to camera; identity where none
    embeddings: np.ndarray  # (T, D) float32; 0 where none
    kinds: np.ndarray  # (T,) int64: 0 text, 1 number, 2 rotation, 3 appearance


class Item(NamedTuple):
    """One piece and its value."""

    token: int
    kind: int = TEXT
    slot: int = -1
    number: float = 0.0
    rotation: np.ndarray | None = None
    embedding: np.ndarray | None = None


def encode_scene(
    scene: Scene,
    tokenizer: PreTrainedTokenizerFast,
    *,
    order: np.random.Generator | None = None,
    fuzz: float = 0.0,
    fuzz_rng: np.random.Generator | None = None,
) -> Targets:
    """The training target of a scene whose appearances are embeddings and whose rotations are known.

    ``order`` shuffles the scene statements (None: the grammar's order). ``fuzz`` f multiplies every scene-level number by
    U[1 - f, 1 + f] before it is normalised, drawn from ``fuzz_rng`` or, without one, from ``order``. Objects are sorted
    by pixels, largest first, and the first 25 kept. Raises ``ValueError`` for what has no model form.
    """
    if not 0 <= fuzz < 1:
        raise ValueError(f"fuzz is {fuzz!r}; allowed: from 0 to below 1")
    if fuzz and order is None and fuzz_rng is None:
        raise ValueError(f"fuzz is {fuzz} and there is no generator to draw it from; pass order or fuzz_rng")
    statements = [SCENE_STATEMENTS[i] for i in order.permutation(len(SCENE_STATEMENTS))] if order else SCENE_STATEMENTS
    draw = fuzz_rng or order
    vocabulary = {text: index for index, text in enumerate(all_pieces())}
    # The locations keep the true field of view even when set_fov is fuzzed: it is where the picture shows the objects.
    fov = scene.camera.fov
    items = [Item(tokenizer.convert_tokens_to_ids(BOS))]
    for statement in statements:
        factor = float(draw.uniform(1 - fuzz, 1 + fuzz)) if fuzz else 1.0
        items += _statement_items(statement, getattr(scene, statement.part), fov, factor, vocabulary)
    for thing in sorted(scene.objects, key=lambda o: -o.pixels)[:MODEL_MAX_OBJECTS]:
        items += _object_items(thing, fov, vocabulary)
    items.append(Item(tokenizer.convert_tokens_to_ids(EOS)))
    return stack_items(items)


def _object_items(thing: SceneObject, fov: float, vocabulary: dict[str, int]) -> list[Item]:
    if thing.category is None:
        raise ValueError(f"the object at {thing.location} has no category, and model form needs one")
    return _statement_items(object_statement(thing.category), thing, fov, 1.0, vocabulary)


def _statement_items(statement: Statement, part: object, fov: float, factor: float, vocabulary: dict[str, int]) -> list[Item]:
    """Pieces of one statement with the values of the dataclass that it writes."""
    pieces = list(statement_pieces(statement))
    items = [Item(vocabulary[pieces.pop(0).text])]
    for slot in statement.slots:
        if slot.optional:
            continue
        value = getattr(part, slot.field)
        if slot.kind == "rotation":
            items.append(_rotation_item(pieces.pop(0), value, statement, vocabulary))
        elif slot.kind == "appearance":
            items.append(_appearance_item(pieces.pop(0), value, statement, vocabulary))
        else:
            for number in normalise(slot, np.atleast_1d(value) * factor, fov):
                piece = pieces.pop(0)
                items.append(Item(vocabulary[piece.text], NUMBER, piece.slot, float(number)))
    return items


def _rotation_item(piece: Piece, value: object, statement: Statement, vocabulary: dict[str, int]) -> Item:
    if value is None:
        raise ValueError(f"{statement.name} has no rotation, and model form needs one for every object")
    return Item(vocabulary[piece.text], ROTATION, rotation=quaternion_to_matrix(value))


def _appearance_item(piece: Piece, value: object, statement: Statement, vocabulary: dict[str, int]) -> Item:
    if not isinstance(value, Embedding):
        raise ValueError(f"{statement.name} has appearance {value!r}; allowed: an Embedding (see Library.embed)")
    return Item(vocabulary[piece.text], APPEARANCE, embedding=value.vector)


def stack_items(items: Sequence[Item]) -> Targets:
    """Pieces with values to arrays; ``ValueError`` when there is no embedding or their lengths differ."""
    widths = {len(item.embedding) for item in items if item.embedding is not None}
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


def decode_targets(targets: Targets) -> Program:
    """The program that a sequence says; ``Program.parse()`` of it gives the scene.

    Raises ``ValueError`` when a scene statement follows an object, or a location has no set_fov before it.
    """
    pieces = all_pieces()
    text: list[str] = []
    numbers: list[float] = []
    parts: list[float] = []  # components of a slot until it is whole
    fov: float | None = None
    objects = False
    for token, slot_index, number in zip(targets.input_ids, targets.slots, targets.numbers, strict=True):
        if token < 3:
            continue  # pad, bos, eos
        piece = pieces[token]
        text.append(piece)
        objects = objects or piece.startswith("add_")
        if objects and piece in _SCENE_OPENINGS:
            raise ValueError(f"{piece} stands after an object; allowed: before all objects")
        if slot_index < 0:
            continue
        parts.append(number)
        slot = NUMBER_SLOTS[slot_index].slot
        if len(parts) < slot.size:
            continue
        if slot.codec == "location" and fov is None:
            raise ValueError(f"{slot.name} stands before set_fov; allowed: every scene statement before all objects")
        value = denormalise(slot, parts, fov or 0.0)
        fov = float(value[0]) if slot.field == "fov" else fov
        numbers.extend(value.tolist())
        parts = []
    return Program(
        "".join(text),
        np.array(numbers, dtype=np.float64),
        np.asarray(targets.rotations[targets.kinds == ROTATION], dtype=np.float64),
        np.asarray(targets.embeddings[targets.kinds == APPEARANCE], dtype=np.float32),
    )


def collate(batch: Sequence[Targets], pad_id: int = 0) -> dict[str, torch.Tensor]:
    """Sequences padded on the right to the longest: the fields of ``Targets`` as (B, T, ...) and attention_mask (B, T) int64.

    Padding holds pad_id, slot -1, number 0, identity, zero embedding, kind 0. The keys other than ``kinds`` are the
    arguments of ``SceneModel.forward``.
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
