"""DINOv2 towers, with tiny random networks in folders that transformers wrote."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_towers import SEEN, write_dinov2
from torch.nn import functional

from raw.vision.tower import load_tower


@pytest.fixture(scope="module")
def dinov2(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("towers") / "dinov2"
    return folder, write_dinov2(folder)


def pictures(size: int) -> torch.Tensor:
    return torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1))


@torch.no_grad()
@pytest.mark.parametrize("registers", [0, 4])
def test_patches_and_class_token_are_those_of_transformers(tmp_path: Path, registers: int) -> None:
    model, images = write_dinov2(tmp_path / "tower", registers=registers), pictures(56)
    tower = load_tower(f"dinov2:{tmp_path / 'tower'}")
    assert (tower.size, tower.patch_shape, tower.width, tower.name) == (56, (16, 32), 32, f"dinov2:{tmp_path / 'tower'}")
    mean, std = (torch.tensor(SEEN[key]).reshape(3, 1, 1) for key in ("mean", "std"))
    expected = model((images - mean) / std)
    patches, pooled, _ = tower(images)
    torch.testing.assert_close(patches, expected.last_hidden_state[:, 1 + registers :], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(pooled, functional.normalize(expected.pooler_output, dim=1), atol=1e-5, rtol=1e-4)
    assert not patches.requires_grad and not tower.training and not any(p.requires_grad for p in tower.parameters())
    half = tower.to(torch.bfloat16)(images)
    assert half.patches.dtype == torch.float32 and (half.pooled * pooled).sum(dim=1).min() > 0.98


@pytest.mark.parametrize("place", [(0, 0), (0, 3), (2, 1), (3, 0)])
def test_patches_go_row_by_row_from_the_top_left(dinov2: tuple[Path, Any], place: tuple[int, int]) -> None:
    row, column = place
    dark = torch.zeros(1, 3, 56, 56)
    bright = dark.clone()
    bright[:, :, 14 * row : 14 * row + 14, 14 * column : 14 * column + 14] = 1
    tower = load_tower(f"dinov2:{dinov2[0]}")
    change = (tower(bright).patches - tower(dark).patches).norm(dim=2)[0]
    assert int(change.argmax()) == 4 * row + column


@pytest.mark.parametrize("size", [28, 56, 70, 112])
def test_towers_of_any_size(tmp_path: Path, size: int) -> None:
    write_dinov2(tmp_path / "tower", size)
    tower = load_tower(f"dinov2:{tmp_path / 'tower'}")
    assert (tower.size, tower.patch_shape[0]) == (size, (size // 14) ** 2)
    assert tower(pictures(size)).patches.shape == (2, *tower.patch_shape)


def test_fingerprint_is_of_weights_and_preprocessing_not_of_the_path(dinov2: tuple[Path, Any], tmp_path: Path) -> None:
    for name in ("copy", "seen", "weights"):
        shutil.copytree(dinov2[0], tmp_path / name)
    path = tmp_path / "seen/preprocessor_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"image_std": [0.2, 0.25, 0.31]}))
    weights = load_file(tmp_path / "weights/model.safetensors")
    weights["layernorm.bias"][0] += 1e-6
    save_file(weights, tmp_path / "weights/model.safetensors", metadata={"format": "pt"})
    first, copy, seen, other = (
        load_tower(f"dinov2:{f}").fingerprint for f in (dinov2[0], *(tmp_path / n for n in ("copy", "seen", "weights")))
    )
    assert first == copy and len({first, seen, other}) == 3


@pytest.mark.parametrize("file", ["config.json", "preprocessor_config.json", "model.safetensors"])
def test_a_missing_or_broken_file_is_named(dinov2: tuple[Path, Any], tmp_path: Path, file: str) -> None:
    shutil.copytree(dinov2[0], tmp_path / "tower")
    (tmp_path / "tower" / file).write_text("[]")
    with pytest.raises(ValueError, match=f"{tmp_path / 'tower'}.*(is no table|cannot be read as a DINOv2 model)"):
        load_tower(f"dinov2:{tmp_path / 'tower'}")
    (tmp_path / "tower" / file).unlink()
    (tmp_path / "tower" / "pytorch_model.bin").touch()  # a pickle, which is never read
    with pytest.raises(FileNotFoundError, match=f"{file} is missing: the folder of a DINOv2 model holds"):
        load_tower(f"dinov2:{tmp_path / 'tower'}")


def test_weights_that_are_not_whole_are_refused(dinov2: tuple[Path, Any], tmp_path: Path) -> None:
    shutil.copytree(dinov2[0], tmp_path / "tower")
    weights = load_file(tmp_path / "tower/model.safetensors")
    weights.pop("layernorm.weight")
    save_file(weights, tmp_path / "tower/model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match="model.safetensors lacks 1 tensors of the model, such as layernorm.weight"):
        load_tower(f"dinov2:{tmp_path / 'tower'}")


def test_what_cannot_be_is_refused(dinov2: tuple[Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_dinov2(tmp_path / "wide", {"height": 28, "width": 56})
    with pytest.raises(ValueError, match="wants pictures of 28 x 56 pixels; allowed: squares"):
        load_tower(f"dinov2:{tmp_path / 'wide'}")
    write_dinov2(tmp_path / "odd", 60)
    with pytest.raises(ValueError, match="wants pictures of 60 pixels; allowed: multiples of 14"):
        load_tower(f"dinov2:{tmp_path / 'odd'}")
    shutil.copytree(dinov2[0], tmp_path / "other")
    (tmp_path / "other/config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(ValueError, match="model_type is 'vit'; allowed: dinov2, dinov2_with_registers"):
        load_tower(f"dinov2:{tmp_path / 'other'}")
    with pytest.raises(ValueError, match="dinov2:base names no model; allowed: dinov2:ORG/NAME"):
        load_tower("dinov2:base")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        OSError, match="facebook/dinov2-base .*cannot be downloaded .*hf download facebook/dinov2-base .*name the tower dinov2:/FOLDER"
    ):
        load_tower("dinov2:facebook/dinov2-base")
