"""Joints of an animal where a picture shows them: in the camera frame, in the picture, and whether they are seen."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from procedural.labels.shapes import Shape
from procedural.labels.silhouettes import NEAR
from raw.geometry import project
from raw.scene import Camera, SceneObject

OUTSIDE, HIDDEN, SEEN = 0, 1, 2
NOWHERE = -1.0  # both numbers of the spot of a joint behind the camera
_FARTHER = 1.5  # a joint is seen through at most so many times the flesh that lies behind it ...
_MARGIN = 0.04  # ... and this share of the animal's height, for joints on its skin
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

    A joint lies inside the body. It is taken for seen if the surface at its pixel is the skin of the flesh around it, and
    it lies no deeper than midway, with some room: _FARTHER and _MARGIN. So a knee is hidden by a knee before it, and an
    eye on the far side by the head, but the root of the tail is seen from either side.
    """
    locations = shape.placed(shape.joints, thing).T
    height, width = depth.shape
    spots, visible = np.full((len(locations), 2), NOWHERE), np.full(len(locations), OUTSIDE)
    ahead = np.flatnonzero(-locations[:, 2] > NEAR)
    spots[ahead] = project(locations[ahead], camera.fov, width / height)
    framed = ahead[((spots[ahead] >= 0) & (spots[ahead] < 1)).all(axis=1)]
    column, row = (spots[framed] * [width, height]).astype(int).T
    visible[framed] = HIDDEN
    shown = own[row, column]
    framed, surface, margin = framed[shown], depth[row, column][shown], _MARGIN * thing.height
    if len(framed):
        front, back = flesh(shape.placed(shape.points, thing), shape.faces, locations[framed])
        at = -locations[framed, 2]
        visible[framed[(front - surface <= margin) & (at - front <= _FARTHER * (back - at) + margin)]] = SEEN
    return Joints(shape.names, locations, spots, visible)


def flesh(points: np.ndarray, faces: np.ndarray, joints: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the line of sight through each of (J, 3) joints enters the solid around it and leaves it, (J,) metres along the axis.

    ``points`` (3, V) and ``faces`` (3, F) are closed meshes in the camera frame, which may overlap. For a joint in the open
    both are its own depth. Triangles that reach behind the near plane are left out.
    """
    joint, layer, inward = crossings(points, faces, joints)
    front, back = -joints[:, 2], -joints[:, 2]
    for j, at in enumerate(-joints[:, 2]):
        mine = np.flatnonzero(joint == j)
        mine = mine[np.argsort(layer[mine])]
        solid = np.cumsum(inward[mine])  # how many meshes one is in, after each layer
        before = np.searchsorted(layer[mine], at)
        if before and solid[before - 1] > 0:
            entries = np.flatnonzero(solid[:before] <= 0)
            exits = np.flatnonzero(solid[before:] <= 0)
            front[j] = layer[mine[entries[-1] + 1 if len(entries) else 0]]
            back[j] = layer[mine[before + exits[0]]] if len(exits) else at
    return front, back


def crossings(points: np.ndarray, faces: np.ndarray, joints: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every meeting of a line of sight through (J, 3) joints with a triangle: number of the joint, metres along the viewing
    axis, and +1 where the line goes into the mesh or -1 where it leaves it. Arguments as for ``flesh``."""
    behind = points[2] > -NEAR
    if behind.any():
        faces = np.ascontiguousarray(faces[:, ~behind[faces].any(axis=0)])  # a row a corner
    plane = points[:2] / -points[2]
    x, y = plane[0][faces], plane[1][faces]
    u, v = (joints[:, :2] / -joints[:, 2:]).T.astype(points.dtype)[:, :, None]
    near = (x.min(axis=0) <= u) & (x.max(axis=0) >= u) & (y.min(axis=0) <= v) & (y.max(axis=0) >= v)
    joint, face = np.divmod(np.flatnonzero(near), len(near[0]))  # a fraction of the time of np.nonzero
    x, y = x[:, face] - u[joint, 0].astype(np.float64), y[:, face] - v[joint, 0].astype(np.float64)
    shares = np.roll(x, -1, axis=0) * np.roll(y, 1, axis=0) - np.roll(x, 1, axis=0) * np.roll(y, -1, axis=0)
    whole = shares.sum(axis=0)
    met = np.flatnonzero((shares * np.sign(whole) >= 0).all(axis=0) & (whole != 0))
    joint, face, shares, whole = joint[met], face[met], shares[:, met], whole[met]
    layer = -1 / (shares / whole / points[2][faces[:, face]]).sum(axis=0)  # one over depth is linear in the picture
    return joint, layer, np.sign(whole)


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
