"""The paper's data as the trainer takes pairs: pictures and programs, by index. There are no masks."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from raw.digest import sha256
from raw.language import write
from training.paper.config import PaperConfig
from training.paper.images import TarImages
from training.paper.rows import PaperDataError, Rows
from training.paper.scenes import Scenes
from training.paper.survey import check
from training.paper.vectors import Environments, PaperAppearances, fingerprint


class PaperPairs:
    """One split of the released data; see ``training.pairs.Pairs``."""

    def __init__(self, folder: Path, split: str, config: PaperConfig, appearances: PaperAppearances, cache: Path, limit: int = 0) -> None:
        """``split`` is "train" or "validation", ``limit`` keeps the first so many images (0: all), ``cache`` holds the tar's index.

        FileNotFoundError, or PaperDataError where the files are not what ``config`` says.
        """
        self.folder, self.split = folder, split
        self._config, self._appearances, self._cache, self._limit = config, appearances, cache, limit
        name = getattr(config, split)
        self.rows = Rows(folder / f"{name}.gz.feather")
        if not len(self.rows):
            raise PaperDataError(f"{self.rows.path} has no rows")
        self.images = TarImages(folder / f"{name}.tar", cache)
        self._environment = folder / config.environment
        self.scenes = Scenes(config, appearances, Environments(self._environment))
        check(self.rows, self.scenes)

    def __reduce__(self) -> tuple[Any, ...]:
        return PaperPairs, (self.folder, self.split, self._config, self._appearances, self._cache, self._limit)

    @property
    def library_fingerprint(self) -> str:
        return self._appearances.fingerprint

    @cached_property
    def shard_hashes(self) -> tuple[str, ...]:
        """Of all that pictures and programs are made from. Of the pictures themselves only their names and sizes."""
        options = hashlib.sha256(json.dumps(asdict(self._config), sort_keys=True).encode()).hexdigest()
        return sha256(self.rows.path), self.images.digest, fingerprint(self._environment), self._appearances.fingerprint, options

    def __len__(self) -> int:
        return min(self._limit, len(self.rows)) if self._limit else len(self.rows)

    def picture(self, index: int) -> tuple[np.ndarray, None, str]:
        """Image (H, W, 3) uint8, no mask, and program of one pair."""
        row, source = self.rows[index], f"{self.rows.path} row {index}"
        try:
            image = np.asarray(Image.open(io.BytesIO(self.images.read(row.image))).convert("RGB"))
        except (UnidentifiedImageError, OSError) as problem:
            raise PaperDataError(f"{self.images.path}: {row.image} is no picture: {problem}") from None
        return image, None, write(self.scenes.scene(row, max(image.shape[:2]), source))

    def depth(self, index: int) -> None:
        """The released files have none."""

    def name(self, index: int) -> str:
        """What people call a pair: scene and picture."""
        row = self.rows[index]
        return f"{self.split}/{row.scene}/{row.image}"
