"""The reader of horizons (``raw.vision.horizon``), fitted on the features of a run after the model itself.

Its errors are taken as those of a Laplace distribution whose scale it tells with every line: the loss is the negative logarithm of that
distribution, and the absolute error once more, as a reader that may call a picture hard learns little from it.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from raw.geometry import horizon
from raw.language import parse
from raw.vision.horizon import HorizonReader, Reading, bent
from training.features import FeatureCache
from training.horizon_config import HorizonConfig
from training.small_networks import fit_small, usual_features

PART = 256  # pictures that are read at once


def fit_horizon(
    config: HorizonConfig, features: FeatureCache, fingerprint: str, *, seed: int, device: torch.device, quiet: bool = True
) -> HorizonReader:
    """A reader for the tower of ``fingerprint``, which made ``features``; it comes back on the CPU."""
    patches, lines = features.patches.reshape(-1, *features.patches.shape[2:]), bent(horizons(features)).to(device)
    with torch.random.fork_rng([device] if device.type == "cuda" else []):  # dropout draws from the global generator
        torch.manual_seed(seed)
        reader = HorizonReader(patches.shape[1:], fingerprint, config.width, config.dropout).to(device)
        reader.fit_scale(usual_features(patches))
        _fit(config, reader.train(), patches, lines, torch.Generator().manual_seed(seed), quiet)
    return reader.eval().requires_grad_(False).cpu()


def horizons(features: FeatureCache) -> Tensor:
    """(images x variants,) true horizons, shares of the picture's side from its top."""
    cameras = (parse(program).camera for of_image in features.programs for program in of_image)
    return torch.tensor([horizon(camera.pitch, camera.fov) for camera in cameras], dtype=torch.float32)


def _fit(config: HorizonConfig, reader: HorizonReader, patches: np.ndarray, lines: Tensor, order: torch.Generator, quiet: bool) -> None:
    def batch_loss() -> Tensor:
        rows = torch.randint(len(lines), (config.batch_size,), generator=order).sort().values
        seen = torch.from_numpy(patches[rows.numpy()]).to(lines.device).float()
        return loss(reader(seen), lines[rows.to(lines.device)])

    fit_small(reader, config, batch_loss, name="horizon", quiet=quiet)


def loss(reading: Reading, lines: Tensor) -> Tensor:
    """Of (B,) true lines, bent; see the module's docstring."""
    error = (reading.line - lines).abs()
    return (error * torch.exp(-reading.log_spread) + reading.log_spread + error).mean()


def median_error(reader: HorizonReader, features: FeatureCache) -> float:
    """Of the clean pictures of a split, shares of the picture's side; ``reader`` is on the CPU."""
    parts = (np.array(features.patches[start : start + PART, 0]) for start in range(0, len(features.patches), PART))
    with torch.inference_mode():
        read = torch.cat([reader.read(torch.from_numpy(part).float())[0] for part in parts])
    return float((read - horizons(features).reshape(-1, features.variants)[:, 0]).abs().median())
