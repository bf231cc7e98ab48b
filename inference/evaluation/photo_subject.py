"""Which animal a photograph shows, asked of a tower and of people's labels, against the largest animal of the render.

``photo.agreement`` asks the tower of the library's portraits a second time: the photo is cut out around the animal, and the
portrait nearest to the cut-out votes for a family. That is the tower and the library that the model learned from, so it tells
whether program and tower agree about the animal, and not whether they are right. Portraits have no background, and photos are no
renders, so agreement is low even for good programs; what chance gives shows in the row of the baseline random_scene. Predictions
after ``inference.second_look`` have asked the same tower about the same animal, so theirs agree more than the decoder's own.
``photo.species`` is judged by people, over the few photos whose species the library has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
from PIL import Image

from inference.evaluation.cases import Answer, Case
from inference.evaluation.features import pooled
from inference.evaluation.photo_scores import NO_ANIMAL, largest_animal
from raw.geometry import box_of
from raw.library import Library
from raw.metrics.masks import Box
from raw.scene import ANIMALS
from raw.vision.tower import Tower

MARGIN = 0.1  # of the longer side, left around an animal that is cut out


class Portraits:
    """The animals of a library, and the tower that its embeddings are of."""

    def __init__(self, library: Library, tower: Tower, device: Any = "cpu") -> None:
        """ValueError where the tower is another one."""
        if tower.fingerprint != library.fingerprint:
            raise ValueError(f"tower {tower.name} ({tower.fingerprint}) did not make the embeddings of {library.folder}: {library.made_by}")
        self.tower, self.device = tower, device
        rows = [i for i, record in enumerate(library.records) if record.category in ANIMALS]
        self.families = [library.records[i].family for i in rows]
        self._vectors = library.embeddings[rows]  # (A, Y, D)

    def family(self, image: np.ndarray) -> str:
        """The family of the portrait nearest to an (H, W, 3) uint8 picture, from any side."""
        vector = pooled(self.tower, [image], self.device)[0]
        return self.families[int((self._vectors @ vector).max(axis=1).argmax())]


def subject_scores(answer: Answer, case: Case, portraits: Portraits) -> dict[str, tuple[float, float]]:
    """(sum, weight) of two scores of a photo; weight 0 where labels or render say nothing about one.

    photo.agreement  the family of the largest animal in the render is the one that the portraits vote for, in the labelled box or
                     without one in the animal's; over photos in whose render an animal shows and that are not labelled to have none
    photo.species    it is the family that the labelled species' name ends in, over photos where that is one of the library
    """
    place, label = largest_animal(answer), case.labels
    family = str(answer.scene.objects[place].appearance).split("/")[0] if answer.scene and place is not None else None
    agreement = species = (0.0, 0.0)
    if family and answer.index is not None and label.get("category") != NO_ANIMAL:
        box = label.get("box") or box_of(answer.index == place + 1)  # type: ignore[operator]
        agreement = (float(portraits.family(cut_out(case.image, box)) == family), 1.0)
    if true := named_family(label.get("species", ""), portraits.families):
        species = (float(family == true), 1.0)
    return {"photo.agreement": agreement, "photo.species": species}


def named_family(species: str, families: Iterable[str]) -> str | None:
    """The longest family name that ends a species' name: "zebra" of "Grevy's zebra (adult)"; None where none does."""
    words = re.sub(r"\(.*?\)", "", species.lower()).replace("-", " ").split()
    tails = {"_".join(words[start:]) for start in range(len(words))}
    return max((family for family in set(families) if family in tails), key=len, default=None)


def cut_out(image: np.ndarray, box: Box) -> np.ndarray:
    """The part of an (H, W, 3) picture in a box (fractions), with a margin around it."""
    height, width = image.shape[:2]
    left, top, right, bottom = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    margin = MARGIN * max(right - left, bottom - top)
    left, top = int(max(0, left - margin)), int(max(0, top - margin))
    right, bottom = max(left + 1, round(min(width, right + margin))), max(top + 1, round(min(height, bottom + margin)))
    return np.asarray(Image.fromarray(image).crop((left, top, right, bottom)))
