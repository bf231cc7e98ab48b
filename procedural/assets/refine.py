"""Sharpening a painted mesh: edges across which the colour jumps are cut in the middle."""

from __future__ import annotations

import numpy as np


def split_edges(points: np.ndarray, faces: np.ndarray, owner: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, ...]:
    """Cut the wanted edges at their middle; `wanted` holds (E, 2) sorted vertex pairs. Returns points, faces, owner."""
    size = len(points)
    keys = np.sort(wanted[:, 0].astype(np.int64) * size + wanted[:, 1])
    first, second = keys // size, keys % size
    edges = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1), axis=-1)
    code = edges[..., 0].astype(np.int64) * size + edges[..., 1]
    slot = np.minimum(np.searchsorted(keys, code), len(keys) - 1)
    middle = np.where(keys[slot] == code, size + slot, -1)  # (F, 3): new vertex on each edge, or -1
    out = []
    for cut in range(8):
        rows = ((middle >= 0) @ np.array([1, 2, 4])) == cut
        if not rows.any():
            continue
        turn = {1: 0, 2: 1, 4: 2, 3: 0, 6: 1, 5: 2}.get(cut, 0)  # so that a lone cut, or the first of two, is edge 0
        a, b, c = np.roll(faces[rows], -turn, axis=1).T
        ab, bc, ca = np.roll(middle[rows], -turn, axis=1).T
        count = bin(cut).count("1")
        patterns = {
            0: [(a, b, c)],
            1: [(a, ab, c), (ab, b, c)],
            2: [(ab, b, bc), (a, ab, bc), (a, bc, c)],
            3: [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)],
        }
        out += [np.stack(t, axis=1) for t in patterns[count]]
    points = np.concatenate([points, (points[first] + points[second]) / 2])
    return points, np.concatenate(out), np.concatenate([owner, owner[first]])


def contrast_edges(colors: np.ndarray, points: np.ndarray, faces: np.ndarray, shortest: float, most: int) -> np.ndarray:
    """(E, 2) at most `most` edges whose ends differ in colour, the strongest contrasts first; (V, 3) colours are 0-255."""
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]  # of a closed mesh every edge is met once in either direction
    step = np.abs(colors[pairs[:, 0]] - colors[pairs[:, 1]]).max(axis=1)
    length = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    wanted = (step > 40) & (length > shortest)
    edges, gain = pairs[wanted], (step * length)[wanted]
    return edges[np.argsort(-gain, kind="stable")[: max(most, 0)]]
