"""The mean scene of many: what a model that does not look at the picture may answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from raw.geometry import circular_mean, geodesic_degrees, nearest_rotation, quaternion_to_matrix
from raw.grammar import SCENE_STATEMENTS, Slot
from raw.scene import Camera, Ground, Scene, SceneObject, Sky

NEAREST = 0.1  # metres, least depth of an object whose place in the picture is averaged


def mean_scene(scenes: Sequence[Scene]) -> Scene:
    """One scene that stands for all: a centre for every number, the most frequent ground, the mean object of every rank.

    ``scenes`` are in resolved form. Log slots have a mean of logarithms, circular ones a circular mean. There are as many
    objects as in a scene on average, rounded. ValueError without scenes.
    """
    if not scenes:
        raise ValueError("mean_scene needs at least one scene")
    parts: dict[str, dict[str, float]] = {"sky": {}, "camera": {}, "ground": {}}
    for statement in SCENE_STATEMENTS:
        for slot in (s for s in statement.slots if s.kind == "number" and not s.optional):
            values = np.array([getattr(getattr(scene, statement.part), slot.field) for scene in scenes], dtype=np.float64)
            parts[statement.part][slot.field] = centre(values, slot)
    camera, ground = Camera(**parts["camera"]), Ground(most_frequent_ground(scenes), **parts["ground"])
    count = round(float(np.mean([len(scene.objects) for scene in scenes])))
    return Scene(Sky(**parts["sky"]), camera, ground, tuple(mean_object(scenes, rank, camera.fov) for rank in range(count)))


def centre(values: np.ndarray, slot: Slot) -> float:
    """Mean of (N,) values of a slot in the scale of its codec; values of log slots count as at least their span's low end."""
    if slot.codec == "log":
        return float(np.exp(np.log(np.maximum(values, slot.span[0])).mean()))
    if slot.codec == "circular":
        return circular_mean(values)
    return float(values.mean())


def most_frequent(values: Iterable[str | None]) -> str | None:
    """The commonest value that is not None; of equals the first by name; None where there is nothing."""
    counts = Counter(value for value in values if value is not None)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def most_frequent_ground(scenes: Sequence[Scene]) -> str | None:
    """The commonest ground asset of the commonest ground family."""
    grounds = [scene.ground.appearance for scene in scenes if isinstance(scene.ground.appearance, str)]
    family = most_frequent(asset.split("/")[0] for asset in grounds)
    return most_frequent(asset for asset in grounds if asset.split("/")[0] == family)


def mean_object(scenes: Sequence[Scene], rank: int, fov: float) -> SceneObject:
    """The mean of the objects at place ``rank`` by visible pixels, among those of the commonest category there.

    Place in the picture, log depth, log height and log pixels are averaged; the rotation is that of the object nearest to
    the mean rotation, the asset the commonest. ``fov`` in degrees is that of the camera which the object is for.
    """
    ranked = [(s, sorted(s.objects, key=lambda o: -o.pixels)[rank]) for s in scenes if len(s.objects) > rank]
    category = most_frequent(thing.category for _, thing in ranked)
    same = [(scene, thing) for scene, thing in ranked if thing.category == category]
    things = [thing for _, thing in same]
    depths = np.array([max(-thing.location[2], NEAREST) for thing in things])
    half = np.tan(np.radians([scene.camera.fov for scene, _ in same]) / 2)
    places = np.array([thing.location[:2] for thing in things]) / (depths * half)[:, None]  # -1..1 in the picture
    depth = float(np.exp(np.log(depths).mean()))
    x, y = places.mean(axis=0) * depth * np.tan(np.radians(fov) / 2)
    height = float(np.exp(np.mean(np.log([thing.height for thing in things]))))
    pixels = round(float(np.exp(np.mean(np.log([max(thing.pixels, 1) for thing in things])))))
    asset = most_frequent(thing.appearance for thing in things if isinstance(thing.appearance, str))
    return SceneObject(category, (float(x), float(y), -depth), height, medoid_rotation(things), asset, pixels)


def medoid_rotation(things: Sequence[SceneObject]) -> tuple[float, float, float, float] | None:
    """The rotation among those of ``things`` that is nearest to their mean; None where none has one."""
    known = [thing.rotation for thing in things if thing.rotation is not None]
    if not known:
        return None
    matrices = np.stack([quaternion_to_matrix(np.array(rotation)) for rotation in known])
    return known[int(geodesic_degrees(matrices, nearest_rotation(matrices.mean(axis=0))).argmin())]
