"""No text, however broken, raises anything but SceneSyntaxError or takes long."""

from __future__ import annotations

import string
import time

import numpy as np
import pytest

from raw.grammar import BY_NAME, STATEMENTS
from raw.language import SceneSyntaxError, parse, write
from raw.scene import Camera, Ground, Scene, SceneObject, Sky

TURN = (0.7071, 0.0, 0.7071, 0.0)
VALID = write(
    Scene(
        Sky(air=0.771),
        Camera(fov=54.4),
        Ground("dry_grass/0003", 0.12, (1.0, -2.0, 30.0), 7),
        (SceneObject("herbivore", (-0.5, -0.8, -22.6), 1.365, TURN, "zebra/0007", 1582), SceneObject(None, (1.0, 0.0, -9.0), 2.0)),
    )
)
LINES = VALID.splitlines()
SLOTS = sorted({slot.name for statement in STATEMENTS.values() for slot in statement.slots if slot.name})
TOKENS = [
    *BY_NAME, *(f"{name}=" for name in SLOTS), *"()[]{},.:;=+-*/@#\\'\"\n\t", "[NUM]", "[ROT]", "[CLIP]", "1.5", "-0.25", "(1, 0, 0, 0)",
    '"zebra/0007"', "1e999", "0x1F", "1_0", "1j", "nan", "inf", "None", "True", "...", "**",
    "lambda:", " if 1 else ", " for x in ", "f'{x}'",
    "b'x'", "await ", "yield ", "not ", "\\x", '"""', "é", "\ud800", "\x00", "\r\n", "\f", "\u2028", "\ufeff",
]  # fmt: skip
ALPHABET = np.array(list(string.printable + "éλ€😀\x00\ud800\u2028\u0661\ufeff"))


def _pick(rng: np.random.Generator, items: list[str]) -> str:
    return items[rng.integers(len(items))]


def _mutated(rng: np.random.Generator) -> str:
    """A few lines of a valid program with one to four spans deleted, doubled, replaced by a token or swapped for a character."""
    start = int(rng.integers(len(LINES)))
    text = "\n".join(LINES[start : start + int(rng.integers(1, 5))])
    for _ in range(rng.integers(1, 5)):
        a = int(rng.integers(len(text) + 1))
        b = min(len(text), a + int(rng.integers(0, 8)))
        middle = ("", text[a:b] * 2, _pick(rng, TOKENS), str(rng.choice(ALPHABET)), repr(rng.normal() * 10.0 ** rng.integers(-9, 300)))
        text = text[:a] + middle[rng.integers(len(middle))] + text[b:]
    return text


def _characters(rng: np.random.Generator) -> str:
    return "".join(rng.choice(ALPHABET, rng.integers(0, 120)))


def _soup(rng: np.random.Generator) -> str:
    return "".join(TOKENS[i] for i in rng.integers(len(TOKENS), size=rng.integers(1, 30)))


def _near(rng: np.random.Generator) -> str:
    """One statement with slots chosen at will: deeper into the reader than soup gets."""
    slots = [f"{_pick(rng, SLOTS)}={_pick(rng, TOKENS)}" if rng.random() < 0.8 else _pick(rng, TOKENS) for _ in range(rng.integers(0, 6))]
    return f"{_pick(rng, list(BY_NAME))}({', '.join(slots)})"


def _fuzz(count: int, seed: int) -> dict[str, int]:
    """Parse ``count`` texts; how many were programs and how many were refused."""
    rng = np.random.default_rng(seed)
    kinds = (_mutated, _characters, _soup, _near)
    outcome = {"parsed": 0, "refused": 0}
    for index in range(count):
        text = kinds[index % len(kinds)](rng)
        try:
            parse(text)
            outcome["parsed"] += 1
        except SceneSyntaxError as error:
            assert error.line >= 1 and error.column >= 1 and str(error)
            outcome["refused"] += 1
    return outcome


def test_fuzz() -> None:
    outcome = _fuzz(100_000, seed=1)
    assert outcome["parsed"] > 1_000  # the mutations must reach past the first line of defence
    assert outcome["refused"] > 75_000


OBJECT = LINES[-1] + "\n"
NASTY = {
    "a megabyte of lines": "set_air(1)\n" * 100_000,
    "a megabyte in one line": "set_air(" + "1" * 1_000_000 + ")",
    "a megabyte of brackets": "(" * 1_000_000,
    "as many comments as fit": "#\n" * 99_000 + "x",
    "as many objects as fit": OBJECT * (200_000 // len(OBJECT)) + "x",
    "deep tuples": "set_air(" + "(" * 900 + ")" * 900 + ")",
    "deep signs": "set_air(" + "-" * 1_900 + "1)",
    "deep not": "set_air(" + "not " * 490 + "1)",
    "deep lambda": "set_air(" + "lambda:" * 280 + "1)",
    "deep conditions": "set_air(" + "1 if 1 else " * 160 + "1)",
    "deep attributes": "set_air(a" + ".a" * 990 + ")",
    "deep powers": "set_air(9" + "**9" * 600 + ")",
    "nested f-strings": "set_air(f'{f\"{1}\"}')",
    "many slots": "add(" + ", ".join(f"a{i}=1" for i in range(280)) + ")",
    "huge integer": "set_air(" + "9" * 1_900 + ")",
    "huge exponent": "set_air(1e999999999)",
    "tiny exponent refused": "set_camera_height(1e-999999999)",
    "not a number": "set_air(nan)",
    "infinity": "set_air(-inf)",
    "call to float": "set_air(float('nan'))",
    "lone surrogate": "set_ground('\ud800/1')",
    "escaped surrogate": "set_ground('\\ud800/1')",
    "bad escape": "set_ground('\\N{x}')",
    "null byte": "set_air(1\x00)",
    "null bytes": "\x00" * 1_000,
    "other digits": "set_air(\u0661)",
    "old line ends": "set_air(1)\rset_dust(1)",
    "line end in a call": "set_air(\r11)",
    "form feed in a call": "set_air(\x0c11)",
    "line separators": "set_air(\u20281)",
    "continued": "set_air(1\\\n)",
    "open quotes": '"""',
    "emoji": "😀(1)",
    "coding line": "# -*- coding: nonsense -*-\nx",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_nasty_text_is_refused_quickly(text: str) -> None:
    start = time.perf_counter()
    with pytest.raises(SceneSyntaxError) as caught:
        parse(text)
    assert time.perf_counter() - start < 1.0
    assert len(str(caught.value)) < 2_000  # an error is something to read


@pytest.mark.parametrize("end", ["\n", "\r\n", "\t\n", "  \n\n"])
def test_line_ends_and_tabs_are_accepted(end: str) -> None:
    assert parse(VALID.replace("\n", end).replace(", ", ",\t")) == parse(VALID)


def test_a_byte_order_mark_is_accepted() -> None:
    assert parse("\ufeff" + VALID) == parse(VALID)
