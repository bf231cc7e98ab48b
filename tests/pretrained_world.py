"""Scene models around tiny language models, a batch for them and a few steps of training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tower_shape import ShapeOnly

from raw.model.automaton import choices
from raw.model.builders import build_model
from raw.model.lora import Lora
from raw.model.pieces import APPEARANCE, ROTATION
from raw.model.scene_model import SceneModel, SceneOutput
from raw.model.targets import collate, encode_scene
from raw.scene import CATEGORIES, Embedding, Ground, Scene, SceneObject

SMALL = Lora(rank=4, alpha=8.0, dropout=0.0)


def build(base: Path, **options: object) -> SceneModel:
    return build_model("", ShapeOnly(), "lib", base=str(base), **options)


def unit(rng: np.random.Generator, width: int) -> Embedding:
    vector = rng.normal(size=width).astype(np.float32)
    return Embedding(vector / np.linalg.norm(vector))


def batch_of(model: SceneModel, objects: tuple[int, ...] = (1, 2)) -> dict[str, torch.Tensor]:
    """Scenes of so many objects and their choices, with random patches."""
    rng, scenes, width = np.random.default_rng(0), [], model.config.width
    for count in objects:
        things = tuple(
            SceneObject(CATEGORIES[i % 6], (rng.uniform(-1, 1), 0.0, -9.0), 2.0, tuple(rng.normal(size=4)), unit(rng, width), 100)
            for i in range(count)
        )
        scenes.append(Scene(ground=Ground(appearance=unit(rng, width)), objects=things))
    targets = [encode_scene(scene, model.vocabulary) for scene in scenes]
    batch = collate(targets)
    offered = [choices(model.vocabulary, target.input_ids) for target in targets]
    batch["choices"] = torch.full((*batch["input_ids"].shape, max(rows.shape[1] for rows in offered)), -1)
    for row, found in zip(batch["choices"], offered, strict=True):
        row[: found.shape[0], : found.shape[1]] = torch.from_numpy(found)
    batch["patches"] = torch.from_numpy(rng.normal(size=(len(objects), *model.config.patch_shape)).astype(np.float32))
    return batch


def loss_of(output: SceneOutput, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    asked = (batch["choices"] >= 0).any(-1)
    taken = (batch["choices"][asked] == batch["input_ids"][asked][:, None]).long().argmax(-1)
    text = torch.nn.functional.cross_entropy(output.logits[asked].float(), taken)
    turns, looks = batch["kinds"] == ROTATION, batch["kinds"] == APPEARANCE
    turn = (output.matrices[turns].float() - batch["rotations"][turns]).square().mean()
    return text + turn + (output.embeddings[looks].float() - batch["embeddings"][looks]).square().mean()


def fit(model: SceneModel, steps: int) -> list[float]:
    batch, losses = batch_of(model), []
    optimiser = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    for _ in range(steps):
        optimiser.zero_grad()
        loss = loss_of(model.train()(**batch), batch)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def same(one: SceneModel, other: SceneModel) -> None:
    batch = batch_of(one)
    with torch.no_grad():
        for a, b in zip(one.eval()(**batch), other.eval()(**batch), strict=True):
            assert torch.equal(a, b)
