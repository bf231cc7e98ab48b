"""Numbers written out in digits: the automaton of a number, and programs in that form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_model_targets import random_scene

from raw.grammar import BY_NAME
from raw.language import parse, to_program
from raw.model.automaton import Automaton, choices
from raw.model.numbers import NUMBER_SLOTS
from raw.model.numerals import Numeral, limits, numeral
from raw.model.pieces import Form
from raw.model.targets import decode_targets, encode_scene
from raw.model.vocabulary import PieceVocabulary

SLOTS = st.integers(0, len(NUMBER_SLOTS) - 1)
DIGITS = PieceVocabulary(Form(digits=True))


@settings(max_examples=200, deadline=None)
@given(SLOTS, st.randoms(use_true_random=False))
def test_any_walk_ends_in_a_number_of_the_slot(slot: int, random) -> None:
    number, (low, high) = Numeral(slot), limits(slot)
    for _ in range(40):
        allowed = number.allowed()
        if number.complete and (not allowed or random.random() < 0.3):
            break
        assert allowed, number.text
        number.take(random.choice(allowed))
    assert number.complete and len(number.text) <= 20
    assert number.text == numeral(float(number.text), slot) or float(number.text) == 0  # "-0.000" is one, too
    assert low <= round(float(number.text) * 10**number.decimals) <= high


@settings(max_examples=200, deadline=None)
@given(SLOTS, st.floats(-1e7, 1e7))
def test_every_number_of_a_slot_can_be_written(slot: int, value: float) -> None:
    number = Numeral(slot)
    for character in numeral(value, slot):
        assert character in number.allowed()
        number.take(character)
    assert number.complete


def test_numbers_outside_are_moved_to_the_limits_and_zero_has_no_sign() -> None:
    index = {entry.name: i for i, entry in enumerate(NUMBER_SLOTS)}
    assert numeral(400.0, index["set_fov"]) == "170.000" and numeral(5.0, index["object.loc.2"]) == "-0.001"
    assert numeral(-0.0001, index["object.loc.0"]) == "0.000" and numeral(12.6, index["object.pixels"]) == "13"


@pytest.mark.parametrize("pixel_counts", [True, False])
def test_programs_in_digits_say_the_scene(pixel_counts: bool) -> None:
    vocabulary = PieceVocabulary(Form(digits=True, pixel_counts=pixel_counts))
    scene = random_scene(np.random.default_rng(0), 3)
    targets = encode_scene(scene, vocabulary)
    program = decode_targets(targets, vocabulary)
    assert "[NUM]" not in program.text and len(program.numbers) == 0 and ("pixels=" in program.text) == pixel_counts
    got = program.parse()
    written = to_program(scene, numbers_as="text").text.splitlines()
    assert program.text.splitlines()[:14] == written[:14] and (program.text.splitlines() == written) == pixel_counts
    for one, other in zip(got.objects, scene.objects, strict=True):
        np.testing.assert_allclose(one.location, other.location, atol=0.00051)
    assert [o.pixels for o in got.objects] == [o.pixels * pixel_counts for o in scene.objects]


def test_pixels_may_be_left_out_in_heads_too() -> None:
    vocabulary = PieceVocabulary(Form(pixel_counts=False))
    scene = random_scene(np.random.default_rng(0), 2)
    targets = encode_scene(scene, vocabulary)
    assert len(targets.input_ids) == 2 + 14 * 2 + 2 * 7
    got = decode_targets(targets, vocabulary).parse()
    assert [o.pixels for o in got.objects] == [0, 0] and len(got.objects) == 2


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 3), st.randoms(use_true_random=False))
def test_any_walk_through_the_automaton_is_a_program(objects: int, random) -> None:
    automaton, ids = Automaton(DIGITS, objects), [DIGITS.bos_id]
    while not automaton.done:
        ids.append(automaton.advance(random.choice(automaton.allowed())).id)
    text = DIGITS.text(ids).replace("[ROT]", "(1.0, 0.0, 0.0, 0.0)").replace("[CLIP]", '"zebra/0000"')
    names = [line.split("(")[0] for line in text.splitlines()]
    assert len(parse(text).objects) <= objects and sum(BY_NAME[name].part != "object" for name in names) == 14


def test_choices_name_the_characters_that_might_have_come() -> None:
    targets = encode_scene(random_scene(np.random.default_rng(0), 1), DIGITS)
    free = choices(DIGITS, targets.input_ids, learn_order=False)
    ids = {text: i for i, text in enumerate(DIGITS.tokenizer.convert_ids_to_tokens(range(DIGITS.size)))}
    start = list(targets.input_ids).index(ids["set_fov("])
    assert set(free[start + 1]) - {-1} == {ids[c] for c in "123456789"}  # 1 to 170 degrees
    assert (free[start] == -1).all() and (free >= 0).any(1).sum() > 60
