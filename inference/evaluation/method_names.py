"""What methods are called: baselines by their own names, models by the user's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from inference.defaults import model_folder

BASELINES = ("mean_scene", "random_scene", "nearest_neighbour", "library_scene", "oracle_scene", "oracle_layout")
ORACLES = ("oracle_scene", "oracle_layout")  # they know the truth, which photos lack
USUAL = ("mean_scene", "random_scene", "nearest_neighbour")  # they cost next to no renders
BUILT_IN = "model"  # the name of the model in the package
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLAIN = ("model", "best", "final")  # folder names that say nothing
_TAKEN = (*BASELINES, "cases", "pictures")  # by other files of a suite


def model_folders(given: Sequence[str]) -> dict[str, Path]:
    """NAME=PATH, or PATH named after its folder (or the one above ``model``) -> folder by name; without any the built-in model.

    ValueError for names that cannot be, that come twice, or that are a baseline's; FileNotFoundError where there is no model.
    """
    found: dict[str, Path] = {}
    for text in given or ("",):
        before, equals, after = text.partition("=")
        name, path = (before, after) if equals else ("", text)
        folder = model_folder(path or None)
        name = name if equals else _name_of(Path(path).resolve()) if path else BUILT_IN
        if not _NAME.fullmatch(name) or name in _TAKEN:
            raise ValueError(f"model name {name!r}; allowed: letters, digits, . _ -, and none of {', '.join(_TAKEN)}; give NAME=PATH")
        if name in found:
            raise ValueError(f"two models are named {name}: {found[name]} and {folder}; give NAME=PATH")
        found[name] = folder
    return found


def _name_of(folder: Path) -> str:
    return folder.parent.name if folder.name in _PLAIN else folder.name


def baseline_names(given: str | None, *, usual: bool) -> tuple[str, ...]:
    """A list separated by commas; "all" stands for all, and None for the usual ones, or none without ``usual``. ValueError for others."""
    if given is None:
        return USUAL if usual else ()
    names = BASELINES if given == "all" else split_names(given)
    if unknown := [name for name in names if name not in BASELINES]:
        raise ValueError(f"--baselines has {', '.join(unknown)}; allowed: {', '.join(BASELINES)}, all, separated by commas, or nothing")
    return names


def split_names(text: str) -> tuple[str, ...]:
    """The different parts of a list separated by commas."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
