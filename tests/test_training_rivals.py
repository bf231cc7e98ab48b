"""The contrast between assets: what it asks for, and among whom."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_runs import config_of, make_world

from raw.library import Library
from training.config import ObjectiveConfig
from training.finetune import train
from training.model_config import ModelConfig
from training.pairs import Pairs
from training.records import read_lines
from training.rivals import Rivals, rivals_of

# two views of asset 0, one of 1, both of category 0; asset 2 is alone in category 1
RIVALS = Rivals(torch.eye(4), torch.tensor([0, 0, 1, 2]), torch.tensor([0, 0, 0, 1]))


def test_the_right_share_is_that_of_all_views_among_the_category() -> None:
    predicted, target = torch.tensor([[1.0, 0, 1, 0], [0, 0, 0, 2]]), torch.tensor([[0.0, 1, 0, 0], [0, 0, 0, 1]])
    cosine = 0.5**0.5
    right, wrong = torch.tensor([cosine, 0.0]) / 0.1, torch.tensor([cosine]) / 0.1
    expected = torch.cat([right, wrong]).logsumexp(0) - right.logsumexp(0)
    torch.testing.assert_close(RIVALS.contrast(predicted, target, 0.1), torch.tensor([expected, 0.0]))


def test_between_two_assets_no_vector_is_as_good_as_the_right_one() -> None:
    target = torch.eye(4)[:1]
    guesses = (torch.eye(4)[0], torch.tensor([1.0, 0, 1, 0]), torch.eye(4)[2])
    losses = [float(RIVALS.contrast(vector[None], target, 0.05)) for vector in guesses]
    assert losses[0] < 1e-3 < 0.3 < losses[1] < 1 < 10 < losses[2]


def test_a_label_of_no_rival_is_refused() -> None:
    with pytest.raises(ValueError, match="label 1 has cosine 0.7"):
        RIVALS.contrast(torch.eye(4)[:2], torch.tensor([[1.0, 0, 0, 0], [1, 0, 1, 0]]), 0.1)
    assert RIVALS.contrast(torch.zeros(0, 4), torch.zeros(0, 4), 0.1).shape == (0,)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_world(tmp_path_factory.mktemp("world"))


def test_rivals_are_the_assets_of_the_programs_alone(world: Path) -> None:
    library, programs = Library.open(world / "library"), Pairs(world / "data", "train").table["program"]
    one = rivals_of(library, programs[:1])
    named = [record for record in library.records if f'"{record.id}"' in programs[0]]
    assert len(one.vectors) == len(named) * len(library.yaws) and int(one.assets.max()) == len(named) - 1
    assert len(set(one.categories.tolist())) == len({record.category for record in named})
    assert len(rivals_of(library, programs).vectors) >= len(one.vectors)


def test_a_run_tells_the_contrast(world: Path, tmp_path: Path) -> None:
    """0 in this library, whose categories hold one asset each: there is nothing to take it for."""
    config = config_of(world, tmp_path / "run", steps=3, accumulation=1)
    train(replace(config, objective=ObjectiveConfig(contrast=1.0)))
    records = [json.loads(line) for line in read_lines(tmp_path / "run" / "metrics.jsonl")]
    assert len(records) > 3 and all(record["contrast"] == pytest.approx(0, abs=1e-5) for record in records)


def test_a_validation_scene_may_name_what_no_training_scene_does(world: Path, tmp_path: Path) -> None:
    library = Library.open(world / "library")
    one, others = (Pairs(world / "data", *which).table["program"] for which in (("train", 1), ("validation", 0)))
    assert len(rivals_of(library, one).vectors) < len(rivals_of(library, others).vectors)
    config = config_of(world, tmp_path / "run", steps=3, accumulation=1)
    train(replace(config, data=replace(config.data, train_images=1), objective=ObjectiveConfig(contrast=1.0)))


def test_following_the_contrast_finds_the_right_asset() -> None:
    torch.manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn(60, 16), dim=-1)
    rivals = Rivals(vectors, torch.arange(20).repeat_interleave(3), torch.zeros(60, dtype=torch.int64))
    guess, labels = vectors.mean(dim=0).repeat(20, 1).requires_grad_(), vectors[::3]
    for _ in range(200):
        (gradient,) = torch.autograd.grad(rivals.contrast(guess, labels, 0.05).sum(), guess)
        guess = (guess - 0.01 * gradient).detach().requires_grad_()
    assert rivals.assets[(guess @ vectors.T).argmax(dim=-1)].tolist() == list(range(20))


def test_it_wants_a_librarys_embeddings(world: Path, tmp_path: Path) -> None:
    config = replace(config_of(world, tmp_path / "run"), objective=ObjectiveConfig(contrast=1.0))
    with pytest.raises(ValueError, match="objective.contrast is 1.0; allowed: 0 without a library's embeddings"):
        train(replace(config, model=ModelConfig(size="debug", tower="debug", appearance="names")))
    with pytest.raises(ValueError, match="temperature is 0"):
        ObjectiveConfig(temperature=0)
