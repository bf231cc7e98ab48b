"""Small renders of drafts, and their distance from the photo."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from inference.framing import render_size
from inference.refine.objective import Objective
from inference.refine.search import Draft, Trial
from raw.metrics.perceptual import StagedTower
from raw.render import RenderError, RenderPool, RenderSettings

SAMPLES = 2  # a pixel


class Drawing:
    """Draws drafts for one photo, always at the same settings."""

    def __init__(self, photo: Image.Image, pool: RenderPool, tower: StagedTower, *, size: int, samples: int = SAMPLES) -> None:
        """``size`` is the longest side of the renders in pixels."""
        self.frame = render_size(*photo.size, size)
        self.objective = Objective(photo, self.frame, tower)
        self._pool, self._samples = pool, samples

    def __call__(self, drafts: Sequence[Draft], seed: int = 0) -> list[Trial | None]:
        """A trial each, with the sampler's ``seed``; None where the renderer refuses a scene."""
        width, height = self.frame
        settings = RenderSettings(width, height, samples=self._samples, seed=seed)
        renderings = list(self._pool.map((draft.scene, settings) for draft in drafts))
        drawn = [one for one in renderings if not isinstance(one, RenderError)]
        maps = iter(self.objective.maps([one.image for one in drawn]))
        return [None if isinstance(one, RenderError) else Trial(draft, next(maps), one.index) for draft, one in zip(drafts, renderings, strict=True)]
