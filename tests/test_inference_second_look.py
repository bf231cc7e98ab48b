"""Looking again at the animals of a prediction: where they are cut out, and what becomes of their appearance and category."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from inference.second_look import LIKE, NAMED, SIZE, SLACK, STAY, SecondLook
from raw.library import AssetRecord, Library, save_embeddings
from raw.scene import MODEL_SIZE, Camera, Embedding, Ground, Scene, SceneObject
from raw.vision.adapter import Adapter
from raw.vision.cut_outs import FILLED, LEAST_SIDE, Seen, expected_box, seen_alone, square_cut, unit
from raw.vision.images import to_tensor
from raw.vision.tower import load_tower

COLOURS = {"zebra": ("herbivore", (230, 40, 40)), "tiger": ("carnivore", (40, 60, 230)), "horse": ("herbivore", (40, 220, 60))}
CAMERA = Camera(pitch=90.0, fov=60.0)


def portrait(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (224, 224), colour)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Three animals that look like one colour each to the debug tower."""
    folder, tower = tmp_path_factory.mktemp("library"), load_tower("debug")
    records = tuple(AssetRecord(f"{name}/0000", name, category, name, 1.4, 0) for name, (category, _) in COLOURS.items())
    vectors = tower(to_tensor([portrait(colour) for _, colour in COLOURS.values()])).pooled.numpy()
    save_embeddings(folder, vectors[:, None])
    return Library(folder, records, np.array([0.0]), tower.fingerprint, tower.name)


def animal(library: Library, name: str, **changes: object) -> SceneObject:
    vector = Embedding(library.embedding(f"{name}/0000", 0.0))
    thing = SceneObject(COLOURS[name][0], (1.0, -0.7, -6.0), 1.4, (1.0, 0.0, 0.0, 0.0), vector, 3000)
    return replace(thing, **changes)  # type: ignore[arg-type]


def picture(thing: SceneObject, colour: tuple[int, int, int], size: tuple[int, int] = (300, 300)) -> Image.Image:
    """A photo whose square shows a colour where the program puts a thing, on grey."""
    box = expected_box(thing, CAMERA)
    assert box is not None
    side = max(size)
    canvas = Image.new("RGB", (side, side), (127, 127, 127))
    left, top, right, bottom = (round(v * side) for v in box)
    reach = max(right - left, bottom - top)
    canvas.paste(colour, (left - reach, top - reach, right + reach, bottom + reach))
    x, y = (side - size[0]) // 2, (side - size[1]) // 2
    return canvas.crop((x, y, x + size[0], y + size[1]))


def looked(library: Library, thing: SceneObject, photo: Image.Image, weight: float = 3.0) -> SceneObject:
    scene = Scene(camera=CAMERA, ground=Ground(), objects=(thing,))
    return library.resolve(SecondLook(library, load_tower("debug"), weight)(photo, scene)).objects[0]


@pytest.mark.parametrize("size", [(300, 300), (300, 220), (220, 300)])
@pytest.mark.parametrize("name", list(COLOURS))
def test_what_the_photo_shows_there_wins_over_the_models_word(library: Library, name: str, size: tuple[int, int]) -> None:
    said = animal(library, "zebra")
    again = looked(library, said, picture(said, COLOURS[name][1], size))
    assert (again.appearance, again.category) == (f"{name}/0000", COLOURS[name][0])
    assert (again.location, again.height, again.pixels) == (said.location, said.height, said.pixels)


def test_with_little_weight_the_models_word_stays(library: Library) -> None:
    said = animal(library, "zebra")
    assert looked(library, said, picture(said, COLOURS["tiger"][1]), weight=0.01).appearance == "zebra/0000"


def test_another_category_must_be_nearer_by_a_margin(library: Library) -> None:
    said = animal(library, "zebra")
    look = SecondLook(library, load_tower("debug"), 1.0)
    vectors = {name: library.embedding(f"{name}/0000", 0.0) for name in COLOURS}
    between = vectors["zebra"] + vectors["tiger"]
    half = replace(said, appearance=Embedding((between / np.linalg.norm(between)).astype(np.float32)))
    tilt = STAY / 4 * (vectors["tiger"] - vectors["zebra"])  # nearer to the tiger, by less than the margin
    [again] = look._again([half], [Seen((between + tilt) / np.linalg.norm(between + tilt), None)])
    assert again.category == "herbivore"
    assert look._again([half], [Seen(vectors["tiger"], None)])[0].category == "carnivore"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The same animals with four numbers each, all of them half in one direction."""
    folder, tower = tmp_path_factory.mktemp("drawn"), load_tower("debug")
    records = tuple(AssetRecord(f"{name}/0000", name, category, name, 1.4, 0) for name, (category, _) in COLOURS.items())
    vectors = np.hstack([np.full((3, 1), np.sqrt(0.5)), np.sqrt(0.5) * np.eye(3), np.zeros((3, 1))])
    save_embeddings(folder, vectors[:, None])
    return Library(folder, records, np.array([0.0]), tower.fingerprint, tower.name)


def strange(likeness: float, lead: float = 0.01) -> np.ndarray:
    """A unit vector about as like all animals as ``likeness`` in cosine says, but a little more like the zebra: by ``lead``."""
    share = likeness / np.sqrt(0.5)
    return unit(np.array([share, lead, 0, 0, np.sqrt(1 - share**2)]))


@pytest.mark.parametrize(("called", "found"), [(292, "tiger/0000"), (339, "horse/0000"), (340, "zebra/0000"), (398, "zebra/0000")])
def test_what_the_classifier_calls_it_speaks_for_families(drawn: Library, called: int, found: str) -> None:
    said = animal(drawn, "zebra")
    [again] = SecondLook(drawn, load_tower("debug"), 1000.0)._again([said], [Seen(strange(0.4), np.eye(1000)[called])])
    scene = drawn.resolve(Scene(camera=CAMERA, objects=(again,)))
    assert scene.objects[0].appearance == found and again.category == drawn.record(found).category
    assert isinstance(again.appearance, Embedding) and np.linalg.norm(again.appearance.vector) == pytest.approx(1, abs=1e-5)


def test_the_less_the_library_knows_a_cut_out_the_more_the_classifier_counts(drawn: Library) -> None:
    look, tiger = SecondLook(drawn, load_tower("debug"), 1000.0), np.eye(1000)[292]
    said = animal(drawn, "zebra")
    found = [look._again([said], [Seen(strange(likeness, 0.05), tiger)])[0].category for likeness in (0.3, 0.5, 0.705)]
    assert found == ["carnivore", "carnivore", "herbivore"]
    place = look._naming.families.index("tiger")
    weights = [look._said(Seen(strange(0.4), tiger), likeness)[place] for likeness in (0.0, LIKE, 1.0)]
    assert weights == pytest.approx([NAMED * np.log(1.01), NAMED / 2 * np.log(1.01), 0], rel=1e-3, abs=1e-6)
    assert not look._said(Seen(strange(0.4), None), 0.0).any()


def towards(**shares: float) -> Seen:
    """A cut-out as like each animal as its share says."""
    return Seen(unit(np.array([0.0, *(shares.get(name, 0.0) for name in COLOURS), 0.0])), None)


def test_an_animal_that_is_said_to_be_of_another_height_is_less_likely(drawn: Library) -> None:
    records = tuple(replace(record, height=3.0 if record.family == "zebra" else 0.6) for record in drawn.records)
    sizes = Library(drawn.folder, records, drawn.yaws, drawn.fingerprint, drawn.tower)
    look, doubtful = SecondLook(sizes, load_tower("debug"), 1000.0), towards(zebra=0.71, horse=0.7)

    def found(height: float) -> str:
        [again] = look._again([animal(drawn, "zebra", height=height)], [doubtful])
        return str(sizes.resolve(Scene(objects=(again,))).objects[0].appearance)

    assert [found(height) for height in (3.0, 0.5, 9.0)] == ["zebra/0000", "horse/0000", "zebra/0000"]
    tall = sorted(look._misfit(3.0 * np.exp(SLACK + 1)))
    assert tall == pytest.approx([SIZE, SIZE * (1 + np.log(5)), SIZE * (1 + np.log(5))])
    assert min(look._misfit(3.0 * np.exp(SLACK / 2))) == 0 < max(look._misfit(3.0))


def test_the_others_of_a_photo_speak_for_their_species(drawn: Library) -> None:
    look, said = SecondLook(drawn, load_tower("debug"), 1000.0), animal(drawn, "zebra")
    plain, doubtful = towards(horse=1.0), towards(zebra=0.71, horse=0.7)
    assert drawn.resolve(Scene(objects=tuple(look._again([said], [doubtful])))).objects[0].appearance == "zebra/0000"
    both = drawn.resolve(Scene(objects=tuple(look._again([said, said], [plain, doubtful])))).objects
    assert [thing.appearance for thing in both] == ["horse/0000", "horse/0000"]
    mixed = drawn.resolve(Scene(objects=tuple(look._again([said, said], [plain, towards(zebra=1.0)])))).objects
    assert [thing.appearance for thing in mixed] == ["horse/0000", "zebra/0000"]


def test_a_library_without_animals_has_nothing_to_take_them_for(library: Library) -> None:
    said = animal(library, "zebra")
    records = tuple(replace(record, category="tree") for record in library.records)
    plants = Library(library.folder, records, library.yaws, library.fingerprint)
    scene = Scene(camera=CAMERA, objects=(said,))
    assert SecondLook(plants, load_tower("debug"), 3.0)(picture(said, COLOURS["tiger"][1]), scene) == scene


@pytest.mark.parametrize("changes", [{"category": "tree"}, {"location": (1.0, -0.7, 2.0)}, {"location": (40.0, -0.7, -6.0)},
                                     {"location": (0.0, 0.0, -4000.0)}], ids=["plant", "behind", "outside", "tiny"])  # fmt: skip
def test_what_cannot_be_looked_at_stays(library: Library, changes: dict) -> None:
    said = animal(library, "zebra")
    other = replace(said, **changes)
    photo = portrait(COLOURS["tiger"][1])
    scene = Scene(camera=CAMERA, objects=(other,))
    assert SecondLook(library, load_tower("debug"), 3.0)(photo, scene).objects == (other,)


def test_an_expected_box_is_where_the_thing_stands() -> None:
    high = 0.1 / np.tan(np.radians(30))  # 2 m at 10 m, as a share of the picture
    box = expected_box(SceneObject("bird", (0.0, -1.0, -10.0), 2.0, pixels=round(FILLED * 2 * high * high * MODEL_SIZE**2)), CAMERA)
    assert box == pytest.approx((0.5 - high, 0.5 - high / 2, 0.5 + high, 0.5 + high / 2), abs=1e-3)


def test_cuts_are_square_and_stay_inside() -> None:
    image = Image.new("RGB", (100, 100))
    middle = square_cut(image, (0.4, 0.45, 0.6, 0.55), 0.0)
    assert middle is not None and middle.size == (20, 20)
    wider = square_cut(image, (0.4, 0.45, 0.6, 0.55), 0.5)
    assert wider is not None and wider.size == (30, 30)
    corner = square_cut(image, (-0.1, -0.1, 0.1, 0.1), 0.0)
    assert corner is not None and corner.size == (10, 10)
    assert square_cut(image, (0.5, 0.5, 0.5 + LEAST_SIDE / 2, 0.5), 0.0) is None


def test_what_is_seen_is_the_mean_over_margins_with_classes_of_a_classifier() -> None:
    photo, box = portrait(COLOURS["tiger"][1]), (0.3, 0.3, 0.7, 0.7)
    [[plain]] = seen_alone(load_tower("debug"), [(photo, [box])])
    assert plain is not None and plain.classes is None
    tower = load_tower("efficientnet_lite0")
    [[told, outside]] = seen_alone(tower, [(photo, [box, (2.0, 2.0, 3.0, 3.0)])])
    assert told is not None and told.classes is not None and outside is None
    alone = tower(to_tensor([photo]))  # one colour: every cut-out is the same picture
    assert alone.classes is not None
    np.testing.assert_allclose(told.classes, alone.classes[0], atol=1e-4)
    np.testing.assert_allclose(told.vector, alone.pooled[0], atol=1e-3)


def test_a_tower_of_other_embeddings_is_refused(library: Library) -> None:
    other = Library(library.folder, library.records, library.yaws, "0" * 16, "other")
    with pytest.raises(ValueError, match="did not make the embeddings"):
        SecondLook(other, load_tower("debug"), 1.0)


def test_an_adapter_is_asked_before_the_library(library: Library) -> None:
    said = animal(library, "zebra")
    tower = load_tower("debug")
    adapter = Adapter(tower.width, tower.fingerprint)
    scene, photo = Scene(camera=CAMERA, objects=(said,)), picture(said, COLOURS["tiger"][1])
    assert library.resolve(SecondLook(library, tower, 3.0, adapter)(photo, scene)).objects[0].appearance == "tiger/0000"
    horse = torch.from_numpy(library.embedding("horse/0000", 0.0))
    adapter.shift.bias.data = 100 * horse  # whatever is seen, it is a horse, as far as the map goes
    adapter.requires_grad_(False)
    looked_at = SecondLook(library, tower, 3.0, adapter)._adapted(library.embedding("tiger/0000", 0.0))
    halfway = library.embedding("horse/0000", 0.0) + library.embedding("tiger/0000", 0.0)
    np.testing.assert_allclose(looked_at, halfway / np.linalg.norm(halfway), atol=0.01)


def test_an_adapter_of_another_tower_is_refused(library: Library) -> None:
    tower = load_tower("debug")
    with pytest.raises(ValueError, match="adapter is for tower 0000"):
        SecondLook(library, tower, 1.0, Adapter(tower.width, "0" * 16))
