"""A second look at the animals of a prediction: each is cut out of the photo where the program puts it, and seen by itself.

The decoder reads a photo at 7 x 7 places or so, and an animal may fill one of them: enough to tell where it stands, too little
to tell its species. Cut out and enlarged it fills the whole input of the tower that made the library's embeddings, and its
vector can be compared with theirs, by itself or better after the model's adapter (``raw.vision.adapter``). Both vectors are added,
the decoder's and the cut-out's, and every animal of the library is compared with the direction of the sum. Where the tower is a classifier,
what it calls the cut-out speaks for families too (``raw.vision.naming``). The best may be of another kind of animal: the category
follows it where it is better by ``STAY``. The appearance becomes that direction, turned towards the best asset as far as it takes for
the library to find it there.

Models that say assets by name have no vector to add to, and are left as they are. docs/second_look.md has what it gains.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from raw.library import AssetRecord, Library
from raw.scene import ANIMALS, Embedding, Scene, SceneObject
from raw.vision.adapter import Adapter
from raw.vision.cut_outs import Seen, expected_box, seen_alone, unit
from raw.vision.naming import Naming
from raw.vision.tower import Tower

STAY = 0.01  # by how much in cosine another category must be better
NAMED = 0.05  # cosine that a family gains where the classifier speaks e times as much for it and nothing in the library is like the cut-out
LIKE, SPREAD = 0.6, 0.05  # cosine of the most alike asset at which the classifier's word counts half, and how fast it fades beyond
TURNS = np.linspace(0.0, 1.0, 11)  # shares of an asset's view in an appearance that are tried
MOST = 8  # animals of a photo, those with most pixels


class _Match(NamedTuple):
    score: float
    record: AssetRecord


_Likeness = tuple[tuple[AssetRecord, ...], np.ndarray]  # of all assets of a category, and the (N,) cosines to them


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
        categories = [category for category in ANIMALS if library.of_category(category)]
        self._categories, self._naming = tuple(categories), Naming({r.family: c for c in categories for r in library.of_category(c)})

    def __call__(self, photo: Image.Image, scene: Scene, device: torch.device | str = "cpu") -> Scene:
        """A photo, and the scene of its square whose appearances are embeddings -> the scene with those of animals looked at again."""
        boxes = {i: box for i in _animals(scene) if (box := expected_box(scene.objects[i], scene.camera))}
        [seen] = seen_alone(self.tower, [(photo, list(boxes.values()))], device)
        things = list(scene.objects)
        for i, one in zip(boxes, seen, strict=True):
            if one:
                things[i] = self._again(things[i], one)
        return replace(scene, objects=tuple(things))

    def _adapted(self, vector: np.ndarray) -> np.ndarray:
        if self.adapter is None:
            return vector
        with torch.inference_mode():
            return self.adapter(torch.from_numpy(vector)).numpy()

    def _again(self, thing: SceneObject, seen: Seen) -> SceneObject:
        """An animal with the category and the appearance that all speak for most."""
        assert isinstance(thing.appearance, Embedding)
        vector = unit(unit(thing.appearance.vector) + self.weight * self._adapted(seen.vector))
        alike = {category: self.library.similarities(vector, category) for category in self._categories}
        said = self._said(seen, max(float(cosines.max()) for _, cosines in alike.values()))
        matches = (_best(likeness, said, STAY * (category == thing.category)) for category, likeness in alike.items())
        best = max(matches, key=lambda match: match.score).record
        return replace(thing, category=best.category, appearance=Embedding(self._towards(best, vector)))

    def _said(self, seen: Seen, likeness: float) -> dict[str, float]:
        """What the classifier adds to each family, ``likeness`` being the cosine to the most alike asset of all.

        It has learnt from photographs and the library is made of renders: the less the library knows a cut-out, the more it counts.
        """
        if seen.classes is None:
            return {}
        weight = NAMED / (1 + np.exp((likeness - LIKE) / SPREAD))
        return dict(zip(self._naming.families, weight * self._naming(seen.classes), strict=True))

    def _towards(self, record: AssetRecord, vector: np.ndarray) -> np.ndarray:
        """A unit vector, turned towards the nearest view of an asset until the library finds that asset by it; that view at the most."""
        view = max((self.library.embedding(record.id, yaw) for yaw in self.library.yaws), key=lambda one: float(one @ vector))
        turned = (unit(vector + share * (view - vector)) for share in TURNS)
        return next((one for one in turned if self.library.nearest(one, record.category)[0] == record.id), view)


def _best(likeness: _Likeness, said: Mapping[str, float], more: float) -> _Match:
    """The asset of a category for which most speaks, ``more`` from the start; ``said`` is what is added to each family."""
    records, cosines = likeness
    scores = cosines + np.array([said.get(record.family, 0.0) for record in records])
    place = int(scores.argmax())
    return _Match(float(scores[place]) + more, records[place])


def _animals(scene: Scene) -> list[int]:
    """Places of the animals whose appearance is a vector, those with most pixels first, ``MOST`` of them."""
    places = [i for i, o in enumerate(scene.objects) if o.category in ANIMALS and isinstance(o.appearance, Embedding)]
    return sorted(places, key=lambda i: -(scene.objects[i].pixels or 0))[:MOST]
