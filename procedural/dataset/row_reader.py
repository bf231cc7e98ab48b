"""Reads rows of a data set in many processes, and brings back what is wrong with them and what is compared between them."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from procedural.dataset.duplicates import BITS, difference_hash
from procedural.dataset.row_checks import row_problems
from procedural.dataset.stored import Group
from procedural.labels.pictures import pixels_of


@dataclass
class ReadRows:
    """Of the rows that were read, in order."""

    splits: list[str] = field(default_factory=list)
    keys: list[tuple[str, int]] = field(default_factory=list)  # scene_id, view
    problems: list[str] = field(default_factory=list)
    hashes: np.ndarray = field(default_factory=lambda: np.zeros((0, BITS // 8), dtype=np.uint8))

    @property
    def names(self) -> list[str]:
        return [f"{scene} view {view}" for scene, view in self.keys]


def read_all(groups: Sequence[Group], workers: int) -> ReadRows:
    """Every row of the groups."""
    if workers == 1 or len(groups) == 1:
        return _joined(map(read_group, groups), len(groups))
    with ProcessPoolExecutor(min(workers, len(groups)), multiprocessing.get_context("spawn")) as pool:
        return _joined(pool.map(read_group, groups), len(groups))


def _joined(parts: Iterable[ReadRows], count: int) -> ReadRows:
    rows, hashes = ReadRows(), []
    for part in tqdm(parts, total=count, desc="rows", unit="row group", file=sys.stderr, leave=False):
        rows.splits += part.splits
        rows.keys += part.keys
        rows.problems += part.problems
        hashes.append(part.hashes)
    rows.hashes = np.concatenate(hashes)
    return rows


def read_group(group: Group) -> ReadRows:
    """Every row of one row group. A picture that does not open is a problem, and its hash is of a black one."""
    rows, hashes = ReadRows(), []
    for row in group.read().to_pylist():
        rows.splits.append(group.shard.split)
        rows.keys.append((row["scene_id"], row["view"]))
        name = f"{row['scene_id']} view {row['view']}"
        rows.problems += [f"{name}: {text}" for text in row_problems(row, group.shard.split)]
        hashes.append(_hash(row))
    rows.hashes = np.array(hashes, dtype=np.uint8).reshape(-1, BITS // 8)
    return rows


def _hash(row: dict) -> np.ndarray:
    try:
        return difference_hash(pixels_of(row["image"]))
    except (OSError, TypeError, KeyError):
        return np.zeros(BITS // 8, dtype=np.uint8)
