"""Trackers: checked before anything is read, written beside metrics.jsonl."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from training_runs import config_of

from training.finetune import train
from training.records import Records, read_lines
from training.trackers import check_trackers

# what training uses of the package, writing what it is told to a file
WANDB = """
import json, pathlib
class Run:
    def __init__(self, **settings):
        self.path = pathlib.Path(settings["dir"]) / "wandb.jsonl"
        self.say(**settings)
    def say(self, **row):
        with self.path.open("a") as file:
            file.write(json.dumps(row) + "\\n")
    def log(self, values, step):
        self.say(step=step, **values)
    def finish(self):
        self.say(finished=True)
def init(**settings):
    return Run(**settings)
"""


@pytest.fixture
def wandb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "wandb.py").write_text(WANDB)
    monkeypatch.syspath_prepend(str(tmp_path / "packages"))
    monkeypatch.delitem(sys.modules, "wandb", raising=False)


def test_one_that_is_not_installed_is_refused_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])  # nothing is installed
    monkeypatch.delitem(sys.modules, "wandb", raising=False)
    with pytest.raises(ValueError, match="run.trackers has 'wandb', which is not installed; allowed: pip install wandb"):
        train(config_of(tmp_path / "nothing", tmp_path / "run", trackers=("tensorboard", "wandb")))
    assert not (tmp_path / "run").exists()


def test_an_unknown_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="trackers has 'clearml'; allowed: tensorboard, wandb"):
        config_of(tmp_path, tmp_path / "run", trackers=("clearml",))


def test_every_tracker_gets_every_record(tmp_path: Path, wandb: None) -> None:
    check_trackers(["tensorboard", "wandb"])
    for step in (0, 1):
        with Records(tmp_path, step=step, active=True, trackers=("tensorboard", "wandb"), settings={"seed": 3}) as records:
            records.write("train", step + 1, {"loss": 0.5})
    assert [json.loads(line)["step"] for line in read_lines(tmp_path / "metrics.jsonl")] == [1, 2]
    assert any((tmp_path / "tensorboard").iterdir())
    rows = [json.loads(line) for line in (tmp_path / "wandb.jsonl").read_text().splitlines()]
    names = [row["id"] for row in rows if "id" in row]
    assert len(names) == 2
    assert names[0] == names[1]  # the same curves go on
    assert rows[0]["config"] == {"seed": 3}
    assert [row for row in rows if "id" not in row] == [
        {"step": 1, "train/loss": 0.5}, {"finished": True}, {"step": 2, "train/loss": 0.5}, {"finished": True},
    ]  # fmt: skip


def test_without_trackers_there_is_metrics_alone(tmp_path: Path) -> None:
    with Records(tmp_path, step=0, active=True) as records:
        records.write("train", 1, {"loss": 0.5})
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.jsonl"]
