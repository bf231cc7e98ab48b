"""What goes to a render worker and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from raw.geometry import box_of

SKY, GROUND = 0, 255  # in index images; object i of the scene is i + 1
COLOR = "Color"  # name of the vertex colour attribute in Blender
_SKY_DEPTH = 1e9  # metres; Cycles writes 1e10 where a ray meets nothing


class RenderError(RuntimeError):
    """One scene could not be drawn: refused, failed, crashed its worker or ran out of time."""


class NotSeen(RenderError):
    """The subject of a scene shows too little for the scene to be drawn."""


@dataclass(frozen=True)
class RenderSettings:
    """How a scene is drawn; what is drawn is all in the scene."""

    width: int = 224  # pixels
    height: int = 224
    samples: int = 8  # a pixel
    bounces: int = 0  # 0: quick light, the sun and an open sky (cycles.py); else so many full bounces
    seed: int = 0  # of the sampler
    denoise: bool = False
    normals: bool = False  # also give the normals
    subject: int = -1  # number of an object that must show, -1 for none ...
    subject_pixels: int = 0  # ... at least so much, or nothing is drawn (NotSeen)
    min_pixels: int = 0  # leave out objects of which less shows ...
    max_objects: int = 254  # ... and all but so many of the largest; decided by a cheap unlit pass
    blend: Path | None = None  # also save the scene here, for Blender
    glb: Path | None = None  # also save the scene here, as glTF
    usd: Path | None = None  # also save the scene here, as USD (.usdc or .usda)

    def __post_init__(self) -> None:
        for name in ("width", "height"):
            if not 8 <= getattr(self, name) <= 8192:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 8 to 8192")
        if not 0 <= self.max_objects < GROUND:
            raise ValueError(f"max_objects is {self.max_objects}; allowed: 0 to {GROUND - 1}")
        if not 1 <= self.samples <= 65536:
            raise ValueError(f"samples is {self.samples}; allowed: 1 to 65536")


@dataclass(frozen=True)
class Rendering:
    """One drawn scene."""

    image: np.ndarray  # (H, W, 3) uint8 sRGB
    index: np.ndarray  # (H, W) uint8: 0 sky, i + 1 object i, 255 ground
    depth: np.ndarray  # (H, W) float32 metres along the viewing axis, inf in the sky
    normal: np.ndarray | None  # (H, W, 3) float32 unit vectors, camera frame, 0 in the sky; if the settings ask for them
    timings: dict[str, float]  # milliseconds of each stage
    memory_mb: float  # resident memory of the worker after the picture
    device: str  # what Cycles ran on
    kept: tuple[int, ...]  # numbers of the objects that were drawn; all, unless the settings left some out

    def pixels(self, i: int) -> int:
        """Visible area of object i in pixels."""
        return int((self.index == i + 1).sum())

    def box(self, i: int) -> tuple[float, float, float, float] | None:
        """(x0, y0, x1, y1) of object i's visible part as fractions of width and height; None where it is hidden."""
        return box_of(self.index == i + 1)


class Layers(NamedTuple):
    """What a worker's file holds beside the picture."""

    index: np.ndarray  # (H, W) uint8
    depth: np.ndarray  # (H, W) float32 metres, inf in the sky
    normal: np.ndarray | None  # (H, W, 3) float32, the axes of the stage


def read_layers(path: Path) -> Layers:
    """Layers from the multilayer EXR that a worker wrote."""
    import OpenEXR

    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = file.channels()
        index = _channel(channels, "IndexOB.X")
        depth = _channel(channels, "Depth.Z")
        normal = any(name.endswith("Normal.X") for name in channels)
        axes = np.stack([_channel(channels, f"Normal.{axis}") for axis in "XYZ"], axis=-1) if normal else None
    depth = np.where(depth > _SKY_DEPTH, np.float32(np.inf), depth).astype(np.float32)
    return Layers(np.rint(index).astype(np.uint8), depth, axes)


def _channel(channels: dict, suffix: str) -> np.ndarray:
    names = [name for name in channels if name.endswith(suffix)]
    if len(names) != 1:
        raise RenderError(f"the worker's file has no single channel {suffix}; it has {', '.join(sorted(channels))}")
    return channels[names[0]].pixels
