"""Where things are, once a whole program is there: a second answer to what the decoder had to say one number after another.

A decoder says an object's place before it knows what else it will say, and a program that is drawn (``raw.model.scatter``) has one draw of
every number, where the middle of what is likely would be less wrong. A *corrector* gets the whole scene as it was said, every object as a
token and the camera as one more, and the tower's patches again. Objects look at each other and at the patches (a transformer decoder
without a mask: Vaswani et al., Attention is all you need, 2017, section 3.1, and as DETR has it for sets, Carion et al. 2020), and of each
it is told how far off its place in the picture and the logarithm of its depth are. How large such an error will be is told too: the
scale of a Laplace distribution (Kendall and Gal 2017, section 3.1), which is what lets it learn little from what cannot be known.

It is fitted to what one decoder says (``training.places``), so it belongs to that decoder, and lies in the model's folder.
docs/places.md has what it gains.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from raw.scene import CATEGORIES
from raw.vision.fitted import PatchReader, load_fitted, save_fitted

PLACES_FILE = "places.safetensors"  # in a model's folder
CAMERA_NUMBERS, PLACE_NUMBERS, SIZE_NUMBERS = 5, 3, 3
HEADS = 4  # of every attention
_WAVES = 4  # frequencies of a place's code, each twice the one before
_USUAL_LOG_DEPTH = 3.3
_FARTHEST = 1.5  # u and v are read up to here: little is told of what lies far out of the picture
_LOG_SPREADS = (-4.0, 2.0)


class SaidThings(NamedTuple):
    """B scenes of up to M objects, as ``raw.model.said_places`` codes them."""

    camera: Tensor  # (B, CAMERA_NUMBERS)
    place: Tensor  # (B, M, PLACE_NUMBERS): u, v, log depth
    category: Tensor  # (B, M) int64, places in CATEGORIES, len(CATEGORIES) where none is said
    size: Tensor  # (B, M, SIZE_NUMBERS)
    absent: Tensor  # (B, M) bool, where a scene has no object


class Correction(NamedTuple):
    """What is told of the objects of B scenes."""

    shift: Tensor  # (B, M, PLACE_NUMBERS), to be added to ``SaidThings.place``
    log_spread: Tensor  # (B, M, PLACE_NUMBERS) natural log of the mean error that is expected after it


class PlaceCorrector(PatchReader):
    """See the module's docstring. A new one leaves everything where it is."""

    def __init__(
        self,
        patch_shape: tuple[int, int],
        fingerprint: str,
        width: int = 128,
        layers: int = 2,
        dropout: float = 0.0,
        patch_dropout: float = 0.0,
    ) -> None:
        """``patch_shape`` (N, C) and ``fingerprint`` are of the tower; ``width`` is a multiple of ``HEADS``."""
        patches, channels = patch_shape
        super().__init__(channels, fingerprint)
        self.at = nn.Parameter(0.02 * torch.randn(patches, width))
        self.enter = nn.Linear(channels, width)
        self.norm = nn.LayerNorm(width)
        numbers = PLACE_NUMBERS + SIZE_NUMBERS + len(CATEGORIES) + 1 + 4 * _WAVES
        self.thing = nn.Sequential(nn.Linear(numbers, width), nn.GELU(), nn.Linear(width, width))
        self.camera = nn.Sequential(nn.Linear(CAMERA_NUMBERS, width), nn.GELU(), nn.Linear(width, width))
        layer = nn.TransformerDecoderLayer(width, HEADS, 2 * width, dropout, activation="gelu", batch_first=True, norm_first=True)
        self.blocks = nn.TransformerDecoder(layer, layers)
        self.leave = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width), nn.GELU(), nn.Linear(width, 2 * PLACE_NUMBERS))
        self.drop = nn.Dropout(patch_dropout)
        last = self.leave[-1]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)

    def forward(self, patches: Tensor, said: SaidThings) -> Correction:
        """(B, N, C) patches, and what was said of the same pictures."""
        seen = self.norm(functional.gelu(self.enter(self.drop(self.scaled(patches)))) + self.at)
        kind = functional.one_hot(said.category, len(CATEGORIES) + 1).to(said.place)
        at, log_depth = said.place[..., :2].clamp(-_FARTHEST, _FARTHEST), said.place[..., 2:] - _USUAL_LOG_DEPTH
        things = self.thing(torch.cat([at, log_depth, said.size, kind, waves(at)], dim=-1))
        tokens = torch.cat([things, self.camera(said.camera)[:, None]], dim=1)  # the camera last; so no scene is without a token
        absent = functional.pad(said.absent, (0, 1), value=False)
        told = self.leave(self.blocks(tokens, seen, tgt_key_padding_mask=absent)[:, :-1])
        return Correction(told[..., :PLACE_NUMBERS], told[..., PLACE_NUMBERS:].clamp(*_LOG_SPREADS))

    def save(self, folder: Path) -> None:
        """Write ``PLACES_FILE``, in half precision; another reader never sees half of it."""
        save_fitted(self, folder / PLACES_FILE, self.fingerprint)

    @classmethod
    def load(cls, folder: Path) -> PlaceCorrector | None:
        """The corrector of a model's folder, None where it has none. ValueError for a file that is no such thing."""

        def make(fingerprint: str, weights: dict[str, Tensor]) -> PlaceCorrector:
            (patches, width), channels = weights["at"].shape, len(weights["mean"])
            layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("blocks.layers."))
            return cls((patches, channels), fingerprint, width, layers)

        return load_fitted(folder / PLACES_FILE, "corrector of places", make)


def waves(places: Tensor) -> Tensor:
    """(..., 2) u and v -> (..., 4 * waves) sines and cosines of quarter turns and their doubles (Vaswani et al. 2017, section 3.5)."""
    turns = 2 ** torch.arange(_WAVES, device=places.device) * math.pi / 2
    angles = places[..., None] * turns
    return torch.cat([angles.sin(), angles.cos()], dim=-1).flatten(-2)
