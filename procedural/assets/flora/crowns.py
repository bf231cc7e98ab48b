"""Crowns: leaf cards hung on the twigs of grown wood, within the budget of triangles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from procedural.assets.flora.leaves import Outline, cards, leaf_colors, outwards
from procedural.assets.flora.ribbons import UP
from procedural.assets.flora.seasons import leaf_share
from procedural.assets.flora.wood import Wood
from raw.mesh import Mesh, merge

MAX_FACES, MAX_VERTICES = 14_800, 24_500


class Leafage(NamedTuple):
    """How the cards of a kind hang."""

    shape: Outline
    length: float  # of a card, in units of the unscaled plant
    spread: tuple[float, float, float]  # how far the cards stray from their twig
    stray: float = 0.6  # 0: cards follow their twig, 1: they point any way
    up: float = 0.6  # how much the cards face the sky rather than away from the crown's middle
    droop: float = 0.0  # how much their tips hang
    variation: float = 0.2  # of the colours


def room(shape: Outline, used: list[Mesh], share: float = 1.0) -> int:
    """How many cards of a shape fit into `share` of what the budget leaves beside the meshes already made."""
    faces, vertices = (sum(len(part) for part in parts) for parts in zip(*((m.faces, m.vertices) for m in used), strict=True))
    return max(1, int(share * min((MAX_FACES - faces) / len(shape.faces), (MAX_VERTICES - vertices) / len(shape.points))))


def hang(wood: Wood, where: np.ndarray, count: int, leafage: Leafage, color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """`count` cards around the wood's vertices under the mask `where` (V,)."""
    choice = np.flatnonzero(where)
    if not len(choice):
        raise ValueError("no twig is left to hang leaves on: the mask `where` is empty")
    pick = rng.choice(choice, count)
    feet = wood.vertices[pick] + rng.normal(size=(count, 3)) * leafage.spread
    feet[:, 2] = np.maximum(feet[:, 2], 0.6 * leafage.length)
    along = wood.direction[pick] + leafage.stray * rng.normal(size=(count, 3)) - leafage.droop * UP
    colors = leaf_colors(feet, color, leafage.variation, rng)
    return cards(leafage.shape, feet, along, outwards(feet, leafage.up, 0.5, rng), leafage.length, colors, rng)


def dressed(
    stem: Mesh, wood: Wood, where: np.ndarray, leafage: Leafage, color: np.ndarray, rng: np.random.Generator, fullness: float = 1.0,
    season: float = 1.0, twig: tuple[float, float, float] = (84.0, 72, 62),
) -> Mesh:  # fmt: skip
    """Stem and crown: the leaves of the season, `fullness` 0-1 of what the budget allows; twigs in their place as they fall."""
    leaves = fullness * leaf_share(season)
    parts = [stem]
    if season > 2.3:
        bare = leafage._replace(shape=TWIGS, length=1.3 * leafage.length, up=0.2, droop=0.5 * leafage.droop, variation=0.1)
        parts.append(hang(wood, where, room(TWIGS, parts, 0.35), bare, np.array(twig), rng))
    if leaves > 0:
        parts.append(hang(wood, where, room(leafage.shape, parts, leaves), leafage, color, rng))
    return merge(parts)


def _twigs() -> Outline:
    points = np.array([
        [0, -0.012, 0], [0, 0.012, 0], [1, 0, 0.05],
        [0.3, 0, 0], [0.36, 0, 0.01], [0.7, 0.34, 0.1],
        [0.5, 0, 0.02], [0.56, 0, 0.02], [0.85, -0.30, -0.05],
    ])  # fmt: skip
    return Outline(points, np.arange(9).reshape(3, 3), np.ones(9))


TWIGS = _twigs()  # a bare twig with two side twigs, 3 faces
