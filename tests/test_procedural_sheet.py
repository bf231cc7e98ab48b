"""Pictures of every species: what is planned, how the camera stands, what is written."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from procedural.assets.grounds import GROUNDS
from procedural.library.gallery import Species, contact_sheet, write_contact_sheets, write_gallery
from procedural.library.make import FAMILIES
from procedural.library.photograph import FILL, SUN, eye_height, landscape, light, photograph
from procedural.library.sheet import DEFAULT_GROUNDS, SheetConfig, gather, main, mown, plan_sheet, scenes
from raw.geometry import camera_to_world, project, quaternion_to_matrix, view_yaw
from raw.library import AssetRecord, Library
from raw.scene import ANIMALS
from raw.terrain import Terrain

BODY = np.random.default_rng(0).uniform([-0.2, -0.7, 0], [0.2, 0.7, 1], (300, 3))
ZEBRA = Species("zebra", "herbivore", "plains zebra <Equus>", "Perissodactyla", "dry_grass", (1.2, 1.4))
CROW = Species("crow", "bird", "carrion crow", "", "dirt", (0.0, 0.0))


@pytest.mark.parametrize("height", [0.15, 1.3, 5.0, 20.0])
@pytest.mark.parametrize("seed", range(8))
def test_the_subject_fills_its_share_and_stands_in_the_frame(height: float, seed: int) -> None:
    scene = photograph(
        AssetRecord("zebra/0000", "zebra", "herbivore", "", height, 0), BODY * height, "dirt/0000", np.random.default_rng(seed)
    )
    thing = scene.objects[0]
    spots = project(BODY * height @ quaternion_to_matrix(thing.rotation).T + np.array(thing.location), scene.camera.fov)
    assert FILL[0] - 0.02 < np.ptp(spots, axis=0).max() < FILL[1] + 0.02
    assert spots.min() > 0 and spots.max() < 1
    assert 0 < scene.camera.height < 2.6


def test_long_things_off_their_base_are_not_cut_off() -> None:
    """A body that stands all on one side of its base, as long tails and necks make it."""
    body = BODY * [1, 1, 0.2] + [0, 0.6, 0]
    for seed in range(20):
        scene = photograph(AssetRecord("croc/0000", "croc", "carnivore", "", 0.2, 0), body, "dirt/0000", np.random.default_rng(seed))
        thing = scene.objects[0]
        spots = project(body @ quaternion_to_matrix(thing.rotation).T + np.array(thing.location), scene.camera.fov)
        assert spots.min() > 0.02 and spots.max() < 0.98 and FILL[0] - 0.02 < np.ptp(spots, axis=0).max() < FILL[1] + 0.02


def test_cameras_are_at_the_eyes_and_low_for_small_ones() -> None:
    heights = np.array([0.15, 0.5, 1.5, 3.3, 20.0])
    eyes = np.array([[eye_height(h, np.random.default_rng(seed)) for h in heights] for seed in range(50)])
    assert (eyes[:, :3] > 0.85 * heights[:3]).all() and (eyes[:, :3] < 1.15 * heights[:3] + 0.2).all()
    assert (eyes[:, 3:] >= 1.5).all() and (eyes <= 2.4).all()


def test_relief_does_not_hide_small_ones() -> None:
    record = AssetRecord("robin/0000", "robin", "bird", "", 0.14, 0)
    assert all(
        photograph(record, BODY * 0.14, "dirt/0000", np.random.default_rng(seed)).ground.relief <= 0.08 * 0.14 + 1e-3 for seed in range(10)
    )


def test_the_subject_stands_on_the_relief() -> None:
    scene = photograph(AssetRecord("zebra/0000", "zebra", "herbivore", "", 1.0, 0), BODY, "dirt/0000", np.random.default_rng(5))
    x, y, z = camera_to_world(scene.camera.pitch) @ np.array(scene.objects[0].location)
    assert float(Terrain(scene.ground).height(np.array([x]), np.array([y]))[0]) == pytest.approx(z + scene.camera.height, abs=0.02)


def test_views_and_light_come_from_all_around() -> None:
    record = AssetRecord("zebra/0000", "zebra", "herbivore", "", 1.0, 0)
    taken = [photograph(record, BODY, "dirt/0000", np.random.default_rng(seed)) for seed in range(40)]
    yaws = [view_yaw(quaternion_to_matrix(s.objects[0].rotation), s.objects[0].location, s.camera.pitch) for s in taken]
    assert all(np.histogram(yaws, 4, (0, 360))[0] > 2)


def test_light_comes_from_behind_the_camera_or_its_sides() -> None:
    skies = [light(np.random.default_rng(seed)) for seed in range(60)]
    off = np.array([sky.sun_rotation - 180 for sky in skies])
    assert np.abs(off).max() <= SUN and (off > 20).sum() > 10 and (off < -20).sum() > 10
    assert all(20 <= sky.sun_elevation <= 52 and sky.sun_intensity > 0.5 for sky in skies)


def test_plan_has_every_animal_on_its_habitat() -> None:
    pictures, species = plan_sheet(SheetConfig(out=Path("sheet"), per_species=2))
    animals = [family for family in FAMILIES.values() if family.category in ANIMALS]
    assert len(pictures) == 2 * len(animals) and [s.name for s in species] == [family.name for family in animals]
    assert len({p.name for p in pictures}) == len(pictures) == len({p.record.id for p in pictures})
    assert all(s.ground == FAMILIES[s.name].habitat for s in species)


def test_plants_rocks_and_grounds_are_planned_when_asked_for() -> None:
    _, species = plan_sheet(SheetConfig(out=Path("sheet"), per_species=1, kinds=("plants", "rocks", "grounds")))
    assert {s.category for s in species} == {"tree", "bush", "boulder", "ground"}
    assert {s.name for s in species if s.category == "ground"} == {kind.name for kind in GROUNDS}
    assert all(s.ground == (FAMILIES[s.name].habitat or DEFAULT_GROUNDS[s.category]) for s in species if s.category != "ground")
    _, named = plan_sheet(SheetConfig(out=Path("sheet"), families=("oak", "sand", "crow")))
    assert [s.name for s in named] == ["oak", "sand", "crow"]


def test_a_picture_does_not_depend_on_the_others() -> None:
    alone, _ = plan_sheet(SheetConfig(out=Path("sheet"), per_species=1, families=("crow",)))
    among, _ = plan_sheet(SheetConfig(out=Path("sheet"), per_species=3, families=("zebra", "crow")))
    assert alone[0] in among


def test_unknown_families_and_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="families has yeti; allowed: .*zebra"):
        plan_sheet(SheetConfig(out=Path("sheet"), families=("yeti",)))
    with pytest.raises(ValueError, match="per_species is 0"):
        SheetConfig(out=Path("sheet"), per_species=0)
    with pytest.raises(ValueError, match="kinds has fish; allowed: animals, plants, rocks, grounds"):
        SheetConfig(out=Path("sheet"), kinds=("fish",))
    with pytest.raises(ValueError, match="size is 8"):
        SheetConfig(out=Path("sheet"), size=8)


def test_grass_is_mown_for_small_animals() -> None:
    meadow = next(kind for kind in GROUNDS if kind.name == "green_grass").sample(np.random.default_rng(0))
    short = mown(meadow, 0.05)
    assert max(piece.high for piece in meadow.scatter) > 0.06
    assert max(piece.high for piece in short.scatter) == pytest.approx(0.05)
    assert mown(meadow, 9.0) == meadow


def test_scenes_of_meshes_from_code(tmp_path: Path) -> None:
    config = SheetConfig(out=tmp_path / "sheet", per_species=2, families=("granite",), workers=1)
    pictures, _ = plan_sheet(config)
    (tmp_path / "library").mkdir()
    library = gather(tmp_path / "library", pictures, config)
    first, second = scenes(library, pictures)
    assert first == next(scenes(library, pictures)) != second
    assert first.objects[0].appearance == "granite/0000" and library.record("granite/0001").height > 0.05
    assert library.ground(first.ground.appearance).scatter


def test_grounds_are_seen_alone(tmp_path: Path) -> None:
    config = SheetConfig(out=tmp_path / "sheet", per_species=2, families=("sand",), workers=1)
    pictures, _ = plan_sheet(config)
    library = gather(tmp_path, pictures, config)
    taken = list(scenes(library, pictures))
    assert [scene.ground.appearance for scene in taken] == ["sand/0000", "sand/0001"] and not any(scene.objects for scene in taken)
    assert taken[0] == landscape("sand/0000", np.random.default_rng(pictures[0].rng_seed).spawn(2)[1])
    assert library.ground("sand/0000").palette.shape[1] == 3


def _pictures(folder: Path, *names: str) -> None:
    for i, name in enumerate(names):
        Image.new("RGB", (64, 64), (200, 10 * i, 0)).save(folder / f"{name}.png")


def test_contact_sheets_are_labelled_and_leave_missing_pictures_out(tmp_path: Path) -> None:
    _pictures(tmp_path, "zebra_0", "zebra_2", "crow_0")
    sheet = np.asarray(contact_sheet(tmp_path, [ZEBRA, CROW], 3))
    assert sheet.shape[1] == 3 * 192 and tuple(sheet[96, 96]) == (200, 0, 0) and tuple(sheet[96, 480]) == (200, 10, 0)
    assert tuple(sheet[96, 288]) == (240, 240, 236)  # zebra_1 is missing
    assert sheet[192:212, :192].min() < 100  # dark letters
    assert {p.name for p in write_contact_sheets(tmp_path, [ZEBRA, CROW], 3)} == {"herbivore_0.png", "bird_0.png"}


def test_gallery_links_what_is_there_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    _pictures(tmp_path, "zebra_0", "zebra_1", "crow_0")
    page = write_gallery(tmp_path, [ZEBRA, CROW], 4).read_text()
    links = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert set(links) == {"zebra_0.png", "zebra_1.png", "crow_0.png"} and all((tmp_path / link).is_file() for link in links)
    assert "plains zebra &lt;Equus&gt;" in page and "1.2-1.4 m" in page and "dry grass" in page and "//" not in page


@pytest.mark.render
def test_sheet_is_drawn_and_resumed(tiny_library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sheet"
    argv = ["--library", str(tiny_library.folder), "--families", "zebra", "granite", "--out", str(out)]
    argv += ["--per-species", "1", "--size", "64", "--samples", "2", "--workers", "1"]
    assert main(argv) == 0
    assert "2 of 2 pictures of 2 species" in capsys.readouterr().out
    picture = np.asarray(Image.open(out / "zebra_0.png")).astype(int)
    assert picture.shape == (64, 64, 3) and np.ptp(picture) > 60
    with pytest.raises(FileExistsError, match="--resume"):
        main(argv)
    (out / "granite_0.png").unlink()
    kept = (out / "zebra_0.png").stat().st_mtime_ns
    assert main([*argv, "--resume"]) == 0
    assert (out / "granite_0.png").is_file() and (out / "zebra_0.png").stat().st_mtime_ns == kept
    assert (out / "index.html").is_file() and (out / "contact" / "herbivore_0.png").is_file()
