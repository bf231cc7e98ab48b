"""One method on one suite: predictions in this process, renders in the pool meanwhile, and a line for every case as it is done.

A case that fails is data: its line says what went wrong. A killed run loses the few cases that were under way.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image
from tqdm import tqdm

from inference.evaluation.baselines import Method
from inference.evaluation.cases import Answer, Case
from inference.evaluation.frames import framed, settings_of
from inference.evaluation.ledger import Ledger, answer_line
from inference.evaluation.network_scores import NetworkScores
from inference.evaluation.photo_subject import Portraits, subject_scores
from inference.evaluation.scores import object_records, score
from inference.render_program import mask_picture
from raw.language import write
from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from raw.scene import Scene

BATCH = 8  # cases a pass through a model; the next is asked for when so many or fewer wait for their renders
KEPT = 64  # renders that are remembered, as equal programs are drawn once
QUALITY = 90  # of JPEG
PAGE_SIDE = 640  # pixels, longest side of a picture that is kept for the page


class Drawer:
    """Draws scenes in a pool, and equal ones once as long as they come close together."""

    def __init__(self, pool: RenderPool) -> None:
        self._pool = pool
        self._kept: OrderedDict[tuple[str, RenderSettings], Future[Rendering]] = OrderedDict()

    def submit(self, scene: Scene, settings: RenderSettings) -> Future[Rendering]:
        """A future that gives a Rendering or raises RenderError; ValueError for a scene that cannot be written down."""
        key = (write(scene), settings)
        if key not in self._kept:
            self._kept[key] = self._pool.submit(scene, settings)
        self._kept.move_to_end(key)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]


@dataclass(frozen=True)
class Waiting:
    """An answer, and its render on the way; no render where there is nothing to draw."""

    case: Case
    answer: Answer
    render: Future[Rendering] | None

    @property
    def done(self) -> bool:
        return self.render is None or self.render.done()

    def finished(self) -> Answer:
        """The answer with its render, or with what kept it from being drawn; waits for it."""
        if self.render is None:
            return self.answer
        try:
            drawn = self.render.result()
        except RenderError as problem:
            return replace(self.answer, render_error=str(problem))
        milliseconds = sum(drawn.timings.values())
        return replace(self.answer, image=drawn.image, index=drawn.index, depth=drawn.depth, render_milliseconds=milliseconds)


class Runner:
    """Runs methods on suites and keeps what they say under ``folder``."""

    def __init__(self, folder: Path, drawer: Drawer, networks: NetworkScores, portraits: Portraits | None, samples: int) -> None:
        """``portraits`` are needed for photos alone; ``samples`` are the renderer's, a pixel."""
        self.folder, self.drawer, self.networks, self.portraits, self.samples = folder, drawer, networks, portraits, samples

    def run(self, suite: str, cases: Sequence[Case], names: Sequence[str], method: Method) -> None:
        """Complete the method's file; ``names`` are those of the cases. Goes on where an earlier run of it was ended."""
        waiting: deque[Waiting] = deque()
        with Ledger(self.folder / suite / f"{method.name}.jsonl", names) as ledger:
            told = f"{suite} / {method.name}"
            with tqdm(total=len(cases), initial=ledger.done, desc=told, unit="case", file=sys.stderr, smoothing=0.05) as bar:
                for start in range(ledger.done, len(cases), BATCH):
                    chunk = [cases[i] for i in range(start, min(start + BATCH, len(cases)))]
                    waiting.extend(map(self._begin, chunk, method.answer(chunk)))
                    while len(waiting) > BATCH:
                        bar.update(self._finish(suite, method.name, waiting, ledger))
                while waiting:
                    bar.update(self._finish(suite, method.name, waiting, ledger))

    def _begin(self, case: Case, answer: Answer) -> Waiting:
        """Start to draw an answer, if there is something to draw that is not drawn yet."""
        settings = settings_of(case, self.samples)
        answer = framed(answer, case, settings)
        if answer.scene is None:
            return Waiting(case, replace(answer, render_error="no scene"), None)
        if answer.image is not None:
            return Waiting(case, answer, None)
        try:
            return Waiting(case, answer, self.drawer.submit(answer.scene, settings))
        except ValueError as problem:
            return Waiting(case, replace(answer, scene=None, error=answer.error or str(problem), render_error="no scene"), None)

    def _finish(self, suite: str, method: str, waiting: deque[Waiting], ledger: Ledger) -> int:
        """Score and keep the first that waits and those after it that are done as well; how many that are."""
        ready = [waiting.popleft()]
        while waiting and waiting[0].done and len(ready) < BATCH:
            ready.append(waiting.popleft())
        answers = [one.finished() for one in ready]
        seen = self._network_scores(ready, answers)
        for one, answer, values in zip(ready, answers, seen, strict=True):
            scores = score(answer, one.case) | {name: (value, 1.0) for name, value in values.items()}
            if one.case.scene is None and self.portraits:
                scores |= subject_scores(answer, one.case, self.portraits)
            self._keep_render(self.folder / suite / method, one.case.name, answer)
            ledger.add(answer_line(one.case, answer, scores, object_records(answer, one.case)))
        return len(ready)

    def _network_scores(self, ready: Sequence[Waiting], answers: Sequence[Answer]) -> list[dict[str, float]]:
        """Values by metric for each answer; none for those without a render."""
        drawn = [i for i, answer in enumerate(answers) if answer.image is not None]
        pairs = [(answers[i].image, ready[i].case.image) for i in drawn]
        values = self.networks(pairs, same_view=ready[0].case.scene is not None)  # type: ignore[arg-type]
        found = dict(zip(drawn, values, strict=True))
        return [found.get(i, {}) for i in range(len(ready))]

    @staticmethod
    def _keep_render(folder: Path, name: str, answer: Answer) -> None:
        """Its picture and index image; written before the line that counts, so they need not appear whole."""
        if answer.image is None:
            return
        path = folder / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(answer.image).save(path, quality=QUALITY)
        if answer.index is not None:
            mask_picture(answer.index).save(folder / f"{name}.png")


def keep_picture(folder: Path, case: Case) -> None:
    """Write what the methods are shown, and its true masks where they are known, for the page."""
    path = folder / f"{case.name}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(case.image)
    picture.thumbnail((PAGE_SIDE, PAGE_SIDE))
    picture.save(path, quality=QUALITY)
    if case.mask is not None:
        mask_picture(case.mask).save(folder / f"{case.name}.png")
