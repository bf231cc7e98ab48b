"""Small renders of drafts, and their distance from the photo."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from inference.framing import render_size
from inference.refine.objective import Objective
from inference.refine.search import Draft, Trial
from raw.metrics.perceptual import StagedTower
from raw.render import RenderError, RenderPool, RenderSettings

SEARCH_SEED = 0  # of the sampler
SIZE, SAMPLES = 96, 2  # longest side in pixels, samples a pixel


class Drawing:
    """Draws drafts for one photo, always at the same settings."""

    def __init__(self, photo: Image.Image, pool: RenderPool, tower: StagedTower, *, size: int, samples: int = SAMPLES) -> None:
        """``size`` is the longest side of the renders in pixels."""
        self.frame = render_size(*photo.size, size)
        self.objective = Objective(photo, self.frame, tower)
        self._pool, self._samples = pool, samples

    def __call__(self, drafts: Sequence[Draft], seeds: Sequence[int] | None = None) -> list[Trial | None]:
        """A trial each, with a seed of the sampler each (default: SEARCH_SEED); None where the renderer refuses a scene."""
        width, height = self.frame
        settings = [RenderSettings(width, height, samples=self._samples, seed=seed) for seed in seeds or [SEARCH_SEED] * len(drafts)]
        renderings = list(self._pool.map((draft.scene, one) for draft, one in zip(drafts, settings, strict=True)))
        drawn = [one for one in renderings if not isinstance(one, RenderError)]
        maps = iter(self.objective.maps([one.image for one in drawn]))
        pairs = zip(drafts, renderings, strict=True)
        return [None if isinstance(one, RenderError) else Trial(draft, next(maps), one.index) for draft, one in pairs]
