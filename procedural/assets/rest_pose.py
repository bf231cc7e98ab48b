"""Coats are painted as if the animal stood: where each vertex of a posed body would lie in the rest pose.

The posed and the resting skeleton hold the same capsules, one for one; each vertex follows the capsules it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from procedural.assets.capsules import Capsule, Paint, Surface


def _motions(posed: tuple[Capsule, ...], rest: tuple[Capsule, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Rotations (C, 9), row by row, and shifts (C, 3) that take each posed capsule to the resting one by the least turn."""
    a, b, to_a, to_b = (np.array([getattr(c, end) for c in some]) for some in (posed, rest) for end in "ab")
    ways = [(p - q) / np.maximum(np.linalg.norm(p - q, axis=1, keepdims=True), 1e-9) for p, q in ((b, a), (to_b, to_a))]
    v, cosine = np.cross(*ways), np.clip((ways[0] * ways[1]).sum(axis=1), -0.999, 1)
    cross = np.zeros((len(a), 3, 3))
    cross[:, (2, 0, 1), (1, 2, 0)], cross[:, (1, 2, 0), (2, 0, 1)] = v, -v
    turns = np.eye(3) + cross + cross @ cross / (1 + cosine)[:, None, None]
    half_turn = (ways[0] * ways[1]).sum(axis=1) < -0.999  # about x, which keeps left and right in place
    turns[half_turn] = np.diag([1.0, -1.0, -1.0])
    shifts = (to_a + to_b) / 2 - np.einsum("cij,cj->ci", turns, (a + b) / 2)
    return turns.reshape(-1, 9).astype(np.float32), shifts.astype(np.float32)


def _turned(turns: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Vectors (V, 3), each turned by its own rotation of (9, V)."""
    x, y, z = vectors.T
    return np.stack([turns[i] * x + turns[i + 1] * y + turns[i + 2] * z for i in (0, 3, 6)], axis=1)


def unposed(surface: Surface, rest: tuple[Capsule, ...], motions: tuple[np.ndarray, np.ndarray]) -> Surface:
    """The surface moved back to the rest pose: points (V, 3), unit normals (V, 3) and capsules; shares stay."""
    turns = (surface.near @ motions[0]).T
    points = _turned(turns, surface.points) + surface.near @ motions[1]
    normals = _turned(turns, surface.normals.astype(np.float32))
    normals /= np.maximum(np.sqrt((normals * normals).sum(axis=1, keepdims=True)), 1e-9)
    return surface._replace(points=points, normals=normals, capsules=rest)


def painted_at_rest(bind: Callable[[Surface], Paint], rest: tuple[Capsule, ...]) -> Callable[[Surface], Paint]:
    """The painter that `bind` makes, given the resting surface in place of the posed one."""

    def make(first: Surface) -> Paint:
        motions = _motions(first.capsules, rest)
        standing = unposed(first, rest, motions)
        paint = bind(standing)
        return lambda surface: paint(standing if surface is first else unposed(surface, rest, motions))

    return make
