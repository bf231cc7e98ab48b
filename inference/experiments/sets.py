"""The pictures that arms are trained and tested on: those of the command line, or sets that an experiment draws once."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

from inference.experiments.definition import GIVEN, Experiment, PictureSet
from inference.experiments.libraries import biomes_of, identity, part_of_library
from inference.experiments.workspace import Workspace, key_of
from procedural.command_line import plain, read_options
from procedural.generate.config import FREE, DatasetConfig, SplitConfig
from procedural.generate.run import generate
from raw.library import Library


class Pictures(NamedTuple):
    """A data set and the library that it was made from."""

    folder: Path
    library: Library


def open_sets(
    experiment: Experiment, given: Pictures | None, library: Library, work: Workspace, *, images: int, workers: int
) -> dict[str, Pictures]:
    """Every set that the arms of an experiment need, drawn where it is missing. ``images`` bounds training pictures, 0 does not.

    ValueError where the set of the command line is needed and there is none.
    """
    wanted = dict.fromkeys(name for arm in experiment.arms for name in (experiment.arms[arm].set, experiment.set_of_test(arm)))
    found: dict[str, Pictures] = {}
    for name in wanted:
        if name == GIVEN:
            if given is None:
                raise ValueError(f"experiment {experiment.name} needs a data set; allowed: --data DIR")
            found[name] = given
        else:
            part = part_of_library(library, experiment.sets[name].assets, work)
            found[name] = Pictures(_drawn(experiment.sets[name], part, work, images, workers), part)
    return found


def _drawn(wanted: PictureSet, library: Library, work: Workspace, images: int, workers: int) -> Path:
    config = set_config(wanted, library, images)
    depends = {name: value for name, value in plain(asdict(config)).items() if name not in (*FREE, "library")}
    key = key_of([depends, identity(library)["assets"]])
    config = replace(config, out=work.set(key), workers=workers)
    done = config.out.with_suffix(".done")  # without the scenes that failed: they would fail again
    with work.alone(key):
        if not done.is_file():
            generate(config, resume=True)
            done.touch()
    return config.out


def set_config(wanted: PictureSet, library: Library, images: int = 0) -> DatasetConfig:
    """Settings of `raw generate` for a set; of a split whose scenes would show more than ``images`` only so many are made."""
    flags = [text for name, value in wanted.generate.items() for text in (f"--{name}", json.dumps(value))]
    config, _ = read_options("experiment", DatasetConfig, [*flags, "--library", str(library.folder)])
    scenes = -(-images // config.train.views) if images else config.train.scenes
    config = replace(config, train=SplitConfig(min(scenes, config.train.scenes), config.train.views))
    return config if config.biomes else replace(config, biomes=biomes_of(library))
