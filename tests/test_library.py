"""Asset libraries: files, look-up by name and by appearance."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scenes import CAMERA, standing

from raw.library import AssetRecord, Library, LibraryError, mesh_path, save_ground, save_mesh
from raw.mesh import GroundMaterial, Mesh, Rig, Scatter, Surface
from raw.scene import CATEGORIES, Embedding, Ground, Scene

RECORDS = (
    AssetRecord("studio/0000", "studio", "studio", "plain ground", 0.0, 0),
    AssetRecord("zebra/0000", "zebra", "herbivore", "zebra, savanna", 1.4, 0),
    AssetRecord("zebra/0001", "zebra", "herbivore", "zebra, savanna", 1.3, 1),
    AssetRecord("lion/0000", "lion", "carnivore", "lion", 1.1, 0),
    AssetRecord("oak/0000", "oak", "tree", "oak", 9.0, 0),
    AssetRecord("sand/0000", "sand", "ground", "sand", 0.0, 0),
)
YAWS = np.array([0.0, 90.0, 180.0, 270.0])
PYRAMID = Mesh(
    np.array([[-1, -1, 0], [1, -1, 0], [0, 1, 0], [0, 0, 1.4]], dtype=np.float32),
    np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]], dtype=np.int32),
    np.array([[9, 8, 7], [6, 5, 4], [3, 2, 1], [0, 255, 128]], dtype=np.uint8),
)
SAND = GroundMaterial(
    np.array([[200, 180, 140], [90, 80, 70]], dtype=np.uint8),
    2.5,
    0.3,
    0.8,
    (Scatter(PYRAMID, 3.0, 0.1, 0.2), Scatter(PYRAMID, 1.0, 0.3, 0.4)),
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Six assets with random embeddings; a pyramid and a ground on disk."""
    vectors = np.random.default_rng(0).normal(size=(len(RECORDS), len(YAWS), 16))
    np.save(tmp_path / "embeddings.npy", (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float16))
    Library(tmp_path, RECORDS, YAWS, "0123456789abcdef").save_table()
    joint = np.zeros((1, 3), np.float32)
    save_mesh(tmp_path, "zebra/0000", PYRAMID, Rig(("root",), np.array([-1], np.int32), joint, np.ones((4, 1), np.float32), joint + 1))
    save_ground(tmp_path, "sand/0000", SAND)
    return Library.open(tmp_path)


def test_table_comes_back(library: Library) -> None:
    assert library.records == RECORDS and library.fingerprint == "0123456789abcdef"
    np.testing.assert_array_equal(library.yaws, YAWS)
    assert library.record("oak/0000").height == 9.0
    assert [r.id for r in library.of_category("herbivore")] == ["zebra/0000", "zebra/0001"]
    assert not list(library.folder.rglob("*tmp*"))


def test_mesh_comes_back(library: Library) -> None:
    for found, saved in zip(library.mesh("zebra/0000"), PYRAMID, strict=True):
        np.testing.assert_array_equal(found, saved)
        assert found.dtype == saved.dtype


def test_rig_lies_beside_the_mesh_as_plain_arrays(library: Library) -> None:
    with np.load(mesh_path(library.folder, "zebra/0000"), allow_pickle=False) as arrays:
        assert arrays["rig_names"].tolist() == ["root"] and arrays["rig_weights"].shape == (4, 1)
        np.testing.assert_array_equal(arrays["rig_rest"], np.ones((1, 3), np.float32))


def test_rig_keeps_the_four_largest_weights_of_a_vertex(tmp_path: Path) -> None:
    shares = np.array([[0.1, 0.3, 0.05, 0.2, 0.35], [0, 0, 1, 0, 0]], dtype=np.float32)
    weights = np.vstack([shares, shares])[: len(PYRAMID.vertices)]
    rig = Rig(tuple("abcde"), np.array([-1, 0, 1, 2, 3], np.int32), np.zeros((5, 3), np.float32), weights, np.ones((5, 3), np.float32))
    save_mesh(tmp_path, "zebra/0000", PYRAMID, rig)
    record = AssetRecord("zebra/0000", "zebra", "herbivore", "", 1.0, 0)
    found = Library(tmp_path, (record,), np.zeros(1), "").rig("zebra/0000")
    assert found is not None and found.names == rig.names and found.weights.dtype == np.float32
    np.testing.assert_allclose(found.weights[0], np.array([0.1, 0.3, 0, 0.2, 0.35]) / 0.95, rtol=1e-6)
    np.testing.assert_array_equal(found.weights[1], shares[1])
    np.testing.assert_array_equal(found.rest, rig.rest)


def test_ground_comes_back(library: Library) -> None:
    found = library.ground("sand/0000")
    np.testing.assert_array_equal(found.palette, SAND.palette)
    assert found[1:4] == SAND[1:4]
    assert [s[1:] for s in found.scatter] == [s[1:] for s in SAND.scatter]
    np.testing.assert_array_equal(found.scatter[1].mesh.vertices, PYRAMID.vertices)


def test_surface_and_patches_of_a_ground_come_back(library: Library) -> None:
    surface = Surface(0.3, 0.02, 4.0, cracks=0.5, ripples=0.25, water=0.4)
    save_ground(library.folder, "sand/0000", SAND._replace(scatter=(Scatter(PYRAMID, 3.0, 0.1, 0.2, (0.25, 0.75)),), surface=surface))
    found = library.ground("sand/0000")
    assert found.surface == surface and found.scatter[0].where == (0.25, 0.75)


def test_ground_of_an_older_library_has_no_surface(library: Library) -> None:
    path = mesh_path(library.folder, "sand/0000")
    with np.load(path) as arrays:
        old = {name: value[:, :3] if name == "scatter" else value for name, value in arrays.items()}
    np.savez(path, **old)
    found = library.ground("sand/0000")
    assert found.surface is None and [s[1:] for s in found.scatter] == [s[1:] for s in SAND.scatter]


def test_bare_ground_comes_back(library: Library) -> None:
    save_ground(library.folder, "sand/0000", SAND._replace(scatter=()))
    assert library.ground("sand/0000").scatter == ()


def test_mesh_and_ground_are_not_confused(library: Library) -> None:
    with pytest.raises(LibraryError, match="'sand/0000' is a ground"):
        library.mesh("sand/0000")
    with pytest.raises(LibraryError, match="'zebra/0000' is an object"):
        library.ground("zebra/0000")


def test_unknown_asset_names_near_ones(library: Library) -> None:
    with pytest.raises(LibraryError, match="'zebra/0007' is not in the library .*near: zebra/000"):
        library.record("zebra/0007")
    for look_up in (library.mesh, library.ground, lambda a: library.embedding(a, 0)):
        with pytest.raises(LibraryError, match="'yeti/0000' is not in"):
            look_up("yeti/0000")


def test_missing_mesh_file_names_the_asset(library: Library) -> None:
    with pytest.raises(LibraryError, match="lion/0000"):
        library.mesh("lion/0000")


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 1}', '{"format": 1, "assets": [{"id": "a"}], "yaws": [0], "fingerprint": ""}'])
def test_broken_table_names_the_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "library.json").write_text(content)
    with pytest.raises(LibraryError, match="library.json is broken"):
        Library.open(tmp_path)


def test_missing_and_future_libraries_are_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="is no asset library"):
        Library.open(tmp_path / "nowhere")
    path = library.folder / "library.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(LibraryError, match="format 99, this version reads 1"):
        Library.open(library.folder)


def test_library_without_embeddings_says_how_to_build_them(library: Library) -> None:
    (library.folder / "embeddings.npy").unlink()
    with pytest.raises(LibraryError, match="raw assets build"):
        Library.open(library.folder).nearest(np.ones(16), None)


@pytest.mark.parametrize(("yaw", "column"), [(0, 0), (44, 0), (46, 1), (179, 2), (-80, 3), (316, 0), (359, 0), (-1000, 1)])
def test_embedding_is_that_of_the_nearest_yaw(library: Library, yaw: float, column: int) -> None:
    np.testing.assert_array_equal(library.embedding("lion/0000", yaw), library.embeddings[3, column])


def test_embeddings_are_unit_float32(library: Library) -> None:
    assert library.embeddings.shape == (6, 4, 16) and library.embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(library.embeddings, axis=-1), 1, atol=1e-3)


def test_nearest_finds_every_asset_from_every_side(library: Library) -> None:
    noise = np.random.default_rng(1).normal(scale=0.02, size=library.embeddings.shape)
    for row, record in enumerate(RECORDS[1:], start=1):
        assert library.nearest(library.embeddings[row] + noise[row], record.category) == [record.id] * 4
    assert library.nearest(5 * library.embeddings[4, 2], "tree") == ["oak/0000"]  # one vector, and its length is nothing


def test_nearest_stays_in_the_category(library: Library) -> None:
    assert library.nearest(library.embeddings[4, 0], "carnivore") == ["lion/0000"]
    assert library.nearest(library.embeddings[4, 0], "ground") == ["sand/0000"]


def test_nearest_without_a_category_gives_only_what_can_stand_in_a_scene(library: Library) -> None:
    found = library.nearest(library.embeddings.reshape(-1, 16), None)
    assert {library.record(a).category for a in found} <= set(CATEGORIES)
    assert found[4:20] == [r.id for r in RECORDS[1:5] for _ in YAWS]


def test_ranked_is_in_the_order_of_the_best_yaw(library: Library) -> None:
    for vector in np.random.default_rng(2).normal(size=(20, 16)):
        best = {r.id: float((library.embeddings[i] @ vector).max()) for i, r in enumerate(RECORDS) if r.category in CATEGORIES}
        order = sorted(best, key=lambda asset: -best[asset])
        assert library.ranked(vector, None, 9) == order and library.ranked(vector, None, 2) == order[:2]
        assert library.ranked(vector, None, 1) == library.nearest(vector, None)
    assert set(library.ranked(vector, "herbivore", 5)) == {"zebra/0000", "zebra/0001"}


def test_nearest_refuses_unknown_and_empty_categories(library: Library) -> None:
    with pytest.raises(LibraryError, match="category 'fish' is unknown; allowed: bird, boulder"):
        library.nearest(np.ones(16), "fish")
    with pytest.raises(LibraryError, match="holds no boulder"):
        library.nearest(np.ones(16), "boulder")


def test_nearest_refuses_vectors_of_another_tower(library: Library) -> None:
    with pytest.raises(LibraryError, match="8.*16"):
        library.nearest(np.ones((2, 8)), None)


def test_embed_then_resolve_gives_the_scene_back(library: Library) -> None:
    things = (
        standing("herbivore", "zebra/0001", (4.0, 6.0), 1.3, 120.0),
        standing("tree", "oak/0000", (-5.0, 12.0), 9.0, 300.0),
        standing(None, "lion/0000", (0.0, 9.0), 1.0, 10.0),
    )
    scene = Scene(camera=CAMERA, ground=Ground("sand/0000", 0.3, (1.0, 2.0, 3.0), 4), objects=things)
    embedded = library.embed(scene)
    assert all(isinstance(a, Embedding) for a in (embedded.ground.appearance, *(o.appearance for o in embedded.objects)))
    assert replace(embedded.objects[0], appearance="zebra/0001") == things[0]  # nothing else changes
    assert library.resolve(embedded) == scene
    assert library.embed(embedded) == embedded and library.resolve(scene) == scene


def test_embedding_shows_the_side_that_the_camera_sees(library: Library) -> None:
    """Yaw 0 faces back along the axis; seen 45 degrees and more to the right, a side shows instead of the front."""
    ahead = standing("herbivore", "zebra/0000", (0.0, 10.0), 1.4)
    beside = standing("herbivore", "zebra/0000", (10.0, 6.0), 1.4)
    embedded = library.embed(Scene(camera=CAMERA, ground=Ground("sand/0000"), objects=(ahead, beside))).objects
    np.testing.assert_array_equal(embedded[0].appearance.vector, library.embeddings[1, 0])
    np.testing.assert_array_equal(embedded[1].appearance.vector, library.embeddings[1, 1])


def test_embed_needs_a_rotation_and_a_known_asset(library: Library) -> None:
    thing = standing("herbivore", "zebra/0000", (0.0, 10.0), 1.4)
    with pytest.raises(LibraryError, match="'zebra/0000' has no rotation"):
        library.embed(Scene(objects=(replace(thing, rotation=None),)))
    with pytest.raises(LibraryError, match="'zebra/9999' is not in"):
        library.embed(Scene(objects=(replace(thing, appearance="zebra/9999"),)))


def test_a_library_names_the_tower_of_its_embeddings_and_those_of_before_do_not(library: Library) -> None:
    named = Library(library.folder, library.records, library.yaws, "0123456789abcdef", "debug")
    named.save_table()
    assert Library.open(library.folder).tower == "debug" and Library.open(library.folder).made_by == "debug (0123456789abcdef)"
    path = library.folder / "library.json"
    table = json.loads(path.read_text())
    table.pop("tower")
    path.write_text(json.dumps(table))
    before = Library.open(library.folder)
    assert (before.tower, before.made_by) == ("", "unnamed (0123456789abcdef)")
    assert named.extended((), None).tower == "debug"
