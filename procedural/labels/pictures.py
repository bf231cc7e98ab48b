"""Pictures and label images as they are stored: PNG bytes in the form of ``datasets.Image``."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image

_SKY_DEPTH = 65535
_COMPRESSION = 3  # of 9: more takes three times as long for 1 % less


def png(array: np.ndarray) -> dict[str, object]:
    """(H, W, 3) uint8, (H, W) uint8 or (H, W) uint16."""
    buffer = io.BytesIO()
    # looking for runs alone takes two thirds of the time, and less room, than for anything that comes again
    Image.fromarray(array).save(buffer, format="PNG", compress_level=_COMPRESSION, compress_type=zlib.Z_RLE)
    return {"bytes": buffer.getvalue(), "path": None}


def pixels_of(picture: Mapping[str, Any]) -> np.ndarray:
    """The array of a picture cell {"bytes", "path"}."""
    with Image.open(io.BytesIO(picture["bytes"])) as opened:
        return np.asarray(opened)


def depth_picture(depth: np.ndarray) -> np.ndarray:
    """Metres (H, W), inf in the sky -> centimetres uint16; 65535 is the sky and all that is farther than 655 m."""
    return np.where(np.isfinite(depth), np.clip(depth * 100, 0, _SKY_DEPTH), _SKY_DEPTH).astype(np.uint16)


def metres(centimetres: np.ndarray) -> np.ndarray:
    """Stored depth (H, W) -> float32 metres, inf in the sky."""
    return np.where(centimetres == _SKY_DEPTH, np.inf, centimetres / 100).astype(np.float32)


def normal_picture(normal: np.ndarray) -> np.ndarray:
    """Unit normals (H, W, 3) in the camera frame, 0 in the sky -> uint8: (n + 1) * 127.5, and 0, 0, 0 in the sky."""
    sky = ~normal.any(axis=-1, keepdims=True)
    return np.where(sky, 0, np.rint((np.clip(normal, -1, 1) + 1) * 127.5)).astype(np.uint8)
