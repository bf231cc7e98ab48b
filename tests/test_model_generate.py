"""Generation: any weights give programs that parse; batches equal singles; the cache equals teacher forcing."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from transformers import LlamaConfig, LlamaModel

from raw.geometry import quaternion_to_matrix
from raw.grammar import BY_NAME, SCENE_STATEMENTS
from raw.model.automaton import Automaton
from raw.model.blocks import Batch
from raw.model.choosing import GOES_ON, likeliest
from raw.model.generate import Decoding, Generated, generate, generate_with_targets, n_best
from raw.model.heads import nearest_rotation
from raw.model.lean import is_plain
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION, all_pieces
from raw.model.reading import LOCATIONS
from raw.model.scene_model import SceneModel
from raw.model.targets import collate
from raw.model.vocabulary import PieceVocabulary
from tests.decoding_world import attentive_model, patches, random_model, sampled

PIECES = all_pieces()


def check(result: Generated, max_objects: int) -> None:
    scene = result.program.parse()
    names = [line.split("(")[0] for line in result.program.text.splitlines()]
    assert set(names[:14]) == {s.name for s in SCENE_STATEMENTS} and len(names) == 14 + len(scene.objects) <= 14 + max_objects
    assert all(BY_NAME[name].part == "object" for name in names[14:])
    for thing in scene.objects:
        assert np.linalg.det(quaternion_to_matrix(thing.rotation)) == pytest.approx(1)
        assert np.linalg.norm(thing.appearance.vector) == pytest.approx(1, abs=1e-4) and thing.location[2] < 0
    assert len(result.confidence) == len(scene.objects) and all(0 <= sure <= 1.001 for sure in result.confidence)
    assert np.isfinite(result.log_probability) and result.log_probability <= 1e-9 and result.seconds > 0


FORMS = [
    ("bins", True, True),
    ("bins", False, False),
    ("head", True, False),
    ("head", False, True),
    ("digits", True, True),
    ("digits", False, False),
]


@pytest.mark.parametrize(("codec", "pixel_counts", "feedback"), FORMS)
@pytest.mark.parametrize(("temperature", "seed", "count", "scale"), [(0.0, 0, 1, 1.0), (1.0, 1, 3, 100.0), (1e-300, 2, 1, 1.0)])
def test_any_weights_give_programs_that_parse(
    codec: str, pixel_counts: bool, feedback: bool, temperature: float, seed: int, count: int, scale: float
) -> None:
    model = random_model(seed, codec, scale, pixel_counts=pixel_counts, feedback=feedback)
    results = generate(model, patches(count, seed), sampled(temperature, seed, 3))
    assert len(results) == count
    for result in results:
        check(result, 3)  # parse checks every slot's limits


@settings(max_examples=8, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    seed=st.integers(0, 10**6),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
    temperature=st.sampled_from([0.0, 0.3, 1e6]),
    scene_order=st.sampled_from(["grammar", "model"]),
    max_tokens=st.none() | st.integers(0, 80),
    late=st.booleans(),
)
def test_nothing_makes_a_program_that_does_not_parse(
    form: tuple, seed: int, scale: float, temperature: float, scene_order: str, max_tokens: int | None, late: bool
) -> None:
    codec, pixel_counts, feedback = form
    model = random_model(seed, codec, scale, pixel_counts=pixel_counts, feedback=feedback)
    decoding = replace(sampled(temperature, seed, 3, scene_order), max_tokens=max_tokens, max_seconds=0.0 if late else None)
    for result in generate(model, patches(2, seed), decoding):
        check(result, 3)


@pytest.mark.parametrize("max_objects", [0, 1, 25])
def test_the_number_of_objects_is_limited(max_objects: int) -> None:
    for result in generate(random_model(0), patches(4), sampled(1.0, max_objects=max_objects)):
        check(result, max_objects)


@pytest.mark.parametrize(
    ("codec", "feedback", "letters"),
    [
        ("bins", True, False),
        ("bins", False, False),
        ("head", True, True),
        ("digits", True, True),
        ("digits", False, False),
        ("bins", False, True),
    ],
)
def test_a_batch_equals_its_singles(codec: str, feedback: bool, letters: bool) -> None:
    model, many = attentive_model(1, 1.5, codec, feedback=feedback, letters=letters), patches(4)
    together = generate(model, many, sampled(0.0, max_objects=3))
    assert len({result.program.text for result in together}) > 1
    for row, result in enumerate(together):
        alone = generate(model, many[row : row + 1], sampled(0.0, max_objects=3))[0]
        assert alone.program.text == result.program.text and alone.stopped == result.stopped
        np.testing.assert_allclose(alone.program.numbers, result.program.numbers, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(alone.program.rotations, result.program.rotations, atol=1e-4)
        np.testing.assert_allclose(alone.program.embeddings, result.program.embeddings, atol=1e-4)
        assert alone.log_probability == pytest.approx(result.log_probability, abs=1e-4)
        assert alone.confidence == pytest.approx(result.confidence, abs=1e-4)


def test_a_program_ends_where_it_has_become_doubtful_that_it_goes_on() -> None:
    some = np.log([0.05, 0.6, 0.35])  # the end, never the likeliest, and two categories
    alive, taken = 1.0, []
    while not taken or taken[-1] != 0:
        place, alive = likeliest(some, 0, alive)
        taken.append(place)
    assert 0.95**3 < GOES_ON < 0.95**2 and taken == [1, 1, 0]
    assert likeliest(some, None, 0.7) == (1, 0.7)
    assert likeliest(np.log([0.4, 0.6]), 0, 1.0) == (1, pytest.approx(0.6))  # before the first object, a half
    assert likeliest(np.log([0.9, 0.1]), 0, 1.0)[0] == 0


@pytest.mark.parametrize("letters", [False, True])
@pytest.mark.parametrize(("codec", "pixel_counts", "feedback"), FORMS)
def test_blocks_equal_teacher_forcing(codec: str, pixel_counts: bool, feedback: bool, letters: bool) -> None:
    model, some = random_model(7, codec, pixel_counts=pixel_counts, feedback=feedback, letters=letters), patches(3)
    results = generate_with_targets(model, some, sampled(1.0, 3, max_objects=2))
    batch = collate([targets for _, targets in results])
    kinds = batch["kinds"]
    with torch.no_grad():
        out = model(some, **batch)
    n, r, a = (kinds == kind for kind in (NUMBER, ROTATION, APPEARANCE))
    numbers = model.codec.decode(out.number_raw[n], batch["slots"][n])
    torch.testing.assert_close(numbers, batch["numbers"][n], atol=1e-4, rtol=0)
    torch.testing.assert_close(nearest_rotation(out.matrices[r]), batch["rotations"][r], atol=1e-4, rtol=0)
    torch.testing.assert_close(F.normalize(out.embeddings[a], dim=-1), batch["embeddings"][a], atol=1e-4, rtol=0)
    for row, (result, targets) in enumerate(results):
        total, chances = allowed_log_probability(model, out.logits[row], targets.input_ids, 2)
        assert result.log_probability == pytest.approx(total, abs=1e-3)
        places = torch.isin(batch["slots"][row], torch.tensor(sorted(LOCATIONS)))
        mass = model.codec.confidence(out.number_raw[row][places], batch["slots"][row][places]).reshape(-1, 3).prod(-1).numpy()
        sure = chances * mass if len(mass) else chances
        assert result.confidence == pytest.approx(tuple(sure), abs=1e-3)


def allowed_log_probability(model: SceneModel, logits: torch.Tensor, ids: np.ndarray, max_objects: int) -> tuple[float, np.ndarray]:
    """Of a whole program, and the probability of each object's category."""
    automaton, total, chances = Automaton(model.vocabulary, max_objects), 0.0, list[float]()
    for t in range(1, len(ids)):
        allowed = automaton.allowed()
        cost = float(logits[t, allowed].log_softmax(0)[allowed.index(ids[t])])
        total += cost
        if automaton.between and not automaton.orders:
            chances.append(0.0)
        if automaton.opens and not automaton.orders:
            chances[-1] += cost
        automaton.advance(int(ids[t]))
    assert automaton.done
    return total, np.exp(chances[:-1])  # the last is that of the end


def steps(model: SceneModel, decoding: Decoding) -> list[tuple[int, int]]:
    """(rows, tokens) of what goes through the decoder for three pictures."""
    seen: list[tuple[int, int]] = []
    hook = model.decoder.register_forward_pre_hook(lambda m, a, given: seen.append(given["inputs_embeds"].shape[:2]), with_kwargs=True)
    generate(model, patches(3), decoding)
    hook.remove()
    return seen


def test_a_block_holds_all_that_is_forced() -> None:
    model = random_model(3, feedback=False)
    with torch.no_grad():
        model.piece_head.weight[PIECES.index("<eos>")] = 0
    at_most = sampled(0.0, max_objects=2, scene_order="grammar")
    seen = steps(model, at_most)
    assert seen[0] == (3, 9 + 1 + 28) and set(seen[1:]) <= {(rows, 8 + end) for rows in (1, 2, 3) for end in (0, 1)} and len(seen) <= 3
    seen = steps(random_model(3), replace(at_most, max_objects=0))
    assert seen == [(3, 9 + 2), *[(3, 2)] * 13]  # a value and what opens the next statement; none for what follows the last value


@pytest.mark.parametrize("feedback", [True, False])
def test_the_lean_decoder_says_what_the_decoder_says(feedback: bool) -> None:
    model, decoding = attentive_model(1, 1.5, feedback=feedback), sampled(0.0, max_objects=4)
    assert is_plain(model.decoder)
    lean = generate(model, patches(4), decoding)
    hook = model.decoder.register_forward_pre_hook(lambda *given: None)
    assert not is_plain(model.decoder)
    for one, other in zip(lean, generate(model, patches(4), decoding), strict=True):
        assert one.program.text == other.program.text
        np.testing.assert_allclose(one.program.numbers, other.program.numbers, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(one.program.embeddings, other.program.embeddings, atol=1e-5)
    hook.remove()


@pytest.mark.parametrize("change", [{"attention_bias": True}, {"num_key_value_heads": 2}, {"hidden_act": "gelu"}])
def test_other_decoders_go_their_own_way(change: dict) -> None:
    model = random_model(0)
    assert is_plain(model.decoder) and not is_plain(model.decoder.bfloat16())
    model.decoder = LlamaModel(LlamaConfig(**{**model.decoder.config.to_dict(), **change})).eval()
    assert not is_plain(model.decoder)
    check(generate(model, patches(1), sampled(0.0, max_objects=2))[0], 2)


def test_ended_programs_leave_the_batch() -> None:
    rows = [count for count, _ in steps(attentive_model(1, 1.5), sampled(0.0, max_objects=6))]
    assert rows == sorted(rows, reverse=True)


@pytest.mark.parametrize("feedback", [True, False])
def test_limits_end_programs_lawfully(feedback: bool) -> None:
    model = random_model(3, feedback=feedback)
    free = generate(model, patches(2), sampled(1.0, 0, 25))
    assert {result.stopped for result in free} <= {"eos", "objects"}
    for limit, expected in (({"max_tokens": 0}, "tokens"), ({"max_seconds": 0.0}, "time")):
        for result in generate(model, patches(2), replace(sampled(1.0, 0, 25), **limit)):
            check(result, 0)
            assert result.stopped == expected
    for result in generate(model, patches(2), replace(sampled(0.0, 0, 25), max_tokens=30)):
        check(result, 1)
        assert result.stopped in ("tokens", "eos")
    assert generate(model, patches(1), sampled(0.0, max_objects=0))[0].stopped == "objects"


@pytest.mark.parametrize("feedback", [True, False])
def test_n_best_are_distinct_and_sorted(feedback: bool) -> None:
    model = attentive_model(1, 1.5, feedback=feedback)
    many = n_best(model, patches(3), 6, sampled(1.0, 0, 3))
    assert len(many) == 3 and max(map(len, many)) > 1
    for row, results in enumerate(many):
        assert len({result.program.text for result in results}) == len(results) <= 6
        scores = [result.log_probability for result in results]
        assert scores == sorted(scores, reverse=True)
        check(results[0], 3)
        alone = generate(model, patches(3)[row : row + 1], sampled(1e-9, 0, 3))[0]
        for result in results:  # each comes of its own picture
            if result.program.text == alone.program.text:
                np.testing.assert_allclose(result.program.embeddings, alone.program.embeddings, atol=1e-4)


def test_n_best_of_one_sample_is_that_sample() -> None:
    model = attentive_model(1, 1.5)
    (one,), (other,) = (
        n_best(model, patches(1), 1, sampled(1.0, 5, 3)),
        generate(model, patches(1), sampled(1.0, 5, 3)),
    )
    assert one[0].program.text == other.program.text and one[0].log_probability == other.log_probability
    with pytest.raises(ValueError, match="n is 0"):
        n_best(model, patches(1), 0, sampled(1.0))
    with pytest.raises(ValueError, match="temperature is 0"):
        n_best(model, patches(1), 2, Decoding())


def test_surer_heads_give_higher_confidence() -> None:
    """Sharper bins and sharper categories mean more confidence; bins that tell nothing, the share of the window."""
    found = []
    for scale in (0.0, 3.0, 30.0):
        model = random_model(4)
        with torch.no_grad():
            model.number_head[-1].weight.mul_(scale)
            model.number_head[-1].bias.mul_(scale)
            model.piece_head.weight.mul_(scale)
            model.piece_head.weight[model.vocabulary.eos_id] = 0
        found.append(generate(model, patches(1), sampled(0.0, max_objects=2))[0].confidence)
    assert found[0][0] == pytest.approx(1 / 7 * (3 / 64) ** 2 * 5 / 64)  # the first bin has neighbours on one side alone
    assert found[0][0] < found[1][0] < found[2][0]


def test_fed_back_values_change_what_follows() -> None:
    model = random_model(8)
    with torch.no_grad():
        before = generate(model, patches(1), sampled(0.0, max_objects=2))[0]
        model.values.number.weight.mul_(30)
        after = generate(model, patches(1), sampled(0.0, max_objects=2))[0]
    same_first = before.program.numbers[0] == after.program.numbers[0] and before.program.text[:8] == after.program.text[:8]
    assert same_first and not np.allclose(before.program.numbers[:5], after.program.numbers[:5], rtol=1e-6)


def test_sampling_follows_the_generator() -> None:
    model, some = random_model(9), patches(2)
    texts = [[r.program.text for r in generate(model, some, sampled(1.0, seed, 3))] for seed in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]


def test_forced_pieces_draw_nothing() -> None:
    model, decoding = random_model(9), sampled(1.0, 0, max_objects=0)
    generate(model, patches(1), decoding)
    expected = torch.Generator().manual_seed(0)
    for choices in range(14, 1, -1):  # the last scene statement, all values and eos are forced
        torch.multinomial(torch.ones(choices, dtype=torch.float64), 1, generator=expected)
    assert torch.equal(decoding.generator.get_state(), expected.get_state())


def test_no_images_give_no_programs() -> None:
    assert generate(random_model(0), patches(0)) == []


WRONG = [
    {"temperature": -1.0},
    {"temperature": float("nan")},
    {"temperature": 1.0},
    {"scene_order": "any"},
    {"max_tokens": -1},
    {"max_seconds": float("nan")},
]


@pytest.mark.parametrize("options", WRONG)
def test_wrong_options_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(options))} is"):
        Decoding(**options)


def test_broken_weights_are_named() -> None:
    model = random_model(0)
    with torch.no_grad():
        model.projector.weight.fill_(float("nan"))
    with pytest.raises(ValueError, match="not finite"):
        generate(model, patches(1))


def test_automaton_refuses_what_the_grammar_does_not_allow() -> None:
    automaton = Automaton(PieceVocabulary(), 1)
    with pytest.raises(ValueError, match="set_fov"):
        automaton.advance(PIECES.index("add_tree(pixels="))
    automaton.advance(PIECES.index("set_fov("))
    assert automaton.allowed() == [PIECES.index("[NUM])\n")]
    automaton.advance(PIECES.index("[NUM])\n"))
    with pytest.raises(ValueError, match="set_air"):
        automaton.advance(PIECES.index("set_fov("))
    with pytest.raises(ValueError, match="0 to 25"):
        Automaton(PieceVocabulary(), 26)


@torch.inference_mode()
def test_keys_leave_memory_with_their_batch() -> None:
    gc.disable()  # which would find a ring of references, but at some time or other
    try:
        batch = Batch(random_model(0), patches(1), Decoding(max_objects=1))
        gone = weakref.ref(batch._cache.layers[0].keys)
        del batch
        assert gone() is None
    finally:
        gc.enable()
