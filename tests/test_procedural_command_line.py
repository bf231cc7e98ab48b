"""Options of the generators, and folders that belong to one run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from jsonargparse import ArgumentError

from procedural.command_line import at_least, claim_folder, read_options
from procedural.generate.config import DatasetConfig, SplitConfig
from procedural.library.make import LibraryConfig

CONFIGS = Path(__file__).parents[1] / "configs"


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    config, resume = read_options("generate", DatasetConfig, ["--config", str(CONFIGS / "generate_small.yaml"), "--train.views", "2"])
    assert (config.train, config.test, resume) == (SplitConfig(200, 2), SplitConfig(200, 1), False)


def test_unknown_keys_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("colour: 3\n")
    with pytest.raises(ArgumentError, match="colour"):
        read_options("generate", DatasetConfig, ["--config", str(path)])
    with pytest.raises((ArgumentError, ValueError), match="tiger_beetle"):  # by the parser or by the class itself
        read_options("assets build", LibraryConfig, ["--families", "[tiger_beetle]"])


def test_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    claim_folder(folder, DatasetConfig(out=folder), resume=False)
    assert yaml.safe_load((folder / "config.yaml").read_text())["test"] == {"scenes": 200, "views": 1}
    with pytest.raises(FileExistsError, match="--resume"):
        claim_folder(folder, DatasetConfig(out=folder), resume=False)
    claim_folder(folder, DatasetConfig(out=folder, workers=7), resume=True)
    with pytest.raises(ValueError, match="seed was 0, is 1"):
        claim_folder(folder, DatasetConfig(out=folder, seed=1), resume=True)


@dataclass(frozen=True)
class Trip:
    """A made-up command."""

    place: str
    """Where to go, 100 % of the way."""
    days: int = 1
    with_tent: bool = False
    """Sleep outside."""
    see: tuple[str, ...] = ()
    heading: str = ""


@pytest.mark.parametrize(
    ("line", "trip"),
    [
        ("etosha", Trip("etosha")),
        ("--place etosha --days=3", Trip("etosha", 3)),
        ("etosha --with-tent --days 3", Trip("etosha", 3, True)),
        ("etosha --with_tent false --see zebra lion", Trip("etosha", see=("zebra", "lion"))),
        ("etosha --see zebra,lion --with-tent", Trip("etosha", with_tent=True, see=("zebra", "lion"))),
        ("etosha --see [zebra,lion]", Trip("etosha", see=("zebra", "lion"))),
        ("etosha --heading -y --days 2", Trip("etosha", 2, heading="-y")),
    ],
)
def test_spellings_of_options(line: str, trip: Trip) -> None:
    assert read_options("trip", Trip, line.split(), positional=("place",)) == (trip, False)


def test_help_tells_what_fields_say(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options("trip", Trip, ["--help"], epilog="examples:\n  raw trip etosha", positional=("place",), resumable=False)
    shown = capsys.readouterr().out
    assert "usage: raw trip PLACE [options]" in shown and "Where to go, 100 % of the way." in shown and "Sleep outside." in shown
    assert "--resume" not in shown and "examples:\n  raw trip etosha" in shown


def test_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(ArgumentError, match="place"):
        read_options("trip", Trip, [], positional=("place",))
    with pytest.raises(ArgumentError, match="days"):
        read_options("trip", Trip, ["etosha", "--days"], positional=("place",))


def test_values_that_are_too_small_are_named() -> None:
    at_least(SplitConfig(0, 1), 0, "scenes", "views")
    with pytest.raises(ValueError, match="^scenes is 0; allowed: 1 or more$"):
        at_least(SplitConfig(0, 1), 1, "views", "scenes")
