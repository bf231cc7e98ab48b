"""The importer of Infinigen's assets, against a stub interpreter: what is run, what comes back, what failures look like."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from procedural.library.incoming import ModelError
from procedural.library.infinigen import MAKERS, SCRIPT, InfinigenConfig, main, make_all, make_file
from raw.library import Library
from raw.scene import CATEGORIES

STUB = """#!{python}
import json, sys
from pathlib import Path
flag, script, out, module, factory, seed, triangles = sys.argv[1:]
print("loading", factory)
Path(out + ".json").write_text(json.dumps(sys.argv[1:]))
if seed == "7":
    print("\\n".join(f"line {{i}}" for i in range(30)), file=sys.stderr)
    sys.exit(3)
if seed == "8":
    print("made nothing")
    sys.exit(0)
corners = [(x, y, z) for x in (0, 2) for y in (0, 1) for z in (0, 1.5)]
quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
lines = [f"v {{x}} {{y}} {{z}} {{1.0 if x else 0.0}} 0 0" for x, y, z in corners]
Path(out + ".obj").write_text("\\n".join(lines + ["f " + " ".join(str(i + 1) for i in quad) for quad in quads]) + "\\n")
"""


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    """An executable that takes the script's arguments and writes a red-fronted box, 2 m long, 1 wide, 1.5 high; seeds 7 and 8 fail."""
    path = tmp_path / "stub-python"
    path.write_text(STUB.format(python=sys.executable))
    path.chmod(0o755)
    return path


def config(stub: Path, library: Path, **options: object) -> InfinigenConfig:
    return InfinigenConfig(stub, library, **{"families": ("carnivore",), **options})


def test_the_script_is_run_with_what_it_needs(stub: Path, tmp_path: Path) -> None:
    made = make_file(config(stub, tmp_path, triangles=500), tmp_path, "carnivore", 3)
    stem = str(tmp_path / "carnivore_000003")
    assert made == Path(stem + ".obj")
    assert json.loads(Path(stem + ".json").read_text()) == ["-I", str(SCRIPT), stem, "creatures", "CarnivoreFactory", "3", "500"]


def test_files_that_are_there_are_not_made_again(stub: Path, tmp_path: Path) -> None:
    (tmp_path / "carnivore_000007.obj").write_text("kept")
    assert make_file(config(stub, tmp_path), tmp_path, "carnivore", 7).read_text() == "kept"


def test_a_failed_run_shows_its_last_lines(stub: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="ended with code 3; its last lines:\nline 18\n(.*\n)*line 29$"):
        make_file(config(stub, tmp_path), tmp_path, "carnivore", 7)
    with pytest.raises(ModelError, match="wrote no carnivore_000008.obj or .glb; its last lines:\nloading CarnivoreFactory\nmade nothing"):
        make_file(config(stub, tmp_path), tmp_path, "carnivore", 8)


def test_a_run_that_hangs_is_ended(tmp_path: Path) -> None:
    sleeper = tmp_path / "sleeper"
    sleeper.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    sleeper.chmod(0o755)
    with pytest.raises(ModelError, match="was ended after 0.3 s"):
        make_file(config(sleeper, tmp_path, timeout_s=0.3), tmp_path, "carnivore", 0)


def test_options_are_checked(stub: Path, tmp_path: Path) -> None:
    assert set(MAKERS) == set(CATEGORIES)
    with pytest.raises(ValueError, match="families has fish; allowed: bird, boulder"):
        config(stub, tmp_path, families=("fish",))
    with pytest.raises(ValueError, match="count is 0"):
        config(stub, tmp_path, count=0)
    Library(tmp_path, (), np.zeros(1), "").save_table()
    with pytest.raises(FileNotFoundError, match="nowhere"):
        main(["--python", str(tmp_path / "nowhere"), "--library", str(tmp_path)])


def test_the_script_needs_nothing_of_ours() -> None:
    tree = ast.parse(SCRIPT.read_text())
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert not {name.split(".")[0] for name in names} & {"raw", "procedural", "training", "inference"}


@pytest.mark.render
def test_assets_stand_in_the_asset_frame(stub: Path, tmp_path: Path) -> None:
    made, failed = make_all(config(stub, tmp_path, count=2, seed=7 - 1), Library(tmp_path, (), np.zeros(1), ""))
    [(record, mesh)] = made
    assert (record.id, record.licence, record.seed, record.height) == ("infinigen_carnivore/0000", "BSD-3-Clause", 6, 1.5)
    np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), [1, 2, 1.5], atol=1e-5)
    assert (mesh.colors[mesh.vertices[:, 1] < 0, 0] > 250).all()  # +x, its front, has become -y
    assert list(failed) == ["carnivore of seed 7"] and "line 29" in failed["carnivore of seed 7"]


@pytest.mark.render
def test_command_adds_to_the_library(stub: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Library(tmp_path, (), np.zeros(1), "").save_table()
    argv = ["--python", str(stub), "--library", str(tmp_path), "--files", str(tmp_path / "made")]
    argv += ["--families", "bush", "--seed", "8", "--count", "2"]
    assert main(argv) == 1
    shown = capsys.readouterr()
    assert "1 of 2 assets of Infinigen added: infinigen_bush/0000" in shown.out and "made nothing" in shown.err
    assert Library.open(tmp_path).record("infinigen_bush/0000").height == 1.5
    assert (tmp_path / "made/bush_000009.obj").is_file()
