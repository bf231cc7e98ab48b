"""What the ways of launching need: accelerate's files, and the run's own settings before the launcher's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
import yaml
from accelerate.commands.config.config_args import ClusterConfig, load_config_from_file
from accelerate.utils import FullyShardedDataParallelPlugin
from training_runs import config_of, losses, make_world

from raw.model.lora import Lora
from training.accelerators import make_accelerator
from training.config import load_config
from training.finetune import train
from training.run import prepare

CONFIGS = Path(__file__).parent.parent / "configs"
DOCS = Path(__file__).parent.parent / "docs" / "training.md"
KINDS = {"ddp": "MULTI_GPU", "fsdp": "FSDP", "deepspeed": "DEEPSPEED"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.mark.parametrize("name", KINDS)
def test_accelerate_reads_the_file(name: str) -> None:
    path = CONFIGS / f"accelerate_{name}.yaml"
    config = load_config_from_file(str(path))  # refuses unknown keys
    assert isinstance(config, ClusterConfig)
    assert config.distributed_type == KINDS[name]
    assert path.name in DOCS.read_text()


def test_all_shipped_files_are_tested() -> None:
    assert {path.name for path in CONFIGS.glob("accelerate_*")} == {f"accelerate_{name}.yaml" for name in KINDS}


def test_fsdp_wraps_the_decoders_layers(world: Path, tmp_path: Path) -> None:
    settings = yaml.safe_load((CONFIGS / "accelerate_fsdp.yaml").read_text())["fsdp_config"]
    plugin = FullyShardedDataParallelPlugin(
        fsdp_version=settings["fsdp_version"],
        auto_wrap_policy=settings["fsdp_auto_wrap_policy"],
        transformer_cls_names_to_wrap=[settings["fsdp_transformer_layer_cls_to_wrap"]],
    )
    config = config_of(world, tmp_path / "run")
    model = prepare(config, make_accelerator(config)).plain_model
    plugin.set_auto_wrap_policy(model)  # raises if the model has no such layer
    assert plugin.fsdp_version == 2
    layers = [m for m in model.modules() if type(m).__name__ == settings["fsdp_transformer_layer_cls_to_wrap"]]
    assert len(layers) == 2


def test_the_papers_settings() -> None:
    config = load_config(CONFIGS / "train_vicuna7b.yaml")
    model, optimiser = config.model, config.optimiser
    assert (model.base, model.tower, model.codec, model.lora) == ("lmsys/vicuna-7b-v1.3", "clip", "digits", Lora(128, 256, 0.05))
    assert (optimiser.steps, optimiser.batch_size, optimiser.accumulation) == (40_000, 32, 1)
    assert (optimiser.learning_rate, optimiser.learning_rate * optimiser.head_multiplier) == (2e-5, pytest.approx(2e-4))
    assert (optimiser.warmup, optimiser.weight_decay, optimiser.mixed_precision, config.data.fuzz) == (0.03, 0, "bf16", 0.005)
    assert not model.feedback
    assert config.objective.rotation_after_svd
    assert (config.objective.appearance, config.objective.norm, config.objective.rotation) == (10, 0.001, 1)


def test_the_launchers_accumulation_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCELERATE_GRADIENT_ACCUMULATION_STEPS", "4")
    config = config_of(tmp_path, tmp_path / "run", accumulation=2)
    assert make_accelerator(config).gradient_accumulation_steps == 2


def test_tf32_is_asked_for(tmp_path: Path) -> None:
    before = torch.get_float32_matmul_precision()
    config = config_of(tmp_path, tmp_path / "run")
    try:
        make_accelerator(config)
        assert torch.get_float32_matmul_precision() == before
        make_accelerator(replace(config, optimiser=replace(config.optimiser, tf32=True)))
        assert torch.get_float32_matmul_precision() == "high"
    finally:
        torch.set_float32_matmul_precision(before)


def _with(world: Path, folder: Path, **model: object) -> dict[tuple[str, int], float]:
    config = config_of(world, folder, steps=3)
    train(replace(config, model=replace(config.model, **model)))
    return losses(folder)


def test_gradient_checkpointing_changes_no_loss(world: Path, tmp_path: Path) -> None:
    checkpointed = _with(world, tmp_path / "checkpointed", gradient_checkpointing=True)
    assert checkpointed == pytest.approx(_with(world, tmp_path / "plain"), abs=1e-5)


@pytest.mark.slow
def test_a_compiled_decoder_learns_the_same(world: Path, tmp_path: Path) -> None:
    compiled = _with(world, tmp_path / "compiled", compile=True)
    assert compiled == pytest.approx(_with(world, tmp_path / "plain"), abs=1e-3)
