"""Four-legged animals: a row of body proportions and a coat in, an asset out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.capsules import Builder, Capsule, Skeleton, grow
from procedural.assets.coats import Coat, bind
from procedural.assets.distances import extent
from procedural.assets.horns import add_horns
from procedural.assets.manes import add_hair
from procedural.assets.poses import bent, carried, limbs, seat
from procedural.assets.quadruped_body import LEGS, add_legs, add_tail, add_trunk
from procedural.assets.quadruped_head import FACE, add_ears, add_head, add_trunk_and_tusks
from procedural.assets.quadruped_shape import POSES, QuadrupedShape
from procedural.assets.rest_pose import painted_at_rest

CELLS: Mapping[str, float] = {"body": 2000, FACE: 1000, LEGS: 900}  # grid cells that the capsules of each melt may cover
MARKED: Mapping[str, float] = {"body": 2800, FACE: 1000, LEGS: 1250}  # of coats with marks, which the grid has to hold
SOFT = ("beard", "ear", "mane", "skirt", "tail", "throat", "tuft", "nose")  # regions and bones that yield to the ground
LIMIT = 7450  # vertices: 14,900 triangles


def skeleton_of(shape: QuadrupedShape) -> Skeleton:
    """The capsules of one animal, in metres."""
    s = bent(shape)
    k = Builder(s.shag)
    y0, y2 = add_trunk(k, s)
    base = seat(s, k.capsules, y0, y2)
    s = carried(s, y0, base)
    head = add_head(k, s, y0)
    add_ears(k, s, head)
    add_hair(k, s, head, y0)
    if s.horns:
        add_horns(k, s, head)
    if s.trunk or s.tusk:
        add_trunk_and_tusks(k, s, head)
    k.capsules = [base.moved(c) for c in k.capsules]
    joints = limbs(s, base, y0, y2, k.capsules)
    add_tail(k, s, base)
    add_legs(k, s, joints)
    k.capsules = [_on_the_ground(c) for c in k.capsules]
    return k.skeleton(shape.height)


def _on_the_ground(c: Capsule) -> Capsule:
    """Hair and other soft parts do not hang through the ground: their ends are lifted on to it."""
    if c.region not in SOFT and c.bone not in SOFT:
        return c
    ends = [extent(c._replace(a=p, b=p, ra=r, rb=r), 2)[0] for p, r in ((c.a, c.ra), (c.b, c.rb))]
    a, b = (p - [0, 0, min(low, 0.0)] for p, low in zip((c.a, c.b), ends, strict=True))
    return c._replace(a=a, b=b)


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
    skeleton, rest = skeleton_of(shape), skeleton_of(replace(shape, pose="stand"))
    numbers = {n: float(v) for n, v in asdict(shape).items() if isinstance(v, (int, float))}
    numbers |= {"pose": float(POSES.index(shape.pose)), "coat_seed": float(coat.seed)}
    paint = bind(coat) if shape.pose == "stand" else painted_at_rest(bind(coat), rest.capsules)
    return grow(skeleton, paint, _steps(rest, MARKED if coat.pattern else CELLS), limit, numbers, rest)
