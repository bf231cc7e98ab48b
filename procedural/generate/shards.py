"""Parquet files of a data set: a part holds one scene, a shard the scenes of many parts.

The footer of each file tells its scenes, with their digests, so that a set is summed up without reading its pictures.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from procedural.generate.config import Task
from procedural.labels.label_hash import digests
from procedural.whole_file import whole_file

PARTS = "parts"
_ROWS_PER_GROUP = 32  # about 8 MB: what is read for one picture
_FOOTER = b"raw"


@dataclass(frozen=True)
class SceneSummary:
    """What a file's footer says of one scene."""

    scene_id: str
    images: int
    labels: str  # digest of its labels
    rejected: dict[str, int]  # cameras that were not kept, by reason


def part_path(folder: Path, task: Task) -> Path:
    return folder / PARTS / task.split / f"scene-{task.number:06d}.parquet"


def part_bytes(rows: list[dict], schema: pa.Schema, rejected: Mapping[str, int]) -> bytes:
    """The Parquet file of one scene's rows."""
    table = pa.Table.from_pylist(rows, schema=schema)
    ((scene_id, labels),) = digests(table).items()
    buffer = io.BytesIO()
    _write(buffer, schema, iter([table]), [SceneSummary(scene_id, len(rows), labels, dict(sorted(rejected.items())))])
    return buffer.getvalue()


def save_part(path: Path, part: bytes) -> None:
    """Write one part, whole or not at all."""
    with whole_file(path) as file:
        file.write(part)


def summaries(path: Path) -> list[SceneSummary]:
    """The scenes of a part or a shard, from its footer. ValueError if the file is broken or not of this kind."""
    try:
        metadata = parquet.read_metadata(path).metadata or {}
        return [SceneSummary(**scene) for scene in json.loads(metadata[_FOOTER])]
    except (pa.ArrowInvalid, KeyError) as problem:
        raise ValueError(f"{path} is no whole shard of this program; delete it and run again: {problem}") from problem


def merge(shard: Path, tasks: list[Task], parts: Mapping[Task, Path]) -> list[SceneSummary]:
    """Write a shard of the scenes that are in ``parts``, and of those that it has already, in the order of ``tasks``.

    One scene is in memory at a time. Scenes that are in neither are left out; at least one must be there.
    """
    old = {scene.scene_id: scene for scene in summaries(shard)} if shard.is_file() else {}
    sources = {task: parts.get(task, shard) for task in tasks if task in parts or task.scene_id in old}
    found = [summaries(path)[0] if task in parts else old[task.scene_id] for task, path in sources.items()]
    schema = parquet.read_schema(next(iter(sources.values())))
    with whole_file(shard) as file:
        _write(file, schema, (_scene(path, task) for task, path in sources.items()), found)
    return found


def _scene(path: Path, task: Task) -> pa.Table:
    return parquet.read_table(path, filters=[("scene_id", "=", task.scene_id)], use_threads=False)


def _write(file: io.IOBase, schema: pa.Schema, tables: Iterator[pa.Table], scenes: list[SceneSummary]) -> None:
    """Tables as row groups of equal size: the same rows give the same bytes, however they were merged."""
    waiting = schema.empty_table()
    with parquet.ParquetWriter(file, schema, compression="zstd", use_dictionary=False) as writer:
        for table in tables:
            waiting = pa.concat_tables([waiting, table.cast(schema)])
            while len(waiting) >= _ROWS_PER_GROUP:
                writer.write_table(waiting.slice(0, _ROWS_PER_GROUP))
                waiting = waiting.slice(_ROWS_PER_GROUP)
        if len(waiting):
            writer.write_table(waiting)
        writer.add_key_value_metadata({_FOOTER: json.dumps([asdict(scene) for scene in scenes])})
