"""The model and the asset library that commands use when none is named."""

from __future__ import annotations

from pathlib import Path

from raw.model.hub import scene_model_folder

MODEL = Path(__file__).resolve().parent / "default_model"  # package data


def model_folder(folder: str | Path | None) -> Path:
    """The model folder asked for, or that of ORG/NAME on the hub, or the one in the package. FileNotFoundError where there is none."""
    path = scene_model_folder(folder) if folder else MODEL
    if not (path / "config.json").is_file():
        hint = "" if folder else "; name one by --model, or train one by `raw train`"
        raise FileNotFoundError(f"{path} is no model: config.json is missing{hint}")
    return path


def library_folder(folder: str | Path | None) -> Path:
    """The library folder asked for, or the default one, which is built into the user's cache on first use."""
    if folder:
        return Path(folder)
    from procedural.library.make import default_library

    return default_library()
