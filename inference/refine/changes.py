"""Random changes of a scene: of its camera, its sky, its ground, and of single objects.

Steps are in standard deviations that fit the errors of a first prediction; ``step`` scales them. Values stay inside the spans
that the language's number codec has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from inference.placing import moved, standing, with_camera
from raw.grammar import SCENE_STATEMENTS
from raw.scene import Scene, SceneObject

CAMERA = {"pitch": 4.0, "height": 0.2, "fov": 0.12}  # degrees; natural logarithms of metres and degrees
CHANCES = {"pitch": 0.7, "height": 0.3, "fov": 0.5}  # a picture hardly tells height: with all distances it only scales the scene
SUN = {"sun_elevation": 12.0, "sun_rotation": 50.0}  # degrees
LIGHT = {"sun_intensity": 0.4, "strength": 0.35}  # natural logarithms
HAZE = {"density": 0.6}
SKY = (LIGHT, HAZE, SUN)
MOVES = {  # what is done to an object, and how often
    "place": 0.30, "size": 0.15, "depth": 0.10, "stand": 0.10, "turn": 0.13, "look": 0.17, "drop": 0.05,
}  # fmt: skip
PLACE, DEPTH, SIZE, TURN = 0.06, 0.2, 0.2, 40.0  # half pictures, natural logarithms, degrees
TURN_ABOUT = 0.3  # of the turns go anywhere
_SLOTS = {(s.part, slot.field): slot for s in SCENE_STATEMENTS for slot in s.slots if slot.kind == "number"}


def camera_change(scene: Scene, rng: np.random.Generator, step: float) -> Scene:
    """Another pitch, height and field of view, or only some of them."""
    chosen = {name: size * step for name, size in CAMERA.items() if rng.random() < CHANCES[name]} or {"pitch": CAMERA["pitch"] * step}
    values = _varied("camera", scene.camera, chosen, rng)
    return with_camera(scene, replace(scene.camera, **values))


def sky_change(scene: Scene, rng: np.random.Generator, step: float) -> Scene:
    """Another sun, light or haze."""
    chosen = {name: size * step for group in SKY if rng.random() < 0.5 for name, size in group.items()}
    chosen = chosen or {name: size * step for name, size in LIGHT.items()}
    return replace(scene, sky=replace(scene.sky, **_varied("sky", scene.sky, chosen, rng)))


def _varied(part: str, values: object, steps: Mapping[str, float], rng: np.random.Generator) -> dict[str, float]:
    """New values of some fields: a normal step in the logarithm for log slots, round the circle for circular ones."""
    new = {}
    for name, size in steps.items():
        slot, value, draw = _SLOTS[part, name], float(getattr(values, name)), float(rng.standard_normal()) * size
        if slot.codec == "circular":
            new[name] = (value + draw) % 360.0
            continue
        shifted = value * float(np.exp(draw)) if slot.codec == "log" or name == "fov" else value + draw
        low, high = min(slot.span[0], value), max(slot.span[1], value)
        new[name] = float(np.clip(shifted, low, high))
    return new


def object_change(
    scene: Scene, i: int, looks: Sequence[str], rng: np.random.Generator, steps: Mapping[str, float], *, may_drop: bool = True
) -> tuple[str, SceneObject | None]:
    """One change of object i: its name in ``MOVES`` and the object after it; None where it is dropped. ``looks`` are assets to try."""
    thing = scene.objects[i]
    kind = str(rng.choice(list(MOVES), p=list(MOVES.values())))
    draws, step = rng.standard_normal(2), steps.get(kind, 1.0)
    others = [asset for asset in looks if asset != thing.appearance]
    if kind == "drop" and may_drop:
        return kind, None
    if kind == "look" and others:
        return kind, replace(thing, appearance=others[int(rng.integers(len(others)))])
    if kind == "stand" and thing.category != "bird":
        return kind, standing(scene, i).objects[i]
    if kind == "size":
        return kind, moved(scene, i, size=float(np.exp(SIZE * step * draws[0]))).objects[i]
    if kind == "depth":
        return kind, moved(scene, i, depth=float(np.exp(DEPTH * step * draws[0]))).objects[i]
    if kind == "turn":
        about = rng.random() < TURN_ABOUT
        return kind, moved(scene, i, turn=float(rng.uniform(0, 360) if about else TURN * step * draws[0])).objects[i]
    u, v = PLACE * steps.get("place", 1.0) * draws
    return "place", moved(scene, i, u=float(u), v=float(v)).objects[i]
