"""Pictures of a data set drawn again: what is measured, and that an altered picture is found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet
import pytest
from painted_dataset import array, png, row

from procedural.dataset.check import main
from procedural.dataset.redraw import compare
from procedural.generate.config import DatasetConfig, SplitConfig
from procedural.generate.run import generate
from procedural.labels.label_hash import label_hash_of
from raw.digest import sha256
from raw.library import Library


def test_differences_are_measured() -> None:
    stored = row("train", 0, 0)
    image, mask = array(stored["image"]), array(stored["mask"])
    assert compare(image, mask, stored) == (0.0, 1.0)
    other = mask.copy()
    other[:12] = 7
    difference, same = compare(np.where(image < 128, image + 3, image - 3), other, stored)
    assert difference == 3.0 and same == 0.75


@pytest.mark.render
def test_pictures_are_drawn_again_and_altered_ones_found(tiny_library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, none = SplitConfig(1, 2), SplitConfig(0, 1)
    config = DatasetConfig(tmp_path / "set", tiny_library.folder, 3, one, none, none, size=64, samples=1, min_pixels=5, workers=1)
    folder = generate(replace(config, biomes=("savanna",)))
    argv = [str(folder), "--workers", "1", "--renders", "2", "--max-duplicates", "1", "--library", str(tiny_library.folder)]
    assert main(argv) == 0
    shown = capsys.readouterr().out
    assert shown.count("drawn again differs by 0.00 of 255, 100.00 % of its mask is the same") == 2 and "all well" in shown
    path = folder / "train" / "shard-00000.parquet"
    table = parquet.read_table(path)
    field, pictures = table.schema.field("image"), table["image"].to_pylist()
    pictures[1] = png(255 - array(pictures[1]))
    parquet.write_table(table.set_column(table.column_names.index("image"), field, arrow.array(pictures, field.type)), path)
    description = json.loads((folder / "dataset.json").read_text())
    description["splits"]["train"]["shards"][0]["sha256"] = sha256(path)
    (folder / "dataset.json").write_text(json.dumps(description | {"label_hash": label_hash_of([path])}))
    assert main(argv) == 1
    assert "train-000000 view 1 drawn again differs by" in capsys.readouterr().out
