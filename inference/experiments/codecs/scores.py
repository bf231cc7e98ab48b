"""What a model says of the test pictures, picture by picture."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from inference.experiments.codecs.scenes import region_of
from procedural.whole_file import whole_file
from raw.language import Program, SceneSyntaxError, parse
from raw.metrics.objects import match
from raw.model.generate import generate
from raw.model.scene_model import SceneModel
from raw.scene import Scene
from raw.vision.tower import load_tower
from training.config import AugmentConfig
from training.features import FeatureCache, FeatureJob, cached_features
from training.pairs import Pairs

_BATCH = 40


@dataclass(frozen=True)
class PictureScore:
    """One test picture."""

    region: str
    parsed: bool
    predicted: int  # objects
    true: int
    said: list[tuple[float, float, float]]  # locations of matched objects, camera frame, metres
    truth: list[tuple[float, float, float]]  # where they are


def score_model(folder: Path, data: Path, features: Path) -> list[PictureScore]:
    """Greedy decoding of every test picture."""
    model = SceneModel.from_pretrained(folder)
    cache = _features(model.config.tower, data, features)
    patches = torch.from_numpy(cache.patches[:, 0].astype(np.float32))
    said = [generated.program for part in patches.split(_BATCH) for generated in generate(model, part)]
    return [_score(program, parse(texts[0])) for program, texts in zip(said, cache.programs, strict=True)]


def _features(tower: str, data: Path, features: Path) -> FeatureCache:
    job = FeatureJob(Pairs(data, "test"), load_tower(tower), AugmentConfig(), variants=1, seed=0)
    return cached_features(job, features, device=torch.device("cpu"))


def _score(program: Program, true: Scene) -> PictureScore:
    region = region_of(true.objects[0].location)
    try:
        said = program.parse()
    except SceneSyntaxError:
        return PictureScore(region, False, 0, len(true.objects), [], [])
    pairs = match(said.objects, true.objects)
    places = [said.objects[p].location for p, _ in pairs], [true.objects[t].location for _, t in pairs]
    return PictureScore(region, True, len(said.objects), len(true.objects), *places)


def save_scores(scores: list[PictureScore], path: Path) -> None:
    with whole_file(path) as file:
        file.write(json.dumps([asdict(score) for score in scores]).encode())


def load_scores(path: Path) -> list[PictureScore]:
    return [PictureScore(**row) for row in json.loads(path.read_text())]
