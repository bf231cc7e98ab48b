"""The loss over the validation images, and what the model says of some of them.

Every process takes its share, filled up so that all take the same number of batches; what fills up does not count. So
the numbers do not depend on batches and processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from accelerate.utils import send_to_device
from torch import Tensor
from torch.utils.data import DataLoader

from raw.model.scene_model import SceneModel
from training.data import collate, model_inputs
from training.decoded import Tally, decoded_tally
from training.run import Run


def validate(run: Run) -> dict[str, float]:
    """Mean of the parts of the loss over the validation images, and with ``run.validate_decode`` the scores of ``training.decoded``.

    ValueError if no validation image carries a label, FloatingPointError, with the samples' names, for a loss that is not finite.
    """
    with run.averaged(), _evaluating(run.model):
        process = run.accelerator.process_index, run.accelerator.num_processes
        values = mean_losses(run, *share(len(run.pairs["validation"]), *process))
        if run.config.run.validate_decode:
            values |= _decoded(run)
    return values


def score(run: Run, values: dict[str, float]) -> float:
    """By which models are compared, higher being better."""
    return values["decoded_score"] if run.config.run.validate_decode else -values["loss"]


def share(images: int, process: int, processes: int) -> tuple[list[int], int]:
    """The images of one process, as many as any process has, and how many of them count; the rest repeats one."""
    own = list(range(process, images, processes))
    longest = -(-images // processes)
    return own + [0] * (longest - len(own)), len(own)


@torch.no_grad()
def mean_losses(run: Run, indices: list[int], counting: int) -> dict[str, float]:
    """The parts of the loss over all labels of all processes; of this one's images the first ``counting`` count."""
    loader = DataLoader(
        run.dataset("validation"),
        batch_size=run.config.optimiser.batch_size,
        sampler=[(0, index) for index in indices],
        collate_fn=collate,
        num_workers=run.config.run.workers,
        generator=torch.Generator(),
    )
    totals: dict[str, Tensor] = {}
    for batch in loader:
        batch["attention_mask"][max(counting, 0) :] = 0  # no labels beyond them
        counting -= len(batch["indices"])
        batch = send_to_device(batch, run.accelerator.device)
        _check(run, batch, losses := run.objective.sums(run.model(**model_inputs(batch)), batch))
        found = {f"sum {name}": value for name, value in losses.items()}
        found |= {f"count {name}": value for name, value in run.objective.labels(batch).items()}
        totals = {name: totals.get(name, 0) + value.double() for name, value in found.items()}
    totals = run.accelerator.reduce(totals, "sum")
    sums, counts = ({n.removeprefix(f"{key} "): v for n, v in totals.items() if n.startswith(key)} for key in ("sum", "count"))
    if not any(counts.values()):
        raise ValueError(f"none of the {len(run.pairs['validation'])} validation images carries a label; allowed: one or more")
    return {name: value.item() for name, value in run.objective.combined(sums, counts).items()}


def _check(run: Run, batch: dict[str, Tensor], losses: dict[str, Tensor]) -> None:
    if problem := [f"{name} {value.item():g}" for name, value in losses.items() if not torch.isfinite(value)]:
        raise FloatingPointError(f"validation: {', '.join(problem)}; samples: {run.names('validation', batch)}")


def _decoded(run: Run) -> dict[str, float]:
    """Scores of the first ``validate_decode`` images, each decoded by one process."""
    config, cache = run.config, run.features["validation"]
    images = min(config.run.validate_decode, len(cache.programs))
    process = run.accelerator.process_index, run.accelerator.num_processes
    own = list(range(process[0], images, process[1]))
    tally, batch = Tally(), config.optimiser.batch_size
    for start in range(0, len(own), batch):
        indices = own[start : start + batch]
        programs = [cache.programs[index][0] for index in indices]
        patches = torch.stack([torch.from_numpy(cache.patches[index, 0].astype("float32")) for index in indices])
        tally += decoded_tally(run.plain_model, patches, programs, run.appearances, config.data.max_objects)
    totals = torch.tensor(list(tally), dtype=torch.float64, device=run.accelerator.device)
    return Tally(*run.accelerator.reduce(totals, "sum").tolist()).summary()


@contextmanager
def _evaluating(model: SceneModel) -> Iterator[None]:
    model.eval()
    try:
        yield
    finally:
        model.train()
