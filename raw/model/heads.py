"""Values out of the decoder (MLP heads, rotations by SVD) and back into it (embeddings of values)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from raw.model.numbers import NUMBER_SLOTS
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION

FREQUENCIES = 8  # of the sinusoidal features of a number
SLOT_WIDTH = 16  # of the learned embedding that says which slot a number belongs to
# The gradient of the nearest rotation grows as 1 / (s_i + s_j); sums of singular values below this count as this.
SMALLEST_SUM = 1e-2


class Head(nn.Sequential):
    """A head takes states of any floating type: those of a large decoder are shorter than its own weights."""

    def forward(self, states: Tensor) -> Tensor:
        return super().forward(states.to(self[1].weight.dtype))


def mlp_head(hidden: int, outputs: int) -> Head:
    """The paper's head: Tanh, Linear, GELU, Linear."""
    return Head(nn.Tanh(), nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, outputs))


class _NearestRotation(torch.autograd.Function):
    """Special orthogonalisation with its own backward: that of the SVD itself is infinite for equal singular values."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, matrix: Tensor) -> Tensor:
        u, s, vt = torch.linalg.svd(matrix)
        sign = torch.ones_like(s)
        sign[..., 2] = torch.where(torch.linalg.det(u @ vt) < 0, -1.0, 1.0)
        u = u * sign[..., None, :]
        ctx.save_for_backward(u, s * sign, vt)
        return u @ vt

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, gradient: Tensor) -> Tensor:
        u, s, vt = ctx.saved_tensors
        inner = u.mT @ gradient @ vt.mT
        sums = (s[..., :, None] + s[..., None, :]).clamp(min=SMALLEST_SUM)
        return u @ ((inner - inner.mT) / sums) @ vt


def nearest_rotation(matrix: Tensor) -> Tensor:
    """(..., 3, 3) -> the nearest rotations, in float32 or float64; gradients are finite for any finite matrix.

    Levinson et al. 2020, *An Analysis of SVD for Deep Rotation Estimation*.
    """
    return _NearestRotation.apply(matrix if matrix.dtype == torch.float64 else matrix.float())


class ValueEmbedding(nn.Module):
    """What is added to a piece's embedding so that later pieces see its value."""

    def __init__(self, hidden: int, width: int) -> None:
        super().__init__()
        self.slot = nn.Embedding(len(NUMBER_SLOTS), SLOT_WIDTH)
        self.number = nn.Linear(2 * FREQUENCIES + SLOT_WIDTH, hidden)
        self.rotation = nn.Linear(9, hidden)
        self.appearance = nn.Linear(width, hidden) if width else None  # names are tokens
        self.register_buffer("frequencies", math.pi * 2.0 ** torch.arange(FREQUENCIES), persistent=False)

    def forward(self, kinds: Tensor, slots: Tensor, numbers: Tensor, rotations: Tensor, embeddings: Tensor) -> Tensor:
        """kinds (B, T), slots (B, T), numbers (B, T) in [0, 1], rotations (B, T, 3, 3), embeddings (B, T, D) -> (B, T, hidden).

        A value counts only where ``kinds`` says that the piece carries it.
        """
        phase = numbers[..., None] * self.frequencies
        waves = torch.cat([phase.sin(), phase.cos(), self.slot(slots.clamp(min=0))], dim=-1)
        weight = self.number.weight.dtype
        parts = {
            NUMBER: self.number(waves.to(weight)),
            ROTATION: self.rotation(rotations.flatten(-2).to(weight)),
        }
        if self.appearance is not None:
            parts[APPEARANCE] = self.appearance(embeddings.to(weight))
        return sum(torch.where((kinds == kind)[..., None], part, 0.0) for kind, part in parts.items())
