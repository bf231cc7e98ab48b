"""Picture scores that need a network, a batch at a time: every photo passes each network once for all methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from inference.evaluation.features import pooled
from raw.metrics.perceptual import EfficientNetDistance, Lpips, PerceptualDistance
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower

BATCH = 16


class NetworkScores(NamedTuple):
    """Of N images, nan where there is no render."""

    image_distance: np.ndarray  # (N,) by the perceptual distance
    tower_cosine: np.ndarray  # (N,)


def network_scores(methods: Mapping[str, Sequence[np.ndarray | None]], photos: Sequence[np.ndarray], distance: PerceptualDistance,
                   tower: Tower, device: Any = "cpu") -> dict[str, NetworkScores]:
    """Renders of every method against the N photos, all (H, W, 3) uint8 of one size; None where there is no render."""
    scores = {name: NetworkScores(np.full(len(photos), np.nan), np.full(len(photos), np.nan)) for name in methods}
    for start in range(0, len(photos), BATCH):
        chunk = photos[start : start + BATCH]
        features, vectors = _features(distance, chunk), pooled(tower, chunk, device)
        for name, renders in methods.items():
            there = [i for i in range(len(chunk)) if renders[start + i] is not None]
            if not there:
                continue
            drawn = [renders[start + i] for i in there]
            places = [start + i for i in there]
            scores[name].image_distance[places] = _distances(distance, _features(distance, drawn), [f[there] for f in features])
            scores[name].tower_cosine[places] = np.clip((pooled(tower, drawn, device) * vectors[there]).sum(axis=1), -1.0, 1.0)
    return scores


@torch.no_grad()
def _features(distance: PerceptualDistance, images: Sequence[np.ndarray]) -> list[Tensor]:
    """What a distance compares, as tensors with one row an image: unit features of each stage, or for LPIPS the pictures."""
    pictures = [Image.fromarray(image) for image in images]
    if isinstance(distance, EfficientNetDistance):
        size = distance.tower.size
        device = next(distance.tower.parameters()).device
        stages = distance.tower.stages(to_tensor([square(picture, size) for picture in pictures]).to(device))
        return [functional.normalize(stage, dim=1) for stage in stages]
    if isinstance(distance, Lpips):
        return [to_tensor(pictures) * 2 - 1]
    raise TypeError(f"{type(distance).__name__} is unknown; allowed: EfficientNetDistance, Lpips")


@torch.no_grad()
def _distances(distance: PerceptualDistance, a: list[Tensor], b: list[Tensor]) -> np.ndarray:
    """(B,) distances of the rows of two feature lists, the same numbers as ``distance`` gives pair by pair."""
    if isinstance(distance, Lpips):
        return distance.model(a[0], b[0]).flatten().numpy()
    means = [(x - y).square().sum(dim=1).mean(dim=(1, 2)) for x, y in zip(a, b, strict=True)]
    return torch.stack(means).mean(dim=0).cpu().numpy()
