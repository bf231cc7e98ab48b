"""Portraits of a library's assets and their embeddings, batch by batch into a file that an interrupted run goes on with."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from procedural.portrait import ground_portrait, portrait
from raw.library import GROUND, Library, save_embeddings
from raw.render import RenderError, RenderPool, RenderSettings
from raw.scene import Scene

if TYPE_CHECKING:
    from raw.vision.frozen import FrozenTower

SAMPLES = 4  # of light a pixel
_BATCH = 4  # portraits; batches are cut at the same places in every run, as a network's last digits depend on them


def portraits(library: Library) -> Iterator[tuple[int, int, Scene]]:
    """Row, yaw number and scene of every portrait; grounds have one, which stands for all yaws."""
    for row, record in enumerate(library.records):
        if record.category in (GROUND, "studio"):
            yield row, 0, ground_portrait(record.id)
            continue
        vertices = library.mesh(record.id).vertices
        for column, yaw in enumerate(library.yaws):
            yield row, column, portrait(record.id, record.category, vertices, float(yaw))


def embed_library(library: Library, tower: FrozenTower, workers: int, device: str = "cpu") -> np.ndarray:
    """(A, Y, D) float32 embeddings of all portraits. A portrait that cannot be drawn stops the run.

    What is embedded stays in a file of the folder; a later run of the same assets and tower draws only the rest.
    ``device`` is where the tower works; where it is not the same for all of them, the last digits differ.
    """
    tower = tower.to(device)
    vectors, todo = _begun(library, tower), list(portraits(library))
    batches = [todo[start : start + _BATCH] for start in range(0, len(todo), _BATCH)]
    missing = [batch for batch in batches if not all(np.isfinite(vectors[row, column]).all() for row, column, _ in batch)]
    settings = RenderSettings(tower.size, tower.size, samples=SAMPLES)
    count = sum(len(batch) for batch in missing)
    with RenderPool(library.folder, workers=workers) as pool, _threads_left(workers):
        drawn = pool.map((scene, settings) for batch in missing for _, _, scene in batch)
        shown = iter(tqdm(drawn, total=len(todo), initial=len(todo) - count, desc="portraits", unit="image", file=sys.stderr))
        for batch in missing:
            for (row, column, _), vector in zip(batch, _embed(tower, [_image(next(shown)) for _ in batch]), strict=True):
                vectors[row, column] = vector
            vectors.flush()
        next(shown, None)  # ends the progress bar
    whole = np.array(vectors)
    for row, record in enumerate(library.records):
        if record.category in (GROUND, "studio"):
            whole[row] = whole[row, 0]
    return whole


def complete(library: Library, vectors: np.ndarray, tower: str, fingerprint: str) -> Library:
    """Save (A, Y, D) embeddings of the tower of that name; the table tells of them last, and of the old ones no longer before."""
    if library.fingerprint:
        Library(library.folder, library.records, library.yaws, "").save_table()
    save_embeddings(library.folder, vectors)
    done = Library(library.folder, library.records, library.yaws, fingerprint, tower)
    done.save_table()
    forget_begun(library.folder)
    return done


def forget_begun(folder: Path) -> None:
    """Remove the files of unfinished embeddings, once they are in the library."""
    for path in folder.glob("embeddings.*.begun.npy"):
        path.unlink()


def _begun(library: Library, tower: FrozenTower) -> np.memmap:
    """(A, Y, D) float32 in a file, NaN where nothing is yet; the file's name tells of which assets and tower."""
    plan = [tower.fingerprint, library.yaws.tolist(), [(r.id, r.seed, r.height) for r in library.records]]
    path = library.folder / f"embeddings.{hashlib.sha256(json.dumps(plan).encode()).hexdigest()[:12]}.begun.npy"
    if not path.is_file():
        temporary, shape = path.with_suffix(".tmp"), (len(library.records), len(library.yaws), tower.width)
        np.lib.format.open_memmap(temporary, mode="w+", dtype=np.float32, shape=shape)[:] = np.nan
        temporary.replace(path)
    return np.lib.format.open_memmap(path, mode="r+")


@contextmanager
def _threads_left(workers: int) -> Iterator[None]:
    """Torch keeps to the processors that so many render workers leave: its threads wait in circles, on the renderer's time."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(min(before, max(1, (os.cpu_count() or 1) - workers)))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _image(rendering: object) -> np.ndarray:
    if isinstance(rendering, RenderError):
        raise rendering
    return rendering.image  # type: ignore[attr-defined]


def _embed(tower: FrozenTower, images: list[np.ndarray]) -> np.ndarray:
    import torch

    pictures = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    return tower(pictures.to(next(tower.parameters()).device)).pooled.cpu().numpy()
