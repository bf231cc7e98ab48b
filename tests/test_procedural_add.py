"""Models from files: checks, placing, reading by bpy, and what is then in the library."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from jsonargparse import ArgumentError

from procedural.library.add import AddConfig, add_assets, free_id, main
from procedural.library.incoming import Incoming, ModelError, place, read_model
from raw.library import AssetRecord, Library, LibraryError, mesh_path
from raw.mesh import Mesh

ALL = {"category": "herbivore", "height": 1.0, "name": "rhino", "words": "white rhino", "licence": "CC0-1.0"}


def box(x: float, y: float, z: float) -> Mesh:
    """A box of these side lengths with one red corner at its largest x, y and z; the others are blue."""
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)], dtype=np.float32) * [x, y, z]
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], dtype=np.int32)
    colors = np.full((8, 3), (0, 0, 255), dtype=np.uint8)
    colors[7] = (255, 0, 0)
    return Mesh(corners.astype(np.float32), faces, colors)


def write_obj(path: Path, mesh: Mesh, colors: bool = True) -> Path:
    """OBJ, with colours at its vertices."""
    lines = [f"v {' '.join(f'{v:g}' for v in (*p, *(c / 255 if colors else ())))}" for p, c in zip(mesh.vertices, mesh.colors, strict=True)]
    path.write_text("\n".join(lines + [f"f {a} {b} {c}" for a, b, c in mesh.faces + 1]) + "\n")
    return path


def incoming(mesh: Mesh, suffix: str) -> Incoming:
    return Incoming(mesh, suffix, len(mesh.faces), ())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"licence": " "}, "licence is missing: say under which terms"),
        ({"height": 140.0}, "height is 140 m; allowed for a herbivore: 0.03 to 8 m"),
        ({"height": float("nan")}, "height is nan m"),
        ({"category": "fish"}, "category is 'fish'; allowed: bird, boulder"),
        ({"name": "../rhino"}, "name is '../rhino'; allowed"),
        ({"name": "rhino/7"}, "allowed: a family such as rhino, or rhino/0007"),
        ({"words": ""}, "words is empty"),
        ({"up": "up"}, "up is 'up'; allowed: x, y, z"),
        ({"triangles": 10}, "triangles is 10; allowed: 100 to 200000"),
    ],
)
def test_bad_options_are_refused_with_the_reason(wrong: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AddConfig(Path("a.glb"), Path("library"), **(ALL | wrong))


def test_licence_has_no_default_on_the_command_line() -> None:
    with pytest.raises((ArgumentError, ValueError), match="licence is missing"):
        main(["a.glb", "--library", "l", "--category", "bush", "--height", "1", "--name", "fern", "--words", "a fern"])


@pytest.mark.parametrize(
    ("suffix", "up", "front", "sides", "corner"),
    [
        (".blend", "", "", (1, 3, 2), (0.25, 0.75, 1.0)),  # z up, front -y: as the asset frame
        (".glb", "", "", (1, 2, 3), (0.25, -0.75, 1.0)),  # y up, front z
        (".obj", "z", "x", (3, 1, 2), (0.25, -0.75, 1.0)),
        (".obj", "-y", "z", (1, 2, 3), (-0.25, -0.75, 0.0)),
    ],
)
def test_models_stand_up_in_the_asset_frame(suffix: str, up: str, front: str, sides: tuple, corner: tuple) -> None:
    """2 high, 3 long, 1 wide in the file; 1 m high afterwards, and the red corner is where it belongs."""
    placed = place(incoming(box(*sides), suffix), "herbivore", 1.0, up, front)
    np.testing.assert_allclose(np.ptp(placed.vertices, axis=0), [0.5, 1.5, 1.0], atol=1e-6)
    np.testing.assert_allclose(placed.vertices.min(axis=0), [-0.25, -0.75, 0.0], atol=1e-6)
    np.testing.assert_allclose(placed.vertices[7], corner, atol=1e-6)
    a, b, c = (placed.vertices[placed.faces[:, i]] for i in range(3))
    outward = np.einsum("fd,fd->f", np.cross(b - a, c - a), (a + b + c) / 3 - [0, 0, 0.5])
    assert (outward > 0).all()


def test_odd_shapes_are_refused_and_may_be_forced() -> None:
    lying = incoming(box(1, 0.2, 3), ".glb")
    with pytest.raises(ModelError, match="15.0 times as long as it is high with y up.*lie on its side.*--up"):
        place(lying, "herbivore", 1.0)
    assert place(lying, "herbivore", 1.0, check_shape=False).height == pytest.approx(1.0)
    with pytest.raises(ModelError, match="3.0 times as wide as it is long with its front at z.*--front"):
        place(incoming(box(3, 2, 1), ".glb"), "herbivore", 1.0)
    with pytest.raises(ModelError, match="flat with y up"):
        place(incoming(box(1, 0, 1), ".glb"), "boulder", 1.0, check_shape=False)
    with pytest.raises(ModelError, match="different axes"):
        place(incoming(box(1, 1, 1), ".glb"), "boulder", 1.0, "y", "-y")


def test_ids_are_free_and_families_keep_their_category(tmp_path: Path) -> None:
    records = (AssetRecord("rhino/0000", "rhino", "herbivore", "", 1, 0), AssetRecord("rhino/0002", "rhino", "herbivore", "", 1, 0))
    library = Library(tmp_path, records, np.zeros(1), "")
    assert free_id(library, "rhino", "herbivore") == "rhino/0001" and free_id(library, "rhino/0007", "herbivore") == "rhino/0007"
    assert free_id(library, "fox", "carnivore") == "fox/0000"
    with pytest.raises(LibraryError, match="rhino/0002 is in .* already"):
        free_id(library, "rhino/0002", "herbivore")
    with pytest.raises(LibraryError, match="the family rhino of .* is herbivore, not tree"):
        free_id(library, "rhino", "tree")


def test_a_library_without_embeddings_gets_mesh_and_record(tmp_path: Path) -> None:
    library = Library(tmp_path, (), np.zeros(2), "")
    record = AssetRecord("rhino/0000", "rhino", "herbivore", "white rhino", 2.0, 0, "CC0-1.0")
    add_assets(library, [(record, box(1, 3, 2))], "debug")
    found = Library.open(tmp_path)
    assert found.records == (record,) and len(found.mesh("rhino/0000").faces) == 12
    assert not list(tmp_path.rglob("*tmp*"))


def test_growing_keeps_what_was_there(tmp_path: Path) -> None:
    first, second = (AssetRecord(f"rhino/000{i}", "rhino", "herbivore", "", 1.0, 0) for i in range(2))
    vectors = np.eye(4, dtype=np.float32).reshape(2, 2, 4)
    Library(tmp_path, (), np.zeros(2), "f").save_table()
    np.save(tmp_path / "embeddings.npy", np.zeros((0, 2, 4), np.float16))
    grown = Library.open(tmp_path).extended((first,), vectors[:1]).extended((second,), vectors[1:])
    np.testing.assert_array_equal(Library.open(tmp_path).embeddings, vectors)
    assert grown.nearest(vectors[1], "herbivore") == ["rhino/0001"] * 2


def test_embeddings_of_an_interrupted_addition_are_not_seen(tmp_path: Path) -> None:
    """Embeddings are written before the table: until then their last rows belong to nobody."""
    record = AssetRecord("rhino/0000", "rhino", "herbivore", "", 1.0, 0)
    Library(tmp_path, (record,), np.zeros(2), "f").save_table()
    np.save(tmp_path / "embeddings.npy", np.eye(4, dtype=np.float16).reshape(2, 2, 4))
    library = Library.open(tmp_path)
    assert library.embeddings.shape == (1, 2, 4) and library.nearest(np.ones(4), None) == ["rhino/0000"]
    library.extended((AssetRecord("rhino/0001", "rhino", "herbivore", "", 1.0, 0),), np.ones((1, 2, 4)))
    assert Library.open(tmp_path).embeddings[:, 0].tolist() == [[1, 0, 0, 0], [1, 1, 1, 1]]


@pytest.mark.render
def test_obj_comes_with_its_vertex_colours(tmp_path: Path) -> None:
    model = read_model(write_obj(tmp_path / "box.obj", box(1, 2, 3)), 1000, 5000)
    assert model.triangles_before == 12 and len(model.mesh.faces) == 12 and model.notes == ()
    red = model.mesh.vertices[model.mesh.colors[:, 0] > 250]
    np.testing.assert_allclose(red, [[1, 2, 3]], atol=1e-5)
    assert (np.abs(model.mesh.colors[model.mesh.colors[:, 0] < 5].astype(int) - [0, 0, 255]) <= 2).all()


@pytest.mark.render
def test_files_that_cannot_be_taken_are_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="big.obj is refused: the model has more than 10 triangles"):
        read_model(write_obj(tmp_path / "big.obj", box(1, 2, 3)), 10, 10)
    (tmp_path / "empty.obj").write_text("v 0 0 0\nv 1 0 0\n")
    with pytest.raises(ModelError, match="no mesh with faces"):
        read_model(tmp_path / "empty.obj", 100, 100)
    (tmp_path / "broken.glb").write_bytes(b"glTF no more")
    with pytest.raises(ModelError, match="broken.glb is refused: "):
        read_model(tmp_path / "broken.glb", 100, 100)
    with pytest.raises(FileNotFoundError):
        read_model(tmp_path / "none.glb", 100, 100)


@pytest.mark.render
@pytest.mark.parametrize(("name", "up"), [("scene.glb", 1), ("scene.blend", 2)])  # glTF has y up, Blender z
def test_textured_models_are_baked_made_finer_and_decimated(tmp_path: Path, name: str, up: int) -> None:
    """A plane of two triangles with a texture, half red and half green, and a metal sphere of 5,000 triangles, 2 m above it."""
    from blender_models import textured_scene

    path = textured_scene(tmp_path / name)
    model = read_model(path, 4000, 200_000)
    vertices, colors = model.mesh.vertices, model.mesh.colors.astype(int)
    assert model.triangles_before > 4000 >= len(model.mesh.faces) > 2000
    plane, sphere = vertices[:, up] < 0.5, vertices[:, up] > 0.5
    left, right = (plane & (np.abs(vertices[:, 0] - x) < 0.3) for x in (-0.5, 0.5))  # the texture is blurred where it changes and ends
    assert left.sum() > 3 and right.sum() > 3
    assert np.abs(colors[left] - [255, 0, 0]).max() < 8 and np.abs(colors[right] - [0, 255, 0]).max() < 8
    assert np.abs(colors[sphere] - [188, 188, 0]).max() < 8  # linear 0.5, 0.5, 0: metal has a base colour too
    assert vertices[sphere, up].min() == pytest.approx(1.0, abs=0.05) and vertices[sphere, up].max() == pytest.approx(3.0, abs=0.05)


@pytest.mark.render
def test_added_asset_is_found_by_name_and_by_appearance(tiny_library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "library"
    shutil.copytree(tiny_library.folder, folder)
    path = write_obj(tmp_path / "rhino.obj", box(1, 2, 3))
    argv = [str(path), "--library", str(folder), "--category", "herbivore", "--height", "1.7", "--name", "rhino", "--words", "white rhino"]
    argv += ["--licence", "CC0-1.0", "--tower", "debug", "--keep-materials"]
    assert main(argv) == 0
    assert "rhino/0000 added, herbivore, 12 triangles, 1.70 m high, 2.55 m long, 0.85 m wide" in capsys.readouterr().out
    grown = Library.open(folder)
    assert grown.record("rhino/0000").licence == "CC0-1.0" and grown.records[:-1] == tiny_library.records
    np.testing.assert_array_equal(grown.embeddings[:-1], tiny_library.embeddings)
    assert np.linalg.norm(grown.embeddings[-1], axis=-1) == pytest.approx(1, abs=0.01)
    assert grown.nearest(grown.embeddings[-1], "herbivore") == ["rhino/0000"] * len(grown.yaws)
    assert (folder / "sources/rhino/0000.obj").read_bytes() == path.read_bytes() and mesh_path(folder, "rhino/0000").is_file()
    with pytest.raises(LibraryError, match="was embedded by tower"):
        main([*argv[:-3], "--tower", "efficientnet_lite0"])
    assert Library.open(folder).records == grown.records
