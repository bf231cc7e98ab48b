"""Pairs of a generated data set as training batches.

All randomness of a sample derives from (seed, epoch, index), and the order of samples from (seed, epoch), so a run that
is resumed sees exactly what it would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from raw.grammar import MODEL_MAX_OBJECTS
from raw.language import parse
from raw.model.automaton import choices
from raw.model.numbers import NUMBER_SLOTS, fixed_units
from raw.model.targets import Targets, encode_scene
from raw.model.targets import collate as collate_targets
from raw.model.vocabulary import Vocabulary
from raw.scene import Scene
from training.features import FeatureCache
from training.prominence import EVEN, Weighing, label_weights
from training.sources import Appearances


class Sample(NamedTuple):
    """One sample before padding."""

    patches: np.ndarray  # (N, C) float16
    targets: Targets
    heard: np.ndarray  # (T,) float32, the numbers as they are fed back to the model
    choices: np.ndarray  # (T, K) int64, the token ids that the grammar allows at t where it leaves a choice, -1 to fill up
    weights: np.ndarray  # (T, 2) float32, what the choice at t and its value weigh as labels
    index: int  # of the pair


KEPT_SCENES = 16_384  # in memory, about 100 kB each


class SceneDataset(Dataset):
    """Samples by (epoch, index)."""

    def __init__(
        self,
        cache: FeatureCache,
        appearances: Appearances,
        vocabulary: Vocabulary,
        *,
        seed: int,
        shuffle: bool,
        learn_order: bool,
        fuzz: float,
        fixed: Mapping[str, float] | None = None,
        max_objects: int = MODEL_MAX_OBJECTS,
        shuffle_objects: bool = False,
        feedback_noise: float = 0.0,
        weighing: Weighing = EVEN,
    ) -> None:
        """``shuffle`` the scene statements or not; ``learn_order`` says whether which of them comes next is a label.

        The ``max_objects`` with most pixels are kept, largest first or in a new order every epoch.

        Numbers are fed back with normal noise of standard deviation ``feedback_noise``, normalised as they are; the labels
        are not changed. A model that hears nothing but exact numbers learns to lean on their last digits, which its own
        answers lack: its errors then grow from one number to the next.

        ``fixed`` are numbers of scene statements that the data do not tell: they are not fuzzed.
        """
        self.cache, self.appearances, self.vocabulary = cache, appearances, vocabulary
        self.seed, self.shuffle, self.learn_order, self.fuzz = seed, shuffle, learn_order, fuzz
        self.fixed = fixed_units(fixed or {}, vocabulary.slots)
        self.max_objects, self.shuffle_objects, self.feedback_noise = max_objects, shuffle_objects, feedback_noise
        self.weighing = weighing
        self._scenes: dict[tuple[int, int], Scene] = {}

    def __len__(self) -> int:
        return len(self.cache.patches)

    def __getitem__(self, key: tuple[int, int]) -> Sample:
        epoch, index = key
        order, fuzz, objects, noise = np.random.default_rng([self.seed, epoch, index]).spawn(4)
        # each image meets its variants in an order of its own, every one once before one comes twice
        variants = np.random.default_rng([self.seed, index]).permutation(self.cache.variants)
        variant = int(variants[epoch % len(variants)])
        targets = encode_scene(
            self._scene(index, variant),
            self.vocabulary,
            order=order if self.shuffle else None,
            fuzz=self.fuzz,
            fuzz_rng=fuzz,
            max_objects=self.max_objects,
            object_order=objects if self.shuffle_objects else None,
        )
        targets = targets._replace(numbers=_with_fixed(targets, self.fixed))
        free = choices(self.vocabulary, targets.input_ids, learn_order=self.learn_order)
        weights = label_weights(self.vocabulary, targets.input_ids, self.weighing)
        heard = misheard(targets, self.feedback_noise, noise)
        return Sample(self.cache.patches[index, variant], targets, heard, free, weights, index)

    def _scene(self, index: int, variant: int) -> Scene:
        """The scene of one variant, embedded unless told in names; some are kept, as to parse takes longer than the rest of a sample."""
        kept = self._scenes.get((index, variant))
        if kept is not None:
            return kept
        scene = parse(self.cache.programs[index][variant], source=f"image {index}, variant {variant}")
        if not self.vocabulary.form.names:
            scene = self.appearances.embed(scene)
        if len(self._scenes) < KEPT_SCENES:
            self._scenes[index, variant] = scene
        return scene


def misheard(targets: Targets, noise: float, rng: np.random.Generator) -> np.ndarray:
    """(T,) float32 numbers of a sequence with normal noise of that standard deviation; angles turn, all others stay in [0, 1]."""
    numbers = targets.numbers + np.where(targets.slots >= 0, rng.normal(0.0, noise, len(targets.numbers)), 0.0)
    circular = np.array([entry.slot.codec == "circular" for entry in NUMBER_SLOTS])[targets.slots]
    return np.where(circular, numbers % 1.0, np.clip(numbers, 0.0, 1.0)).astype(np.float32) if noise else targets.numbers


def _with_fixed(targets: Targets, fixed: np.ndarray) -> np.ndarray:
    """(T,) numbers of a sequence, those of fixed slots as they are fixed."""
    units = np.append(fixed, np.nan)[targets.slots]  # slot -1 carries no number
    return np.where(np.isnan(units), targets.numbers, units).astype(np.float32)


GROUP = 8  # batches that are sorted by length together


class StepSampler(Sampler[tuple[int, int]]):
    """(epoch, index) of the samples ``start`` to ``stop``, counted from the beginning of the run.

    Samples of similar length come together, so that batches hold little padding: every ``GROUP`` batches of an epoch's
    random order are sorted by length and cut into batches, whose order is random again.
    """

    def __init__(self, lengths: Sequence[int], *, batch: int, start: int, stop: int, seed: int) -> None:
        if not len(lengths):
            raise ValueError("there are 0 images; allowed: 1 or more")
        self.lengths, self.batch, self.start, self.stop, self.seed = np.asarray(lengths), batch, start, stop, seed

    def __len__(self) -> int:
        return self.stop - self.start

    def __iter__(self) -> Iterator[tuple[int, int]]:
        position, images = self.start, len(self.lengths)
        while position < self.stop:
            epoch, offset = divmod(position, images)
            for index in self._order(epoch)[offset : offset + self.stop - position]:
                yield epoch, int(index)
            position = (epoch + 1) * images

    def _order(self, epoch: int) -> np.ndarray:
        """(images,) indices in the order of one epoch."""
        rng = np.random.default_rng([self.seed, epoch])
        order = rng.permutation(len(self.lengths))
        chunks = [order[i : i + GROUP * self.batch] for i in range(0, len(order), GROUP * self.batch)]
        return np.concatenate([self._batches(chunk, rng) for chunk in chunks])

    def _batches(self, chunk: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The indices of a chunk in batches of similar length; a batch that is not full comes last."""
        chunk = chunk[np.argsort(self.lengths[chunk], kind="stable")]
        full = len(chunk) // self.batch * self.batch
        batches = chunk[:full].reshape(-1, self.batch)
        return np.concatenate([batches[rng.permutation(len(batches))].ravel(), chunk[full:]])


def collate(samples: list[Sample]) -> dict[str, Tensor]:
    """Samples to one batch, padded on the right to the longest of T pieces.

    The fields of ``Targets`` as (B, T, ...), attention_mask (B, T) int64, patches (B, N, C) float32, heard (B, T) float32,
    choices (B, T, K) int64, -1 to fill up, weights (B, T, 2) float32, 0 to fill up, and indices (B,) int64 of the pairs.
    """
    batch = collate_targets([sample.targets for sample in samples])
    batch["patches"] = torch.from_numpy(np.stack([sample.patches for sample in samples]).astype(np.float32))
    batch["heard"] = torch.zeros_like(batch["numbers"])
    batch["weights"] = torch.zeros(*batch["numbers"].shape, 2)
    for heard, weights, sample in zip(batch["heard"], batch["weights"], samples, strict=True):
        heard[: len(sample.heard)] = torch.from_numpy(sample.heard)
        weights[: len(sample.weights)] = torch.from_numpy(sample.weights)
    widest = max(sample.choices.shape[1] for sample in samples)
    batch["choices"] = torch.full((*batch["input_ids"].shape, widest), -1)
    for row, sample in zip(batch["choices"], samples, strict=True):
        row[: len(sample.choices), : sample.choices.shape[1]] = torch.from_numpy(sample.choices)
    batch["indices"] = torch.tensor([sample.index for sample in samples])
    return batch


MODEL_INPUTS = ("patches", "input_ids", "attention_mask", "kinds", "slots", "numbers", "rotations", "embeddings", "choices")


def model_inputs(batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The part of a batch that ``SceneModel.forward`` takes; its numbers are those that are fed back."""
    return {name: batch[name] for name in MODEL_INPUTS} | {"numbers": batch["heard"]}
