"""What a camera or a file does to a picture, at one fixed strength, so that its effect on a model can be measured.

Only a crop changes what is true. The middle of a picture, enlarged to the size that it had, is the picture of a longer lens: the
field of view is narrower, and pitch, places, rotations and sizes in the camera frame stay.
"""

from __future__ import annotations

import zlib
from dataclasses import replace

import numpy as np
from PIL import Image

from inference.evaluation.suites import Sensor
from raw.scene import Scene
from training.augment import Sample, recounted, through_jpeg
from training.camera_look import blurred, to_display, to_linear, with_noise


def sensed(image: np.ndarray, sensor: Sensor, name: str) -> np.ndarray:
    """(H, W, 3) uint8 of the case ``name`` as the sensor gives it, but for the crop; the noise is the same every time."""
    rng = np.random.default_rng([sensor.seed, zlib.crc32(name.encode())])
    if sensor.blur or sensor.exposure or sensor.shot_noise or sensor.read_noise:
        light = blurred(to_linear(image), sensor.blur) * np.float32(2.0**sensor.exposure)
        light = with_noise(light, sensor.shot_noise, sensor.read_noise, rng)
        image = (to_display(light) * 255 + 0.5).astype(np.uint8)
    return through_jpeg(Image.fromarray(image), sensor.jpeg) if sensor.jpeg else image


def cropped(sample: Sample, depth: np.ndarray | None, share: float, min_pixels: int) -> tuple[Sample, np.ndarray | None]:
    """The middle ``share`` of both sides of a picture, enlarged to the whole, with its mask, depth (H, W) and scene.

    Pixels are counted again in the enlarged mask; objects of which fewer than ``min_pixels`` are left are dropped, as the
    generator drops them, and count as ground in the mask; the rest is sorted by pixels.
    """
    if sample.mask is None:
        raise ValueError("a crop needs a mask to count pixels again, and the picture has none")
    height, width = sample.mask.shape
    top, left = height * (1 - share) / 2, width * (1 - share) / 2
    box = (left, top, width - left, height - top)
    image = np.asarray(Image.fromarray(sample.image).resize((width, height), Image.Resampling.BICUBIC, box=box))
    rows, columns = top + (np.arange(height) + 0.5) * share, left + (np.arange(width) + 0.5) * share
    places = np.ix_(rows.astype(int), columns.astype(int))
    inner = recounted(Sample(image, sample.mask[places], narrowed(sample.scene, share)), min_pixels)
    return inner, None if depth is None else depth[places]


def narrowed(scene: Scene, share: float) -> Scene:
    """The scene through a lens that shows the middle ``share`` of what it showed; the horizon moves with the field of view."""
    fov = np.degrees(2 * np.arctan(np.tan(np.radians(scene.camera.fov) / 2) * share))
    return replace(scene, camera=replace(scene.camera, fov=float(fov)))
