"""What closes a photograph's background: a hedge, the edge of a forest or a bank behind the animals.

The land of the renders is open: its horizon is in the picture or far out of it, and where no sky is seen the camera looks down. Photographs
of animals have thickets behind them as often as not, and their horizon is where the ground would meet the sky behind these. So some copies
get a wall that stands on the ground at one depth and hides what is beyond: its foot follows the land by the depth of the render, and its
top is told by its height over the horizon. Nothing is said of it in the program, which has no word for it: plants that it hides are still
told, as plants are what such a wall is.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from raw.geometry import focal_length, horizon
from raw.scene import Camera, Scene
from training.camera_look import LUMA
from training.depth_of_field import animals_seen

NEAREST = 3.0  # metres; a wall is no nearer
NEAREST_ALONE = 12.0  # metres, where no animal is seen: the land is what the picture is of
BEYOND = 1.2  # of the depth of the farthest animal that is seen
FARTHEST = 6.0  # of the nearest depth that is allowed, at the most
LOOKS_DOWN = 65.0  # degrees of pitch; a camera that looks down more steeply sees no wall
TOP = (0.15, 1.2)  # of the field of view: how high over the horizon a wall ends
_GREENS = ((0.03, 0.05, 0.02), (0.06, 0.11, 0.03), (0.12, 0.16, 0.05))  # linear colours of leaves
_BROWNS = ((0.3, 0.24, 0.05), (0.16, 0.1, 0.06), (0.08, 0.06, 0.05), (0.22, 0.18, 0.13))  # of autumn, bark, earth and dry grass
_LEAVES = np.array(_GREENS + _BROWNS)
_CLUMPS = (0.1, 0.3, 1.0, 3.0)  # metres: sizes of the patches of light and shade
_LEAST = 0.6  # pixels
_WIDEST = 0.2  # of the picture


def closed(light: np.ndarray, mask: np.ndarray, depth: np.ndarray, scene: Scene, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Linear light (H, W, 3), instance mask (H, W) and depth (H, W) in metres of a render -> light and depth with a wall in it.

    As they were where the camera looks down on the land (``LOOKS_DOWN``).
    """
    if scene.camera.pitch < LOOKS_DOWN:
        return light, depth
    place, shape, look = rng.spawn(3)
    at = _nearest(mask, depth, scene) * FARTHEST ** float(place.random())
    wall = (depth > at) & _below(len(depth), scene.camera, shape)
    if not wall.any():
        return light, depth
    leaves = _leaves(depth.shape, focal_length(len(depth), scene.camera.fov) / at, look) * _bright(light)
    clear = np.exp(-scene.sky.density * at)  # of haze, whose colour is that of what is farther
    leaves = clear * leaves + (1 - clear) * light[wall].mean(axis=0)
    return np.where(wall[..., None], leaves, light).astype(np.float32), np.where(wall, np.float32(at), depth)


def _nearest(mask: np.ndarray, depth: np.ndarray, scene: Scene) -> float:
    """Metres from which on a wall may stand: behind all animals that are seen."""
    seen = np.isin(mask, animals_seen(mask, scene)) & np.isfinite(depth)
    return max(NEAREST, BEYOND * float(depth[seen].max())) if seen.any() else NEAREST_ALONE


def _below(size: int, camera: Camera, rng: np.random.Generator) -> np.ndarray:
    """(H, W) where the wall's top, which is ragged, is not yet reached."""
    top = rng.uniform(*TOP)  # of the picture's height, as a picture is a field of view high
    ragged = sum(_noise((size,), width, rng) * share for width, share in ((size / 6, 0.06), (size / 30, 0.03), (1.0, 0.01)))
    height = horizon(camera.pitch, camera.fov) - top - ragged
    return (np.arange(size)[:, None] + 0.5) / size > height[None]


def _leaves(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> np.ndarray:
    """(H, W, 3) linear colours of two kinds of leaves or bark, in clumps; ``scale``: pixels a metre."""
    paint, mixture, shade = rng.spawn(3)
    one, other = _LEAVES[paint.integers(len(_LEAVES), size=2)] * np.exp(paint.normal(0, 0.3) + paint.normal(0, 0.1, (2, 3)))
    upright = float(np.exp(paint.uniform(0, 2)))  # trunks and reeds: patches are taller than wide
    widths = [max(_LEAST, clump * scale / 2) for clump in _CLUMPS]
    mixed = 1 / (1 + np.exp(-3 * sum(_noise(shape, (width * upright, width), mixture) for width in widths[1:3])))[..., None]
    lit = sum(_noise(shape, (width * upright, width), shade) for width in widths) * paint.uniform(0.1, 0.4)
    return (mixed * one + (1 - mixed) * other) * np.exp(lit)[..., None]


def _noise(shape: tuple[int, ...], width: float | tuple[float, float], rng: np.random.Generator) -> np.ndarray:
    """Smooth noise of standard deviation 1."""
    widths = np.minimum(width, _WIDEST * np.array(shape))
    smooth = gaussian_filter(rng.standard_normal(shape, dtype=np.float32), widths, mode="wrap")
    return (smooth - smooth.mean()) / smooth.std()


def _bright(light: np.ndarray) -> float:
    """By how much a leaf in this light is brighter than its colour: the lower half of a picture shows ground, of about a fifth."""
    return float((light[len(light) // 2 :] @ LUMA).mean()) / 0.2
