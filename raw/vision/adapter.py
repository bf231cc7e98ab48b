"""From what a tower says of a cut-out to what it says of the asset: a residual linear map of its pooled vectors.

Cut-outs have a background, stand in a light and are cut by hand of a program; portraits are none of that. A small trained map of a
frozen encoder's features, added to the features themselves, is what CLIP-Adapter does (Gao et al. 2021, section 3.2); this one is
linear and of full rank. Half of the answer stays the tower's own, which knows photographs that the map has never seen.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn
from torch.nn import functional

from raw.vision.fitted import load_fitted, save_fitted

ADAPTER_FILE = "second_look.safetensors"  # in a model's folder


class Adapter(nn.Module):
    """See the module's docstring; fresh, it changes nothing."""

    def __init__(self, width: int, fingerprint: str) -> None:
        """``fingerprint`` is of the tower whose vectors of ``width`` numbers it maps."""
        super().__init__()
        self.fingerprint, self.shift = fingerprint, nn.Linear(width, width)
        nn.init.zeros_(self.shift.weight)
        nn.init.zeros_(self.shift.bias)

    def mapped(self, vectors: Tensor, kept: Tensor | None = None) -> Tensor:
        """(..., D) unit vectors -> (..., D) unit vectors near those of assets; ``kept`` are factors of what the map reads: its dropout."""
        read = vectors if kept is None else vectors * kept
        return functional.normalize(vectors + self.shift(read), dim=-1)

    def forward(self, vectors: Tensor) -> Tensor:
        """(..., D) unit vectors -> the directions between them and what they are mapped to."""
        return functional.normalize(vectors + self.mapped(vectors), dim=-1)

    def save(self, folder: Path) -> None:
        """Write ``ADAPTER_FILE``, in half precision; another reader never sees half of it."""
        save_fitted(self, folder / ADAPTER_FILE, self.fingerprint)

    @classmethod
    def load(cls, folder: Path) -> Adapter | None:
        """The adapter of a model's folder, None where it has none. ValueError for a file that is no such thing."""

        def make(fingerprint: str, weights: dict[str, Tensor]) -> Adapter:
            return cls(len(weights["shift.bias"]), fingerprint)

        return load_fitted(folder / ADAPTER_FILE, "adapter of a second look", make)
