"""The search: rounds of four changed scenes, drawn in parallel, of which the best or the best parts are kept.

A (1 + 4) evolution strategy in blocks. Camera, sky and ground rounds keep the best scene of the four, if it is better. In an
object round every object of each of the four scenes changes in its own way; for every object the change that gained most at the
places that the object covers is taken; all of them together, and the better half, are drawn, and kept if the whole is better. So
one round tries four changes of every object. Which kind of round comes next is drawn by what it lately gained for its cost.

The course depends on the numbers alone, never on the time that a drawing takes, so with a limit on evaluations it can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from inference.refine.budget import COSTS
from inference.refine.changes import camera_change, object_change, sky_change
from raw.scene import Scene, SceneObject

ROUND = 4  # scenes a round
LEAST_GAIN = 0.002  # share of the objective; less is taken for chance
KINDS = ("objects", "camera", "sky", "ground")
DROP_AFTER = 4  # object rounds: what stands a little wrong is to be put right rather than taken away, as it never comes back
CURIOSITY = 0.1  # share of the best kind's chances that every kind keeps
GROW, SHRINK = 1.3, 0.8  # of a step after a round that gained, and one that did not
STEPS = (0.1, 2.0)


class Draft(NamedTuple):
    """A scene, and for each of its objects the number it had at the start."""

    scene: Scene
    keys: tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """A draft as drawn."""

    draft: Draft
    map: np.ndarray  # (rows, columns) distances of the places
    index: np.ndarray  # (H, W) uint8: 0 sky, i + 1 object i, 255 ground

    @property
    def value(self) -> float:
        return float(self.map.mean())


class Step(NamedTuple):
    """One round as the trace tells it."""

    kind: str
    evaluations: int  # so far
    value: float  # of what is kept
    changed: tuple[str, ...]  # what was kept of the round; nothing where it did not gain
    best: Draft  # what there is after it


Draw = Callable[[Sequence[Draft]], list[Trial | None]]  # None where a scene cannot be drawn


@dataclass
class Candidates:
    """Assets to try, the nearest first."""

    ground: list[str] = field(default_factory=list)
    objects: list[list[str]] = field(default_factory=list)  # by number at the start


class Search:
    """Improves one scene round by round; ``best`` is what it has."""

    def __init__(self, start: Trial, candidates: Candidates, draw: Draw, rng: np.random.Generator) -> None:
        self.best, self.evaluations = start, 1
        self._candidates, self._draw, self._rng = candidates, draw, rng
        self._grounds = [asset for asset in candidates.ground if asset != start.draft.scene.ground.appearance]
        self._steps: dict[str, float] = {}
        self._object_rounds = 0
        self._promise = dict.fromkeys(KINDS, float("inf"))  # gain for cost, lately

    def next_kind(self, fits: Callable[[str, int], bool]) -> str | None:
        """Draw the kind of the next round among those that ``fits(kind, evaluations)`` allows; None where it allows none."""
        kinds = [k for k in KINDS if (k != "ground" or self._grounds) and (k != "objects" or self.best.draft.keys)]
        kinds = [kind for kind in kinds if fits(kind, self.evaluations)]
        if not kinds:
            return None
        new = [kind for kind in kinds if np.isinf(self._promise[kind])]
        if new:
            return new[0]
        promise = np.array([self._promise[kind] for kind in kinds])
        chances = np.maximum(promise, max(CURIOSITY * promise.max(), 1e-12)) / np.array([COSTS[kind] ** 0.5 for kind in kinds])
        return str(self._rng.choice(kinds, p=chances / chances.sum()))

    def round(self, kind: str) -> Step:
        """One round of a kind of ``KINDS``."""
        before = self.best.value
        changed = self._object_round() if kind == "objects" else self._whole_round(kind)
        gain = (before - self.best.value) / COSTS[kind]
        self._promise[kind] = gain if np.isinf(self._promise[kind]) else 0.5 * (self._promise[kind] + gain)
        return Step(kind, self.evaluations, self.best.value, changed, self.best.draft)

    def _evaluate(self, drafts: Sequence[Draft]) -> list[Trial | None]:
        self.evaluations += len(drafts)
        return self._draw(drafts)

    def _keep(self, trials: Sequence[Trial | None]) -> bool:
        """Keep the best of some trials if it is better than what there is."""
        drawn = [trial for trial in trials if trial is not None]
        best = min(drawn, key=lambda trial: trial.value, default=self.best)
        if best.value >= self.best.value * (1 - LEAST_GAIN):
            return False
        self.best = best
        return True

    def _whole_round(self, kind: str) -> tuple[str, ...]:
        scene = self.best.draft.scene
        if kind == "ground":
            tried, self._grounds = self._grounds[:ROUND], self._grounds[ROUND:]
            scenes = [replace(scene, ground=replace(scene.ground, appearance=asset)) for asset in tried]
        else:
            change = camera_change if kind == "camera" else sky_change
            scenes = [change(scene, self._rng, self._steps.get(kind, 1.0)) for _ in range(ROUND)]
        better = self._keep(self._evaluate([Draft(one, self.best.draft.keys) for one in scenes]))
        self._adapt(kind, better)
        return (kind,) if better else ()

    def _object_round(self) -> tuple[str, ...]:
        now = self.best
        self._object_rounds += 1
        proposals = [self._changed_objects(now.draft) for _ in range(ROUND)]
        trials = self._evaluate([_with_objects(now.draft, [thing for _, thing in one]) for one in proposals])
        gains = np.array([[_gain(now, trial, i) if trial else -np.inf for trial in trials] for i in range(len(now.draft.keys))])
        best = gains.argmax(axis=1)
        better = gains.max(axis=1) > 0
        for i, one in enumerate(best):
            for j, proposal in enumerate(proposals):
                self._adapt(proposal[i][0], bool(better[i]) and j == one)
        order = [int(i) for i in np.argsort(-gains.max(axis=1), kind="stable") if better[i]]
        merges = [order, order[: (len(order) + 1) // 2]] if len(order) > 1 else [order] * len(order)
        merged = self._evaluate([_merged(now.draft, proposals, best, taken) for taken in merges])
        if not self._keep([*merged, *trials]):
            return ()
        for trial, taken in zip(merged, merges, strict=True):
            if trial is self.best:
                return tuple(f"{proposals[best[i]][i][0]} {now.draft.keys[i]}" for i in sorted(taken))
        return ("objects",)

    def _changed_objects(self, draft: Draft) -> list[tuple[str, SceneObject | None]]:
        looks, may_drop = self._candidates.objects, self._object_rounds > DROP_AFTER
        return [object_change(draft.scene, i, looks[key], self._rng, self._steps, may_drop=may_drop) for i, key in enumerate(draft.keys)]

    def _adapt(self, kind: str, better: bool) -> None:
        """Longer steps after a success, shorter after none; for objects, which are many, little by little."""
        factor = (GROW if better else SHRINK) if kind in KINDS else (1.15 if better else 0.95)
        self._steps[kind] = float(np.clip(self._steps.get(kind, 1.0) * factor, *STEPS))


def _merged(draft: Draft, proposals: Sequence[Sequence[tuple[str, SceneObject | None]]], best: np.ndarray, taken: Sequence[int]) -> Draft:
    """The draft with the objects ``taken`` as they are in the proposal that is ``best`` (N,) for each."""
    objects = list(draft.scene.objects)
    return _with_objects(draft, [proposals[best[i]][i][1] if i in taken else thing for i, thing in enumerate(objects)])


def _with_objects(draft: Draft, objects: Sequence[SceneObject | None]) -> Draft:
    """The draft with its objects changed; None drops one."""
    left = [(thing, key) for thing, key in zip(objects, draft.keys, strict=True) if thing is not None]
    return Draft(replace(draft.scene, objects=tuple(thing for thing, _ in left)), tuple(key for _, key in left))


def _gain(before: Trial, after: Trial, i: int) -> float:
    """What the objective lost at the places that object i of ``before`` covered or covers now."""
    key = before.draft.keys[i]
    covered = before.index == i + 1
    if key in after.draft.keys:
        covered = covered | (after.index == after.draft.keys.index(key) + 1)
    return float(((before.map - after.map) * _shares(covered, before.map.shape)).sum())


def _shares(covered: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """(H, W) bool -> (rows, columns) weights 0..1 of the places that the covered part touches, and half of their neighbours."""
    rows, columns = shape
    touched = np.zeros((rows + 2, columns + 2))
    y, x = np.nonzero(covered)
    touched[1 + y * rows // covered.shape[0], 1 + x * columns // covered.shape[1]] = 1.0
    near = np.max([touched[r : r + rows, c : c + columns] for r in range(3) for c in range(3)], axis=0)
    return np.maximum(touched[1:-1, 1:-1], 0.5 * near)
