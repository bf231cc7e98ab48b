"""Leaf cards: small flat outlines - a leaf, a sprig, a fir spray, a tuft of needles - set many times, each its own way.

An outline lies in its own frame: x along the leaf from its foot at 0 to its tip at 1, y across, z out of the leaf.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from procedural.assets.flora.ribbons import UP, copies, paint, unit
from procedural.assets.noise import value_noise
from raw.mesh import Mesh


class Outline(NamedTuple):
    """A card's shape; y and z are in shares of its length."""

    points: np.ndarray  # (P, 3)
    faces: np.ndarray  # (F, 3)
    tint: np.ndarray  # (P,) brightness of each point


def outline(points: list[tuple[float, float, float]], faces: list[tuple[int, int, int]]) -> Outline:
    """An outline that is darker at its foot and brighter at its tip."""
    shape = np.array(points)
    return Outline(shape, np.array(faces), 0.80 + 0.34 * np.clip(shape[:, 0], 0, 1))


def oval(width: float) -> Outline:
    """One pointed leaf folded along its middle: 4 faces."""
    w, z = width / 2, 0.25 * width
    points = [(0, 0, 0), (0.35, w, z), (0.72, 0.75 * w, z), (1, 0, -0.5 * z), (0.72, -0.75 * w, z), (0.35, -w, z)]
    return outline(points, [(0, 5, 1), (1, 5, 4), (1, 4, 2), (2, 4, 3)])


def sprig(leaves: int, width: float, opening: float) -> Outline:
    """So many lance-shaped leaves fanned out from one foot over `opening` radians: 2 faces a leaf."""
    points, faces = [(0.0, 0.0, 0.0)], []
    for k, angle in enumerate(np.linspace(-opening / 2, opening / 2, leaves)):
        length = 1 - 0.25 * abs(angle) / max(opening / 2, 1e-9)
        ahead, side = np.array([np.cos(angle), np.sin(angle)]) * length, np.array([-np.sin(angle), np.cos(angle)]) * width / 2
        lift = 0.12 if k % 2 else -0.06
        points += [(*(0.55 * ahead - side), lift), (*(0.55 * ahead + side), lift), (*ahead, 0.0)]
        foot = 3 * k + 1
        faces += [(0, foot, foot + 1), (foot, foot + 2, foot + 1)]
    return outline(points, faces)


def lobed(lobes: int, depth: float, opening: float) -> Outline:
    """A palmate leaf: lobes round its foot with notches of `depth` 0-1 between them; 2 faces a lobe."""
    angles = np.linspace(-opening / 2, opening / 2, 2 * lobes - 1)
    reach = np.where(np.arange(2 * lobes - 1) % 2, 1 - depth, 1.0) * (0.72 + 0.28 * np.cos(angles))
    points = [(0.0, 0.0, 0.0)] + [(r * np.cos(a), r * np.sin(a), 0.10 * r * np.cos(3 * a)) for r, a in zip(reach, angles, strict=True)]
    return outline(points, [(0, k, k + 1) for k in range(1, 2 * lobes - 1)])


def spray(teeth: int, width: float) -> Outline:
    """A twig with short needles or leaflets on both sides: 1 face a tooth, 2 * teeth + 1 faces."""
    stations = np.linspace(0, 0.9, teeth + 1)
    points, faces = [(float(x), 0.0, 0.0) for x in stations], []
    for k in range(teeth):
        reach = width / 2 * (1 - 0.45 * stations[k])
        for side in (1, -1):
            points.append((stations[k] + 0.75 * reach + 0.08, side * reach, 0.10 * width))
            faces.append((k, k + 1, len(points) - 1) if side > 0 else (k + 1, k, len(points) - 1))
    points += [(0.88, 0.05 * width, 0), (0.88, -0.05 * width, 0), (1.08, 0, 0)]
    return outline(points, [*faces, (len(points) - 3, len(points) - 2, len(points) - 1)])


def needles(count: int, width: float, opening: float) -> Outline:
    """A tuft of single needles spread over a cone of `opening` radians half angle: 1 face a needle."""
    points, faces = [], []
    for k in range(count):
        turn, lean = 2.4 * k, opening * np.sqrt((k + 0.5) / count)
        tip = np.array([np.cos(lean), np.sin(lean) * np.cos(turn), np.sin(lean) * np.sin(turn)])
        across = np.array([0.0, -np.sin(turn), np.cos(turn)]) * width / 2
        points += [tuple(0.05 * tip - across), tuple(0.05 * tip + across), tuple(tip)]
        faces.append((3 * k, 3 * k + 1, 3 * k + 2))
    return outline(points, faces)


def cards(
    shape: Outline, feet: np.ndarray, along: np.ndarray, facing: np.ndarray, length: np.ndarray | float, colors: np.ndarray,
    rng: np.random.Generator,
) -> Mesh:  # fmt: skip
    """The outline set at feet (N, 3), tips towards `along` (N, 3), upper side towards `facing` (N, 3); colors (N, 3) 0-255.

    Sizes vary by a quarter around `length`. Single sided.
    """
    n = len(feet)
    ahead = unit(along)
    side = unit(np.cross(facing, ahead) + 1e-6 * rng.normal(size=(n, 3)))
    size = (length * rng.uniform(0.75, 1.25, n))[:, None, None]
    frame = np.stack([ahead, side, np.cross(ahead, side)], axis=1)  # (N, 3 axes, 3)
    vertices = feet[:, None] + size * (shape.points @ frame)
    tints = colors[:, None] * shape.tint[:, None]
    return Mesh(vertices.reshape(-1, 3).astype(np.float32), copies(shape.faces, n, len(shape.points)), paint(tints.reshape(-1, 3)))


def leaf_colors(places: np.ndarray, base: np.ndarray, variation: float, rng: np.random.Generator) -> np.ndarray:
    """Colours (N, 3) of leaves at `places`: darker inside and below, lighter outside and above, with patches and noise."""
    low, high = places.min(axis=0), places.max(axis=0)
    place = (places - (low + high) / 2) / np.maximum((high - low) / 2, 1e-6)
    light = 0.84 + 0.22 * np.clip(np.linalg.norm(place, axis=1), 0, 1.2) + 0.12 * place[:, 2]
    patch = value_noise(place * 2.5, int(rng.integers(2**31)))
    shade = light * (1 + variation * (0.5 * patch + rng.normal(0, 0.5, len(places))))
    warm = 1 + variation * rng.normal(0, 0.35, (len(places), 1)) * np.array([1.0, 0.2, -0.6])
    return base * np.maximum(shade, 0.2)[:, None] * warm


def outwards(places: np.ndarray, up: float, stray: float, rng: np.random.Generator) -> np.ndarray:
    """Where leaves at `places` (N, 3) face: away from the crown's middle, `up` more upwards, strayed by noise. (N, 3), not unit."""
    middle = places.mean(axis=0)
    return unit(places - middle) + up * UP + stray * rng.normal(size=places.shape)
