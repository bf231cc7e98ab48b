"""Models that say appearances by the names of assets."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from tower_shape import ShapeOnly

from raw.language import write
from raw.model.automaton import Automaton, choices
from raw.model.builders import build_model
from raw.model.generate import Decoding, generate
from raw.model.pieces import NAME, Form, all_pieces, grammar_fingerprint
from raw.model.scene_model import SceneModel
from raw.model.targets import Targets, collate, decode_targets, encode_scene
from raw.model.vocabulary import PieceVocabulary
from raw.scene import Camera, Ground, Scene, SceneObject

OBJECTS, GROUNDS = ("zebra/0000", "zebra/0001", "oak/0000"), ("sand/0000", "grass/0000")
FORM = Form(names=(OBJECTS, GROUNDS))
NAMES = {"objects": list(OBJECTS), "grounds": list(GROUNDS)}
TURN = (1.0, 0.0, 0.0, 0.0)
SCENE = Scene(
    camera=Camera(80.0, 2.0, 50.0),
    ground=Ground("grass/0000", 0.3),
    objects=(
        SceneObject("herbivore", (0.5, -1.0, -8.0), 1.4, TURN, "zebra/0001", 900),
        SceneObject("tree", (-2.0, -1.0, -20.0), 8.0, TURN, "oak/0000", 300),
    ),
)


def model_of(codec: str = "bins", *, feedback: bool = True, scale: float = 1.0) -> SceneModel:
    model = build_model("debug", ShapeOnly(), "lib", codec=codec, names=NAMES, feedback=feedback).eval()
    with torch.no_grad():
        model.piece_head.weight.mul_(scale)
    return model


@pytest.mark.parametrize("digits", [False, True])
def test_names_are_tokens_that_come_back_as_they_were(digits: bool) -> None:
    vocabulary = PieceVocabulary(dataclasses.replace(FORM, digits=digits))
    targets = encode_scene(SCENE, vocabulary)
    said = decode_targets(targets, vocabulary).parse()
    assert [o.appearance for o in said.objects] == ["zebra/0001", "oak/0000"] and said.ground.appearance == "grass/0000"
    assert targets.embeddings.shape == (len(targets.input_ids), 0)
    assert vocabulary.text(targets.input_ids.tolist()) == vocabulary.tokenizer.decode(targets.input_ids, skip_special_tokens=True)


def test_an_object_may_be_any_asset_and_the_ground_any_ground() -> None:
    vocabulary = PieceVocabulary(FORM)
    targets = encode_scene(SCENE, vocabulary)
    rows = choices(vocabulary, targets.input_ids, learn_order=False)
    offered = [{vocabulary.tokenizer.decode([i]) for i in row if i >= 0} for row in rows]
    assert offered.count({f'"{name}"' for name in OBJECTS}) == 2 and offered.count({f'"{name}"' for name in GROUNDS}) == 1
    assert sum(token.kind == NAME for tokens in vocabulary.statements.values() for token in tokens) == 7  # six categories and the ground


def test_an_asset_without_a_name_is_refused() -> None:
    strange = dataclasses.replace(SCENE, ground=Ground("mud/0000"))
    with pytest.raises(ValueError, match="'mud/0000'; allowed: the id of one of the 2 assets"):
        encode_scene(strange, PieceVocabulary(FORM))
    automaton = Automaton(PieceVocabulary(FORM), ordered=True)
    with pytest.raises(ValueError, match="may not come here"):
        automaton.advance(PieceVocabulary(FORM).names[0]["oak/0000"])


@pytest.mark.parametrize("codec", ["bins", "digits"])
@pytest.mark.parametrize("feedback", [True, False])
def test_every_program_parses_and_names_known_assets(codec: str, feedback: bool) -> None:
    model = model_of(codec, feedback=feedback, scale=5.0)
    patches = torch.randn(3, *model.config.patch_shape, generator=torch.Generator().manual_seed(0))
    for decoding in (Decoding(4), Decoding(4, temperature=1.5, generator=torch.Generator().manual_seed(1))):
        for result in generate(model, patches, decoding):
            scene = result.program.parse()
            assert scene.ground.appearance in GROUNDS and {o.appearance for o in scene.objects} <= set(OBJECTS)
            assert write(scene)


def test_batches_say_what_single_pictures_say() -> None:
    model = model_of(scale=5.0)
    patches = torch.randn(4, *model.config.patch_shape, generator=torch.Generator().manual_seed(2))
    alone = [generate(model, row[None], Decoding(5))[0].program.text for row in patches]
    assert [one.program.text for one in generate(model, patches, Decoding(5))] == alone


def test_a_checkpoint_keeps_its_names(tmp_path: Path) -> None:
    model = model_of()
    model.save_pretrained(tmp_path / "model")
    again = SceneModel.from_pretrained(tmp_path / "model")
    assert again.config == model.config and again.vocabulary.names == model.vocabulary.names
    assert not any(name.startswith(("embedding_head", "values.appearance")) for name, _ in again.named_parameters())
    assert "5 names of assets" in (tmp_path / "model" / "README.md").read_text()


def test_names_change_the_grammar_and_nothing_else_does() -> None:
    assert grammar_fingerprint(FORM) != grammar_fingerprint() != grammar_fingerprint(Form(names=(OBJECTS, GROUNDS[:1])))
    assert all_pieces(Form(names=())) == all_pieces()


@pytest.mark.parametrize(
    ("change", "message"), [({"names": {"objects": ["a/0"]}}, "under objects and grounds"), ({"width": 4}, "width 0 with names")]
)
def test_configs_without_sense_are_refused(change: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(model_of().config, **change)


def test_teacher_forcing_scores_the_names() -> None:
    model = model_of()
    batch = collate([encode_scene(SCENE, model.vocabulary)])
    rows = torch.from_numpy(choices(model.vocabulary, batch["input_ids"][0].numpy()))[None]
    patches = torch.zeros(1, *model.config.patch_shape)
    output = model(patches, choices=rows, **{name: batch[name] for name in (*Targets._fields, "attention_mask")})
    assert torch.isfinite(output.logits[rows >= 0]).all() and output.embeddings.shape[-1] == 0
    assert np.isinf(output.logits[rows < 0].detach().numpy()).all()
