"""Where the horizon is, read from a tower's patches: every patch votes.

A decoder says the camera's pitch and its field of view as two numbers, from all that it has seen of a picture; where the horizon is in
the picture follows from both. To a patch that question is a local one: what I see is so far above or below eye level. So each patch, which
knows what the picture shows on average, tells how far the horizon is from it and how much its word counts, and the picture's line is the
mean of all votes, as attention pooling takes it (Ilse et al., Attention-based deep multiple instance learning, 2018, section 2.4). How far
off that may be is told too: the scale of a Laplace distribution, fitted by its likelihood (Kendall and Gal, What uncertainties do we need,
2017, section 3.1).

Lines are shares of the picture's side from its top, and may be far out of it. The reader works on bent ones, ``asinh(3 (line - 1/2)) / 3``:
within the picture about the line itself, beyond it the logarithm.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from raw.vision.fitted import PatchReader, load_fitted, save_fitted

HORIZON_FILE = "horizon.safetensors"  # in a model's folder
_BEND = 3.0
_LOG_SPREADS = (-6.0, 3.0)


class Reading(NamedTuple):
    """What is read of B pictures."""

    line: Tensor  # (B,) bent
    log_spread: Tensor  # (B,) natural log of the mean error that is expected of it


class HorizonReader(PatchReader):
    """See the module's docstring."""

    def __init__(self, patch_shape: tuple[int, int], fingerprint: str, width: int = 96, dropout: float = 0.0) -> None:
        """``patch_shape`` (N, C) and ``fingerprint`` are of the tower whose patches it reads; N is a square number."""
        patches, channels = patch_shape
        super().__init__(channels, fingerprint)
        self.place = nn.Parameter(0.02 * torch.randn(patches, width))
        self.enter = nn.Linear(channels, width)
        self.vote = nn.Linear(width, width)
        self.context = nn.Linear(width, width, bias=False)
        self.leave = nn.Linear(width, 3)
        self.drop = nn.Dropout(dropout)

    def forward(self, patches: Tensor) -> Reading:
        """(B, N, C) patches -> what they say together."""
        seen = functional.gelu(self.enter(self.drop(self.scaled(patches))) + self.place)
        among = self.context(self.drop(seen.mean(dim=1, keepdim=True)))
        votes = self.leave(functional.gelu(self.vote(self.drop(seen)) + among))
        side = math.isqrt(votes.shape[1])
        rows = (torch.arange(side, device=votes.device).repeat_interleave(side) + 0.5) / side - 0.5
        say = votes[..., 2].softmax(dim=1)
        line, log_spread = (say * (votes[..., 0] + rows)).sum(dim=1), (say * votes[..., 1]).sum(dim=1)
        return Reading(line, log_spread.clamp(*_LOG_SPREADS))

    def read(self, patches: Tensor) -> tuple[Tensor, Tensor]:
        """(B, N, C) patches -> (B,) lines and (B,) errors that are to be expected of them, both in shares of the picture's side."""
        line, log_spread = self(patches)
        return straight(line), log_spread.exp() * torch.cosh(_BEND * line)

    def save(self, folder: Path) -> None:
        """Write ``HORIZON_FILE``, in half precision; another reader never sees half of it."""
        save_fitted(self, folder / HORIZON_FILE, self.fingerprint)

    @classmethod
    def load(cls, folder: Path) -> HorizonReader | None:
        """The reader of a model's folder, None where it has none. ValueError for a file that is no such thing."""

        def make(fingerprint: str, weights: dict[str, Tensor]) -> HorizonReader:
            (patches, width), channels = weights["place"].shape, len(weights["mean"])
            return cls((patches, channels), fingerprint, width)

        return load_fitted(folder / HORIZON_FILE, "reader of horizons", make)


def bent(lines: Tensor) -> Tensor:
    """Lines as the reader says them."""
    return torch.asinh(_BEND * (lines - 0.5)) / _BEND


def straight(lines: Tensor) -> Tensor:
    """The inverse of ``bent``."""
    return torch.sinh(_BEND * lines) / _BEND + 0.5
