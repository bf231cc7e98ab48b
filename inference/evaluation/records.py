"""What an evaluation left in its folder, read back: the cases of every suite, and a line of every method for each of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from raw.language import parse
from raw.scene import Scene

Line = dict[str, Any]


@dataclass(frozen=True)
class MethodRecords:
    """One method's answers to the N cases of a suite, in their order."""

    name: str
    lines: tuple[Line, ...]

    def tallies(self, metrics: list[str]) -> np.ndarray:
        """(M, N, 2) sums and weights; of a metric that a line lacks 0 and 0."""
        found = np.zeros((len(metrics), len(self.lines), 2))
        for n, line in enumerate(self.lines):
            for m, metric in enumerate(metrics):
                found[m, n] = line["scores"].get(metric, (0.0, 0.0))
        return found

    @cached_property
    def scenes(self) -> list[Scene]:
        """The predicted scenes; an empty one where there is none."""
        return [scene_of(line["program"]) for line in self.lines]

    def confidences(self, case: int) -> np.ndarray | None:
        """(P,) of the predicted objects of a case; None where the method tells none. ValueError where their number is not the program's."""
        given = self.lines[case]["confidence"] or []
        count = len(self.scenes[case].objects)
        if len(given) != count:
            raise ValueError(f"{self.name}, {self.lines[case]['name']}: {len(given)} confidences of {count} objects")
        return None if any(value is None for value in given) else np.array(given, dtype=np.float64)


@dataclass(frozen=True)
class SuiteRecords:
    """One suite: its cases and its methods."""

    name: str
    cases: tuple[Line, ...]
    methods: dict[str, MethodRecords]

    @property
    def worlds(self) -> list[str]:
        """The scene of each case: views of one scene share it."""
        return [case["scene"] or case["name"] for case in self.cases]

    @cached_property
    def scenes(self) -> list[Scene] | None:
        """The true scenes; None where there is no truth."""
        return None if any(case["truth"] is None for case in self.cases) else [scene_of(case["truth"]) for case in self.cases]

    @property
    def metrics(self) -> set[str]:
        """Names of all scores that some line weighs."""
        return {name for method in self.methods.values() for line in method.lines for name, (_, weight) in line["scores"].items() if weight}


@dataclass(frozen=True)
class Records:
    """A whole evaluation."""

    folder: Path
    about: dict[str, Any]  # of about.json
    suites: dict[str, SuiteRecords]

    @property
    def models(self) -> list[str]:
        """Names of the methods that are models and no baselines, in the order given."""
        return list(self.about["models"])


@lru_cache(maxsize=4096)
def scene_of(program: str | None) -> Scene:
    return parse(program) if program else Scene()


def read_records(folder: Path) -> Records:
    """All suites of a folder in the order of about.json.

    FileNotFoundError where it is no evaluation; ValueError where a method has not answered all cases, or others.
    """
    path = folder / "about.json"
    if not path.is_file():
        raise FileNotFoundError(f"{folder} is no evaluation: {path.name} is missing")
    about = json.loads(path.read_text(encoding="utf-8"))
    if missing := [key for key in ("models", "suites") if not about.get(key)]:
        raise ValueError(f"{path} does not tell {' and '.join(missing)}")
    order = [*about["models"], *about.get("baselines", [])]
    return Records(folder, about, {name: read_suite(folder / "suites" / name, order) for name in about["suites"]})


def read_suite(folder: Path, order: list[str]) -> SuiteRecords:
    """One suite's files; methods come in the order given, others behind them by name."""
    cases = _lines(folder / "cases.jsonl")
    names = [case["name"] for case in cases]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"{folder / 'cases.jsonl'} has {len(names)} cases of {len(set(names))} names; allowed: one or more, each once")
    found = sorted(path.stem for path in folder.glob("*.jsonl") if path.stem != "cases")
    methods = {}
    for name in [*(m for m in order if m in found), *(m for m in found if m not in order)]:
        lines = _lines(folder / f"{name}.jsonl")
        if [line["name"] for line in lines] != names:
            raise ValueError(f"{folder / name}.jsonl has {len(lines)} answers to {len(names)} cases, or to others; finish it with --resume")
        methods[name] = MethodRecords(name, lines)
    if not methods:
        raise ValueError(f"{folder} has no answers")
    return SuiteRecords(folder.name, cases, methods)


def _lines(path: Path) -> tuple[Line, ...]:
    """Whole lines of a file of JSON lines; half a line at its end, of a killed run, is left out."""
    content = path.read_text(encoding="utf-8")
    return tuple(json.loads(line) for line in content[: content.rfind("\n") + 1].splitlines())
