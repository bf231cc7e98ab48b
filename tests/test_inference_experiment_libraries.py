"""Libraries made of a part of another one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from inference.experiments.libraries import biomes_of, first_assets, part_of_library
from inference.experiments.workspace import Workspace
from raw.library import AssetRecord, Library, save_mesh
from raw.mesh import Mesh

KINDS = {
    "herbivore": ("zebra", "gazelle", "moose", "bison"),
    "tree": ("acacia", "spruce"),
    "ground": ("dry_grass", "moss"),
    "studio": ("studio",),
}
RECORDS = tuple(
    AssetRecord(f"{family}/{i:04d}", family, category, family, 1.0, i)
    for category, families in KINDS.items()
    for family in families
    for i in range(1 if category == "studio" else 3)
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    folder = tmp_path / "library"
    mesh = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], dtype=np.int32), np.zeros((3, 3), dtype=np.uint8))
    save_mesh(folder, "zebra/0000", mesh)
    np.save(folder / "embeddings.npy", np.random.default_rng(0).normal(size=(len(RECORDS), 2, 5)).astype(np.float16))
    Library(folder, RECORDS, np.array([0.0, 180.0]), "print", "tower").save_table()
    return Library.open(folder)


def test_first_come_the_first_of_all_families_and_a_larger_part_holds_a_smaller() -> None:
    eight, twelve, all_of_them = (first_assets(RECORDS, count) for count in (8, 12, 24))
    assert {r.id for r in eight} == {f"{family}/0000" for category in KINDS if category != "studio" for family in KINDS[category]} | {
        "studio/0000"
    }
    assert set(eight) < set(twelve) < set(all_of_them) == set(RECORDS)
    assert Counter(r.category for r in first_assets(RECORDS, 4)) == {"herbivore": 2, "tree": 1, "ground": 1, "studio": 1}
    with pytest.raises(ValueError, match="holds 24 assets"):
        first_assets(RECORDS, 25)


def test_a_part_is_a_table_over_the_same_files(library: Library, tmp_path: Path) -> None:
    work = Workspace(tmp_path / "work")
    part = part_of_library(library, 12, work)
    assert (part.fingerprint, part.tower, len(part.records)) == ("print", "tower", 13)
    for record in part.records:
        np.testing.assert_array_equal(part.embedding(record.id, 170.0), library.embedding(record.id, 170.0))
    assert len(part.mesh("zebra/0000").vertices) == 3 and (part.folder / "meshes").is_symlink()
    stamp = (part.folder / "library.json").stat().st_mtime_ns
    assert part_of_library(library, 12, work).folder == part.folder and (part.folder / "library.json").stat().st_mtime_ns == stamp
    assert part_of_library(library, 0, work) is library and part_of_library(library, 11, work).folder != part.folder


def test_other_embeddings_of_the_library_come_to_the_part_and_it_stays_where_it_is(library: Library, tmp_path: Path) -> None:
    work = Workspace(tmp_path / "work")
    folder = part_of_library(library, 12, work).folder
    np.save(library.folder / "embeddings.npy", np.ones((len(RECORDS), 2, 3), dtype=np.float16))
    Library(library.folder, RECORDS, library.yaws, "other", "one").save_table()
    part = part_of_library(Library.open(library.folder), 12, work)
    assert (part.folder, part.fingerprint, part.width) == (folder, "other", 3)


def test_biomes_need_ground_and_animals(library: Library) -> None:
    assert "savanna" in biomes_of(library) and "volcanic_island" not in biomes_of(library)
    bare = Library(library.folder, tuple(r for r in RECORDS if r.category == "tree"), library.yaws, "")
    with pytest.raises(ValueError, match="of no biome"):
        biomes_of(bare)
