"""The scene language: text to ``Scene`` and back.

A program is a strict subset of Python call syntax, one statement a line; it is parsed with ``ast`` and never executed.
Statements and slots come from ``raw.grammar``. Two forms share the parser:

- *resolved form*, which people read and edit: ``rotation=(w, x, y, z)``, ``appearance="zebra/0007"``;
- *model form*: ``[NUM]``, ``[ROT]`` and ``[CLIP]`` stand for values that lie in arrays beside the text (``Program``).
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from raw.geometry import is_rotation, matrix_to_quaternion, quaternion_to_matrix
from raw.grammar import BY_NAME, SCENE_STATEMENTS, STATEMENTS, Slot, Statement, object_statement
from raw.scene import Appearance, Camera, Embedding, Ground, Scene, SceneObject, Sky

MAX_CHARACTERS = 200_000  # of a program; 250 objects take 40,000
MAX_LINE = 2_000
MAX_BRACKETS = 12  # opening brackets in one line; the deepest statement needs 4
MAX_DIGITS = 24  # characters of one number
MAX_OBJECTS = 250
_NUMBER = re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_ASSET = re.compile(r"[a-z][a-z0-9_]*/[A-Za-z0-9_.-]+")


class SceneSyntaxError(ValueError):
    """A program that is not in the language: where, what stands there, and what was allowed."""

    def __init__(self, problem: str, *, line: int, column: int = 1, token: str = "", allowed: str = "", source: str = "") -> None:
        self.line, self.column, self.token, self.allowed, self.source = line, column, token[:80], allowed, source
        place = f"{source + ': ' if source else ''}line {line}, column {column}: "
        super().__init__(place + problem + (f"; allowed: {allowed}" if allowed else ""))


@dataclass(frozen=True)
class Program:
    """Model form: text with placeholders, and their values in order of appearance."""

    text: str
    numbers: np.ndarray  # (N,) float64, in the slots' own units
    rotations: np.ndarray  # (R, 3, 3) float64, asset to camera
    embeddings: np.ndarray  # (E, D) float32

    def parse(self) -> Scene:
        return parse(self.text, numbers=self.numbers, rotations=self.rotations, embeddings=self.embeddings)

    def parse_partial(self) -> tuple[Scene, SceneSyntaxError | None]:
        return parse_partial(self.text, numbers=self.numbers, rotations=self.rotations, embeddings=self.embeddings)


class _Values:
    """Hands out the arrays that stand beside a model-form program; without them [ROT] and [CLIP] mean "not known"."""

    def __init__(self, **arrays: np.ndarray | None) -> None:
        self.arrays, self.used = arrays, dict.fromkeys(arrays, 0)

    def take(self, kind: str, where: _Where) -> Any:
        array, index = self.arrays[kind], self.used[kind]
        if array is None:
            if kind == "numbers":
                raise where.error("[NUM] has no value beside the text", allowed="a number")
            return None
        if index >= len(array):
            raise where.error(f"more placeholders than the {len(array)} {kind} beside the text")
        self.used[kind] += 1
        return array[index]

    def leftovers(self) -> str:
        return ", ".join(f"{len(a) - self.used[k]} {k}" for k, a in self.arrays.items() if a is not None and len(a) > self.used[k])


@dataclass
class _Where:
    """A node and its line, for error messages."""

    number: int
    indent: int  # characters stripped from the start of the line
    text: str
    node: Any
    source: str

    def at(self, node: Any) -> _Where:
        return _Where(self.number, self.indent, self.text, node, self.source)

    @property
    def token(self) -> str:
        node = self.node
        if node.end_lineno == 1:  # get_source_segment splits the text anew every time
            return self.text.encode()[node.col_offset : node.end_col_offset].decode()
        return ast.get_source_segment(self.text, node) or ""  # a line of a program may hold carriage returns, which end lines for ast

    def error(self, problem: str, allowed: str = "") -> SceneSyntaxError:
        column = self.indent + len(self.text.encode()[: self.node.col_offset].decode(errors="ignore")) + 1
        return SceneSyntaxError(problem, line=self.number, column=column, token=self.token, allowed=allowed, source=self.source)


def parse(
    text: str,
    *,
    numbers: np.ndarray | None = None,
    rotations: np.ndarray | None = None,
    embeddings: np.ndarray | None = None,
    source: str = "",
) -> Scene:
    """Read a program in either form.

    ``numbers`` (N,), ``rotations`` (R, 3, 3) and ``embeddings`` (E, D) are the values of ``[NUM]``, ``[ROT]`` and
    ``[CLIP]`` in order. Raises ``SceneSyntaxError`` and nothing else, whatever the text.
    """
    scene, error = parse_partial(text, numbers=numbers, rotations=rotations, embeddings=embeddings, source=source)
    if error:
        raise error
    return scene


def parse_partial(
    text: str,
    *,
    numbers: np.ndarray | None = None,
    rotations: np.ndarray | None = None,
    embeddings: np.ndarray | None = None,
    source: str = "",
) -> tuple[Scene, SceneSyntaxError | None]:
    """Like ``parse``, but hand back what stands before the first error, and the error: for scoring model output."""
    values = _Values(numbers=numbers, rotations=rotations, embeddings=embeddings)
    parts: dict[str, dict[str, Any]] = {"sky": {}, "camera": {}, "ground": {}}
    objects: list[SceneObject] = []
    error = None
    try:
        _read_lines(text, values, parts, objects, source)
    except SceneSyntaxError as problem:
        error = problem
    scene = Scene(Sky(**parts["sky"]), Camera(**parts["camera"]), Ground(**parts["ground"]), tuple(objects))
    return scene, error


def _read_lines(text: str, values: _Values, parts: dict[str, dict[str, Any]], objects: list[SceneObject], source: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise SceneSyntaxError(f"the program has {len(text)} characters", line=1, allowed=f"up to {MAX_CHARACTERS}", source=source)
    seen: dict[str, int] = {}
    number = 0
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):  # editors may put a byte order mark
        call = _read_call(line, number, source)
        if call is None:
            continue
        statement, where = call
        if statement.part != "object" and statement.name in seen:
            raise where.error(f"{statement.name} stands twice, first on line {seen[statement.name]}", allowed="once")
        seen[statement.name] = number
        fields = _read_slots(statement, where, values)
        if statement.part != "object":
            parts[statement.part].update(fields)
        elif len(objects) >= MAX_OBJECTS:
            raise where.error(f"more than {MAX_OBJECTS} objects")
        else:
            objects.append(SceneObject(category=statement.category, **fields))
    if left := values.leftovers():
        raise SceneSyntaxError(f"the arrays beside the text hold {left} more than it has placeholders", line=number, source=source)


def _read_call(line: str, number: int, source: str) -> tuple[Statement, _Where] | None:
    """One line to its statement and call node; None for an empty or comment line."""
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    indent = len(line) - len(line.lstrip())

    def fail(problem: str, allowed: str = "", column: int = 1) -> SceneSyntaxError:
        return SceneSyntaxError(problem, line=number, column=indent + column, token=text, allowed=allowed, source=source)

    if len(text) > MAX_LINE:
        raise fail(f"the line has {len(text)} characters", f"up to {MAX_LINE}")
    if sum(text.count(bracket) for bracket in "([{") > MAX_BRACKETS:
        raise fail("too many brackets", f"up to {MAX_BRACKETS} a line")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as problem:
        column = getattr(problem, "offset", None) or 1
        reason = f" ({problem.msg})" if isinstance(problem, SyntaxError) else ""
        raise fail(f"not a statement: {text[:60]!r}{reason}", "name(value) or name(slot=value, ...)", column) from None
    where = _Where(number, indent, text, tree.body, source)
    if not isinstance(tree.body, ast.Call) or not isinstance(tree.body.func, ast.Name):
        raise where.error(f"not a statement: {text[:60]!r}", allowed="name(value) or name(slot=value, ...)")
    name = tree.body.func.id
    if name not in BY_NAME:
        raise where.at(tree.body.func).error(f"unknown statement {name[:60]!r}", allowed=", ".join(STATEMENTS))
    return BY_NAME[name], where


def _read_slots(statement: Statement, where: _Where, values: _Values) -> dict[str, Any]:
    """The fields that a call fills. Slots are read in the order they are written, as the arrays beside them are."""
    call, slots = where.node, {slot.name: slot for slot in statement.slots}
    given: list[tuple[str, ast.expr]] = [("", argument) for argument in call.args]
    given += [(keyword.arg or "**", keyword.value) for keyword in call.keywords]
    fields: dict[str, Any] = {}
    for name, node in given:
        if name not in slots:
            allowed = ", ".join(f"{n}=" if n else "one value" for n in slots)
            problem = f"has no slot {name[:60]!r}" if name else "takes no such value"
            raise where.at(node).error(f"{statement.name} {problem}", allowed)
        slot = slots[name]
        if slot.field in fields:
            raise where.at(node).error(f"{name or 'the value'} of {statement.name} stands twice", allowed="once")
        fields[slot.field] = _read_value(slot, where.at(node), values)
    missing = [slot.name or slot.doc for slot in statement.slots if not (slot.optional or slot.may_lack or slot.field in fields)]
    if missing:
        raise where.error(f"{statement.name} lacks {', '.join(missing)}", allowed=", ".join(s.name or "a value" for s in statement.slots))
    return fields


def _read_value(slot: Slot, where: _Where, values: _Values) -> Any:
    if slot.kind == "appearance":
        return _read_appearance(where, values)
    if slot.kind == "rotation":
        return _read_rotation(slot, where, values)
    if slot.size == 1:
        value = _read_number(slot, where, values)
        return int(round(value)) if slot.kind == "integer" else value
    return _read_tuple(slot, where, values)


def _read_tuple(slot: Slot, where: _Where, values: _Values) -> tuple[float, ...]:
    if not isinstance(where.node, ast.Tuple) or len(where.node.elts) != slot.size:
        raise where.error(f"{slot.name} is {where.token[:60]!r}", allowed=f"a tuple of {slot.size} numbers")
    return tuple(_read_number(slot, where.at(node), values) for node in where.node.elts)


def _is_placeholder(node: Any, name: str) -> bool:
    return isinstance(node, ast.List) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Name) and node.elts[0].id == name


def _read_number(slot: Slot, where: _Where, values: _Values) -> float:
    allowed = f"a number from {slot.low:g} to {slot.high:g} {slot.unit}".rstrip()
    if _is_placeholder(where.node, "NUM"):
        value = float(values.take("numbers", where))
    else:
        signed = isinstance(where.node, ast.UnaryOp) and isinstance(where.node.op, (ast.USub, ast.UAdd))
        literal = where.at(where.node.operand) if signed else where
        token = literal.token
        if not isinstance(literal.node, ast.Constant) or len(token) > MAX_DIGITS or not _NUMBER.fullmatch(token):
            raise where.error(f"{slot.name or 'the value'} is {where.token[:60]!r}", allowed)
        value = -float(token) if signed and isinstance(where.node.op, ast.USub) else float(token)
    if not slot.low <= value <= slot.high:  # also refuses nan
        raise where.error(f"{slot.name or 'the value'} is {value:g}", allowed)
    return value


def _read_rotation(slot: Slot, where: _Where, values: _Values) -> tuple[float, ...] | None:
    if _is_placeholder(where.node, "ROT"):
        matrix = values.take("rotations", where)
        if matrix is not None and not is_rotation(matrix):
            raise where.error(f"the rotation beside the text is {np.asarray(matrix).tolist()}", allowed="a (3, 3) rotation matrix")
        return None if matrix is None else tuple(float(v) for v in matrix_to_quaternion(matrix))
    quaternion = _read_tuple(slot, where, values)
    if abs(np.linalg.norm(quaternion) - 1) > 0.05:
        raise where.error(f"rotation {quaternion} has length {np.linalg.norm(quaternion):.3f}", allowed="a unit quaternion, or [ROT]")
    return quaternion


def _read_appearance(where: _Where, values: _Values) -> Appearance:
    if _is_placeholder(where.node, "CLIP"):
        vector = values.take("embeddings", where)
        if vector is not None and not np.isfinite(vector).all():
            raise where.error("the embedding beside the text is not finite", allowed="a vector of finite numbers")
        return None if vector is None else Embedding(np.asarray(vector, dtype=np.float32))
    text = where.node.value if isinstance(where.node, ast.Constant) else None
    if not isinstance(text, str) or not _ASSET.fullmatch(text):
        raise where.error(f"appearance is {where.token[:60]!r}", allowed='an asset id such as "zebra/0007", or [CLIP]')
    return text


def write(scene: Scene) -> str:
    """Resolved form. What is not known yet stays a placeholder; an ``Embedding`` must be looked up first."""
    return _write(scene, numbers=None, rotations=None, embeddings=None)


def to_program(scene: Scene, *, numbers_as: str = "placeholder") -> Program:
    """Model form: [ROT] and [CLIP] always, numbers as "placeholder" ([NUM]) or as "text"; optional slots are left out.

    Every rotation must be set, and every appearance must be an ``Embedding``.
    """
    if numbers_as not in ("placeholder", "text"):
        raise ValueError(f"numbers_as is {numbers_as!r}; allowed: placeholder, text")
    numbers: list[float] = []
    rotations: list[np.ndarray] = []
    embeddings: list[np.ndarray] = []
    text = _write(scene, numbers if numbers_as == "placeholder" else None, rotations, embeddings)
    return Program(text, np.array(numbers), np.array(rotations).reshape(-1, 3, 3), np.array(embeddings, dtype=np.float32))


def _write(scene: Scene, numbers: list | None, rotations: list | None, embeddings: list | None) -> str:
    parts = {"sky": scene.sky, "camera": scene.camera, "ground": scene.ground}
    calls = [(s, parts[s.part]) for s in SCENE_STATEMENTS] + [(object_statement(o.category), o) for o in scene.objects]
    lines = []
    for statement, part in calls:
        arguments = []
        for slot in statement.slots:
            value = getattr(part, slot.field)
            if slot.optional and (rotations is not None or _prints_as_default(slot, value, part)):
                continue
            written = _write_value(slot, value, numbers, rotations, embeddings)
            arguments.append(f"{slot.name}={written}" if slot.name else written)
        lines.append(f"{statement.name}({', '.join(arguments)})\n")
    return "".join(lines)


def _prints_as_default(slot: Slot, value: Any, part: Any) -> bool:
    """Compared as printed: a phase of 1e-9 would be written once and be gone after the next parse and write."""
    default = type(part).__dataclass_fields__[slot.field].default
    return _write_value(slot, value, None, None, None) == _write_value(slot, default, None, None, None)


def _write_value(slot: Slot, value: Any, numbers: list | None, rotations: list | None, embeddings: list | None) -> str:
    if slot.kind == "appearance":
        return _write_appearance(value, embeddings)
    if slot.kind == "rotation":
        if rotations is not None:
            if value is None:
                raise ValueError("model form needs a rotation for every object")
            rotations.append(quaternion_to_matrix(value))
        return "[ROT]" if rotations is not None or value is None else _write_numbers(slot, value)
    if numbers is not None:
        numbers.extend([float(value)] if slot.size == 1 else [float(v) for v in value])
        return "[NUM]" if slot.size == 1 else f"({', '.join(['[NUM]'] * slot.size)})"
    return _write_numbers(slot, [value] if slot.size == 1 else value)


def _write_numbers(slot: Slot, values: Any) -> str:
    written = [f"{v:.{slot.decimals}f}" for v in values]
    written = [w.lstrip("-") if float(w) == 0 else w for w in written]  # no "-0.000"
    return written[0] if slot.size == 1 else f"({', '.join(written)})"


def _write_appearance(value: Appearance, embeddings: list | None) -> str:
    if embeddings is not None:
        if not isinstance(value, Embedding):
            raise ValueError(f"model form needs an Embedding for every appearance, got {value!r}")
        embeddings.append(value.vector)
        return "[CLIP]"
    if isinstance(value, Embedding):
        raise ValueError("resolved form needs an asset id: look the embedding up in a library first")
    return "[CLIP]" if value is None else f'"{value}"'


def quantized(scene: Scene) -> Scene:
    """The scene as its program says it: every number at its printed decimals."""
    return parse(write(scene))
