"""The label hash: one line that says whether two data sets have the same labels, however they were made and cut.

It covers name, view, program, decoded mask, and camera and objects where the set has them; never the pictures.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from procedural.labels.pictures import pixels_of

_DECIMALS = 4  # of the numbers in camera and objects: other machines may round the last digits otherwise
_HASHED = ("scene_id", "view", "program", "mask", "camera", "objects")


def digests(rows: pa.Table) -> dict[str, str]:
    """Scene name -> SHA-256 over the labels of its rows, in their order."""
    known = [name for name in _HASHED if name in rows.column_names]
    found: dict[str, Any] = {}
    for row in rows.select(known).to_pylist():
        found.setdefault(row["scene_id"], hashlib.sha256()).update(_row_bytes(row))
    return {scene: digest.hexdigest() for scene, digest in found.items()}


def _row_bytes(row: dict[str, Any]) -> bytes:
    mask = pixels_of(row["mask"])
    numbers = json.dumps(_rounded({key: row[key] for key in ("camera", "objects") if key in row}), sort_keys=True)
    return f"{row['scene_id']} {row['view']}\n{row['program']}\n{numbers}\n{mask.shape}\n".encode() + mask.tobytes()


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DECIMALS) + 0.0  # no -0.0
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def label_hash(scenes: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over (name, digest) of all scenes of a set: train, validation, test, each by number."""
    return hashlib.sha256("".join(f"{scene} {digest}\n" for scene, digest in scenes).encode()).hexdigest()


def label_hash_of(shards: Iterable[Path], schema: int = 2) -> str:
    """The label hash computed anew from the rows of a set's shards, in the order of ``dataset.json``, by the rule of its schema."""
    if schema > 1:
        return label_hash(pair for path in shards for pair in digests(_labels(path)).items())
    rows = hashlib.sha256()  # schema 1 took the rows one after another, name, program and mask
    for row in (row for path in shards for row in _labels(path).to_pylist()):
        rows.update(f"{row['scene_id']} {row['view']}\n{row['program']}".encode() + pixels_of(row["mask"]).tobytes())
    return rows.hexdigest()


def _labels(path: Path) -> pa.Table:
    known = set(parquet.read_schema(path).names)
    return parquet.read_table(path, columns=[name for name in _HASHED if name in known])
