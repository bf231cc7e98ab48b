"""Files that are whole or not there, and folders for one run at a time."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from procedural.folder_lock import folder_lock
from procedural.whole_file import remove_temporaries, whole_file


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    with whole_file(path) as file:
        file.write(b"first")
        assert not path.exists()
    assert path.read_bytes() == b"first"
    with pytest.raises(RuntimeError, match="no more"), whole_file(path) as file:
        file.write(b"second")
        raise RuntimeError("no more")
    assert path.read_bytes() == b"first" and list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))  # as a disk with 1000 bytes left
    try:
        with pytest.raises(OSError) as caught, whole_file(path) as file:
            file.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (caught.value.errno, caught.value.filename) == (errno.EFBIG, str(path))
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_errors_about_other_files_keep_their_names(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught, whole_file(tmp_path / "file"):
        (tmp_path / "another").open()
    assert caught.value.filename == str(tmp_path / "another") and not list(tmp_path.iterdir())


def test_what_a_killed_writer_leaves_is_removed(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
from procedural.whole_file import whole_file
with whole_file(Path({str(tmp_path)!r}) / "deep" / "file") as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1])
    (tmp_path / "kept").write_text("whole")
    assert len(list((tmp_path / "deep").iterdir())) == 1
    assert remove_temporaries(tmp_path) == 1
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "kept"]


def test_a_folder_is_locked_while_a_run_holds_it(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    with folder_lock(folder):
        with pytest.raises(BlockingIOError, match=f"{folder} is in use by another run .process {os.getpid()} on "), folder_lock(folder):
            pass
        with folder_lock(tmp_path / "other"):
            pass
    with folder_lock(folder):
        pass
