"""Scenes to training arrays and back."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from raw.geometry import quaternion_to_matrix
from raw.language import to_program
from raw.model.numbers import NUMBER_SLOTS
from raw.model.pieces import BOS, EOS, NUMBER
from raw.model.targets import Item, Targets, collate, decode_targets, encode_scene, stack_items
from raw.model.vocabulary import PieceVocabulary
from raw.scene import CATEGORIES, Camera, Embedding, Ground, Scene, SceneObject, Sky

VOCABULARY = PieceVocabulary()
WIDTH = 4


def vector(rng: np.random.Generator) -> Embedding:
    return Embedding(rng.normal(size=WIDTH).astype(np.float32))


def random_scene(rng: np.random.Generator, objects: int = 3) -> Scene:
    things = []
    for i in range(objects):
        quaternion = rng.normal(size=4)
        quaternion *= np.sign(quaternion[0]) / np.linalg.norm(quaternion)
        place = (*rng.uniform(-2, 2, 2), rng.uniform(-30, -6))
        things.append(SceneObject(CATEGORIES[i % 6], place, rng.uniform(0.1, 20), tuple(quaternion), vector(rng), 5000 - 100 * i))
    return Scene(Sky(sun_rotation=300.0), Camera(80.0, 2.0, 50.0), Ground(vector(rng), 0.3), tuple(things))


def close(a: Scene, b: Scene) -> None:
    for part in ("sky", "camera"):
        np.testing.assert_allclose(dataclasses.astuple(getattr(a, part)), dataclasses.astuple(getattr(b, part)), rtol=1e-4)
    assert a.ground.appearance == b.ground.appearance and a.ground.relief == pytest.approx(b.ground.relief, rel=1e-4)
    assert [o.category for o in a.objects] == [o.category for o in b.objects]
    for one, other in zip(a.objects, b.objects, strict=True):
        assert (one.appearance, one.pixels) == (other.appearance, other.pixels)
        np.testing.assert_allclose(one.location, other.location, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(one.rotation, other.rotation, atol=1e-5)
        assert one.height == pytest.approx(other.height, rel=1e-4)


@pytest.mark.parametrize("objects", [0, 1, 25])
def test_round_trip_gives_the_scene_and_the_writers_text(objects: int) -> None:
    scene = random_scene(np.random.default_rng(objects), objects)
    program = decode_targets(encode_scene(scene, VOCABULARY), VOCABULARY)
    assert program.text == to_program(scene).text
    close(program.parse(), scene)


def test_arrays_stand_at_their_pieces() -> None:
    scene = random_scene(np.random.default_rng(1), 2)
    targets = encode_scene(scene, VOCABULARY)
    length = 1 + 14 * 2 + 2 * 8 + 1
    assert targets.input_ids.shape == (length,) and targets.embeddings.shape == (length, WIDTH)
    assert VOCABULARY.tokenizer.convert_ids_to_tokens([targets.input_ids[0], targets.input_ids[-1]]) == [BOS, EOS]
    assert ((targets.slots >= 0) == (targets.kinds == NUMBER)).all()
    assert targets.input_ids.dtype == targets.slots.dtype == targets.kinds.dtype == np.int64 and targets.numbers.dtype == np.float32
    first = 1 + 14 * 2  # the opening of the first object; its rotation is 6 pieces on, its appearance 7
    np.testing.assert_allclose(targets.rotations[first + 6], quaternion_to_matrix(scene.objects[0].rotation), atol=1e-6)
    np.testing.assert_array_equal(targets.embeddings[first + 7], scene.objects[0].appearance.vector)
    np.testing.assert_array_equal(targets.rotations[first], np.eye(3))


def test_order_shuffles_scene_statements_and_nothing_else() -> None:
    scene = random_scene(np.random.default_rng(2), 4)
    fixed = decode_targets(encode_scene(scene, VOCABULARY), VOCABULARY).text.splitlines()
    shuffled = decode_targets(encode_scene(scene, VOCABULARY, order=np.random.default_rng(0)), VOCABULARY)
    lines = shuffled.text.splitlines()
    assert lines[:14] != fixed[:14] and sorted(lines[:14]) == sorted(fixed[:14]) and lines[14:] == fixed[14:]
    close(shuffled.parse(), scene)
    again = decode_targets(encode_scene(scene, VOCABULARY, order=np.random.default_rng(0)), VOCABULARY)
    assert again.text == shuffled.text


def test_fuzz_moves_scene_numbers_within_bounds_and_leaves_objects() -> None:
    scene = random_scene(np.random.default_rng(3), 3)
    plain = decode_targets(encode_scene(scene, VOCABULARY), VOCABULARY)
    fuzzed = encode_scene(scene, VOCABULARY, fuzz=0.005, fuzz_rng=np.random.default_rng(0))
    ratio = decode_targets(fuzzed, VOCABULARY).numbers[:13] / plain.numbers[:13]
    assert np.all(np.abs(ratio - 1) <= 0.00501) and np.all(ratio != 1) and ratio.max() - ratio.min() > 0.003
    units = encode_scene(scene, VOCABULARY).numbers
    np.testing.assert_array_equal(fuzzed.numbers[29:], units[29:])  # objects: also their place in the picture


def test_fuzz_needs_a_generator() -> None:
    with pytest.raises(ValueError, match="generator"):
        encode_scene(random_scene(np.random.default_rng(0)), VOCABULARY, fuzz=0.005)


def test_the_largest_25_objects_are_kept_in_order() -> None:
    scene = random_scene(np.random.default_rng(4), 30)
    mixed = dataclasses.replace(scene, objects=scene.objects[::-1])
    kept = decode_targets(encode_scene(mixed, VOCABULARY), VOCABULARY).parse().objects
    assert [o.pixels for o in kept] == [o.pixels for o in scene.objects[:25]]


def test_objects_are_capped_and_shuffled_when_asked() -> None:
    scene = random_scene(np.random.default_rng(4), 6)

    def pixels(**options: object) -> list[int]:
        return [thing.pixels for thing in decode_targets(encode_scene(scene, VOCABULARY, **options), VOCABULARY).parse().objects]

    every = pixels()
    assert pixels(max_objects=2) == every[:2] and len(pixels(max_objects=0)) == 0
    shuffled = pixels(max_objects=4, object_order=np.random.default_rng(0))
    assert shuffled != every[:4] and sorted(shuffled, reverse=True) == every[:4]
    with pytest.raises(ValueError, match="max_objects is 26"):
        pixels(max_objects=26)


@pytest.mark.parametrize("change", [{"category": None}, {"rotation": None}, {"appearance": "zebra/0007"}, {"location": (0.0, 0.0, 3.0)}])
def test_objects_without_model_form_are_refused(change: dict) -> None:
    scene = random_scene(np.random.default_rng(5), 1)
    broken = dataclasses.replace(scene, objects=(dataclasses.replace(scene.objects[0], **change),))
    with pytest.raises(ValueError, match="category|rotation|appearance|in front"):
        encode_scene(broken, VOCABULARY)


def reordered(targets: Targets, order: list[int]) -> Targets:
    return Targets(*(array[order] for array in targets))


def test_scene_statements_after_an_object_are_refused() -> None:
    targets = encode_scene(random_scene(np.random.default_rng(6), 1), VOCABULARY)
    with pytest.raises(ValueError, match="after an object"):
        decode_targets(reordered(targets, [*range(3, 37), 1, 2]), VOCABULARY)


def test_a_location_without_fov_is_refused() -> None:
    targets = encode_scene(random_scene(np.random.default_rng(6), 1), VOCABULARY)
    with pytest.raises(ValueError, match="before set_fov"):
        decode_targets(reordered(targets, list(range(29, 37))), VOCABULARY)


def test_embeddings_of_two_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[2, 3\]"):
        stack_items([Item(18, 3, embedding=np.zeros(2)), Item(18, 3, embedding=np.zeros(3))])


def test_collate_pads_on_the_right() -> None:
    rng = np.random.default_rng(7)
    short, long = (encode_scene(random_scene(rng, n), VOCABULARY) for n in (1, 3))
    batch = collate([short, long])
    n = len(short.input_ids)
    assert batch["attention_mask"].sum(1).tolist() == [n, len(long.input_ids)]
    assert (batch["input_ids"][0, n:] == 0).all() and (batch["slots"][0, n:] == -1).all() and (batch["kinds"][0, n:] == 0).all()
    np.testing.assert_array_equal(batch["rotations"][0, -1], np.eye(3))
    for name in Targets._fields:
        np.testing.assert_array_equal(batch[name][0, :n], getattr(short, name))
        np.testing.assert_array_equal(batch[name][1], getattr(long, name))
    assert batch["slots"].max() < len(NUMBER_SLOTS)
