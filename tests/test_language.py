"""The scene language: round trips, both forms, the paper's names, and an error for everything else."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import embedded_scenes, resolved_scenes

from raw.geometry import quaternion_to_matrix
from raw.grammar import SCENE_STATEMENTS, STATEMENTS, Slot
from raw.language import SceneSyntaxError, parse, parse_partial, quantized, to_program, write
from raw.scene import Camera, Embedding, Ground, Scene, SceneObject, Sky

PAPER_SAMPLE = """
set_sun_size(0.811)
set_sun_intensity(0.981)
set_sun_elevation(39.6)
set_sun_rotation(231.11)
set_air(0.771)
set_dust(0.169)
set_ozone(1.499)
set_sun_strength(0.212)
set_atmospheric_density(0.009)
set_camera(88.13)
set_floor([CLIP])
add(pixels=1582, loc=(-0.553, -0.809, -22.591), height=1.365, rotation=[ROT], appearance=[CLIP])
add(pixels=111, loc=(-1.524, -0.939, -30.159), height=6.224, rotation=[ROT], appearance=[CLIP])
"""


def _round(slot: Slot, value: object) -> object:
    if slot.kind == "appearance" or value is None:
        return value
    if slot.kind == "integer":
        return value
    return round(value, slot.decimals) if slot.size == 1 else tuple(round(v, slot.decimals) for v in value)


def rounded(scene: Scene) -> Scene:
    """The scene at its printed decimals, worked out without the writer."""
    parts = {part: getattr(scene, part) for part in ("sky", "camera", "ground")}
    for statement in SCENE_STATEMENTS:
        for slot in statement.slots:
            value = _round(slot, getattr(parts[statement.part], slot.field))
            parts[statement.part] = replace(parts[statement.part], **{slot.field: value})
    slots = STATEMENTS["add"].slots
    objects = tuple(replace(o, **{s.field: _round(s, getattr(o, s.field)) for s in slots}) for o in scene.objects)
    return Scene(**parts, objects=objects)


@settings(max_examples=200, deadline=None)
@given(resolved_scenes)
def test_resolved_form_round_trip(scene: Scene) -> None:
    text = write(scene)
    assert parse(text) == rounded(scene) == quantized(scene)
    assert write(parse(text)) == text


@settings(max_examples=100, deadline=None)
@given(embedded_scenes)
def test_model_form_round_trip(scene: Scene) -> None:
    program = to_program(scene)
    back = program.parse()
    assert (back.sky, back.camera) == (scene.sky, scene.camera)
    assert back.ground == replace(scene.ground, phase=(0.0, 0.0, 0.0), seed=0)  # optional slots stay out of model form
    assert len(back.objects) == len(scene.objects)
    for got, want in zip(back.objects, scene.objects, strict=True):
        assert replace(got, rotation=None) == replace(want, rotation=None)
        np.testing.assert_allclose(quaternion_to_matrix(got.rotation), quaternion_to_matrix(want.rotation), atol=1e-12)
    again = to_program(back)
    assert again.text == program.text
    np.testing.assert_array_equal(again.numbers, program.numbers)
    np.testing.assert_array_equal(again.embeddings, program.embeddings)
    np.testing.assert_allclose(again.rotations, program.rotations, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(embedded_scenes)
def test_model_form_with_numbers_as_text(scene: Scene) -> None:
    program = to_program(scene, numbers_as="text")
    assert program.numbers.size == 0 and "[NUM]" not in program.text
    back = program.parse()
    assert back.camera == rounded(scene).camera
    assert [o.location for o in back.objects] == [o.location for o in rounded(scene).objects]


def test_every_field_of_a_scene_has_a_slot() -> None:
    for kind, part in ((Sky, "sky"), (Camera, "camera"), (Ground, "ground"), (SceneObject, "object")):
        written = {slot.field for s in STATEMENTS.values() if s.part == part for slot in s.slots}
        assert written == {f.name for f in fields(kind)} - {"category"}


def test_paper_sample_with_its_own_names() -> None:
    scene = parse(PAPER_SAMPLE)
    assert scene.sky == Sky(0.811, 0.981, 39.6, 231.11, 0.771, 0.169, 1.499, 0.212, 0.009)
    assert scene.camera.pitch == 88.13 and scene.ground.appearance is None
    assert scene.objects[1] == SceneObject(None, (-1.524, -0.939, -30.159), 6.224, None, None, 111)
    rotations, embeddings = np.stack([np.eye(3)] * 2), np.eye(3, dtype=np.float32)
    full = parse(PAPER_SAMPLE, rotations=rotations, embeddings=embeddings)
    assert full.ground.appearance == Embedding(embeddings[0]) and full.objects[0].appearance == Embedding(embeddings[1])
    np.testing.assert_allclose(full.objects[0].rotation, (1, 0, 0, 0), atol=1e-12)


def test_an_alias_counts_as_its_statement() -> None:
    with pytest.raises(SceneSyntaxError, match="set_strength stands twice, first on line 1"):
        parse("set_strength(0.1)\nset_sun_strength(0.1)")


def test_comments_blank_lines_and_slot_order_do_not_matter() -> None:
    text = '# a comment\n\n  add_bird(appearance="eagle/1", height=1, rotation=(1, 0, 0, 0),\tloc=(0, 1, -2), pixels=5)  \r\n'
    assert parse(text) == Scene(objects=(SceneObject("bird", (0.0, 1.0, -2.0), 1.0, (1.0, 0.0, 0.0, 0.0), "eagle/1", 5),))


def test_placeholders_take_values_in_the_order_written() -> None:
    text = "add_bird(height=[NUM], loc=([NUM], [NUM], [NUM]), pixels=[NUM], rotation=[ROT], appearance=[CLIP])"
    bird = parse(text, numbers=np.array([9.0, 1.0, 2.0, -3.0, 7.0])).objects[0]
    assert (bird.height, bird.location, bird.pixels) == (9.0, (1.0, 2.0, -3.0), 7)


def test_nothing_is_written_as_minus_zero() -> None:
    assert "-0.000" not in write(Scene(objects=(SceneObject("tree", (-0.0001, 0.0, -3.0), 1.0),)))


def test_an_optional_slot_that_prints_as_its_default_is_left_out() -> None:
    assert "phase" not in write(Scene(ground=Ground(phase=(0.0, -1e-9, 0.0004))))
    assert "phase=(0.000, 0.000, 0.001)" in write(Scene(ground=Ground(phase=(0.0, -1e-9, 0.0006))))


def test_parse_partial_gives_what_stands_before_the_error() -> None:
    text = write(Scene(Sky(air=2.0), objects=(SceneObject("tree", (0.0, 0.0, -3.0), 1.0),) * 2))
    scene, error = parse_partial(text + "add_tree(pixels=1, loc=(0, 0")
    assert error is not None and error.line == text.count("\n") + 1
    assert scene == parse(text) and len(scene.objects) == 2 and scene.sky.air == 2.0
    assert parse_partial(text)[1] is None


def test_model_form_refuses_what_it_cannot_carry() -> None:
    with pytest.raises(ValueError, match="Embedding"):
        to_program(Scene(ground=Ground("grass/1")))
    with pytest.raises(ValueError, match="rotation"):
        to_program(Scene(ground=Ground(Embedding(np.ones(2))), objects=(SceneObject("tree", (0.0, 0.0, -3.0), 1.0),)))
    with pytest.raises(ValueError, match="look the embedding up"):
        write(Scene(ground=Ground(Embedding(np.ones(2)))))
    with pytest.raises(ValueError, match="category 'fish' is unknown"):
        write(Scene(objects=(SceneObject("fish", (0.0, 0.0, -3.0), 1.0),)))
    with pytest.raises(ValueError, match="numbers_as"):
        to_program(Scene(), numbers_as="digits")
