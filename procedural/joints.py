"""Joints of an animal where a picture shows them: in the camera frame, in the picture, and whether they are seen."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from procedural.shapes import Shape
from procedural.silhouettes import NEAR
from raw.geometry import project
from raw.scene import Camera, SceneObject

OUTSIDE, HIDDEN, SEEN = 0, 1, 2
NOWHERE = -1.0  # both numbers of the spot of a joint behind the camera
_DEPTH = 2.0  # a joint is seen through so many times the flesh that is over it where it is thinnest ...
_MARGIN = 0.02  # ... and this share of the animal's height, for joints on its skin
_PARENTS = (  # pattern of a joint's name, and the names that its parent may have, the first one that is there
    (r"(chest|rump|tail|wing|arm|thigh|hind0)(_[lr])?", ("trunk",)),
    (r"neck0?", ("chest", "trunk")),
    (r"hand(_[lr])", (r"arm\1",)),
    (r"shank(_[lr])", (r"thigh\1",)),
    (r"foot(_[lr])", (r"shank\1",)),
    (r"fore0(_[lr])", ("chest",)),
    (r"head", ("neck4", "neck3", "neck2", "neck1", "neck0", "neck")),
    (r"(jaw|eye|ear|horn|nose|tusk|beak|brow|disc|wattle)(_[lr])?", ("head",)),
)


class Joints(NamedTuple):
    """The joints of one object."""

    names: tuple[str, ...]  # (J,)
    locations: np.ndarray  # (J, 3) float64 metres, camera frame
    spots: np.ndarray  # (J, 2) float64 fractions of the picture, x right and y down; may lie outside 0..1
    visible: np.ndarray  # (J,) int64: OUTSIDE the frame or behind the camera, HIDDEN, SEEN


def joints_of(shape: Shape, thing: SceneObject, camera: Camera, own: np.ndarray, depth: np.ndarray) -> Joints:
    """Joints of ``thing`` in a picture; ``own`` (H, W) bool is where it shows, ``depth`` (H, W) metres along the viewing axis.

    A joint lies inside the body, so it is taken for seen if the surface at its pixel is the animal's own and no farther
    before it than the flesh there is thick: _DEPTH times the distance to the nearest point of the skin, as one seldom
    looks along that way, and _MARGIN. An eye or a leg on the far side is hidden by the body.
    """
    locations = shape.placed(shape.joints, thing).T
    height, width = depth.shape
    spots, visible = np.full((len(locations), 2), NOWHERE), np.full(len(locations), OUTSIDE)
    ahead = np.flatnonzero(-locations[:, 2] > NEAR)
    spots[ahead] = project(locations[ahead], camera.fov, width / height)
    framed = ahead[((spots[ahead] >= 0) & (spots[ahead] < 1)).all(axis=1)]
    column, row = (spots[framed] * [width, height]).astype(int).T
    over = -locations[framed, 2] - depth[row, column]
    flesh = _DEPTH * shape.thickness[framed] * shape.scale(thing) + _MARGIN * thing.height
    visible[framed] = np.where(own[row, column] & (over <= flesh), SEEN, HIDDEN)
    return Joints(shape.names, locations, spots, visible)


def bones(names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Pairs (parent, child) of numbers into ``names``, by what the families call their joints; others have no pair.

    A data set names joints but does not hold their tree, so that it can be read where its library is not.
    """
    found = ((_parent(name, names), child) for child, name in enumerate(names))
    return tuple((names.index(parent), child) for parent, child in found if parent)


def _parent(name: str, names: tuple[str, ...]) -> str | None:
    numbered = re.fullmatch(r"(neck|fore|hind)([1-9])(_[lr])?", name)
    if numbered:
        stem, number, side = numbered.groups(default="")
        before = f"{stem}{int(number) - 1}{side}"
        return before if before in names else None
    for pattern, parents in _PARENTS:
        found = re.fullmatch(pattern, name)
        if found:
            return next((parent for parent in map(found.expand, parents) if parent in names), None)
    return None
