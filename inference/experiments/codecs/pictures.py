"""The experiment's data set: a folder as `raw generate` writes it, of the experiment's own scenes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from tqdm import tqdm

from inference.experiments.codecs.config import CodecExperiment
from inference.experiments.codecs.scenes import REGIONS, sample_scene
from procedural.command_line import claim_folder
from procedural.folder_lock import folder_lock
from procedural.generate.config import FREE, SPLITS, DatasetConfig, SplitConfig, Task
from procedural.generate.drawer import Drawer
from procedural.generate.folder import DatasetFolder
from procedural.generate.lane import table_hash
from procedural.generate.scene_rows import counted
from procedural.generate.shards import part_bytes, part_path, save_part
from procedural.labels.columns import features, labels
from procedural.labels.pictures import depth_picture, png
from raw.language import write
from raw.library import AssetRecord, Library
from raw.render import Rendering, RenderSettings
from raw.scene import Scene

_SETTINGS = RenderSettings(samples=4)


def write_pictures(experiment: CodecExperiment) -> DatasetConfig:
    """Draw what is missing of the data set ``out/data``; ValueError if it was begun with other settings or another library."""
    from procedural.library.make import default_library  # needs what builds trees

    library = Library.open(experiment.library or default_library())
    counts = {split: SplitConfig(getattr(experiment, split), 1) for split in SPLITS[:3]}
    config = DatasetConfig(experiment.out / "data", library.folder, experiment.seed, **counts, samples=_SETTINGS.samples, normals=False,
                           scenes_per_shard=100, workers=1)  # fmt: skip
    with folder_lock(config.out):
        claim_folder(config.out, config, resume=True, free=FREE)
        folder = DatasetFolder(config, library, table_hash(library.folder))
        if missing := folder.missing():
            _draw(missing, folder, experiment, library, config.out)
        folder.close()
    return config


def _draw(tasks: list[Task], folder: DatasetFolder, experiment: CodecExperiment, library: Library, out: Path) -> None:
    schema = features(normals=False).arrow_schema
    things = _assets(library, experiment.families)
    scenes = [_scene(task, experiment, things) for task in tasks]
    with Drawer(library.folder, timeout_s=120, max_memory_mb=4000) as drawer:
        drawer.start(scenes[0], _SETTINGS)
        for i, task in enumerate(tqdm(tasks, desc="pictures", unit="image", file=sys.stderr)):
            drawn = drawer.finish()
            if i + 1 < len(tasks):
                drawer.start(scenes[i + 1], _SETTINGS)  # drawn while this one is written
            row = {"scene_id": task.scene_id, "view": 0, "seed": experiment.seed, "biome": region_of_task(task)}
            save_part(part_path(out, task), part_bytes([row | _row(scenes[i], drawn, library)], schema, {}))
            folder.made(task)


def region_of_task(task: Task) -> str:
    """Test pictures take turns; all others are inside."""
    return REGIONS[task.number % len(REGIONS)] if task.split == "test" else "inside"


def _scene(task: Task, experiment: CodecExperiment, things: list[AssetRecord]) -> Scene:
    rng = np.random.default_rng([experiment.seed, SPLITS.index(task.split), task.number])
    return sample_scene(region_of_task(task), things, experiment.ground, rng)


def _assets(library: Library, families: tuple[str, ...]) -> list[AssetRecord]:
    found = [record for record in library.records if record.family in families]
    if lacking := set(families) - {record.family for record in found}:
        raise ValueError(f"{library.folder} has no {', '.join(sorted(lacking))}")
    return found


def _row(scene: Scene, drawn: Rendering, library: Library) -> dict:
    scene, index, _ = counted(scene, drawn)
    pictures = {"image": png(drawn.image), "mask": png(index), "depth": png(depth_picture(drawn.depth))}
    return pictures | {"photographer": "experiment", "subject": -1, "program": write(scene)} | labels(scene, index, drawn.depth, library)
