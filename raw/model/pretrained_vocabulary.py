"""Programs in the tokens of a language model that exists already.

Text is spelled by the model's own tokenizer, so that it meets the tokens it knows. Placeholders, and the start of a
program, are reserved ids above the model's vocabulary: neither its tokenizer nor its embeddings are touched. They are
never scored, as the grammar forces them. Every character of a number that is written out is a token of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from transformers import PreTrainedTokenizerFast

from raw.grammar import OBJECT_STATEMENTS, SCENE_STATEMENTS, Statement
from raw.model.numbers import NUMBER_SLOTS, NumberSlot
from raw.model.pieces import APPEARANCE, CHARACTERS, NUMBER, NUMERAL, PLACEHOLDERS, ROTATION, TEXT, Form, Piece, statement_pieces
from raw.model.vocabulary import Token, Vocabulary

RESERVED = (NUMBER, ROTATION, APPEARANCE, TEXT)  # what the ids above the base's vocabulary stand for; TEXT: the start of a program
# What stands before a text while it is spelled: tokenizers treat the start of a text, and spaces after some signs, in ways of their own.
ANCHORS = ("\n", ")", "0", "=", "a")


class PretrainedVocabulary(Vocabulary):
    """See the module's docstring. ``prompt`` are the ids that stand before the picture: the base's own start, if it has one."""

    def __init__(
        self, tokenizer: PreTrainedTokenizerFast, form: Form, base_size: int, slots: tuple[NumberSlot, ...] = NUMBER_SLOTS
    ) -> None:
        """``base_size`` is the number of rows of the base's embeddings. ``ValueError`` where the tokenizer cannot spell a program."""
        self.form, self.slots, self.tokenizer, self.base_size = form, slots, tokenizer, base_size
        self.size = base_size + len(RESERVED)
        self._reserved = {kind: base_size + index for index, kind in enumerate(RESERVED)}
        self.bos_id = self._reserved[TEXT]
        if tokenizer.eos_token_id is None:
            raise ValueError(
                "the base's tokenizer has no end-of-sequence token; allowed: tokenizers of causal language models, which have one"
            )
        self.eos_id = tokenizer.eos_token_id
        self.pad_id = self.eos_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id
        self.prompt = () if tokenizer.bos_token_id is None else (tokenizer.bos_token_id,)
        self._anchor, self._texts = self._encode("0")[-1], dict[int, str]()
        self.statements = {s.name: tuple(self._spelled(s)) for s in (*SCENE_STATEMENTS, *OBJECT_STATEMENTS)}
        self.characters = {character: self._character(character) for character in CHARACTERS} if form.digits else {}
        self._check()

    def text(self, ids: Sequence[int]) -> str:
        special = {self.pad_id, self.bos_id, self.eos_id, *self.prompt}
        return "".join(self._text(index) for index in ids if index not in special)

    @property
    def fingerprint(self) -> str:
        """16 hex digits that change when a statement is spelled in other tokens."""
        spelled = sorted((name, *map(tuple, tokens)) for name, tokens in self.statements.items())
        return hashlib.sha256(repr((spelled, sorted(self.characters.items()), self.eos_id, self.prompt)).encode()).hexdigest()[:16]

    @property
    def scored(self) -> list[int]:
        """The ids among which a choice may fall, rising; all others are forced."""
        ids = {token.id for tokens in self.statements.values() for token in tokens if 0 <= token.id < self.base_size}
        return sorted(ids | set(self.characters.values()) | {self.eos_id})

    def _text(self, index: int) -> str:
        """What a token adds to the text that it follows."""
        if index >= self.base_size:
            return PLACEHOLDERS[RESERVED[index - self.base_size]]
        if index not in self._texts:
            self._texts[index] = self._decode([self._anchor, index]).removeprefix(self._decode([self._anchor]))
        return self._texts[index]

    def _encode(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False)

    def _decode(self, ids: Sequence[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)

    def _spelled(self, statement: Statement) -> Iterator[Token]:
        for piece in statement_pieces(statement, self.form):
            if piece.kind == NUMERAL:
                yield Token(-1, NUMERAL, piece.slot)
                continue
            if piece.kind != TEXT:
                yield Token(self._reserved[piece.kind], piece.kind, piece.slot)
            yield from map(Token, self._spell(_words(piece)))

    def _spell(self, text: str) -> list[int]:
        """Ids that add exactly this text wherever they stand."""
        for anchor in ANCHORS:
            before, ids = self._encode(anchor), self._encode(anchor + text)
            after = ids[len(before) :]
            if ids[: len(before)] == before and all(i < self.base_size for i in after) and "".join(map(self._text, after)) == text:
                return after
        raise ValueError(f"the base's tokenizer cannot spell {text!r}: it comes back as {self._decode(self._encode(text))!r}")

    def _character(self, character: str) -> int:
        ids = self._spell(character)
        if len(ids) > 1:
            raise ValueError(f"the base's tokenizer has no token for {character!r} alone; allowed: one for each of {CHARACTERS!r}")
        return ids[0]

    def _check(self) -> None:
        """Whether the tokenizer reads statements as they were spelled, and the ends of numbers can be told from their digits."""
        if len(set(self.characters.values())) < len(self.characters):
            raise ValueError(f"the base's tokenizer has one token for several of {CHARACTERS!r}; allowed: one for each")
        for name, tokens in self.statements.items():
            texts: list[list[int]] = [[]]
            for before, token in zip((None, *tokens), tokens, strict=False):
                if token.kind != TEXT:
                    texts.append([])
                    continue
                texts[-1].append(token.id)
                if before and before.kind == NUMERAL and token.id in self.characters.values():
                    raise ValueError(f"in {name} a number is followed by {self._text(token.id)!r}, which could belong to it")
            for ids in texts:
                want = self._text(self._anchor) + "".join(map(self._text, ids))
                if (got := self._decode([self._anchor, *ids])) != want:
                    raise ValueError(f"the base's tokenizer reads {want!r} back as {got!r}; allowed: tokenizers that change nothing")
                if self.eos_id in ids:
                    raise ValueError(f"the base's tokenizer spells {name} with its end-of-sequence token")


def _words(piece: Piece) -> str:
    return piece.text.removeprefix(PLACEHOLDERS.get(piece.kind, ""))
