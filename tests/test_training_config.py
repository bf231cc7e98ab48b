"""Training settings: types, ranges, files and flags."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from raw.model.lora import Lora
from training.augment_config import AugmentConfig
from training.config import (
    DataConfig,
    ObjectiveConfig,
    OptimiserConfig,
    RunConfig,
    TrainConfig,
    load_config,
    parse_arguments,
    save_config,
)
from training.model_config import ModelConfig

CONFIGS = Path(__file__).parent.parent / "configs"


def _config() -> TrainConfig:
    return TrainConfig(DataConfig(Path("d"), Path("l"), augment=AugmentConfig(jpeg=(50, 60))), RunConfig(Path("r")))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: AugmentConfig(mirror=1.5), "mirror is 1.5"),
        (lambda: AugmentConfig(aspect=(1.8, 1.2)), r"aspect is \(1.8, 1.2\)"),
        (lambda: AugmentConfig(jpeg=(0, 95)), r"jpeg is \(0, 95\)"),
        (lambda: DataConfig(Path("d"), Path("l"), variants=0), "variants is 0"),
        (lambda: DataConfig(Path("d"), Path("l"), fuzz=0.9), "fuzz is 0.9"),
        (lambda: OptimiserConfig(learning_rate=float("nan")), "learning_rate is nan"),
        (lambda: OptimiserConfig(betas=(0.9, 1.0)), r"betas is \(0.9, 1.0\)"),
        (lambda: OptimiserConfig(clip_norm=0), "clip_norm is 0"),
        (lambda: OptimiserConfig(mixed_precision="half"), "mixed_precision is 'half'; allowed: no, bf16, fp16"),
        (lambda: ObjectiveConfig(norm=-1), "norm is -1"),
        (lambda: RunConfig(Path("r"), keep=0), "keep is 0"),
        (lambda: RunConfig(Path("r"), device="tpu"), "device is 'tpu'; allowed: auto, cpu"),
        (lambda: RunConfig(Path("r"), best=0), "best is 0"),
        (lambda: RunConfig(Path("r"), patience=-1), "patience is -1"),
        (lambda: OptimiserConfig(ema=1.0), "ema is 1.0"),
        (lambda: DataConfig(Path("d"), Path("l"), max_objects=26), "max_objects is 26; allowed: from 1 to 25"),
        (lambda: DataConfig(Path("d"), Path("l"), object_order="depth"), "object_order is 'depth'; allowed: pixels, random"),
        (lambda: ModelConfig(codec="words"), "codec is 'words'; allowed: bins, .*digits"),
        (lambda: ModelConfig(attention="flash"), "attention is 'flash'; allowed: sdpa, eager, flash_attention_2"),
        (lambda: ModelConfig(base="b", quantise="8bit"), "quantise is '8bit'; allowed: no, 4bit"),
        (lambda: ModelConfig(base=""), "base is ''"),
        (lambda: ModelConfig(lora=Lora()), "base is null, lora is Lora"),
        (lambda: ModelConfig(base="b", quantise="4bit"), "quantise is '4bit' and lora is null"),
        (lambda: Lora(rank=0), "rank is 0"),
        (lambda: Lora(alpha=float("nan")), "alpha is nan"),
        (lambda: Lora(dropout=2), "dropout is 2"),
    ],
)
def test_a_bad_value_is_named(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_saved_config_reads_back_equal(tmp_path: Path) -> None:
    save_config(_config(), tmp_path / "config.yaml")
    assert load_config(tmp_path / "config.yaml") == _config()


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    save_config(_config(), tmp_path / "config.yaml")
    config = parse_arguments(["--config", str(tmp_path / "config.yaml"), "--optimiser.steps", "7", "--run.resume", "true"])
    assert config == replace(_config(), optimiser=OptimiserConfig(steps=7), run=RunConfig(Path("r"), resume=True))


def test_unknown_flag_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_config(_config(), tmp_path / "config.yaml")
    with pytest.raises(SystemExit) as stop:
        parse_arguments(["--config", str(tmp_path / "config.yaml"), "--optimiser.stepz", "7"])
    assert stop.value.code == 2
    assert "optimiser.stepz" in capsys.readouterr().err


def test_unknown_key_in_the_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_config(_config(), tmp_path / "config.yaml")
    text = (tmp_path / "config.yaml").read_text()
    (tmp_path / "config.yaml").write_text(text.replace("batch_size:", "batch_sise:"))
    with pytest.raises(SystemExit):
        load_config(tmp_path / "config.yaml")
    assert "batch_sise" in capsys.readouterr().err


def test_adapters_from_flags(tmp_path: Path) -> None:
    save_config(_config(), tmp_path / "config.yaml")
    config = parse_arguments(["--config", str(tmp_path / "config.yaml"), "--model.base", "b", "--model.lora.rank", "8"])
    assert config.model == ModelConfig(base="b", lora=Lora(rank=8))
    save_config(config, tmp_path / "config.yaml")
    assert load_config(tmp_path / "config.yaml") == config


@pytest.mark.parametrize("path", sorted([*CONFIGS.glob("train_*.yaml"), CONFIGS / "default" / "train.yaml"]), ids=lambda path: path.name)
def test_shipped_configs_are_valid(path: Path) -> None:
    assert load_config(path).optimiser.steps > 0


def test_the_second_run_of_the_shipped_model_goes_on_from_the_first() -> None:
    folder = CONFIGS / "default"
    first = load_config(folder / "train.yaml")
    more = parse_arguments(["--config", str(folder / "train.yaml"), "--config", str(folder / "train_more.yaml")])
    assert more.model.start == first.run.folder / "model" and more.run.folder != first.run.folder
    assert replace(more.model, start=None) == first.model
    augment = more.data.augment
    assert augment.backdrop and augment.flash  # what it learns beside more pictures
    assert replace(augment, backdrop=0.0, flash=0.0) == first.data.augment
    assert more.second_look.steps == 0 < first.second_look.steps


def test_the_reader_of_the_shipped_model_is_fitted_on_what_it_kept() -> None:
    names = ("train.yaml", "train_more.yaml", "train_horizon.yaml")
    found = parse_arguments([part for name in names for part in ("--config", str(CONFIGS / "default" / name))])
    assert found.horizon.steps > 0 == found.optimiser.steps == found.second_look.steps
    assert found.model.start is not None and found.data.augment.reframe and found.data.augment.backdrop


def test_the_corrector_of_the_shipped_model_is_fitted_to_what_is_said_with_its_reader() -> None:
    names = ("train.yaml", "train_more.yaml", "train_places.yaml")
    found = parse_arguments([part for name in names for part in ("--config", str(CONFIGS / "default" / name))])
    reader = load_config(CONFIGS / "default" / "train.yaml").run.folder.parent / "default-horizon"
    assert found.places.steps > 0 == found.optimiser.steps == found.second_look.steps == found.horizon.steps
    assert found.model.start == reader / "model" and found.run.folder != reader
