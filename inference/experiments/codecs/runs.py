"""One model of each codec and seed, by the stock training loop."""

from __future__ import annotations

from pathlib import Path

from inference.experiments.codecs.config import CodecExperiment
from training.config import AugmentConfig, DataConfig, ModelConfig, OptimiserConfig, RunConfig, TrainConfig
from training.finetune import train

TOWER = "efficientnet_lite0"


def train_config(experiment: CodecExperiment, library: Path, codec: str, number: int) -> TrainConfig:
    """Settings of one run: the same for all codecs. Every picture comes as it is and mirrored."""
    return TrainConfig(
        DataConfig(
            experiment.out / "data",
            library,
            features=experiment.out / "features",
            variants=2,
            feedback_noise=experiment.feedback_noise,
            augment=AugmentConfig(mirror=1.0, letterbox=0.0, blur=0.0, jpeg=(90, 95)),
        ),
        RunConfig(
            experiment.out / "runs" / f"{codec}-{number}",
            seed=number,
            resume=True,
            validate_every=max(1, experiment.steps // 8),
            save_every=max(1, experiment.steps // 4),
            keep=1,
        ),
        ModelConfig(experiment.size, TOWER, codec),
        OptimiserConfig(experiment.steps, experiment.batch, learning_rate=experiment.learning_rate, warmup=0.05),
    )


def trained_model(experiment: CodecExperiment, library: Path, codec: str, number: int) -> Path:
    """The model's folder; what an earlier call has trained is not trained again."""
    return train(train_config(experiment, library, codec, number))
