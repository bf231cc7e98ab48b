"""What towers of OpenCLIP refuse: names, files and grids that cannot be."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_towers import VIT, write_architecture, write_open_clip

from raw.vision.tower import load_tower


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("ViT-L-15/openai", "no architecture 'ViT-L-15'; near: .*ViT-L-14"),
        ("ViT-L-14-336/laion", "no weights 'laion' of ViT-L-14-336; allowed: openai"),
        ("ViT-L-14-336", "does not say which weights.*ViT-L-14-336@FILE, or ViT-L-14-336/TAG \\(openai\\)"),
        ("ViT-L-14-336@weights.npz", "weights.npz is no checkpoint; allowed: names that end in .safetensors, .pt"),
        ("ViT-L-14-336/openai@gone/weights.pt", "gone/weights.pt is missing: put the weights of ViT-L-14-336/openai there"),
        ("hf-hub:bioclip", "names no repository; allowed: open_clip:hf-hub:ORG/NAME"),
        ("local-dir:gone", "gone/open_clip_config.json is missing"),
    ],
)
def test_names_that_cannot_be(source: str, message: str) -> None:
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        load_tower(f"open_clip:{source}")


def test_files_that_cannot_be(tmp_path: Path) -> None:
    model = write_open_clip(tmp_path / "bare")
    write_architecture(tmp_path / "architectures", "tiny-refused", 56, VIT)
    torch.save({"state_dict": {"a": torch.ones(2)}}, tmp_path / "other.pt")
    torch.save({"model": model}, tmp_path / "pickle.pt")
    torch.jit.script(torch.nn.Linear(2, 2)).save(tmp_path / "script.pt")
    (tmp_path / "noise.safetensors").write_bytes(b"noise")
    for file in ("other.pt", "pickle.pt", "script.pt", "noise.safetensors"):
        with pytest.raises(ValueError, match=f"{file} cannot be made from these files: .*allowed: a state dict") as error:
            load_tower(f"open_clip:tiny-refused@{tmp_path / file}")
        assert len(str(error.value)) < 1000
    (tmp_path / "bare/open_clip_model.safetensors").unlink()
    with pytest.raises(FileNotFoundError, match="bare holds no weights: put open_clip_model.safetensors"):
        load_tower(f"open_clip:local-dir:{tmp_path / 'bare'}")
    (tmp_path / "bare/open_clip_model.safetensors").touch()
    (tmp_path / "bare/open_clip_config.json").write_text("{")
    with pytest.raises(ValueError, match="open_clip_config.json is broken"):
        load_tower(f"open_clip:local-dir:{tmp_path / 'bare'}")


def test_pickled_code_does_not_run(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> Any:
            return (tmp_path / "harmed").touch, ()

    write_architecture(tmp_path / "architectures", "tiny-harmed", 56, VIT)
    torch.save({"state_dict": Harm()}, tmp_path / "harm.pt")
    with pytest.raises(ValueError, match="cannot be made from these files"):
        load_tower(f"open_clip:tiny-harmed@{tmp_path / 'harm.pt'}")
    assert not (tmp_path / "harmed").exists()


def test_grids_that_are_no_squares_are_refused(tmp_path: Path) -> None:
    write_open_clip(tmp_path / "wide", [28, 56])
    with pytest.raises(ValueError, match="wants pictures of 28 x 56 pixels; allowed: squares"):
        load_tower(f"open_clip:local-dir:{tmp_path / 'wide'}")
    write_open_clip(tmp_path / "bricks", 56, VIT | {"patch_size": [14, 28]})
    with pytest.raises(ValueError, match="gives a map of 4 x 2 patches; allowed: squares"):
        load_tower(f"open_clip:local-dir:{tmp_path / 'bricks'}")


def test_a_transformer_of_one_block_is_refused(tmp_path: Path) -> None:
    write_open_clip(tmp_path / "flat", 56, VIT | {"layers": 1})
    with pytest.raises(ValueError, match="has 1 blocks; allowed: 2 or more"):
        load_tower(f"open_clip:local-dir:{tmp_path / 'flat'}")


def test_without_the_package_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "open_clip", None)
    with pytest.raises(ModuleNotFoundError, match="needs the package open_clip_torch: pip install 'raw-scenes\\[model\\]'") as error:
        load_tower("clip")
    assert error.value.name == "open_clip"
