"""What ``raw assets list`` and ``raw assets show`` tell of a library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from procedural.library import command
from procedural.library.show import ListConfig, chosen, description, listing, relations
from raw.library import AssetRecord, Library, LibraryError, save_ground, save_mesh
from raw.mesh import GroundMaterial, Mesh, Rig

RECORDS = (
    AssetRecord("zebra/0000", "zebra", "herbivore", "plains zebra", 1.4, 7),
    AssetRecord("zebra/0001", "zebra", "herbivore", "plains zebra", 1.2, 8),
    AssetRecord("cow/0000", "cow", "herbivore", "cow", 1.5, 0, "CC0-1.0"),
    AssetRecord("oak/0000", "oak", "tree", "oak", 9.0, 0),
    AssetRecord("sand/0000", "sand", "ground", "sand", 0.0, 0),
)
MESH = Mesh(
    np.array([[-1, -2, 0], [1, -2, 0], [0, 2, 0], [0, 0, 1.4]], np.float32),
    np.array([[0, 2, 1], [0, 1, 3]], np.int32),
    np.full((4, 3), 90, np.uint8),
)
_PLACES = np.eye(3, dtype=np.float32)
RIG = Rig(("trunk", "neck", "head"), np.array([-1, 0, 1], np.int32), _PLACES, np.ones((4, 3), np.float32) / 3, _PLACES)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    vectors = np.array([[1, 0, 0], [0.8, 0.6, 0], [0.6, 0.8, 0], [0, 1, 0], [0, 0, 1]], np.float16)[:, None]
    np.save(tmp_path / "embeddings.npy", vectors)
    Library(tmp_path, RECORDS, np.zeros(1), "0123").save_table()
    save_mesh(tmp_path, "zebra/0000", MESH, RIG, {"leg_length": 0.7})
    save_mesh(tmp_path, "cow/0000", MESH)
    save_ground(tmp_path, "sand/0000", GroundMaterial(np.array([[200, 180, 140]], np.uint8), 2.5, 0.3, 0.8, ()))
    return Library.open(tmp_path)


def test_list_filters_by_category_and_family(library: Library) -> None:
    assert chosen(library, ListConfig(library.folder)) == RECORDS
    assert [r.id for r in chosen(library, ListConfig(library.folder, ("tree", "ground")))] == ["oak/0000", "sand/0000"]
    assert [r.id for r in chosen(library, ListConfig(library.folder, ("herbivore",), ("cow", "oak")))] == ["cow/0000"]
    with pytest.raises(ValueError, match="category has fish; allowed: bird"):
        ListConfig(library.folder, ("fish",))
    with pytest.raises(ValueError, match="has no yak; it has cow, oak, sand, zebra"):
        chosen(library, ListConfig(library.folder, families=("yak",)))


def test_listing_has_a_line_a_family_or_an_asset() -> None:
    lines = listing(RECORDS).splitlines()
    assert len(lines) == 5 and lines[1].split() == ["zebra", "herbivore", "2", "1.20-1.40", "plains", "zebra"]
    lines = listing(RECORDS, each=True).splitlines()
    assert len(lines) == 6 and lines[3].split() == ["cow/0000", "herbivore", "1.5", "CC0-1.0", "cow"]


def test_show_tells_size_parameters_joints_and_relatives(library: Library) -> None:
    shown = description(library, "zebra/0000", 2)
    assert "1.40 m high, 4.00 m long, 2.00 m wide" in shown and "2 triangles, 4 vertices" in shown and "leg_length           0.7" in shown
    assert "joints      3\n    trunk" in shown and "\n      neck" in shown and "\n        head" in shown
    assert relations(library, "zebra/0000", 2) == [("zebra/0001", pytest.approx(0.8, abs=1e-3)), ("cow/0000", pytest.approx(0.6, abs=1e-3))]
    assert "joints      none" in description(library, "cow/0000", 0) and "CC0-1.0" in description(library, "cow/0000", 0)
    assert "palette     200, 180, 140" in description(library, "sand/0000", 1)
    with pytest.raises(LibraryError, match="'zebra/0009' is not in"):
        description(library, "zebra/0009", 1)


def test_rig_and_parameters_come_back(library: Library) -> None:
    rig = library.rig("zebra/0000")
    assert rig is not None and rig.names == RIG.names and library.rig("cow/0000") is None
    assert library.has_rig("zebra/0000") and not library.has_rig("cow/0000")
    np.testing.assert_allclose(rig.weights, RIG.weights, rtol=1e-6)
    assert library.parameters("zebra/0000") == {"leg_length": 0.7} and library.parameters("cow/0000") == {}


def test_subcommands_are_told_and_found(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 2 and command.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in command.SUBCOMMANDS)
    assert command.main(["list", str(library.folder), "--category", "tree"]) == 0
    assert "oak" in capsys.readouterr().out
    assert command.main(["show", str(library.folder), "cow/0000"]) == 0
    assert "zebra/0001" in capsys.readouterr().out
    with pytest.raises(ValueError, match="unknown subcommand 'lst'.*allowed: build, embed, list, show, sheet, add, import-infinigen"):
        command.main(["lst"])


@pytest.mark.parametrize("name", list(command.SUBCOMMANDS))
def test_help_of_every_subcommand_has_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        command.main([name, "--help"])
    assert stop.value.code == 0 and f"examples:\n  raw assets {name} " in capsys.readouterr().out
