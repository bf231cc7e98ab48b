"""Tower features, computed once and kept on disk.

The tower is frozen, so what it says of a picture never changes during training. A *cache* is a folder named after all
that it depends on (tower, pictures, augmentation, seed); another setting makes another folder:

    patches.npy    (images, variants, N, C) float16, read as a memory map
    programs.json  the program of every image and variant: augmentation changes the scene with the picture
    settings.json  what the name is a hash of
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset
from tqdm import tqdm

from raw.language import parse, write
from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower
from training.augment import Sample, augment
from training.augment_config import AugmentConfig
from training.config import plain
from training.named import named
from training.sources import PairSource

FORMAT = 1


@dataclass(frozen=True)
class FeatureCache:
    """Features and programs of one split; ``variants`` copies of every image, the first of them clean."""

    folder: Path
    patches: np.ndarray  # (images, variants, N, C) float16
    programs: list[list[str]]  # [image][variant], resolved form

    @classmethod
    def open(cls, folder: Path, images: int | None = None) -> FeatureCache:
        """What a folder holds, or only the first ``images`` of it."""
        patches = np.load(folder / "patches.npy", mmap_mode="r", allow_pickle=False)
        return cls(folder, patches[:images], json.loads((folder / "programs.json").read_text())[:images])

    def __reduce__(self) -> tuple[Any, ...]:
        return FeatureCache.open, (self.folder, len(self.patches))  # a worker maps the file again; pickle would copy all of it

    @property
    def variants(self) -> int:
        return self.patches.shape[1]


@dataclass(frozen=True)
class FeatureJob:
    """What to compute: ``variants`` copies of every picture of ``pairs``, as ``tower`` sees them."""

    pairs: PairSource
    tower: Tower
    augment: AugmentConfig
    variants: int
    seed: int

    @property
    def settings(self) -> dict[str, Any]:
        """All that the features depend on. Augmentation and seed matter only where there is an augmented copy."""
        varied = {"augment": plain(asdict(self.augment)), "seed": self.seed} if self.variants > 1 else {}
        pictures = {"split": self.pairs.split, "images": len(self.pairs), "shards": list(self.pairs.shard_hashes)}
        return {"format": FORMAT, "tower": self.tower.fingerprint, "variants": self.variants, **pictures, **varied}

    @property
    def key(self) -> str:
        return hashlib.sha256(json.dumps(self.settings, sort_keys=True).encode()).hexdigest()[:16]


class _Copies(TorchDataset):
    """Image and program of copy k: variant ``k % variants`` of image ``k // variants``."""

    def __init__(self, job: FeatureJob) -> None:
        self.job = job

    def __len__(self) -> int:
        return len(self.job.pairs) * self.job.variants

    def __getitem__(self, k: int) -> tuple[torch.Tensor, str]:
        job = self.job
        index, variant = divmod(k, job.variants)
        with named(job.pairs, index):
            image, mask, program = job.pairs.picture(index)
            if variant > 0:
                rng = np.random.default_rng([job.seed, index, variant])
                depth = job.pairs.depth(index) if job.augment.by_depth else None
                copy = augment(Sample(image, mask, parse(program), depth), job.augment, rng)
                image, program = copy.image, write(copy.scene)
            return to_tensor([square(Image.fromarray(image), job.tower.size)])[0], program


def _collate(items: list[tuple[torch.Tensor, str]]) -> tuple[torch.Tensor, list[str]]:
    return torch.stack([image for image, _ in items]), [program for _, program in items]


def cached_features(
    job: FeatureJob, folder: Path, *, device: torch.device, batch: int = 32, workers: int = 0, progress: bool = True
) -> FeatureCache:
    """Open the features of a job under ``folder``, computing them first where they are missing.

    They are written under a temporary name and renamed, so what an interrupted run leaves is never taken for whole. Features
    of more pictures serve, if those of the job are the first of them.
    """
    target = folder / job.key
    if not target.is_dir() and (larger := _larger(job, folder)) is not None:
        return FeatureCache.open(larger, len(job.pairs))
    if not target.is_dir():
        temporary = folder / f".{job.key}.{os.getpid()}.tmp"
        temporary.mkdir(parents=True)
        try:
            _write(job, temporary, device, batch, workers, progress)
            if not target.is_dir():  # another run may have been quicker
                temporary.replace(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return FeatureCache.open(target)


def _larger(job: FeatureJob, folder: Path) -> Path | None:
    """The cache of a job that differs in having more pictures after those of this one."""
    wanted = job.settings
    for path in sorted(folder.glob("[!.]*/settings.json")):
        found = json.loads(path.read_text())
        begun = found.get("shards", [])[: len(wanted["shards"])] == wanted["shards"] and found.get("images", 0) > wanted["images"]
        if begun and found | {"images": wanted["images"], "shards": wanted["shards"]} == plain(wanted):
            return path.parent
    return None


def _write(job: FeatureJob, folder: Path, device: torch.device, batch: int, workers: int, progress: bool) -> None:
    images, variants = len(job.pairs), job.variants
    shape = (images * variants, *job.tower.patch_shape)
    patches = np.lib.format.open_memmap(folder / "patches.npy", mode="w+", dtype=np.float16, shape=(images, variants, *shape[1:]))
    rows, programs, done = patches.reshape(shape), [], 0
    for features, texts in _passes(job, device, batch, workers, progress):
        if not np.isfinite(features).all():
            raise ValueError(f"tower {job.tower.name} gives features beyond float16 for {job.pairs.name(done // variants)} or a neighbour")
        rows[done : done + len(features)] = features
        programs += texts
        done += len(features)
    patches.flush()
    nested = [programs[i * variants : (i + 1) * variants] for i in range(images)]
    (folder / "programs.json").write_text(json.dumps(nested))
    (folder / "settings.json").write_text(json.dumps(job.settings, indent=1))


def _passes(job: FeatureJob, device: torch.device, batch: int, workers: int, progress: bool) -> Iterator[tuple[np.ndarray, list[str]]]:
    """((b, N, C) float16, programs) batch by batch, in order."""
    tower = job.tower.to(device)
    loader = DataLoader(_Copies(job), batch_size=batch, num_workers=workers, collate_fn=_collate)
    bar = tqdm(total=len(job.pairs) * job.variants, desc=f"features of {job.pairs.split}", unit="image", disable=not progress)
    with bar:
        for images, programs in loader:
            yield tower(images.to(device)).patches.cpu().numpy().astype(np.float16), programs
            bar.update(len(programs))
