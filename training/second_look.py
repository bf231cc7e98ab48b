"""What is trained of the second look: a map from cut-outs of animals to their assets (``raw.vision.adapter``), after the model itself.

Animals of training pictures are cut out where their true programs put them, a little off, as a model's programs are. The map is
then fitted by the cross-entropy of the right asset among all animals that the pictures name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from raw.language import parse
from raw.library import Library
from raw.scene import ANIMALS, Scene, SceneObject
from raw.vision.adapter import Adapter
from raw.vision.cut_outs import Box, expected_box, seen_alone
from raw.vision.tower import Tower
from training.rivals import views_of
from training.second_look_config import SecondLookConfig
from training.sources import PairSource

MOST = 3  # animals of a picture, those with most pixels
SHIFT, SCALE = 0.12, 0.15  # standard deviations of a box's error: of its place over its longer side, of the log of its size
PICTURES = 8  # whose cut-outs are seen at once
STREAM = 7  # tells these random numbers from others of the same seed


@dataclass(frozen=True)
class CutOuts:
    """N animals as a tower sees them alone."""

    vectors: Tensor  # (N, D) float32 unit vectors
    assets: tuple[str, ...]  # N ids


def fit_second_look(
    config: SecondLookConfig,
    pairs: PairSource,
    library: Library,
    tower: Tower,
    folder: Path,
    *,
    start: Adapter | None = None,
    seed: int,
    device: torch.device,
    quiet: bool,
) -> None:
    """Cut out, fit, and write the adapter into a model's folder. ValueError where no picture shows an animal."""
    found = cut_outs(config, pairs, tower, seed=seed, device=device, quiet=quiet)
    fit(config, found, library, start=start, seed=seed, quiet=quiet).save(folder)


def cut_outs(config: SecondLookConfig, pairs: PairSource, tower: Tower, *, seed: int, device: torch.device, quiet: bool) -> CutOuts:
    """The animals of the pairs; ``tower`` is on the device. ValueError where there are none."""
    vectors: list[np.ndarray] = []
    assets: list[str] = []
    count = min(config.images or len(pairs), len(pairs))
    for start in tqdm(range(0, count, PICTURES), desc="animals, cut out", unit_scale=PICTURES, unit="image", disable=quiet):
        shown = [_shown(pairs, index, config.least_pixels, seed) for index in range(start, min(start + PICTURES, count))]
        seen = seen_alone(tower, [(image, [box for _, box in boxes]) for image, boxes in shown], device)
        for (_, boxes), of_picture in zip(shown, seen, strict=True):
            kept = [(asset, one.vector) for (asset, _), one in zip(boxes, of_picture, strict=True) if one]
            assets += [asset for asset, _ in kept]
            vectors += [vector for _, vector in kept]
    if not vectors:
        raise ValueError(f"{pairs.folder}: no animal shows {config.least_pixels} pixels in {count} pictures; allowed: second_look.steps 0")
    return CutOuts(torch.from_numpy(np.stack(vectors)), tuple(assets))


def _shown(pairs: PairSource, index: int, least: int, seed: int) -> tuple[Image.Image, list[tuple[str, Box]]]:
    """A picture with its animals and about where they are."""
    image, _, program = pairs.picture(index)
    scene = parse(program, source=pairs.name(index))
    return Image.fromarray(image), _boxes(scene, least, np.random.default_rng([seed, STREAM, index]))


def _boxes(scene: Scene, least: int, rng: np.random.Generator) -> list[tuple[str, Box]]:
    """Assets and boxes of the largest animals, the boxes a little off."""
    things = [o for o in scene.objects if o.category in ANIMALS and o.pixels >= least and isinstance(o.appearance, str)]
    found = ((o, expected_box(o, scene.camera)) for o in sorted(things, key=lambda o: -o.pixels)[:MOST])
    return [(_asset(o), _moved(box, rng)) for o, box in found if box]


def _asset(thing: SceneObject) -> str:
    assert isinstance(thing.appearance, str)
    return thing.appearance


def _moved(box: Box, rng: np.random.Generator) -> Box:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    longer = max(box[2] - box[0], box[3] - box[1])
    x, y = (float(v) for v in (x, y) + SHIFT * longer * rng.standard_normal(2))
    width, height = ((box[i + 2] - box[i]) * float(np.exp(SCALE * rng.standard_normal())) / 2 for i in (0, 1))
    return x - width, y - height, x + width, y + height


def fit(
    config: SecondLookConfig, found: CutOuts, library: Library, *, start: Adapter | None = None, seed: int, quiet: bool = True
) -> Adapter:
    """An adapter for cut-outs, on the CPU: they are few, and a step is one product of matrices. It goes on from ``start``, or from none.

    ValueError for a start of another tower than the library's.
    """
    rivals = views_of(library, set(found.assets))
    rivals = replace(rivals, categories=torch.zeros_like(rivals.categories))  # as one: what kind of animal it is has to be told too
    labels = torch.from_numpy(np.stack([library.embedding(asset, 0.0) for asset in found.assets]))  # any view tells the asset
    adapter, generator = Adapter(found.vectors.shape[1], library.fingerprint), torch.Generator().manual_seed(seed)
    if start is not None:
        if start.fingerprint != library.fingerprint:
            raise ValueError(f"the adapter to go on from is for tower {start.fingerprint}, {library.folder} has those of {library.made_by}")
        adapter.load_state_dict(start.state_dict())
    optimiser = torch.optim.AdamW(adapter.parameters(), config.learning_rate, weight_decay=config.weight_decay)
    bar = tqdm(range(config.steps), desc="second look", disable=quiet)
    for _ in bar:
        rows = torch.randint(len(labels), (config.batch_size,), generator=generator)
        vectors = found.vectors[rows]
        kept = (torch.rand(vectors.shape, generator=generator) >= config.dropout).float() / (1 - config.dropout)
        loss = rivals.contrast(adapter.mapped(vectors, kept), labels[rows], config.temperature).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        bar.set_postfix(loss=f"{loss.item():.3f}")
    return adapter.eval().requires_grad_(False)
