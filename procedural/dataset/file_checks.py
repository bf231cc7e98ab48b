"""Are the files of a data set those that its dataset.json tells of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as arrow
import pyarrow.parquet as parquet

from procedural.dataset.schema import expected, type_told
from procedural.dataset.stored import Shard, StoredDataset
from procedural.labels.label_hash import label_hash_of
from raw.digest import sha256

Found = tuple[Shard | None, str]  # the shard that cannot be used for it, and what is wrong


def shard_problems(dataset: StoredDataset) -> list[Found]:
    """Shards that are missing, changed, or more than dataset.json tells of."""
    found: list[Found] = []
    for shard in dataset.shards:
        name = f"{shard.split}/{shard.path.name}"
        if not shard.path.is_file():
            found.append((shard, f"{name} is missing"))
        elif (digest := sha256(shard.path)) != shard.sha256:
            found.append((shard, f"{name} has the sha256 {digest[:16]}, dataset.json says {shard.sha256[:16]}"))
        elif (rows := _rows(shard.path)) != shard.images:
            found.append((shard, f"{name} has {rows} images, dataset.json says {shard.images}"))
    for split, about in dataset.description["splits"].items():
        told = sum(shard.images for shard in dataset.shards if shard.split == split)
        if about.get("images") != told:
            found.append((None, f"{split} has {told} images in its shards, dataset.json says {about.get('images')}"))
        known = {shard.path.name for shard in dataset.shards if shard.split == split}
        strangers = sorted(path.name for path in (dataset.folder / split).glob("*.parquet") if path.name not in known)
        found += [(None, f"{split}/{name} is not in dataset.json") for name in strangers]
    return found


def _rows(path: Path) -> int:
    try:
        return parquet.read_metadata(path).num_rows
    except (arrow.ArrowInvalid, OSError):
        return -1


def schema_problems(dataset: StoredDataset, *, skip: set[Path]) -> Iterator[Found]:
    """Shards whose columns, or their types, are not those of the set's schema. ValueError where the schema is not known."""
    wanted = {column.name: column.type for column in expected(dataset.description)}
    for shard in dataset.shards:
        if shard.path in skip:
            continue
        found = {field.name: type_told(field.type) for field in parquet.read_schema(shard.path)}
        name = f"{shard.split}/{shard.path.name}"
        for column in sorted(set(wanted) | set(found)):
            if column not in found:
                yield shard, f"{name} has no column {column}"
            elif column not in wanted:
                yield shard, f"{name} has a column {column}, which the schema does not"
            elif found[column] != wanted[column]:
                yield shard, f"{name}: {column} is {found[column]}, the schema says {wanted[column]}"


def label_problems(dataset: StoredDataset) -> Iterator[str]:
    """Whether programs and masks give the label hash of dataset.json; all shards must be there."""
    schema = int(dataset.description.get("schema", 1))
    found, told = label_hash_of((shard.path for shard in dataset.shards), schema), str(dataset.description.get("label_hash"))
    if found != told:
        yield f"the label hash is {found[:16]}, dataset.json says {told[:16]}"
