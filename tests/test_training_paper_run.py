"""The trainer on the paper's released data, from files to a model, and what it may not be taught."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from paper_world import FOV, WIDTH, write_paper_data

from raw.model.builders import build_model
from raw.model.generate import generate
from raw.model.numbers import NUMBER_SLOTS, fixed_units
from raw.model.pieces import NUMBER
from raw.model.scene_model import SceneModel
from raw.model.vocabulary import PieceVocabulary
from raw.vision.tower import load_tower
from training.augment_config import AugmentConfig
from training.config import DataConfig, OptimiserConfig, RunConfig, TrainConfig, load_config, parse_arguments
from training.data import SceneDataset, collate, model_inputs
from training.features import FeatureJob, cached_features
from training.finetune import train
from training.model_config import ModelConfig
from training.objective import Objective, ObjectiveConfig
from training.paper.config import PaperConfig
from training.paper.look import main
from training.sources import Source, open_source

ROOT = Path(__file__).parent.parent
PAPER = PaperConfig(fov=FOV)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_paper_data(tmp_path_factory.mktemp("paper") / "data")


def _data(world: Path, **changes: object) -> DataConfig:
    return DataConfig(world, variants=2, augment=AugmentConfig(letterbox=0.0, mirror=1.0), paper=PAPER, **changes)


def _config(world: Path, folder: Path) -> TrainConfig:
    return TrainConfig(
        _data(world),
        RunConfig(folder, device="cpu", log_every=1, validate_every=2, save_every=2, progress=False, workers=1),
        ModelConfig("debug", "debug"),
        OptimiserConfig(steps=2, batch_size=2, learning_rate=3e-3, warmup=0.0),
    )


@pytest.fixture(scope="module")
def trained(world: Path) -> Path:
    train(_config(world, world.parent / "run"))
    return world.parent / "run"


def _source(world: Path) -> Source:
    return open_source(_data(world), world / "features")


def _dataset(world: Path, *, fuzz: float = 0.0) -> SceneDataset:
    source = _source(world)
    job = FeatureJob(source.pairs["train"], load_tower("debug"), _data(world).augment, 2, 0)
    cache = cached_features(job, world / "features", device=torch.device("cpu"), progress=False)
    return SceneDataset(
        cache, source.appearances, PieceVocabulary(), seed=0, shuffle=True, learn_order=False, fuzz=fuzz, fixed=source.fixed
    )  # fmt: skip


def test_two_steps_and_a_model(trained: Path) -> None:
    records = [json.loads(line) for line in (trained / "metrics.jsonl").read_text().splitlines()]
    assert [(r["split"], r["step"]) for r in records] == [("train", 1), ("train", 2), ("validation", 2)]
    assert all(np.isfinite(r["loss"]) and r["appearance"] > 0 and r["rotation"] > 0 and r["number"] > 0 for r in records)
    assert records[1]["loss"] != records[0]["loss"]


def test_the_run_keeps_its_config_and_resumes(world: Path, trained: Path) -> None:
    config = _config(world, trained)
    assert load_config(trained / "config.yaml") == config
    assert train(replace(config, run=replace(config.run, resume=True))) == trained / "model"
    other = replace(config, run=replace(config.run, resume=True), data=replace(config.data, paper=PaperConfig(fov=30.0)))
    with pytest.raises(ValueError, match="data.paper was .*is "):
        train(other)


def test_the_model_says_what_it_was_not_taught_as_it_was_told(world: Path, trained: Path) -> None:
    model = SceneModel.from_pretrained(trained / "model")
    assert (model.config.width, model.config.tower_fingerprint) == (WIDTH, load_tower("debug").fingerprint)
    assert model.config.library_fingerprint == _source(world).appearances.fingerprint
    with torch.no_grad():
        model.number_head[-1].bias += torch.linspace(0, 50, model.codec.outputs)  # whatever the head says
    scene = generate(model, torch.zeros(1, *model.config.patch_shape))[0].program.parse()
    assert scene.camera.fov == pytest.approx(FOV, abs=1e-3)
    assert scene.camera.height == pytest.approx(2.0, rel=1e-3)
    assert scene.ground.relief == pytest.approx(0.1, rel=1e-3)
    assert scene.camera.pitch == pytest.approx(115, abs=2)  # the others follow the head, to the end of their span
    assert scene.ground.appearance.vector.shape == (WIDTH,)


class _Seen:
    """A number loss that remembers which slots it was asked about."""

    def loss(self, raw: torch.Tensor, target: torch.Tensor, slots: torch.Tensor) -> torch.Tensor:
        self.slots = set(slots.tolist())
        return target


def test_fixed_numbers_are_no_labels(world: Path) -> None:
    batch = collate([_dataset(world)[(0, i)] for i in range(6)])
    fixed = _source(world).fixed
    slots = [i for i, entry in enumerate(NUMBER_SLOTS) if entry.statement in fixed]
    assert len(slots) == 3

    built = build_model("debug", load_tower("debug"), "x", width=WIDTH, fixed=fixed)
    output, seen = built(**model_inputs(batch)), _Seen()
    Objective(ObjectiveConfig(), seen, fixed)(output, batch)
    assert seen.slots == set(range(len(NUMBER_SLOTS))) - set(slots)
    Objective(ObjectiveConfig(), seen)(output, batch)
    assert seen.slots == set(range(len(NUMBER_SLOTS)))


def test_fixed_numbers_are_not_fuzzed(world: Path) -> None:
    dataset, units = _dataset(world, fuzz=0.3), fixed_units(PAPER.fixed)
    numbers: dict[int, list[float]] = {}
    for index in range(6):
        targets = dataset[(0, index)].targets
        for slot, number in zip(targets.slots[targets.kinds == NUMBER], targets.numbers[targets.kinds == NUMBER], strict=True):
            numbers.setdefault(int(slot), []).append(float(number))
    for slot, values in numbers.items():
        if np.isnan(units[slot]):
            assert np.ptp(values) > 0, NUMBER_SLOTS[slot].name
        else:
            np.testing.assert_allclose(values, units[slot], atol=1e-6)


def test_mirrored_copies_need_no_mask(world: Path) -> None:
    cache = _dataset(world).cache
    clean, mirrored = cache.programs[0]
    assert clean != mirrored
    assert clean.count("\n") == mirrored.count("\n")


def test_bands_and_depth_of_field_are_refused_before_anything_is_read(world: Path) -> None:
    with pytest.raises(ValueError, match="augment.letterbox is 0.5; allowed: 0 with the paper's data, which have no masks"):
        DataConfig(world, variants=2, paper=PAPER)
    with pytest.raises(ValueError, match="augment.reframe is 0.5; allowed: 0 with the paper's data, which have no masks"):
        DataConfig(world, variants=2, paper=PAPER, augment=AugmentConfig(letterbox=0.0, reframe=0.5))
    with pytest.raises(ValueError, match="augment.aperture is 0.1; allowed: 0 with the paper's data, which have no depth"):
        DataConfig(world, variants=2, paper=PAPER, augment=AugmentConfig(letterbox=0.0, aperture=0.1))
    DataConfig(world, variants=1, paper=PAPER)  # no augmented copies


def test_a_set_has_a_library_or_is_the_papers() -> None:
    for library, paper in ((None, None), (Path("l"), PAPER)):
        with pytest.raises(ValueError, match="allowed: one of the two, the other null"):
            DataConfig(Path("d"), library, paper=paper, variants=1)


def test_the_shipped_config_and_flags() -> None:
    config = parse_arguments(["--config", str(ROOT / "configs" / "train_paper.yaml"), "--data.folder", "there", "--data.paper.fov", "30"])
    assert (config.data.folder, config.data.library, config.data.paper.fov) == (Path("there"), None, 30.0)
    assert config.data.paper.embeddings == "emb_convnext.npz"


def test_a_look_before_training(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--config", str(ROOT / "configs" / "train_paper.yaml"), "--data.folder", str(world), "--data.features", str(world / "cache")])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"6 rows, 6 pictures, vectors of {WIDTH} numbers"
    assert "100.0% in front of the camera" in lines[2]
    assert "tilted by 0.0 degrees" in lines[3]
    assert any(line.startswith("set_fov(20.408)") for line in lines)
