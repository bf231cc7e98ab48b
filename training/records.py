"""What happened in a run: ``metrics.jsonl``, one record a line, and the same numbers for the trackers that are asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from training.trackers import make_tracker


class Records:
    """Writes records; a run that resumes at ``step`` first drops those beyond it. Does nothing where not ``active``."""

    def __init__(
        self, folder: Path, *, step: int, active: bool, trackers: Sequence[str] = (), settings: dict[str, Any] | None = None
    ) -> None:
        """``trackers`` are names of ``training.trackers``; ``settings`` are shown by those that can."""
        self.path, self.active = folder / "metrics.jsonl", active
        if not active:
            return
        kept = [line for line in read_lines(self.path) if json.loads(line)["step"] <= step]
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text("".join(line + "\n" for line in kept))
        temporary.replace(self.path)
        self.file = self.path.open("a")
        self.trackers = [make_tracker(name, folder, step, settings or {}) for name in trackers]

    def write(self, split: str, step: int, values: dict[str, float]) -> None:
        if not self.active:
            return
        self.file.write(json.dumps({"step": step, "split": split, **values}) + "\n")
        self.file.flush()
        for tracker in self.trackers:
            tracker.write({f"{split}/{name}": value for name, value in values.items()}, step)

    def __enter__(self) -> Records:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.active:
            self.file.close()
            for tracker in self.trackers:
                tracker.close()


def read_lines(path: Path) -> list[str]:
    """Whole lines of a metrics file, none if it is not there; a run that was killed may leave half a line at the end."""
    if not path.is_file():
        return []
    text = path.read_text()
    return text[: text.rfind("\n") + 1].splitlines()
