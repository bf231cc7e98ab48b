"""``raw experiment NAME``: a question about the method, answered by training small models that differ in one thing."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path

from inference.experiments.definition import names, read_experiment
from procedural.command_line import at_least, read_options

EXAMPLES = """What costs time (pictures, features, runs) is kept in the folder --out, named after what it depends on, and shared by all
experiments that have the same --out. A call that was stopped goes on when given again with --resume. Several commands may work in one
folder at a time.

examples:
  raw experiment --list
  raw experiment codecs --data data/default --library data/library --out runs/experiments --jobs 2
  raw experiment names --library data/library --out runs/experiments --resume
  raw experiment my.yaml --data data/default --library data/library --out runs/experiments --steps 100 --runs 1"""


@dataclass(frozen=True)
class Options:
    """Train the arms of an experiment, several seeds each, and compare what they say of test pictures; see docs/experiments.md."""

    name: str
    """Of the experiment, see --list, or its YAML file."""
    out: Path
    """Folder of all that is made; table, plots and results.json come into a folder of the experiment's name in it."""
    data: Path | None = None
    """Data set, made by `raw generate`; experiments that draw all their pictures need none."""
    library: Path | None = None
    """Asset library; the default one if not given."""
    runs: int = 3
    """Seeds of every arm."""
    steps: int = 0
    """Of the optimiser; 0: as the experiment's training file says."""
    images: int = 0
    """Training pictures, at most; 0: as the experiment says."""
    split: str = ""
    """That models are tested on; as the experiment says, if not given. No run is chosen by the validation split, so it may be that."""
    test_images: int = 0
    """Pictures that models are tested on; 0: all of the split."""
    jobs: int = 1
    """Runs at a time, each with one thread."""
    render: int = 0
    """Test pictures whose programs are drawn again, for image distances."""

    def __post_init__(self) -> None:
        at_least(self, 1, "runs", "jobs")
        at_least(self, 0, "steps", "images", "test_images", "render")


def main(argv: list[str]) -> int:
    """Run an experiment, or list them; 0, or an exception that says what is wrong."""
    if "--list" in argv:
        print("\n".join(f"{name:<16} {read_experiment(name).question}" for name in names()))
        return 0
    options, resume = read_options("experiment", Options, argv, epilog=EXAMPLES, positional=("name",))
    experiment = read_experiment(options.name)
    report = options.out / experiment.name
    if not resume and report.is_dir() and any(report.iterdir()):
        raise FileExistsError(f"{report} is not empty; give --resume to go on there, or another --out")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is there, of which every run has its own
    logging.basicConfig(level=logging.WARNING)
    from inference.experiments.compare import compare

    print(compare(experiment, options))
    return 0
