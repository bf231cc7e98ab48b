"""The refining stage of ``raw reconstruct``: from a prediction to a better scene, and to the files that tell how."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PIL import Image

from inference.comparison import side_by_side
from inference.framing import to_photo_frame
from inference.output_folder import OutputFolder
from inference.reconstructor import Prediction, Reconstructor
from inference.refine.drawing import SAMPLES, SIZE, Drawing
from inference.refine.record import changes, plot, record, summary
from inference.refine.refine import Budget, Refinement, candidates, refine
from raw.metrics.perceptual import StagedTower
from raw.render import RenderPool
from raw.scene import Scene
from raw.vision.tower import load_tower

OBJECTIVE_TOWER = "efficientnet_lite0"  # whatever the model sees with


class Refiner:
    """Refines the scenes of one run, a photo at a time."""

    def __init__(self, pool: RenderPool, reconstructor: Reconstructor, budget: Budget, seed: int = 0) -> None:
        self.budget, self.seed = budget, seed
        self._pool, self._library = pool, reconstructor.library
        same = reconstructor.tower.name == OBJECTIVE_TOWER
        self._tower: StagedTower = reconstructor.tower if same else load_tower(OBJECTIVE_TOWER).to(reconstructor.device)

    def __call__(self, photo: Image.Image, prediction: Prediction) -> Outcome:
        """Refine a prediction that has a scene. RefineError where its scene cannot be drawn."""
        scene, looks = (to_photo_frame(one, *photo.size) for one in (prediction.scene, prediction.looks))
        drawing = Drawing(photo, self._pool, self._tower, size=SIZE)
        rng = np.random.default_rng(self.seed)
        return Outcome(scene, refine(scene, candidates(looks, self._library), drawing, self.budget, rng), drawing.frame)


class Outcome:
    """A refinement with what it started from."""

    def __init__(self, before: Scene, done: Refinement, frame: tuple[int, int]) -> None:
        self.before, self.done, self.frame = before, done, frame

    def write(self, folder: OutputFolder, photo: Image.Image, renders: Iterable[Image.Image]) -> None:
        """refinement.json, refinement.png, and before_after.png of the photo and the renders before and after."""
        folder.json("refinement.json", record(self.done, self.before, self.frame, SAMPLES))
        plot(folder.stage("refinement.png"), self.done)
        folder.picture("before_after.png", side_by_side(photo, *renders))

    def lines(self) -> list[str]:
        """For the screen."""
        return [summary(self.done), *(f"  {change}" for change in changes(self.before, self.done))]
