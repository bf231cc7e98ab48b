"""Renders made to look like photographs: another framing, mirroring, the sensor's look, and the grey bands of a padded photo.

Framing, mirroring and bands change what is true about a picture, so they change its scene too. Everything is drawn from the
generator that is passed in, one child a choice, so that a new choice does not shift the others.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from raw.geometry import matrix_to_quaternion, quaternion_to_matrix
from raw.scene import Scene, SceneObject
from raw.vision.images import PADDING
from training.augment_config import AugmentConfig
from training.backdrop import closed
from training.camera_look import camera_look, to_display, to_linear
from training.depth_of_field import focused, unsharpness
from training.flash import by_flash
from training.reframe import reframed

_MIRROR = np.diag([-1.0, 1.0, 1.0])
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)


class Sample(NamedTuple):
    """A picture and what is in it."""

    image: np.ndarray  # (H, W, 3) uint8, sRGB
    mask: np.ndarray | None  # (H, W) uint8: 0 sky, i the scene's i-th object counted from 1, 255 ground; None: not known
    scene: Scene
    depth: np.ndarray | None = None  # (H, W) float32 metres along the viewing axis, inf in the sky; None: not known


def augment(sample: Sample, config: AugmentConfig, rng: np.random.Generator) -> Sample:
    """One augmented copy, without depth. The sensor's look comes before the bands, which are pure grey at inference as well."""
    mirror_rng, look_rng, band_rng, world_rng, frame_rng = rng.spawn(5)
    if frame_rng.random() < config.reframe:
        _side(sample, "reframe")
        sample = recounted(reframed(sample, config.zoom, frame_rng), config.min_pixels)
    if mirror_rng.random() < config.mirror:
        sample = mirrored(sample)
    if config.by_depth:
        sample = _otherwise(sample, config, world_rng)
    unsharp = unsharpness(sample.mask, sample.depth, sample.scene) if config.aperture else None
    sample = sample._replace(image=sensor_look(sample.image, config, look_rng, unsharp), depth=None)
    if band_rng.random() < config.letterbox:
        aspect = band_rng.uniform(*config.aspect)
        sample = letterboxed(sample, aspect, portrait=bool(band_rng.random() < 0.25), min_pixels=config.min_pixels)
    return sample


def _otherwise(sample: Sample, config: AugmentConfig, rng: np.random.Generator) -> Sample:
    """The same animals before a background that is closed, or by night. What is off is drawn all the same."""
    if sample.mask is None or sample.depth is None:
        names = " and ".join(f"augment.{name} is {getattr(config, name):g}" for name in config.by_depth)
        raise ValueError(f"{names} and the picture has no mask or no depth; allowed: 0 without them")
    chance, backdrop, flash = rng.spawn(3)
    shut, night = chance.random(2) < (config.backdrop, config.flash)
    if not (shut or night):
        return sample
    light, depth = to_linear(sample.image), sample.depth
    if shut:
        light, depth = closed(light, sample.mask, depth, sample.scene, backdrop)
    if night and (subject := focused(sample.mask, depth, sample.scene)) is not None:
        light = by_flash(light, depth, subject, flash)
    return sample._replace(image=np.asarray(_to_picture(to_display(light))), depth=depth)


def mirrored(sample: Sample) -> Sample:
    """Left and right exchanged, in the picture and in the scene.

    Assets are taken as symmetric about their own x, so a mirrored asset is the same asset under the rotation M R M.
    The phase of the terrain has no mirror image in the language and is dropped (it is not trained on).
    """
    scene = sample.scene
    sky = replace(scene.sky, sun_rotation=(360.0 - scene.sky.sun_rotation) % 360.0)
    ground = replace(scene.ground, phase=(0.0, 0.0, 0.0))
    objects = tuple(_mirrored_object(thing) for thing in scene.objects)
    scene = replace(scene, sky=sky, ground=ground, objects=objects)
    image, mask, depth = (None if one is None else np.ascontiguousarray(one[:, ::-1]) for one in (sample.image, sample.mask, sample.depth))
    return Sample(image, mask, scene, depth)


def _mirrored_object(thing: SceneObject) -> SceneObject:
    x, y, z = thing.location
    rotation = thing.rotation
    if rotation is not None:
        rotation = tuple(float(v) for v in matrix_to_quaternion(_MIRROR @ quaternion_to_matrix(rotation) @ _MIRROR))
    return replace(thing, location=(-x, y, z), rotation=rotation)


def letterboxed(sample: Sample, aspect: float, *, portrait: bool, min_pixels: int) -> Sample:
    """Grey bands over a square picture, as if a photo of ``aspect`` (long over short side) had been padded.

    Bands lie above and below (``portrait``: left and right), where ``raw.vision.images.square`` puts them. Visible
    pixels are counted again, objects with fewer than ``min_pixels`` left are dropped, the rest sorted by pixels; the
    mask is renumbered and is 0 in the bands.
    """
    size = _side(sample, "letterbox")
    if aspect < 1:
        raise ValueError(f"aspect is {aspect!r}; allowed: 1 or more")
    short = max(1, round(size / aspect))
    start = (size - short) // 2
    inside = np.zeros((size, size), dtype=bool)
    if portrait:
        inside[:, start : start + short] = True
    else:
        inside[start : start + short] = True
    image = np.where(inside[..., None], sample.image, np.array(PADDING, dtype=np.uint8))
    return recounted(Sample(image, np.where(inside, sample.mask, 0).astype(np.uint8), sample.scene), min_pixels)


def _side(sample: Sample, switch: str) -> int:
    """Pixels. ValueError for a picture without the mask that ``switch`` needs to count pixels again, and for one that is not square."""
    if sample.mask is None:
        raise ValueError(f"augment.{switch} needs a mask to count pixels again, and the picture has none; allowed: 0 without it")
    size = sample.image.shape[0]
    if sample.image.shape[1] != size or sample.mask.shape != (size, size):
        raise ValueError(f"augment.{switch} needs a square picture and mask, got {sample.image.shape} and {sample.mask.shape}")
    return size


def recounted(sample: Sample, min_pixels: int) -> Sample:
    """Pixels counted from the mask; small objects dropped, the rest sorted, the mask renumbered to match."""
    counts = np.bincount(sample.mask.ravel(), minlength=256)
    objects = sample.scene.objects
    order = sorted((i for i in range(len(objects)) if counts[i + 1] >= max(1, min_pixels)), key=lambda i: -counts[i + 1])
    numbers = np.full(256, 255, dtype=np.uint8)  # what is dropped counts as ground
    numbers[0] = 0
    for new, old in enumerate(order, start=1):
        numbers[old + 1] = new
    kept = tuple(replace(objects[i], pixels=int(counts[i + 1])) for i in order)
    return sample._replace(mask=numbers[sample.mask], scene=replace(sample.scene, objects=kept))


def sensor_look(image: np.ndarray, config: AugmentConfig, rng: np.random.Generator, unsharp: np.ndarray | None = None) -> np.ndarray:
    """(H, W, 3) uint8 -> the same, as another camera would have taken it and another program saved it.

    ``unsharp``: see ``camera_look``.
    """
    tone, colour, grain, focus, jpeg, camera, size = rng.spawn(7)
    pixels = camera_look(image, config, camera, unsharp)
    pixels = _toned(pixels, config, tone, colour)
    picture = _to_picture(pixels)
    if config.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(focus.uniform(0, config.blur)))
    if config.noise:  # after blur: the lens blurs, then the sensor adds noise
        pixels = np.asarray(picture, dtype=np.float32) / 255
        pixels = pixels + grain.normal(0, grain.uniform(0, config.noise) + 1e-9, size=pixels.shape).astype(np.float32)
        picture = _to_picture(pixels)
    picture = shrunk(picture, config.downscale ** float(size.random()))
    return through_jpeg(picture, int(jpeg.integers(config.jpeg[0], config.jpeg[1], endpoint=True)))


def _toned(pixels: np.ndarray, config: AugmentConfig, tone: np.random.Generator, colour: np.random.Generator) -> np.ndarray:
    """Display values with another tone curve and other colours. What is off is drawn all the same: no switch shifts another."""
    exponent, gain, contrast = (tone.uniform(-most, most) for most in (config.gamma, config.brightness, config.contrast))
    tints = colour.uniform(-config.tint, config.tint, size=3)
    if config.gamma:
        pixels = pixels ** np.exp(exponent)
    if config.brightness:
        pixels = pixels * (1 + gain)
    if config.contrast:
        mean = pixels.mean()
        pixels = mean + (pixels - mean) * (1 + contrast)
    if config.tint:
        pixels = pixels * (1 + tints.astype(np.float32))
    if colour.random() < config.greyscale:
        pixels = np.repeat((pixels @ _LUMA)[..., None], 3, axis=2)
    return pixels


def shrunk(picture: Image.Image, factor: float) -> Image.Image:
    """The picture made smaller by ``factor`` and large again, as a small picture is shown."""
    size = (max(1, round(picture.width / factor)), max(1, round(picture.height / factor)))
    if size == picture.size:
        return picture
    return picture.resize(size, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)


def _to_picture(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))


def through_jpeg(picture: Image.Image, quality: int) -> np.ndarray:
    """(H, W, 3) uint8, the picture compressed to ``quality`` (1 to 100) and read again."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))
