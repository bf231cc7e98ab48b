"""Pooled features of pictures by a tower, and which training picture is nearest by them."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from raw.vision.images import square, to_tensor
from raw.vision.tower import Tower
from training.pairs import Pairs

log = logging.getLogger(__name__)


def nearest(queries: np.ndarray, features: np.ndarray) -> np.ndarray:
    """(Q, D) and (M, D) unit vectors -> (Q,) int64, for each query the row of the other with the highest cosine."""
    return (queries @ features.T).argmax(axis=1).astype(np.int64)


def pooled(tower: Tower, images: Sequence[np.ndarray], device: Any = "cpu", batch: int = 32) -> np.ndarray:
    """(H, W, 3) uint8 pictures -> (len(images), D) float32 unit vectors of a tower."""
    rows = [np.zeros((0, tower.width), dtype=np.float32)]
    for start in range(0, len(images), batch):
        pictures = [square(Image.fromarray(image), tower.size) for image in images[start : start + batch]]
        rows.append(tower(to_tensor(pictures).to(device)).pooled.cpu().numpy())
    return np.concatenate(rows)


def cached_pooled(pairs: Pairs, tower: Tower, device: Any = "cpu", batch: int = 32) -> np.ndarray:
    """Pooled features (images, D) of a split, from the file beside the data set that an earlier call left, or computed.

    The file's name says tower, labels, pictures and count. It appears whole; a folder that cannot be written is warned of.
    """
    path = pooled_path(pairs, tower)
    if path.is_file():
        return np.load(path, allow_pickle=False)
    chunks = [range(start, min(start + batch, len(pairs))) for start in range(0, len(pairs), batch)]
    bar = tqdm(chunks, desc="features of training pictures", unit="batch", disable=len(chunks) < 2)
    features = np.concatenate([pooled(tower, [pairs.picture(i)[0] for i in chunk], device, batch) for chunk in bar])
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp.npy")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.save(temporary, features)
        temporary.replace(path)
    except OSError as problem:
        log.warning("features of %s are not kept: %s", pairs.folder, problem)
    return features


def pooled_path(pairs: Pairs, tower: Tower) -> Path:
    """Where ``cached_pooled`` keeps the features of a split."""
    depends = {"tower": tower.fingerprint, "labels": pairs.description["label_hash"], "shards": list(pairs.shard_hashes),
               "split": pairs.split, "images": len(pairs)}
    key = hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:16]
    return pairs.folder / "features" / f"pooled-{pairs.split}-{key}.npy"
