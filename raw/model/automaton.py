"""The grammar of model-form programs as an automaton over the tokens of a vocabulary.

Every scene statement exactly once, in any order or in the grammar's; then up to ``max_objects`` objects; then eos; then
padding.
"""

from __future__ import annotations

import numpy as np

from raw.grammar import MODEL_MAX_OBJECTS
from raw.model.numerals import Numeral
from raw.model.pieces import NAME, NUMERAL, TEXT
from raw.model.vocabulary import Token, Vocabulary

_WRITTEN = (NUMERAL, NAME)  # what a statement leaves open


class Automaton:
    """What may come next in one program; ``ordered``: its scene statements come in the grammar's order."""

    def __init__(self, vocabulary: Vocabulary, max_objects: int = MODEL_MAX_OBJECTS, *, ordered: bool = False) -> None:
        if not 0 <= max_objects <= MODEL_MAX_OBJECTS:
            raise ValueError(f"max_objects is {max_objects}; allowed: 0 to {MODEL_MAX_OBJECTS}")
        self.vocabulary, self.done, self._ordered = vocabulary, False, ordered
        self._scene = vocabulary.scene_statements()  # still to come
        self._objects, self._end = vocabulary.object_statements(), (Token(vocabulary.eos_id),)
        self._left = max_objects
        self._ways = self._starts()  # statements that start with what was taken of the present one
        self._place = 0  # in all of them
        self._numeral: Numeral | None = None  # that is being written
        self._ended: tuple[Token, ...] = ()  # the statement that ended last

    @property
    def orders(self) -> bool:
        """Whether what comes next says which scene statement is next."""
        return bool(self._scene) and self._numeral is None and self._ways[0][self._place].kind != NAME

    @property
    def opens(self) -> bool:
        """Whether what comes next says which statement the present one is, or that none follows."""
        return len(self._ways) > 1

    @property
    def between(self) -> bool:
        """Whether a statement has ended and none has begun."""
        return self._place == 0

    @property
    def statement(self) -> tuple[Token, ...]:
        """That of the last token which was taken."""
        return self._ways[0] if self._place else self._ended

    def close(self) -> None:
        """No more objects but one that has begun; what is missing of the scene comes in the grammar's order."""
        self._ordered, self._left = True, int(self._place > 0 and not self._scene)
        if self._place == 0 and not self.done:
            self._ways = self._starts()

    def allowed(self) -> list[int]:
        """Token ids that may come next; one alone is forced. After eos only padding."""
        if self.done:
            return [self.vocabulary.pad_id]
        if (here := self._ways[0][self._place]).kind == NAME:
            return list(self.vocabulary.names[here.slot].values())
        if self._numeral is None:
            return list(dict.fromkeys(way[self._place].id for way in self._ways))
        ids = [self.vocabulary.characters[character] for character in self._numeral.allowed()]
        return [*ids, self._ways[0][self._place + 1].id] if self._numeral.complete else ids

    def forced(self) -> Token | None:
        """The next token where there is one alone, and the program has not ended."""
        if self.done:
            return None
        if self._numeral is not None:
            ids = self.allowed()
            following = self._ways[0][self._place + 1]
            return None if len(ids) > 1 else following if self._numeral.complete else Token(ids[0])
        first = self._ways[0][self._place]
        if first.kind == NAME:
            ids = self.allowed()
            return Token(ids[0]) if len(ids) == 1 else None
        return first if all(way[self._place].id == first.id for way in self._ways[1:]) else None

    def run(self, *, through_values: bool) -> list[Token]:
        """Take what is forced, up to the next choice or, without ``through_values``, to the next token with a value."""
        taken: list[Token] = []
        while (token := self.forced()) is not None and (through_values or token.kind == TEXT):
            taken.append(self.take(token.id))
            if len(self._ways) == 1 and self._place and self._numeral is None:
                taken += self._straight(through_values)
        return taken

    def _straight(self, through_values: bool) -> list[Token]:
        """The same within a statement that is known, but for its last token: quicker, as nothing has to be asked."""
        way, start = self._ways[0], self._place
        while self._place < len(way) - 1 and (way[self._place].kind == TEXT or (through_values and way[self._place].kind not in _WRITTEN)):
            self._place += 1
        if way[self._place].kind == NUMERAL:
            self._numeral = Numeral(way[self._place].slot)
        return list(way[start : self._place])

    def advance(self, token: int) -> Token:
        """Take the next token and say what value it carries; ``ValueError`` if it is not allowed."""
        allowed = self.allowed()
        if token not in allowed:
            texts = (repr(self.vocabulary.tokenizer.decode([i])) for i in allowed)
            raise ValueError(f"token {token} may not come here; allowed: {', '.join(texts)}")
        return self.take(token)

    def take(self, token: int) -> Token:
        """The same for a token that ``allowed`` or ``forced`` has just named: quicker, as it is not asked for again."""
        if self.done:
            return Token(token)
        if self._numeral is not None:
            if not self._numeral.complete or token != self._ways[0][self._place + 1].id:
                self._numeral.take(next(c for c, i in self.vocabulary.characters.items() if i == token))
                return Token(token)
            self._numeral, self._place = None, self._place + 1
        return self._taken(token)

    def _taken(self, token: int) -> Token:
        """Go on in the statements that have this token, or a name, at this place."""
        self._ways = [way for way in self._ways if way[self._place].id == token or way[self._place].kind == NAME]
        taken, way = self._ways[0][self._place], self._ways[0]
        taken = Token(token) if taken.kind == NAME else taken
        self._place += 1
        if self._place == len(way):
            self._close(way)
        elif way[self._place].kind == NUMERAL:
            self._numeral = Numeral(way[self._place].slot)
        return taken

    def _close(self, way: tuple[Token, ...]) -> None:
        """A statement has ended; what may follow it."""
        self.done, self._ended = way == self._end, way
        if self._scene:
            self._scene.remove(way)
        else:
            self._left -= 1
        self._place, self._ways = 0, self._starts()

    def _starts(self) -> list[tuple[Token, ...]]:
        """Statements that may come next."""
        if self._scene:
            return self._scene[:1] if self._ordered else list(self._scene)
        return [*(self._objects if self._left > 0 else ()), self._end]


def choices(vocabulary: Vocabulary, input_ids: np.ndarray, *, learn_order: bool = True) -> np.ndarray:
    """(T,) token ids of a program, bos first -> (T, K) int64: the ids among which the grammar left a choice at t, -1 to fill up.

    A row without a choice is -1 throughout. Without ``learn_order`` so are those where a scene statement opens: in
    shuffled training data their order is chance, no picture tells it, and as labels they would outnumber the objects.
    """
    automaton, rows = Automaton(vocabulary), list[list[int]]([[]])
    for token in input_ids[1:]:
        allowed = automaton.allowed()
        chance = automaton.orders and not learn_order
        rows.append(allowed if len(allowed) > 1 and not chance else [])
        automaton.advance(int(token))
    found = np.full((len(rows), max(map(len, rows))), -1, dtype=np.int64)
    for row, ids in zip(found, rows, strict=True):
        row[: len(ids)] = ids
    return found


def statements(vocabulary: Vocabulary, input_ids: np.ndarray) -> list[tuple[str, int]]:
    """(T,) token ids of a program, bos first -> the names of its statements and how many tokens each takes, eos ("") last."""
    names = {tokens: name for name, tokens in vocabulary.statements.items()}
    automaton, found, start = Automaton(vocabulary), list[tuple[str, int]](), 1
    for t, token in enumerate(input_ids[1:], start=1):
        automaton.advance(int(token))
        if automaton.between:
            found.append((names.get(automaton._ended, ""), t + 1 - start))
            start = t + 1
        if automaton.done:
            break
    return found
