"""Programs in the tokens of other tokenizers: exact text, one token a character of a number, no token that is not forced."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from language_models import TOKENIZERS, llama_tokenizer, unigram_tokenizer
from transformers import PreTrainedTokenizerFast

from raw.grammar import STATEMENTS
from raw.language import Program
from raw.model.automaton import Automaton, choices
from raw.model.pieces import NUMERAL, TEXT, Form, all_pieces, statement_pieces
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.targets import decode_targets, encode_scene
from raw.scene import CATEGORIES, Embedding, Ground, Scene, SceneObject

FORMS = [Form(), Form(digits=True), Form(digits=True, pixel_counts=False)]


def vocabulary(name: str, form: Form = FORMS[0]) -> PretrainedVocabulary:
    tokenizer = TOKENIZERS[name]()
    return PretrainedVocabulary(tokenizer, form, len(tokenizer) + 5)


def unit(rng: np.random.Generator) -> Embedding:
    vector = rng.normal(size=5).astype(np.float32)
    return Embedding(vector / np.linalg.norm(vector))


def scene(count: int) -> Scene:
    rng = np.random.default_rng(0)
    things = tuple(
        SceneObject(CATEGORIES[i % 6], (rng.uniform(-1, 1), -0.5, -9.0 - i), 2.0, tuple(rng.normal(size=4)), unit(rng), 500 - i)
        for i in range(count)
    )
    return Scene(ground=Ground(appearance=unit(rng)), objects=things)


@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("form", FORMS)
def test_every_statement_comes_back_as_its_exact_text(name: str, form: Form) -> None:
    found = vocabulary(name, form)
    for statement, tokens in found.statements.items():
        pieces = statement_pieces(STATEMENTS[statement], form)
        assert found.text([token.id for token in tokens if token.kind != NUMERAL]) == "".join(piece.text for piece in pieces)
        assert [(t.kind, t.slot) for t in tokens if t.kind != TEXT] == [(p.kind, p.slot) for p in pieces if p.kind != TEXT]


@pytest.mark.parametrize("name", TOKENIZERS)
def test_the_tokenizer_reads_whole_programs_as_they_were_spelled(name: str) -> None:
    found = vocabulary(name, Form(digits=True))
    targets = encode_scene(scene(7), found)
    whole = [int(i) for i in targets.input_ids if i < found.base_size and i != found.eos_id]
    text = found.tokenizer.decode(whole, clean_up_tokenization_spaces=False)
    assert text == found.text(targets.input_ids.tolist()).replace("[ROT]", "").replace("[CLIP]", "")
    assert "loc=(" in text and text.startswith("set_sun_size(")


@pytest.mark.parametrize("name", TOKENIZERS)
@pytest.mark.parametrize("form", FORMS)
def test_scenes_survive_the_round_trip(name: str, form: Form) -> None:
    found, before = vocabulary(name, form), scene(25)
    targets = encode_scene(before, found)
    after = decode_targets(targets, found).parse()
    assert [o.category for o in after.objects] == [o.category for o in before.objects]
    for one, other in zip(after.objects, before.objects, strict=True):
        np.testing.assert_allclose(one.location, other.location, atol=2e-3)
    assert len(targets.input_ids) <= found.longest()


def test_text_is_cut_as_the_model_knows_it_and_numbers_into_characters() -> None:
    found = vocabulary("llama", Form(digits=True))
    assert any(len(found.text([token.id])) > 4 for token in found.statements["add_tree"] if token.kind == TEXT)
    assert {found.text([index]) for index in found.characters.values()} == set("0123456789-.")
    assert all(found.text([index]) == character for character, index in found.characters.items())


@pytest.mark.parametrize("name", TOKENIZERS)
def test_placeholders_stand_above_the_base_and_are_never_a_choice(name: str) -> None:
    found = vocabulary(name)
    targets = encode_scene(scene(25), found)
    assert (targets.input_ids[targets.kinds > 0] >= found.base_size).all() and targets.input_ids.max() < found.size
    offered = choices(found, targets.input_ids)
    assert set(offered[offered >= 0].tolist()) <= set(found.scored) and max(found.scored) < found.base_size
    assert found.bos_id >= found.base_size


@pytest.mark.parametrize(("name", "prompt"), [("llama", 1), ("unigram", 1), ("bytes", 0)])
def test_the_base_s_own_start_is_the_prompt(name: str, prompt: int) -> None:
    assert len(vocabulary(name).prompt) == prompt


def test_any_walk_of_the_automaton_parses() -> None:
    found, rng = vocabulary("llama", Form(digits=True)), np.random.default_rng(1)
    for _ in range(5):
        automaton, ids = Automaton(found, 3), []
        while not automaton.done:
            ids.append(int(rng.choice(automaton.allowed())))
            automaton.advance(ids[-1])
        text = found.text(ids)
        turns, looks = text.count("[ROT]"), text.count("[CLIP]")
        rows = np.tile([1.0, 0, 0, 0, 0], (looks, 1)).astype(np.float32)
        Program(text, np.zeros(0), np.tile(np.eye(3), (turns, 1, 1)), rows).parse()


def test_a_token_that_may_not_come_is_named() -> None:
    automaton = Automaton(vocabulary("llama"))
    with pytest.raises(ValueError, match="may not come here; allowed: 's'"):
        automaton.advance(0)


def test_a_tokenizer_without_the_characters_is_refused() -> None:
    tokenizer = unigram_tokenizer("abcdefghijklmnopqrstuvwxyz_()=, ")
    with pytest.raises(ValueError, match="cannot spell"):
        PretrainedVocabulary(tokenizer, FORMS[0], len(tokenizer))


def test_a_tokenizer_that_changes_text_is_refused() -> None:
    from tokenizers import normalizers

    tokenizer = llama_tokenizer()
    tokenizer.backend_tokenizer.normalizer = normalizers.Sequence([tokenizer.backend_tokenizer.normalizer, normalizers.Replace("_", "-")])
    with pytest.raises(ValueError, match="cannot spell 'set_sun_size"):
        PretrainedVocabulary(tokenizer, FORMS[0], len(tokenizer))


def test_a_tokenizer_without_an_end_is_refused() -> None:
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=llama_tokenizer().backend_tokenizer)
    with pytest.raises(ValueError, match="no end-of-sequence token"):
        PretrainedVocabulary(tokenizer, FORMS[0], len(tokenizer))


def test_the_fingerprint_is_of_the_spelling() -> None:
    assert vocabulary("llama").fingerprint == vocabulary("llama").fingerprint != vocabulary("bytes").fingerprint
    assert vocabulary("llama").fingerprint != vocabulary("llama", FORMS[1]).fingerprint


def test_a_copy_speaks_alike() -> None:
    found = vocabulary("bytes")
    ids = torch.arange(300).tolist()
    assert copy.deepcopy(found).text(ids) == found.text(ids)
    assert len(all_pieces()) < found.size
