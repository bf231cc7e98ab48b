"""A disk that fills up in the middle of a run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from dataset_world import description, temporaries
from generate_runs import Run

from procedural.generate.config import DatasetConfig

pytestmark = pytest.mark.render


def mount(*words: str) -> bool:
    try:
        return subprocess.run(["mount", *words], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 100 kB in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=100k", "tmpfs", str(folder)):
        pytest.skip("this user may not mount disks")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_stops_the_run_and_room_completes_it(tiny_set: DatasetConfig, small_disk: Path) -> None:
    config = replace(tiny_set, out=small_disk / "set")
    code, printed = Run(config).end()
    assert code == 2 and "No space left on device" in printed, printed
    assert "what is complete stays; after making room, go on with: raw generate" in printed
    assert not temporaries(config.out) and not description(config.out)["complete"]
    assert mount("-o", "remount,size=10m", str(small_disk))
    code, printed = Run(config).end()
    assert code == 0, printed
    assert description(config.out)["label_hash"] == description(tiny_set.out)["label_hash"]
