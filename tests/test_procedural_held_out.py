"""What is held out of training shows in its own split alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dataset_world import config_of

from procedural.generate.config import SPLITS, DatasetConfig, SplitConfig, Task
from procedural.generate.held_out import HeldOut, biomes_for, records_for
from procedural.generate.scene_rows import world_and_cameras
from raw.library import AssetRecord, Library

HELD = HeldOut(assets=0.2, species=("lion",), biomes=("savanna",))


def library_of(folder: Path, **families: int) -> Library:
    kinds = {"zebra": "herbivore", "lion": "carnivore", "acacia": "tree", "dirt": "ground"}
    records = [AssetRecord(f"{f}/{i:04d}", f, kinds[f], f, 1.0, i) for f, count in families.items() for i in range(count)]
    return Library(folder, tuple(records), np.zeros(1), "")


def names(split: str, held_out: HeldOut, library: Library) -> Counter[str]:
    return Counter(record.family for record in records_for(split, held_out, library))


def test_the_last_of_every_family_are_held_out(tmp_path: Path) -> None:
    library = library_of(tmp_path, zebra=5, lion=5, acacia=10, dirt=2)
    for split in ("train", "validation", "test", "seen", "biome"):
        assert names(split, HELD, library) == {"zebra": 4, "acacia": 8, "dirt": 2}
    assert {r.id for r in records_for("assets", HELD, library)} == {"zebra/0004", "acacia/0008", "acacia/0009"}
    assert names("species", HELD, library) == {"lion": 5, "acacia": 8, "dirt": 2}
    assert names("train", HeldOut(), library) == {"zebra": 5, "lion": 5, "acacia": 10, "dirt": 2}


def test_biomes_of_the_splits() -> None:
    assert biomes_for("biome", HELD, ()) == ("savanna",)
    assert "savanna" not in biomes_for("train", HELD, ()) and len(biomes_for("train", HELD, ())) == 16
    assert biomes_for("species", HeldOut(species=("snow_leopard",)), ()) == ("rocky_mountain",)
    assert biomes_for("test", HELD, ("desert", "savanna")) == ("desert",)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"assets": 0.9}, r"held_out\.assets is 0\.9; allowed: 0 to 0\.5"),
        ({"species": ("unicorn",)}, r"held_out\.species has unicorn; allowed: .*zebra"),
        ({"biomes": ("moon",)}, r"held_out\.biomes has moon; allowed: .*savanna"),
    ],
)
def test_what_cannot_be_held_out_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        HeldOut(**settings)


def test_splits_of_what_is_not_held_out_are_refused(tmp_path: Path) -> None:
    library, one = library_of(tmp_path, zebra=2, dirt=2), SplitConfig(1, 1)
    with pytest.raises(ValueError, match="split biome has no biome"):
        DatasetConfig(biome=one)
    with pytest.raises(ValueError, match="split train has no biome"):
        DatasetConfig(biomes=("savanna",), held_out=HELD)
    for split in ("assets", "species"):
        with pytest.raises(ValueError, match=f"split {split} needs held_out"):
            records_for(split, HELD, library)
    with pytest.raises(ValueError, match="seen has 300 scenes; allowed: those of train, 200"):
        DatasetConfig(seen=SplitConfig(300, 1))


@pytest.fixture
def config(tmp_path: Path, tiny_library: Library) -> DatasetConfig:
    return config_of(tmp_path / "set", tiny_library, seen=SplitConfig(2, 1))


@pytest.mark.render
def test_seen_scenes_are_those_of_train_by_other_cameras(config: DatasetConfig, tiny_library: Library) -> None:
    found = {split: world_and_cameras(Task(split, 1), config, tiny_library, Counter()) for split in ("train", "seen", "test")}
    worlds = {split: world for split, (world, _) in found.items()}
    assert worlds["seen"] == worlds["train"] != worlds["test"]
    views = {split: next(cameras) for split, (_, cameras) in found.items()}
    assert views["seen"].scene.camera != views["train"].scene.camera


def test_places_of_the_splits_are_their_seeds() -> None:
    """Another order would make other sets from the same settings."""
    assert SPLITS == ("train", "validation", "test", "seen", "assets", "species", "biome")
