"""What models say drawn again, beside the photo; only for some pictures, as drawing is what takes time."""

from __future__ import annotations

import json

from inference.experiments.measures import Said, Tally
from inference.experiments.runs import Job
from procedural.whole_file import whole_file
from raw.metrics.images import ssim
from raw.metrics.perceptual import perceptual_distance
from raw.render import RenderError, RenderPool, RenderSettings

_SEED = 1  # data sets are drawn with 0: a render may not share the noise of its photo


def distance_name() -> str:
    """Of what ``image_distance`` is here: LPIPS, or what stands in for it."""
    return perceptual_distance().name


def drawn_tallies(job: Job, said: list[Said], count: int) -> list[dict[str, Tally]]:
    """Image measures of the first ``count`` pictures, nothing of the others; kept beside what was said."""
    path = job.said.with_name(job.said.stem + f"-drawn-{count}.json")
    if not path.is_file():
        rows = _drawn(job, said[:count])
        with whole_file(path) as file:
            file.write(json.dumps(rows).encode())
    rows = [{name: (value, 1.0) for name, value in row.items()} for row in json.loads(path.read_text())]
    return rows + [{} for _ in said[len(rows) :]]


def _drawn(job: Job, said: list[Said]) -> list[dict[str, float]]:
    pairs, distance = job.pairs(), perceptual_distance()
    settings = RenderSettings(pairs.description["size"], pairs.description["size"], samples=pairs.description["samples"], seed=_SEED)
    with RenderPool(job.library, workers=1, threads=1) as pool:
        renders = iter(pool.map((one.scene, settings) for one in said if one.scene))
        rows = []
        for i, one in enumerate(said):
            render = next(renders) if one.scene else None
            if render is None or isinstance(render, RenderError):
                rows.append({})
                continue
            photo = pairs.picture(i)[0]
            rows.append({"image_distance": float(distance(render.image, photo).value), "ssim": float(ssim(render.image, photo))})
    return rows
