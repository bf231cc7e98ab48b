"""What a model says of test pictures, decoded once and kept as resolved programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from inference.experiments.measures import Said
from procedural.whole_file import whole_file
from raw.language import Program, SceneSyntaxError, parse, write
from raw.library import Library, LibraryError
from raw.model.generate import Decoding, generate
from raw.model.scene_model import SceneModel
from raw.scene import Appearance, Embedding
from raw.vision.tower import load_tower
from training.augment_config import AugmentConfig
from training.config import TrainConfig
from training.features import FeatureJob, cached_features
from training.pairs import Pairs

_BATCH = 32


def save_said(folder: Path, pairs: Pairs, library: Library, config: TrainConfig, path: Path) -> None:
    """Decode every picture of ``pairs`` greedily with the model in a folder, and write a line of JSON for each."""
    model = SceneModel.from_pretrained(folder)
    job = FeatureJob(pairs, load_tower(model.config.tower), AugmentConfig(), variants=1, seed=0)
    assert config.data.features is not None
    cache = cached_features(job, config.data.features, device=torch.device("cpu"), progress=config.run.progress)
    patches = torch.from_numpy(cache.patches[:, 0].astype(np.float32))
    said = [one.program for part in patches.split(_BATCH) for one in generate(model, part, Decoding(config.data.max_objects))]
    names = zip(pairs.table["scene_id"], pairs.table["view"], strict=True)
    lines = []
    for (scene, view), program in zip(names, said, strict=True):
        lines.append({"picture": f"{pairs.split}/{scene}/{view}", "scene": scene} | _told(program, library))
    with whole_file(path) as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines).encode())


def _told(program: Program, library: Library) -> dict[str, object]:
    """The resolved program and its loose assets; nothing where it does not parse, or a category that it says is not in the library."""
    try:
        said = program.parse()
        return {"program": write(library.resolve(said)), "loose": [_loose(thing.appearance, library) for thing in said.objects]}
    except (SceneSyntaxError, LibraryError):
        return {"program": None, "loose": []}


def _loose(appearance: Appearance, library: Library) -> str:
    """The asset that an appearance alone stands for, whatever category the statement says."""
    return library.nearest(appearance.vector, None)[0] if isinstance(appearance, Embedding) else str(appearance)


def load_said(path: Path) -> tuple[list[Said], list[str]]:
    """What was said, and the scene that each picture is of."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [Said(row["picture"], parse(row["program"]) if row["program"] else None, tuple(row["loose"])) for row in rows], [
        row["scene"] for row in rows
    ]
