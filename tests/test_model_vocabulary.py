"""Pieces and tokenizer: exact round trips, forced punctuation, clear refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from raw.grammar import OBJECT_STATEMENTS, STATEMENTS
from raw.language import to_program
from raw.model.pieces import APPEARANCE, BOS, EOS, NUMBER, PAD, ROTATION, TEXT, Form, all_pieces, grammar_fingerprint, statement_pieces
from raw.model.vocabulary import PieceVocabulary, build_tokenizer, encode_text
from raw.scene import CATEGORIES, Embedding, Ground, Scene, SceneObject

TOKENIZER = build_tokenizer()
VECTOR = Embedding(np.array([1.0, 0.0], dtype=np.float32))


def scene_of(categories: list[str]) -> Scene:
    things = tuple(SceneObject(c, (0.0, 0.0, -5.0), 1.0, (1.0, 0.0, 0.0, 0.0), VECTOR, 100) for c in categories)
    return Scene(ground=Ground(appearance=VECTOR), objects=things)


def test_object_statement_has_the_pieces_of_the_seam() -> None:
    pieces = statement_pieces(STATEMENTS["add_tree"])
    assert [p.text for p in pieces] == ["add_tree(pixels=", "[NUM], loc=(", "[NUM], ", "[NUM], ", "[NUM]), height=",
                                        "[NUM], rotation=", "[ROT], appearance=", "[CLIP])\n"]
    assert [p.kind for p in pieces] == [TEXT, *[NUMBER] * 5, ROTATION, APPEARANCE]
    assert len({p.slot for p in pieces if p.kind == NUMBER}) == 5


def test_optional_slots_have_no_pieces() -> None:
    assert "".join(p.text for p in statement_pieces(STATEMENTS["set_relief"])) == "set_relief([NUM])\n"
    assert "".join(p.text for p in statement_pieces(STATEMENTS["set_ground"])) == "set_ground([CLIP])\n"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(CATEGORIES), max_size=25))
def test_text_round_trip_is_exact(categories: list[str]) -> None:
    text = to_program(scene_of(categories)).text
    ids = encode_text(TOKENIZER, text)
    assert TOKENIZER.decode(ids) == text
    assert len(ids) == 14 * 2 + 8 * len(categories)


def test_every_category_has_its_own_opening() -> None:
    openings = {statement_pieces(s)[0].text for s in OBJECT_STATEMENTS}
    assert openings == {f"add_{c}(pixels=" for c in CATEGORIES}


def test_special_tokens_and_kinds() -> None:
    assert TOKENIZER.convert_tokens_to_ids([PAD, BOS, EOS]) == [0, 1, 2]
    assert len(TOKENIZER) == len(all_pieces()) == PieceVocabulary().size


@pytest.mark.parametrize("text", ["set_sun_size(0.5)\n", "set_fov([NUM])\nprint(1)\n", "set_fov([NUM])\n<bos>"])
def test_other_text_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"line \d: .*no piece"):
        encode_text(TOKENIZER, text)


def test_tokenizer_survives_its_files(tmp_path) -> None:
    TOKENIZER.save_pretrained(tmp_path)
    text = to_program(scene_of(["bird", "tree"])).text
    again = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    assert again.encode(text, add_special_tokens=False) == encode_text(TOKENIZER, text)
    assert again.decode(again.encode(text)) == text


def test_fingerprint_follows_the_grammar(monkeypatch) -> None:
    before = grammar_fingerprint()
    assert before == grammar_fingerprint()
    all_pieces.cache_clear()
    monkeypatch.setattr("raw.model.pieces.OBJECT_STATEMENTS", OBJECT_STATEMENTS[:-1])
    assert grammar_fingerprint() != before
    all_pieces.cache_clear()


def test_the_fingerprint_of_the_shipped_model_stays() -> None:
    assert grammar_fingerprint() == "8fe1ddf496a81f46"
    assert len({grammar_fingerprint(Form(d, p)) for d in (False, True) for p in (False, True)}) == 4
