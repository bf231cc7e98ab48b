"""Depth of field: a lens that is focused on the animal, and what is before and behind it out of focus.

Renders are sharp from the feet to the horizon; photographs of animals are taken with long, open lenses. A thin lens with an entrance
pupil of A metres, focused at depth f, spreads a point at depth d over a disc of A F |1 / f - 1 / d| pixels, F being the focal length in
pixels (any textbook of optics: circle of confusion). Its place is taken by a Gaussian of the same standard deviation, a quarter of
the diameter.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from raw.geometry import focal_length
from raw.scene import ANIMALS, Scene

LEVELS = (0.0, 0.7, 1.5, 3.0, 6.0, 10.0)  # standard deviations, pixels; between two of them a pixel is a mixture of both
NEAREST = 0.1  # metres
_SPREADS = 0.5  # what is itself less out of focus than this share of a level does not spread at that level


def unsharpness(mask: np.ndarray, depth: np.ndarray, scene: Scene) -> np.ndarray | None:
    """(H, W) float32: standard deviation in pixels of the blur by a pupil of a metre, the lens focused on the animal that shows most.

    ``mask`` (H, W) is i where the scene's i-th object, counted from 1, is seen; ``depth`` (H, W) is in metres, inf in the sky. None
    where no animal is seen.
    """
    if (focus := focused(mask, depth, scene)) is None:
        return None
    focal = focal_length(len(mask), scene.camera.fov)
    return (focal / 4 * np.abs(1 / focus - 1 / np.maximum(depth, NEAREST))).astype(np.float32)


def focused(mask: np.ndarray, depth: np.ndarray, scene: Scene) -> float | None:
    """Metres to the animal that shows most; None where none is seen. Mask and depth as in ``unsharpness``."""
    animals = animals_seen(mask, scene)
    if not animals:
        return None
    subject = max(animals, key=lambda i: np.count_nonzero(mask == i))
    return max(float(np.median(depth[mask == subject])), NEAREST)


def animals_seen(mask: np.ndarray, scene: Scene) -> list[int]:
    """Numbers in the mask of the animals that are seen, in the order of the scene. Mask as in ``unsharpness``."""
    return [i for i, thing in enumerate(scene.objects, start=1) if thing.category in ANIMALS and (mask == i).any()]


def out_of_focus(light: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """(H, W, 3) linear light and how far each pixel is spread, (H, W) standard deviations in pixels -> the light as the lens gives it.

    What is in focus is not spread into what is not: each level of blur is of those pixels alone that spread that far. Beyond the last level
    nothing is blurred more.
    """
    seen = light.copy()
    for low, high in zip(LEVELS, LEVELS[1:], strict=False):
        share = np.clip((sigma - low) / (high - low), 0, 1)[..., None]
        if not share.any():
            break
        seen += share * (_blurred(light, sigma >= _SPREADS * high, high) - seen)
    return seen


def _blurred(light: np.ndarray, spreads: np.ndarray, sigma: float) -> np.ndarray:
    """Light of the pixels that spread, blurred; as it was where none of them reaches."""
    weight = gaussian_filter(spreads.astype(np.float32), sigma, truncate=2.5)[..., None]
    known = gaussian_filter(light * spreads[..., None], (sigma, sigma, 0), truncate=2.5)
    return np.where(weight > 1e-4, known / np.maximum(weight, 1e-4), light)
