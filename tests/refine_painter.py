"""A painter in place of the renderer: scenes as a horizon and discs, with noise that depends on the seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from inference.placing import places
from inference.refine.search import Draft, Trial
from raw.geometry import horizon
from raw.scene import Camera, Ground, Scene, SceneObject

SIZE = 64  # pixels
SHADES = {"zebra/0000": 0.9, "lion/0000": 0.5, "dirt/0000": 0.2, "sand/0000": 0.35}


def meadow(count: int = 3) -> Scene:
    """Animals beside each other at 10 m, before a camera that looks a little down."""
    row = [(-3.0 + 6.0 * i / max(count - 1, 1), -1.0, -10.0) for i in range(count)]
    things = tuple(SceneObject("herbivore", place, 1.5, (1.0, 0.0, 0.0, 0.0), "zebra/0000", 100) for place in row)
    return Scene(camera=Camera(84.0, 1.6, 50.0), ground=Ground("dirt/0000"), objects=things)


class Painter:
    """Draws drafts and compares them with the picture of ``truth``, in 8 x 8 places."""

    def __init__(self, truth: Scene, noise: float = 0.0) -> None:
        self.noise, self.drawn = noise, 0
        self._wanted, _ = paint(truth)

    def __call__(self, drafts: Sequence[Draft], seeds: Sequence[int] | None = None) -> list[Trial | None]:
        self.drawn += len(drafts)
        return [self._trial(draft, seed) for draft, seed in zip(drafts, seeds or [0] * len(drafts), strict=True)]

    def _trial(self, draft: Draft, seed: int) -> Trial:
        picture, index = paint(draft.scene)
        error = np.abs(picture - self._wanted).reshape(8, 8, 8, 8).mean(axis=(1, 3))
        luck = np.random.default_rng([seed, abs(hash(draft.scene.camera.pitch)) % 2**32])  # another one for every camera
        return Trial(draft, error + self.noise * luck.random(), index)


def paint(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """(64, 64) shades and (64, 64) uint8 index image."""
    y, x = (np.mgrid[:SIZE, :SIZE] + 0.5) / SIZE * 2 - 1
    ground = (y + 1) / 2 > horizon(scene.camera.pitch, scene.camera.fov)
    picture, index = np.where(ground, SHADES[scene.ground.appearance], 1.0), np.where(ground, 255, 0).astype(np.uint8)
    for i, ((u, v, depth), thing) in enumerate(zip(places(scene.objects, scene.camera.fov), scene.objects, strict=True)):
        covered = (x - u) ** 2 + (-y - v) ** 2 < (thing.height / depth) ** 2
        picture[covered], index[covered] = SHADES[thing.appearance], i + 1
    return picture, index
