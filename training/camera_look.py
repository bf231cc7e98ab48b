"""What a camera does to the light of a picture, in linear light: lens, exposure, sensor noise, white balance.

Pictures hold display values (sRGB); light adds up only in linear values, where twice the light is twice the number. So
pictures are decoded first and encoded last. Linear values lie in 0..1, where 1 is the white of the picture.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from raw import color
from training.augment_config import AugmentConfig
from training.depth_of_field import out_of_focus

LUMA = color.LUMA.astype(np.float32)
SWITCHES = ("vignette", "aperture", "defocus", "exposure", "shot_noise", "read_noise", "white_balance")
_LEVELS = 1 << 16  # of linear light in the table that encodes it


def camera_look(image: np.ndarray, config: AugmentConfig, rng: np.random.Generator, unsharp: np.ndarray | None = None) -> np.ndarray:
    """(H, W, 3) uint8 -> float32 display values in 0..1, as another lens, exposure, sensor and white balance would show it.

    ``unsharp`` (H, W): see ``training.depth_of_field.unsharpness``; None: the aperture does nothing.

    In the order of a camera: the lens darkens and blurs, the exposure collects light, the sensor adds noise to it, and
    white balance scales what it read.
    """
    if not any(getattr(config, name) for name in SWITCHES):
        return image.astype(np.float32) / 255
    lens, shutter, grain, colour, iris = rng.spawn(5)
    light = to_linear(image)
    if config.vignette:
        light = light * vignette(light.shape[:2], float(lens.uniform(0, config.vignette)))[..., None]
    if config.aperture and unsharp is not None:
        light = out_of_focus(light, unsharp * np.float32(iris.uniform(0, config.aperture)))
    if config.defocus:
        light = blurred(light, float(lens.uniform(0, config.defocus)))
    if config.exposure:
        light = light * np.float32(2.0 ** shutter.uniform(-config.exposure, config.exposure))
    if config.shot_noise or config.read_noise:
        amount = np.square(grain.random(2))  # squared, as most pictures are taken in good light
        light = with_noise(light, amount[0] * config.shot_noise, amount[1] * config.read_noise, grain)
    if config.white_balance:
        warmth, tint = colour.uniform(-config.white_balance, config.white_balance, 2)
        light = light * white_balance_gains(float(warmth), float(tint) / 3)  # sensors err along daylight more than across it
    return to_display(light)


@lru_cache(maxsize=1)
def _decoding() -> np.ndarray:
    """(256,) float32: the linear value of every display level."""
    return color.srgb_to_linear(np.arange(256) / 255).astype(np.float32)


@lru_cache(maxsize=1)
def _encoding() -> np.ndarray:
    """(_LEVELS,) float32: the display value of every linear level; a table, as powers of every pixel take milliseconds."""
    return color.linear_to_srgb(np.arange(_LEVELS) / (_LEVELS - 1)).astype(np.float32)


def to_linear(image: np.ndarray) -> np.ndarray:
    """(..., 3) uint8 display levels -> float32 linear light in 0..1."""
    return _decoding()[image]


def to_display(light: np.ndarray) -> np.ndarray:
    """Linear light -> float32 display values in 0..1. Light beyond 0..1 is clipped, as a sensor does."""
    return _encoding()[(np.clip(light, 0, 1) * (_LEVELS - 1) + 0.5).astype(np.uint16)]


@lru_cache(maxsize=8)
def _squared_radius(height: int, width: int) -> np.ndarray:
    """(H, W) float32: squared distance from the middle of the picture, 1 at its corners."""
    y, x = np.mgrid[:height, :width]
    y, x = 2 * y - (height - 1), 2 * x - (width - 1)
    return ((x**2 + y**2) / max(1, (height - 1) ** 2 + (width - 1) ** 2)).astype(np.float32)


def vignette(shape: tuple[int, int], loss: float) -> np.ndarray:
    """(H, W) float32 share of the light that passes: 1 in the middle, 1 - ``loss`` in the corners."""
    return 1 - np.float32(loss) * _squared_radius(*shape)


def blurred(light: np.ndarray, sigma: float) -> np.ndarray:
    """(H, W, 3) blurred by a Gaussian of ``sigma`` pixels, edges repeated. Its cost grows with sigma."""
    reach = int(np.ceil(2.5 * sigma))
    if reach == 0:
        return light
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    for axis in (0, 1):
        pads = [(reach, reach) if a == axis else (0, 0) for a in range(3)]
        padded, size = np.pad(light, pads, mode="edge"), light.shape[axis]
        light = weights[reach] * light
        for step in range(reach):  # both sides of the middle have one weight
            pair = _slice(padded, axis, step, size) + _slice(padded, axis, 2 * reach - step, size)
            light += weights[step] * pair
    return light


def _slice(array: np.ndarray, axis: int, start: int, size: int) -> np.ndarray:
    return array[start : start + size] if axis == 0 else array[:, start : start + size]


def with_noise(light: np.ndarray, shot: float, read: float, rng: np.random.Generator) -> np.ndarray:
    """Light with the noise of a sensor: variance ``shot`` x light from counting photons, and ``read`` squared from reading."""
    deviation = np.sqrt(np.float32(shot) * np.maximum(light, 0) + np.float32(read) ** 2)
    return light + deviation * rng.standard_normal(light.shape, dtype=np.float32)


def white_balance_gains(warmth: float, tint: float) -> np.ndarray:
    """(3,) float32 gains of red, green and blue that leave the brightness of grey as it is.

    ``warmth`` is the natural log by which red grows and blue shrinks, ``tint`` that by which green shrinks.
    """
    gains = np.exp(np.array([warmth, -tint, -warmth], dtype=np.float32))
    return gains / (LUMA @ gains)
