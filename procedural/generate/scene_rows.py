"""One scene to the rows of its pictures: the step that ties cameras, renderer and labels together.

A scene is a stream of cameras, each sampled from a generator of its own and knowing those before it, kept or not. So the
next camera is sampled while a picture is drawn, and rows depend on seed, split and number alone. Cameras that show too
little are passed over, until the scene has its pictures or has used up its tries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from procedural.biomes import biomes
from procedural.generate.config import SPLITS, DatasetConfig, Task
from procedural.generate.drawer import Drawer
from procedural.generate.held_out import biomes_for, records_for
from procedural.labels.columns import labels
from procedural.labels.pictures import depth_picture, normal_picture, png
from procedural.scenes.views import View, sample_view
from procedural.scenes.world import World, sample_world
from raw.grammar import MODEL_MAX_OBJECTS
from raw.language import write
from raw.library import Library
from raw.render import NotSeen, Rendering, RenderSettings
from raw.scene import Scene

_USED_UP = 5  # cameras in a row that find no place of their own, after which a world has no more to show


def make_rows(
    task: Task, config: DatasetConfig, library: Library, drawer: Drawer, told: Callable[[int], None]
) -> tuple[list[dict], Counter[str]]:
    """Rows of one scene, and how many of its cameras were rejected for what reason.

    ``told`` gets the number of rows so far after every picture. RenderError if a picture cannot be drawn.
    """
    wanted = config.split(task.split).views
    rows: list[dict] = []
    rejected: Counter[str] = Counter()
    world, cameras = world_and_cameras(task, config, library, rejected)
    view = next(cameras, None)
    if view:
        drawer.start(view.scene, _settings(view, config))
    while view and len(rows) < wanted:
        ahead = next(cameras, None)  # sampled while the view is drawn
        drawn = _finished(drawer)
        if ahead and len(rows) + (drawn is not None) < wanted:
            drawer.start(ahead.scene, _settings(ahead, config))
        if drawn is None:
            rejected["subject hidden"] += 1
        else:  # encoded while the view ahead is drawn
            name = {"scene_id": task.scene_id, "view": len(rows), "seed": config.seed, "biome": world.biome}
            rows.append(name | _row(view, drawn, library))
        told(len(rows))
        view = ahead
    return rows, rejected


def world_and_cameras(task: Task, config: DatasetConfig, library: Library, rejected: Counter[str]) -> tuple[World, Iterator[View]]:
    """The world of a scene, and its cameras as they are tried; those that find no place are counted in ``rejected``."""
    of = "train" if task.split == "seen" else task.split
    rng = np.random.default_rng([config.seed, SPLITS.index(of), task.number])
    world_rng, view_rng = rng.spawn(2)
    if task.split == "seen":
        view_rng = np.random.default_rng([config.seed, SPLITS.index("seen"), task.number])
    names = biomes_for(task.split, config.held_out, config.biomes)
    biome = biomes()[names[int(rng.integers(len(names)))]]
    world = sample_world(biome, library, world_rng, records_for(task.split, config.held_out, library))
    return world, _cameras(world, view_rng, config.tries * config.split(task.split).views, rejected)


def _cameras(world: World, rng: np.random.Generator, limit: int, rejected: Counter[str]) -> Iterator[View]:
    """Up to ``limit`` cameras; those that found no good place are counted, and some of them in a row are the last."""
    before: list[View] = []
    in_vain = 0
    for _ in range(limit):
        view = sample_view(world, rng.spawn(1)[0], before)
        if view is not None:
            in_vain = 0
            before.append(view)
            yield view
            continue
        rejected["no place"] += 1
        in_vain += 1
        if in_vain == _USED_UP:
            return


def counted(scene: Scene, drawn: Rendering) -> tuple[Scene, np.ndarray, list[int]]:
    """Scene and index image (H, W) of what was drawn: pixels as they show, objects largest first; and their old numbers."""
    counts = np.bincount(drawn.index.ravel(), minlength=256)[1 : len(scene.objects) + 1]
    order = sorted(drawn.kept, key=lambda i: -counts[i])
    table = np.arange(256, dtype=np.uint8)
    table[np.array(order, dtype=int) + 1] = np.arange(1, len(order) + 1)
    return replace(scene, objects=tuple(replace(scene.objects[i], pixels=int(counts[i])) for i in order)), table[drawn.index], order


def _row(view: View, drawn: Rendering, library: Library) -> dict:
    scene, index, order = counted(view.scene, drawn)
    pictures = {"image": png(drawn.image), "mask": png(index), "depth": png(depth_picture(drawn.depth))}
    if drawn.normal is not None:
        pictures["normal"] = png(normal_picture(drawn.normal))
    meant = {"photographer": view.photographer, "subject": order.index(view.subject) if view.subject >= 0 else -1}
    return pictures | meant | {"program": write(scene)} | labels(scene, index, drawn.depth, library)


def _settings(view: View, config: DatasetConfig) -> RenderSettings:
    return RenderSettings(
        config.size, config.size, samples=config.samples, normals=config.normals,
        min_pixels=config.min_pixels, max_objects=MODEL_MAX_OBJECTS, subject=view.subject, subject_pixels=config.subject_pixels,
    )  # fmt: skip


def _finished(drawer: Drawer) -> Rendering | None:
    """The picture that is being drawn; None where its subject does not show."""
    try:
        return drawer.finish()
    except NotSeen:
        return None
