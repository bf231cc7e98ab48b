"""What a method is asked, what is true about it, and what the method says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from raw.metrics.masks import Box
from raw.scene import Scene


@dataclass(frozen=True)
class TrueObject:
    """One object of a case, in the order of its scene."""

    asset: str | None  # id; None where it is not known
    category: str | None
    pixels: int  # visible area at the picture's resolution
    distance_m: float  # from the camera to the base centre
    occlusion: float | None  # 0..1, share of its outline within the frame that something hides; None where it is not known
    box: Box | None  # of the visible part, fractions of the picture; None where nothing shows


@dataclass(frozen=True)
class Case:
    """One picture and the truth about it; of a photo there is none."""

    name: str
    image: np.ndarray  # (H, W, 3) uint8
    mask: np.ndarray | None = None  # (H, W) uint8: 0 sky, i + 1 object i of the scene, 255 ground
    scene: Scene | None = None  # resolved form
    depth: np.ndarray | None = None  # (H, W) float32 metres along the viewing axis, inf in the sky; None where it is not known
    world: str = ""  # cases of one world are views of one scene
    biome: str = ""
    objects: tuple[TrueObject, ...] = ()
    labels: dict[str, Any] = field(default_factory=dict)  # of a photo, by hand, as far as they are given


@dataclass(frozen=True)
class Answer:
    """What a method predicts for one case, and its render."""

    scene: Scene | None  # resolved form; None where there is none
    error: str | None = None  # of parsing or resolving; the scene is then what stands before the error
    milliseconds: float = float("nan")  # from picture to program; nan where not measured
    image: np.ndarray | None = None  # (H, W, 3) uint8; None where there is no render
    index: np.ndarray | None = None  # (H, W) uint8, as Case.mask
    render_error: str | None = None
    render_milliseconds: float = float("nan")
    depth: np.ndarray | None = None  # (H, W) float32 metres, as Case.depth
    confidence: tuple[float, ...] | None = None  # of each predicted object, 0..1; None where the method tells none
