"""``raw dataset check``: is a data set whole, do its labels agree, do its programs draw its pictures."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from procedural.command_line import at_least, read_options
from procedural.dataset.duplicates import twins
from procedural.dataset.file_checks import label_problems, schema_problems, shard_problems
from procedural.dataset.redraw import find_library, redraw
from procedural.dataset.row_reader import ReadRows, read_all
from procedural.dataset.stored import Group, StoredDataset
from procedural.whole_file import whole_file
from raw.library import LibraryError

_SHOWN = 20  # findings of one kind that are printed

EXAMPLES = """0 when all is well, 1 when something is wrong, 2 when something could not be checked.

examples:
  raw dataset check data/default
  raw dataset check data/default --renders 50 --json findings.json
  raw dataset check data/million --rows 20000 --renders 0 --workers 16"""


@dataclass(frozen=True)
class CheckConfig:
    """Checks files, columns, programs, masks, boxes, splits and label hash, looks for near-duplicates, and draws some pictures again."""

    folder: Path
    """The data set."""
    library: Path | None = None
    """Asset library to draw with; without, the one that the set names, or else the default one."""
    renders: int = 4
    """Pictures drawn again from their programs; 0 draws none and needs no Blender."""
    rows: int = 0
    """Look into so many rows, in random row groups; 0 looks into all."""
    workers: int = 2
    """Processes that read rows, and that draw."""
    seed: int = 0
    """Which rows are drawn again, and looked into with --rows."""
    max_difference: float = 2.0
    """Allowed mean absolute difference of a picture drawn again, of 255."""
    min_mask: float = 0.995
    """Share of mask pixels that must be the same in a picture drawn again."""
    max_duplicates: float = 0.01
    """Allowed share of pictures that are nearly the same as another."""
    json: Path | None = None
    """Also write all findings here."""

    def __post_init__(self) -> None:
        at_least(self, 0, "renders", "rows")
        at_least(self, 1, "workers")
        for name in ("min_mask", "max_duplicates"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 0 to 1")


class Finding(NamedTuple):
    kind: str  # "problem", "unable" (could not be checked) or "note"
    check: str  # "shards", "schema", "rows", "names", "labels", "duplicates" or "renders"
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.check}: {self.text}"


@dataclass
class Report:
    """What was found, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)

    def add(self, kind: str, check: str, texts: Iterator[str] | Sequence[str]) -> None:
        self.findings += [Finding(kind, check, text) for text in texts]

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)

    @property
    def code(self) -> int:
        """Of the command: 1 with a problem, else 2 if something could not be checked, else 0."""
        return 1 if self.count("problem") else 2 if self.count("unable") else 0


def main(argv: list[str]) -> int:
    config, _ = read_options("dataset check", CheckConfig, argv, epilog=EXAMPLES, positional=("folder",), resumable=False)
    report = check(config)
    print(told(report))
    if config.json:
        with whole_file(config.json) as file:
            file.write(json.dumps({"findings": [f._asdict() for f in report.findings], "numbers": report.numbers}, indent=1).encode())
    return report.code


def told(report: Report) -> str:
    """A line a finding, up to 20 of a kind, and the summary."""
    lines, counts = [], Counter[tuple[str, str]]()
    for finding in report.findings:
        counts[finding.kind, finding.check] += 1
        if counts[finding.kind, finding.check] <= _SHOWN:
            lines.append(str(finding))
    lines += [f"{kind}: {check}: and {n - _SHOWN} more; --json FILE has them all" for (kind, check), n in counts.items() if n > _SHOWN]
    looked = ", ".join(f"{name} {value:g}" for name, value in report.numbers.items())
    verdict = {0: "all well", 1: f"{report.count('problem')} problems", 2: "no problem in what could be checked"}[report.code]
    unable = f", {report.count('unable')} not checked" if report.count("unable") else ""
    return "\n".join([*lines, f"{verdict}{unable} ({looked})"])


def check(config: CheckConfig) -> Report:
    """All checks, in order; what depends on broken shards leaves those out."""
    dataset, report = StoredDataset.open(config.folder), Report()
    broken = shard_problems(dataset)
    report.add("problem", "shards", (text for _, text in broken))
    bad_schema = list(schema_problems(dataset, skip={shard.path for shard, _ in broken if shard}))
    report.add("problem", "schema", (text for _, text in bad_schema))
    unread = {shard.path for shard, _ in (*broken, *bad_schema) if shard}
    sound = StoredDataset(dataset.folder, dataset.description, tuple(s for s in dataset.shards if s.path not in unread))
    report.add("note", "shards", _left_out(dataset))
    report.numbers |= {"shards": len(dataset.shards), "images": dataset.images}
    rows_rng, renders_rng = np.random.default_rng(config.seed).spawn(2)
    groups = sound.sample_groups(rows_rng, config.rows or max(1, sound.images))
    if groups:
        rows = read_all(sorted(groups, key=_order), config.workers)
        report.numbers["rows looked into"] = len(rows.names)
        _check_rows(rows, report)
        _check_duplicates(config, rows, report)
    _check_labels(config, sound, whole=not unread, report=report)
    _check_renders(config, sound, groups, renders_rng, report)
    return report


def _left_out(dataset: StoredDataset) -> Iterator[str]:
    """What the set itself says is missing."""
    if dataset.description.get("complete") is False:
        yield "the set is not complete: `raw generate --resume` goes on"
    for scene in dataset.description.get("failed", ()):
        yield f"{scene['scene_id']} was left out: {scene['error']}"


def _order(group: Group) -> tuple[str, int]:
    return str(group.shard.path), group.number


def _check_rows(rows: ReadRows, report: Report) -> None:
    """Rows agree with themselves, have a name each, and no scene is in two splits."""
    report.add("problem", "rows", rows.problems)
    twice = [name for name, n in Counter(rows.names).items() if n > 1]
    report.add("problem", "names", (f"{name} is there more than once" for name in twice))
    splits: dict[str, set[str]] = {}
    for split, (scene, _) in zip(rows.splits, rows.keys, strict=True):
        splits.setdefault(scene, set()).add(split)
    report.add("problem", "names", (f"scene {s} is in {', '.join(sorted(found))}" for s, found in splits.items() if len(found) > 1))


def _check_duplicates(config: CheckConfig, rows: ReadRows, report: Report) -> None:
    """Too many pictures that look like another are a problem; a few are told of."""
    pairs = twins(rows.hashes)
    share = len(pairs) / len(rows.names)
    report.numbers["near-duplicates"] = len(pairs)
    kind = "problem" if share > config.max_duplicates else "note"
    if kind == "problem":
        text = f"{len(pairs)} pictures, {100 * share:.1f} %, are nearly the same as another; allowed: {100 * config.max_duplicates:g} %"
        report.add(kind, "duplicates", [text])
    report.add("note", "duplicates", (f"{rows.names[late]} is nearly the same as {rows.names[early]}" for early, late in pairs))


def _check_labels(config: CheckConfig, dataset: StoredDataset, *, whole: bool, report: Report) -> None:
    if config.rows:
        report.add("note", "labels", ["the label hash needs all rows; without --rows it is checked"])
    elif not whole:
        report.add("unable", "labels", ["the label hash needs all shards"])
    else:
        report.add("problem", "labels", label_problems(dataset))


def _check_renders(config: CheckConfig, dataset: StoredDataset, groups: list[Group], rng: np.random.Generator, report: Report) -> None:
    if not config.renders or not groups:
        return
    try:
        library = find_library(dataset, config.library)
        places = dataset.pick(groups, rng, config.renders)
        drawn = list(redraw(dataset, places, library, config.workers))
    except (LibraryError, ModuleNotFoundError) as problem:
        report.add("unable", "renders", [f"{problem}; --renders 0 draws none"])
        return
    limits = f"allowed: {config.max_difference:g} of 255, {100 * config.min_mask:g} % of the mask"
    for one in drawn:
        if one.error:
            report.add("problem", "renders", [f"{one.name} is not drawn: {one.error}"])
            continue
        text = f"{one.name} drawn again differs by {one.difference:.2f} of 255, {100 * one.mask:.2f} % of its mask is the same"
        wrong = one.difference > config.max_difference or one.mask < config.min_mask
        report.add("problem" if wrong else "note", "renders", [f"{text}; {limits}" if wrong else text])
    found = [one for one in drawn if not one.error]
    if found:
        report.numbers |= {"worst difference": max(r.difference for r in found), "worst mask": min(r.mask for r in found)}
    print(f"raw: {len(found)} of {len(drawn)} pictures drawn again with {library.folder}", file=sys.stderr)
