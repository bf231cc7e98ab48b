"""LPIPS only with its weights, the substitute under its own name, and tower cosine."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision

from raw.metrics.perceptual import EfficientNetDistance, Lpips, WeightsNotFound, backbone_file, perceptual_distance, tower_cosine
from raw.vision.tower import load_tower


class StripeTower(torch.nn.Module):
    """Two stages that can be worked out by hand: the colour, and twice its left half."""

    name, size, fingerprint = "stripe", 16, "0123"

    def stages(self, images: torch.Tensor) -> list[torch.Tensor]:
        return [images, 2 * images[..., :8]]


def picture(seed: int, height: int = 64, width: int = 64) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def flat(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((16, 16, 3), colour, dtype=np.uint8)


@pytest.fixture()
def empty_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A torch hub folder with nothing in it, and no way to the network."""
    before = torch.hub.get_dir()
    torch.hub.set_dir(str(tmp_path))

    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "create_connection", refuse)
    yield tmp_path
    torch.hub.set_dir(before)


@pytest.fixture()
def squeeze_weights(empty_hub: Path) -> Path:
    """A random SqueezeNet in the place and the format of the published one."""
    torch.manual_seed(0)
    file = backbone_file("squeeze")
    file.parent.mkdir(parents=True)
    torch.save(torchvision.models.squeezenet1_1(weights=None).state_dict(), file)
    return file


def test_distance_known_answers() -> None:
    distance = EfficientNetDistance(StripeTower())
    red, green, dark_red = flat((255, 0, 0)), flat((0, 255, 0)), flat((100, 0, 0))
    assert distance(red, dark_red).value == pytest.approx(0)  # unit vectors: strength does not count
    assert distance(red, green).value == pytest.approx(2)
    half = red.copy()
    half[:, :8] = green[:, :8]
    assert distance(red, half).value == pytest.approx((1 + 2) / 2)  # mean over stages, not over places of all


def test_distance_reports_itself_and_never_as_lpips() -> None:
    tower = load_tower("efficientnet_lite0")
    distance = EfficientNetDistance(tower)
    a, b = picture(0), picture(1)
    equal, other = distance(a, a), distance(a, b)
    assert equal.value == pytest.approx(0, abs=1e-9) and 0 < other.value < 4
    slightly = np.clip(a.astype(int) + 4, 0, 255).astype(np.uint8)
    assert distance(slightly, a).value < 0.5 * other.value
    assert other.name == "efficientnet_lite0_distance (uncalibrated, not LPIPS)"
    assert (other.net, other.version, other.resolution) == ("efficientnet_lite0", tower.fingerprint, (224, 224))
    assert distance(picture(0, 20, 40), picture(1, 20, 40)).value > 0  # need not be square


def test_tower_cosine() -> None:
    tower = load_tower("debug")
    a, b = picture(0), flat((255, 0, 0)).repeat(4, axis=0).repeat(4, axis=1)
    assert tower_cosine(tower, a, a) == pytest.approx(1, abs=1e-5)
    assert -1 <= tower_cosine(tower, a, b) < 0.999
    with pytest.raises(ValueError, match="differ in size"):
        tower_cosine(tower, a, a[1:])


def test_without_weights_the_substitute_stands_in_and_says_so(empty_hub: Path, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(WeightsNotFound, match="alexnet-owt-7be5be79.pth is missing"):
        Lpips("alex")
    with caplog.at_level(logging.WARNING):
        assert perceptual_distance("alex").name.endswith("(uncalibrated, not LPIPS)")
    assert "Reporting efficientnet_lite0_distance" in caplog.text and not list(empty_hub.rglob("*.pth"))
    with pytest.raises(WeightsNotFound):
        perceptual_distance("alex", weights=empty_hub / "nowhere.pth")
    with pytest.raises(ValueError, match="allowed: alex, vgg, squeeze"):
        perceptual_distance("resnet")


def test_lpips_agrees_with_the_package(squeeze_weights: Path) -> None:
    import lpips

    distance = perceptual_distance("squeeze")
    a, b = picture(0, 48, 80), picture(1, 48, 80)
    found = distance(a, b)
    reference = lpips.LPIPS(net="squeeze", verbose=False)  # reads the same file from the hub folder
    inputs = [torch.from_numpy(image).permute(2, 0, 1)[None] / 127.5 - 1 for image in (a, b)]
    assert found.value == pytest.approx(reference(*inputs).item(), rel=1e-5) and found.value > 0
    assert distance(a, a).value == 0
    assert (found.name, found.net, found.version, found.resolution) == ("lpips_squeeze", "squeeze", "0.1", (80, 48))
    with pytest.raises(ValueError, match="at least 32 x 32"):
        distance(a[:20], b[:20])


def test_lpips_from_a_given_path(squeeze_weights: Path, tmp_path: Path) -> None:
    other = squeeze_weights.rename(tmp_path / "mine.pth")
    assert Lpips("squeeze", weights=other)(picture(0), picture(1)).value > 0
    with pytest.raises(ValueError, match="not the backbone's state dict"):
        Lpips("alex", weights=other)
