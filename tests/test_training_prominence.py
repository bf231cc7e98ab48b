"""What labels weigh: scene statements, objects by their place, animals."""

from __future__ import annotations

import numpy as np
import pytest

from raw.model.automaton import statements
from raw.model.pieces import Form
from raw.model.targets import encode_scene
from raw.model.vocabulary import PieceVocabulary
from raw.scene import Embedding, Ground, Scene, SceneObject
from training.prominence import EVEN, Weighing, label_weights

VECTOR = Embedding(np.array([1.0, 0.0], dtype=np.float32))
CATEGORIES = ("tree", "herbivore", "boulder", "bird")


@pytest.fixture(params=[False, True], ids=["heads", "digits"])
def vocabulary(request: pytest.FixtureRequest) -> PieceVocabulary:
    return PieceVocabulary(Form(digits=request.param))


@pytest.fixture
def input_ids(vocabulary: PieceVocabulary) -> np.ndarray:
    things = tuple(SceneObject(c, (0.0, 0.0, -5.0), 1.0, (1.0, 0.0, 0.0, 0.0), VECTOR, 100) for c in CATEGORIES)
    return encode_scene(Scene(ground=Ground(appearance=VECTOR), objects=things), vocabulary).input_ids


def test_statements_are_told_with_their_tokens(vocabulary: PieceVocabulary, input_ids: np.ndarray) -> None:
    found = statements(vocabulary, input_ids)
    assert [name for name, _ in found[-5:]] == [*(f"add_{category}" for category in CATEGORIES), ""]
    assert all(name.startswith("set_") for name, _ in found[:-5])
    assert found[-1] == ("", 1)
    assert 1 + sum(length for _, length in found) == len(input_ids)


def test_padding_is_no_statement(vocabulary: PieceVocabulary, input_ids: np.ndarray) -> None:
    padded = np.append(input_ids, [vocabulary.pad_id] * 3)
    assert statements(vocabulary, padded) == statements(vocabulary, input_ids)


def test_the_nth_object_weighs_less_and_animals_values_more(vocabulary: PieceVocabulary, input_ids: np.ndarray) -> None:
    weights = label_weights(vocabulary, input_ids, Weighing(lead=0.5, scene=2.0, animals=3.0))
    lengths = [length for _, length in statements(vocabulary, input_ids)]
    ends = np.cumsum([1, *lengths])
    scene, things = slice(1, ends[-6]), [slice(a, b) for a, b in zip(ends[-6:-1], ends[-5:], strict=True)]
    assert (weights[scene] == 2.0).all()
    for place, (part, factor) in enumerate(zip(things, (1, 3, 1, 3, 1), strict=True), start=1):  # the end stands in the fifth place
        np.testing.assert_allclose(weights[part, 0], place**-0.5, rtol=1e-6)
        np.testing.assert_allclose(weights[part, 1], factor * place**-0.5, rtol=1e-6)
    assert (weights[0] == 0).all()  # nothing is asked of the start


def test_even_weights_are_ones(vocabulary: PieceVocabulary, input_ids: np.ndarray) -> None:
    assert (label_weights(vocabulary, input_ids, EVEN) == 1).all()
    computed = label_weights(vocabulary, input_ids, Weighing(animals=1.0 + 1e-9))
    np.testing.assert_allclose(computed[1:], 1)
