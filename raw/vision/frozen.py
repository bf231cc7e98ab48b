"""What all towers share: a frozen network in eval mode, the check of its input, its preprocessing and its output."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from raw.vision.fingerprint import fingerprint
from raw.vision.tower import TowerOutput


class Preprocessing(NamedTuple):
    """What a network wants to see: a square of ``size`` pixels, each channel less ``mean``, over ``std`` (both of 0..1)."""

    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


class FrozenTower(nn.Module):
    """A ``raw.vision.tower.Tower``. It stays in eval mode, takes any device and floating type, and answers in float32."""

    name: str
    size: int
    patch_shape: tuple[int, int]
    width: int
    fingerprint: str

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, size, size) float32 RGB in 0..1 -> patches (B, N, C) and pooled (B, D) of any length and floating type."""
        raise NotImplementedError

    @torch.no_grad()
    def forward(self, images: Tensor) -> TowerOutput:
        check_images(images, self.size)
        patches, pooled = self.features(images.float())
        return TowerOutput(patches.float().contiguous(), functional.normalize(pooled.float(), dim=1), self.classified(pooled))

    def classified(self, pooled: Tensor) -> Tensor | None:
        """What ``features`` pooled -> (B, 1000) probabilities of ImageNet's classes, float32; None where a tower tells none."""
        return None

    def train(self, mode: bool = True) -> FrozenTower:
        """Towers do not train: ``mode`` changes nothing."""
        super().train(False)
        return self

    @property
    def dtype(self) -> torch.dtype:
        return next(self.parameters()).dtype


class GridTower(FrozenTower):
    """A network that gives a map of features and one vector, behind its preprocessing."""

    mean: Tensor
    std: Tensor

    def __init__(self, name: str, net: nn.Module, preprocessing: Preprocessing, facts: dict[str, object]) -> None:
        """``net`` maps normalised pictures to (B, C, H, W) and (B, D); ``facts`` are what its outputs depend on but its weights.

        ValueError where the map is no square.
        """
        super().__init__()
        self.name, self.size, self.net = name, preprocessing.size, net.float()
        for key in ("mean", "std"):
            values = torch.tensor(getattr(preprocessing, key), dtype=torch.float32).reshape(1, 3, 1, 1)
            self.register_buffer(key, values, persistent=False)
        self.eval().requires_grad_(False)
        grid, pooled = output_shapes(net, self.size)
        if len(grid) != 4 or grid[2] != grid[3]:
            raise ValueError(f"tower {name} gives a map of {' x '.join(map(str, grid[2:]))} patches; allowed: squares")
        self.patch_shape, self.width = (grid[2] * grid[3], grid[1]), pooled[1]
        seen = {"size": self.size} | {key: [float(f"{v:.6g}") for v in getattr(preprocessing, key)] for key in ("mean", "std")}
        self.fingerprint = fingerprint(facts | seen, net.state_dict())

    def features(self, images: Tensor) -> tuple[Tensor, Tensor]:
        normalised = (images - self.mean.float()) / self.std.float()  # in float32, before fewer digits are kept
        grid, pooled = self.net(normalised.to(self.dtype))
        return grid.flatten(2).transpose(1, 2), pooled


def output_shapes(net: nn.Module, size: int) -> tuple[torch.Size, torch.Size]:
    """Shapes of what a network gives for one picture; nothing is computed."""
    tensors = [*net.named_parameters(), *net.named_buffers()]
    with torch.no_grad():
        shapes = {name: torch.empty_like(tensor, device="meta") for name, tensor in tensors}
        grid, pooled = functional_call(net, shapes, (torch.empty(1, 3, size, size, device="meta"),))
    return grid.shape, pooled.shape


def square_side(size: object, source: str) -> int:
    """The side that ``size``, a number or (height, width), gives; ValueError where it is no square."""
    sides = tuple(size) if isinstance(size, (tuple, list)) else (size, size)
    if len(sides) != 2 or sides[0] != sides[1] or not isinstance(sides[0], int):
        raise ValueError(f"{source} wants pictures of {' x '.join(map(str, sides))} pixels; allowed: squares")
    return sides[0]


def check_images(images: Tensor, size: int) -> None:
    """ValueError for anything but (B, 3, size, size) in 0..1."""
    if images.ndim != 4 or images.shape[1:] != (3, size, size):
        raise ValueError(f"images are {tuple(images.shape)}; allowed: (B, 3, {size}, {size})")
    if images.numel() and (images.min() < 0 or images.max() > 1):
        raise ValueError(f"images range from {images.min():.3f} to {images.max():.3f}; allowed: 0 to 1")
