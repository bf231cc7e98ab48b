"""Scores of renders that need a network: the perceptual distance, and the cosine of towers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from inference.evaluation.features import pooled
from raw.metrics.perceptual import EfficientNetDistance, Lpips, PerceptualDistance, perceptual_distance
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower, load_tower

log = logging.getLogger(__name__)
OWN = "tower_cosine"  # by the tower of the first model
DISTANCE = "image_distance"


def cosine_name(tower: str) -> str:
    """The metric of a tower that was asked for by that name."""
    return f"cosine.{tower}"


def load_towers(own: Tower, wanted: Iterable[str], device: Any = "cpu") -> tuple[dict[str, Tower], dict[str, str]]:
    """Metric -> tower, and of those in ``wanted`` that cannot be had here name -> reason, which is logged as well.

    None stands in for another: a missing tower has no metric. ValueError for a name that no tower has.
    """
    towers, missing = {OWN: own}, {}
    for name in wanted:
        try:
            towers[cosine_name(name)] = load_tower(name).to(device)
        except (OSError, ModuleNotFoundError) as problem:
            missing[name] = " ".join(str(problem).split())
            log.warning("tower %s is not here, so there is no %s: %s", name, cosine_name(name), missing[name])
    return towers, missing


def load_distance(lpips: str, device: Any = "cpu") -> PerceptualDistance:
    """The distance that ``--lpips`` names: auto (LPIPS if its weights are here, else a named substitute), download, or a file."""
    weights = None if lpips in ("auto", "download") else Path(lpips)
    distance = perceptual_distance(weights=weights, download=lpips == "download")
    if isinstance(distance, EfficientNetDistance):
        distance.tower.to(device)
    return distance


class NetworkScores:
    """Scores pairs of pictures by all networks, a batch at a time."""

    def __init__(self, towers: dict[str, Tower], distance: PerceptualDistance, device: Any = "cpu") -> None:
        self.towers, self.distance, self.device = towers, distance, device

    def __call__(self, pairs: Sequence[tuple[np.ndarray, np.ndarray]], *, same_view: bool = True) -> list[dict[str, float]]:
        """(render, photo) pairs, (H, W, 3) uint8 -> values by metric. Without ``same_view`` sizes may differ and there is no distance."""
        if not pairs:
            return []
        images = [image for pair in pairs for image in pair]
        scores: dict[str, np.ndarray] = {}
        for metric, tower in self.towers.items():
            features = pooled(tower, images, self.device)
            scores[metric] = np.clip((features[0::2] * features[1::2]).sum(axis=1), -1.0, 1.0)
        if same_view:
            scores[DISTANCE] = self._distances(images)
        return [{metric: float(values[i]) for metric, values in scores.items()} for i in range(len(pairs))]

    @torch.no_grad()
    def _distances(self, images: Sequence[np.ndarray]) -> np.ndarray:
        """Renders and photos in turn -> (pairs,), the same numbers as ``distance`` gives pair by pair."""
        pictures = [Image.fromarray(image) for image in images]
        if isinstance(self.distance, Lpips):
            inputs = to_tensor(pictures) * 2 - 1
            return self.distance.model(inputs[0::2], inputs[1::2]).flatten().numpy()
        if isinstance(self.distance, EfficientNetDistance):
            tower = self.distance.tower
            stages: list[Tensor] = tower.stages(to_tensor([square(picture, tower.size) for picture in pictures]).to(self.device))
            units = [functional.normalize(stage, dim=1) for stage in stages]
            means = [(unit[0::2] - unit[1::2]).square().sum(dim=1).mean(dim=(1, 2)) for unit in units]
            return torch.stack(means).mean(dim=0).cpu().numpy()
        raise TypeError(f"{type(self.distance).__name__} is unknown; allowed: EfficientNetDistance, Lpips")
