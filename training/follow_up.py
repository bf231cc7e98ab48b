"""What is fitted once a model is trained, each of its own: the second look, the reader of horizons, the corrector of places.

Each is a small network in a file beside the model's weights. A run that went on from a model and is not told to fit one anew keeps that of
its start, as long as it fits, and a run that has one already, as one that is resumed after its end, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from raw.library import Library
from raw.model.hub import scene_model_folder
from raw.model.places import PLACES_FILE, PlaceCorrector
from raw.model.scene_model import SceneModel
from raw.vision.adapter import ADAPTER_FILE, Adapter
from raw.vision.horizon import HORIZON_FILE, HorizonReader
from training.horizon import fit_horizon, median_error
from training.places import fit_places
from training.run import Run
from training.second_look import fit_second_look


class _Kept(Protocol):
    def save(self, folder: Path) -> None: ...


Network = TypeVar("Network", bound=_Kept)


def fit_what_follows(run: Run) -> None:
    """Put into the folder of the run's model what the run's settings ask for, or what the model has that it started from."""
    _look_again(run)
    _read_horizons(run)
    _correct_places(run)


def _look_again(run: Run) -> None:
    """The second look goes on from that of the run's start."""
    if _has(run, ADAPTER_FILE, Adapter.load, anew=run.look_tower is not None):
        return
    assert run.look_tower is not None and isinstance(run.appearances, Library)  # as ``prepare`` saw to
    tower, device = run.look_tower.to(run.accelerator.device), run.accelerator.device
    settings, pairs, folder, start = run.config.second_look, run.pairs["train"], _folder(run), _started_from(run, Adapter.load)
    fit_second_look(
        settings, pairs, run.appearances, tower, folder, start=start, seed=run.config.run.seed, device=device, quiet=_quiet(run)
    )


def _read_horizons(run: Run) -> None:
    settings, seed, device = run.config.horizon, run.config.run.seed, run.accelerator.device
    if _has(run, HORIZON_FILE, HorizonReader.load, anew=settings.steps > 0):
        return
    fingerprint = run.plain_model.config.tower_fingerprint
    reader = fit_horizon(settings, run.features["train"], fingerprint, seed=seed, device=device, quiet=_quiet(run))
    reader.save(_folder(run))
    error = median_error(reader, run.features["validation"])
    run.accelerator.print(f"horizon: read to {error:.4f} of the height, median of validation pictures")


def _correct_places(run: Run) -> None:
    """Fitted to what one model says: one that was trained on says other things than its start did, and does not keep that one's."""
    settings, seed, device = run.config.places, run.config.run.seed, run.accelerator.device
    if _has(run, PLACES_FILE, PlaceCorrector.load, anew=settings.steps > 0, keep=not run.config.optimiser.steps):
        return
    model = SceneModel.from_pretrained(str(_folder(run)), base=run.config.model.base)  # the one that is kept, which is not the last
    fit_places(settings, model, run.features["train"], seed=seed, device=device, quiet=_quiet(run)).save(_folder(run))


def _started_from(run: Run, load: Callable[[Path], Network | None]) -> Network | None:
    """What the model has that the run went on from."""
    begun = run.config.model.start
    return load(scene_model_folder(begun)) if begun else None


def _has(run: Run, file: str, load: Callable[[Path], _Kept | None], *, anew: bool, keep: bool = True) -> bool:
    """Whether there is nothing to fit: the model has its file, or is given its start's if it may ``keep`` that, or does without."""
    if (_folder(run) / file).is_file():
        return True
    if not anew and keep and (start := _started_from(run, load)) is not None:
        start.save(_folder(run))
    return not anew


def _folder(run: Run) -> Path:
    return run.config.run.folder / "model"


def _quiet(run: Run) -> bool:
    return not run.config.run.progress
