"""``raw assets build``, killed in the middle and run again."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from procedural.embedding import _begun, forget_begun
from procedural.library.builders import builders
from procedural.library.make import LibraryConfig, build_meshes
from raw.library import Library
from raw.vision.tower import load_tower

ROOT = Path(__file__).parents[1]
BUILD = ["--families", "zebra", "granite", "sand", "--per-family", "1", "--per-ground", "1", "--yaws", "2", "--tower", "debug"]


def command(out: Path) -> list[str]:
    workers = "1" if out.name == "whole" else "2"  # which changes no byte
    return [sys.executable, "-m", "raw.cli", "assets", "build", "--out", str(out), "--workers", workers, *BUILD]


def killed(out: Path, when: Callable[[], bool]) -> None:
    """Start a build and end it by SIGKILL once ``when`` holds; fails if it was done before."""
    run = subprocess.Popen(command(out), cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while not when() and run.poll() is None:
        time.sleep(0.005)
    assert run.poll() is None, "the build was over before it was killed"
    run.send_signal(signal.SIGKILL)
    run.wait()


def hashes(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def embedded(folder: Path) -> int:
    """Portraits that an unfinished build has embedded."""
    paths = list(folder.glob("embeddings.*.begun.npy"))
    return int(np.isfinite(np.load(paths[0], mmap_mode="r")[..., 0]).sum()) if paths else 0


@pytest.mark.render
@pytest.mark.slow
def test_a_build_that_was_killed_twice_ends_with_the_same_bytes(tmp_path: Path) -> None:
    """Once among the meshes and once among the portraits; the third run draws only what is missing."""
    killed(tmp_path / "cut", lambda: any((tmp_path / "cut").rglob("*.npz")))
    assert not (tmp_path / "cut/library.json").exists()
    killed(tmp_path / "cut", lambda: embedded(tmp_path / "cut") >= 4)  # the first batch is whole
    assert Library.open(tmp_path / "cut").fingerprint == "" and 4 <= embedded(tmp_path / "cut") < 6
    for name in ("cut", "whole"):
        last = subprocess.run(command(tmp_path / name), cwd=ROOT, check=True, capture_output=True, text=True)
        assert "4 assets, 2 yaws" in last.stdout
        assert ("portraits:   0%" in last.stderr) == (name == "whole")
    assert hashes(tmp_path / "cut") == hashes(tmp_path / "whole")


def test_begun_embeddings_are_of_one_plan_and_tower(tmp_path: Path) -> None:
    config = LibraryConfig(out=tmp_path, families=("granite",), per_family=2, yaws=2, workers=1)
    library, tower = build_meshes(config), load_tower("debug")
    _begun(library, tower)[0, 0] = 1.0
    again = _begun(Library.open(tmp_path), tower)
    assert (again[0, 0] == 1).all() and np.isnan(again[0, 1]).all() and again.shape == (3, 2, tower.width)
    assert np.isnan(_begun(Library(tmp_path, library.records, np.array([0.0, 90.0]), ""), tower)).all()
    assert np.isnan(_begun(Library(tmp_path, library.records[:2], library.yaws, ""), tower)).all()
    forget_begun(tmp_path)
    assert not list(tmp_path.glob("embeddings*"))


def test_processes_that_build_end_with_their_parent() -> None:
    """The parent prints the number of its worker, and is killed while the worker waits for more."""
    code = "import os, time\nfrom procedural.library.builders import builders\n"
    code += "pool = builders(1)\nprint(pool.submit(os.getpid).result(), flush=True)\ntime.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 10
    while alive(worker) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(worker)


def alive(process: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked about does not."""
    try:
        os.kill(process, 0)
        stat = Path(f"/proc/{process}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_builders_give_results_in_order() -> None:
    with builders(2) as pool:
        assert list(pool.map(abs, [-3, 2, -1])) == [3, 2, 1]
