"""Coats are painted as if the animal stood: where each vertex of a posed body would lie in the rest pose.

The posed and the resting skeleton hold the same capsules, one for one; each vertex follows the capsules it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from procedural.assets.capsules import Capsule, Paint, Surface


def _least_turn(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """(3, 3) rotation by the smallest angle that takes direction `a` to `b`."""
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    v, c = np.cross(a, b), float(a @ b)
    if c < -0.999:  # opposite: half a turn about x keeps left and right in place
        return np.diag([1.0, -1.0, -1.0])
    cross = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + c)


def _motion(posed: Capsule, rest: Capsule) -> tuple[np.ndarray, np.ndarray]:
    """Rotation (3, 3) and shift (3,) that take the posed capsule to the resting one."""
    turn = _least_turn(posed.b - posed.a, rest.b - rest.a)
    return turn, (rest.a + rest.b) / 2 - turn @ ((posed.a + posed.b) / 2)


def unposed(surface: Surface, rest: tuple[Capsule, ...]) -> Surface:
    """The surface moved back to the rest pose: points (V, 3), unit normals (V, 3) and capsules; shares stay."""
    motions = [_motion(c, r) for c, r in zip(surface.capsules, rest, strict=True)]
    turns = surface.near @ np.array([turn.ravel() for turn, _ in motions])
    shifts = surface.near @ np.array([shift for _, shift in motions])
    turns = turns.reshape(-1, 3, 3)
    points = np.einsum("vij,vj->vi", turns, surface.points) + shifts
    normals = np.einsum("vij,vj->vi", turns, surface.normals)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return surface._replace(points=points.astype(np.float32), normals=normals, capsules=rest)


def painted_at_rest(bind: Callable[[Surface], Paint], rest: tuple[Capsule, ...]) -> Callable[[Surface], Paint]:
    """The painter that `bind` makes, given the resting surface in place of the posed one."""

    def make(first: Surface) -> Paint:
        paint = bind(unposed(first, rest))
        return lambda surface: paint(unposed(surface, rest))

    return make
