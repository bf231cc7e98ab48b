"""Programs in model form, cut into pieces.

A piece ends where the next decision starts: ``set_fov(`` then ``[NUM])\\n``; ``add_tree(pixels=`` then ``[NUM], loc=(``
and so on. Where numbers are written out in digits, the number and the text after it are pieces of their own, and so are
the names of assets where appearances are said by name. All other pieces derive from ``raw.grammar``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from raw.grammar import OBJECT_STATEMENTS, SCENE_STATEMENTS, Slot, Statement
from raw.model.numbers import NUMBER_SLOTS, SLOT_INDEX

PAD, BOS, EOS = "<pad>", "<bos>", "<eos>"
CHARACTERS = "0123456789-."  # of numbers that are written out
# what stands at a place: text, a placeholder that carries a value, a number that is still to be written in digits, or an
# asset that is still to be named
TEXT, NUMBER, ROTATION, APPEARANCE, NUMERAL, NAME = range(6)
PLACEHOLDERS = {NUMBER: "[NUM]", ROTATION: "[ROT]", APPEARANCE: "[CLIP]", NUMERAL: "", NAME: ""}
OBJECT_NAMES, GROUND_NAMES = range(2)  # places in Form.names
_KINDS = {"number": NUMBER, "integer": NUMBER, "rotation": ROTATION, "appearance": APPEARANCE}


@dataclass(frozen=True)
class Form:
    """How a model writes programs."""

    digits: bool = False  # numbers as text, as the paper does; else [NUM] and a head
    pixel_counts: bool = True  # objects say how many pixels show of them
    names: tuple[tuple[str, ...], ...] = ()  # ids of assets that objects and grounds may name; none: appearances are [CLIP] and a head


STANDARD = Form()


@dataclass(frozen=True)
class Piece:
    text: str
    kind: int  # TEXT, NUMBER, ROTATION, APPEARANCE, NUMERAL or NAME
    slot: int = -1  # index into NUMBER_SLOTS of the number it carries, or into Form.names


def written_slots(statement: Statement, form: Form) -> tuple[Slot, ...]:
    """The slots of a statement that programs of this form have."""
    return tuple(slot for slot in statement.slots if not slot.optional and (form.pixel_counts or slot.field != "pixels"))


@lru_cache
def statement_pieces(statement: Statement, form: Form = STANDARD) -> tuple[Piece, ...]:
    """The pieces of one statement: its opening, then one for every placeholder with the text up to the next."""
    pieces: list[Piece] = []
    for text, kind, slot in _parts(statement, form):
        if kind in (NUMERAL, NAME):
            pieces += [Piece("", kind, slot), Piece(text, TEXT)]
        else:
            pieces.append(Piece(PLACEHOLDERS.get(kind, "") + text, kind, slot))
    return tuple(pieces)


def _parts(statement: Statement, form: Form) -> Iterator[tuple[str, int, int]]:
    """The opening and every value of a statement: (text after it, kind, slot index)."""
    slots = written_slots(statement, form)
    starts = [f"{slot.name}=" * bool(slot.name) + "(" * _is_tuple(slot) for slot in slots]
    yield f"{statement.name}({starts[0]}", TEXT, -1
    for slot, following in zip(slots, [*starts[1:], None], strict=True):
        kind = _kind(slot, form)
        after = ")" * _is_tuple(slot) + (")\n" if following is None else f", {following}")
        components = slot.size if _is_tuple(slot) else 1
        for component in range(components):
            yield ", " if component < components - 1 else after, kind, _index(statement, slot, component, kind)


def _kind(slot: Slot, form: Form) -> int:
    kind = _KINDS[slot.kind]
    if kind == APPEARANCE and form.names:
        return NAME
    return NUMERAL if kind == NUMBER and form.digits else kind


def _index(statement: Statement, slot: Slot, component: int, kind: int) -> int:
    if kind == NAME:
        return GROUND_NAMES if statement.part == "ground" else OBJECT_NAMES
    return SLOT_INDEX.get((slot, component), -1)


def _is_tuple(slot: Slot) -> bool:
    return slot.size > 1 and slot.kind == "number"


@lru_cache
def all_pieces(form: Form = STANDARD) -> tuple[str, ...]:
    """Every text that a piece may have, in the order of token ids; the special tokens come first."""
    found = dict.fromkeys((PAD, BOS, EOS, *(CHARACTERS if form.digits else "")))
    for statement in (*SCENE_STATEMENTS, *OBJECT_STATEMENTS):
        found.update(dict.fromkeys(piece.text for piece in statement_pieces(statement, form) if piece.text))
    found.update(dict.fromkeys(name_text(asset) for names in form.names for asset in names))
    return tuple(found)


def name_text(asset: str) -> str:
    """An asset's id as programs write it."""
    return f'"{asset}"'


def grammar_fingerprint(form: Form = STANDARD) -> str:
    """16 hex digits that change when a piece changes, or the order of the numbers, or how they are written out."""
    numbers = [entry.name + f" {entry.slot.decimals}" * form.digits for entry in NUMBER_SLOTS]
    return hashlib.sha256("\0".join([*all_pieces(form), *numbers]).encode()).hexdigest()[:16]
