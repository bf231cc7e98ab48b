"""Pictures that look the same, found by a small difference hash, in sets of millions too."""

from __future__ import annotations

import numpy as np
from PIL import Image

_SIDE = 8  # cells of a picture a side
BITS = 2 * _SIDE**2
_BANDS = 8  # of 16 bits: two hashes that differ in fewer bits than there are bands are equal in one of them
NEAR = _BANDS - 1  # bits in which near-duplicates differ at most; a shift of a hundredth of the frame changes about 7
_ORDER = np.random.default_rng(0).permutation(BITS)  # so that every band sees all of the picture
_ONES = np.array([bin(byte).count("1") for byte in range(256)], dtype=np.uint8)


def difference_hash(image: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 -> (16,) uint8: for 8 x 8 cells, whether the next one to the right, and the one below, is brighter."""
    small = Image.fromarray(image).convert("L").resize((_SIDE + 1, _SIDE + 1), Image.Resampling.BOX)
    shades = np.asarray(small, dtype=np.int16)
    here = shades[:-1, :-1]
    return np.packbits(np.concatenate([(shades[:-1, 1:] > here).ravel(), (shades[1:, :-1] > here).ravel()])[_ORDER])


def twins(hashes: np.ndarray) -> np.ndarray:
    """(N, 16) hashes -> (T, 2) rows (earlier, later): every picture that an earlier one is near to, once, by the first such one."""
    distinct, first, inverse = np.unique(hashes, axis=0, return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    earliest = np.arange(len(hashes))
    earliest[:] = first[inverse]  # of equal hashes
    for a, b in _near_pairs(distinct):
        early, late = np.minimum(first[a], first[b]), np.maximum(first[a], first[b])
        np.minimum.at(earliest, late, early)
    later = np.flatnonzero(earliest < np.arange(len(hashes)))
    return np.stack([earliest[later], later], axis=1)


def _near_pairs(hashes: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of rows that differ in NEAR bits or fewer; in each band, rows of one value are compared with each other."""
    found = []
    for band in hashes.reshape(len(hashes), _BANDS, 2).swapaxes(0, 1):
        values = band[:, 0].astype(np.int32) * 256 + band[:, 1]
        order = np.argsort(values, kind="stable")
        ranked = values[order]
        step = 1
        while len(same := np.flatnonzero(ranked[step:] == ranked[:-step])):
            a, b = order[same], order[same + step]
            near = _ONES[hashes[a] ^ hashes[b]].sum(axis=1) <= NEAR
            found.append((a[near], b[near]))
            step += 1
    return found
