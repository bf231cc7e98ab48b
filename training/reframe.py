"""Another framing of a render: the camera is turned on the spot and zooms in, as a photographer does.

A picture tells what is seen from its point in every direction that it shows. So a narrower picture in another direction inside it is that
of another camera at the same point, exactly: pixels move by a homography (Hartley and Zisserman, Multiple View Geometry, 8.4), and
everything that is said of the camera, of places, sides and of the sun is known anew. Photographs of animals show little land and often
no horizon; renders are of wider views, and each of them holds many such pictures.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import map_coordinates

from raw.geometry import box_of, camera_to_world, half_height, matrix_to_quaternion, project, quaternion_to_matrix, rotation_z
from raw.scene import Camera, SceneObject
from training.depth_of_field import animals_seen

if TYPE_CHECKING:
    from training.augment import Sample

AIMED = 0.5  # probability that an animal is aimed at
NARROWEST = 10.0  # degrees; the least field of view of the language
_FILLS = 1.1  # largest share of a picture's side that an animal takes that is aimed at
_ASIDE = 0.3  # of the picture's half, the farthest from the middle of the new picture that such an animal is, if it is small
_SHARES = np.linspace(1, 0, 6)  # of the way to where it is aimed, that are tried


def reframed(sample: Sample, zoom: float, rng: np.random.Generator) -> Sample:
    """A square picture with mask -> the picture of a camera at the same point with a field of view up to ``zoom`` times narrower.

    Half of them aim at an animal that is seen, the others anywhere. Things keep their numbers and pixels: they are to be counted again
    (``training.augment.recounted``).
    """
    camera, half = sample.scene.camera, half_height(sample.scene.camera.fov)
    where, nearer, whom = rng.spawn(3)
    aim, most = where.uniform(-1, 1, size=2), zoom
    if whom.random() < AIMED and (box := _animal(sample, whom)) is not None:
        aside, most = aim, min(zoom, max(1.0, _FILLS / box[2]))
        aim = np.array(box[:2]) + _ASIDE * aside * (1 - box[2])
    narrow = max(half / most ** float(nearer.random()), min(half, half_height(NARROWEST)))
    room = 1 - narrow / half
    aim = np.clip(aim, -room, room)
    for share in _SHARES:
        turned, yaw = _aimed(camera, share * aim, narrow)
        turn = camera_to_world(turned.pitch).T @ rotation_z(yaw) @ camera_to_world(camera.pitch)
        if _inside(turn, narrow, camera.fov):
            break
    return _seen(sample, turned, yaw, turn)


def _animal(sample: Sample, rng: np.random.Generator) -> tuple[float, float, float] | None:
    """(x right, y up) in -1..1 of the middle of an animal, and its larger side as a share of the picture; None where none is seen."""
    seen = animals_seen(sample.mask, sample.scene)
    if not seen:
        return None
    x0, y0, x1, y1 = box_of(sample.mask == seen[rng.integers(len(seen))])
    return x0 + x1 - 1, 1 - (y0 + y1), max(x1 - x0, y1 - y0)


def _aimed(camera: Camera, aim: np.ndarray, narrow: float) -> tuple[Camera, float]:
    """The camera with its axis through a place (x right, y up, -1..1) of its picture, and degrees by which it turns clockwise."""
    ray = camera_to_world(camera.pitch) @ np.array([*(aim * half_height(camera.fov)), -1.0])
    yaw = float(np.degrees(np.arctan2(ray[0], ray[1])))
    pitch = 90.0 + float(np.degrees(np.arctan2(ray[2], np.hypot(ray[0], ray[1]))))
    return replace(camera, pitch=pitch, fov=2 * float(np.degrees(np.arctan(narrow)))), yaw


def _inside(turn: np.ndarray, narrow: float, fov: float) -> bool:
    """Whether the whole of the new picture is in the old one, of ``fov`` degrees; ``turn`` (3, 3) is old to new camera frame."""
    corners = np.array([(x * narrow, y * narrow, -1.0) for x in (-1, 1) for y in (-1, 1)]) @ turn
    return bool((corners[:, 2] < 0).all() and (np.abs(project(corners, fov) - 0.5) <= 0.5 * (1 + 1e-6)).all())


def _seen(sample: Sample, camera: Camera, yaw: float, turn: np.ndarray) -> Sample:
    size, scene = len(sample.image), sample.scene
    axis = (2 * np.arange(size) + 1) / size - 1
    rays = np.stack([*np.meshgrid(axis, -axis), np.full((size, size), -1.0)], axis=-1)
    rays[..., :2] *= half_height(camera.fov)
    old = rays @ turn  # in the old camera's frame
    at = np.moveaxis(project(old, scene.camera.fov)[..., ::-1], -1, 0) * size - 0.5  # rows and columns
    image = np.stack([map_coordinates(channel, at, order=1, mode="nearest") for channel in np.moveaxis(sample.image, -1, 0)], axis=-1)
    near = np.clip(np.rint(at), 0, size - 1).astype(int)
    mask, depth = (None if one is None else one[near[0], near[1]] for one in (sample.mask, sample.depth))
    if depth is not None:
        depth = (depth / -old[..., 2]).astype(np.float32)  # along the new axis
    sky = replace(scene.sky, sun_rotation=(scene.sky.sun_rotation - yaw) % 360.0)
    phase = (*scene.ground.phase[:2], (scene.ground.phase[2] + yaw) % 360.0)
    objects = tuple(_turned(thing, turn) for thing in scene.objects)
    scene = replace(scene, sky=sky, camera=camera, ground=replace(scene.ground, phase=phase), objects=objects)
    return sample._replace(image=image, mask=mask, scene=scene, depth=depth)


def _turned(thing: SceneObject, turn: np.ndarray) -> SceneObject:
    x, y, z = (float(v) for v in turn @ np.array(thing.location))
    rotation = thing.rotation
    if rotation is not None:
        rotation = tuple(float(v) for v in matrix_to_quaternion(turn @ quaternion_to_matrix(np.array(rotation))))
    return replace(thing, location=(x, y, z), rotation=rotation)
