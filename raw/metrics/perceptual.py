"""Picture against picture as networks see it: LPIPS, a named substitute for it, and the cosine of a tower.

LPIPS needs the ImageNet weights of its backbone, which torchvision publishes and the lpips package does not carry. They
are looked for in the torch hub cache or at a given path, and downloaded only when asked for. Without them
``EfficientNetDistance`` can stand in; it has its own name and scale, and is never reported as LPIPS.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from raw.metrics.images import check_pair
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower, load_tower

_LOG = logging.getLogger(__name__)
_BACKBONES = {
    "alex": "https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
    "vgg": "https://download.pytorch.org/models/vgg16-397923af.pth",
    "squeeze": "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth",
}


class WeightsNotFound(FileNotFoundError):
    """The weights of an LPIPS backbone are not on this machine."""


@dataclass(frozen=True)
class Perceptual:
    """One measured distance and all that is needed to read it."""

    value: float  # 0 when the pictures are equal; lower is closer
    name: str
    net: str
    version: str
    range: str  # of the input values and of the distance
    resolution: tuple[int, int]  # (width, height) in pixels at which the network saw the pictures


class PerceptualDistance(Protocol):
    name: str

    def __call__(self, predicted: np.ndarray, true: np.ndarray) -> Perceptual:
        """Two (H, W, 3) uint8 pictures of one size -> their distance."""


class StagedTower(Tower, Protocol):
    def stages(self, images: Tensor) -> list[Tensor]:
        """(B, 3, H, W) RGB in 0..1 -> feature maps (B, C_i, H_i, W_i)."""


def backbone_file(net: str) -> Path:
    """Where torch hub keeps the weights of an LPIPS backbone ("alex", "vgg", "squeeze")."""
    if net not in _BACKBONES:
        raise ValueError(f"LPIPS net {net!r} is unknown; allowed: {', '.join(_BACKBONES)}")
    return Path(torch.hub.get_dir()) / "checkpoints" / _BACKBONES[net].rsplit("/", 1)[1]


class Lpips:
    """LPIPS (Zhang et al. 2018) by the lpips package, at the pictures' own resolution of at least 32 pixels.

    ``weights``: the backbone's torchvision state dict; by default the one in the torch hub cache. ``download=True``
    fetches it there when it is missing; otherwise ``WeightsNotFound`` is raised.
    """

    def __init__(self, net: str = "alex", *, weights: Path | None = None, download: bool = False) -> None:
        file = backbone_file(net) if weights is None else Path(weights)
        if download and weights is None and not file.exists():
            _LOG.warning("downloading %s", _BACKBONES[net])
            torch.hub.load_state_dict_from_url(_BACKBONES[net], progress=False, check_hash=True, weights_only=True)
        if not file.exists():
            raise WeightsNotFound(f"LPIPS needs the {net} backbone, and {file} is missing; get {_BACKBONES[net]}, or set download")
        import lpips

        # pnet_rand keeps lpips from fetching the backbone by itself
        self.model = lpips.LPIPS(net=net, pnet_rand=True, verbose=False)
        _load_backbone(self.model.net, torch.load(file, map_location="cpu", weights_only=True), file)
        self.model.eval().requires_grad_(False)
        self.name, self.net = f"lpips_{net}", net

    @torch.no_grad()
    def __call__(self, predicted: np.ndarray, true: np.ndarray) -> Perceptual:
        check_pair(predicted, true)
        height, width = true.shape[:2]
        if min(height, width) < 32:
            raise ValueError(f"LPIPS needs pictures of at least 32 x 32 pixels, got {width} x {height}")
        a, b = (to_tensor([Image.fromarray(image)]) * 2 - 1 for image in (predicted, true))
        value = float(self.model(a, b))
        return Perceptual(value, self.name, self.net, self.model.version, "input -1..1, distance from 0", (width, height))


def _load_backbone(backbone: nn.Module, state: dict[str, Tensor], file: Path) -> None:
    """Fill lpips' slices ("slice2.3.weight") from a torchvision state dict ("features.3.weight")."""
    names = {name: "features." + name.split(".", 1)[1] for name in backbone.state_dict()}
    missing = [source for source in names.values() if source not in state]
    if missing:
        raise ValueError(f"{file} is not the backbone's state dict: it lacks {', '.join(missing[:3])}")
    backbone.load_state_dict({name: state[source] for name, source in names.items()})


class EfficientNetDistance:
    """Uncalibrated distance over the stages of EfficientNet-Lite0: a substitute for LPIPS, not LPIPS.

    At every place of a stage the channels are scaled to unit length; the squared difference is summed over channels and
    averaged over places and stages: 0 when equal, at most 4. Pictures are padded to a square at the tower's size.
    """

    def __init__(self, tower: StagedTower | None = None) -> None:
        self.tower: Any = load_tower("efficientnet_lite0") if tower is None else tower
        self.name = f"{self.tower.name}_distance (uncalibrated, not LPIPS)"

    @torch.no_grad()
    def __call__(self, predicted: np.ndarray, true: np.ndarray) -> Perceptual:
        stages = self.tower.stages(_tower_input(self.tower, predicted, true))
        value = float(np.mean([_unit_difference(features) for features in stages]))
        size = self.tower.size
        return Perceptual(value, self.name, self.tower.name, self.tower.fingerprint, "input 0..1, distance 0..4", (size, size))


def _unit_difference(features: Tensor) -> float:
    """(2, C, H, W) -> mean over places of the squared distance of the two unit channel vectors."""
    unit = functional.normalize(features, dim=1)
    return float((unit[0] - unit[1]).square().sum(dim=0).mean())


def _tower_input(tower: Any, predicted: np.ndarray, true: np.ndarray) -> Tensor:
    check_pair(predicted, true)
    parameter = next(tower.parameters(), None)
    images = to_tensor([square(Image.fromarray(image), tower.size) for image in (predicted, true)])
    return images if parameter is None else images.to(parameter.device)


@torch.no_grad()
def tower_cosine(tower: Any, predicted: np.ndarray, true: np.ndarray) -> float:
    """Cosine of a tower's pooled features of two (H, W, 3) uint8 pictures, -1..1, 1 when equal."""
    pooled = tower(_tower_input(tower, predicted, true)).pooled
    return float(torch.clamp((pooled[0] * pooled[1]).sum(), -1.0, 1.0))


def perceptual_distance(net: str = "alex", *, weights: Path | None = None, download: bool = False) -> PerceptualDistance:
    """LPIPS where its backbone is found, else the substitute under its own name, with a warning that says so."""
    try:
        return Lpips(net, weights=weights, download=download)
    except WeightsNotFound as problem:
        if weights is not None:
            raise  # a path that was asked for must exist
        substitute = EfficientNetDistance()
        _LOG.warning("%s. Reporting %s instead.", problem, substitute.name)
        return substitute
