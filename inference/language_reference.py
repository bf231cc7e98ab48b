"""``raw language``: every statement of the scene language on one screen, or a check of programs."""

from __future__ import annotations

import sys

from jsonargparse import ArgumentParser

from inference.options import command_parser
from inference.program_files import read_program
from raw.grammar import OBJECT_STATEMENTS, SCENE_STATEMENTS, Slot, Statement
from raw.language import SceneSyntaxError

EXAMPLES = """
raw language                              # all statements and slots
raw language --check out/scene.scene      # exit code 2, and where it is wrong, if it is
"""


def reference() -> str:
    """The statements with slots, meaning, unit and range, from the slot table."""
    lines = [_call(statement) + "\n" + _slots(statement) for statement in SCENE_STATEMENTS]
    names = ", ".join(statement.name for statement in OBJECT_STATEMENTS)
    objects = f"{names}: one for each object\n{_slots(OBJECT_STATEMENTS[0])}"
    return "\n".join((*lines, objects))


def _call(statement: Statement) -> str:
    aliases = f"   (also: {', '.join(statement.aliases)})" if statement.aliases else ""
    return statement.name + aliases


def _slots(statement: Statement) -> str:
    return "\n".join(f"    {slot.name + '=' if slot.name else '(value)':<12} {_meaning(slot)}" for slot in statement.slots)


def _meaning(slot: Slot) -> str:
    limits = f"; {slot.low:g} to {slot.high:g}" if slot.kind in ("number", "integer") else ""
    unit = f" [{slot.unit}]" if slot.unit else ""
    return f"{slot.doc}{unit}{limits}{' (optional)' if slot.optional else ''}"


def main(argv: list[str]) -> int:
    """Print the reference, or check files: 0 all valid, 1 some are not, 2 none is."""
    options = _parser().parse_args(argv)
    if not options.check:
        print(reference())
        return 0
    wrong = [path for path in options.check if not _check(path)]
    return 0 if not wrong else 2 if len(wrong) == len(options.check) else 1


def _check(path: str) -> bool:
    try:
        scene = read_program(path).scene
    except SceneSyntaxError as problem:
        print(f"raw: error: {problem}", file=sys.stderr)
        return False
    except OSError as problem:
        print(f"raw: error: {path}: {problem.strerror}", file=sys.stderr)
        return False
    print(f"{path}: valid, {len(scene.objects)} objects")
    return True


def _parser() -> ArgumentParser:
    parser = command_parser("language", "The scene language: its statements, or a check of program files.", EXAMPLES)
    parser.add_argument("--check", type=str, nargs="+", default=[], metavar="FILE.scene", help="programs to check")
    return parser
