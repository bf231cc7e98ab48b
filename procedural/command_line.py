"""Command lines of the generators: a dataclass of options, a YAML file and flags, later ones win."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import yaml
from jsonargparse import ArgumentParser, DefaultHelpFormatter

from procedural.folder_lock import LOCK
from procedural.whole_file import whole_file

Config = TypeVar("Config")


class _Help(DefaultHelpFormatter, RawDescriptionHelpFormatter):
    """jsonargparse's help with types and defaults, and line breaks of examples kept."""


class _Parser(ArgumentParser):
    """jsonargparse's parser, whose help is in the words of the command line rather than of Python."""

    def format_help(self) -> str:
        told = super().format_help()
        for pattern, words in _PLAIN:
            told = re.sub(pattern, words, told)
        told = re.sub(r"default:\s+\(([^)]*)\)", lambda found: "default: " + re.sub("[',]", "", found[1]), told)
        return re.sub(r"--[a-z]+(?:_[a-z]+)+", lambda flag: flag[0].replace("_", "-"), told)


_PLAIN = (  # Python's words, perhaps broken over lines, and those of the command line
    (r"\n<class '[\w.]+'>:", "\nsettings:"),
    (r"type:\s+(<class\s+'Path'>|Path\s+\|\s+null)", "type: path"),
    (r"type:\s+tuple\[str,\s+\.\.\.\]", "type: words"),
    (r",\s+default:\s+(null|\(\))?\)", ")"),
    (r"\[ITEM,\.\.\.\]", "WORD ..."),
)


def at_least(config: Any, least: float, *names: str) -> None:
    """ValueError for the first of a config's fields ``names`` that is less than ``least``."""
    for name in names:
        if getattr(config, name) < least:
            raise ValueError(f"{name} is {getattr(config, name)}; allowed: {least} or more")


def read_options(
    command: str, config: type[Config], argv: list[str], *, epilog: str = "", positional: tuple[str, ...] = (), resumable: bool = True
) -> tuple[Config, bool]:
    """Flags of ``config``'s fields, ``--config FILE`` and ``--resume`` -> the config, and whether to resume.

    Fields named in ``positional`` may also come first and bare, in that order. Words of a flag are joined by ``-`` or
    ``_`` alike; lists are ``--families zebra lion`` or ``zebra,lion``; a bare ``--flag`` turns a switch on.
    """
    parser = _Parser(prog=f"raw {command}", description=config.__doc__, epilog=epilog, formatter_class=_Help, exit_on_error=False)
    parser.add_argument("--config", action="config", help="read options from a YAML file")
    if resumable:
        parser.add_argument("--resume", action="store_true", help="go on in a folder that an earlier run left")
    parser.add_class_arguments(config)
    _explain(parser, config)
    if positional:
        parser.usage = f"raw {command} {' '.join(name.upper() for name in positional)} [options]"
    options = parser.parse_args(_spelled_out(argv, config, positional))
    resume = options.pop("resume") if resumable else False
    options.pop("config")
    return config(**vars(parser.instantiate(options))), resume


def _spelled_out(argv: list[str], config: type, positional: tuple[str, ...]) -> list[str]:
    """The same command line in the parser's own spelling: ``--name value`` with underscores, lists in brackets."""
    hints, spelled, rest = get_type_hints(config), [], list(argv)
    for name in positional:
        if not rest or rest[0].startswith("-"):
            break
        spelled += [f"--{name}", rest.pop(0)]
    while rest:
        flag, equals, value = rest.pop(0).partition("=")
        if not flag.startswith("--"):
            spelled.append(flag + equals + value)
            continue
        flag = flag.replace("-", "_").replace("__", "--", 1)
        kind = hints.get(flag[2:])
        if not equals and kind is bool and rest[:1] not in (["true"], ["false"]):
            equals, value = "=", "true"
        elif not equals and getattr(kind, "__origin__", None) is tuple:
            count = next((i for i, word in enumerate(rest) if word.startswith("--")), len(rest))
            words, rest = ",".join(rest[:count]), rest[count:]
            equals, value = "=", words if words.startswith("[") else f"[{words}]"
        elif not equals and kind and rest and not rest[0].startswith("--"):
            equals, value = "=", rest.pop(0)  # joined, as a value such as -y would be taken for a flag
        spelled.append(flag + equals + value)
    return spelled


def _explain(parser: ArgumentParser, config: type) -> None:
    """Give the help of every flag what stands under its field in the dataclass."""
    notes = field_notes(config)
    for name, kind in get_type_hints(config).items():
        if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
            notes |= {f"{name}.{inner}": note for inner, note in field_notes(kind).items()}
    for action in parser._actions:
        if action.dest in notes:
            action.help = notes[action.dest]


def field_notes(config: type) -> dict[str, str]:
    """The string under each field of a dataclass, by the field's name."""
    body = ast.parse(textwrap.dedent(inspect.getsource(config))).body[0].body  # type: ignore[attr-defined]
    known = {field.name for field in fields(config)}
    return {
        field.target.id: " ".join(note.value.value.split())
        for field, note in zip(body, body[1:], strict=False)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and field.target.id in known
        if isinstance(note, ast.Expr) and isinstance(note.value, ast.Constant) and isinstance(note.value.value, str)
    }


def claim_folder(folder: Path, config: Any, *, resume: bool, free: tuple[str, ...] = ("out", "workers")) -> None:
    """Make ``folder`` this run's: refuse one with other files, or one of another config; save the config in it.

    ``free`` fields may differ when resuming, as they do not change what is made.
    """
    path = folder / "config.yaml"
    settings = plain(asdict(config))
    if folder.exists() and any(found.name != LOCK for found in folder.iterdir()):
        if not resume:
            raise FileExistsError(f"{folder} is not empty; give --resume to go on there, or another --out")
        if path.is_file():
            before = yaml.safe_load(path.read_text())
            changed = [key for key in settings if key not in free and before.get(key) != settings[key]]
            if changed:
                told = ", ".join(f"{key} was {before.get(key)!r}, is {settings[key]!r}" for key in changed)
                raise ValueError(f"{folder} was begun with other settings: {told}")
    with whole_file(path) as file:
        file.write(yaml.safe_dump(settings, sort_keys=False).encode())


def plain(value: Any) -> Any:
    """Paths to text and tuples to lists, all the way down: what YAML can say."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
