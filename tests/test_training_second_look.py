"""The adapter of the second look: fitted on cut-outs, written, read, and part of a training run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_runs import two_steps
from training_world import ASSETS, write_data, write_library

from raw.library import AssetRecord, Library, save_embeddings
from raw.vision.adapter import ADAPTER_FILE, Adapter
from raw.vision.tower import load_tower
from training.config import ModelConfig, RunConfig, TrainConfig
from training.finetune import train
from training.pairs import Pairs
from training.second_look import PICTURES, CutOuts, cut_outs, fit
from training.second_look_config import SecondLookConfig

WIDTH, ANIMALS, EACH = 24, 6, 40
CONFIG = SecondLookConfig(steps=150, batch_size=32)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Six animals with two views each, in random directions."""
    records = tuple(AssetRecord(f"animal/{i:04d}", "animal", "bird", "animal", 1.0, i) for i in range(ANIMALS))
    vectors = np.random.default_rng(0).normal(size=(ANIMALS, 2, WIDTH))
    save_embeddings(tmp_path, vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
    return Library(tmp_path, records, np.array([0.0, 180.0]), "f0", "tower")


def cut(library: Library) -> CutOuts:
    """Views turned by one rotation of the space, with noise: what nothing but a learned map can undo."""
    rng = np.random.default_rng(1)
    turn, _ = np.linalg.qr(rng.normal(size=(WIDTH, WIDTH)))
    assets = [record.id for record in library.records for _ in range(EACH)]
    vectors = np.stack([library.embedding(asset, 180.0 * (i % 2)) @ turn + 0.05 * rng.normal(size=WIDTH) for i, asset in enumerate(assets)])
    unit = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return CutOuts(torch.from_numpy(unit.astype(np.float32)), tuple(assets))


def right(adapter: Adapter, found: CutOuts, library: Library) -> float:
    """The share of cut-outs whose mapped vector is nearest to their asset."""
    named = library.nearest(adapter.mapped(found.vectors).numpy(), "bird")
    return float(np.mean([one == other for one, other in zip(named, found.assets, strict=True)]))


def test_a_fresh_adapter_changes_nothing(library: Library) -> None:
    vectors = cut(library).vectors
    torch.testing.assert_close(Adapter(WIDTH, "f0")(vectors), vectors)


def test_what_is_fitted_tells_the_assets(library: Library) -> None:
    found = cut(library)
    fresh = Adapter(WIDTH, "f0").requires_grad_(False)
    fitted = fit(CONFIG, found, library, seed=0)
    assert right(fresh, found, library) < 0.5
    assert right(fitted, found, library) > 0.95
    assert fitted.fingerprint == "f0"


def test_the_seed_decides(library: Library) -> None:
    one, two, other = (fit(replace(CONFIG, steps=5), cut(library), library, seed=seed).shift.weight for seed in (1, 1, 2))
    torch.testing.assert_close(one, two, rtol=0, atol=0)
    assert (one != other).any()


def test_it_goes_on_from_another(library: Library) -> None:
    found = cut(library)
    first = fit(CONFIG, found, library, seed=0)
    more = fit(replace(CONFIG, steps=1, learning_rate=1e-9), found, library, start=first, seed=1)
    torch.testing.assert_close(more.shift.weight, first.shift.weight, atol=1e-6, rtol=0)
    assert first.shift.weight.abs().max() > 0.01 and more is not first
    with pytest.raises(ValueError, match="to go on from is for tower f9"):
        fit(CONFIG, found, library, start=Adapter(WIDTH, "f9"), seed=0)


def test_it_is_written_and_read(library: Library, tmp_path: Path) -> None:
    assert Adapter.load(tmp_path) is None
    fitted = fit(replace(CONFIG, steps=5), cut(library), library, seed=0)
    fitted.save(tmp_path)
    read = Adapter.load(tmp_path)
    assert read is not None and read.fingerprint == "f0"
    torch.testing.assert_close(read.shift.weight, fitted.shift.weight, atol=1e-4, rtol=1e-3)
    assert [path.name for path in tmp_path.glob("*look*")] == [ADAPTER_FILE]
    (tmp_path / ADAPTER_FILE).write_bytes(b"no tensors")
    with pytest.raises(ValueError, match=f"{ADAPTER_FILE} is no adapter"):
        Adapter.load(tmp_path)


NAN = float("nan")


@pytest.mark.parametrize("wrong", [{"steps": -1}, {"dropout": 1.0}, {"temperature": 0.0}, {"learning_rate": NAN}, {"batch_size": 0}])
def test_settings_that_cannot_be_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is .*allowed"):
        SecondLookConfig(**wrong)


SMALL = SecondLookConfig(steps=3, least_pixels=9, batch_size=8)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    write_library(folder / "library")
    write_data(folder / "data")
    return folder


def test_animals_are_cut_out_of_the_pictures_always_the_same(world: Path) -> None:
    pairs, tower = Pairs(world / "data", "train"), load_tower("debug")
    one, two = (cut_outs(SMALL, pairs, tower, seed=0, device=CPU, quiet=True) for _ in range(2))
    assert set(one.assets) == {ASSETS[0].id}  # the one animal
    assert one.assets == two.assets and torch.equal(one.vectors, two.vectors)
    torch.testing.assert_close(one.vectors.norm(dim=-1), torch.ones(len(one.assets)))
    assert not torch.equal(one.vectors, cut_outs(SMALL, pairs, tower, seed=1, device=CPU, quiet=True).vectors)
    first = replace(SMALL, images=PICTURES)  # last digits depend on how many are seen at once
    few = cut_outs(first, pairs, tower, seed=0, device=CPU, quiet=True)
    assert torch.equal(few.vectors, one.vectors[: len(few.assets)]) and len(few.assets) < len(one.assets)


def test_pictures_without_animals_are_told(world: Path) -> None:
    with pytest.raises(ValueError, match="no animal shows 5000 pixels in 10 pictures"):
        cut_outs(replace(SMALL, least_pixels=5000), Pairs(world / "data", "train"), load_tower("debug"), seed=0, device=CPU, quiet=True)


def config(world: Path, folder: Path, **changes: object) -> TrainConfig:
    return two_steps(world, folder, **{"second_look": SMALL, **changes})


def test_a_run_fits_it_at_its_end_and_not_before(world: Path, tmp_path: Path) -> None:
    run = RunConfig(tmp_path / "run", device="cpu", progress=False, trackers=(), stop_after=1, save_every=1, validate_every=1)
    model = train(config(world, tmp_path / "run", run=run))
    assert not (model / ADAPTER_FILE).exists()
    train(config(world, tmp_path / "run", run=replace(run, stop_after=0, resume=True)))
    adapter = Adapter.load(model)
    assert adapter is not None and adapter.fingerprint == load_tower("debug").fingerprint


def test_a_run_that_goes_on_from_a_model_goes_on_from_its_second_look(world: Path, tmp_path: Path) -> None:
    first = train(config(world, tmp_path / "first"))
    known = Adapter.load(first)
    known.shift.weight.data = torch.eye(len(known.shift.bias)) / 3
    known.save(first)
    still = replace(SMALL, learning_rate=1e-9)
    begun, none = ModelConfig("debug", "debug", start=first), SecondLookConfig()
    more, kept, alone = (
        Adapter.load(train(config(world, tmp_path / name, model=model, second_look=look))).shift.weight
        for name, model, look in (("more", begun, still), ("kept", begun, none), ("alone", ModelConfig("debug", "debug"), still))
    )
    torch.testing.assert_close(more, known.shift.weight, atol=1e-3, rtol=0)
    torch.testing.assert_close(kept, known.shift.weight, atol=1e-3, rtol=0)
    assert alone.abs().max() < 0.1


def test_a_run_without_it_writes_none(world: Path, tmp_path: Path) -> None:
    assert Adapter.load(train(config(world, tmp_path / "run", second_look=SecondLookConfig()))) is None


def test_a_model_that_says_names_has_none(world: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="second_look.steps is 3; allowed: 0 without a library's embeddings"):
        train(config(world, tmp_path / "run", model=ModelConfig("debug", "debug", appearance="names")))
