"""Photos as cases: labels, the frame they are drawn in, and whom they show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.evaluation.cases import Answer, Case
from inference.evaluation.frames import framed, settings_of
from inference.evaluation.photo_cases import PhotoCases, read_labels
from inference.evaluation.photo_subject import Portraits, cut_out, named_family, subject_scores
from inference.photos import PhotoError
from raw.library import AssetRecord, Library, save_embeddings
from raw.scene import Camera, Scene, SceneObject
from raw.vision.tower import load_tower

HEAD = "file\tcategory\tspecies\tx0\ty0\tx1\ty1\thorizon\tnotes\n"


def write_photos(folder: Path, labels: str = "") -> Path:
    """A wide blue photo, a tall red one, and a file that is none."""
    folder.mkdir()
    Image.new("RGB", (400, 200), (20, 40, 210)).save(folder / "a.png")
    Image.new("RGB", (100, 300), (200, 30, 20)).save(folder / "b.jpg")
    (folder / "c.jpg").write_bytes(b"no picture")
    if labels:
        (folder / "labels.tsv").write_text(HEAD + labels)
    return folder


def test_photos_with_and_without_labels(tmp_path: Path) -> None:
    labels = "a.png\therbivore\tGrevy's zebra\t0.1\t0.2\t0.5\t1.0\t?\tfine\nb.jpg\tnone\tnone\t\t\t\t\t0.4\t\n"
    cases = PhotoCases(write_photos(tmp_path / "p", labels))
    assert [case.name for case in cases] == ["a", "b"] and list(cases.refused) == ["c"]
    assert cases[0].labels == {"category": "herbivore", "species": "Grevy's zebra", "box": (0.1, 0.2, 0.5, 1.0)}
    assert cases[1].labels == {"category": "none", "horizon": 0.4}
    assert cases[0].scene is None and cases[0].image.shape == (200, 400, 3)
    assert PhotoCases(write_photos(tmp_path / "q"), limit=1)[0].labels == {}


def test_labels_that_cannot_be(tmp_path: Path) -> None:
    path = tmp_path / "labels.tsv"
    for text, message in (("a\tfish\t\t\t\t\t\t\t", "line 2: category is 'fish'"), ("a\t\t\t0.9\t0\t0.1\t1\t\t", "line 2: the box is")):
        path.write_text(HEAD + text + "\n")
        with pytest.raises(ValueError, match=message):
            read_labels(path)
    path.write_text("name\tcategory\na\tbird\n")
    with pytest.raises(ValueError, match="needed: file"):
        read_labels(path)
    path.write_text(HEAD + "a\tother\tgreen frog\t\t\t\t\t\t\n")
    assert read_labels(path) == {"a": {"species": "green frog"}}  # the language has no such category


def test_a_folder_without_photos(tmp_path: Path) -> None:
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    with pytest.raises(PhotoError, match="none of its photos"):
        PhotoCases(tmp_path)


def zebra(x: float, asset: str = "zebra/0000") -> SceneObject:
    return SceneObject("herbivore", (x, -0.5, -5.0), 1.4, (1.0, 0.0, 0.0, 0.0), asset, 500)


def test_the_frame_of_a_photo() -> None:
    case = Case("a", np.zeros((200, 400, 3), dtype=np.uint8))
    settings = settings_of(case, 4)
    assert (settings.width, settings.height, settings.samples) == (224, 112, 4)
    high = SceneObject("bird", (0.0, 2.0, -5.0), 0.3, None, None, 50)  # inside the square, over the photo's upper edge
    scene = Scene(camera=Camera(pitch=90.0, fov=60.0), objects=(zebra(0.0), high, zebra(1.0)))
    drawn = np.zeros((224, 224, 3), dtype=np.uint8)
    answer = framed(Answer(scene, image=drawn, index=drawn[..., 0], confidence=(0.9, 0.5, 0.3)), case, settings)
    assert answer.scene.objects == (zebra(0.0), zebra(1.0)) and answer.confidence == (0.9, 0.3)
    assert answer.scene.camera.fov == pytest.approx(2 * np.degrees(np.arctan(np.tan(np.radians(30)) / 2)))
    assert answer.image is None and answer.index is None  # a square picture is none of this frame
    square = Case("a", np.zeros((300, 300, 3), dtype=np.uint8))
    kept = framed(Answer(Scene(objects=(zebra(0.0),)), image=drawn), square, settings_of(square, 4))
    assert kept.image is drawn


def test_family_names_in_species() -> None:
    families = ["zebra", "bear", "black_bear", "white_tailed_deer", "deer"]
    named = {"Grevy's zebra (adult)": "zebra", "American black bear": "black_bear", "White-tailed deer": "white_tailed_deer"}
    for species, family in (named | {"red deer": "deer", "bear cat": None, "": None}).items():
        assert named_family(species, families) == family


def test_a_cut_out_has_a_margin_and_stays_inside() -> None:
    image = np.arange(100 * 200 * 3, dtype=np.uint32).reshape(100, 200, 3).astype(np.uint8)
    np.testing.assert_array_equal(cut_out(image, (0.25, 0.2, 0.5, 0.6)), image[15:65, 45:105])
    np.testing.assert_array_equal(cut_out(image, (0.0, 0.0, 1.0, 1.0)), image)
    assert cut_out(image, (0.5, 0.5, 0.5, 0.5)).shape == (1, 1, 3)


def test_portraits_vote_for_what_looks_like_them(tmp_path: Path) -> None:
    """The library's portraits are a blue and a red square, so the blue photo is a zebra and the red one a lion."""
    tower, colours = load_tower("debug"), {"zebra": (20, 40, 210), "lion": (200, 30, 20)}
    from inference.evaluation.features import pooled

    records = [AssetRecord(f"{name}/0000", name, kind, "", 1.0, 0) for name, kind in (("zebra", "herbivore"), ("lion", "carnivore"))]
    vectors = pooled(tower, [np.full((64, 64, 3), colour, dtype=np.uint8) for colour in colours.values()])
    save_embeddings(tmp_path, vectors[:, None])
    library = Library(tmp_path, tuple(records), np.array([0.0]), tower.fingerprint)
    portraits = Portraits(library, tower)
    index = np.zeros((32, 32), dtype=np.uint8)
    index[8:24, 8:24] = 1
    photo = np.full((64, 64, 3), colours["lion"], dtype=np.uint8)
    case = Case("a", photo, labels={"species": "African lion", "category": "carnivore"})
    said = {name: subject_scores(Answer(Scene(objects=(zebra(0.0, f"{name}/0000"),)), index=index), case, portraits) for name in colours}
    assert said["lion"] == {"photo.agreement": (1.0, 1.0), "photo.species": (1.0, 1.0)}
    assert said["zebra"] == {"photo.agreement": (0.0, 1.0), "photo.species": (0.0, 1.0)}
    nobody = subject_scores(Answer(Scene(), index=index * 0), case, portraits)
    assert nobody == {"photo.agreement": (0.0, 0.0), "photo.species": (0.0, 1.0)}
    with pytest.raises(ValueError, match="did not make the embeddings"):
        Portraits(Library(tmp_path, tuple(records), np.array([0.0]), "other"), tower)
