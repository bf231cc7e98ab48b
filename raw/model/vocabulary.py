"""How a tokenizer spells programs in model form.

The grammar says what may come next in pieces; a ``Vocabulary`` says it in token ids. Own models have one token for every
piece, so that brackets and commas cost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from raw.grammar import MODEL_MAX_OBJECTS, OBJECT_STATEMENTS, SCENE_STATEMENTS, Statement
from raw.model.numbers import NUMBER_SLOTS, NumberSlot
from raw.model.numerals import longest_numeral
from raw.model.pieces import BOS, CHARACTERS, EOS, NAME, NUMERAL, PAD, STANDARD, TEXT, Form, all_pieces, name_text, statement_pieces


class Token(NamedTuple):
    """One token of a statement. At a number that is to be written in digits, or a name, the id is -1 and the kind NUMERAL or NAME."""

    id: int
    kind: int = TEXT
    slot: int = -1  # index into NUMBER_SLOTS of the number it carries; of a name, into Vocabulary.names


class Vocabulary:
    """Statements in token ids; subclasses say how."""

    form: Form
    slots: tuple[NumberSlot, ...] = NUMBER_SLOTS  # of the numbers, scaled as the model has them
    tokenizer: PreTrainedTokenizerFast
    size: int  # token ids are below it
    pad_id: int
    bos_id: int
    eos_id: int
    statements: dict[str, tuple[Token, ...]]  # by name
    characters: dict[str, int]  # of written numbers
    prompt: tuple[int, ...] = ()  # ids that stand before the picture
    names: tuple[dict[str, int], ...] = ()  # asset id -> token, of objects and of grounds

    def scene_statements(self) -> list[tuple[Token, ...]]:
        return [self.statements[statement.name] for statement in SCENE_STATEMENTS]

    def object_statements(self) -> list[tuple[Token, ...]]:
        return [self.statements[statement.name] for statement in OBJECT_STATEMENTS]

    def longest(self, objects: int = MODEL_MAX_OBJECTS) -> int:
        """Tokens of the longest program of so many objects, start and end included."""
        scene = sum(_length(tokens) for tokens in self.scene_statements())
        return 2 + scene + objects * max(_length(tokens) for tokens in self.object_statements())

    def text(self, ids: Sequence[int]) -> str:
        """The program that ids spell, without the special tokens."""
        return self.tokenizer.decode(ids, skip_special_tokens=True)


def _length(statement: tuple[Token, ...]) -> int:
    """Tokens of a statement with its numbers at their longest."""
    return sum(longest_numeral(token.slot) if token.kind == NUMERAL else 1 for token in statement)


class PieceVocabulary(Vocabulary):
    """A word-level vocabulary whose words are the pieces."""

    def __init__(self, form: Form = STANDARD, slots: tuple[NumberSlot, ...] = NUMBER_SLOTS) -> None:
        self.form, self.slots, self.tokenizer = form, slots, build_tokenizer(form)
        self._ids = {text: index for index, text in enumerate(all_pieces(form))}
        self.size = len(self._ids)
        self.pad_id, self.bos_id, self.eos_id = (self._ids[text] for text in (PAD, BOS, EOS))
        self.statements = {s.name: self._spelled(s) for s in (*SCENE_STATEMENTS, *OBJECT_STATEMENTS)}
        self.characters = {character: self._ids[character] for character in CHARACTERS} if form.digits else {}
        self.names = tuple({asset: self._ids[name_text(asset)] for asset in names} for names in form.names)

    def text(self, ids: Sequence[int]) -> str:
        pieces, special = all_pieces(self.form), {self.pad_id, self.bos_id, self.eos_id}
        return "".join(pieces[index] for index in ids if index not in special)  # as the tokenizer says, but quicker

    def _spelled(self, statement: Statement) -> tuple[Token, ...]:
        pieces = statement_pieces(statement, self.form)
        return tuple(Token(-1 if p.kind in (NUMERAL, NAME) else self._ids[p.text], p.kind, p.slot) for p in pieces)


def build_tokenizer(form: Form = STANDARD) -> PreTrainedTokenizerFast:
    """A word-level tokenizer over the pieces; decoding the ids of a program in model form gives its text back."""
    pieces = all_pieces(form)
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
