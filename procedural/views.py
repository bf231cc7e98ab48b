"""Cameras in a world: where people who photograph animals stand, and the scene that such a camera sees."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from procedural.world import Thing, World, log_uniform
from raw.geometry import camera_to_world, matrix_to_quaternion, project, rotation_z
from raw.language import quantized
from raw.scene import Camera, Scene, SceneObject
from raw.terrain import Terrain

MAX_CANDIDATES = 35  # nearest objects in the frame that are looked at
_FAR = 150.0  # metres
_HEADINGS = 8  # directions tried for a free view of the subject
_CLEAR = 1.2  # metres that a camera keeps from what is not its subject


def sample_scene(world: World, rng: np.random.Generator) -> Scene:
    """One view of a world, as a scene in resolved form; pixels are still 0, and hidden objects are still in it.

    Nine views in ten have an animal as their subject, near the middle; the others look anywhere.
    """
    subject = world.animals[int(rng.integers(len(world.animals)))] if world.animals and rng.random() < 0.92 else None
    fov = log_uniform(rng, 18, 65)
    height = log_uniform(rng, 3, 12) if rng.random() < 0.12 else log_uniform(rng, 0.4, 2.5)
    headings = rng.uniform(0, 360, _HEADINGS)
    if subject:
        share = log_uniform(rng, 0.18, 0.85)  # of the frame's height that the subject takes
        distance = max(subject.height / (2 * np.tan(np.radians(fov / 2)) * share), 1.3 * subject.height, 0.8)
        height = min(height, max(0.35 * distance, 0.15))
        target = np.array([subject.x, subject.y])
    else:
        distance, target = rng.uniform(5, 30), rng.uniform(-15, 15, 2)
    heading = next((h for h in headings if subject and _clear(world, subject, target - distance * _ahead(h))), headings[0])
    place = target - distance * _ahead(heading)
    heading += float(np.clip(rng.normal(0, 0.16), -0.4, 0.4)) * fov  # the subject is not quite in the middle
    ground = replace(world.ground, phase=(float(place[0]), float(place[1]), heading % 360))
    camera = Camera(_pitch(subject, ground, distance, height, fov, rng), height, fov)
    sky = replace(world.sky, sun_rotation=(world.sky.sun_rotation - heading) % 360)
    scene = Scene(sky, camera, ground)
    seen = [thing for thing in world.things if thing is subject or np.hypot(thing.x - place[0], thing.y - place[1]) > thing.radius + _CLEAR]
    return quantized(replace(scene, objects=_in_frame(_placed(seen, scene), camera)))


def _ahead(heading: float) -> np.ndarray:
    """(2,) unit vector on the land of a heading in degrees."""
    return np.array([np.sin(np.radians(heading)), np.cos(np.radians(heading))])


def _clear(world: World, subject: Thing, place: np.ndarray) -> bool:
    """Whether nothing stands between a camera at ``place`` (2,) and the subject, seen from above."""
    others = np.array([(t.x, t.y, t.radius) for t in world.things if t is not subject]).reshape(-1, 3)
    line = np.array([subject.x, subject.y]) - place
    along = np.clip((others[:, :2] - place) @ line / (line @ line), 0, 1)
    gap = np.linalg.norm(others[:, :2] - place - along[:, None] * line, axis=1)
    return bool(np.all(gap > others[:, 2]))


def _pitch(subject: Thing | None, ground, distance: float, height: float, fov: float, rng: np.random.Generator) -> float:  # noqa: ANN001
    """Pitch that brings the subject's middle, or the horizon, near the middle of the frame."""
    offset = float(np.clip(rng.normal(0, 0.14), -0.35, 0.35)) * fov
    if subject is None:
        return float(np.clip(86 + offset + rng.normal(0, 5), 55, 108))
    terrain = Terrain(ground)
    x, y = terrain.world(np.array([subject.x]), np.array([subject.y]))
    middle = float(terrain.height(x, y)[0]) + subject.height / 2
    return float(np.clip(90 + np.degrees(np.arctan2(middle - height, distance)) + offset, 46, 114))


def _placed(things: list[Thing], scene: Scene) -> list[SceneObject]:
    """Things of the world as the scene's camera sees them, standing on the relief."""
    if not things:
        return []
    terrain = Terrain(scene.ground)
    x, y = terrain.world(np.array([t.x for t in things]), np.array([t.y for t in things]))
    z = terrain.height(x, y) - scene.camera.height
    to_camera = camera_to_world(scene.camera.pitch).T
    locations = np.stack([x, y, z], axis=-1) @ to_camera.T
    placed = []
    for thing, location in zip(things, locations, strict=True):
        yaw = scene.ground.phase[2] - thing.heading + 180.0  # counter-clockwise; the front is -y, a heading of 0 is +y
        rotation = matrix_to_quaternion(to_camera @ rotation_z(yaw))
        placed.append(SceneObject(thing.record.category, tuple(location.tolist()), thing.height, tuple(rotation.tolist()), thing.record.id))
    return placed


def _in_frame(placed: list[SceneObject], camera: Camera) -> tuple[SceneObject, ...]:
    """The nearest objects that may show in a square frame, judged by the sphere around each."""
    kept = []
    up = camera_to_world(camera.pitch).T @ np.array([0.0, 0.0, 1.0])
    for thing in placed:
        middle = np.array(thing.location) + up * thing.height / 2
        depth = -middle[2]
        if not 0.3 < depth < _FAR or -thing.location[2] < 0.2:
            continue
        spot = project(middle, camera.fov)
        margin = 0.75 * thing.height / (2 * depth * np.tan(np.radians(camera.fov / 2)))
        if np.all(spot > -margin) and np.all(spot < 1 + margin):
            kept.append((depth, thing))
    kept.sort(key=lambda pair: pair[0])
    return tuple(thing for _, thing in kept[:MAX_CANDIDATES])
