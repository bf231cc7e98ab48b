"""Wood: branch skeletons from modular-tree as arrays, and bark painted on them.

Branch densities are written out for every level and bounded, because nested defaults of the library multiply to
gigabytes.
"""

from __future__ import annotations

from typing import NamedTuple

import m_tree
import numpy as np

from procedural.assets.flora.ribbons import paint, unit
from procedural.assets.noise import value_noise
from raw.mesh import Mesh

Crown = m_tree.CrownShape
MAX_BRANCHES = 6000.0  # of all levels together, as the densities promise


class Branches(NamedTuple):
    """One level of branching, in units of the unscaled tree (about 10 high)."""

    density: float  # branches a unit of parent length
    length: float
    angle: float  # degrees off the parent
    start: float = 0.1  # 0-1, where along the parent the first one grows
    end: float = 1.0
    radius: float = 0.5  # over the parent's radius
    up: float = 0.25  # pull of the light
    gravity: float = 5.0
    random: float = 0.3
    split: float = 0.3  # chance of forking
    flatness: float = 0.5
    crown: m_tree.CrownShape = Crown.Cylindrical
    resolution: float = 1.5  # rings a unit of length


class Wood(NamedTuple):
    """Wood as arrays, unscaled."""

    vertices: np.ndarray  # (V, 3) float64
    faces: np.ndarray  # (F, 3) int64
    radius: np.ndarray  # (V,) of the branch at the vertex
    direction: np.ndarray  # (V, 3) unit, along the branch
    depth: np.ndarray  # (V,) 0 on the trunk, 1 or more on branches
    stem: np.ndarray  # (V,) number of the branch
    along: np.ndarray  # (V,) 0 at the foot of the branch, about 1 at its tip


def grow(
    trunk: tuple[float, float, float], levels: tuple[Branches, ...], seed: int, bend: float = 0.1, sides: int = 6, taper: float = 0.5
) -> Wood:
    """Grow a skeleton: trunk is (length, foot radius, top radius); level k branches off level k - 1. Same seed, same arrays.

    taper: 0.5 thins the trunk from its foot on, 3 keeps it stout to near its top.

    ValueError if the densities promise more than MAX_BRANCHES.
    """
    parent = m_tree.TrunkFunction()
    parent.length, parent.start_radius, parent.end_radius = trunk
    parent.seed, parent.randomness, parent.resolution, parent.shape = seed % 2**31, bend, 2.0, taper
    tree = m_tree.Tree()
    tree.set_trunk_function(parent)
    length, count = trunk[0], 1.0
    for k, level in enumerate(levels):
        count *= max(1.0, level.density * length)
        if count > MAX_BRANCHES:
            raise ValueError(f"level {k} would have {count:.0f} branches; allowed: up to {MAX_BRANCHES:.0f}")
        child = branch_function(level, (seed + 7919 * (k + 1)) % 2**31)
        parent.add_child(child)
        parent, length = child, level.length
    tree.execute_functions()
    mesher = m_tree.ManifoldMesher()
    mesher.radial_n_points, mesher.smooth_iterations = sides, 1
    return wood_arrays(mesher.mesh_tree(tree))


def branch_function(level: Branches, seed: int) -> m_tree.BranchFunction:
    """The library's form of a level."""
    function = m_tree.BranchFunction()
    function.seed, function.resolution, function.flatness = seed, level.resolution, level.flatness
    function.distribution.density, function.distribution.start, function.distribution.end = level.density, level.start, level.end
    spread = m_tree.RandomProperty()
    spread.min, spread.max = 0.75 * level.length, 1.25 * level.length
    function.length = m_tree.PropertyWrapper(spread)
    for name, value in (("start_angle", level.angle), ("start_radius", level.radius), ("randomness", level.random)):
        setattr(function, name, m_tree.PropertyWrapper(m_tree.ConstantProperty(value)))
    function.split.probability, function.split.angle = level.split, 35.0
    function.gravity.strength, function.gravity.up_attraction = level.gravity, level.up
    function.crown.shape, function.break_chance, function.end_radius = level.crown, 0.0, 0.02
    return function


def wood_arrays(mesh: m_tree.m_tree.Mesh) -> Wood:
    """Arrays of a library mesh, its quads cut into triangles and turned over (the library winds them clockwise)."""
    quads = mesh.get_polygons().reshape(-1, 4).astype(np.int64)
    points = mesh.get_vertices().reshape(-1, 3).astype(np.float64)
    foot = mesh.get_vector3_attribute("pivot_position").reshape(-1, 3)
    extent = np.maximum(mesh.get_float_attribute("branch_extent"), 1e-3)
    return Wood(
        points,
        np.concatenate([quads[:, [0, 2, 1]], quads[:, [0, 3, 2]]]),
        mesh.get_float_attribute("radius").astype(np.float64),
        unit(mesh.get_vector3_attribute("direction").reshape(-1, 3).astype(np.float64)),
        mesh.get_float_attribute("hierarchy_depth").round(),
        mesh.get_float_attribute("stem_id").round().astype(np.int64),
        np.linalg.norm(points - foot, axis=1) / extent,
    )


def reshaped(wood: Wood, vertices: np.ndarray) -> Wood:
    """The wood with its vertices moved."""
    return wood._replace(vertices=vertices)


def flared(wood: Wood, amount: float, high: float, buttresses: int = 5) -> Wood:
    """The trunk's foot widened by `amount` of its radius, fading over `high` units, in so many buttresses."""
    x, y, z = wood.vertices.T
    ridge = 1 + 0.35 * np.cos(buttresses * np.arctan2(y, x))
    widen = 1 + amount * np.exp(-np.maximum(z, 0) / high) * ridge * (wood.depth == 0)
    return reshaped(wood, np.stack([x * widen, y * widen, z], axis=1))


def bark(wood: Wood, color: tuple[float, float, float], rough: float, seed: int) -> Mesh:
    """The wood painted with furrows: noise stretched upright, strength `rough` 0-1; thin twigs a little darker."""
    furrow = value_noise(wood.vertices * [6, 6, 1.2], seed)
    shade = (1 + rough * furrow) * np.where(wood.radius < 0.03, 0.8, 1.0)
    return painted(wood, np.array(color) * shade[:, None])


def painted(wood: Wood, colors: np.ndarray) -> Mesh:
    """The wood with colours (V, 3) 0-255."""
    return Mesh(wood.vertices.astype(np.float32), wood.faces.astype(np.int32), paint(colors))


def thinner(wood: Wood, share: float) -> np.ndarray:
    """Mask (V,) of the thinnest `share` of the wood's vertices, 0-1."""
    return wood.radius <= np.quantile(wood.radius, share)


def tips(wood: Wood) -> np.ndarray:
    """Index (T,) of one vertex at the tip of every branch, the trunk's too."""
    order = np.lexsort((wood.along, wood.stem))
    last = np.flatnonzero(np.diff(wood.stem[order], append=-1))
    return order[last]
