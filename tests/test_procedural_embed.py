"""``raw assets embed``: a library gets the appearances of another tower, and says so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny_towers import write_dinov2

from procedural.library.embed import EmbedConfig, embed
from raw.cli import main
from raw.library import Library
from raw.vision.tower import load_tower

pytestmark = pytest.mark.render


def test_a_library_is_embedded_by_another_tower_and_back(tiny_library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, tower = tmp_path / "library", write_dinov2(tmp_path / "tower") and load_tower(f"dinov2:{tmp_path / 'tower'}")
    shutil.copytree(tiny_library.folder, folder)
    assert main(["assets", "embed", str(folder), "--tower", tower.name, "--workers", "1"]) == 0
    assert f"5 assets, 2 yaws, tower {tower.name} ({tower.fingerprint})" in capsys.readouterr().out
    changed = Library.open(folder)
    assert (changed.tower, changed.fingerprint, changed.width) == (tower.name, tower.fingerprint, 32)
    assert changed.records == tiny_library.records and not list(folder.glob("*.begun.npy"))
    np.testing.assert_allclose(np.linalg.norm(changed.embeddings, axis=-1), 1, atol=1e-2)
    assert changed.nearest(changed.embedding("zebra/0000", 0.0), "herbivore") == ["zebra/0000"]
    back = embed(EmbedConfig(folder, "debug", workers=1))
    np.testing.assert_allclose(back.embeddings, tiny_library.embeddings, atol=1e-3)
    assert (back.tower, back.fingerprint) == ("debug", tiny_library.fingerprint)


def test_a_library_that_does_not_name_its_tower_is_named_without_drawing(tiny_library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(tiny_library.folder, folder)
    table = json.loads((folder / "library.json").read_text())
    table.pop("tower")
    (folder / "library.json").write_text(json.dumps(table))
    before = (folder / "embeddings.npy").stat().st_mtime_ns
    assert Library.open(folder).tower == ""
    embed(EmbedConfig(folder, "debug"))
    assert Library.open(folder).tower == "debug" and (folder / "embeddings.npy").stat().st_mtime_ns == before


def test_an_interrupted_run_leaves_the_embeddings_that_were_there(tiny_library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    shutil.copytree(tiny_library.folder, folder)
    with pytest.raises(ValueError, match="tower 'nothing' is unknown"):
        embed(EmbedConfig(folder, "nothing"))
    (folder / "meshes/zebra/0000.npz").unlink()
    write_dinov2(tmp_path / "tower")
    with pytest.raises(ValueError, match="file of asset 'zebra/0000' is missing"):
        embed(EmbedConfig(folder, f"dinov2:{tmp_path / 'tower'}"))
    left = Library.open(folder)
    assert left.fingerprint == tiny_library.fingerprint
    np.testing.assert_array_equal(left.embeddings, tiny_library.embeddings)
