"""Scores of what a model decodes, the models that are kept by them, and when training stops."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from training_runs import config_of, losses, make_world

from raw.model.scene_model import SceneModel
from raw.scene import Embedding, SceneObject
from training.accelerators import make_accelerator
from training.checkpoints import Progress
from training.config import TrainConfig
from training.decoded import Tally, compared
from training.finetune import train
from training.records import read_lines
from training.run import prepare
from training.validation import mean_losses, score, share, validate


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


def _object(category: str, x: float, z: float, vector: tuple[float, float]) -> SceneObject:
    return SceneObject(category, (x, -1.0, z), 1.0, (1.0, 0.0, 0.0, 0.0), Embedding(np.array(vector, dtype=np.float32)), 10)


def test_the_truth_scores_one_and_nothing_scores_zero() -> None:
    true = (_object("tree", 0, -10, (1, 0)), _object("herbivore", 2, -5, (0, 1)))
    assert compared(true, true).summary() == {"decoded_score": 1.0, "decoded_f1": 1.0, "decoded_count_error": 0, "decoded_failed": 0}
    assert compared((), true).summary()["decoded_score"] == 0
    assert compared(true, ()).summary()["decoded_f1"] == 0
    assert compared((), ()).summary()["decoded_score"] == 1


def test_each_factor_of_the_score() -> None:
    true = (_object("tree", 0, -10, (1, 0)),)
    for predicted, expected, f1 in [
        (_object("tree", 2, -10, (1, 0)), 0.8, 1),  # a fifth of the depth away
        (_object("tree", 6, -10, (1, 0)), 0.4, 0),  # further than half of it
        (_object("tree", 25, -10, (1, 0)), 0.0, 0),  # never below 0
        (_object("bush", 0, -10, (1, 0)), 0.0, 0),  # another category
        (_object("tree", 0, -10, (3, 3)), 0.5**0.5, 1),  # length does not count
        (_object("tree", 0, -10, (-1, 0)), 0.0, 1),
    ]:
        found = compared((predicted,), true).summary()
        assert (found["decoded_score"], found["decoded_f1"]) == (pytest.approx(expected), f1), predicted


def test_what_is_made_up_costs() -> None:
    true = (_object("tree", 0, -10, (1, 0)),)
    found = compared((*true, _object("tree", 9, -10, (1, 0)), _object("bush", 1, -3, (1, 0))), true).summary()
    assert found == {"decoded_score": 0.5, "decoded_f1": 0.5, "decoded_count_error": 2, "decoded_failed": 0}


def test_tallies_of_images_add_up() -> None:
    assert Tally(1, 1, 2, 3, 1, 0, 1) + Tally(1, 0, 1, 1, 0, 1, 1) == Tally(2, 1, 3, 4, 1, 1, 2)


@pytest.mark.parametrize(("images", "processes"), [(5, 1), (5, 2), (4, 2), (1, 3)])
def test_shares_are_equally_long_and_count_every_image_once(images: int, processes: int) -> None:
    shares = [share(images, process, processes) for process in range(processes)]
    assert len({len(indices) for indices, _ in shares}) == 1
    assert sorted(index for indices, real in shares for index in indices[:real]) == list(range(images))


def test_fillers_do_not_count(world: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "run", batch=3)
    run = prepare(config, make_accelerator(config))
    run.model.eval()
    assert mean_losses(run, [0, 1, 2, 3, 0, 0, 0], 4) == pytest.approx(validate(run), rel=1e-6)
    assert mean_losses(run, [0, 1, 2, 3, 0, 0, 0], 7) != pytest.approx(validate(run), rel=1e-3)


def _decoding(world: Path, folder: Path, **run: object) -> TrainConfig:
    config = config_of(world, folder, steps=8, validate_every=1, save_every=3, **{"validate_decode": 4, "best": 3, **run})
    return replace(config, data=replace(config.data, max_objects=3))


def _scores(folder: Path) -> dict[int, float]:
    rows = [json.loads(line) for line in read_lines(folder / "metrics.jsonl")]
    return {row["step"]: row["decoded_score"] for row in rows if row["split"] == "validation"}


def test_the_best_by_what_they_decode_are_kept(world: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    train(_decoding(world, folder))
    scores = _scores(folder)
    assert len(scores) == 8
    assert len(set(scores.values())) > 1
    assert all(0 <= value <= 1 for value in scores.values())
    best = sorted(scores, key=lambda step: (-scores[step], step))[:3]
    assert sorted(path.name for path in (folder / "best").iterdir()) == sorted(f"step-{step:08d}" for step in best)
    for place, step in {"model": best[0], **{f"best/step-{step:08d}": step for step in best}}.items():
        note = json.loads((folder / place / "validation.json").read_text())
        assert (note["step"], note["score"], note["decoded_score"]) == (step, scores[step], scores[step])
        SceneModel.from_pretrained(folder / place)
    assert not list(folder.rglob(".*"))


def test_scores_do_not_depend_on_the_batch(world: Path, tmp_path: Path) -> None:
    found = []
    for batch in (1, 3):
        config = replace(_decoding(world, tmp_path / "run"))
        run = prepare(replace(config, optimiser=replace(config.optimiser, batch_size=batch)), make_accelerator(config))
        found.append(validate(run))
        assert score(run, found[-1]) == found[-1]["decoded_score"]
    assert found[0] == pytest.approx(found[1], rel=1e-5)


def test_a_lost_future_leaves_no_models(world: Path, tmp_path: Path) -> None:
    """Killed after a validation that no checkpoint knows of: what is kept is what the checkpoint says, and the run ends the same."""
    straight, folder = tmp_path / "straight", tmp_path / "run"
    train(_decoding(world, straight))
    train(_decoding(world, folder, stop_after=3))
    known = sorted(path.name for path in (folder / "best").iterdir())
    (folder / "best" / "step-00000007").mkdir()
    (folder / "best" / ".step-00000006.tmp").mkdir()
    (folder / "model" / "validation.json").write_text("of a step that is lost")
    train(_decoding(world, folder, resume=True, stop_after=3))
    assert sorted(path.name for path in (folder / "best").iterdir()) == known
    assert f"step-{json.loads((folder / 'model' / 'validation.json').read_text())['step']:08d}" in known
    train(_decoding(world, folder, resume=True))
    assert _scores(folder) == _scores(straight)
    assert sorted(p.name for p in (folder / "best").iterdir()) == sorted(p.name for p in (straight / "best").iterdir())


def test_progress_ranks_and_counts() -> None:
    progress = Progress()
    for step, value in enumerate((0.1, 0.3, 0.3, 0.2, 0.4), start=1):
        progress = replace(progress, step=step).validated(value, keep=2)
        in_vain = {1: 0, 2: 0, 3: 1, 4: 2, 5: 0}[step]
        assert progress.in_vain == in_vain
    assert progress.best == ((5, 0.4), (2, 0.3))


def test_training_stops_when_it_gets_no_better(world: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "run", steps=30, validate_every=1, save_every=30, patience=2)
    config = replace(config, optimiser=replace(config.optimiser, learning_rate=0.5, warmup=0.0))  # it gets worse soon
    train(config)
    found = {step: loss for (split, step), loss in losses(tmp_path / "run").items() if split == "validation"}
    best, last = min(found, key=found.get), max(found)
    assert last == best + 2 < 30
    assert (tmp_path / "run" / "checkpoints" / f"step-{last:08d}").is_dir()
    before = (tmp_path / "run" / "metrics.jsonl").read_text()
    train(replace(config, run=replace(config.run, resume=True)))
    assert (tmp_path / "run" / "metrics.jsonl").read_text() == before


def test_validation_that_is_not_finite_names_its_samples(world: Path, tmp_path: Path) -> None:
    config = config_of(world, tmp_path / "run")
    run = prepare(config, make_accelerator(config))
    with torch.no_grad():
        run.plain_model.number_head[-1].bias.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match=r"validation: number nan; samples: validation/000000/0, validation/000001/0$"):
        validate(run)
