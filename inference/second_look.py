"""A second look at the animals of a prediction: each is cut out of the photo where the program puts it, and seen by itself.

The decoder reads a photo at 7 x 7 places or so, and an animal may fill one of them: enough to tell where it stands, too little
to tell its species. Cut out and enlarged it fills the whole input of the tower that made the library's embeddings, and its
vector can be compared with theirs, by itself or better after the model's adapter (``raw.vision.adapter``). The appearance becomes
the direction of the sum of both vectors, the decoder's and the cut-out's. The nearest asset may then be of another kind of animal:
the category follows it where it is nearer by ``STAY``.

Models that say assets by name have no vector to add to, and are left as they are. docs/second_look.md has what it gains.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from PIL import Image

from raw.library import Library
from raw.scene import ANIMALS, Embedding, Scene, SceneObject
from raw.vision.adapter import Adapter
from raw.vision.cut_outs import expected_box, seen_alone, unit
from raw.vision.tower import Tower

STAY = 0.01  # by how much in cosine another category must be nearer
MOST = 8  # animals of a photo, those with most pixels


class SecondLook:
    """See the module's docstring."""

    def __init__(self, library: Library, tower: Tower, weight: float, adapter: Adapter | None = None) -> None:
        """``tower`` is on the device where it shall see; ``weight``: of a cut-out's unit vector, where the decoder's weighs 1.

        ValueError for a tower or an adapter of other embeddings than the library's, or a weight that cannot be.
        """
        if tower.fingerprint != library.fingerprint:
            raise ValueError(f"tower {tower.name} ({tower.fingerprint}) did not make the embeddings of {library.folder}: {library.made_by}")
        if adapter is not None and adapter.fingerprint != library.fingerprint:
            raise ValueError(f"the model's adapter is for tower {adapter.fingerprint}, {library.folder} has those of {library.made_by}")
        if not 0 <= weight < np.inf:
            raise ValueError(f"the second look's weight is {weight}; allowed: 0 or more")
        self.library, self.tower, self.weight, self.adapter = library, tower, weight, adapter
        self._categories = tuple(category for category in ANIMALS if library.of_category(category))

    def __call__(self, photo: Image.Image, scene: Scene, device: torch.device | str = "cpu") -> Scene:
        """A photo, and the scene of its square whose appearances are embeddings -> the scene with those of animals looked at again."""
        boxes = {i: box for i in _animals(scene) if (box := expected_box(scene.objects[i], scene.camera))}
        [seen] = seen_alone(self.tower, [(photo, list(boxes.values()))], device)
        things = list(scene.objects)
        for i, vector in zip(boxes, seen, strict=True):
            if vector is not None:
                things[i] = self._again(things[i], self._adapted(vector))
        return replace(scene, objects=tuple(things))

    def _adapted(self, vector: np.ndarray) -> np.ndarray:
        if self.adapter is None:
            return vector
        with torch.inference_mode():
            return self.adapter(torch.from_numpy(vector)).numpy()

    def _again(self, thing: SceneObject, seen: np.ndarray) -> SceneObject:
        """An animal with the appearance, and the category, that both looks agree on best."""
        assert isinstance(thing.appearance, Embedding)
        vector = unit(unit(thing.appearance.vector) + self.weight * seen)
        nearness = {category: self._nearness(vector, category) + STAY * (category == thing.category) for category in self._categories}
        return replace(thing, category=max(nearness, key=nearness.__getitem__), appearance=Embedding(vector))

    def _nearness(self, vector: np.ndarray, category: str) -> float:
        return self.library.similarity(self.library.nearest(vector, category)[0], vector)


def _animals(scene: Scene) -> list[int]:
    """Places of the animals whose appearance is a vector, those with most pixels first, ``MOST`` of them."""
    places = [i for i, o in enumerate(scene.objects) if o.category in ANIMALS and isinstance(o.appearance, Embedding)]
    return sorted(places, key=lambda i: -(scene.objects[i].pixels or 0))[:MOST]
