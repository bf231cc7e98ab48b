"""Image towers: frozen networks that turn a picture into patch features and one pooled vector.

A tower's *fingerprint* is a hash of its weights and preprocessing. Models and libraries store it, and refuse to meet
another one: features of two towers look alike and mean different things.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol

from torch import Tensor

if TYPE_CHECKING:
    from raw.vision.frozen import FrozenTower


class TowerOutput(NamedTuple):
    patches: Tensor  # (B, N, C) float32, row by row from the top left
    pooled: Tensor  # (B, D) float32, unit length
    classes: Tensor | None = None  # (B, 1000) probabilities of ImageNet's classes, by a tower that is a classifier


class Tower(Protocol):
    """What models, libraries and metrics need of an image tower; implementations are frozen nn.Modules in eval mode."""

    name: str
    size: int  # pixels, side of the square input
    patch_shape: tuple[int, int]  # (N, C); N is a square number
    width: int  # D
    fingerprint: str

    def __call__(self, images: Tensor) -> TowerOutput:
        """(B, 3, size, size) RGB in 0..1 -> features, without gradient."""


FAMILIES = {  # what stands before the colon of a name, or the whole name -> module that has load(name)
    "efficientnet_lite0": "raw.vision.efficientnet",
    "efficientnet_lite0_kinds": "raw.vision.kinds",
    "debug": "raw.vision.debug",
    "open_clip": "raw.vision.open_clip",
    "dinov2": "raw.vision.dinov2",
}
ALIASES = {
    "clip": "open_clip:ViT-L-14-336/openai",  # what the paper's model sees with
    "convnext": "open_clip:convnext_xxlarge/laion2b_s34b_b82k_augreg_soup",  # the only OpenCLIP ConvNeXt with 1024 numbers
    "bioclip": "open_clip:hf-hub:imageomics/bioclip",
}
FORMS = (
    *("efficientnet_lite0", "efficientnet_lite0_kinds", "debug"), *ALIASES, "open_clip:ARCH/TAG", "open_clip:ARCH@FILE",
    "open_clip:ARCH/TAG@FILE", "open_clip:hf-hub:ORG/NAME", "open_clip:local-dir:FOLDER", "dinov2:ORG/NAME", "dinov2:FOLDER",
)  # fmt: skip


def load_tower(name: str) -> FrozenTower:
    """The tower of a name, on the CPU; docs/towers.md says what the names mean.

    ValueError for a name or for files that cannot be, OSError where weights are neither here nor can be downloaded, and
    ModuleNotFoundError for a package that is not installed.
    """
    family, colon, source = ALIASES.get(name, name).partition(":")
    if family not in FAMILIES or bool(colon) != (family in ("open_clip", "dinov2")) or bool(source) != bool(colon):
        raise ValueError(f"tower {name!r} is unknown; allowed: {', '.join(FORMS)}")
    tower: FrozenTower = import_module(FAMILIES[family]).load(source)
    if name in ALIASES:
        tower.name = name
    return tower
