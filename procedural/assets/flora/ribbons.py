"""The simple solids of plants: ribbons along curves, tubes along curves, tufts of blades."""

from __future__ import annotations

import numpy as np

from raw.mesh import Mesh, grounded

UP = np.array([0.0, 0.0, 1.0])


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) scaled to length 1."""
    return vectors / np.maximum(np.sqrt((vectors * vectors).sum(axis=-1, keepdims=True)), 1e-9)


def paint(colors: np.ndarray) -> np.ndarray:
    """Float colours 0-255 as uint8."""
    return np.clip(np.round(colors), 0, 255).astype(np.uint8)


def scaled(mesh: Mesh, height: float) -> Mesh:
    """The mesh grounded and scaled as a whole so that it is `height` metres high."""
    mesh = grounded(mesh)
    return mesh._replace(vertices=mesh.vertices * np.float32(height / mesh.height))


def copies(faces: np.ndarray, count: int, vertices: int) -> np.ndarray:
    """The faces (F, 3) of one piece of so many vertices, repeated for `count` pieces: (count * F, 3) int32."""
    return (faces[None] + vertices * np.arange(count)[:, None, None]).reshape(-1, 3).astype(np.int32)


def arcs(heading: np.ndarray, lean: np.ndarray, droop: np.ndarray, length: np.ndarray, points: int) -> np.ndarray:
    """Curves (N, points, 3) from the origin that start `lean` radians off upright towards `heading` and bend by `droop` more."""
    t = (np.arange(points - 1) + 0.5) / (points - 1)
    angle = lean[:, None] + droop[:, None] * t
    step = (length / (points - 1))[:, None]
    flat = np.stack([np.cos(heading), np.sin(heading)], axis=1)[:, None] * (np.sin(angle) * step)[..., None]
    steps = np.concatenate([flat, (np.cos(angle) * step)[..., None]], axis=2)
    return np.concatenate([np.zeros((len(heading), 1, 3)), np.cumsum(steps, axis=1)], axis=1)


def strips(spines: np.ndarray, widths: np.ndarray, sides: np.ndarray, colors: np.ndarray) -> Mesh:
    """Ribbons along spines (N, K, 3), half-widths (N, K), side directions (N, 3), colours (N, K, 3) 0-255 or what broadcasts to it.

    Returns 2 K vertices and 2 (K - 1) faces a ribbon.
    """
    n, k = spines.shape[:2]
    reach = sides[:, None, :] * widths[:, :, None]
    vertices = np.stack([spines - reach, spines + reach], axis=2).reshape(-1, 3)
    i = 2 * np.arange(k - 1)
    quad = np.stack([np.stack([i, i + 1, i + 3], 1), np.stack([i, i + 3, i + 2], 1)], axis=1).reshape(-1, 3)
    tints = np.repeat(np.broadcast_to(colors, (n, k, 3)), 2, axis=1)
    return Mesh(vertices.astype(np.float32), copies(quad, n, 2 * k), paint(tints.reshape(-1, 3)))


def tubes(spines: np.ndarray, radii: np.ndarray, around: int, colors: np.ndarray, ribs: float = 0.0) -> Mesh:
    """Tubes along spines (N, K, 3) of radii (N, K), colours (N, K, 3) or (N, K, around, 3) 0-255; ends stay open.

    `ribs` 0-1 presses every second line of vertices inwards (a cactus). K * around vertices a tube.
    """
    n, k = spines.shape[:2]
    ahead = unit(np.gradient(spines, axis=1))
    # The side is square to the upright plane that the tube bends in, so rings do not twist.
    square = np.cross(spines[:, -1] - spines[:, 0], UP)
    square = unit(np.where(np.linalg.norm(square, axis=1, keepdims=True) < 1e-6, [0.0, 1.0, 0.0], square))[:, None]
    side = unit(square - (square * ahead).sum(axis=2, keepdims=True) * ahead)
    angle = np.arange(around) * (2 * np.pi / around)
    spoke = np.cos(angle)[:, None] * side[:, :, None] + np.sin(angle)[:, None] * np.cross(ahead, side)[:, :, None]
    press = 1 - ribs * (np.arange(around) % 2)
    vertices = spines[:, :, None] + spoke * (radii[:, :, None] * press)[..., None]
    i, j = (x.ravel() for x in np.meshgrid(np.arange(k - 1) * around, np.arange(around), indexing="ij"))
    p, q = i + j, i + (j + 1) % around
    faces = np.concatenate([np.stack([p, q, q + around], 1), np.stack([p, q + around, p + around], 1)])
    tints = np.broadcast_to(colors if colors.ndim == 4 else colors[:, :, None], (n, k, around, 3))
    return Mesh(vertices.reshape(-1, 3).astype(np.float32), copies(faces, n, k * around), paint(tints.reshape(-1, 3)))


def blades(count: int, spread: float, width: float, droop: float, base: np.ndarray, tip: np.ndarray, rng: np.random.Generator) -> Mesh:
    """A tuft of `count` grass blades about 1 high from a disc of radius `spread`; 4 faces a blade, colours base to tip."""
    heading = rng.uniform(0, 2 * np.pi, count)
    foot = np.zeros((count, 1, 3))
    foot[:, 0, :2] = rng.normal(0, spread / 2, (count, 2))
    lean, length = rng.uniform(0.05, 0.5, count), rng.uniform(0.55, 1.1, count)
    spines = foot + arcs(heading, lean, droop * rng.uniform(0.3, 1.3, count), length, 3)
    sides = np.stack([-np.sin(heading), np.cos(heading), np.zeros(count)], axis=1)
    mix = np.array([0.0, 0.6, 1.0])[None, :, None]
    colors = (base * (1 - mix) + tip * mix) * rng.uniform(0.75, 1.2, (count, 1, 1))
    return strips(spines, width * np.array([[1.0, 0.8, 0.08]]) * np.ones((count, 1)), sides, colors)
