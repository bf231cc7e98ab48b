"""One step of the optimiser over all its micro-batches."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from training.data import model_inputs
from training.run import Run
from training.schedule import set_learning_rate

Batch = dict[str, Tensor]


def optimiser_step(run: Run, batches: Iterator[Batch], step: int) -> dict[str, float]:
    """Take step ``step``, counted from 1, and return the parts of the loss over all images of it.

    The loss is that of one process with one batch of all these images, however they are cut. FloatingPointError, with
    the samples' names, if it is not finite; ValueError for a micro-batch without labels.
    """
    settings, accelerator = run.config.optimiser, run.accelerator
    run.model.train()
    rate = set_learning_rate(run.optimiser, settings, step - 1)
    micro = [next(batches) for _ in range(settings.accumulation)]
    counts = _counts(run, micro, step)
    # accelerate divides by the micro-batches and takes the mean over processes; here all is divided by the counts already
    scale = settings.accumulation * accelerator.num_processes
    totals: dict[str, Tensor] = {}
    for batch in micro:
        with accelerator.accumulate(run.model):
            parts = _losses(run, batch, counts, step)
            accelerator.backward(parts["loss"] * scale)
            if accelerator.sync_gradients:
                norm = accelerator.clip_grad_norm_(run.model.parameters(), settings.clip_norm)
            run.optimiser.step()
            run.optimiser.zero_grad()
        totals = {name: totals.get(name, 0) + part.detach() for name, part in parts.items()}
    if run.average:
        run.average.update()
    values = {name: float(value) for name, value in accelerator.reduce(totals, "sum").items()}
    return {**values, **({} if norm is None else {"gradient_norm": float(norm)}), "learning_rate": rate}


def _counts(run: Run, micro: list[Batch], step: int) -> dict[str, Tensor]:
    """The labels of all micro-batches in all processes."""
    counts: dict[str, Tensor] = {}
    for batch in micro:
        try:
            found = run.objective.count(batch)
        except ValueError as problem:
            raise ValueError(f"step {step}: {problem}; samples: {run.names('train', batch)}") from None
        counts = {name: counts.get(name, 0) + count for name, count in found.items()}
    return run.accelerator.reduce(counts, "sum")


def _losses(run: Run, batch: Batch, counts: dict[str, Tensor], step: int) -> dict[str, Tensor]:
    """This micro-batch's share of the parts of the loss."""
    try:
        parts = run.objective(run.model(**model_inputs(batch)), batch, counts)
        problem = "" if torch.isfinite(parts["loss"]) else ", ".join(f"{name} {part.item():g}" for name, part in parts.items())
    except torch.linalg.LinAlgError as error:  # the rotation head's decomposition refuses nan before the loss is reached
        problem = str(error)
    if problem:
        raise FloatingPointError(f"step {step}: {problem}; samples: {run.names('train', batch)}")
    return parts
