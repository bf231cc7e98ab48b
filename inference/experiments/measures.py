"""What a model says of a picture, measured without drawing it again.

Every measure is a *tally* (sum, weight), as in a bootstrap: a mean over pictures is the ratio of the totals.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from raw.grammar import SCENE_STATEMENTS
from raw.library import Library
from raw.metrics.objects import HIT_DISTANCE, ObjectScores, score_objects
from raw.metrics.scenes import scene_errors
from raw.model.numbers import normalise
from raw.scene import Scene, SceneObject

Tally = tuple[float, float]
_NUMBERS = tuple((s.part, slot) for s in SCENE_STATEMENTS for slot in s.slots if slot.kind == "number" and not slot.optional)
_PAIRS = ("location", "relative", "rotation", "height", "category", "family", "asset")


class Measure(NamedTuple):
    higher: bool  # is better
    says: str


MEASURES = {
    "location": Measure(False, "metres, matched objects"),
    "relative": Measure(False, "location error over true depth, matched objects"),
    "rotation": Measure(False, "geodesic degrees, matched objects"),
    "height": Measure(False, "|ln(said / true)|, matched objects"),
    "category": Measure(True, "share of matched objects whose asset is of the right category"),
    "family": Measure(True, "share of matched objects of the right family, as zebra"),
    "asset": Measure(True, "share of matched objects with the very asset"),
    "f1": Measure(True, f"objects of the right category, off by at most {HIT_DISTANCE:g} of the true depth"),
    "count": Measure(False, "error of the number of objects"),
    "leaves": Measure(False, "share of the matched objects of a wrong family whose asset is even of another category"),
    "likeness": Measure(True, "cosine of the true asset's embedding and that of the asset in its place, matched objects of a wrong family"),
    "loose": Measure(True, "share of matched objects whose appearance alone, looked up among all objects, is of the right category"),
    "scene": Measure(False, "error of the scene's numbers, each scaled to 0..1 as the model sees it"),
    **{f"{part}.{slot.field}": Measure(False, f"absolute error, {slot.unit or 'no unit'}") for part, slot in _NUMBERS},
    "horizon": Measure(False, "of the picture's height"),
    "ground": Measure(True, "share of pictures with the right kind of ground"),
    "parsed": Measure(True, "share of programs that parse"),
    "image_distance": Measure(False, "of the render and the photo, see results.json; only with --render"),
    "ssim": Measure(True, "of the render and the photo; only with --render"),
}


class Said(NamedTuple):
    """What a model says of one picture."""

    picture: str  # its name
    scene: Scene | None  # resolved form; None where there is none
    loose: tuple[str, ...] = ()  # of every object, the asset of any category that its appearance is nearest to


def tallies(said: Said, true: Scene, library: Library) -> dict[str, Tally]:
    """All measures of one picture, but those that need a render. Without a scene nothing is said: no objects, no scene errors."""
    scene = _by_asset(said.scene, library) if said.scene else None
    objects = scene.objects if scene else ()
    scores = score_objects(objects, true.objects)
    found = {name: _known(getattr(scores, name)) for name in _PAIRS}
    found |= {"f1": _f1(scores), "count": (float(abs(len(objects) - len(true.objects))), 1.0), "parsed": (float(scene is not None), 1.0)}
    found |= _appearances(scores.pairs, objects, true.objects, said.loose, library)
    return found | _scene(scene, true)


def total(rows: Iterable[dict[str, Tally]], name: str) -> np.ndarray:
    """(N, 2) tallies of one measure; weight 0 where a picture tells nothing of it."""
    return np.array([row.get(name, (0.0, 0.0)) for row in rows], dtype=np.float64).reshape(-1, 2)


def _by_asset(scene: Scene, library: Library) -> Scene:
    """With the category of every object that of its asset, which may be another than the statement said."""
    return replace(scene, objects=tuple(replace(o, category=_category(o.appearance, library) or o.category) for o in scene.objects))


def _category(asset: object, library: Library) -> str | None:
    return library.record(asset).category if isinstance(asset, str) else None


def _known(values: np.ndarray) -> Tally:
    known = values[~np.isnan(values)]
    return float(known.sum()), float(len(known))


def _f1(scores: ObjectScores) -> Tally:
    hits = np.count_nonzero((scores.category == 1) & (scores.relative <= HIT_DISTANCE))
    return 2.0 * hits, float(scores.predicted.sum() + scores.true.sum())


def _appearances(
    pairs: np.ndarray, said: tuple[SceneObject, ...], true: tuple[SceneObject, ...], loose: tuple[str, ...], library: Library
) -> dict[str, Tally]:
    """How far off the wrong assets are."""
    matched = [(p, str(said[p].appearance), str(true[t].appearance)) for p, t in pairs]
    wrong = [(a, b) for _, a, b in matched if a.split("/")[0] != b.split("/")[0]]
    left = [_category(a, library) != _category(b, library) for a, b in wrong]
    near = [float(library.embedding(a, 0.0) @ library.embedding(b, 0.0)) for a, b in wrong]
    found = [_category(loose[p], library) == _category(b, library) for p, _, b in matched] if loose else []
    return {"leaves": (float(sum(left)), float(len(left))), "likeness": (sum(near), float(len(near))),
            "loose": (float(sum(found)), float(len(found)))}  # fmt: skip


def _scene(scene: Scene | None, true: Scene) -> dict[str, Tally]:
    if scene is None:
        return {}
    errors = scene_errors(scene, true)
    found = {f"{part}.{slot.field}": errors[f"{part}.{slot.field}"] for part, slot in _NUMBERS} | {"horizon": errors["horizon"]}
    found |= {"scene": scaled_error(scene, true), "ground": errors["ground_family"]}
    return {name: (value, 1.0) for name, value in found.items() if np.isfinite(value)}


def scaled_error(said: Scene, true: Scene) -> float:
    """Mean over the scene's numbers of their error, each in 0..1 over the span of its codec; angles around the circle."""
    errors = []
    for part, slot in _NUMBERS:
        a, b = (normalise(slot, [getattr(getattr(scene, part), slot.field)], fov=0.0)[0] for scene in (said, true))
        errors.append(min(abs(a - b), 1 - abs(a - b)) * 2 if slot.codec == "circular" else abs(a - b))
    return float(np.mean(errors))
