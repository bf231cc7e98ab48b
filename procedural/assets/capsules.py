"""Bodies grown from a skeleton of tapered capsules: joined by a smooth minimum, polygonised once, painted, rigged.

A capsule is the hull of two balls. Most melt into one another (a signed distance field cut by marching cubes); those too
thin for the grid or meant to stay crisp (eyes, horns, beaks, bird legs) are meshed by themselves. Lengths are metres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from skimage.measure import marching_cubes

from procedural.assets.asset import Asset
from procedural.assets.distances import distance, extent, offset_distance, smooth_minimum
from procedural.assets.refine import contrast_edges, split_edges
from procedural.assets.tubes import chains, sweep
from raw.mesh import Mesh, Rig, grounded

Point = np.ndarray | tuple[float, float, float]
FAR = np.float32(1e3)  # field value where no capsule has been evaluated


class Capsule(NamedTuple):
    """The hull of two balls, optionally squashed along one axis."""

    bone: str  # joint that moves it; the joint sits at `a` of the bone's first capsule
    region: str  # what a coat calls it: 'trunk', 'head', 'leg', ...
    a: np.ndarray  # (3,) metres
    b: np.ndarray  # (3,) metres
    ra: float
    rb: float
    blend: float = 0.0  # metres over which it melts into its neighbours; 0: meshed by itself
    squash: float = 1.0  # thickness along `axis` over the thickness it would have
    axis: tuple[float, float, float] = (1.0, 0.0, 0.0)
    coarse: float = 1.0  # of what is meshed by itself: grid steps between its rings; below 1 also finer than its own radius asks for
    span: tuple[float, float] = (0.0, 1.0)  # which stretch of a chain it is, for colours that run along the chain
    shag: float = 0.0  # metres, amplitude of the bumps that stand for long hair or plumes
    mesh: str = "body"  # which melt it joins: each has a grid step of its own, so that thin limbs cost no fine trunk


class Skeleton(NamedTuple):
    """Capsules and the tree of their bones."""

    capsules: tuple[Capsule, ...]
    parents: dict[str, str]  # bone -> parent bone; the root has '' and comes first


class Builder:
    """Collects capsules in any unit; mirrored pairs get 'l' and 'r' bones. `shag` is the default of trunk and neck."""

    def __init__(self, shag: float) -> None:
        self.capsules: list[Capsule] = []
        self.parents: dict[str, str] = {}
        self.shag = shag

    def add(self, bone: str, parent: str, region: str, a: Point, b: Point, ra: float, rb: float, blend: float = 0.0, **kw) -> None:
        """One capsule; `blend` 0 meshes it by itself. Other keywords are fields of Capsule."""
        self.parents.setdefault(bone, parent)
        shag = kw.pop("shag", self.shag if region in ("trunk", "neck") else 0.0)
        self.capsules.append(Capsule(bone, region, np.asarray(a, float), np.asarray(b, float), ra, rb, blend, shag=shag, **kw))

    def both(self, bone: str, parent: str, region: str, a: Point, b: Point, ra: float, rb: float, blend: float = 0.0, **kw) -> None:
        """A capsule on the left and its mirror image on the right."""
        for side, name in ((1, "l"), (-1, "r")):
            flip = np.array([side, 1, 1])
            turned = {**kw, "axis": tuple(flip * kw["axis"])} if "axis" in kw else kw
            above = f"{parent}_{name}" if f"{parent}_{name}" in self.parents else parent
            self.add(f"{bone}_{name}", above, region, flip * a, flip * b, ra, rb, blend, **turned)

    def twin(self, bone: str, parent: str, region: str, a: Point, b: Point, ra: float, rb: float, blend: float = 0.0, **kw) -> None:
        """A capsule and its mirror image, both on the one bone in the middle."""
        for side in (1, -1):
            flip = np.array([side, 1, 1])
            turned = {**kw, "axis": tuple(flip * kw["axis"])} if "axis" in kw else kw
            self.add(bone, parent, region, flip * a, flip * b, ra, rb, blend, **turned)

    def path(
        self, bone: str, parent: str, region: str, points: list[Point], radii: list[float], blend: float = 0.0, pair: bool = False, **kw
    ) -> None:
        """A chain of capsules on one bone, coloured as one from first point to last."""
        last = len(points) - 1
        for i in range(last):
            put = self.both if pair else self.add
            put(bone, parent, region, points[i], points[i + 1], radii[i], radii[i + 1], blend, span=(i / last, (i + 1) / last), **kw)

    def sleeve(self, share: float, mesh: str) -> None:
        """The last `share` of the last capsule again, in another melt: there the two meshes overlap and hide their seam."""
        c = self.capsules[-1]
        t = 1 - share
        start = c.span[0] + t * (c.span[1] - c.span[0])
        self.capsules.append(c._replace(a=c.a + t * (c.b - c.a), ra=c.ra + t * (c.rb - c.ra), span=(start, c.span[1]), mesh=mesh))

    def skeleton(self, scale: float) -> Skeleton:
        """What was collected, with lengths times `scale`."""
        grown = [
            c._replace(a=c.a * scale, b=c.b * scale, ra=c.ra * scale, rb=c.rb * scale, blend=c.blend * scale, shag=c.shag * scale)
            for c in self.capsules
        ]
        return Skeleton(tuple(grown), dict(self.parents))


class Surface(NamedTuple):
    """What a coat may know of each vertex, in the rest pose."""

    points: np.ndarray  # (V, 3) float32, metres, ground at z = 0
    normals: np.ndarray  # (V, 3) unit
    near: np.ndarray  # (V, C) share of each capsule in the vertex, rows sum to 1
    along: np.ndarray  # (V, C) place along each capsule's chain, 0 at its first point to 1 at its last
    capsules: tuple[Capsule, ...]

    def share(self, *regions: str) -> np.ndarray:
        """(V,) how far each vertex belongs to any of these regions, 0-1."""
        return self.near @ np.array([c.region in regions for c in self.capsules], self.near.dtype)

    def since(self, first: int) -> Surface:
        """The vertices from number `first` on."""
        return Surface(self.points[first:], self.normals[first:], self.near[first:], self.along[first:], self.capsules)


Paint = Callable[[Surface], np.ndarray]  # -> (V, 3) float sRGB, 0-255


def polygonise(capsules: tuple[Capsule, ...], cell: float) -> tuple[np.ndarray, np.ndarray]:
    """Vertices (V, 3) and faces (F, 3) of the blended capsules, cut on a grid of `cell` metres."""
    reach = [max(c.ra, c.rb) * max(c.squash, 1.0) + c.blend + 2 * cell for c in capsules]
    lows = np.array([np.minimum(c.a, c.b) - r for c, r in zip(capsules, reach, strict=True)])
    highs = np.array([np.maximum(c.a, c.b) + r for c, r in zip(capsules, reach, strict=True)])
    origin = lows.min(axis=0)
    field = np.full(np.ceil((highs.max(axis=0) - origin) / cell).astype(int) + 2, FAR, np.float32)
    for c, low, high in zip(capsules, lows, highs, strict=True):
        i, j = np.floor((low - origin) / cell).astype(int), np.ceil((high - origin) / cell).astype(int) + 1
        box = tuple(slice(x, y) for x, y in zip(i, j, strict=True))
        axes = [np.arange(x, y, dtype=np.float32) * np.float32(cell) + np.float32(o) for x, y, o in zip(i, j, origin - c.a, strict=True)]
        d, _ = offset_distance(axes[0][:, None, None], axes[1][:, None], axes[2], c)
        field[box] = smooth_minimum(field[box], d, c.blend)
    least = np.float32(0.1 * cell)  # a surface through a grid node would leave sliver triangles with wild normals
    field = np.where(np.abs(field) < least, np.copysign(least, field), field)
    vertices, faces, _, _ = marching_cubes(field, 0.0, spacing=(cell,) * 3, gradient_direction="descent")
    return (vertices + origin).astype(np.float32), faces.astype(np.int64)


def vertex_normals(points: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, area weighted."""
    corners = points[faces].astype(np.float64)
    face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.stack([np.bincount(faces.ravel(), np.repeat(face[:, i], 3), len(points)) for i in range(3)], axis=1)
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def _spanned(c: Capsule, t: np.ndarray) -> np.ndarray:
    """Place along the chain of a place along its capsule."""
    return c.span[0] + (c.span[1] - c.span[0]) * t


def surface_of(points: np.ndarray, faces: np.ndarray, owner: np.ndarray, capsules: tuple[Capsule, ...], soft: float) -> Surface:
    """Describe every vertex to a coat. `owner` (V,) is the capsule meshed by itself, or -1; `soft` metres blur regions."""
    near, along = (np.zeros((len(points), len(capsules)), np.float32, order="F") for _ in range(2))  # read by column
    joined, melted = np.flatnonzero(owner < 0), [i for i, c in enumerate(capsules) if c.blend > 0]
    away = np.empty((len(joined), len(melted)), np.float32)
    for column, i in enumerate(melted):
        away[:, column], t = distance(points[joined], capsules[i])
        along[joined, i] = _spanned(capsules[i], t)
    share = np.exp(-np.clip((away - away.min(axis=1, keepdims=True)) / soft, 0, 40))
    near[joined[:, None], melted] = share / share.sum(axis=1, keepdims=True)
    for i in np.unique(owner[owner >= 0]):
        rows = np.flatnonzero(owner == i)
        near[rows, i] = 1
        along[rows, i] = _spanned(capsules[i], distance(points[rows], capsules[i])[1])
    return Surface(points, vertex_normals(points, faces), near, along, capsules)


def _joints(skeleton: Skeleton) -> dict[str, np.ndarray]:
    """Every bone's joint: where its first capsule starts."""
    joints: dict[str, np.ndarray] = {}
    for c in skeleton.capsules:
        joints.setdefault(c.bone, c.a)
    return joints


def _rest_joints(skeleton: Skeleton, rest: Skeleton) -> np.ndarray:
    """(J, 3) joints in the rest pose, over the middle of its footprint; bones that it lacks move with their parents."""
    joints, at_rest = _joints(skeleton), _joints(rest)
    for name, parent in skeleton.parents.items():
        if name not in at_rest:
            at_rest[name] = joints[name] + at_rest[parent] - joints[parent]
    spans = np.array([[extent(c, i) for c in rest.capsules] for i in (0, 1)])
    middle = (spans[:, :, 0].min(axis=1) + spans[:, :, 1].max(axis=1)) / 2
    return np.array([at_rest[name] for name in skeleton.parents]) - [*middle, 0.0]


def skin(skeleton: Skeleton, surface: Surface, rest: Skeleton, shift: np.ndarray) -> Rig:
    """Joints at the bones' first capsules, moved by `shift` as the mesh was; weights by normalised inverse distance to them."""
    names, joints = tuple(skeleton.parents), _joints(skeleton)
    parents = np.array([names.index(p) if p else -1 for p in skeleton.parents.values()], np.int32)
    positions = (np.array([joints[n] for n in names]) + shift).astype(np.float32)
    columns = surface.near @ np.array([[c.bone == n for n in names] for c in skeleton.capsules], surface.near.dtype)
    weights = (columns / columns.sum(axis=1, keepdims=True)).astype(np.float32)
    return Rig(names, parents, positions, weights, _rest_joints(skeleton, rest).astype(np.float32))


def _shaggy(surface: Surface, cell: float) -> np.ndarray:
    """Vertices pushed in and out along their normals where the capsules are shaggy, in drooping locks."""
    shags = np.array([c.shag for c in surface.capsules])
    if not shags.any():
        return surface.points
    depth = surface.near @ shags
    x, y, z = surface.points.T / (cell * 5)
    locks = np.sin(x * 2.3 + 1.3 * np.sin(z * 0.7)) * np.sin(y * 2.1 + 1.1 * np.sin(z * 0.8 + x))
    locks += 0.6 * np.sin(z * 0.9 + 2 * np.sin(x + y))
    return (surface.points + surface.normals * (depth * locks)[:, None]).astype(np.float32)


def _meshed(skeleton: Skeleton, cells: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All melts and tubes: vertices, faces, and the capsule of each vertex that is meshed by itself, or -1."""
    parts, fine = [], min(cells.values())
    for name in dict.fromkeys(c.mesh for c in skeleton.capsules if c.blend > 0):
        points, faces = polygonise(tuple(c for c in skeleton.capsules if c.blend > 0 and c.mesh == name), cells[name])
        parts.append((points, faces, np.full(len(points), -1)))
    for line in chains(skeleton.capsules):
        chain = [skeleton.capsules[i] for i in line]
        coarse, radius = chain[0].coarse, max(max(c.ra, c.rb) for c in chain)
        points, faces, owner = sweep(chain, max(1.25 * fine * coarse, 0.75 * radius * min(1.0, coarse)))
        parts.append((points, faces, np.array(line)[owner]))
    starts = np.cumsum([0] + [len(p) for p, _, _ in parts[:-1]])
    faces = np.concatenate([f + start for (_, f, _), start in zip(parts, starts, strict=True)])
    return np.concatenate([p for p, _, _ in parts]), faces, np.concatenate([o for _, _, o in parts])


def _extended(surface: Surface, points: np.ndarray, faces: np.ndarray, owner: np.ndarray, soft: float) -> Surface:
    """The surface after a split: new vertices are described, the old ones only get new normals."""
    old = len(surface.points)
    added = surface_of(points[old:], np.zeros((0, 3), int), owner[old:], surface.capsules, soft)
    near, along = np.concatenate([surface.near, added.near]), np.concatenate([surface.along, added.along])
    return Surface(points, vertex_normals(points, faces), near, along, surface.capsules)


def grow(
    skeleton: Skeleton,
    bind: Callable[[Surface], Paint],
    cell: float | Mapping[str, float],
    limit: int,
    parameters: dict[str, float],
    rest: Skeleton,
) -> Asset:
    """Polygonise, paint (`bind` makes the painter from the first surface), sharpen the coat up to `limit` vertices, rig.

    `cell` is the grid step in metres, one for all or one for each melt (`Capsule.mesh`); a body that would have more than
    `limit` vertices before its coat is sharpened gets a coarser one. Faces are counter-clockwise from
    outside and the result is grounded. `rest` is the skeleton as the animal stands, for the rig.
    """
    cells = cell if isinstance(cell, Mapping) else {"body": cell}
    points, faces, owner = _meshed(skeleton, cells)
    while len(points) > limit:
        cells = {name: 1.12 * step for name, step in cells.items()}
        points, faces, owner = _meshed(skeleton, cells)
    soft, fine = max(cells.values()), min(cells.values())
    surface = surface_of(points, faces, owner, skeleton.capsules, soft)
    points = _shaggy(surface, soft)
    points[:, 2] = np.maximum(points[:, 2], 0)  # flat soles: the skeleton stands on z = 0
    surface = surface._replace(points=points, normals=vertex_normals(points, faces))
    paint = bind(surface)
    colors = paint(surface)
    for _ in range(2):
        edges = contrast_edges(colors, points, faces, fine / 4, limit - len(points))
        if not len(edges):
            break
        points, faces, owner = split_edges(points, faces, owner, edges)
        old = len(colors)
        surface = _extended(surface, points, faces, owner, soft)
        colors = np.concatenate([colors, paint(surface.since(old))])
    mesh = Mesh(points, faces.astype(np.int32), np.clip(np.round(colors), 0, 255).astype(np.uint8))
    placed = grounded(mesh)
    return Asset(placed, skin(skeleton, surface, rest, placed.vertices[0] - points[0]), parameters)
