"""What a model says, made to agree: its things stand on its ground.

A decoder says the camera's pitch, the ground and every place one after another, and they may contradict each other: an animal is
said to stand where the ground is a metre higher, and is drawn buried. In the scenes that it has learnt from all things stand on the
ground, but birds in flight. So the camera is turned until the ground passes through the middle of what is said to stand on it, as many
places together say more of the horizon than the one number of the pitch; then every thing is taken to the place on the ground that is
most plausible, its place in the picture and its depth being known about as well as ``PLACE`` and ``DEPTH`` say. docs/grounding.md has
what it gains.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inference.placing import tilted
from raw.geometry import camera_to_world
from raw.grammar import DEPTHS, HEIGHTS
from raw.scene import Scene, SceneObject
from raw.terrain import Terrain

FLIES = 6.0  # degrees over the ground, from which on a bird is taken to fly, or to sit on what is not told
LARGEST = 8.0  # degrees; what stands farther from the ground says that something else is wrong
TURN = 0.5  # of the angle between the ground and what stands on it, by which the camera is turned: the rest is left to its own word
TURN_READ = 0.1  # the same where the horizon was read too (``raw.vision.horizon``), which is surer
PITCHES = (0.0, 180.0)  # degrees, of the language
PLACE = 0.05  # of the picture's height, how far a thing's place in the picture is off: standard deviation on validation renders
DEPTH = 0.25  # the same of the logarithm of its depth
_FACTORS = np.exp(np.linspace(-1.0, 1.0, 81))  # of the depth, that are tried
_NEAREST = 0.3  # metres before the camera


def grounded(scene: Scene, turn: float = TURN) -> Scene:
    """The scene with its camera turned and its things on the ground; see the module's docstring.

    ``turn``: share of the angle between the ground and what stands on it, by which the camera is turned. What is said to be behind the
    camera stays where it is, and so do birds that fly.
    """
    angles = [_angle(thing, scene) for thing in scene.objects]
    stand = [
        -thing.location[2] >= _NEAREST and not (thing.category == "bird" and angle > FLIES)
        for thing, angle in zip(scene.objects, angles, strict=True)
    ]
    if not any(stand):
        return scene
    angle = float(np.clip(np.median(np.array(angles)[stand]), -LARGEST, LARGEST))
    turned = tilted(scene, float(np.clip(scene.camera.pitch - turn * angle, *PITCHES)))
    objects = (_stood(thing, turned) if stands else thing for thing, stands in zip(turned.objects, stand, strict=True))
    return replace(turned, objects=tuple(objects))


def _angle(thing: SceneObject, scene: Scene) -> float:
    """Degrees by which a thing is seen higher than the ground is where it is."""
    where = np.array([thing.location]) @ camera_to_world(scene.camera.pitch).T
    return float(np.degrees(np.arctan2(_over(where, scene)[0], np.hypot(where[0, 0], where[0, 1]))))


def _over(where: np.ndarray, scene: Scene) -> np.ndarray:
    """(N, 3) places from the camera in the world's directions -> (N,) metres over the ground."""
    return where[:, 2] + scene.camera.height - Terrain(scene.ground).height(where[:, 0], where[:, 1])


def _stood(thing: SceneObject, scene: Scene) -> SceneObject:
    """A thing at the most plausible place on the ground: moved along its ray, then up or down; it keeps its size in the picture."""
    said, turn = np.array(thing.location), camera_to_world(scene.camera.pitch)
    where = _FACTORS[:, None] * said @ turn.T
    where[:, 2] -= _over(where, scene)
    there = where @ turn
    depth = -there[:, 2]
    fits = (depth >= DEPTHS[0]) & (depth <= DEPTHS[1])
    if not fits.any():
        return thing
    shift = there[:, :2] / np.maximum(depth, _NEAREST)[:, None] - said[:2] / -said[2]
    off = np.linalg.norm(shift, axis=1) / (2 * np.tan(np.radians(scene.camera.fov) / 2))
    cost = (off / PLACE) ** 2 + (np.log(np.maximum(depth, _NEAREST) / -said[2]) / DEPTH) ** 2
    best = int(np.where(fits, cost, np.inf).argmin())
    height = float(np.clip(thing.height * depth[best] / -said[2], *HEIGHTS))
    x, y, z = (float(v) for v in there[best])
    return replace(thing, location=(x, y, z), height=height)
