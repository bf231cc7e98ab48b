"""A second look at the animals of a prediction: each is cut out of the photo where the program puts it, and seen by itself.

The decoder reads a photo at 7 x 7 places or so, and an animal may fill one of them: enough to tell where it stands, too little
to tell its species. Cut out and enlarged it fills the whole input of the tower that made the library's embeddings, and its
vector can be compared with theirs, by itself or better after the model's adapter (``raw.vision.adapter``). Both vectors are added,
the decoder's and the cut-out's, and every animal of the library is compared with the direction of the sum. Three more speak for or
against it: what a tower that is a classifier calls the cut-out (``raw.vision.naming``), how tall the decoder says that it is, and what
the other animals of the photo are taken for (``inference.company``). The best may be of another kind of animal: the category
follows it where it is better by ``STAY``. The appearance becomes that direction, turned towards the best asset as far as it takes
for the library to find it there.

Models that say assets by name have no vector to add to, and are left as they are. docs/second_look.md has what it gains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from inference.company import said_by_others
from raw.library import AssetRecord, Library
from raw.scene import ANIMALS, Embedding, Scene, SceneObject
from raw.vision.adapter import Adapter
from raw.vision.cut_outs import Seen, expected_box, seen_alone, unit
from raw.vision.naming import Naming
from raw.vision.tower import Tower

STAY = 0.01  # by how much in cosine another category must be better
NAMED = 0.05  # cosine that a family gains where the classifier speaks e times as much for it and nothing in the library is like the cut-out
LIKE, SPREAD = 0.6, 0.05  # cosine of the most alike asset at which the classifier's word counts half, and how fast it fades beyond
SIZE = 0.05  # cosine that an animal loses where the model says one e times as tall, or as short, beyond ...
SLACK = 0.35  # ... the logarithm of their heights' ratio that is the model's own error: standard deviation on validation renders
TURNS = np.linspace(0.0, 1.0, 11)  # shares of an asset's view in an appearance that are tried
MOST = 8  # animals of a photo, those with most pixels


class _Look(NamedTuple):
    """What is known of an animal by itself."""

    vector: np.ndarray  # (D,) unit length: what the model and the cut-out say together
    scores: np.ndarray  # (A,) in cosine, how much speaks for each animal of the library


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
        self._records = tuple(record for category in self._categories for record in library.of_category(category))
        self._naming = Naming({record.family: record.category for record in self._records})
        self._heights = np.log([record.height for record in self._records])  # (A,)
        self._family = np.array([self._naming.families.index(record.family) for record in self._records])  # (A,) of each animal

    def __call__(self, photo: Image.Image, scene: Scene, device: torch.device | str = "cpu") -> Scene:
        """A photo, and the scene of its square whose appearances are embeddings -> the scene with those of animals looked at again."""
        places = _animals(scene) if self._records else []  # without animals in the library there is nothing to take them for
        boxes = {i: box for i in places if (box := expected_box(scene.objects[i], scene.camera))}
        [seen] = seen_alone(self.tower, [(photo, list(boxes.values()))], device)
        shown = {i: one for i, one in zip(boxes, seen, strict=True) if one}
        things = list(scene.objects)
        for i, again in zip(shown, self._again([things[i] for i in shown], list(shown.values())), strict=True):
            things[i] = again
        return replace(scene, objects=tuple(things))

    def _adapted(self, vector: np.ndarray) -> np.ndarray:
        if self.adapter is None:
            return vector
        with torch.inference_mode():
            return self.adapter(torch.from_numpy(vector)).numpy()

    def _again(self, things: Sequence[SceneObject], seen: Sequence[Seen]) -> list[SceneObject]:
        """Animals of one photo with the categories and appearances that all speak for most."""
        looks = [self._look(thing, one) for thing, one in zip(things, seen, strict=True)]
        families = np.full((len(looks), len(self._naming.families)), -np.inf)
        for row, look in zip(families, looks, strict=True):
            np.maximum.at(row, self._family, look.scores)
        said = said_by_others(families)
        best = [self._records[int((look.scores + more[self._family]).argmax())] for look, more in zip(looks, said, strict=True)]
        return [
            replace(thing, category=record.category, appearance=Embedding(self._towards(record, look.vector)))
            for thing, record, look in zip(things, best, looks, strict=True)
        ]

    def _look(self, thing: SceneObject, seen: Seen) -> _Look:
        """What model, cut-out and classifier say of one animal."""
        assert isinstance(thing.appearance, Embedding)
        vector = unit(unit(thing.appearance.vector) + self.weight * self._adapted(seen.vector))
        alike = np.concatenate([self.library.similarities(vector, category)[1] for category in self._categories])
        same = np.array([record.category == thing.category for record in self._records])
        return _Look(vector, alike + self._said(seen, float(alike.max()))[self._family] + STAY * same - self._misfit(thing.height))

    def _said(self, seen: Seen, likeness: float) -> np.ndarray:
        """(F,) what the classifier adds to each family, ``likeness`` being the cosine to the most alike asset of all.

        It has learnt from photographs and the library is made of renders: the less the library knows a cut-out, the more it counts.
        """
        if seen.classes is None:
            return np.zeros(len(self._naming.families))
        weight = NAMED / (1 + np.exp((likeness - LIKE) / SPREAD))
        return weight * self._naming(seen.classes)

    def _misfit(self, height: float) -> np.ndarray:
        """(A,) cosine that each animal of the library loses, as it is not as tall as the model says, in metres."""
        return SIZE * np.maximum(np.abs(np.log(height) - self._heights) - SLACK, 0.0)

    def _towards(self, record: AssetRecord, vector: np.ndarray) -> np.ndarray:
        """A unit vector, turned towards the nearest view of an asset until the library finds that asset by it; that view at the most."""
        view = max((self.library.embedding(record.id, yaw) for yaw in self.library.yaws), key=lambda one: float(one @ vector))
        turned = (unit(vector + share * (view - vector)) for share in TURNS)
        return next((one for one in turned if self.library.nearest(one, record.category)[0] == record.id), view)


def _animals(scene: Scene) -> list[int]:
    """Places of the animals whose appearance is a vector, those with most pixels first, ``MOST`` of them."""
    places = [i for i, o in enumerate(scene.objects) if o.category in ANIMALS and isinstance(o.appearance, Embedding)]
    return sorted(places, key=lambda i: -(scene.objects[i].pixels or 0))[:MOST]
