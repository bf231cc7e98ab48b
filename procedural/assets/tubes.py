"""Tubes: capsules too thin for the grid, or meant to stay crisp, meshed by themselves and along whole chains."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from procedural.assets.capsules import Capsule


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cross product of the last axes: for few vectors much quicker than numpy's own."""
    x, y, z = a[..., 0], a[..., 1], a[..., 2]
    u, v, w = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=-1)


def _turned(ways: np.ndarray, straight: bool) -> np.ndarray:
    """(N, 3) unit vectors square to unit directions (N, 3), each turned as little as possible from the one before."""
    side = _cross(ways[0], np.array([0.0, 0.0, 1.0] if abs(ways[0, 2]) < 0.9 else [1.0, 0.0, 0.0]))
    if straight:
        return np.broadcast_to(side / np.sqrt(side @ side), ways.shape)
    out = []
    for way in ways:
        side = side - (side @ way) * way
        side = side / np.sqrt(side @ side)
        out.append(side)
    return np.array(out)


def sweep(chain: list[Capsule], cell: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One closed tube along capsules that start where the one before ends, rings at most about `cell` metres apart.

    Returns vertices, faces and (V,) the place in `chain` of the capsule each vertex lies on.
    """
    dots, radii, owner = [chain[0].a], [chain[0].ra], [0]
    for i, c in enumerate(chain):
        steps = int(np.clip(np.linalg.norm(c.b - c.a) / cell, 1, 24))
        t = np.arange(1, steps + 1)[:, None] / steps
        dots, radii, owner = [*dots, *(c.a + t * (c.b - c.a))], [*radii, *(c.ra + t[:, 0] * (c.rb - c.ra))], owner + [i] * steps
    line, r = np.array(dots), np.array(radii)
    ways = np.gradient(line, axis=0)
    size = np.linalg.norm(ways, axis=1, keepdims=True)
    ways = np.where(size > 1e-9, ways / np.maximum(size, 1e-9), [0.0, 0.0, 1.0])
    cap = np.linspace(-np.pi / 2, 0, int(np.clip(max(radii) / cell, 2, 6)) + 1)[1:-1]
    first, last = np.sin(cap) * r[0], -np.sin(cap[::-1]) * r[-1]
    line = np.concatenate([line[0] + first[:, None] * ways[0], line, line[-1] + last[:, None] * ways[-1]])
    r = np.concatenate([np.cos(cap) * r[0], r, np.cos(cap[::-1]) * r[-1]])
    owner = [0] * len(cap) + owner + [len(chain) - 1] * len(cap)
    ways = np.concatenate([ways[[0] * len(cap)], ways, ways[[-1] * len(cap)]])
    around = int(np.clip(6.3 * max(radii) / cell, 7, 20))
    angle, side = np.arange(around) * (2 * np.pi / around), _turned(ways, len(chain) == 1)
    spoke = np.cos(angle)[:, None] * side[:, None] + np.sin(angle)[:, None] * _cross(ways, side)[:, None]
    ends = np.array([-ways[0] * radii[0], ways[-1] * radii[-1]])
    offset = np.concatenate([(r[:, None, None] * spoke).reshape(-1, 3), ends])
    if chain[0].squash != 1.0:
        axis = np.asarray(chain[0].axis) / np.linalg.norm(chain[0].axis)
        offset = offset + (chain[0].squash - 1) * (offset @ axis)[:, None] * axis
    points = np.concatenate([np.repeat(line, around, axis=0), [dots[0], dots[-1]]]) + offset
    owners = np.concatenate([np.repeat(owner, around), [0, len(chain) - 1]])
    return points.astype(np.float32), _rings(len(line), around), owners


@lru_cache(maxsize=512)
def _rings(count: int, around: int) -> np.ndarray:
    """Faces (F, 3) of `count` rings of `around` vertices and a pole at either end."""
    i, j = np.meshgrid(np.arange(count - 1) * around, np.arange(around), indexing="ij")
    p, q = (i + j).ravel(), (i + (j + 1) % around).ravel()
    ends, ring = np.arange(around), (np.arange(around) + 1) % around
    last, pole = (count - 1) * around, count * around
    faces = [
        np.stack([p, q, q + around], 1),
        np.stack([p, q + around, p + around], 1),
        np.stack([np.full(around, pole), ring, ends], 1),
        np.stack([np.full(around, pole + 1), last + ends, last + ring], 1),
    ]
    out = np.concatenate(faces)
    out.setflags(write=False)  # it is handed out again
    return out


def tube(c: Capsule, cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and faces of one capsule by itself, with rings about `cell` metres apart."""
    return sweep([c], cell)[:2]


def chains(capsules: tuple[Capsule, ...]) -> list[list[int]]:
    """Places of the capsules that are meshed by themselves, those that continue one another together."""
    out: list[list[int]] = []
    for i, c in enumerate(capsules):
        if c.blend > 0:
            continue
        for line in out[-2:]:  # of mirrored pairs the two sides take turns
            before = capsules[line[-1]]
            if before.bone == c.bone and before.region == c.region and np.array_equal(before.b, c.a) and before.rb == c.ra:
                line.append(i)
                break
        else:
            out.append([i])
    return out
