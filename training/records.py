"""What happened in a run: ``metrics.jsonl``, one record a line, and the same numbers for TensorBoard."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType

from torch.utils.tensorboard import SummaryWriter


class Records:
    """Writes records; a run that resumes at ``step`` first drops those beyond it. Does nothing where not ``active``."""

    def __init__(self, folder: Path, *, step: int, active: bool) -> None:
        self.path, self.active = folder / "metrics.jsonl", active
        if not active:
            return
        kept = [line for line in read_lines(self.path) if json.loads(line)["step"] <= step]
        temporary = self.path.with_suffix(".tmp")
        temporary.write_text("".join(line + "\n" for line in kept))
        temporary.replace(self.path)
        self.file = self.path.open("a")
        self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def write(self, split: str, step: int, values: dict[str, float]) -> None:
        if not self.active:
            return
        self.file.write(json.dumps({"step": step, "split": split, **values}) + "\n")
        self.file.flush()
        for name, value in values.items():
            self.board.add_scalar(f"{split}/{name}", value, step)

    def __enter__(self) -> Records:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.active:
            self.file.close()
            self.board.close()


def read_lines(path: Path) -> list[str]:
    """Whole lines of a metrics file, none if it is not there; a run that was killed may leave half a line at the end."""
    if not path.is_file():
        return []
    text = path.read_text()
    return text[: text.rfind("\n") + 1].splitlines()
