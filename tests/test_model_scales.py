"""Models keep the scales of the numbers that they were trained with."""

from __future__ import annotations

import json

import numpy as np
import pytest
from test_model_targets import random_scene
from tower_shape import ShapeOnly

from raw.grammar import STATEMENTS
from raw.model.builders import build_model
from raw.model.numbers import present_scales, scaled_slots
from raw.model.scene_model import SceneModel
from raw.model.targets import decode_targets, encode_scene
from raw.model.vocabulary import PieceVocabulary


def test_the_grammar_gives_the_scales_of_new_models() -> None:
    scales = present_scales()
    assert len(scales) == 16 and scales["set_fov"] == ["linear", *STATEMENTS["set_fov"].slots[0].span]
    assert [entry.slot.span for entry in scaled_slots(scales)][-4] == tuple(scales["object.loc"][1:])


def test_a_program_is_read_with_the_scales_it_was_written_with() -> None:
    other = PieceVocabulary(slots=scaled_slots({**present_scales(), "set_camera": ["linear", 70, 90], "set_strength": ["linear", 0, 0.6]}))
    scene = random_scene(np.random.default_rng(0))  # looks down by 10 degrees
    targets = encode_scene(scene, other)
    assert decode_targets(targets, other).parse().camera.pitch == pytest.approx(80.0, abs=1e-4)
    assert decode_targets(targets, PieceVocabulary()).parse().camera.pitch != pytest.approx(80.0, abs=1)


@pytest.mark.parametrize(("name", "scale"), [
    ("set_fov", ["circular", 0, 360]), ("set_fov", ["log", 0, 90]), ("set_fov", ["linear", 90, 10]), ("object.loc", ["linear", 0, 1]),
    ("fog", ["log", 1, 2]),
])  # fmt: skip
def test_scales_that_cannot_be_are_refused(name: str, scale: list) -> None:
    with pytest.raises(ValueError, match=name.split(".")[-1]):
        scaled_slots({**present_scales(), name: scale})


def test_a_checkpoint_needs_its_scales(tmp_path) -> None:
    build_model("debug", ShapeOnly(), "lib").save_pretrained(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    del values["scales"]
    (tmp_path / "config.json").write_text(json.dumps(values))
    with pytest.raises(ValueError, match="missing or unknown keys scales"):
        SceneModel.from_pretrained(tmp_path)
