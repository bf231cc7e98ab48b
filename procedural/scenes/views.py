"""Cameras in a world: a photographer finds a place to stand, and the scene is what the camera sees from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from procedural.chance import pick, weighted
from procedural.scenes.photographers import PHOTOGRAPHERS, WIDEST, Wish, wish
from procedural.scenes.placement import placed
from procedural.scenes.sights import Stance
from procedural.scenes.standing import Target, approach, wander
from procedural.scenes.world import World
from raw.geometry import camera_to_world, horizon, rotation_z
from raw.language import quantized
from raw.scene import ANIMALS, Camera, Scene

MAX_CANDIDATES = 50  # things in the frame that are looked at, the largest first; the renderer keeps those that show
SMALLEST = 0.06  # of the frame, the longer side of a subject
LARGEST = 0.95
SAME_WAY, SAME_FACTOR, SAME_PLACE = 14.0, 1.25, 2.5  # degrees, -, metres: when two views are too alike
_KINDS, _TRIES = 3, 14  # photographers that try one view, and stances that each of them tries
_CLEAR = 0.4  # metres that a camera keeps from plants and stones
_FOREGROUND = 0.3  # of the frame, the most that one thing before the subject covers
_PITCHES = (18.0, 115.0)  # degrees, how cameras are held
_EDGE = 0.01  # of the frame, by which a subject may reach over it
_TOGETHER = 0.35  # of the pictures of a herd that show several of it
_FAINTEST = 0.006  # of the frame, that a subject covers at least
_CLEAREST = 0.35  # of a subject's light, that the haze lets through at least
_SOMETHING = 0.015  # of the frame, that things cover at least in a picture without a subject, or the horizon is in it
_TOO_SMALL = 2e-4  # of the frame, that a thing is expected to show at least
_NEAREST, _FARTHEST = 0.3, 240.0  # metres, depth of what is in a scene


@dataclass(frozen=True)
class View:
    """One picture of a world, before it is drawn."""

    scene: Scene  # resolved form, as printed; pixels 0, hidden objects still in it
    subject: int  # number of the object that is meant, -1 for none
    photographer: str  # name in procedural.scenes.photographers

    @cached_property
    def standpoint(self) -> tuple[np.ndarray, np.ndarray, float, float]:
        """Place of the camera (2,) and of the subject (2,) on the land (nan without one), heading and field of view in degrees."""
        x, y, heading = self.scene.ground.phase
        subject = np.full(2, np.nan)
        if self.subject >= 0:
            to_land = rotation_z(-heading) @ camera_to_world(self.scene.camera.pitch)
            subject = [x, y] + (to_land @ np.array(self.scene.objects[self.subject].location))[:2]
        return np.array([x, y]), subject, heading, self.scene.camera.fov


def sample_view(world: World, rng: np.random.Generator, before: Sequence[View] = ()) -> View | None:
    """One good picture of a world that differs from those ``before``; None when none is found in a bounded number of tries.

    Two views are too alike when they mean the same subject (or none), look the same way within SAME_WAY degrees, and both their
    fields of view and their distances to the subject are within SAME_FACTOR; without a subject, when the cameras also stand
    within SAME_PLACE metres of each other.
    """
    kinds: Mapping[str, float] = world.photographers
    for _ in range(_KINDS):
        name = pick(kinds, rng)
        for _ in range(_TRIES):
            stance, target = _stand(world, name, rng)
            view = _taken(world, stance, target, name)
            if view is not None and not any(alike(view, other) for other in before):
                return view
        kinds = {other: share for other, share in kinds.items() if other != name and PHOTOGRAPHERS[other].meant} or kinds
    return None


def alike(a: View, b: View) -> bool:
    """Whether two views of one world are near duplicates, by the rule of ``sample_view``."""
    (place_a, subject_a, heading_a, fov_a), (place_b, subject_b, heading_b, fov_b) = a.standpoint, b.standpoint
    if (a.subject < 0) != (b.subject < 0) or abs((heading_a - heading_b + 180) % 360 - 180) > SAME_WAY:
        return False
    if max(fov_a, fov_b) > SAME_FACTOR * min(fov_a, fov_b):
        return False
    if a.subject < 0:
        return bool(np.hypot(*(place_a - place_b)) < SAME_PLACE)
    near, far = sorted((float(np.hypot(*(place_a - subject_a))), float(np.hypot(*(place_b - subject_b)))))
    return bool(np.hypot(*(subject_a - subject_b)) < 0.1 and far <= SAME_FACTOR * near)


def _stand(world: World, name: str, rng: np.random.Generator) -> tuple[Stance, Target | None]:
    """Where a photographer would stand, whether or not it is good; and what is meant, None where nothing is."""
    photographer = PHOTOGRAPHERS[name]
    wanted = wish(photographer, rng)
    if not photographer.meant or not world.animals:
        return wander(world.sights, wanted, rng), None
    target = _target(world, wanted, rng)
    return approach(world.sights, target, wanted, photographer.nearest, rng), target


def _target(world: World, wanted: Wish, rng: np.random.Generator) -> Target:
    """An animal, or an animal with those of its group that stand nearest to it."""
    rows = np.array([i for i, t in enumerate(world.things) if t.record.category in ANIMALS])
    groups = np.array([world.things[i].group for i in rows])
    main = np.where(groups == 0, 2.0, 1.0) / np.sqrt([np.sum(groups == g) for g in groups])
    subject = int(rows[weighted(main, rng)])
    others = rows[(groups == world.things[subject].group) & (rows != subject)]
    if not len(others) or rng.random() > _TOGETHER:
        return Target(subject, np.array([subject]))
    places = world.sights.places
    near = others[np.argsort(np.hypot(*(places[others] - places[subject]).T), kind="stable")]
    return Target(subject, np.array([subject, *near[: int(rng.integers(1, min(len(near), 7) + 1))]]))


def _taken(world: World, stance: Stance, target: Target | None, name: str) -> View | None:
    """What a camera sees; None where the picture is no good."""
    sights = world.sights
    eye = sights.eye(stance)
    if not sights.room(eye, _CLEAR) or (target is not None and not _in_sight(world, stance, target)):
        return None
    ground = replace(world.ground, phase=(stance.x, stance.y, stance.heading))
    sky = replace(world.sky, sun_rotation=(world.sky.sun_rotation - stance.heading) % 360)
    scene = quantized(Scene(sky, Camera(stance.pitch, stance.height, min(stance.fov, WIDEST)), ground))
    share, depth = sights.shown(eye, stance)
    if target is not None:
        before = (depth < 0.85 * depth[target.subject]) & ~np.isin(np.arange(len(depth)), target.rows)
        if share[before].max(initial=0.0) > _FOREGROUND:
            return None
        if share[target.subject] < _FAINTEST or np.exp(-sky.density * depth[target.subject]) < _CLEAREST:
            return None
        share[target.subject] = np.inf
    elif len(share) and not _looks_at_something(share, stance):
        return None
    shows = (share > _TOO_SMALL) & (depth > _NEAREST) & (depth < _FARTHEST)
    rows = np.flatnonzero(shows)[np.argsort(-share[shows], kind="stable")][:MAX_CANDIDATES]
    objects = placed([world.things[i] for i in rows], scene, sights.terrain)
    kept = [i for i, thing in enumerate(objects) if thing.location[2] < -0.05]
    return View(replace(scene, objects=tuple(objects[i] for i in kept)), 0 if target is not None and kept else -1, name)


def _in_sight(world: World, stance: Stance, target: Target) -> bool:
    """Whether the subject is in the frame, large enough, and not hidden."""
    sights = world.sights
    eye = sights.eye(stance)
    boxes, depth = sights.boxes(eye, stance, target.rows)
    box = boxes[0]
    side = float(max(box[2] - box[0], box[3] - box[1]))
    whole = box[:2].min() > -_EDGE and box[2:].max() < 1 + _EDGE
    if not (whole and depth[0] > _NEAREST and SMALLEST <= side <= LARGEST and _PITCHES[0] <= stance.pitch <= _PITCHES[1]):
        return False
    middle, corners = sights.middles[target.subject], sights.corners[target.subject]
    points = np.vstack([middle, middle + 0.55 * (corners - middle)])
    free = sights.free(eye, points, np.array([target.subject]))
    return bool(free[0] and free.mean() > 0.75 and sights.over_ground(eye, middle))


def _looks_at_something(share: np.ndarray, stance: Stance) -> bool:
    """Whether a picture without a subject shows more than bare ground."""
    sky = 0.02 < horizon(stance.pitch, stance.fov) < 0.95
    return bool(3 * _TOO_SMALL < share.max() < _FOREGROUND and (sky or share.sum() > _SOMETHING))
