"""Towers of OpenCLIP, with tiny random networks that are saved and read by every route."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny_towers import CONVNEXT, SEEN, VIT, WIDTH, write_architecture, write_open_clip

from raw.vision.images import square, to_tensor
from raw.vision.open_clip import _resolve
from raw.vision.tower import ALIASES, load_tower

ImageTransform = open_clip.transform.image_transform_v2


@pytest.fixture(scope="module")
def vit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("towers") / "vit"
    return folder, write_open_clip(folder)


@pytest.fixture(scope="module")
def convnext(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    folder = tmp_path_factory.mktemp("towers") / "convnext"
    return folder, write_open_clip(folder, 96, CONVNEXT)


def pictures(size: int) -> torch.Tensor:
    return torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1))


def normalised(images: torch.Tensor) -> torch.Tensor:
    return (images - torch.tensor(SEEN["mean"]).reshape(3, 1, 1)) / torch.tensor(SEEN["std"]).reshape(3, 1, 1)


@torch.no_grad()
def seen_by_hook(module: torch.nn.Module, model: Any, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """What leaves a module inside OpenCLIP's own forward, and its image embedding."""
    kept: list[torch.Tensor] = []
    handle = module.register_forward_hook(lambda _module, _inputs, output: kept.append(output))
    embedding = model.encode_image(normalised(images), normalize=True)
    handle.remove()
    return kept[0], embedding


def test_patches_of_a_transformer_leave_its_last_block_but_one(vit: tuple[Path, Any]) -> None:
    folder, model = vit
    tower, images = load_tower(f"open_clip:local-dir:{folder}"), pictures(56)
    assert (tower.size, tower.patch_shape, tower.width) == (56, (16, 64), WIDTH)
    blocks = model.visual.transformer.resblocks
    tokens, embedding = seen_by_hook(blocks[-2], model, images)
    patches, pooled, _ = tower(images)
    torch.testing.assert_close(patches, tokens[:, 1:], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(pooled, embedding, atol=1e-5, rtol=1e-4)
    last, _ = seen_by_hook(blocks[-1], model, images)
    assert (patches - last[:, 1:]).abs().max() > 0.1
    assert not patches.requires_grad and not tower.training and not any(p.requires_grad for p in tower.parameters())


def test_patches_of_a_convnext_are_its_last_map(convnext: tuple[Path, Any]) -> None:
    folder, model = convnext
    tower, images = load_tower(f"open_clip:local-dir:{folder}"), pictures(96)
    assert (tower.size, tower.patch_shape, tower.width) == (96, (9, 320), WIDTH)
    last, embedding = seen_by_hook(model.visual.trunk.stages[-1], model, images)
    patches, pooled, _ = tower(images)
    torch.testing.assert_close(patches[:, 5], last[:, :, 1, 2], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(pooled, embedding, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("place", [(0, 0), (0, 3), (2, 1), (3, 0)])
def test_patches_go_row_by_row_from_the_top_left(vit: tuple[Path, Any], place: tuple[int, int]) -> None:
    row, column = place
    dark = torch.zeros(1, 3, 56, 56)
    bright = dark.clone()
    bright[:, :, 14 * row : 14 * row + 14, 14 * column : 14 * column + 14] = 1
    tower = load_tower(f"open_clip:local-dir:{vit[0]}")
    change = (tower(bright).patches - tower(dark).patches).norm(dim=2)[0]
    assert int(change.argmax()) == 4 * row + column


@pytest.mark.parametrize("size", [28, 56, 84, 112])
def test_towers_of_any_size(tmp_path: Path, size: int) -> None:
    write_open_clip(tmp_path / "vit", size)
    tower = load_tower(f"open_clip:local-dir:{tmp_path / 'vit'}")
    assert (tower.size, tower.patch_shape[0]) == (size, (size // 14) ** 2)
    assert tower(pictures(size)).patches.shape == (2, *tower.patch_shape)
    with pytest.raises(ValueError, match=f"allowed: \\(B, 3, {size}, {size}\\)"):
        tower(pictures(size + 14))


@pytest.mark.parametrize("side", [56, 100, 190])
def test_preprocessing_is_that_of_open_clip_on_a_square_picture(vit: tuple[Path, Any], side: int) -> None:
    folder, model = vit
    noise = np.random.default_rng(0).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    picture = Image.fromarray(noise).resize((side, side))
    transform = ImageTransform(open_clip.transform.PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    tower, kept = load_tower(f"open_clip:local-dir:{folder}"), []
    tower.net.register_forward_pre_hook(lambda _module, inputs: kept.append(inputs[0]))
    tower(to_tensor([square(picture, tower.size)]))
    torch.testing.assert_close(kept[0][0], transform(picture), atol=1e-3, rtol=0)


def test_every_route_to_the_same_weights_gives_one_fingerprint(tmp_path: Path) -> None:
    write_architecture(tmp_path / "architectures", "tiny-vit", 56, VIT)
    model = open_clip.create_model("tiny-vit")
    weights = model.state_dict()
    torch.save(weights, tmp_path / "plain.pt")
    torch.save({"epoch": 3, "state_dict": {f"module.{k}": v for k, v in weights.items()}}, tmp_path / "training.pt")
    save_file(weights, tmp_path / "weights.safetensors")
    folder = tmp_path / "folder"
    write_open_clip(folder)
    config = json.loads((folder / "open_clip_config.json").read_text()) | {"preprocess_cfg": {}}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    shutil.copy(tmp_path / "weights.safetensors", folder / "open_clip_model.safetensors")
    names = [f"open_clip:tiny-vit@{tmp_path / file}" for file in ("plain.pt", "training.pt", "weights.safetensors")]
    towers = [load_tower(name) for name in (*names, f"open_clip:local-dir:{folder}")]
    assert [tower.name for tower in towers[:3]] == names
    assert len({tower.fingerprint for tower in towers}) == 1
    images = pictures(56)
    for tower in towers[1:]:
        torch.testing.assert_close(tower(images), towers[0](images))


def test_fingerprint_sees_what_features_depend_on(tmp_path: Path) -> None:
    """Weights, preprocessing, activation and heads: the tensors of the last three are the same."""
    write_open_clip(tmp_path / "first")
    kinds = {"first": ({}, VIT), "quick": ({"quick_gelu": True}, VIT), "heads": ({}, VIT | {"head_width": 32})}
    names = ["first", "quick", "heads", "seen", "weights", "inert"]
    config = json.loads((tmp_path / "first/open_clip_config.json").read_text())
    for name in names[1:]:
        shutil.copytree(tmp_path / "first", tmp_path / name)
        told = json.loads(json.dumps(config))
        more, vision = kinds.get(name, kinds["first"])
        told["model_cfg"] |= more
        told["model_cfg"]["vision_cfg"] |= vision
        if name == "seen":
            told["preprocess_cfg"]["mean"] = [0.4, 0.5, 0.61]
        if name == "inert":
            told["model_cfg"]["vision_cfg"]["patch_dropout"] = 0.5
        (tmp_path / name / "open_clip_config.json").write_text(json.dumps(told))
    weights = load_file(tmp_path / "weights/open_clip_model.safetensors")
    weights["visual.conv1.weight"][0, 0, 0, 0] += 1e-6
    save_file(weights, tmp_path / "weights/open_clip_model.safetensors")
    towers = {name: load_tower(f"open_clip:local-dir:{tmp_path / name}") for name in names}
    assert towers.pop("inert").fingerprint == towers["first"].fingerprint
    assert len({tower.fingerprint for tower in towers.values()}) == len(towers)
    outputs = [tower(pictures(56)).pooled for tower in towers.values()]
    assert (outputs[0] - outputs[1]).abs().max() > 1e-4 and (outputs[0] - outputs[2]).abs().max() > 1e-4


def test_a_tag_tells_activation_and_preprocessing_also_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_architecture(tmp_path, "tiny-tagged", 56, VIT)
    tag = {"hf_hub": "raw-scenes/tiny/", "quick_gelu": True, **SEEN}
    monkeypatch.setitem(open_clip.pretrained._PRETRAINED, "tiny-tagged", {"ours": tag})
    model = open_clip.create_model("tiny-tagged", force_quick_gelu=True).eval()
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    tower, plain = (load_tower(f"open_clip:tiny-tagged{tag}@{tmp_path / 'weights.pt'}") for tag in ("/ours", ""))
    images = pictures(56)
    expected = model.encode_image(normalised(images), normalize=True)
    torch.testing.assert_close(tower(images).pooled, expected, atol=1e-5, rtol=1e-4)
    assert tower.fingerprint != plain.fingerprint and (plain(images).pooled - expected).abs().max() > 1e-3
    cached = write_cache(tmp_path / "cache", "raw-scenes/tiny", {"open_clip_model.safetensors": model.state_dict()}, monkeypatch)
    assert load_tower("open_clip:tiny-tagged/ours").fingerprint == tower.fingerprint
    (cached / "open_clip_model.safetensors").unlink()
    with pytest.raises(OSError, match="hf download raw-scenes/tiny --local-dir FOLDER.*name the tower open_clip:tiny-tagged/ours@FILE"):
        load_tower("open_clip:tiny-tagged/ours")


def write_cache(folder: Path, repository: str, files: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files in the hub's cache, with no way to the hub; returns their folder."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    top = folder / f"models--{repository.replace('/', '--')}"
    snapshot = top / "snapshots" / ("0" * 40)
    for path in (snapshot, top / "refs"):
        path.mkdir(parents=True)
    (top / "refs" / "main").write_text("0" * 40)
    for name, content in files.items():
        save_file(content, snapshot / name) if isinstance(content, dict) else (snapshot / name).write_text(content)
    return snapshot


def test_a_repository_of_the_hub(vit: tuple[Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = vit
    files = {"open_clip_config.json": (folder / "open_clip_config.json").read_text()}
    files["open_clip_model.safetensors"] = load_file(folder / "open_clip_model.safetensors")
    write_cache(tmp_path, "raw-scenes/tiny", files, monkeypatch)
    tower = load_tower("open_clip:hf-hub:raw-scenes/tiny")
    assert tower.name == "open_clip:hf-hub:raw-scenes/tiny" and tower.fingerprint == load_tower(f"open_clip:local-dir:{folder}").fingerprint


@pytest.mark.parametrize(
    ("name", "repository"),
    [
        ("clip", "timm/vit_large_patch14_clip_336.openai"),
        ("bioclip", "imageomics/bioclip"),
        ("convnext", "laion/CLIP-convnext_xxlarge"),
    ],
)
def test_without_internet_one_error_says_what_to_download(
    name: str, repository: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cache(tmp_path, "raw-scenes/none", {}, monkeypatch)
    with pytest.raises(OSError, match=f"{repository}.* is not in the cache, and cannot be downloaded .*hf download {repository}.*FOLDER"):
        load_tower(name)


def test_aliases_are_what_the_paper_has() -> None:
    architecture, tag = ALIASES["clip"].removeprefix("open_clip:").split("/")
    vision = open_clip.get_model_config(architecture)["vision_cfg"]
    assert (vision["image_size"], vision["patch_size"], vision["layers"], vision["width"]) == (336, 14, 24, 1024)
    assert open_clip.get_pretrained_cfg(architecture, tag)["quick_gelu"]
    wide = {a for a, _ in open_clip.list_pretrained() if a.startswith("convnext") and open_clip.get_model_config(a)["embed_dim"] == 1024}
    assert wide == {ALIASES["convnext"].removeprefix("open_clip:").split("/")[0]}


def test_the_papers_tower_is_read_with_its_own_activation(tmp_path: Path) -> None:
    (tmp_path / "clip.safetensors").touch()
    for architecture, quick in (("ViT-L-14-336/openai", True), ("ViT-L-14-336", False)):
        name, source = _resolve(f"{architecture}@{tmp_path / 'clip.safetensors'}")
        assert source.options["force_quick_gelu"] == source.quick_gelu == quick and name.endswith("clip.safetensors")


def test_half_precision(vit: tuple[Path, Any], convnext: tuple[Path, Any]) -> None:
    for folder, _ in (vit, convnext):
        for dtype in (torch.bfloat16, torch.float16):
            tower = load_tower(f"open_clip:local-dir:{folder}")
            before, images = tower.fingerprint, pictures(tower.size)
            expected, found = tower(images), tower.to(dtype)(images)
            assert found.patches.dtype == torch.float32 and tower.fingerprint == before
            assert (found.pooled * expected.pooled).sum(dim=1).min() > 0.99
