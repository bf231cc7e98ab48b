"""Programs in model form, cut into pieces.

A piece ends where the next decision starts: ``set_fov(`` then ``[NUM])\\n``; ``add_tree(pixels=`` then ``[NUM], loc=(``
and so on. So every position of a sequence holds one decision, and brackets and commas cost nothing. All pieces derive
from ``raw.grammar``.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from raw.grammar import OBJECT_STATEMENTS, SCENE_STATEMENTS, Statement
from raw.model.numbers import NUMBER_SLOTS, SLOT_INDEX

PAD, BOS, EOS = "<pad>", "<bos>", "<eos>"
TEXT, NUMBER, ROTATION, APPEARANCE = range(4)  # kinds of pieces: what value a piece carries
_KINDS = {"[NUM]": NUMBER, "[ROT]": ROTATION, "[CLIP]": APPEARANCE}
_PLACEHOLDER = {"number": "[NUM]", "integer": "[NUM]", "rotation": "[ROT]", "appearance": "[CLIP]"}


@dataclass(frozen=True)
class Piece:
    text: str
    kind: int  # TEXT, NUMBER, ROTATION or APPEARANCE
    slot: int = -1  # index into NUMBER_SLOTS of the number it carries


@lru_cache
def statement_pieces(statement: Statement) -> tuple[Piece, ...]:
    """The pieces of one statement: its opening, then one for every placeholder with the text up to the next."""
    texts, values = [f"{statement.name}("], [(TEXT, -1)]
    slots = [slot for slot in statement.slots if not slot.optional]
    for position, slot in enumerate(slots):
        last = position == len(slots) - 1
        is_tuple = slot.size > 1 and slot.kind == "number"
        texts[-1] += f"{slot.name}=" * bool(slot.name) + "(" * is_tuple
        placeholder, components = _PLACEHOLDER[slot.kind], slot.size if is_tuple else 1
        for component in range(components):
            texts.append(placeholder + (", " if component < components - 1 else ")" * is_tuple + (")\n" if last else ", ")))
            values.append((_KINDS[placeholder], SLOT_INDEX.get((slot, component), -1)))
    return tuple(Piece(text, kind, slot) for text, (kind, slot) in zip(texts, values, strict=True))


def all_pieces() -> tuple[str, ...]:
    """Every text that a piece may have, in the order of token ids; the special tokens come first."""
    found = dict.fromkeys((PAD, BOS, EOS))
    for statement in (*SCENE_STATEMENTS, *OBJECT_STATEMENTS):
        found.update(dict.fromkeys(piece.text for piece in statement_pieces(statement)))
    return tuple(found)


def piece_kinds() -> torch.Tensor:
    """(V,) int64: the kind of every token id."""
    marks = (re.match(r"\[[A-Z]+\]", text) for text in all_pieces())
    return torch.tensor([_KINDS[mark.group()] if mark else TEXT for mark in marks])


def grammar_fingerprint() -> str:
    """16 hex digits that change when a piece, or what a normalised number means, changes."""
    meanings = [f"{entry.name} {entry.slot.codec} {entry.slot.span}" for entry in NUMBER_SLOTS]
    return hashlib.sha256("\0".join([*all_pieces(), *meanings]).encode()).hexdigest()[:16]


def build_tokenizer() -> PreTrainedTokenizerFast:
    """A word-level tokenizer over the pieces; decoding the ids of a program in model form gives its text back."""
    pieces = all_pieces()
    tokenizer = Tokenizer(models.WordLevel({text: index for index, text in enumerate(pieces)}, unk_token=PAD))
    longest_first = sorted(pieces[3:], key=len, reverse=True)  # "[NUM], loc=(" must win over "[NUM], "
    pattern = Regex("|".join(_escape(text) for text in longest_first))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(pattern, behavior="isolated")
    tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=PAD, bos_token=BOS, eos_token=EOS, clean_up_tokenization_spaces=False
    )


def _escape(text: str) -> str:
    return re.escape(text).replace("\\\n", "\\n")


def encode_text(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """Token ids of a program in model form, without bos and eos; ``ValueError`` for text that is not made of pieces."""
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    ids = encoded["input_ids"]
    for index, (start, end) in zip(ids, encoded["offset_mapping"], strict=True):
        if index in tokenizer.all_special_ids:  # pad also stands for what is unknown
            line = text.count("\n", 0, start) + 1
            raise ValueError(f"line {line}: {text[start:end][:60]!r} is no piece of the language; allowed: a program in model form")
    return ids
