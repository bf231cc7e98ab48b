"""What a method said and how it was scored, a line of JSON a case, in the order of the cases. Whole lines are final."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from inference.evaluation.cases import Answer, Case
from procedural.whole_file import whole_file
from raw.language import write


class Ledger:
    """A file of lines that grows, and that a killed run may have left with half a line at its end."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        """Open or make it; ``names`` are those of all cases. What is not a whole line is cut off.

        ``done`` lines are there already. ValueError where they are not of the first cases.
        """
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes() if path.is_file() else b""
        whole = content[: content.rfind(b"\n") + 1]
        found = [json.loads(line)["name"] for line in whole.splitlines()]
        if found != list(names[: len(found)]):
            raise ValueError(f"{path} is not of these cases; name another folder, or give --overwrite")
        self.done = len(found)
        self._file = path.open("r+b" if path.is_file() else "w+b")
        self._file.truncate(len(whole))
        self._file.seek(len(whole))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def add(self, line: dict[str, Any]) -> None:
        """Append one line, in a single write that reaches the system at once."""
        self._file.write(encoded(line))
        self._file.flush()
        self.done += 1


def encoded(line: dict[str, Any]) -> bytes:
    return (json.dumps(plain(line), ensure_ascii=False, allow_nan=False) + "\n").encode()


def plain(value: Any) -> Any:
    """What JSON can say: numbers that are not finite become null, tuples lists, numpy's numbers Python's."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def case_line(case: Case) -> dict[str, Any]:
    """A line of cases.jsonl."""
    return {
        "name": case.name, "scene": case.world, "biome": case.biome, "truth": write(case.scene) if case.scene else None,
        "objects": [asdict(one) for one in case.objects], "labels": case.labels,
    }  # fmt: skip


def answer_line(case: Case, answer: Answer, scores: dict[str, tuple[float, float]], records: dict[str, list]) -> dict[str, Any]:
    """A line of METHOD.jsonl; ``records`` are what ``scores.object_records`` tells of the objects."""
    count = len(answer.scene.objects) if answer.scene else 0
    return {
        "name": case.name, "program": write(answer.scene) if answer.scene else None, "error": answer.error,
        "milliseconds": answer.milliseconds, "confidence": list(answer.confidence or [None] * count),
        "render_error": answer.render_error, "render_milliseconds": answer.render_milliseconds, "scores": scores, **records,
    }  # fmt: skip


def write_cases(path: Path, cases: Sequence[Case], keep: Callable[[Case], None]) -> None:
    """cases.jsonl, whole or not at all; ``keep`` is called with every case first, so that they are there when it is."""
    lines = []
    for case in cases:
        keep(case)
        lines.append(encoded(case_line(case)))
    with whole_file(path) as file:
        file.write(b"".join(lines))


def case_names(path: Path) -> list[str]:
    """The names in a cases.jsonl."""
    return [json.loads(line)["name"] for line in path.read_bytes().splitlines()]
