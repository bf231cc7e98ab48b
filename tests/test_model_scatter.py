"""Drawn places: only those of plants and stones, as likely as the codec says, and the same for a picture whatever is beside it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from decoding_world import attentive_model, patches, random_model

from raw.language import parse_partial
from raw.model.codecs import make_codec
from raw.model.generate import Decoding, Generated, generate, several
from raw.model.reading import LOCATIONS
from raw.scene import ANIMALS, SceneObject


def scattered(seed: int = 0, objects: int = 6) -> Decoding:
    return Decoding(objects, scatter=True, generator=torch.Generator().manual_seed(seed))


def things(result: Generated) -> tuple[SceneObject, ...]:
    program = result.program
    told, problem = parse_partial(program.text, numbers=program.numbers, rotations=program.rotations, embeddings=program.embeddings)
    assert problem is None
    return told.objects


def test_a_quantile_is_taken_of_what_the_codec_finds_likely() -> None:
    codec = make_codec("bins", 64)
    scores = torch.full((1, 64), -30.0)
    scores[0, 10], scores[0, 50] = np.log(0.3), np.log(0.7)  # two places
    slot = torch.tensor([min(LOCATIONS)])
    for quantile, bin_ in ((0.0, 0), (0.1, 10), (0.29, 10), (0.31, 50), (0.99, 50), (float("nan"), 50)):
        value = codec.decode(scores, slot, torch.tensor([quantile]))
        if quantile:
            assert value.item() == pytest.approx(bin_ / 63, abs=1e-4)
        assert 0 <= value.item() <= 1
    assert codec.confidence(scores, slot, torch.tensor([0.1])).item() == pytest.approx(0.3, abs=1e-4)
    assert codec.confidence(scores, slot).item() == pytest.approx(0.7, abs=1e-4)


def test_uniform_quantiles_draw_bins_as_often_as_they_are_likely() -> None:
    codec = make_codec("bins", 16)
    scores = torch.randn(1, 16, generator=torch.Generator().manual_seed(1)) * 3
    scores[0, ::2] -= 20  # far from each other, as a draw is a mean over its neighbourhood
    scores[0, 1::4] -= 20
    quantiles = torch.rand(4000, generator=torch.Generator().manual_seed(2))
    drawn = codec.decode(scores.expand(4000, -1), torch.full((4000,), min(LOCATIONS)), quantiles) * 15
    for bin_, likely in enumerate(scores.softmax(-1)[0].tolist()):
        assert ((drawn - bin_).abs() < 0.01).float().mean().item() == pytest.approx(likely, abs=0.03)


@pytest.mark.parametrize("feedback", [True, False])
def test_plants_and_stones_are_scattered_and_animals_are_not(feedback: bool) -> None:
    seen = {True: 0, False: 0}
    for seed in range(12):
        model = random_model(seed, feedback=feedback)
        (plain,), (drawn,) = generate(model, patches(1), Decoding(1)), generate(model, patches(1), scattered(objects=1))
        for one, other in zip(things(plain), things(drawn), strict=True):
            assert one.category == other.category
            animal = one.category in ANIMALS
            assert (one.location == other.location) == animal
            seen[animal] += 1
    assert min(seen.values()) > 0


@pytest.mark.parametrize("feedback", [True, False])
def test_programs_of_a_picture_do_not_depend_on_its_neighbours(feedback: bool) -> None:
    model = attentive_model(2, 0.5, feedback=feedback)
    many = several(model, patches(3), 4, scattered())
    assert [len(some) for some in many] == [4, 4, 4]
    for row in range(3):
        (alone,) = several(model, patches(3)[row : row + 1], 4, scattered())
        for one, other in zip(alone, many[row], strict=True):
            np.testing.assert_allclose([t.location for t in things(one)], [t.location for t in things(other)], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("feedback", [True, False])
def test_programs_of_one_picture_differ_in_their_places(feedback: bool) -> None:
    models = [attentive_model(seed, 0.5, feedback=feedback) for seed in (2, 4, 7)]
    many = [several(model, patches(1), 4, scattered())[0] for model in models]
    assert max(len({tuple(t.location for t in things(one)) for one in some}) for some in many) > 1


def test_one_seed_gives_one_program() -> None:
    model = attentive_model(2, 0.5)
    first, again, other = (several(model, patches(3), 2, scattered(seed)) for seed in (0, 0, 1))
    told, retold, others = ([one.program.numbers for some in many for one in some] for many in (first, again, other))
    assert all(map(np.array_equal, told, retold)) and not all(map(np.array_equal, told, others))


def test_one_of_several_is_what_generate_draws() -> None:
    model = attentive_model(2, 0.5)
    ((one,),), (other,) = several(model, patches(1), 1, scattered()), generate(model, patches(1), scattered())
    np.testing.assert_array_equal(one.program.numbers, other.program.numbers)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="scatter is on and generator is None"):
        Decoding(scatter=True)
    with pytest.raises(ValueError, match="codec 'head' gives no probabilities of places to draw from; allowed: scatter with"):
        generate(random_model(0, "head"), patches(1), scattered())
    with pytest.raises(ValueError, match="n is 0"):
        several(random_model(0), patches(1), 0, scattered())
