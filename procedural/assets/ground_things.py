"""What grounds are made of: palettes, and the small meshes that lie or grow on them, each 1 high until it is strewn."""

from __future__ import annotations

import numpy as np

from procedural.assets.boulders import icosphere, radii
from procedural.assets.flora.ribbons import arcs, blades, paint, scaled, strips
from raw.mesh import Mesh, Scatter, merge

Color = tuple[int, int, int]  # sRGB
WHERE = (0.0, 1.0)  # every patch
_BROKEN = 0.2  # stones rougher than this have flat faces


def palette(colors: list[Color], rng: np.random.Generator, shift: float = 0.10) -> np.ndarray:
    """The colours (K, 3) uint8, all made brighter or darker and warmer or cooler together, each a little on its own."""
    whole = (1 + rng.normal(0, shift)) * (1 + rng.normal(0, 0.3 * shift) * np.array([1.0, 0.0, -1.0]))
    own = 1 + rng.normal(0, 0.04, (len(colors), 1))
    return paint(np.array(colors) * np.clip(whole, 0.8, 1.15) * own)


def tuft(base: np.ndarray, tip: np.ndarray, count: int, rng: np.random.Generator) -> Mesh:
    """A tuft of grass, 1 high: `count` blades of 4 faces, colours (3,) 0-255."""
    return scaled(blades(count, 0.30, 0.028, rng.uniform(0.5, 1.1), base, tip, rng), 1.0)


def pebble(color: np.ndarray, rng: np.random.Generator, rough: float = 0.10) -> Mesh:
    """A stone of 80 faces, 1 high and about twice as wide; `rough` is how jagged."""
    sphere, faces = icosphere(1)
    radius = radii(sphere, 4, rough, int(rng.integers(2**31)))
    points = sphere * radius[:, None] * [rng.uniform(1.3, 2.0), rng.uniform(1.1, 1.6), 1.0]
    colors = paint(color * rng.uniform(0.9, 1.1, (len(sphere), 1)))
    if rough > _BROKEN:  # faces of their own vertices look flat
        points, colors, faces = points[faces.ravel()], colors[faces.ravel()], np.arange(faces.size).reshape(-1, 3)
    return scaled(Mesh(points.astype(np.float32), faces.astype(np.int32), colors), 1.0)


def fallen_leaf(color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A curled leaf of 4 faces lying on the ground, 1 high and about 3 long."""
    curl = rng.uniform(0.5, 1.0, 6)
    outline = np.array([[-1.6, 0, 0], [-0.3, -0.75, 0], [0.6, -0.55, 0], [1.6, 0, 0], [0.6, 0.55, 0], [-0.3, 0.75, 0]])
    outline[:, 2] = [curl[0], 0.6 * curl[1], 0.3, curl[3], 0.0, 0.5 * curl[5]]
    faces = np.array([[0, 1, 5], [1, 2, 5], [2, 4, 5], [2, 3, 4]])
    colors = paint(color * rng.uniform(0.8, 1.15, (6, 1)))
    return scaled(Mesh(outline.astype(np.float32), faces.astype(np.int32), colors), 1.0)


def flower(petal: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A flower, 1 high: two stalks of 2 faces, each with a head of 5 petals."""
    heading = rng.uniform(0, 2 * np.pi, 2)
    lean = rng.uniform(0.1, 0.4, 2)
    spines = arcs(heading, lean, np.full(2, 0.2), np.array([1.0, 0.75]), 2)
    sides = np.stack([-np.sin(heading), np.cos(heading), np.zeros(2)], axis=1)
    stalks = strips(spines, np.full((2, 2), 0.02), sides, np.ones((2, 2, 1)) * np.array([84.0, 104, 54]))
    turn = np.arange(5) * 2 * np.pi / 5
    rim = np.stack([np.cos(turn), np.sin(turn), np.full(5, 0.35)], axis=1) * 0.16
    between = np.stack([np.cos(turn + 0.63), np.sin(turn + 0.63), np.full(5, 0.1)], axis=1) * 0.09
    ring = np.concatenate([[[0, 0, 0]], np.stack([rim, between], axis=1).reshape(-1, 3)])
    faces = np.array([[0, 1 + k, 1 + (k + 1) % 10] for k in range(10)], dtype=np.int32)
    colors = paint(np.concatenate([[[206, 170, 60]], np.tile(petal, (10, 1))]))
    heads = [Mesh((ring + spine[-1]).astype(np.float32), faces, colors) for spine in spines]
    return scaled(merge([stalks, *heads]), 1.0)


def strewn(pieces: list[Mesh], spread: float, rng: np.random.Generator) -> Mesh:
    """Pieces turned and laid out over a disc of radius `spread`, in heights of the whole, as one piece of scatter."""
    laid = []
    for piece in pieces:
        turn, far, around = rng.uniform(0, 2 * np.pi), spread * np.sqrt(rng.uniform(0, 1)), rng.uniform(0, 2 * np.pi)
        cos, sin = np.cos(turn), np.sin(turn)
        points = piece.vertices @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]) * rng.uniform(0.6, 1.0)
        laid.append(piece._replace(vertices=points + far * np.array([np.cos(around), np.sin(around), 0])))
    return scaled(merge(laid), 1.0)


def needle(color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A needle or straw of 2 faces lying on the ground, 1 high and 8 long."""
    points = np.array([[-4, -0.16, 0.2], [-4, 0.16, 0.2], [4, 0.16, 1.0], [4, -0.16, 0.0]]) * [rng.uniform(0.6, 1.2), 1, 1]
    return Mesh(points.astype(np.float32), np.array([[0, 2, 1], [0, 3, 2]], dtype=np.int32), paint(color * rng.uniform(0.7, 1.2, (4, 1))))


def twig(color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A crooked stick of 24 faces lying on the ground, 1 high and about 14 long."""
    along = np.linspace(-7, 7, 5)
    bend = np.stack([along, rng.normal(0, 0.7, 5), 0.5 + rng.uniform(-0.1, 0.2, 5)], axis=1)
    turn = np.arange(3) * 2 * np.pi / 3
    ring = np.stack([np.zeros(3), np.cos(turn), np.sin(turn)], axis=1) * 0.32
    points = (bend[:, None] + ring * np.linspace(1.0, 0.4, 5)[:, None, None]).reshape(-1, 3)
    k, i = (a.ravel() for a in np.meshgrid(np.arange(4), np.arange(3), indexing="ij"))
    a, b = 3 * k + i, 3 * k + (i + 1) % 3
    faces = np.concatenate([np.stack([a, b, b + 3], 1), np.stack([a, b + 3, a + 3], 1)])
    return scaled(Mesh(points.astype(np.float32), faces.astype(np.int32), paint(color * rng.uniform(0.8, 1.15, (15, 1)))), 1.0)


def cushion(color: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A low dome of 80 faces, 1 high and about 8 wide: moss, lichen, a drift."""
    sphere, faces = icosphere(1)
    radius = 1 + 0.22 * rng.normal(0, 1, len(sphere))
    points = sphere * radius[:, None] * [4.2, 3.6, 1.0]
    points[:, 2] = np.where(points[:, 2] < 0, 0.02 * points[:, 2], points[:, 2])
    light = 0.7 + 0.4 * np.clip(sphere[:, 2], 0, 1) + rng.normal(0, 0.08, len(sphere))
    return scaled(Mesh(points.astype(np.float32), faces.astype(np.int32), paint(color * light[:, None])), 1.0)


def reed(base: np.ndarray, tip: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A stand of upright rushes, 1 high: 12 blades of 4 faces."""
    return scaled(blades(12, 0.22, 0.012, rng.uniform(0.05, 0.3), base, tip, rng), 1.0)


def grass(base: Color, tip: Color, density: float, low: float, high: float, rng: np.random.Generator,
          where: tuple[float, float] = WHERE) -> tuple[Scatter, ...]:  # fmt: skip
    """Two tufts that share `density` (pieces a square metre), heights in metres."""
    tufts = [tuft(np.array(base) * rng.uniform(0.9, 1.1), np.array(tip) * rng.uniform(0.9, 1.1), n, rng) for n in (9, 14)]
    return tuple(Scatter(mesh, density / 2, low, high, where) for mesh in tufts)


def stones(color: Color, density: float, low: float, high: float, rng: np.random.Generator,
           where: tuple[float, float] = WHERE, rough: float = 0.10) -> Scatter:  # fmt: skip
    """Stones of a colour, `density` pieces a square metre, heights in metres."""
    return Scatter(pebble(np.array(color) * rng.uniform(0.85, 1.15), rng, rough), density, low, high, where)


def shingle(colors: list[Color], density: float, low: float, high: float, rng: np.random.Generator,
            where: tuple[float, float] = WHERE) -> Scatter:  # fmt: skip
    """Handfuls of four small pebbles, a colour each."""
    handful = []
    for color in colors[:4]:
        sphere, faces = icosphere(0)
        points = sphere * [rng.uniform(0.8, 1.4), rng.uniform(0.7, 1.1), 0.55]
        handful.append(Mesh(points.astype(np.float32), faces.astype(np.int32), paint(np.array(color) * rng.uniform(0.85, 1.1, (12, 1)))))
    return Scatter(strewn(handful, 3.2, rng), density, low, high, where)


def leaves(colors: list[Color], density: float, rng: np.random.Generator, where: tuple[float, float] = WHERE) -> tuple[Scatter, ...]:
    """Heaps of 18 fallen leaves, two mixtures of the colours that share `density` (heaps a square metre)."""
    heaps = []
    for _ in range(2):
        picks = [np.array(colors[k]) * rng.uniform(0.85, 1.15) for k in rng.integers(len(colors), size=18)]
        heaps.append(strewn([fallen_leaf(color, rng) for color in picks], 9.0, rng))
    return tuple(Scatter(heap, density / 2, 0.025, 0.045, where) for heap in heaps)


def needles(color: Color, density: float, rng: np.random.Generator) -> Scatter:
    """Heaps of 36 needles or straws."""
    return Scatter(strewn([needle(np.array(color) * rng.uniform(0.7, 1.25), rng) for _ in range(36)], 16.0, rng), density, 0.010, 0.018)


def twigs(color: Color, density: float, rng: np.random.Generator) -> Scatter:
    """Fallen sticks of 15-50 cm."""
    return Scatter(twig(np.array(color), rng), density, 0.010, 0.034)


def cushions(color: Color, density: float, low: float, high: float, rng: np.random.Generator,
             where: tuple[float, float] = WHERE) -> Scatter:  # fmt: skip
    """Low domes of a colour, heights in metres."""
    return Scatter(cushion(np.array(color) * rng.uniform(0.9, 1.1), rng), density, low, high, where)


def flowers(petal: Color, density: float, low: float, high: float, rng: np.random.Generator,
            where: tuple[float, float] = WHERE) -> Scatter:  # fmt: skip
    """Flowers of a colour, heights in metres."""
    return Scatter(flower(np.array(petal) * rng.uniform(0.92, 1.05), rng), density, low, high, where)


def reeds(base: Color, tip: Color, density: float, high: float, rng: np.random.Generator,
          where: tuple[float, float] = WHERE) -> Scatter:  # fmt: skip
    """Upright rushes up to `high` metres."""
    return Scatter(reed(np.array(base), np.array(tip), rng), density, 0.5 * high, high, where)
