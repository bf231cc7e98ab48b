"""Plans of libraries, portraits, and the embeddings that ship with the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from procedural import embedding
from procedural.library import make
from procedural.library.make import FAMILIES, GROUND_KINDS, LibraryConfig, build_library, build_mesh, plan
from procedural.library.shipped import CODE, SHIPPED, code_fingerprint, read_compact, save_compact
from procedural.portrait import STUDIO, ground_portrait, portrait
from raw.geometry import project, quaternion_to_matrix, view_yaw
from raw.library import AssetRecord, Library, LibraryError
from raw.scene import CATEGORIES


def test_plan_lists_every_family_and_does_not_depend_on_the_others() -> None:
    records = plan(LibraryConfig(per_family=2, per_ground=1))
    assert len(records) == 1 + 2 * len(FAMILIES) + len(GROUND_KINDS)
    assert {r.category for r in records} == {*CATEGORIES, "ground", "studio"}
    assert all(sum(r.category == category for r in records) >= 4 for category in CATEGORIES)
    alone = plan(LibraryConfig(per_family=2, families=("zebra",)))
    assert set(alone) <= set(records)


def test_mesh_is_built_once_and_again_the_same(tmp_path) -> None:
    record = AssetRecord("granite/0001", "granite", "boulder", "", 0.0, 1)
    height = build_mesh(tmp_path / "a", record)
    assert height > 0.05 and build_mesh(tmp_path / "a", record) == height == build_mesh(tmp_path / "b", record)
    first, second = (np.load(tmp_path / f / "meshes/granite/0001.npz") for f in "ab")
    assert all(np.array_equal(first[name], second[name]) for name in first.files)


@pytest.mark.parametrize("yaw", [0.0, 90.0, 225.0])
def test_portrait_fills_the_frame_and_shows_its_yaw(yaw: float) -> None:
    rng = np.random.default_rng(0)
    vertices = rng.uniform([-0.3, -1, 0], [0.3, 1, 1.5], (500, 3))
    scene = portrait("zebra/0000", "herbivore", vertices, yaw)
    thing = scene.objects[0]
    rotation = quaternion_to_matrix(thing.rotation)
    spots = project(vertices @ rotation.T + np.array(thing.location), scene.camera.fov)
    assert spots.min() > 0.02 and spots.max() < 0.98
    assert np.ptp(spots, axis=0).max() > 0.45
    assert view_yaw(rotation, thing.location, scene.camera.pitch) == pytest.approx(yaw, abs=1e-6)
    assert scene.ground.appearance == STUDIO and ground_portrait("sand/0000").objects == ()


def test_another_library_in_the_folder_is_left_alone(tiny_library: Library) -> None:
    before = (tiny_library.folder / "library.json").read_bytes()
    with pytest.raises(LibraryError, match="name another folder"):
        build_library(LibraryConfig(out=tiny_library.folder, per_family=2, families=("zebra",), tower="debug"))
    assert (tiny_library.folder / "library.json").read_bytes() == before


def test_shipped_embeddings_are_of_this_asset_code() -> None:
    """If this fails, the asset code has changed: rebuild, retrain and ship (see procedural/library/ship.py)."""
    assert CODE.read_text().strip() == code_fingerprint()
    shipped = Library.open(SHIPPED)
    assert [(r.id, r.seed) for r in shipped.records] == [(r.id, r.seed) for r in plan(LibraryConfig())]
    vectors = read_compact(SHIPPED)
    assert vectors.shape[:2] == (len(shipped.records), len(shipped.yaws))
    assert np.linalg.norm(vectors, axis=-1) == pytest.approx(1, abs=1e-5)


def test_shipped_embeddings_are_nearly_what_they_were(tiny_library: Library, tmp_path: Path) -> None:
    save_compact(tmp_path, tiny_library.embeddings)
    again = read_compact(tmp_path)
    assert again.shape == tiny_library.embeddings.shape and again.dtype == np.float32
    assert (again * tiny_library.embeddings.astype(np.float32)).sum(axis=-1).min() > 0.9995


def test_what_the_package_has_the_embeddings_of_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "embed_library", lambda *_: pytest.fail("portraits are drawn"))
    some = build_library(LibraryConfig(out=tmp_path / "some", per_family=2, per_ground=1, families=("granite", "sand")))
    assert [r.id for r in some.records] == [STUDIO, "granite/0000", "granite/0001", "sand/0000"]
    shipped = Library.open(SHIPPED)
    rows = [[r.id for r in shipped.records].index(record.id) for record in some.records]
    assert some.fingerprint == shipped.fingerprint
    assert some.embeddings.astype(np.float32) == pytest.approx(read_compact(SHIPPED)[rows], abs=1e-3)


@pytest.mark.parametrize("other", [{"seed": 7}, {"yaws": 3}, {"per_family": 6}, {"tower": "debug"}], ids=lambda other: next(iter(other)))
def test_what_it_has_not_is_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: dict) -> None:
    def drawn(library: Library, tower: object, workers: int) -> np.ndarray:
        return np.full((len(library.records), len(library.yaws), tower.width), tower.width**-0.5)  # type: ignore[attr-defined]

    monkeypatch.setattr(make, "embed_library", drawn)
    settings = {"per_family": 1, "families": ("granite",)} | other
    library = build_library(LibraryConfig(out=tmp_path / "other", **settings))
    assert np.ptp(library.embeddings) == 0


def test_torch_leaves_processors_to_the_renderers(monkeypatch: pytest.MonkeyPatch) -> None:
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(6)
        monkeypatch.setattr(embedding.os, "cpu_count", lambda: 8)
        for workers, left in ((2, 6), (5, 3), (8, 1), (20, 1)):
            with embedding._threads_left(workers):
                assert torch.get_num_threads() == left
            assert torch.get_num_threads() == 6
        with pytest.raises(ZeroDivisionError), embedding._threads_left(5):
            raise ZeroDivisionError
        assert torch.get_num_threads() == 6
    finally:
        torch.set_num_threads(before)
