"""The ``raw`` command: help, one-line errors, exit codes, and that nothing heavy loads before it is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from inference import comparison, language_reference, reconstruct, render_program
from raw.cli import COMMANDS, MISSING, main, usage
from raw.grammar import BY_NAME, STATEMENTS
from raw.language import write
from raw.scene import Scene

ROOT = Path(__file__).resolve().parent.parent


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(re.search(rf"^  {name} ", shown, re.MULTILINE) for name in COMMANDS)
    assert "raw reconstruct zebra.jpg --out out" in shown


@pytest.mark.parametrize("name", ["reconstruct", "render", "language"])
def test_help_of_a_command_has_examples_on_their_own_lines(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main([name, "--help"])
    assert stop.value.code == 0
    assert re.search(rf"examples:\n  raw {name} .*\n  raw {name} ", capsys.readouterr().out)


def test_no_command_shows_the_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert usage() in capsys.readouterr().out


def test_examples_in_help_parse() -> None:
    for module in (reconstruct, render_program, language_reference):
        for line in module.EXAMPLES.strip().splitlines():
            module._parser().parse_args(line.split("#")[0].split()[2:])


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["reconstrct"], "unknown command 'reconstrct'; allowed: reconstruct, render"),
        (["reconstruct", "a.jpg"], "out"),
        (["reconstruct", "a.jpg", "--out", "o", "--nothing"], "--nothing"),
        (["reconstruct", "a.jpg", "--out", "o", "--size", "3"], "--size is 3; allowed: 64 to 4096"),
        (["reconstruct", "a.jpg", "--out", "o", "--samples", "0"], "samples is 0"),
        (["reconstruct", "a.jpg", "--out", "o", "--model", "no_model_here"], "no_model_here is no model: config.json is missing"),
        (["render", "none.scene", "--out", "o"], "none.scene: No such file"),
    ],
)
def test_bad_usage_is_one_line_and_code_2(argv: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    error = capsys.readouterr().err
    assert error.startswith("raw: error: ") and message in error and error.count("\n") == 1


def test_a_bug_is_not_dressed_up_as_a_users_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: list[str]) -> int:
        raise KeyError("bug")

    monkeypatch.setattr(language_reference, "main", broken)
    with pytest.raises(KeyError, match="bug"):
        main(["language"])


def test_traceback_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAW_TRACEBACK", "1")
    with pytest.raises(FileNotFoundError):
        main(["render", "none.scene", "--out", "o"])


def test_a_missing_package_names_its_extra(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def needs_torch(_: list[str]) -> int:
        raise ModuleNotFoundError("No module named 'torch'", name="torch")

    monkeypatch.setattr(language_reference, "main", needs_torch)
    assert main(["language"]) == 2
    assert "needs the Python package torch: pip install 'raw-scenes[model]'" in capsys.readouterr().err


def test_extras_named_in_errors_exist() -> None:
    import tomllib

    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(MISSING.values()) <= set(extras)


def test_the_command_starts_light() -> None:
    run = python("import sys, raw.cli; raw.cli.main(['--help']); print({'numpy', 'torch', 'bpy', 'jsonargparse'} & set(sys.modules))")
    assert run.stdout.strip().endswith("set()"), run.stdout + run.stderr


def test_reconstruct_loads_torch_only_with_the_model() -> None:
    run = python("import sys, inference.reconstruct, inference.render_program; print({'torch', 'bpy', 'transformers'} & set(sys.modules))")
    assert run.stdout.strip() == "set()", run.stdout + run.stderr


def test_language_reference_has_every_statement_and_slot(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["language"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in BY_NAME)
    assert all(f"{slot.name}=" in shown for statement in STATEMENTS.values() for slot in statement.slots if slot.name)


def test_language_check_counts_bad_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.scene", tmp_path / "bad.scene"
    good.write_text(write(Scene()))
    bad.write_text("set_fov(45)\nset_fog(3)\n")
    assert main(["language", "--check", str(good)]) == 0
    assert main(["language", "--check", str(good), str(bad)]) == 1
    assert main(["language", "--check", str(bad), str(tmp_path / "none")]) == 2
    assert f"{bad}: line 2, column 1: unknown statement 'set_fog'; allowed: set_sun_size" in capsys.readouterr().err


def test_the_command_is_installed_as_declared() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert declared == {"raw": "raw.cli:main"}
    assert all(find_spec(command.module.partition(".")[0]) for command in COMMANDS.values())


def test_side_by_side_keeps_both_pictures() -> None:
    joined = comparison.side_by_side(Image.new("RGB", (300, 200), "red"), Image.new("RGB", (90, 60), "blue"))
    assert joined.size == (2 * 90 + comparison.GAP, 60)
    assert joined.getpixel((45, 30)) == (255, 0, 0) and joined.getpixel((90 + comparison.GAP + 45, 30)) == (0, 0, 255)
