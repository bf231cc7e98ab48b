"""Experiments as YAML files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from experiment_world import PLAIN, write_experiment
from training_world import write_library

from inference.experiments.command import main
from inference.experiments.definition import names, read_experiment
from inference.experiments.runs import settings_of
from inference.experiments.sets import set_config
from raw.library import Library

PLACES = {"data.folder": "d", "data.library": "l", "run.folder": "r", "run.seed": 1}


@pytest.mark.parametrize("name", names())
def test_experiments_that_are_shipped_can_be_run(name: str) -> None:
    experiment = read_experiment(name)
    configs = [settings_of(experiment.training, arm.train, PLACES) for arm in experiment.arms.values()]
    assert len({str(config) for config in configs}) == len({str(arm.train) for arm in experiment.arms.values()})
    assert {config.run.seed for config in configs} == {1} and {config.model.size for config in configs} == {"tiny"}


def test_sets_that_are_shipped_are_settings_of_generate(tmp_path: Path) -> None:
    library = Library.open(write_library(tmp_path / "library"))
    wanted = {name: one for experiment in map(read_experiment, names()) for name, one in experiment.sets.items()}
    for one in wanted.values():
        config = set_config(replace(one, generate={**one.generate, "biomes": ["savanna"]}), library)
        assert config.train.scenes * config.train.views >= 1000 and config.validation.scenes
        less = set_config(replace(one, generate={**one.generate, "biomes": ["savanna"]}), library, images=3 * config.train.views - 1)
        assert (less.train.scenes, less.train.views, less.test) == (3, config.train.views, config.test)


def test_the_list_has_every_experiment(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == set(names()) >= {"names", "order", "codecs", "feedback"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": 1}, "unknown or missing keys colour"),
        ({"measures": ["beauty"]}, "measures beauty are unknown; allowed: location"),
        ({"test": "moon"}, "test is 'moon'; allowed: data, own"),
        ({"arms": {"plain": {"set": "moon"}}, "claims": []}, "an arm's set is moon; allowed: data"),
        ({"arms": {"plain": {"steps": 4}}}, "arm plain has unknown or missing keys steps"),
        ({"claims": [{**PLAIN["claims"][0], "worse": "moon"}]}, "claims name the arms moon; allowed: plain, head"),
        ({"claims": [{"says": "x"}]}, "a claim has unknown or missing keys better, measure, worse"),
    ],
)
def test_files_that_are_wrong_say_where(changes: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = write_experiment(tmp_path, **changes)
    with pytest.raises(ValueError, match=f"trial.yaml: .*{message}"):
        read_experiment(str(path))


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    path = write_experiment(tmp_path)
    path.write_text(yaml.safe_dump({name: value for name, value in PLAIN.items() if name != "arms"}))
    with pytest.raises(ValueError, match="missing keys arms"):
        read_experiment(str(path))


def test_unknown_experiments_and_settings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="experiment 'moon' is unknown; allowed: codecs, "):
        read_experiment("moon")
    with pytest.raises(ValueError, match="no set of settings"):
        settings_of(read_experiment(str(write_experiment(tmp_path))).training, {"model.colour": "red"}, PLACES)
