"""A projector's weights from a file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from language_models import FAMILIES, write_base
from pretrained_world import SMALL, build
from safetensors.torch import save_file


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {family: write_base(tmp_path_factory.mktemp(family), family) for family in FAMILIES}


@pytest.mark.parametrize("names", ["model.mm_projector.{}", "{}"])
@pytest.mark.parametrize("suffix", [".safetensors", ".bin"])
def test_a_projector_is_read_from_a_file(bases: dict[str, Path], tmp_path: Path, names: str, suffix: str) -> None:
    weights = {names.format("weight"): torch.randn(32, 6), names.format("bias"): torch.randn(32)}
    path = tmp_path / f"mm_projector{suffix}"
    save_file(weights, path) if suffix == ".safetensors" else torch.save(weights, path)
    model = build(bases["llama"], lora=SMALL, projector=path)
    assert torch.equal(model.projector.weight, weights[names.format("weight")])
    assert torch.equal(model.projector.bias, weights[names.format("bias")])


def test_projectors_that_do_not_fit_are_refused(bases: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "projector.safetensors"
    save_file({"weight": torch.randn(32, 7), "bias": torch.randn(32)}, path)
    with pytest.raises(ValueError, match=r"weight is \(32, 7\); the model wants \(32, 6\): 6 features of a patch to 32"):
        build(bases["llama"], projector=path)
    save_file({"other": torch.randn(3)}, path)
    with pytest.raises(ValueError, match=r"holds other; allowed: a weight and a bias, or model.mm_projector.weight"):
        build(bases["llama"], projector=path)
    path.write_bytes(b"nothing")
    with pytest.raises(ValueError, match="cannot be read as weights"):
        build(bases["llama"], projector=path)
    with pytest.raises(FileNotFoundError, match="none.bin is missing"):
        build(bases["llama"], projector=tmp_path / "none.bin")


class Evil:
    def __reduce__(self) -> tuple:
        return (print, ("run",))


def test_a_projector_file_runs_no_code(bases: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"weight": Evil()}, tmp_path / "evil.bin")
    with pytest.raises(ValueError, match="cannot be read as weights"):
        build(bases["llama"], projector=tmp_path / "evil.bin")
    assert "run" not in capsys.readouterr().out
