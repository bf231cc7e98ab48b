"""Fingerprints of towers: 16 hex digits over weights and all else that their features depend on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor


def fingerprint(facts: Mapping[str, object], weights: Mapping[str, Tensor]) -> str:
    """Of ``facts`` (what JSON can hold) and of the tensors, in any order; nothing of where they were read from.

    Tensors are hashed in place, several at a time: sha256 lets other threads run.
    """
    names = sorted(weights)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        hashes = list(pool.map(lambda name: _digest(weights[name]), names))
    told = [json.dumps(facts, sort_keys=True), *(f"{name} {digest}" for name, digest in zip(names, hashes, strict=True))]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def fingerprint_of_small(name: str, size: int, patch_shape: tuple[int, int], width: int, weights: Mapping[str, Tensor]) -> str:
    """Of the towers that come with the project, as shipped models and libraries carry it: one hash over all, in order."""
    digest = hashlib.sha256(f"{name} {size} {patch_shape} {width} v1".encode())
    for key, value in sorted(weights.items()):
        digest.update(key.encode())
        digest.update(value.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


def _digest(value: Tensor) -> str:
    """Shape, type and bytes of a tensor."""
    flat = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
    return f"{value.dtype} {tuple(value.shape)} {hashlib.sha256(flat.data).hexdigest()}"
