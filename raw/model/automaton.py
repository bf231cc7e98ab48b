"""The grammar of model-form programs as an automaton over pieces.

Every scene statement exactly once, in any order; then up to ``max_objects`` objects; then eos; then padding.
"""

from __future__ import annotations

from functools import lru_cache

from raw.grammar import MODEL_MAX_OBJECTS, OBJECT_STATEMENTS, SCENE_STATEMENTS
from raw.model.tokenizer import EOS, PAD, TEXT, Piece, all_pieces, statement_pieces

_PAD, _EOS = Piece(PAD, TEXT), Piece(EOS, TEXT)


@lru_cache
def _openings() -> tuple[dict[int, tuple[Piece, ...]], dict[int, tuple[Piece, ...]]]:
    """Token id of the opening piece -> all pieces, of scene statements and of object statements."""
    ids = {text: index for index, text in enumerate(all_pieces())}
    groups = (SCENE_STATEMENTS, OBJECT_STATEMENTS)
    scene, things = ({ids[statement_pieces(s)[0].text]: statement_pieces(s) for s in group} for group in groups)
    return scene, things


class Automaton:
    """What may come next in one program."""

    def __init__(self, max_objects: int = MODEL_MAX_OBJECTS) -> None:
        if not 0 <= max_objects <= MODEL_MAX_OBJECTS:
            raise ValueError(f"max_objects is {max_objects}; allowed: 0 to {MODEL_MAX_OBJECTS}")
        self._ids = {text: index for index, text in enumerate(all_pieces())}
        scene, self._objects = _openings()
        self._scene = dict(scene)  # statements still to come
        self._left = max_objects
        self._pending: list[Piece] = []  # the rest of the statement that was opened
        self.done = False

    def allowed(self) -> list[int]:
        """Token ids that may come next; one alone is forced. After eos only padding."""
        if self.done:
            return [self._ids[PAD]]
        if self._pending:
            return [self._ids[self._pending[0].text]]
        if self._scene:
            return list(self._scene)
        return [*(self._objects if self._left else ()), self._ids[EOS]]

    def advance(self, token: int) -> Piece:
        """Take the next token and say what value it carries; ``ValueError`` if it is not allowed."""
        if token not in self.allowed():
            pieces = all_pieces()
            raise ValueError(f"token {token} may not come here; allowed: {', '.join(repr(pieces[i]) for i in self.allowed())}")
        if self.done:
            return _PAD
        if self._pending:
            return self._pending.pop(0)
        if token == self._ids[EOS]:
            self.done = True
            return _EOS
        if self._scene:
            opened = self._scene.pop(token)
        else:
            opened = self._objects[token]
            self._left -= 1
        self._pending = list(opened[1:])
        return opened[0]
