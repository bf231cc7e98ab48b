"""Options of the generators, and folders that belong to one run."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from jsonargparse import ArgumentError

from procedural.command_line import claim_folder, read_options
from procedural.dataset import DatasetConfig, SplitConfig
from procedural.library import LibraryConfig

CONFIGS = Path(__file__).parents[1] / "configs"


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    config, resume = read_options("generate", DatasetConfig, ["--config", str(CONFIGS / "generate_default.yaml"), "--train.views", "2"])
    assert (config.train, config.test, resume) == (SplitConfig(400, 2), SplitConfig(200, 1), False)


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
