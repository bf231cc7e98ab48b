"""A model that sees with one tower and names appearances of another: training, reconstruction, and refusals."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_towers import write_dinov2, write_open_clip
from training_world import ASSETS, write_data

from inference.consensus import View, agreed, read_lines, squares, views
from inference.grounding import TURN_READ, grounded
from inference.medoid import most_alike
from inference.reconstructor import SEED, MismatchError, Reconstructor
from inference.reconstructor import _read as read
from raw.library import Library, save_embeddings
from raw.model.generate import Decoding, generate, several
from raw.model.places import PLACES_FILE, PlaceCorrector
from raw.model.said_places import corrected
from raw.vision.frozen import FrozenTower
from raw.vision.horizon import HORIZON_FILE, HorizonReader
from raw.vision.images import square, to_tensor
from raw.vision.tower import load_tower
from training.config import DataConfig, ModelConfig, OptimiserConfig, RunConfig, TrainConfig
from training.finetune import train

YAWS = np.array([0.0, 90.0, 180.0, 270.0])


def write_library(folder: Path, tower: FrozenTower) -> Path:
    folder.mkdir()
    vectors = np.random.default_rng(0).normal(size=(len(ASSETS), len(YAWS), tower.width))
    save_embeddings(folder, vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
    Library(folder, ASSETS, YAWS, tower.fingerprint, tower.name).save_table()
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Towers ``sees`` and ``looks``, a library of the second, a data set made with a library of the debug tower, and a trained model."""
    folder = tmp_path_factory.mktemp("world")
    write_open_clip(folder / "sees")
    write_dinov2(folder / "looks")
    write_library(folder / "library", load_tower(f"dinov2:{folder / 'looks'}"))
    write_data(folder / "data")
    train(config(folder, folder / "library", folder / "run"))
    return folder


def config(world: Path, library: Path, folder: Path) -> TrainConfig:
    return TrainConfig(
        DataConfig(world / "data", library, features=world / "features"),
        RunConfig(folder, device="cpu", progress=False),
        ModelConfig("debug", f"open_clip:local-dir:{world / 'sees'}"),
        OptimiserConfig(steps=2, batch_size=2),
    )


def picture() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8))


def test_the_model_knows_both_towers(world: Path) -> None:
    reconstructor = Reconstructor(world / "run/model", world / "library", device="cpu")
    sees, looks = load_tower(f"open_clip:local-dir:{world / 'sees'}"), load_tower(f"dinov2:{world / 'looks'}")
    told = reconstructor.model.config
    assert (told.tower, told.tower_fingerprint, told.patch_shape) == (sees.name, sees.fingerprint, (16, 64))
    assert (told.appearance_tower, told.library_fingerprint, told.width) == (looks.name, looks.fingerprint, 32)
    [prediction] = reconstructor.predict([picture()])
    assert prediction.scene is not None and prediction.scene.ground.appearance == "sand/0000"


def test_the_second_look_asks_the_librarys_tower(world: Path, tmp_path: Path) -> None:
    looks = load_tower(f"dinov2:{world / 'looks'}")
    [own, other] = (Reconstructor(world / "run/model", world / "library", device="cpu", second_look=weight) for weight in (1.0, 0.0))
    assert own._look is not None and own._look.tower.fingerprint == looks.fingerprint
    assert other._look is None and "second_look" in own.predict([picture()])[0].milliseconds
    unnamed = tmp_path / "library"
    shutil.copytree(world / "library", unnamed)
    Library(unnamed, ASSETS, YAWS, looks.fingerprint).save_table()  # as libraries of before are: the model knows its name
    assert Reconstructor(world / "run/model", unnamed, device="cpu")._look is not None


def test_what_is_said_is_grounded_unless_asked_not_to(world: Path) -> None:
    models = (Reconstructor(world / "run/model", world / "library", device="cpu", second_look=0.0, grounding=on) for on in (True, False))
    [one], [plain] = (model.predict([picture()]) for model in models)
    assert one.program.text == plain.program.text and plain.looks.objects and one.scene is not None
    scenes = (plain.looks, grounded(plain.looks), one.scene)
    said, again, drawn = ([(thing.location, thing.height, thing.rotation) for thing in scene.objects] for scene in scenes)
    assert drawn == again != said


def test_other_views_of_every_photo_are_asked_unless_asked_not_to(world: Path) -> None:
    photos = [picture(), picture().transpose(Image.Transpose.ROTATE_90)]
    plainly = {"second_look": 0.0, "grounding": False, "device": "cpu"}
    asks, plain = (Reconstructor(world / "run/model", world / "library", consensus=on, **plainly) for on in (True, False))
    for one, alone, photo in zip(asks.predict(photos), plain.predict(photos), photos, strict=True):
        assert one.program.text == alone.program.text and "consensus" in one.milliseconds.keys() - alone.milliseconds.keys()
        others = [(view, plain.predict([view.picture])[0].looks) for view in views(photo, asks.tower.size)]
        expected = agreed(alone.looks, others)
        assert one.looks.camera.pitch == pytest.approx(expected.camera.pitch, abs=1e-3) and one.looks.camera != alone.looks.camera
        assert one.looks.sky.air == pytest.approx(expected.sky.air, abs=1e-3)
        assert [thing.location for thing in one.looks.objects] == [thing.location for thing in alone.looks.objects]


def test_the_horizon_is_read_by_the_reader_of_the_models_folder(world: Path, tmp_path: Path) -> None:
    shutil.copytree(world / "run/model", tmp_path / "model")
    plainly = {"second_look": 0.0, "grounding": False, "device": "cpu"}
    plain = Reconstructor(world / "run/model", world / "library", **plainly)
    reader = HorizonReader(plain.tower.patch_shape, plain.tower.fingerprint, 4)
    reader.save(tmp_path / "model")
    reads, grounds = (Reconstructor(tmp_path / "model", world / "library", **{**plainly, "grounding": on}) for on in (False, True))
    photos = [picture(), picture().transpose(Image.Transpose.ROTATE_90)]
    alone, beside = (reads.predict(some)[-1].looks.camera for some in ([photos[0]], [picture().resize((50, 50)), photos[0]]))
    assert alone.pitch == pytest.approx(beside.pitch, abs=1e-2)  # whatever is beside it, as a square that has no parts
    for one, stood, said, photo in zip(*(model.predict(photos) for model in (reads, grounds, plain)), photos, strict=True):
        others = views(photo, plain.tower.size)
        seen = plain.tower(to_tensor([square(photo, plain.tower.size), *(view.picture for view in others)])).patches
        told = [(view, read(one)[0]) for view, one in zip(others, generate(plain.model, seen[1:], Decoding(max_objects=0)), strict=True)]
        alone = Reconstructor(world / "run/model", world / "library", consensus=False, **plainly).predict([photo])[0].looks
        parts = squares(photo, plain.tower.size)
        clear = plain.tower(to_tensor([view.picture for view in parts])).patches
        shown = [View(photo), others[0], *parts]
        expected = agreed(alone, told, read_lines(HorizonReader.load(tmp_path / "model"), shown, torch.cat([seen[:2], clear])))
        assert one.looks.camera.pitch == pytest.approx(expected.camera.pitch, abs=1e-2) and one.looks.sky == said.looks.sky
        assert stood.scene is not None and stood.scene.camera.pitch == pytest.approx(grounded(one.looks, TURN_READ).camera.pitch, abs=1e-2)


def test_a_reader_that_cannot_be_is_told_with_the_way_out(world: Path, tmp_path: Path) -> None:
    shutil.copytree(world / "run/model", tmp_path / "model")
    HorizonReader((49, 32), load_tower("debug").fingerprint, 4).save(tmp_path / "model")
    for told in (r"reader of horizons is for tower \w+, the tower here is \w+; without it: --consensus false", "is no reader of horizons"):
        with pytest.raises(MismatchError, match=told):
            Reconstructor(tmp_path / "model", world / "library", device="cpu")
        assert Reconstructor(tmp_path / "model", world / "library", device="cpu", consensus=False).predict([picture()])[0].scene
        (tmp_path / "model" / HORIZON_FILE).write_bytes(b"rubbish")


def test_places_are_corrected_by_what_is_in_the_models_folder_unless_asked_not_to(world: Path, tmp_path: Path) -> None:
    shutil.copytree(world / "run/model", tmp_path / "model")
    plainly = {"second_look": 0.0, "grounding": False, "consensus": False, "device": "cpu"}
    plain = Reconstructor(world / "run/model", world / "library", **plainly)
    corrector = PlaceCorrector(plain.tower.patch_shape, plain.tower.fingerprint, 4, 1)
    torch.nn.init.normal_(corrector.leave[-1].weight)
    corrector.save(tmp_path / "model")
    corrects, does_not = (Reconstructor(tmp_path / "model", world / "library", correction=on, **plainly) for on in (True, False))
    photos = [picture(), picture().transpose(Image.Transpose.ROTATE_90)]
    said, found, left = (model.predict(photos) for model in (plain, corrects, does_not))
    patches = plain.tower(to_tensor([square(photo, plain.tower.size) for photo in photos])).patches
    expected = corrected(PlaceCorrector.load(tmp_path / "model"), [one.looks for one in said], patches)
    for one, before, after, same in zip(found, said, expected, left, strict=True):
        assert same.looks == before.looks and "correction" in one.milliseconds.keys() - same.milliseconds.keys()
        assert one.program.text == before.program.text and before.looks.objects
        places = [[thing.location for thing in scene.objects] for scene in (one.looks, after, before.looks)]
        np.testing.assert_allclose(places[0], places[1], rtol=1e-3, atol=1e-3)
        assert not np.allclose(places[0], places[2], rtol=1e-2)


def test_a_corrector_that_cannot_be_is_told_with_the_way_out(world: Path, tmp_path: Path) -> None:
    shutil.copytree(world / "run/model", tmp_path / "model")
    PlaceCorrector((49, 32), "stranger", 4).save(tmp_path / "model")
    for told in (
        r"corrector of places is for tower stranger, the tower here is \w+; without it: --correction false",
        "is no corrector of places",
    ):
        with pytest.raises(MismatchError, match=told):
            Reconstructor(tmp_path / "model", world / "library", device="cpu")
        assert Reconstructor(tmp_path / "model", world / "library", device="cpu", correction=False).predict([picture()])[0].scene
        (tmp_path / "model" / PLACES_FILE).write_bytes(b"rubbish")


def test_of_several_drawn_programs_the_one_most_like_the_others_is_said(world: Path) -> None:
    plainly = {"second_look": 0.0, "grounding": False, "consensus": False, "device": "cpu"}
    photos = [picture(), picture().transpose(Image.Transpose.ROTATE_90)]
    draws = [Reconstructor(world / "run/model", world / "library", draws=n, **plainly) for n in (1, 5)]
    plain, drawn = ([one.looks for one in model.predict(photos)] for model in draws)
    for found, photo in zip(drawn, photos, strict=True):  # whatever is beside it
        alone = draws[1].predict([photo])[0].looks
        np.testing.assert_allclose([t.location for t in found.objects], [t.location for t in alone.objects], rtol=1e-3, atol=1e-3)
    model, decoding = draws[1].model, Decoding(scatter=True, generator=torch.Generator().manual_seed(SEED))
    patches = draws[1].tower(to_tensor([square(photo, draws[1].tower.size) for photo in photos])).patches
    for found, said, programs in zip(drawn, plain, several(model, patches, 5, decoding), strict=True):
        scenes = [read(one)[0] for one in programs]
        assert found.objects == scenes[most_alike(scenes)].objects
        assert found.camera == said.camera  # what is no place of a thing is not drawn
    told = draws[1].predict(photos, Decoding())
    assert [one.looks for one in told] == plain  # as it was told to decode


def test_a_second_look_that_cannot_be_is_told_with_the_way_out(world: Path, tmp_path: Path) -> None:
    shutil.copytree(world / "library", tmp_path / "library")
    Library(tmp_path / "library", ASSETS, YAWS, load_tower(f"dinov2:{world / 'looks'}").fingerprint, "dinov2:/nowhere").save_table()
    with pytest.raises(MismatchError, match="the second look asks tower dinov2:/nowhere.*without it: --second-look 0"):
        Reconstructor(world / "run/model", tmp_path / "library", device="cpu")
    assert Reconstructor(world / "run/model", tmp_path / "library", device="cpu", second_look=0.0).predict([picture()])[0].scene


def test_a_library_of_another_tower_is_refused_with_both_names_and_what_to_do(world: Path, tmp_path: Path) -> None:
    looks = load_tower(f"dinov2:{world / 'looks'}")
    debug = load_tower("debug")
    library = write_library(tmp_path / "library", debug)
    expected = f"{looks.name} \\({looks.fingerprint}\\), library {library} has those of debug \\({debug.fingerprint}\\)"
    with pytest.raises(MismatchError, match=f"{expected}.*`raw assets embed {library} --tower {looks.name}`"):
        Reconstructor(world / "run/model", library, device="cpu")
    Library(library, ASSETS, YAWS, debug.fingerprint).save_table()  # as libraries of before are, which name no tower
    with pytest.raises(MismatchError, match=f"has those of unnamed \\({debug.fingerprint}\\)"):
        Reconstructor(world / "run/model", library, device="cpu")


def test_an_input_tower_of_other_weights_is_refused_and_a_copy_elsewhere_is_taken(world: Path, tmp_path: Path) -> None:
    shutil.copytree(world / "sees", tmp_path / "copy")
    write_open_clip(tmp_path / "other", seed=1)
    copy, other = (f"open_clip:local-dir:{tmp_path / name}" for name in ("copy", "other"))
    assert Reconstructor(world / "run/model", world / "library", device="cpu", tower=copy).predict([picture()])[0].error is None
    sees, wrong = load_tower(copy).fingerprint, load_tower(other).fingerprint
    with pytest.raises(MismatchError, match=f"trained on tower .*sees \\({sees}\\), the tower here is {other} \\({wrong}\\)"):
        Reconstructor(world / "run/model", world / "library", device="cpu", tower=other)


def test_training_refuses_a_library_without_embeddings_or_assets(world: Path, tmp_path: Path) -> None:
    debug = load_tower("debug")
    library = write_library(tmp_path / "library", debug)
    Library(library, ASSETS, YAWS, "").save_table()
    with pytest.raises(ValueError, match=f"{library} has no embeddings: make them by `raw assets embed {library} --tower NAME`"):
        train(config(world, library, tmp_path / "run"))
    Library(library, ASSETS[:2], YAWS, debug.fingerprint, debug.name).save_table()
    made = f"data was made with another library, whose embeddings were of tower {debug.fingerprint}"
    with pytest.raises(ValueError, match=f"{made}: train/.* names sand/0000, which is not in {library}.* debug \\({debug.fingerprint}\\)"):
        train(config(world, library, tmp_path / "run"))
    assert not (tmp_path / "run").exists()
