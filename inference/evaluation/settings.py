"""What an evaluation is of: the part of the options that decides its numbers, kept beside them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml

from inference.evaluation.suites import Suite
from procedural.command_line import claim_folder
from procedural.folder_lock import LOCK

_OWN = ("config.yaml", "about.json", "suites", "results.json", "tables", "plots", "index.html")  # what an evaluation writes


@dataclass(frozen=True)
class Settings:
    """Resolved options; a run is resumed with the same ones."""

    models: dict[str, Path]
    baselines: tuple[str, ...]
    suites: dict[str, Suite]
    dataset: Path | None
    label_hash: str | None  # of the data set
    photos: Path | None
    library: Path
    limits: dict[str, int]  # of cases in every suite; 0: all
    train_limit: int  # of training pictures; 0: all
    samples: int  # of the renderer, a pixel
    towers: tuple[str, ...]
    lpips: str
    tower: str  # another name of the models' own tower
    base: str | None
    second_look: float  # weight; 0: none
    grounding: bool
    consensus: bool
    correction: bool
    draws: int

    def __post_init__(self) -> None:
        if self.train_limit < 0:
            raise ValueError(f"--train_limit is {self.train_limit}; allowed: 0 or more")
        if not 1 <= self.samples <= 4096:
            raise ValueError(f"--samples is {self.samples}; allowed: 1 to 4096")


def claim(out: Path, settings: Settings, *, resume: bool, overwrite: bool) -> None:
    """Make ``out`` this evaluation's. FileExistsError where something is in it, ValueError where that is of other settings."""
    if resume and overwrite:
        raise ValueError("--resume and --overwrite are given; allowed: one of them")
    if overwrite:
        clear(out)
    claim_folder(out, settings, resume=resume)


def clear(out: Path) -> None:
    """Delete what an earlier evaluation left in a folder, and nothing else."""
    if not out.is_dir() or not any(found.name != LOCK for found in out.iterdir()):
        return
    path = out / "config.yaml"
    before = yaml.safe_load(path.read_text()) if path.is_file() else None
    if not isinstance(before, dict) or not {"models", "baselines", "suites"} <= before.keys():
        raise FileExistsError(f"{out} is not empty and was not written by `raw evaluate`; name another folder")
    if others := sorted(found.name for found in out.iterdir() if found.name not in (*_OWN, LOCK)):
        raise FileExistsError(f"{out} holds {', '.join(others)}, which `raw evaluate` did not write; move it, or name another folder")
    for name in _OWN:
        path = out / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
