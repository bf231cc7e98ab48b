"""How far a small render is from the photo, place by place.

Both are blurred a little, so that the noise of few samples counts less. The distance at a place is the sum of
- the squared difference of the unit feature vectors of EfficientNet-Lite0 there (0..4, as raw.metrics.perceptual), mean over
  the stages in ``STAGES``: edges and texture at the fine ones, things and layout at the coarse ones;
- ``COLOR`` times the mean absolute difference of the sRGB colours (0..1), averaged over squares of the sides in ``SQUARES``.
The objective is its mean over all places, so what one object gains can be read off the places it covers. Stages and weights
were chosen by how often they tell a true scene from one that is a little wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor
from torch.nn import functional

from raw.metrics.perceptual import StagedTower
from raw.vision.images import to_tensor

CELL = 8  # pixels of the side of a place
STAGES = (0, 2, 4, 6)  # of the tower: strides 2, 8, 16, 32
COLOR = 12.0
SQUARES = (4, 8, 16)  # pixels
BLUR = 1.2  # pixels, standard deviation


class Seen(NamedTuple):
    """What is compared of B pictures."""

    stages: list[Tensor]  # (B, C_i, H_i, W_i) unit vectors
    colors: list[Tensor]  # (B, 3, H / side, W / side) for each of SQUARES, 0..1


class Objective:
    """The distance of renders from one photo, all of one size."""

    def __init__(self, photo: Image.Image, size: tuple[int, int], tower: StagedTower) -> None:
        """``size`` is (width, height) of the renders in pixels; the photo, of the same aspect, is averaged down to it."""
        self.size, self.tower = size, tower
        self.photo = photo.resize(size, Image.Resampling.BOX if min(photo.size) >= min(size) else Image.Resampling.BICUBIC)
        self._wanted = self._see([np.asarray(self.photo)])

    def maps(self, images: Sequence[np.ndarray]) -> np.ndarray:
        """(H, W, 3) uint8 renders -> (B, rows, columns) float64 distances of their places, from 0."""
        if not images:
            return np.zeros((0, 0, 0))
        width, height = self.size
        wrong = next((image.shape for image in images if image.shape != (height, width, 3)), None)
        if wrong:
            raise ValueError(f"a render is {wrong}; allowed: {(height, width, 3)}, as the objective was made for")
        return self._compare(self._see(images)).double().cpu().numpy()

    @torch.no_grad()
    def _see(self, images: Sequence[np.ndarray]) -> Seen:
        device = next(self.tower.parameters()).device
        pixels = to_tensor([Image.fromarray(image).filter(ImageFilter.GaussianBlur(BLUR)) for image in images]).to(device)
        stages = self.tower.stages(pixels)
        colors = [functional.avg_pool2d(pixels, side, ceil_mode=True, count_include_pad=False) for side in SQUARES]
        return Seen([functional.normalize(stages[i], dim=1) for i in STAGES], colors)

    @property
    def _grid(self) -> tuple[int, int]:
        width, height = self.size
        return max(1, round(height / CELL)), max(1, round(width / CELL))

    def _compare(self, seen: Seen) -> Tensor:
        """(B, rows, columns)."""
        features = [self._on_grid((a - b).square().sum(dim=1, keepdim=True)) for a, b in zip(seen.stages, self._wanted.stages, strict=True)]
        pairs = zip(seen.colors, self._wanted.colors, strict=True)
        colors = [self._on_grid((a - b).abs().mean(dim=1, keepdim=True)) for a, b in pairs]
        return (torch.stack(features).mean(dim=0) + COLOR * torch.stack(colors).mean(dim=0))[:, 0]

    def _on_grid(self, values: Tensor) -> Tensor:
        """(B, 1, H, W) of any resolution -> (B, 1, rows, columns) of about the same mean."""
        rows, columns = self._grid
        if values.shape[-2] >= rows:
            return functional.adaptive_avg_pool2d(values, (rows, columns))
        return functional.interpolate(values, (rows, columns), mode="bilinear", align_corners=False)
