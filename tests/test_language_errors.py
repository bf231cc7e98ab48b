"""Every way to be wrong: line, column, token and what was allowed."""

from __future__ import annotations

import numpy as np
import pytest

from raw.language import MAX_BRACKETS, MAX_CHARACTERS, MAX_LINE, MAX_OBJECTS, SceneSyntaxError, parse

ADD = "add_tree(pixels=1, loc=(0, 0, -3), height=2, rotation=(1, 0, 0, 0), appearance=[CLIP])"
AIR = "a number from 0 to 10"
FORM = "name(value) or name(slot=value, ...)"
ASSET = 'an asset id such as "zebra/0007", or [CLIP]'

# text, line, column, token, part of the message, part of what was allowed; None where it is Python's own choice
CASES = {
    "unknown statement": ("set_air(1)\nset_wind(3)", 2, 1, "set_wind", "unknown statement 'set_wind'", "set_air, set_dust"),
    "unknown category": ("add_fish(pixels=1)", 1, 1, "add_fish", "unknown statement", "add_bird"),
    "unknown slot": (ADD[:-1] + ", colour=3)", 1, 95, "3", "add_tree has no slot 'colour'", "pixels=, loc=, height="),
    "star star": ("set_air(**1)", 1, 11, "1", "no slot '**'", "one value"),
    "value where none belongs": ("add_tree(7)", 1, 10, "7", "takes no such value", "pixels="),
    "two values": ("set_air(1, 2)", 1, 12, "2", "the value of set_air stands twice", "once"),
    "slot twice": ("add(pixels=1, pixels=1)", 1, 22, "1", "pixels of add stands twice", "once"),
    "statement twice": ("set_air(1)\n\nset_air(2)", 3, 1, "set_air(2)", "set_air stands twice, first on line 1", "once"),
    "missing slot": ("add_tree(pixels=1, height=2)", 1, 1, None, "add_tree lacks loc, rotation, appearance", "pixels, loc"),
    "missing value": ("set_air()", 1, 1, "set_air()", "set_air lacks density of air molecules", "a value"),
    "above the range": ("set_air(11)", 1, 9, "11", "the value is 11", AIR),
    "below the range": ("set_camera_height(0)", 1, 19, "0", "the value is 0", "a number from 0.001 to 10000 m"),
    "negative": ("set_air(-1.5)", 1, 9, "-1.5", "the value is -1.5", AIR),
    "overflow": ("set_air(1e999)", 1, 9, "1e999", "the value is inf", AIR),
    "nan": ("set_air(nan)", 1, 9, "nan", "the value is 'nan'", AIR),
    "text for a number": ('set_air("1")', 1, 9, '"1"', "the value is", AIR),
    "truth value": ("set_air(True)", 1, 9, "True", "the value is 'True'", AIR),
    "arithmetic": ("set_air(1+1)", 1, 9, "1+1", "the value is '1+1'", AIR),
    "two signs": ("set_air(--1)", 1, 9, "--1", "the value is '--1'", AIR),
    "underscores": ("set_air(1_0)", 1, 9, "1_0", "the value is '1_0'", AIR),
    "hexadecimal": ("set_air(0x1)", 1, 9, "0x1", "the value is '0x1'", AIR),
    "complex": ("set_air(1j)", 1, 9, "1j", "the value is '1j'", AIR),
    "too many digits": (f"set_air({'1' * 30})", 1, 9, "1" * 30, "the value is", AIR),
    "tuple too short": (ADD.replace("(0, 0, -3)", "(0, -3)"), 1, 24, "(0, -3)", "loc is '(0, -3)'", "a tuple of 3 numbers"),
    "number for a tuple": (ADD.replace("(0, 0, -3)", "4"), 1, 24, "4", "loc is '4'", "a tuple of 3 numbers"),
    "list for a tuple": (ADD.replace("(0, 0, -3)", "[0, 0, -3]"), 1, 24, "[0, 0, -3]", "loc is", "a tuple of 3 numbers"),
    "bad number in a tuple": (ADD.replace("-3", "x"), 1, 31, "x", "loc is 'x'", "a number from -100000 to 100000 m"),
    "rotation too short": (ADD.replace("(1, 0, 0, 0)", "(1, 0, 0)"), 1, 55, "(1, 0, 0)", "rotation is", "a tuple of 4 numbers"),
    "rotation not unit": (ADD.replace("(1, 0, 0, 0)", "(0.5, 0, 0, 0)"), 1, 55, "(0.5, 0, 0, 0)", "length 0.500", "a unit quaternion"),
    "asset id without a number": ('set_ground("grass")', 1, 12, '"grass"', "appearance is", ASSET),
    "asset id climbs": ('set_ground("../x")', 1, 12, '"../x"', "appearance is", ASSET),
    "bare name": ("set_ground(grass)", 1, 12, "grass", "appearance is 'grass'", ASSET),
    "wrong placeholder": ("set_ground([ROT])", 1, 12, "[ROT]", "appearance is '[ROT]'", ASSET),
    "number without value": ("set_air([NUM])", 1, 9, "[NUM]", "[NUM] has no value beside the text", "a number"),
    "no call": ("set_air", 1, 1, "set_air", "not a statement: 'set_air'", FORM),
    "method": ("a.set_air(1)", 1, 1, "a.set_air(1)", "not a statement", FORM),
    "assignment": ("x = 1", 1, 3, None, "not a statement", FORM),
    "two statements on a line": ("set_air(1); set_dust(1)", 1, 11, None, "not a statement", FORM),
    "broken off": ("set_air(1", 1, 8, None, "not a statement", FORM),
    "code": ("__import__('os').system('true')", 1, 1, None, "not a statement", FORM),
    "wide characters before": ("set_ground('é€😀', x=1)", 1, 12, "'é€😀'", "appearance is", ASSET),
    "indented": ("set_dust(1)\n   set_air(11)", 2, 12, "11", "the value is 11", AIR),
    "indented and broken off": ("   set_air(1", 1, 11, None, "not a statement", FORM),
    "long line": ("add(" + " " * MAX_LINE + ")", 1, 1, None, f"the line has {MAX_LINE + 5} characters", f"up to {MAX_LINE}"),
    "brackets": ("(" * 50, 1, 1, None, "too many brackets", f"up to {MAX_BRACKETS} a line"),
    "long text": ("\n" * (MAX_CHARACTERS + 1), 1, 1, "", f"{MAX_CHARACTERS + 1} characters", f"up to {MAX_CHARACTERS}"),
    "too many objects": ("\n".join([ADD] * (MAX_OBJECTS + 1)), MAX_OBJECTS + 1, 1, ADD[:80], f"more than {MAX_OBJECTS} objects", ""),
}


@pytest.mark.parametrize("text, line, column, token, problem, allowed", CASES.values(), ids=CASES.keys())
def test_error(text: str, line: int, column: int, token: str | None, problem: str, allowed: str) -> None:
    with pytest.raises(SceneSyntaxError) as caught:
        parse(text, source="scene.raw")
    error = caught.value
    assert (error.line, error.column, error.source) == (line, column, "scene.raw")
    assert token is None or error.token == token
    assert problem in str(error) and allowed in error.allowed
    assert str(error).startswith(f"scene.raw: line {line}, column {column}: ")


def test_as_many_objects_as_allowed() -> None:
    assert len(parse("\n".join([ADD] * MAX_OBJECTS)).objects) == MAX_OBJECTS


ARRAYS = {
    "leftover numbers": ("set_air([NUM])", {"numbers": np.ones(3)}, "hold 2 numbers more than it has placeholders"),
    "leftover rotations": ("set_air(1)", {"rotations": np.zeros((1, 3, 3))}, "hold 1 rotations more"),
    "leftover embeddings": ("set_air(1)", {"embeddings": np.zeros((2, 4))}, "hold 2 embeddings more"),
    "too few numbers": ("set_air([NUM])\nset_dust([NUM])", {"numbers": np.ones(1)}, "more placeholders than the 1 numbers"),
    "too few embeddings": ("set_ground([CLIP])", {"embeddings": np.ones((0, 4))}, "more placeholders than the 0 embeddings"),
    "nan among the numbers": ("set_air([NUM])", {"numbers": np.array([np.nan])}, "the value is nan; allowed: a number from 0 to 10"),
    "number out of range": ("set_air([NUM])", {"numbers": np.array([11.0])}, "the value is 11; allowed: a number from 0 to 10"),
    "nan rotation": (ADD.replace("(1, 0, 0, 0)", "[ROT]"), {"rotations": np.full((1, 3, 3), np.nan)}, "the rotation beside the text"),
    "zero rotation": (ADD.replace("(1, 0, 0, 0)", "[ROT]"), {"rotations": np.zeros((1, 3, 3))}, "the rotation beside the text"),
    "flat rotation": (ADD.replace("(1, 0, 0, 0)", "[ROT]"), {"rotations": np.eye(3)}, "the rotation beside the text"),
    "infinite embedding": ("set_ground([CLIP])", {"embeddings": np.full((1, 4), np.inf)}, "the embedding beside the text"),
}


@pytest.mark.parametrize("text, arrays, problem", ARRAYS.values(), ids=ARRAYS.keys())
def test_arrays_that_do_not_fit(text: str, arrays: dict[str, np.ndarray], problem: str) -> None:
    with pytest.raises(SceneSyntaxError, match=problem.replace("[", r"\[")):
        parse(text, **arrays)
