"""Runs of ``raw generate`` as processes that can be found, killed and waited for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from procedural.generate.config import DatasetConfig

ROOT = Path(__file__).parents[1]
LANE, RENDERER = "spawn_main", "raw.render.worker"  # in command lines
_MARK = "RAW_TEST_RUN"  # in the environment of a run and of all that it starts
_END_S = 20.0  # for processes to end after a kill
Found = TypeVar("Found")


class Run:
    """A run of the command line with ``--resume``, and all processes that it starts."""

    def __init__(self, config: DatasetConfig) -> None:
        self.out, self._mark = config.out, uuid.uuid4().hex
        options = {
            "out": config.out, "library": config.library, "seed": config.seed, "biomes": config.biomes[0], "size": config.size,
            "samples": config.samples, "min-pixels": config.min_pixels, "tries": config.tries, "workers": config.workers,
            "scenes-per-shard": config.scenes_per_shard, "train.scenes": config.train.scenes, "train.views": config.train.views,
            "validation.scenes": config.validation.scenes, "validation.views": 1, "test.scenes": config.test.scenes, "test.views": 1,
        }  # fmt: skip
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        command = [sys.executable, "-m", "raw.cli", "generate", *words, "--resume"]
        environment = os.environ | {_MARK: self._mark}
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True, preexec_fn=_hear_ctrl_c)
        self.pid = self._process.pid

    def until(self, there: Callable[[], Found]) -> Found | None:
        """Wait for something; None if the run ends before."""
        while self._process.poll() is None:
            if found := there():
                return found
            time.sleep(0.0005)
        return None

    def lasts(self, seconds: float) -> bool:
        """Wait; False as soon as the run ends."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    def alive(self, command: str = "") -> list[int]:
        """Living processes of the run whose command line contains ``command``."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # has ended
                environment, words = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
                if f"{_MARK}={self._mark}".encode() in environment.split(b"\0") and command in words.replace(b"\0", b" ").decode():
                    found.append(int(entry.name))
        return found

    def has(self, pid: int) -> bool:
        """Whether a process is of this run, and lives."""
        return pid in self.alive()

    def kill(self, pid: int | None, number: int = signal.SIGKILL) -> bool:
        """Send a signal to a process of the run; False if there is none."""
        if not pid or not self.has(pid):
            return False
        os.kill(pid, number)
        return True

    def end(self) -> tuple[int, str]:
        """Exit code and all that was printed, once every process of the run has ended."""
        printed = "".join(self._process.communicate(timeout=300))
        start = time.monotonic()
        while left := self.alive():
            assert time.monotonic() - start < _END_S, f"processes {left} live on"
            time.sleep(0.05)
        return self._process.returncode, printed


def _hear_ctrl_c() -> None:
    """What a shell starts in the background does not hear it, nor do its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def scenes_made(out: Path) -> int:
    """Scenes that are whole, in parts and in shards of one scene."""
    return len({(path.parent.name, path.stem[-5:]) for path in out.rglob("*.parquet")})
