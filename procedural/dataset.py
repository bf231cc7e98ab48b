"""Writes data sets: worlds, views, renders, labels, Parquet shards. A second run goes on where the first stopped.

A shard holds whole scenes; it is written under a temporary name and renamed, so what stands in the folder is complete.
Splits are by scene: a scene's seed comes from the set's seed, the split and the scene's number, and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from procedural.biomes import Biome, biomes
from procedural.command_line import claim_folder
from procedural.views import View, sample_view
from procedural.world import World, sample_world
from raw import __version__
from raw.grammar import MODEL_MAX_OBJECTS
from raw.language import write
from raw.library import Library
from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from raw.scene import Scene

log = logging.getLogger(__name__)
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class SplitConfig:
    scenes: int
    """Worlds in the split."""
    views: int
    """Pictures of each."""


@dataclass(frozen=True)
class DatasetConfig:
    """A set of picture-program pairs."""

    out: Path = Path("dataset")
    """Folder to write; an interrupted set is completed if the configuration is the same."""
    library: Path | None = None
    """Asset library; the default one if not given."""
    seed: int = 0
    train: SplitConfig = field(default_factory=lambda: SplitConfig(400, 5))
    validation: SplitConfig = field(default_factory=lambda: SplitConfig(30, 1))
    test: SplitConfig = field(default_factory=lambda: SplitConfig(200, 1))
    biomes: tuple[str, ...] = ()
    """Only these biomes; empty means all."""
    size: int = 224
    """Pixels, side of the square pictures."""
    samples: int = 3
    """Of the renderer, a pixel."""
    min_pixels: int = 40
    """An object that shows less is left out of scene and picture."""
    tries: int = 4
    """Views tried for each one kept; a view is kept if anything shows in it, or if the scene has nothing to show."""
    scenes_per_shard: int = 20
    workers: int = 2

    def __post_init__(self) -> None:
        unknown = [name for name in self.biomes if name not in biomes()]
        if unknown:
            raise ValueError(f"biomes has {', '.join(unknown)}; allowed: {', '.join(biomes())}")
        for name in ("size", "samples", "min_pixels", "tries", "scenes_per_shard", "workers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; allowed: 1 or more")


def counted(scene: Scene, drawn: Rendering) -> tuple[Scene, np.ndarray]:
    """Scene and index image (H, W) of what was drawn: pixels as they show, objects largest first."""
    counts = np.bincount(drawn.index.ravel(), minlength=256)[1 : len(scene.objects) + 1]
    order = np.array(sorted(drawn.kept, key=lambda i: -counts[i]), dtype=int)
    table = np.arange(256, dtype=np.uint8)
    table[order + 1] = np.arange(1, len(order) + 1)
    return replace(scene, objects=tuple(replace(scene.objects[i], pixels=int(counts[i])) for i in order)), table[drawn.index]


def make_view(world: World, pool: RenderPool, config: DatasetConfig, rng: np.random.Generator, before: list[View]) -> dict | None:
    """One row of a shard, None where there is no view unlike those ``before``, to which it is added.

    A view with no object in it is taken only after all tries, or where there is no animal.
    """
    settings = RenderSettings(config.size, config.size, samples=config.samples, min_pixels=config.min_pixels, max_objects=MODEL_MAX_OBJECTS)
    for attempt in rng.spawn(config.tries):
        view = sample_view(world, attempt, before)
        if view is None:
            return None
        drawn = pool.render(view.scene, settings)
        scene, index = counted(view.scene, drawn)
        if scene.objects or not world.animals:
            break
    before.append(view)
    centimetres = np.where(np.isfinite(drawn.depth), np.clip(drawn.depth * 100, 0, 65534), 65535).astype(np.uint16)
    return {"image": _png(drawn.image), "program": write(scene), "mask": _png(index), "depth": _png(centimetres)}


def _png(array: np.ndarray) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, format="PNG")
    return {"bytes": buffer.getvalue(), "path": None}


def make_scene(split: str, number: int, library: Library, pool: RenderPool, config: DatasetConfig) -> list[dict]:
    """All rows of one scene."""
    rng = np.random.default_rng([config.seed, SPLITS.index(split), number])
    world_rng, *view_rngs = rng.spawn(1 + getattr(config, split).views)
    world = sample_world(_biome(config, rng), library, world_rng)
    name = {"scene_id": f"{split}-{number:06d}", "seed": config.seed, "biome": world.biome}
    before: list[View] = []
    rows = [make_view(world, pool, config, r, before) for r in view_rngs]
    return [{**row, **name, "view": view} for view, row in enumerate(rows) if row is not None]


def _biome(config: DatasetConfig, rng: np.random.Generator) -> Biome:
    known = biomes()
    names = config.biomes or tuple(known)
    return known[names[int(rng.integers(len(names)))]]


def generate(config: DatasetConfig, *, resume: bool = True) -> Path:
    """Write the whole set; returns its folder. Scenes that fail are logged with their seed and left out.

    With ``resume`` what an earlier run of the same config left in the folder is kept; ValueError names settings that
    differ. Without, a folder that is not empty is refused with FileExistsError.
    """
    from procedural.library import default_library

    claim_folder(config.out, config, resume=resume)

    library = Library.open(config.library or default_library())
    total = sum(getattr(config, s).scenes * getattr(config, s).views for s in SPLITS)
    with RenderPool(library.folder, workers=config.workers) as pool, tqdm(total=total, unit="image", desc="images", file=sys.stderr) as bar:
        for split in SPLITS:
            for shard, path in enumerate(shard_paths(config, split)):
                _write_shard(path, split, shard, library, pool, config, bar)
    return finish(config, library)


def _write_shard(path: Path, split: str, shard: int, library: Library, pool: RenderPool, config: DatasetConfig, bar: tqdm) -> None:
    first = shard * config.scenes_per_shard
    numbers = range(first, min(first + config.scenes_per_shard, getattr(config, split).scenes))
    if path.is_file():
        bar.update(len(numbers) * getattr(config, split).views)
        return
    rows: list[dict] = []
    with ThreadPoolExecutor(config.workers + 1) as threads:  # one more than workers, so that none waits for sampling
        for number, made in zip(numbers, threads.map(lambda n: _attempt(split, n, library, pool, config), numbers), strict=True):
            rows += made
            bar.update(getattr(config, split).views)
            if not made:
                log.warning("scene %s-%06d of seed %d failed and is left out", split, number, config.seed)
    if rows:  # else the next run tries again
        save_shard(path, rows)


def shard_paths(config: DatasetConfig, split: str) -> list[Path]:
    """The files of a split, in order, whether they are there or not."""
    count = -(-getattr(config, split).scenes // config.scenes_per_shard)
    return [config.out / split / f"shard-{shard:05d}.parquet" for shard in range(count)]


def _attempt(split: str, number: int, library: Library, pool: RenderPool, config: DatasetConfig) -> list[dict]:
    try:
        return make_scene(split, number, library, pool, config)
    except RenderError as problem:
        log.warning("scene %s-%06d: %s", split, number, problem)
        return []


def save_shard(path: Path, rows: list[dict]) -> None:
    """Write rows as one Parquet file, whole or not at all."""
    from datasets import Dataset, Features, Value
    from datasets import Image as ImageFeature

    picture, text, number = ImageFeature(), Value("string"), Value("int64")
    features = Features(
        {
            "image": picture,
            "program": text,
            "mask": picture,
            "depth": picture,
            "scene_id": text,
            "view": number,
            "seed": number,
            "biome": text,
        }
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    Dataset.from_list(rows, features=features).to_parquet(temporary)
    temporary.replace(path)


def finish(config: DatasetConfig, library: Library) -> Path:
    """Write dataset.json: shards with checksums, counts, and the label hash over programs and masks."""
    labels = hashlib.sha256()
    splits = {}
    for split in SPLITS:
        shards = []
        for path in filter(Path.is_file, shard_paths(config, split)):
            count = 0
            for row in read_labels(path):
                labels.update(row)
                count += 1
            shards.append({"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "images": count})
        splits[split] = {"images": sum(s["images"] for s in shards), "shards": shards}
    description = {
        "version": 1,
        "generator_version": __version__,
        "seed": config.seed,
        "size": config.size,
        "samples": config.samples,
        "library_fingerprint": library.fingerprint,
        "views_per_scene": {s: getattr(config, s).views for s in SPLITS},
        "splits": splits,
        "label_hash": labels.hexdigest(),
    }
    temporary = config.out / "dataset.json.tmp"
    temporary.write_text(json.dumps(description, indent=1))
    temporary.replace(config.out / "dataset.json")
    return config.out


def read_labels(path: Path) -> Iterator[bytes]:
    """Bytes that say what each row of a shard is labelled with: name, program and decoded mask."""
    import pyarrow.parquet as parquet

    for row in parquet.read_table(path, columns=["scene_id", "view", "program", "mask"]).to_pylist():
        with Image.open(io.BytesIO(row["mask"]["bytes"])) as mask:
            yield f"{row['scene_id']} {row['view']}\n{row['program']}".encode() + np.asarray(mask).tobytes()
