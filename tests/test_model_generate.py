"""Generation: any weights give programs that parse; batches equal singles; the cache equals teacher forcing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from raw.geometry import quaternion_to_matrix
from raw.grammar import BY_NAME, SCENE_STATEMENTS
from raw.model.automaton import Automaton
from raw.model.builders import build_model
from raw.model.choosing import likeliest
from raw.model.generate import Decoding, generate, generate_with_targets
from raw.model.heads import nearest_rotation
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION, all_pieces
from raw.model.scene_model import SceneModel
from raw.model.targets import collate
from raw.model.vocabulary import PieceVocabulary

PIECES = all_pieces()


@dataclass
class ShapeOnly:
    """A tower as far as a model must know it."""

    name: str = "shape"
    fingerprint: str = "abc"
    patch_shape: tuple[int, int] = (9, 6)
    width: int = 5


def random_model(seed: int, codec: str = "bins", scale: float = 1.0) -> SceneModel:
    """Random weights; a scale above 1 makes outputs extreme."""
    model = build_model("debug", ShapeOnly(), "lib", codec=codec, seed=seed).eval()
    with torch.no_grad():
        for name in ("piece_head", "number_head", "rotation_head", "embedding_head"):
            for parameter in getattr(model, name).parameters():
                parameter.mul_(scale)
        model.piece_head.weight.mul_(20)  # spread the scores, so that choices are clear
    return model


def patches(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, 9, 6, generator=torch.Generator().manual_seed(seed))


def sampled(temperature: float, seed: int = 0, max_objects: int = 25, scene_order: str = "model") -> Decoding:
    """In the model's order, as that leaves most to be decided."""
    return Decoding(max_objects, temperature, torch.Generator().manual_seed(seed) if temperature else None, scene_order)


def check(text: str, scene, max_objects: int) -> None:
    names = [line.split("(")[0] for line in text.splitlines()]
    assert set(names[:14]) == {s.name for s in SCENE_STATEMENTS} and len(names) == 14 + len(scene.objects) <= 14 + max_objects
    assert all(BY_NAME[name].part == "object" for name in names[14:])
    for thing in scene.objects:
        assert np.linalg.det(quaternion_to_matrix(thing.rotation)) == pytest.approx(1)
        assert np.linalg.norm(thing.appearance.vector) == pytest.approx(1, abs=1e-4) and thing.location[2] < 0


@pytest.mark.parametrize("codec", ["bins", "head"])
@pytest.mark.parametrize("temperature", [0.0, 1.0, 1e-300])
@pytest.mark.parametrize(("seed", "count", "scale"), [(0, 1, 1.0), (1, 3, 1.0), (2, 2, 100.0)])
def test_any_weights_give_programs_that_parse(codec: str, temperature: float, seed: int, count: int, scale: float) -> None:
    results = generate(random_model(seed, codec, scale), patches(count, seed), sampled(temperature, seed, 8))
    assert len(results) == count
    for result in results:
        check(result.program.text, result.program.parse(), 8)  # parse checks every slot's limits
        assert np.isfinite(result.log_probability) and result.log_probability <= 0 and result.seconds > 0


@pytest.mark.parametrize("max_objects", [0, 1, 25])
def test_the_number_of_objects_is_limited(max_objects: int) -> None:
    for result in generate(random_model(0), patches(4), sampled(1.0, max_objects=max_objects)):
        check(result.program.text, result.program.parse(), max_objects)


def attentive_model(seed: int, eos: float) -> SceneModel:
    """Random weights under which pictures matter more than usual, and programs end at different steps."""
    model = random_model(seed)
    with torch.no_grad():
        for layer in model.decoder.layers:
            for linear in (layer.self_attn.v_proj, layer.self_attn.o_proj, layer.mlp.down_proj):
                linear.weight.mul_(8)
            layer.self_attn.q_proj.weight.mul_(5)
        model.piece_head.weight[PIECES.index("<eos>")] *= eos
    return model


@pytest.mark.parametrize(("seed", "eos"), [(1, 1.5), (7, -1.0)])
def test_a_batch_equals_its_singles(seed: int, eos: float) -> None:
    model, many = attentive_model(seed, eos), patches(5)
    together = generate(model, many, sampled(0.0, max_objects=6))
    assert len({result.program.text.count("\n") for result in together}) > 1
    for row, result in enumerate(together):
        alone = generate(model, many[row : row + 1], sampled(0.0, max_objects=6))[0]
        assert alone.program.text == result.program.text
        np.testing.assert_allclose(alone.program.numbers, result.program.numbers, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(alone.program.rotations, result.program.rotations, atol=1e-4)
        np.testing.assert_allclose(alone.program.embeddings, result.program.embeddings, atol=1e-4)
        assert alone.log_probability == pytest.approx(result.log_probability, abs=1e-4)


def test_a_program_ends_at_the_median_number_of_objects() -> None:
    some = np.log([0.2, 0.5, 0.3])  # the end, never the likeliest, and two categories
    alive, taken = 1.0, []
    while not taken or taken[-1] != 0:
        place, alive = likeliest(some, 0, alive)
        taken.append(place)
    assert taken == [1, 1, 1, 0]  # 0.8 ** 3 = 0.51 of all programs have three objects or more, 0.8 ** 4 = 0.41 four
    assert likeliest(some, None, 0.7) == (1, 0.7)
    assert likeliest(np.log([0.9, 0.1]), 0, 1.0)[0] == 0


@pytest.mark.parametrize("codec", ["bins", "head"])
def test_cached_steps_equal_teacher_forcing(codec: str) -> None:
    model, some = random_model(7, codec), patches(3)
    results = generate_with_targets(model, some, sampled(1.0, 3, max_objects=5))
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
        assert result.log_probability == pytest.approx(allowed_log_probability(out.logits[row], targets.input_ids, 5), abs=1e-3)


def allowed_log_probability(logits: torch.Tensor, ids: np.ndarray, max_objects: int) -> float:
    automaton, total = Automaton(PieceVocabulary(), max_objects), 0.0
    for t in range(1, len(ids)):
        allowed = automaton.allowed()
        total += float(logits[t, allowed].log_softmax(0)[allowed.index(ids[t])])
        automaton.advance(int(ids[t]))
    assert automaton.done
    return total


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


@pytest.mark.parametrize("options", [{"temperature": -1.0}, {"temperature": float("nan")}, {"temperature": 1.0}])
def test_wrong_options_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match="temperature is"):
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
