"""Command lines of the generators: a dataclass of options, a YAML file and flags, later ones win."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import yaml
from jsonargparse import ArgumentParser, DefaultHelpFormatter

Config = TypeVar("Config")


class _Help(DefaultHelpFormatter, RawDescriptionHelpFormatter):
    """jsonargparse's help with types and defaults, and line breaks of examples kept."""


def read_options(command: str, config: type[Config], argv: list[str], *, epilog: str = "") -> tuple[Config, bool]:
    """Flags of ``config``'s fields, ``--config FILE`` and ``--resume`` -> the config, and whether to resume."""
    parser = ArgumentParser(prog=f"raw {command}", description=config.__doc__, epilog=epilog, formatter_class=_Help, exit_on_error=False)
    parser.add_argument("--config", action="config", help="read options from a YAML file")
    parser.add_argument("--resume", action="store_true", help="go on in a folder that an earlier run left")
    parser.add_class_arguments(config)
    options = parser.parse_args(argv)
    resume = options.pop("resume")
    options.pop("config")
    return config(**vars(parser.instantiate(options))), resume


def claim_folder(folder: Path, config: Any, *, resume: bool, free: tuple[str, ...] = ("out", "workers")) -> None:
    """Make ``folder`` this run's: refuse one with other files, or one of another config; save the config in it.

    ``free`` fields may differ when resuming, as they do not change what is made.
    """
    path = folder / "config.yaml"
    settings = plain(asdict(config))
    if folder.exists() and any(folder.iterdir()):
        if not resume:
            raise FileExistsError(f"{folder} is not empty; give --resume to go on there, or another --out")
        if path.is_file():
            before = yaml.safe_load(path.read_text())
            changed = [key for key in settings if key not in free and before.get(key) != settings[key]]
            if changed:
                told = ", ".join(f"{key} was {before.get(key)!r}, is {settings[key]!r}" for key in changed)
                raise ValueError(f"{folder} was begun with other settings: {told}")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(settings, sort_keys=False))


def plain(value: Any) -> Any:
    """Paths to text and tuples to lists, all the way down: what YAML can say."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
