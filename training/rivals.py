"""Telling an asset from the others that it could be taken for: what the cosine to the right one alone does not ask for.

Where a picture leaves the species open, the vector with the best expected cosine lies between the species, and what is nearest to it there
is mostly none of them: some assets are near to everything. A cross-entropy over assets asks for a vector nearer to the right one
than to its rivals, as CLIP is trained (Radford et al. 2021, section 2.3), and still any new asset can be looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from raw.language import parse
from raw.library import Library

SAME = 0.999  # least cosine of a label to its own row: embeddings are stored with the digits of float16


@dataclass(frozen=True)
class Rivals:
    """R views of the assets that training and validation name."""

    vectors: Tensor  # (R, D) float32, unit length
    assets: Tensor  # (R,) int64, whose view it is
    categories: Tensor  # (R,) int64; retrieval compares within one

    def to(self, device: torch.device) -> Rivals:
        """Moved once, as they are tens of megabytes and every step looks at all of them."""
        return Rivals(self.vectors.to(device), self.assets.to(device), self.categories.to(device))

    def contrast(self, predicted: Tensor, target: Tensor, temperature: float) -> Tensor:
        """(M, D) predictions and labels -> (M,) -log of the right asset's share of its category, by cosine / temperature; on one device.

        ValueError for a label that is no view of an asset here.
        """
        likeness, row = (functional.normalize(target.float(), dim=-1) @ self.vectors.T).max(dim=-1)
        if len(likeness) and float(likeness.min()) < SAME:
            worst = int(likeness.argmin())
            raise ValueError(f"label {worst} has cosine {float(likeness[worst]):.3f} to the nearest asset; allowed: {SAME} or more")
        logits = functional.normalize(predicted.float(), dim=-1) @ self.vectors.T / temperature
        among = logits.masked_fill(self.categories != self.categories[row, None], -torch.inf)
        right = logits.masked_fill(self.assets != self.assets[row, None], -torch.inf)
        return among.logsumexp(dim=-1) - right.logsumexp(dim=-1)


def rivals_of(library: Library, programs: Iterable[str]) -> Rivals:
    """All views of the assets that programs name, and of no others: held-out assets must not be pushed away."""
    named: set[str] = set()
    for program in programs:
        scene = parse(program)
        named |= {look for look in (scene.ground.appearance, *(thing.appearance for thing in scene.objects)) if isinstance(look, str)}
    return views_of(library, named)


def views_of(library: Library, assets: Collection[str]) -> Rivals:
    """All views of these assets, in the library's order."""
    rows = np.array([i for i, record in enumerate(library.records) if record.id in assets], dtype=np.int64)
    kinds = {category: i for i, category in enumerate(dict.fromkeys(library.records[row].category for row in rows))}
    views = len(library.yaws)
    vectors = functional.normalize(torch.from_numpy(library.embeddings[rows].reshape(len(rows) * views, -1)), dim=-1)
    categories = torch.tensor([kinds[library.records[row].category] for row in rows], dtype=torch.int64)
    return Rivals(vectors, torch.arange(len(rows)).repeat_interleave(views), categories.repeat_interleave(views))
