"""The corrector of places (``raw.model.places``), fitted after the model to what the model itself says of training pictures.

Programs are drawn as they are when photos are reconstructed, and their objects matched with the true ones as evaluation does. Each that
has a partner learns how far off it is. So the pictures should be some that the model has not learnt from: of its own it says too well
where things are.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from raw.language import parse
from raw.metrics.objects import match
from raw.model.generate import Decoding, Generated, several
from raw.model.places import PLACE_NUMBERS, Correction, PlaceCorrector, SaidThings
from raw.model.said_places import places_of, said_things
from raw.model.scene_model import SceneModel
from raw.scene import Scene
from training.features import FeatureCache
from training.places_config import PlacesConfig
from training.small_networks import fit_small, usual_features

PICTURES = 16  # that are decoded at once
CLIP = 1.0  # norm of a gradient, at most


@dataclass(frozen=True)
class Said:
    """P programs of pictures, and where their objects should be."""

    rows: Tensor  # (P,) int64, pictures: places in the features of all variants
    things: SaidThings  # P scenes
    true: Tensor  # (P, M, PLACE_NUMBERS), before the camera that was said; nan where an object has no partner


def fit_places(
    config: PlacesConfig, model: SceneModel, features: FeatureCache, *, seed: int, device: torch.device, quiet: bool = True
) -> PlaceCorrector:
    """A corrector, on the CPU, of what ``model`` says of the pictures of ``features``. ValueError where nothing has a partner."""
    model = model.to(device).eval()
    said = said_of(model, features, config.draws, seed=seed, quiet=quiet)
    if said.true.isnan().all():
        raise ValueError(f"{features.folder}: of {len(said.rows)} programs no object has a true one beside it; allowed: places.steps 0")
    patches = features.patches.reshape(-1, *features.patches.shape[2:])
    with torch.random.fork_rng([device] if device.type == "cuda" else []):  # dropout draws from the global generator
        torch.manual_seed(seed)
        shape, fingerprint = patches.shape[1:], model.config.tower_fingerprint
        corrector = PlaceCorrector(shape, fingerprint, config.width, config.layers, config.dropout, config.patch_dropout).to(device)
        corrector.fit_scale(usual_features(patches))
        _fit(config, corrector.train(), patches, said, torch.Generator().manual_seed(seed), quiet)
    return corrector.eval().requires_grad_(False).cpu()


def said_of(model: SceneModel, features: FeatureCache, draws: int, *, seed: int, quiet: bool = True) -> Said:
    """What the model says of every picture, ``draws`` times each; programs without objects, or of pictures without, are left out."""
    rows, scenes, true = [], [], []
    for row, truth, scene in _programs(model, features, draws, seed, quiet):
        if scene.objects and truth.objects:
            rows.append(row)
            scenes.append(scene)
            true.append(partners(scene, truth))
    together = torch.full((len(rows), max(map(len, true), default=0), PLACE_NUMBERS), float("nan"))
    for i, places in enumerate(true):
        together[i, : len(places)] = torch.from_numpy(places)
    return Said(torch.tensor(rows, dtype=torch.int64), said_things(scenes), together)


def partners(said: Scene, true: Scene) -> np.ndarray:
    """(N, PLACE_NUMBERS) float32, where the N objects that are said should be, before the camera that is said; nan without a partner."""
    pairs = match(said.objects, true.objects)
    where = np.full((len(said.objects), 3), np.nan)
    where[pairs[:, 0]] = [true.objects[t].location for t in pairs[:, 1]]
    return places_of(where, said.camera.fov).astype(np.float32)


def _programs(model: SceneModel, features: FeatureCache, draws: int, seed: int, quiet: bool) -> Iterator[tuple[int, Scene, Scene]]:
    """Row, true scene and said scene of every program."""
    device = next(model.parameters()).device
    patches, truths = features.patches.reshape(-1, *features.patches.shape[2:]), list(itertools.chain(*features.programs))
    decoding = Decoding(scatter=model.codec.gives_probabilities, generator=torch.Generator().manual_seed(seed))
    for start in tqdm(range(0, len(patches), PICTURES), desc="programs to correct", unit="image", unit_scale=PICTURES, disable=quiet):
        seen = torch.from_numpy(np.array(patches[start : start + PICTURES])).to(device).float()
        for k, some in enumerate(several(model, seen, draws if decoding.scatter else 1, decoding)):
            truth = parse(truths[start + k])
            yield from ((start + k, truth, _scene(one)) for one in some)


def _scene(generated: Generated) -> Scene:
    """As far as it can be read, and without what things look like, which takes most of the memory."""
    scene, _ = generated.program.parse_partial()
    return replace(scene, objects=tuple(replace(thing, appearance=None) for thing in scene.objects))


def _fit(config: PlacesConfig, corrector: PlaceCorrector, patches: np.ndarray, said: Said, order: torch.Generator, quiet: bool) -> None:
    device = corrector.mean.device

    def batch_loss() -> Tensor:
        chosen = torch.randint(len(said.rows), (config.batch_size,), generator=order)
        chosen = chosen[said.rows[chosen].argsort()]  # the features are on disk
        things, true = SaidThings(*(value[chosen].to(device) for value in said.things)), said.true[chosen].to(device)
        told = corrector(torch.from_numpy(patches[said.rows[chosen].numpy()]).to(device).float(), things)
        return loss(told, things, true, config.sideways)

    fit_small(corrector, config, batch_loss, name="places", quiet=quiet, clip=CLIP)


def loss(told: Correction, said: SaidThings, true: Tensor, sideways: float) -> Tensor:
    """Of objects that have a partner in ``true`` (B, M, PLACE_NUMBERS), else nan: errors as those of a Laplace distribution.

    The negative logarithm of that distribution, and the absolute error once more, as one that may call a thing hard learns little from it.
    """
    known = ~true.isnan().any(dim=-1)
    error = (said.place + told.shift - true)[known].abs()
    spread = told.log_spread[known]
    weights = torch.tensor([sideways, sideways, 1.0], device=error.device)
    return ((error * torch.exp(-spread) + spread + error) * weights).sum(dim=-1).sum() / max(len(error), 1)
