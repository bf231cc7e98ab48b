"""Test-time augmentation of what a whole photo tells: camera, sky and ground are agreed on by several views of it.

A model is asked again about the mirrored photo and about five squares cut out of it (``views``), for the scene alone, without objects. Each
view says where the horizon is in the photo; a reader of horizons (``raw.vision.horizon``), if the model has one, reads it in the photo,
in the mirrored one, and in squares without the grey bands that make a photo square (``squares``). The camera is turned to the median of
all. Numbers of sky and ground become their medians, angles of the sun their circular mean, and the ground's appearance the mean of the
vectors that are said. What a cut cannot tell, the field of view and the camera's height, stays as the photo itself says.
docs/consensus.md has what it gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps
from torch import Tensor

from inference.placing import tilted
from raw.geometry import circular_mean, horizon, pitch_of
from raw.grammar import SCENE_STATEMENTS
from raw.scene import Appearance, Embedding, Scene, Sky
from raw.vision.cut_outs import unit
from raw.vision.horizon import HorizonReader
from raw.vision.images import square

SIDE = 0.65  # of a cut, as a share of the photo's longer side
CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.5, 0.5), (0.0, 1.0), (1.0, 1.0))  # where cuts lie: shares of the room to the right and down
READ = 0.6  # what all lines that are read count together, where those that the decoder says count 1 together


class Lines(NamedTuple):
    """Where the reader of horizons sees the horizon in a photo's square, by V views of it."""

    line: np.ndarray  # (V,) shares of the square's side from its top
    spread: np.ndarray  # (V,) mean error that is expected of it, in the same unit


class View(NamedTuple):
    """A square picture of a photo's square, or of a part of it."""

    picture: Image.Image
    top: float = 0.0  # of the part, share of the square's side from its top
    side: float = 1.0  # share of the square's side
    mirrored: bool = False


def views(photo: Image.Image, size: int) -> list[View]:
    """An upright RGB photo of any size -> the other views of it, ``size`` pixels a side: mirrored, and in parts."""
    whole = square(photo, round(size / SIDE))
    cuts = [_cut(whole, right * (1 - SIDE), down * (1 - SIDE), size) for right, down in CORNERS]
    return [View(ImageOps.mirror(square(photo, size)), mirrored=True), *cuts]


def squares(photo: Image.Image, size: int) -> list[View]:
    """An upright RGB photo -> the largest squares at its ends and in its middle, ``size`` pixels a side; none where it is square itself."""
    (width, height), short, long = photo.size, min(photo.size), max(photo.size)
    found = []
    for share in (0.0, 0.5, 1.0) if short < long else ():
        x, y = round(share * (width - short)), round(share * (height - short))
        part = square(photo.crop((x, y, x + short, y + short)), size)
        found.append(View(part, (y + (long - height) / 2) / long, short / long))
    return found


def _cut(whole: Image.Image, left: float, top: float, size: int) -> View:
    x, y = round(left * whole.width), round(top * whole.height)
    return View(whole.crop((x, y, x + size, y + size)), y / whole.height, size / whole.height)


def read_lines(reader: HorizonReader, shown: Sequence[View], patches: Tensor) -> Lines:
    """Where the horizon is in a photo by (V, N, C) patches of V views."""
    line, spread = (value.cpu().numpy() for value in reader.read(patches))
    side = np.array([view.side for view in shown])
    return Lines(np.array([view.top for view in shown]) + side * line, side * spread)


def agreed(scene: Scene, others: Sequence[tuple[View, Scene]], read: Lines | None = None) -> Scene:
    """A photo's scene, appearances as embeddings, with camera, sky and ground on which it agrees with what other views say.

    ``read``: where the horizon is read, by all views or some.
    """
    said = [horizon(scene.camera.pitch, scene.camera.fov)]
    said += [view.top + view.side * horizon(other.camera.pitch, other.camera.fov) for view, other in others]
    pitch = pitch_of(_line(np.array(said), read), scene.camera.fov)
    skies = [scene.sky, *(_as_seen(other.sky, mirrored=view.mirrored) for view, other in others)]
    grounds = [scene.ground, *(other.ground for _, other in others)]
    ground = replace(
        scene.ground,
        appearance=_mean([one.appearance for one in grounds]),
        relief=float(np.median([one.relief for one in grounds])),
    )
    return replace(tilted(scene, pitch), sky=_sky(skies), ground=ground)


def _line(said: np.ndarray, read: Lines | None) -> float:
    """The median of (V,) lines that are said and those that are read, the latter weighed by how sure they are.

    It is the likeliest place where all of them have errors of Laplace distributions.
    """
    if read is None:
        return float(np.median(said))
    weights = READ / read.spread / np.sum(1 / read.spread)
    return weighted_median(np.concatenate([said, read.line]), np.concatenate([np.full(len(said), 1 / len(said)), weights]))


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The least of (N,) values below and at which half of the (N,) positive weights lie."""
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, below[-1] / 2)])


def _as_seen(sky: Sky, *, mirrored: bool) -> Sky:
    return replace(sky, sun_rotation=-sky.sun_rotation % 360.0) if mirrored else sky


def _sky(skies: Sequence[Sky]) -> Sky:
    middle = {}
    for slot in (slot for statement in SCENE_STATEMENTS if statement.part == "sky" for slot in statement.slots):
        said = [getattr(sky, slot.field) for sky in skies]
        middle[slot.field] = circular_mean(np.array(said)) if slot.codec == "circular" else float(np.median(said))
    return replace(skies[0], **middle)


def _mean(appearances: Sequence[Appearance]) -> Appearance:
    """Of unit vectors, at unit length; the first one where an appearance is a name."""
    vectors = [unit(one.vector) for one in appearances if isinstance(one, Embedding)]
    return Embedding(unit(np.sum(vectors, axis=0))) if len(vectors) == len(appearances) else appearances[0]
