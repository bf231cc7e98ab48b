"""Labels made visible: masks in colour, depth, boxes and skeletons over the picture."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from procedural.dataset.sample import Sample, Thing
from raw.scene import ANIMALS

_SIDE = 448  # pixels that the shorter side of a drawing has at least
_SKY, _GROUND = (150, 178, 205), (112, 104, 92)
_NIGHT = (26, 28, 34)  # the sky in depth
_SHADOW = (16, 16, 18)
_PLANTS = 4  # plants and rocks that get their name beside their box, the largest; all animals do
_VIVID, _LIFT = 0.75, 90  # share of an object's colour over the picture; how bright the picture's darkest shade becomes
Color = tuple[int, int, int]
Bones = Mapping[str, Mapping[str, str]]  # asset -> joint -> its parent


def color(i: int) -> Color:
    """Of object i, in every drawing; neighbours in number differ most."""
    red, green, blue = colorsys.hsv_to_rgb((0.04 + i * 0.618034) % 1, (0.78, 0.62, 0.9)[i % 3], (1.0, 0.92)[i % 2])
    return round(255 * red), round(255 * green), round(255 * blue)


def scale_of(shape: tuple[int, ...]) -> int:
    """How many times a drawing is larger than its picture (H, W, ...)."""
    return max(1, -(-_SIDE // min(shape[:2])))


def enlarged(image: np.ndarray, resample: Image.Resampling = Image.Resampling.LANCZOS) -> Image.Image:
    scale = scale_of(image.shape)
    return Image.fromarray(image).resize((image.shape[1] * scale, image.shape[0] * scale), resample)


def mask_drawing(sample: Sample) -> Image.Image:
    """Every object in its colour over the shades of the picture, outlined; sky and ground in quiet ones."""
    table = np.zeros((256, 3), dtype=np.float32)
    table[:] = _GROUND
    table[0] = _SKY
    table[1 : len(sample.things) + 1] = np.array([color(i) for i in range(len(sample.things))]).reshape(-1, 3)
    index = np.asarray(enlarged(sample.mask, Image.Resampling.NEAREST))
    shades = np.asarray(enlarged(sample.image).convert("L"), dtype=np.float32)[..., None]
    painted = _VIVID * table[index] + (1 - _VIVID) * (_LIFT + (1 - _LIFT / 255) * shades)
    painted[edges(index)] = _SHADOW
    return Image.fromarray(painted.astype(np.uint8))


def edges(index: np.ndarray) -> np.ndarray:
    """(H, W) bool: the inner rim, one pixel wide, of every object in an index image."""
    rim = np.zeros(index.shape, dtype=bool)
    for axis in (0, 1):
        differ = np.diff(index, axis=axis) != 0
        rim |= np.pad(differ, [(0, 1) if a == axis else (0, 0) for a in (0, 1)])
        rim |= np.pad(differ, [(1, 0) if a == axis else (0, 0) for a in (0, 1)])
    return rim & (index != 0) & (index != 255)


def depth_range(depth: np.ndarray) -> tuple[float, float]:
    """Nearest and farthest metres that are not sky; (0, 0) where all is."""
    near = depth[np.isfinite(depth)]
    return (float(near.min()), float(near.max())) if near.size else (0.0, 0.0)


def depth_drawing(depth: np.ndarray) -> Image.Image:
    """Near bright and far dark, by the logarithm of depth (H, W) in metres; the sky nearly black."""
    from matplotlib import colormaps

    near, far = depth_range(depth)
    share = np.zeros(depth.shape)
    seen = np.isfinite(depth)
    if far > near > 0:
        share[seen] = np.log(depth[seen] / near) / np.log(far / near)
    painted = (colormaps["magma_r"](0.04 + 0.7 * share)[..., :3] * 255).astype(np.uint8)
    painted[~seen] = _NIGHT
    return enlarged(painted, Image.Resampling.NEAREST)


def box_drawing(sample: Sample, bones: Bones) -> Image.Image:
    """The picture with boxes, names of the largest, and joints: filled where seen, hollow where hidden; lines where bones are known."""
    picture = enlarged(sample.image)
    draw = ImageDraw.Draw(picture)
    for i, thing in reversed(list(enumerate(sample.things))):
        if thing.box:
            _box(draw, thing, color(i), picture.size)
    for i, thing in reversed(list(enumerate(sample.things))):
        _skeleton(draw, thing, color(i), picture.size, bones.get(thing.asset, {}))
    shown = [i for i, thing in enumerate(sample.things) if thing.box]
    animals = [i for i in shown if sample.things[i].category in ANIMALS]
    plants = [i for i in shown if i not in animals][:_PLANTS]
    for i in (*plants[::-1], *animals[::-1]):
        _name(draw, sample.things[i], color(i), picture.size, meant=i == sample.subject)
    return picture


def _box(draw: ImageDraw.ImageDraw, thing: Thing, paint: Color, size: tuple[int, int]) -> None:
    x0, y0, x1, y1 = np.array(thing.box) * [*size, *size] - [0, 0, 1, 1]
    draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), outline=_SHADOW)
    draw.rectangle((x0, y0, x1, y1), outline=paint, width=2 if thing.category in ANIMALS else 1)


def _name(draw: ImageDraw.ImageDraw, thing: Thing, paint: Color, size: tuple[int, int], *, meant: bool) -> None:
    """Over the box; a star is after the name of what the photographer means."""
    text, font = thing.family.replace("_", " ") + (" *" if meant else ""), ImageFont.load_default(size=13)
    left, top = thing.box[0] * size[0], thing.box[1] * size[1] - 17
    width = draw.textlength(text, font=font) + 6
    left, top = max(0, min(left, size[0] - width)), max(0, top)
    draw.rectangle((left, top, left + width, top + 16), fill=_SHADOW)
    draw.text((left + 3, top + 8), text, fill=paint, font=font, anchor="lm")


def _skeleton(draw: ImageDraw.ImageDraw, thing: Thing, paint: Color, size: tuple[int, int], parents: Mapping[str, str]) -> None:
    spots = {joint.name: tuple(np.array(joint.spot) * size) for joint in thing.joints if joint.visible}
    for name, spot in spots.items():
        if (parent := parents.get(name)) in spots:
            draw.line((*spots[parent], *spot), fill=_SHADOW, width=4)
            draw.line((*spots[parent], *spot), fill=paint, width=2)
    for joint in thing.joints:
        if joint.visible:
            x, y = spots[joint.name]
            look = {"fill": "white", "outline": _SHADOW} if joint.visible == 2 else {"outline": paint}
            draw.ellipse((x - 3, y - 3, x + 3, y + 3), **look)
