"""Biomes: what they list exists, everything that exists is listed, and wrong files are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import procedural.biomes
from procedural.biomes import Biome, Layer, biomes, load_biome
from procedural.library.make import FAMILIES, GROUND_KINDS
from procedural.scenes.photographers import PHOTOGRAPHERS
from procedural.scenes.weather import WEATHERS

FLAT = ("shallow_water", "swamp", "marsh", "ice", "salt_pan", "mud", "cracked_earth")
every_biome = pytest.mark.parametrize("biome", biomes().values(), ids=lambda b: b.name)


def layers(biome: Biome, name: str) -> list[Layer]:
    own = [getattr(land, name) for land in biome.grounds.values()]
    return [getattr(biome, name), *(layer for layer in own if layer)]


def animals(biome: Biome) -> set[str]:
    return {name for g in biome.animals for name in (*g.families, *(g.company.families if g.company else ()))}


def test_there_are_many_biomes_and_they_use_everything() -> None:
    used: set[str] = set()
    for biome in biomes().values():
        used |= animals(biome) | set(biome.grounds)
        used |= {f for name in ("trees", "bushes", "boulders") for layer in layers(biome, name) for f in layer.families}
    assert len(biomes()) >= 10
    assert used == set(FAMILIES) | set(GROUND_KINDS)


@every_biome
def test_families_stand_in_the_right_place(biome: Biome) -> None:
    for name, category in (("trees", "tree"), ("bushes", "bush"), ("boulders", "boulder")):
        assert {FAMILIES[f].category for layer in layers(biome, name) for f in layer.families} == {category}
    assert {FAMILIES[f].category for f in animals(biome)} <= {"bird", "carnivore", "herbivore"}
    assert set(biome.weather) <= set(WEATHERS) and set(biome.photographers) <= set(PHOTOGRAPHERS)
    for group in biome.animals:
        assert set(group.grounds) <= set(biome.grounds)


@every_biome
def test_still_water_and_ice_are_flat_and_every_ground_has_animals(biome: Biome) -> None:
    for name, land in biome.grounds.items():
        assert land.relief[1] < 0.2 or name not in FLAT
        assert any(not g.grounds or name in g.grounds for g in biome.animals)


def savanna() -> str:
    return (Path(procedural.biomes.__file__).parent / "savanna.yaml").read_text()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("clearing:", "claering:", "keys claering, clearing are missing or unknown; allowed: animals, "),
        ("name:", "colour: 3\nname:", "keys colour are missing"),
        ("cluster: 2.5, ", "", "keys cluster of trees are missing"),
        ("social: herd", "social: mob", "social is 'mob'; allowed: solitary, pair"),
        ("latitude: [-25, 12]", "latitude: [-25]", r"latitude is \[-25\]; allowed: a list of 2"),
        ("per_hectare: [1, 22]", "per_hectare: [22, 1]", r"per_hectare is \[22.0, 1.0\]"),
        ("name: savanna", "name: [savanna]", r"name is \['savanna'\]; allowed: a str"),
        ("size: [4, 14]", "size: [4.5, 14]", r"size\[0\] is 4.5; allowed: a int"),
    ],
)
def test_wrong_files_say_where_and_what(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    assert old in savanna()
    path.write_text(savanna().replace(old, new, 1))
    with pytest.raises(ValueError, match=f"mine.yaml: .*{message}"):
        load_biome(path)


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("- 3\n")
    with pytest.raises(ValueError, match=r"mine.yaml: the file is \[3\]; allowed: a dict"):
        load_biome(tmp_path / "mine.yaml")
