"""What a data set is made of, and how it is run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from procedural.biomes import biomes
from procedural.command_line import at_least
from procedural.generate.held_out import HeldOut, biomes_for

SPLITS = ("train", "validation", "test", "seen", "assets", "species", "biome")  # a scene's seed is its split's place here: only add
ENGINES = ("local", "ray")
FREE = ("out", "workers", "engine", "ray_address", "timeout_s", "max_memory_mb")  # what changes no row: may differ when a run is resumed


class Task(NamedTuple):
    """One scene to make."""

    split: str
    number: int

    @property
    def scene_id(self) -> str:
        return f"{self.split}-{self.number:06d}"


@dataclass(frozen=True)
class SplitConfig:
    scenes: int
    """Worlds in the split."""
    views: int
    """Pictures of each."""

    def __post_init__(self) -> None:
        if self.scenes < 0 or self.views < 1:
            raise ValueError(f"a split of {self.scenes} scenes and {self.views} views; allowed: 0 or more scenes, 1 or more views")


@dataclass(frozen=True)
class DatasetConfig:
    """A set of picture-program pairs."""

    out: Path = Path("dataset")
    """Folder to write; an interrupted set is completed if the configuration is the same."""
    library: Path | None = None
    """Asset library; the default one if not given."""
    seed: int = 0
    train: SplitConfig = field(default_factory=lambda: SplitConfig(200, 10))
    validation: SplitConfig = field(default_factory=lambda: SplitConfig(30, 1))
    test: SplitConfig = field(default_factory=lambda: SplitConfig(200, 1))
    seen: SplitConfig = field(default_factory=lambda: SplitConfig(0, 1))
    """Of the first scenes of train, by cameras of their own."""
    assets: SplitConfig = field(default_factory=lambda: SplitConfig(0, 1))
    """New scenes of held-out assets alone."""
    species: SplitConfig = field(default_factory=lambda: SplitConfig(0, 1))
    """New scenes with animals of held-out species alone."""
    biome: SplitConfig = field(default_factory=lambda: SplitConfig(0, 1))
    """New scenes of held-out biomes alone."""
    held_out: HeldOut = field(default_factory=HeldOut)
    """What no split but the last three shows."""
    biomes: tuple[str, ...] = ()
    """Only these biomes; empty means all."""
    size: int = 224
    """Pixels, side of the square pictures."""
    samples: int = 8
    """Of the renderer, a pixel."""
    normals: bool = True
    """Also store the normals of what shows."""
    min_pixels: int = 40
    """An object that shows less is left out of scene and picture, judged by a preview of a third of the size."""
    subject_pixels: int = 160
    """A picture whose subject shows less is not drawn."""
    tries: int = 4
    """Cameras tried for each picture of a scene, on average; what is kept must show its subject."""
    scenes_per_shard: int = 20
    """Whole scenes in one Parquet file; 20 of 100 pictures are about 500 MB."""
    workers: int = 2
    """Processes that make scenes, each with a render process of its own."""
    engine: str = "local"
    """local: processes of this machine; ray: a Ray cluster, or a Ray of this machine."""
    ray_address: str | None = None
    """Cluster to join, such as 10.0.0.1:6379 or auto; without it Ray runs on this machine alone."""
    timeout_s: float = 120.0
    """A picture that takes longer counts as failed."""
    max_memory_mb: float = 4000.0
    """A render process that has grown larger is replaced by a fresh one."""

    def __post_init__(self) -> None:
        unknown = [name for name in self.biomes if name not in biomes()]
        if unknown:
            raise ValueError(f"biomes has {', '.join(unknown)}; allowed: {', '.join(biomes())}")
        if self.engine not in ENGINES:
            raise ValueError(f"engine is {self.engine!r}; allowed: {', '.join(ENGINES)}")
        if not 8 <= self.size <= 8192:
            raise ValueError(f"size is {self.size}; allowed: 8 to 8192")
        if self.seen.scenes > self.train.scenes:
            raise ValueError(f"seen has {self.seen.scenes} scenes; allowed: those of train, {self.train.scenes}")
        for name in SPLITS:
            if self.split(name).scenes:
                biomes_for(name, self.held_out, self.biomes)
        at_least(self, 1, "samples", "min_pixels", "subject_pixels", "tries", "scenes_per_shard", "workers", "timeout_s", "max_memory_mb")

    def split(self, name: str) -> SplitConfig:
        """ValueError if there is none of that name."""
        if name not in SPLITS:
            raise ValueError(f"split {name!r}; allowed: {', '.join(SPLITS)}")
        found: SplitConfig = getattr(self, name)
        return found

    @property
    def threads(self) -> int:
        """Threads of each render process: its share of this machine's, and one on Ray, where a lane has one processor."""
        return 1 if self.engine == "ray" else max(1, (os.cpu_count() or 1) // self.workers)

    @property
    def images(self) -> int:
        """Pictures in the whole set, if none is left out."""
        return sum(self.split(name).scenes * self.split(name).views for name in SPLITS)

    def shards(self) -> Iterator[tuple[Path, list[Task]]]:
        """Every shard of the set with its scenes, in order; the files are there or not."""
        for name in SPLITS:
            tasks = [Task(name, number) for number in range(self.split(name).scenes)]
            for shard, first in enumerate(range(0, len(tasks), self.scenes_per_shard)):
                yield self.out / name / f"shard-{shard:05d}.parquet", tasks[first : first + self.scenes_per_shard]
