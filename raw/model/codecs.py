"""Number codecs: how a head's outputs become a normalised number in [0, 1], and how they are scored.

All share one interface: ``outputs`` (numbers that the head must give), ``decode``, ``confidence`` and ``loss``. Circular slots
(degrees) meet at 0 and 1. ``slots`` are indices into ``NUMBER_SLOTS``; entries of -1 give values that the caller ignores.
``quantiles`` (...), of a codec that gives probabilities, tell at which quantile of what is likely a number is taken; nan: the codec's own
choice.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from raw.model.numbers import NUMBER_SLOTS

WINDOW = 2  # bins on either side of the chosen one that decoding averages over


class _Codec(nn.Module):
    name: str
    outputs: int
    gives_probabilities = False  # of which quantiles can be taken

    def __init__(self) -> None:
        super().__init__()
        circular = torch.tensor([entry.slot.codec == "circular" for entry in NUMBER_SLOTS])
        self.register_buffer("circular", circular, persistent=False)

    def _is_circular(self, slots: Tensor) -> Tensor:
        return self.circular[slots.clamp(min=0)]

    def decode(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None = None) -> Tensor:
        """Head outputs (..., outputs) and slots (...) -> (...) float32 in [0, 1]."""
        raise NotImplementedError

    def loss(self, raw: Tensor, target: Tensor, slots: Tensor) -> Tensor:
        """Head outputs (..., outputs), normalised targets (...) and slots (...) -> loss of each number (...), float32."""
        raise NotImplementedError

    def confidence(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None = None) -> Tensor:
        """Probability (...) that the codec itself gives to the neighbourhood of what it decodes; 1 where it tells none."""
        return raw.new_ones(slots.shape)


class BinCodec(_Codec):
    """``bins``: cross-entropy against the two bins beside the target; decodes to the expectation around one bin.

    That bin is the median, which has the least absolute error where a picture leaves a value open (ozone, depth). It is
    the mode for angles, and for an object's place in the picture: between two animals there is no animal.

    ``bins+residual``: every bin also says how far the number lies from its centre, in bins, so that precision does not hang
    on how well the probabilities of neighbours are balanced. Only the two bins beside the target learn it.
    """

    name, residual_name = NAMES = ("bins", "bins+residual")
    gives_probabilities = True
    BETA = 0.05  # bins, where smooth L1 of residuals turns from square to absolute

    def __init__(self, bins: int = 64, *, residual: bool = False) -> None:
        super().__init__()
        if bins < 2 * WINDOW + 1:
            raise ValueError(f"bins is {bins}; allowed: {2 * WINDOW + 1} or more")
        self.bins, self.residual = bins, residual
        self.outputs = bins * (1 + residual)  # scores, then residuals
        by_mode = [e.slot.codec == "circular" or (e.slot.codec == "location" and e.component < 2) for e in NUMBER_SLOTS]
        self.register_buffer("by_mode", torch.tensor(by_mode), persistent=False)

    def decode(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None = None) -> Tensor:
        circular = self._is_circular(slots)
        centre, index, weight = self._window(raw, slots, quantiles)
        offsets = index - centre[..., None]
        if self.residual:
            offsets = offsets + raw[..., self.bins :].float().gather(-1, index % self.bins).clamp(-1, 1)
        position = centre + (weight * offsets).sum(-1) / weight.sum(-1)
        return torch.where(circular, position / self.bins % 1.0, (position / (self.bins - 1)).clamp(0, 1))

    def confidence(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None = None) -> Tensor:
        return self._window(raw, slots, quantiles)[2].sum(-1)

    def _window(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """The chosen bin (...), those around it (..., W), and their probabilities (..., W), 0 for bins that there are not."""
        probability = raw[..., : self.bins].float().softmax(-1)
        below = probability.cumsum(-1)
        centre = torch.where(self.by_mode[slots.clamp(min=0)], probability.argmax(-1), (below < 0.5).sum(-1))
        if quantiles is not None:
            centre = torch.where(quantiles.isnan(), centre, (below < quantiles[..., None]).sum(-1))
        centre = centre.clamp(max=self.bins - 1)
        index = centre[..., None] + torch.arange(-WINDOW, WINDOW + 1, device=raw.device)
        inside = self._is_circular(slots)[..., None] | ((index >= 0) & (index < self.bins))
        return centre, index, probability.gather(-1, index % self.bins) * inside

    def loss(self, raw: Tensor, target: Tensor, slots: Tensor) -> Tensor:
        circular = self._is_circular(slots)
        # linear bins have centres at both ends of [0, 1]; circular ones do not, because 0 and 1 are the same
        position = target.float() * torch.where(circular, self.bins, self.bins - 1)
        low = position.floor().long()
        share = position - low
        high = torch.where(circular, (low + 1) % self.bins, (low + 1).clamp(max=self.bins - 1))
        beside = torch.stack([low % self.bins, high], dim=-1)
        scores = raw[..., : self.bins].float().log_softmax(-1).gather(-1, beside)
        loss = -(1 - share) * scores[..., 0] - share * scores[..., 1]
        if not self.residual:
            return loss
        said = raw[..., self.bins :].float().gather(-1, beside)
        # at the upper end both bins are the last one, which is the number itself
        truth = torch.stack([share, torch.where(high == low, share, share - 1)], dim=-1)
        return loss + F.smooth_l1_loss(said, truth, beta=self.BETA, reduction="none").mean(-1)


class ScalarCodec(_Codec):
    """``head``: the number itself, or cosine and sine for circular slots, under smooth L1."""

    name = "head"
    outputs = 3  # the number, cosine, sine
    BETA = 0.05  # where smooth L1 turns from square to absolute

    def decode(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None = None) -> Tensor:
        raw = raw.float()
        turn = torch.atan2(raw[..., 2], raw[..., 1]) / (2 * math.pi) % 1.0
        return torch.where(self._is_circular(slots), turn, raw[..., 0].clamp(0, 1))

    def loss(self, raw: Tensor, target: Tensor, slots: Tensor) -> Tensor:
        raw, target = raw.float(), target.float()
        angle = target * (2 * math.pi)
        truth = torch.stack([target, angle.cos(), angle.sin()], dim=-1)
        error = F.smooth_l1_loss(raw, truth, beta=self.BETA, reduction="none")
        return torch.where(self._is_circular(slots), error[..., 1:].mean(-1), error[..., 0])


class DigitCodec(_Codec):
    """``digits``: numbers are text, as in the paper; no head gives any, so there is nothing to decode or to score."""

    name = "digits"
    outputs = 0

    def decode(self, raw: Tensor, slots: Tensor, quantiles: Tensor | None = None) -> Tensor:
        return raw.new_zeros(slots.shape)

    def loss(self, raw: Tensor, target: Tensor, slots: Tensor) -> Tensor:
        return raw.new_zeros(target.shape)


def make_codec(name: str, bins: int = 64) -> BinCodec | ScalarCodec | DigitCodec:
    """The codec of a name: "bins", "bins+residual", "head" or "digits"."""
    if name in BinCodec.NAMES:
        return BinCodec(bins, residual=name == BinCodec.residual_name)
    if name == ScalarCodec.name:
        return ScalarCodec()
    if name == DigitCodec.name:
        return DigitCodec()
    raise ValueError(f"codec is {name!r}; allowed: {', '.join(CODECS)}")


CODECS = (*BinCodec.NAMES, ScalarCodec.name, DigitCodec.name)
