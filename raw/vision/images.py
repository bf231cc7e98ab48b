"""Pictures to tower input."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image

PADDING = (127, 127, 127)


def square(image: Image.Image, size: int) -> Image.Image:
    """An RGB picture padded with grey to a square, in the middle, and resized to ``size`` pixels."""
    if image.mode != "RGB":
        raise ValueError(f"square needs an RGB picture, got mode {image.mode}")
    side = max(image.size)
    scale = size / side
    width, height = (max(1, round(v * scale)) for v in image.size)
    canvas = Image.new("RGB", (size, size), PADDING)
    canvas.paste(image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2.0), ((size - width) // 2, (size - height) // 2))
    return canvas


def to_tensor(images: list[Image.Image]) -> torch.Tensor:
    """Equal-sized RGB pictures -> (B, 3, H, W) float32 in 0..1."""
    return torch.from_numpy(np.stack([np.asarray(image, dtype=np.uint8) for image in images])).permute(0, 3, 1, 2).float() / 255
