"""A model trained on a handful of scenes until it knows them by heart, and what it then says."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from raw.geometry import geodesic_degrees, quaternion_to_matrix
from raw.model.automaton import choices
from raw.model.builders import build_model
from raw.model.generate import generate
from raw.model.scene_model import SceneModel
from raw.model.targets import encode_scene
from raw.scene import CATEGORIES, Camera, Embedding, Ground, Scene, SceneObject, Sky
from training.config import ObjectiveConfig
from training.data import Sample, collate, misheard, model_inputs
from training.objective import Objective
from training.prominence import EVEN, label_weights

PATCHES = (9, 16)
TABLE = np.random.default_rng(99).normal(size=(20, 16)).astype(np.float32)
TABLE /= np.linalg.norm(TABLE, axis=1, keepdims=True)  # appearances are of unit length


@dataclass
class ShapeOnly:
    """A tower as far as a model must know it."""

    name: str = "shape"
    fingerprint: str = "abc"
    patch_shape: tuple[int, int] = PATCHES
    width: int = TABLE.shape[1]


@dataclass
class Lesson:
    """Scenes and what a picture of each is told by."""

    scenes: list[Scene]
    patches: torch.Tensor  # (S, N, C)


@dataclass
class Recall:
    """How well scenes came back; errors over all objects of the scenes whose counts are right."""

    counts: int  # scenes with the right number of objects
    categories: float  # share of the objects, as of all below
    appearances: float
    location: float  # metres, the largest
    rotation: float  # degrees, the largest


def lesson(scenes: int, seed: int = 0) -> Lesson:
    """Scenes of 0 to 4 things, 2 to 30 m away, each with noise for its picture."""
    rng = np.random.default_rng(seed)
    patches = torch.from_numpy(rng.normal(size=(scenes, *PATCHES)).astype(np.float32))
    return Lesson([_scene(rng, int(rng.integers(5))) for _ in range(scenes)], patches)


def _scene(rng: np.random.Generator, count: int) -> Scene:
    camera = Camera(rng.uniform(70, 95), rng.uniform(0.5, 5), rng.uniform(30, 70))
    things = [_thing(rng, camera.fov, 9000 // (i + 1)) for i in range(count)]
    return Scene(Sky(sun_rotation=rng.uniform(0, 360)), camera, Ground(_vector(rng), rng.uniform(0.02, 1)), tuple(things))


def _thing(rng: np.random.Generator, fov: float, pixels: int) -> SceneObject:
    depth, quaternion = math.exp(rng.uniform(math.log(2), math.log(30))), rng.normal(size=4)
    x, y = rng.uniform(-1, 1, 2) * depth * math.tan(math.radians(fov) / 2)
    turn = tuple((quaternion / np.linalg.norm(quaternion)).tolist())
    return SceneObject(str(rng.choice(CATEGORIES)), (x, y, -depth), rng.uniform(0.3, 12), turn, _vector(rng), pixels)


def _vector(rng: np.random.Generator) -> Embedding:
    return Embedding(TABLE[int(rng.integers(len(TABLE)))])


def learn(lesson: Lesson, codec: str, *, steps: int, rate: float, noise: float = 0.003) -> SceneModel:
    """A fresh debug model after so many steps on all scenes at once, at the default objective; the rate falls to 0 by a cosine."""
    model = build_model("debug", ShapeOnly(), "library", codec=codec)
    objective, optimiser = Objective(ObjectiveConfig(), model.codec), torch.optim.Adam(model.parameters(), rate, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min((step + 1) / 30, 0.5 + 0.5 * math.cos(math.pi * step / steps)))
    samples, rng = _samples(lesson, model), np.random.default_rng(0)
    for _ in range(steps):
        batch = collate([sample._replace(heard=misheard(sample.targets, noise, rng)) for sample in samples])
        optimiser.zero_grad()
        objective(model(**model_inputs(batch)), batch)["loss"].backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return model.eval()


def _samples(lesson: Lesson, model: SceneModel) -> list[Sample]:
    targets = [encode_scene(scene, model.vocabulary) for scene in lesson.scenes]
    free = [choices(model.vocabulary, t.input_ids) for t in targets]
    even = [label_weights(model.vocabulary, t.input_ids, EVEN) for t in targets]
    return [Sample(p.numpy(), t, t.numbers, c, w, 0) for p, t, c, w in zip(lesson.patches, targets, free, even, strict=True)]


def recall(model: SceneModel, lesson: Lesson) -> Recall:
    """Decode every scene, greedily, and compare."""
    said = [generated.program.parse() for generated in generate(model, lesson.patches)]
    right = [(s, t) for s, t in zip(said, lesson.scenes, strict=True) if len(s.objects) == len(t.objects)]
    pairs = [pair for s, t in right for pair in zip(s.objects, t.objects, strict=True)]
    looks = [(s.appearance, t.appearance) for s, t in pairs] + [(s.ground.appearance, t.ground.appearance) for s, t in right]
    turns = [geodesic_degrees(quaternion_to_matrix(s.rotation), quaternion_to_matrix(t.rotation)) for s, t in pairs]
    return Recall(
        len(right),
        float(np.mean([s.category == t.category for s, t in pairs])),
        float(np.mean([np.array_equal(TABLE[(TABLE @ s.vector).argmax()], t.vector) for s, t in looks])),
        max(float(np.linalg.norm(np.subtract(s.location, t.location))) for s, t in pairs),
        max(map(float, turns)),
    )
