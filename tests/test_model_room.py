"""Programs and the positions of a decoder: counted from the vocabulary, refused where they may not fit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from language_models import write_base
from pretrained_world import SMALL, build, unit
from tower_shape import ShapeOnly
from training_runs import config_of, make_world

from raw.grammar import SCENE_STATEMENTS
from raw.model.builders import build_model
from raw.model.numerals import limits, longest_numeral
from raw.model.pieces import Form
from raw.model.room import left_for_program, objects_that_fit
from raw.model.targets import encode_scene
from raw.model.vocabulary import PieceVocabulary
from raw.scene import Camera, Ground, Scene, SceneObject
from training.finetune import train
from training.model_config import ModelConfig


@pytest.mark.parametrize("form", [Form(), Form(digits=True), Form(digits=True, pixel_counts=False)])
def test_no_program_is_longer_than_the_longest(form: Form) -> None:
    vocabulary, rng = PieceVocabulary(form), np.random.default_rng(0)
    thing = SceneObject("herbivore", (-999.0, -999.0, -999.0), 99.0, (1.0, 0.0, 0.0, 0.0), unit(rng, 4), 99_999)
    for count in (0, 1, 5):
        scene = Scene(camera=Camera(pitch=123.456, fov=100.5), ground=Ground(unit(rng, 4)), objects=(thing,) * count)
        length = len(encode_scene(scene, vocabulary).input_ids)
        assert length <= vocabulary.longest(count)
        if not form.digits:
            assert length == vocabulary.longest(count)  # a number is one token


def test_the_longest_number_is_one_of_the_ends() -> None:
    for slot in range(len(SCENE_STATEMENTS)):
        assert longest_numeral(slot) >= max(len(str(abs(end))) for end in limits(slot))


def test_a_base_with_room_for_fewer_objects_says_how_many(tmp_path: Path) -> None:
    base = write_base(tmp_path / "base")
    model = build(base, lora=SMALL, codec="digits")
    fit = objects_that_fit(model.config, model.vocabulary)
    longest, left = model.vocabulary.longest, left_for_program(model.config, model.vocabulary)
    assert 0 < fit < 25 and longest(fit) <= left < longest(fit + 1)
    build(base, lora=SMALL, codec="digits", max_objects=fit)
    for weights in base.glob("*.safetensors"):  # it is refused before they are read
        weights.unlink()
    wanted = f"max_objects is 25: .*{longest(25):,} tokens.* room for {left:,} .*allowed: data.max_objects of at most {fit}, .*codec bins"
    with pytest.raises(ValueError, match=wanted):
        build(base, lora=SMALL, codec="digits", max_objects=25)


def test_a_picture_that_leaves_no_room() -> None:
    tower = ShapeOnly()
    tower.patch_shape = (2025, tower.patch_shape[1])
    with pytest.raises(ValueError, match=r"room for 23 \(2,048 positions, 2,025 of them patches\); allowed: a tower with fewer patches"):
        build_model("debug", tower, "lib", max_objects=3)


def test_training_refuses_it_before_any_feature_is_computed(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    base = write_base(world / "base")
    config = replace(config_of(world, tmp_path / "run"), model=ModelConfig(tower="debug", base=str(base), lora=SMALL, codec="digits"))
    with pytest.raises(ValueError, match="max_objects is 25"):
        train(config)
    assert not (world / "features").exists()
