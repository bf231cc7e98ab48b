"""Four-legged animals: a row of body proportions and a coat in, an asset out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.capsules import Builder, Skeleton, grow
from procedural.assets.coats import Coat, bind
from procedural.assets.horns import add_horns
from procedural.assets.manes import add_hair
from procedural.assets.quadruped_body import LEGS, add_legs, add_tail, add_trunk
from procedural.assets.quadruped_head import FACE, add_ears, add_head, add_trunk_and_tusks
from procedural.assets.quadruped_shape import QuadrupedShape

CELLS: Mapping[str, float] = {"body": 2000, FACE: 1000, LEGS: 900}  # grid cells that the capsules of each melt may cover
MARKED: Mapping[str, float] = {"body": 2800, FACE: 1000, LEGS: 1250}  # of coats with marks, which the grid has to hold
LIMIT = 7450  # vertices: 14,900 triangles


def skeleton_of(shape: QuadrupedShape) -> Skeleton:
    """The capsules of one animal, in metres."""
    k = Builder(shape.shag)
    y0, y2 = add_trunk(k, shape)
    add_legs(k, shape, y0, y2)
    head = add_head(k, shape, y0)
    add_ears(k, shape, head)
    add_tail(k, shape)
    add_hair(k, shape, head, y0)
    if shape.horns:
        add_horns(k, shape, head)
    if shape.trunk or shape.tusk:
        add_trunk_and_tusks(k, shape, head)
    return k.skeleton(shape.height)


def _steps(skeleton: Skeleton, cells: Mapping[str, float]) -> dict[str, float]:
    """The grid step of every melt, in metres, so that all animals come out with about the same number of triangles."""
    steps = {}
    for mesh, count in cells.items():
        parts = [c for c in skeleton.capsules if c.blend > 0 and c.mesh == mesh]
        area = sum(np.pi * (c.ra + c.rb) * np.linalg.norm(c.b - c.a) + np.pi * (c.ra**2 + c.rb**2) for c in parts)
        steps[mesh] = float(np.sqrt(area / count))
    thinnest = min(min(c.ra, c.rb) for c in skeleton.capsules if c.mesh == LEGS)
    steps[LEGS] = min(steps[LEGS], thinnest)
    return steps


def quadruped(shape: QuadrupedShape, coat: Coat, limit: int = LIMIT) -> Asset:
    """Build one animal; `limit` is the most vertices after its coat is sharpened."""
    skeleton = skeleton_of(shape)
    numbers = {n: float(v) for n, v in asdict(shape).items() if isinstance(v, (int, float))}
    steps = _steps(skeleton, MARKED if coat.pattern else CELLS)
    return grow(skeleton, bind(coat), steps, limit, numbers | {"coat_seed": float(coat.seed)})
