"""``raw reconstruct``: photos to programs, Blender files, renders and reports.

The render workers load bpy in processes of their own while this one loads torch, so nothing here imports torch before a
pool stands. One bad photo is reported and does not stop the rest.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonargparse import ArgumentParser
from PIL import Image

from inference.comparison import side_by_side
from inference.defaults import library_folder, model_folder
from inference.framing import inside_photo, render_size, to_photo_frame
from inference.options import add_where, command_parser, where
from inference.output_folder import OutputFolder
from inference.photos import Photo, PhotoError, find_photos, load_photo
from inference.program_files import program_text
from inference.refine.budget import RECYCLE_AFTER, Budget, RefineError
from inference.report import Stages, objects_seen, peak_memory_mb, versions
from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from raw.scene import Scene

if TYPE_CHECKING:
    from inference.reconstructor import Prediction, Reconstructor
    from inference.refine.stage import Outcome, Refiner

BATCH = 4  # photos in memory at once
REFINE_WORKERS = 4  # at most: a round of refining draws four scenes
EXAMPLES = """
raw reconstruct zebra.jpg --out out                     # files straight into out/
raw reconstruct holiday/ one_more.png --out out         # a folder each: out/<name of the photo>/
raw reconstruct zebra.jpg --out out --size 1024 --samples 64
raw reconstruct zebra.jpg --out out --refine 20         # then 20 s of drawing and comparing; see docs/refinement.md
"""


@dataclass
class Reconstruction:
    """One photo on its way through the stages."""

    photo: Photo
    folder: Path
    stages: Stages = field(default_factory=Stages)
    failures: list[str] = field(default_factory=list)
    image: Image.Image | None = None
    prediction: Prediction | None = None
    scene: Scene | None = None  # in the photo's frame
    confidence: list[float] = field(default_factory=list)  # of the objects of ``scene``
    outcome: Outcome | None = None  # of refining
    frame: tuple[int, int] = (0, 0)  # (width, height) of the render, pixels
    done: bool = False

    def fail(self, reason: str) -> None:
        self.failures.append(reason)


class Session:
    """Model, library and render pool, shared by all photos of a run; the model loads when the first photo needs it."""

    def __init__(
        self, pool: RenderPool, model: Path, library: Path, *, size: int, samples: int, refine: Budget | None = None, **where: Any
    ) -> None:
        """``refine`` is the budget of a photo, None for none; ``where`` are the keywords of ``Reconstructor``."""
        self.pool, self.size, self.samples, self.budget = pool, size, samples, refine
        self._refiner: Refiner | None = None
        self._paths, self._where = (model, library), where
        self._reconstructor: Reconstructor | None = None
        self._common = Stages()  # what is done once for all photos

    def run(self, work: list[Reconstruction]) -> Iterator[Reconstruction]:
        """Take each through all stages, a few at a time; yields them in order, finished or failed."""
        for start in range(0, len(work), BATCH):
            batch = work[start : start + BATCH]
            for one in batch:
                _load(one)
            self._predict([one for one in batch if one.image])
            for one in batch:
                self._refine(one)
            yield from self._draw(batch)

    def _predict(self, batch: list[Reconstruction]) -> None:
        if not batch:
            return
        reconstructor = self._load_model()
        for one, prediction in zip(batch, reconstructor.predict([one.image for one in batch if one.image]), strict=True):
            one.prediction = prediction
            for name, milliseconds in prediction.milliseconds.items():
                one.stages.record(name, milliseconds, peak_memory_mb())
            if prediction.error:
                one.fail(f"{one.photo.path}: the model's program: {prediction.error}")
            if prediction.scene and one.image:
                one.scene = to_photo_frame(prediction.scene, *one.image.size)
                one.confidence = [prediction.confidence[i] for i in inside_photo(prediction.scene, *one.image.size)]
                one.frame = render_size(*one.image.size, self.size)

    def _refine(self, one: Reconstruction) -> None:
        if self.budget is None or one.scene is None or one.image is None or one.prediction is None:
            return
        from inference.refine.stage import Refiner

        self._refiner = self._refiner or Refiner(self.pool, self._load_model(), self.budget)
        try:
            with one.stages("refine"):
                one.outcome = self._refiner(one.image, one.prediction)
            one.scene = one.outcome.done.scene
            one.confidence = [one.confidence[i] for i in one.outcome.done.winner.draft.keys]  # as said; what was dropped is gone
        except RefineError as problem:
            one.fail(f"{one.photo.path}: not refined: {problem}")

    def _load_model(self) -> Reconstructor:
        if self._reconstructor is None:
            with self._common("load_model"):
                from inference.reconstructor import Reconstructor

                self._reconstructor = Reconstructor(*self._paths, **self._where)
        return self._reconstructor

    def _draw(self, batch: list[Reconstruction]) -> Iterator[Reconstruction]:
        drawn = [(one, OutputFolder(one.folder)) for one in batch]
        renderings = self.pool.map((one.scene, self._settings(one, folder)) for one, folder in drawn if one.scene)
        for one, folder in drawn:
            with folder:
                rendering = self._next_rendering(one, renderings) if one.scene else None
                if rendering and one.image and one.scene:
                    _write(one, one.image, one.scene, rendering, folder)
                    self._write_outcome(one, one.image, rendering, folder)
                elif one.failures:
                    folder.discard()
                folder.json("report.json", self._report(one, rendering))
            one.done, one.image = rendering is not None, None
            yield one

    def _write_outcome(self, one: Reconstruction, photo: Image.Image, rendering: Rendering, folder: OutputFolder) -> None:
        """What refining did, with a render of the scene as it was predicted, at the size of the other."""
        if one.outcome is None:
            return
        width, height = one.frame
        try:
            with one.stages("render_before"):
                before = self.pool.render(one.outcome.before, RenderSettings(width, height, samples=self.samples, denoise=True))
        except RenderError as problem:
            one.fail(f"{one.photo.path}: no picture of the scene before refining: {problem}")
            return
        one.outcome.write(folder, photo, [Image.fromarray(before.image), Image.fromarray(rendering.image)])

    def _settings(self, one: Reconstruction, folder: OutputFolder) -> RenderSettings:
        width, height = one.frame
        files = {"blend": folder.stage("scene.blend"), "glb": folder.stage("scene.glb")}
        return RenderSettings(width=width, height=height, samples=self.samples, denoise=True, **files)

    def _next_rendering(self, one: Reconstruction, renderings: Iterator[Rendering | RenderError]) -> Rendering | None:
        with one.stages("render"):
            result = next(renderings)
        if isinstance(result, RenderError):
            one.fail(f"{one.photo.path}: {result}")
            return None
        one.stages.add_rendering(result)
        return result

    def _report(self, one: Reconstruction, rendering: Rendering | None) -> dict[str, Any]:
        model, library = self._paths
        config = self._reconstructor.model.config if self._reconstructor else None
        said = one.prediction
        return {
            "photo": str(one.photo.path),
            "frame": list(one.frame),
            "objects": objects_seen(one.scene, rendering, one.confidence) if one.scene and rendering else [],
            "failures": one.failures,
            "milliseconds": self._common.milliseconds | one.stages.milliseconds,
            "memory_mb": self._common.memory_mb | one.stages.memory_mb,
            "device": {
                "model": str(self._reconstructor.device) if self._reconstructor else None,
                "render": rendering.device if rendering else None,
            },
            "model": {"folder": str(model), "tower": config and config.tower, "fingerprint": config and config.tower_fingerprint},
            "library": str(library),
            "log_probability": said.log_probability if said else None,
            "stopped": said.stopped if said else None,
            "versions": versions(),
        }


def _load(one: Reconstruction) -> None:
    try:
        with one.stages("photo"):
            one.image = load_photo(one.photo.path)
    except PhotoError as problem:
        one.fail(str(problem))


def _write(one: Reconstruction, photo: Image.Image, scene: Scene, rendering: Rendering, folder: OutputFolder) -> None:
    with one.stages("write"):
        render = Image.fromarray(rendering.image)
        folder.text("scene.scene", program_text(scene, one.frame))
        folder.picture("render.png", render)
        folder.picture("comparison.png", side_by_side(photo, render))


def main(argv: list[str]) -> int:
    """``raw reconstruct``: 0 when every photo worked, 1 when some failed, 2 when none worked."""
    options = _parser().parse_args(argv)
    _check_options(options.size, options.samples)
    budget = _budget(options.refine, options.refine_steps)
    photos = find_photos(options.photos)
    out = Path(options.out)
    alone = len(options.photos) == 1 and not Path(options.photos[0]).is_dir()
    work = [Reconstruction(photo, out if alone else out / photo.name) for photo in photos]
    model, library = model_folder(options.model), library_folder(options.library)
    failed = 0
    workers = options.workers or (min(os.cpu_count() or 1, REFINE_WORKERS) if budget else 1)
    recycle = {"recycle_after": RECYCLE_AFTER} if budget else {}
    with RenderPool(library, workers=workers, timeout_s=options.timeout, **recycle) as pool:
        session = Session(pool, model, library, size=options.size, samples=options.samples, refine=budget, **where(options))
        start = time.perf_counter()
        for one in session.run(work):
            failed += not one.done
            print("\n".join(_lines(one, time.perf_counter() - start)), flush=True) if one.done else None
            for failure in one.failures:
                print(f"raw: error: {failure}", file=sys.stderr, flush=True)
    if failed and len(work) > 1:
        print(f"raw: {failed} of {len(work)} photos failed", file=sys.stderr)
    return 0 if not failed else 2 if failed == len(work) else 1


def _lines(one: Reconstruction, seconds: float) -> list[str]:
    things = ", ".join(thing.category or "object" for thing in one.scene.objects) if one.scene else ""
    said = f"{one.photo.path} -> {one.folder} ({things or 'no objects'}; {seconds:.1f} s so far)"
    return [said, *(one.outcome.lines() if one.outcome else [])]


def _budget(seconds: float, steps: int) -> Budget | None:
    """What ``--refine`` and ``--refine-steps`` ask for."""
    return Budget(seconds, steps) if seconds or steps else None


def _check_options(size: int, samples: int) -> None:
    if not 64 <= size <= 4096:
        raise ValueError(f"--size is {size}; allowed: 64 to 4096")
    RenderSettings(samples=samples)


def _parser() -> ArgumentParser:
    files = "scene.scene, scene.blend, scene.glb, render.png, comparison.png, report.json"
    refined = "with --refine also refinement.json, refinement.png, before_after.png"
    parser = command_parser("reconstruct", f"Photos to scenes: {files}; {refined}.", EXAMPLES)
    parser.add_argument("photos", type=str, nargs="+", metavar="PHOTO", help="image files, or folders of them")
    parser.add_argument("--out", type=str, required=True, help="folder to write to")
    parser.add_argument("--model", type=str | None, default=None, help="model folder (default: the built-in one)")
    parser.add_argument("--library", type=str | None, default=None, help="asset library (default: the built-in one)")
    parser.add_argument("--size", type=int, default=512, help="longest side of the render, pixels")
    parser.add_argument("--samples", type=int, default=8, help="a pixel; more is cleaner and slower")
    parser.add_argument("--workers", type=int, default=0, help="render processes (0: one; with --refine one a core, up to 4)")
    parser.add_argument("--refine", type=float, default=0.0, help="seconds a photo of changing and drawing; keeps what is better")
    parser.add_argument("--refine-steps", type=int, default=0, help="stop refining after so many small renders; alone it can be repeated")
    add_where(parser)
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds after which a render is given up")
    return parser
