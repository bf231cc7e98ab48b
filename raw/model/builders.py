"""Fresh models by size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch

from raw.model.scene_model import SceneModel, SceneModelConfig

SIZES: dict[str, dict[str, int]] = {
    "debug": {"hidden_size": 32, "layers": 2, "heads": 4, "intermediate_size": 64},
    "tiny": {"hidden_size": 192, "layers": 4, "heads": 6, "intermediate_size": 512},  # for sets of a few thousand pairs
    "small": {"hidden_size": 256, "layers": 6, "heads": 8, "intermediate_size": 704},
}


class TowerShape(Protocol):
    """What a model must know of the image tower that feeds it."""

    name: str
    fingerprint: str
    patch_shape: tuple[int, int]
    width: int


def build_model(
    size: str,
    tower: TowerShape,
    library_fingerprint: str,
    *,
    width: int = 0,
    fixed: Mapping[str, float] | None = None,
    codec: str = "bins",
    seed: int = 0,
) -> SceneModel:
    """A model with random weights that depend on ``seed`` alone; sizes are the keys of ``SIZES``.

    ``width`` is that of the appearance vectors, where they are of another tower than the one that sees the picture.
    ``fixed``: see ``SceneModelConfig``.
    """
    if size not in SIZES:
        raise ValueError(f"model size is {size!r}; allowed: {', '.join(SIZES)}")
    config = SceneModelConfig(
        tower=tower.name,
        tower_fingerprint=tower.fingerprint,
        library_fingerprint=library_fingerprint,
        patch_shape=tuple(tower.patch_shape),
        width=width or tower.width,
        fixed=dict(fixed or {}),
        codec=codec,
        **SIZES[size],
    )
    with torch.random.fork_rng(devices=[]):  # layers draw their weights from torch's global generator
        torch.manual_seed(seed)
        return SceneModel(config)
