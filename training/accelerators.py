"""The accelerator of a run. The run's own settings hold, however it was launched."""

from __future__ import annotations

from datetime import timedelta

import torch
from accelerate import Accelerator, InitProcessGroupKwargs
from accelerate.utils import DistributedType, GradientAccumulationPlugin

from training.config import TrainConfig

FEATURE_TIMEOUT = timedelta(hours=12)  # other processes wait while the first computes features


def make_accelerator(config: TrainConfig) -> Accelerator:
    """``raw train`` has one process; under ``accelerate launch`` or ``torchrun`` there are as many as they start.

    ValueError for what does not work with the way of launching.
    """
    settings = config.optimiser
    if settings.tf32:
        torch.set_float32_matmul_precision("high")
    accelerator = Accelerator(
        cpu=config.run.device == "cpu",
        mixed_precision=settings.mixed_precision,
        # a plugin, because the launcher's environment would win over a number
        gradient_accumulation_plugin=GradientAccumulationPlugin(num_steps=settings.accumulation, sync_with_dataloader=False),
        kwargs_handlers=[InitProcessGroupKwargs(timeout=FEATURE_TIMEOUT)],
    )
    if accelerator.distributed_type == DistributedType.DEEPSPEED:
        accelerator.state.deepspeed_plugin.deepspeed_config.update(
            train_micro_batch_size_per_gpu=settings.batch_size,  # there is no loader at hand to read it from
            gradient_accumulation_steps=settings.accumulation,
            gradient_clipping=settings.clip_norm,  # the engine clips
        )
    if is_sharded(accelerator) and config.run.validate_decode:
        raise ValueError(
            f"run.validate_decode is {config.run.validate_decode}; allowed: 0 under FSDP, where no process has the weights to decode with"
        )
    return accelerator


def is_sharded(accelerator: Accelerator) -> bool:
    """Whether no process holds all weights."""
    return accelerator.distributed_type == DistributedType.FSDP
