"""A second look at the animals of a prediction: each is cut out of the photo where the program puts it, and seen by itself.

The decoder reads a photo at 7 x 7 places or so, and an animal may fill one of them: enough to tell where it stands, too little
to tell its species. Cut out and enlarged it fills the whole input of the tower that made the library's embeddings, and its
vector can be compared with theirs without any training. The appearance becomes the direction of the sum of both vectors, the
decoder's and the cut-out's. The nearest asset may then be of another kind of animal: the category follows it where it is nearer by
``STAY``.

Models that say assets by name have no vector to add to, and are left as they are. docs/second_look.md has what it gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from PIL import Image

from inference.framing import MODEL_SIZE
from raw.geometry import camera_to_world, project
from raw.library import Library
from raw.metrics.masks import Box
from raw.scene import ANIMALS, Camera, Embedding, Scene, SceneObject
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower

STAY = 0.05  # by how much in cosine another category must be nearer
MARGINS = (0.0, 0.3)  # of a cut-out's side, around what is expected; the vectors of all are averaged
MOST = 8  # animals of a photo, those with most pixels
LEAST_SIDE = 6 / 224  # of a cut-out, as a share of the picture's longer side
FILLED = 0.47  # of the box around an animal, by its pixels: mean over 321 animals of 200 renders
NARROWEST, WIDEST = 0.33, 2.2  # boxes, width over height: all but 5 % of the same at either end


class SecondLook:
    """See the module's docstring."""

    def __init__(self, library: Library, tower: Tower, weight: float) -> None:
        """``tower`` is on the device where it shall see; ``weight``: of a cut-out's unit vector, where the decoder's weighs 1.

        ValueError for a tower that did not make the library's embeddings, or a weight that cannot be.
        """
        if tower.fingerprint != library.fingerprint:
            raise ValueError(f"tower {tower.name} ({tower.fingerprint}) did not make the embeddings of {library.folder}: {library.made_by}")
        if not 0 <= weight < np.inf:
            raise ValueError(f"the second look's weight is {weight}; allowed: 0 or more")
        self.library, self.tower, self.weight = library, tower, weight
        self._categories = tuple(category for category in ANIMALS if library.of_category(category))

    def __call__(self, photo: Image.Image, scene: Scene, device: torch.device | str = "cpu") -> Scene:
        """A photo, and the scene of its square whose appearances are embeddings -> the scene with those of animals looked at again."""
        boxes = {i: box for i in _animals(scene) if (box := expected_box(scene.objects[i], scene.camera))}
        seen = self._vectors(photo, list(boxes.values()), device)
        things = list(scene.objects)
        for i, vector in zip(boxes, seen, strict=True):
            if vector is not None:
                things[i] = self._again(things[i], vector)
        return replace(scene, objects=tuple(things))

    def _vectors(self, photo: Image.Image, boxes: Sequence[Box], device: torch.device | str) -> list[np.ndarray | None]:
        """Unit vectors of what is in boxes of a photo's square; None for what lies outside or is too small."""
        padded = square(photo, max(photo.size))
        cuts = [[cut for margin in MARGINS if (cut := square_cut(padded, box, margin))] for box in boxes]
        pictures = [square(cut, self.tower.size) for of_one in cuts for cut in of_one]
        if not pictures:
            return [None] * len(boxes)
        with torch.inference_mode():
            rows = iter(self.tower(to_tensor(pictures).to(device)).pooled.float().cpu().numpy())
        return [_unit(sum(next(rows) for _ in of_one)) if of_one else None for of_one in cuts]

    def _again(self, thing: SceneObject, seen: np.ndarray) -> SceneObject:
        """An animal with the appearance, and the category, that both looks agree on best."""
        assert isinstance(thing.appearance, Embedding)
        vector = _unit(_unit(thing.appearance.vector) + self.weight * seen)
        nearness = {category: self._nearness(vector, category) + STAY * (category == thing.category) for category in self._categories}
        return replace(thing, category=max(nearness, key=nearness.__getitem__), appearance=Embedding(vector))

    def _nearness(self, vector: np.ndarray, category: str) -> float:
        return self.library.similarity(self.library.nearest(vector, category)[0], vector)


def _animals(scene: Scene) -> list[int]:
    """Places of the animals whose appearance is a vector, those with most pixels first, ``MOST`` of them."""
    places = [i for i, o in enumerate(scene.objects) if o.category in ANIMALS and isinstance(o.appearance, Embedding)]
    return sorted(places, key=lambda i: -(scene.objects[i].pixels or 0))[:MOST]


def expected_box(thing: SceneObject, camera: Camera) -> Box | None:
    """Where a program puts an object, (x0, y0, x1, y1) as shares of the square from its top left; None for what reaches behind the camera.

    It is as high as the upright from base to top shows, and as wide as its pixels ask for.
    """
    base = np.array(thing.location, dtype=np.float64)
    top = base + camera_to_world(camera.pitch).T @ np.array([0.0, 0.0, thing.height])
    if base[2] >= 0 or top[2] >= 0:
        return None
    ends = project(np.stack([base, top]), camera.fov)
    x, y = ends.mean(axis=0)
    height = max(abs(float(ends[0, 1] - ends[1, 1])), 1e-3)
    width = float(np.clip((thing.pixels or 0) / MODEL_SIZE**2 / (FILLED * height), NARROWEST * height, WIDEST * height))
    return float(x - width / 2), float(y - height / 2), float(x + width / 2), float(y + height / 2)


def square_cut(picture: Image.Image, box: Box, margin: float) -> Image.Image | None:
    """The square around a box of a square picture, as far as it lies inside; None where that is less than ``LEAST_SIDE``."""
    side, centre = picture.size[0], ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    half = max(box[2] - box[0], box[3] - box[1]) * (1 + margin) / 2
    low, high = ([min(max(c + sign * half, 0.0), 1.0) for c in centre] for sign in (-1, 1))
    if min(b - a for a, b in zip(low, high, strict=True)) < LEAST_SIDE:
        return None
    return picture.crop(tuple(round(v * side) for v in (*low, *high)))  # type: ignore[arg-type]


def _unit(vector: np.ndarray) -> np.ndarray:
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
