"""Trees: a branch skeleton from modular-tree, bark painted on it, and a cloud of leaf cards on its thin branches.

Every kind is grown about 10 units high whatever its final height, then scaled as a whole: so the count of vertices
does not depend on the height. Branch densities are written out for every level, because nested library defaults
multiply to gigabytes.
"""

from __future__ import annotations

from typing import NamedTuple

import m_tree
import numpy as np

from procedural.assets.asset import Asset
from procedural.assets.bushes import arcs, frond, leaf_cards, leaf_colors, paint, scaled, unit
from procedural.assets.noise import fractal_noise, value_noise
from raw.mesh import Mesh, merge

MAX_VERTICES, MAX_FACES = 13_500, 11_900


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
    crown: m_tree.CrownShape = m_tree.CrownShape.Cylindrical
    resolution: float = 1.5


class Wood(NamedTuple):
    """Wood as arrays, unscaled."""

    vertices: np.ndarray  # (V, 3) float64
    faces: np.ndarray  # (F, 3) int64
    radius: np.ndarray  # (V,) of the branch at the vertex
    direction: np.ndarray  # (V, 3) unit, along the branch
    depth: np.ndarray  # (V,) 0 on the trunk


def grow(trunk: tuple[float, float, float], levels: tuple[Branches, ...], seed: int, bend: float = 0.1, sides: int = 6) -> Wood:
    """Grow a skeleton: trunk is (length, foot radius, top radius); level k branches off level k - 1. Same seed, same arrays."""
    parent = m_tree.TrunkFunction()
    parent.length, parent.start_radius, parent.end_radius = trunk
    parent.seed, parent.randomness, parent.resolution = seed % 2**31, bend, 2.0
    tree = m_tree.Tree()
    tree.set_trunk_function(parent)
    for k, level in enumerate(levels):
        child = branch_function(level, (seed + 7919 * (k + 1)) % 2**31)
        parent.add_child(child)
        parent = child
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
    return Wood(
        mesh.get_vertices().reshape(-1, 3).astype(np.float64),
        np.concatenate([quads[:, [0, 2, 1]], quads[:, [0, 3, 2]]]),
        mesh.get_float_attribute("radius").astype(np.float64),
        unit(mesh.get_vector3_attribute("direction").reshape(-1, 3).astype(np.float64)),
        mesh.get_float_attribute("hierarchy_depth").round(),
    )


def bark(wood: Wood, color: tuple[float, float, float], rough: float, seed: int) -> Mesh:
    """The wood painted with furrows: noise stretched upright, strength `rough` 0-1; thin twigs a little darker."""
    furrow = fractal_noise(wood.vertices * [6, 6, 1.2], seed, 2)
    shade = (1 + rough * furrow) * np.where(wood.radius < 0.03, 0.8, 1.0)
    return Mesh(wood.vertices.astype(np.float32), wood.faces.astype(np.int32), paint(np.array(color) * shade[:, None]))


def thinner(wood: Wood, share: float) -> np.ndarray:
    """Mask (V,) of the thinnest `share` of the wood's vertices, 0-1."""
    return wood.radius <= np.quantile(wood.radius, share)


def foliage(
    wood: Wood, where: np.ndarray, count: float, size: tuple[float, float], spread: tuple[float, float, float], color: np.ndarray,
    rng: np.random.Generator, variation: float = 0.2, stray: float = 0.8,
) -> Mesh:  # fmt: skip
    """Leaf cards of size (length, width) strewn by `spread` around the wood's vertices under the mask `where`.

    `count` is cut so that the tree stays under MAX_VERTICES and MAX_FACES. `stray` turns the cards off their branch: 0 along it, 1 any way.
    """
    cards = min(int(count), (MAX_VERTICES - len(wood.vertices)) // 4, (MAX_FACES - len(wood.faces)) // 2)
    pick = rng.choice(np.flatnonzero(where), cards)
    centers = wood.vertices[pick] + rng.normal(0, 1, (cards, 3)) * spread
    centers[:, 2] = np.maximum(centers[:, 2], size[0])
    along = wood.direction[pick] + stray * rng.normal(0, 1, (cards, 3))
    return leaf_cards(centers, along, size[0], size[1], leaf_colors(centers, color, variation, rng), rng)


def acacia(height: float, spread: float, fork: float, leaves: float, dryness: float, seed: int) -> Asset:
    """An umbrella thorn: a short trunk, branches that fan out, a flat wide crown.

    spread: stretches the crown sideways (0.9-1.3); fork: length of the trunk in units (2.4-3.6); leaves: a count; dryness 0-1.
    """
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    levels = (
        Branches(9 / fork, 4.6, 48, start=0.5, radius=0.6, up=0.4, gravity=1, random=0.35, split=0.4),
        Branches(0.9, 2.0, 45, start=0.35, radius=0.5, up=0.35, gravity=1, split=0.3, flatness=0.8),
        Branches(1.0, 0.9, 45, start=0.3, radius=0.5, up=0.3, gravity=1, split=0.0, flatness=0.8, resolution=1.2),
    )
    wood = grow((fork, 0.25, 0.16), levels, seed, bend=0.3, sides=5)
    # Press the crown against a ceiling, so that it ends in the flat top of the kind.
    z = wood.vertices[:, 2]
    ceiling = np.quantile(z, 0.75)
    over = np.maximum(z - 0.8 * ceiling, 0)
    wood.vertices[:, 2] = z - over + 0.2 * ceiling * (1 - np.exp(-over / (0.2 * ceiling)))
    wood.vertices[:, :2] *= 1.25 * spread
    where = (wood.vertices[:, 2] > 0.78 * ceiling) & thinner(wood, 0.7)
    color = np.array([96, 108, 60]) + dryness * np.array([52, 30, 22])
    crown = foliage(wood, where, leaves, (0.48, 0.30), (0.48, 0.48, 0.13), color, rng, stray=1.0)
    return Asset(scaled(merge([bark(wood, (104, 88, 72), 0.25, seed), crown]), height), None, parameters)


def acacia_rand(rng: np.random.Generator) -> Asset:
    """An acacia of 4-9 m."""
    return acacia(
        height=rng.uniform(4, 9), spread=rng.uniform(0.9, 1.3), fork=rng.uniform(2.4, 3.6), leaves=rng.uniform(2300, 2900),
        dryness=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def oak(height: float, spread: float, leaves: float, red: float, green: float, blue: float, seed: int) -> Asset:
    """A broadleaf with a stout trunk and a round crown; spread 0.8-1.2 stretches it sideways, the colour is of the leaves."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.2, 4.0, 58, start=0.35, radius=0.55, up=0.4, gravity=2, split=0.4, crown=m_tree.CrownShape.Spherical),
        Branches(1.0, 1.7, 48, start=0.25, radius=0.5, gravity=3, split=0.2),
        Branches(1.0, 0.8, 45, start=0.3, radius=0.5, gravity=3, split=0.0, resolution=1.2),
    )
    wood = grow((5.5, 0.36, 0.16), levels, seed, bend=0.25, sides=5)
    wood.vertices[:, :2] *= spread
    where = thinner(wood, 0.65) & (wood.vertices[:, 2] > 2.2)
    crown = foliage(wood, where, leaves, (0.56, 0.40), (0.46, 0.46, 0.40), np.array([red, green, blue]), rng)
    return Asset(scaled(merge([bark(wood, (92, 80, 66), 0.35, seed), crown]), height), None, parameters)


def oak_rand(rng: np.random.Generator) -> Asset:
    """An oak-like tree of 5-15 m, one in five in autumn colours."""
    autumn = rng.uniform(0.5, 1) * (rng.uniform() < 0.2)
    olive = rng.uniform(0, 1)
    red, green, blue = np.array([84, 104, 56]) + olive * np.array([36, 26, 14]) + autumn * np.array([84, 6, -6])
    return oak(
        height=rng.uniform(5, 15), spread=rng.uniform(0.8, 1.2), leaves=rng.uniform(2500, 2900), red=red, green=green, blue=blue,
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def birch(height: float, slenderness: float, leaves: float, autumn: float, seed: int) -> Asset:
    """A slender tree with white bark, black marks and a light, hanging crown; slenderness 0.7-1.2 stretches it sideways."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    levels = (
        Branches(2.6, 2.6, 48, start=0.25, end=0.97, radius=0.4, up=0.35, gravity=6, split=0.1, crown=m_tree.CrownShape.Flame),
        Branches(1.4, 1.0, 50, start=0.3, radius=0.5, up=0.0, gravity=14, split=0.0),
    )
    wood = grow((9.5, 0.19, 0.03), levels, seed, bend=0.12, sides=6)
    wood.vertices[:, :2] *= slenderness
    where = thinner(wood, 0.6) & (wood.vertices[:, 2] > 2.4)
    color = np.array([120, 138, 76]) + autumn * np.array([88, 38, -14])
    crown = foliage(wood, where, leaves, (0.36, 0.25), (0.32, 0.32, 0.38), color, rng, variation=0.25)
    stem = bark(wood, (208, 204, 192), 0.08, seed)
    marks = value_noise(wood.vertices * [3, 3, 11], seed + 1)
    dark = (marks > 0.35) | (wood.radius < 0.045)
    stem = stem._replace(colors=np.where(dark[:, None], paint(stem.colors * np.array([0.40, 0.36, 0.35])), stem.colors))
    return Asset(scaled(merge([stem, crown]), height), None, parameters)


def birch_rand(rng: np.random.Generator) -> Asset:
    """A birch of 5-14 m, one in four turning yellow."""
    return birch(
        height=rng.uniform(5, 14), slenderness=rng.uniform(0.75, 1.2), leaves=rng.uniform(2300, 2900),
        autumn=rng.uniform(0.4, 1) * (rng.uniform() < 0.25), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def pine(height: float, width: float, needles: float, start: float, blueness: float, seed: int) -> Asset:
    """A conical conifer: width 0.7-1.2 of the cone, start 0.03-0.25 of the lowest branches, blueness 0-1 of the needles."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    levels = (
        Branches(5.5, 2.9, 82, start=start, end=0.98, radius=0.3, up=0.1, gravity=5, random=0.15, split=0.0,
                 flatness=0.6, crown=m_tree.CrownShape.Conical),
        Branches(1.2, 0.8, 52, start=0.25, radius=0.5, up=0.0, gravity=3, split=0.0, flatness=0.9, resolution=1.2),
    )  # fmt: skip
    wood = grow((10.0, 0.22, 0.02), levels, seed, bend=0.03, sides=4)
    wood.vertices[:, :2] *= width
    where = thinner(wood, 0.9) & ((np.linalg.norm(wood.vertices[:, :2], axis=1) > 0.3) | (wood.vertices[:, 2] > 8.5))
    color = np.array([74, 88, 56]) + blueness * np.array([2, 8, 18])
    crown = foliage(wood, where, needles, (0.75, 0.20), (0.14, 0.14, 0.12), color, rng, stray=0.35)
    return Asset(scaled(merge([bark(wood, (84, 66, 54), 0.3, seed), crown]), height), None, parameters)


def pine_rand(rng: np.random.Generator) -> Asset:
    """A conifer of 4-18 m."""
    return pine(
        height=rng.uniform(4, 18), width=rng.uniform(0.7, 1.2), needles=rng.uniform(2500, 2900), start=rng.uniform(0.04, 0.22),
        blueness=rng.uniform(0, 1), seed=int(rng.integers(2**31)),
    )  # fmt: skip


def palm(height: float, fronds: float, bend: float, thickness: float, seed: int) -> Asset:
    """A palm: a ringed trunk that leans by `bend` (0-0.4) and a head of feathered fronds; thickness of the trunk in units."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng, count = np.random.default_rng(seed), int(fronds)
    wood = grow((7.5, thickness, 0.7 * thickness), (), seed, bend=bend, sides=10)
    stem = bark(wood, (122, 106, 86), 0.12, seed)
    stem = stem._replace(colors=paint(stem.colors * (0.88 + 0.12 * np.sin(18 * wood.vertices[:, 2:]))))
    top = wood.vertices[wood.vertices[:, 2] > wood.vertices[:, 2].max() - 0.2].mean(axis=0)
    droop = rng.uniform(0.9, 1.7, count)
    spines = top + arcs(np.arange(count) * 2.4, np.linspace(0.15, 1.5, count), droop, rng.uniform(2.6, 3.4, count), 8)
    age = np.linspace(0, 1, count)[:, None]  # the oldest fronds hang lowest and turn brown
    green = np.array([84, 104, 50]) * (1.1 - 0.25 * age) + age**6 * np.array([62, 18, 10])
    head = [frond(s, 24, 0.85, 0.45, c, rng) for s, c in zip(spines, green, strict=True)]
    return Asset(scaled(merge([stem, *head]), height), None, parameters)


def palm_rand(rng: np.random.Generator) -> Asset:
    """A palm of 4-13 m."""
    return palm(
        height=rng.uniform(4, 13), fronds=rng.uniform(20, 34), bend=rng.uniform(0.02, 0.25), thickness=rng.uniform(0.14, 0.24),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip


def snag(height: float, spread: float, brightness: float, seed: int) -> Asset:
    """A dead tree, bare and bleached grey (brightness 90-160); spread 0.7-1.2 stretches it sideways."""
    parameters = {k: float(v) for k, v in locals().items()}
    levels = (
        Branches(1.3, 3.2, 50, start=0.3, radius=0.5, up=0.3, gravity=1, random=0.5, split=0.4),
        Branches(1.3, 1.5, 52, start=0.2, radius=0.5, up=0.2, gravity=1, random=0.5, split=0.3),
        Branches(1.5, 0.7, 50, start=0.2, radius=0.6, up=0.1, gravity=1, random=0.5, split=0.0),
    )
    wood = grow((6.5, 0.36, 0.08), levels, seed, bend=0.35, sides=5)
    wood.vertices[:, :2] *= spread
    return Asset(scaled(bark(wood, (1.03 * brightness, 0.97 * brightness, 0.90 * brightness), 0.4, seed), height), None, parameters)


def snag_rand(rng: np.random.Generator) -> Asset:
    """A dead tree of 3-10 m."""
    return snag(height=rng.uniform(3, 10), spread=rng.uniform(0.7, 1.2), brightness=rng.uniform(95, 150), seed=int(rng.integers(2**31)))


def thorn_bush(height: float, spread: float, leaves: float, dryness: float, seed: int) -> Asset:
    """A dry thorny bush: a thicket of thin forking twigs from the ground with few small leaves; spread 1-1.6, dryness 0-1."""
    parameters = {k: float(v) for k, v in locals().items()}
    rng = np.random.default_rng(seed)
    levels = (
        Branches(9, 5.0, 50, start=0.1, radius=0.7, up=0.25, gravity=1, random=0.5, split=0.4, resolution=1.0),
        Branches(0.8, 2.2, 50, start=0.15, radius=0.6, up=0.2, gravity=1, random=0.6, split=0.2, resolution=1.0),
        Branches(0.7, 1.1, 55, start=0.15, radius=0.7, up=0.1, gravity=1, random=0.6, split=0.0, resolution=1.0),
    )
    wood = grow((1.2, 0.15, 0.11), levels, seed, bend=0.3, sides=3)
    wood.vertices[:, :2] *= spread
    color = np.array([98, 98, 58]) + dryness * np.array([42, 22, 18])
    leaf = foliage(wood, thinner(wood, 0.7), leaves, (0.34, 0.16), (0.18, 0.18, 0.18), color, rng, stray=1.0)
    return Asset(scaled(merge([bark(wood, (112, 98, 82), 0.3, seed), leaf]), height), None, parameters)


def thorn_bush_rand(rng: np.random.Generator) -> Asset:
    """A thorn bush of 0.6-2.5 m."""
    return thorn_bush(
        height=rng.uniform(0.6, 2.5), spread=rng.uniform(1.0, 1.5), leaves=rng.uniform(500, 1200), dryness=rng.uniform(0, 1),
        seed=int(rng.integers(2**31)),
    )  # fmt: skip
