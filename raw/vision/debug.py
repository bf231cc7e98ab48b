"""The tower of tests."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from raw.vision.fingerprint import fingerprint_of_small
from raw.vision.frozen import FrozenTower


class DebugTower(FrozenTower):
    """A tiny fixed random tower of EfficientNet-Lite0's grid."""

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
        self.fingerprint = fingerprint_of_small(self.name, self.size, self.patch_shape, self.width, self.state_dict())

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        images = (images - 0.5).to(self.dtype)
        cells = functional.adaptive_avg_pool2d(images, 28).unfold(2, 4, 4).unfold(3, 4, 4)  # (B, 3, 7, 7, 4, 4)
        cells = cells.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)
        patches = torch.tanh(cells @ self.filters.T)
        return patches, patches.mean(dim=1) @ self.pool.T


def load(_: str) -> DebugTower:
    return DebugTower()
