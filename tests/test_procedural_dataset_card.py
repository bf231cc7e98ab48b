"""Cards: what they tell, and that the ``datasets`` library opens a folder by them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from painted_dataset import SCENES, features, row, save_rows, write_library, write_set
from PIL import Image

from procedural.dataset import command
from procedural.dataset.card import main, table, write_card


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set with its card, and other things beside it that are no part of it."""
    place = tmp_path_factory.mktemp("data")
    made = write_set(place / "animals", normals=True, library=write_library(place / "library"))
    (made / "show" / "contact").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(made / "show" / "contact" / "000.jpg")
    save_rows(made / "parts" / "train" / "scene-000000.parquet", [row("train", 0, 0, schema=1)], features(1, normals=False))
    (made / "parts" / "notes.json").write_text('{"a": 1}')
    (made / "failed.jsonl").write_text('{"scene_id": "train-000077"}\n')
    write_card(made)
    return made


def front_of(folder: Path) -> dict:
    return yaml.safe_load((folder / "README.md").read_text().split("---\n")[1])


def test_datasets_library_opens_the_folder_with_its_splits(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    opened = datasets.load_dataset(str(folder), cache_dir=str(tmp_path))
    assert opened.num_rows == {split: 2 * scenes for split, scenes in SCENES.items()}
    last, wanted = opened["train"][5], row("train", 2, 1, normals=True)
    assert last["scene_id"] == "train-000002" and last["view"] == 1 and last["image"].mode == "RGB" and last["program"] == wanted["program"]
    assert [thing["asset"] for thing in last["objects"]] == [thing["asset"] for thing in wanted["objects"]]
    assert np.asarray(last["depth"]).max() == 65535 and set(last) == set(features(2, normals=True))
    streamed = datasets.load_dataset(str(folder), split="test", streaming=True, cache_dir=str(tmp_path))
    assert [r["scene_id"] for r in streamed] == ["test-000000"] * 2


def test_front_matter_is_what_hugging_face_reads(folder: Path) -> None:
    front = front_of(folder)
    files = [{"split": split, "path": f"{split}/shard-*.parquet"} for split in SCENES]
    assert front["configs"] == [{"config_name": "default", "data_files": files}]
    assert front["license"] == "other" and front["size_categories"] == ["n<1K"] and "depth-estimation" in front["task_categories"]
    assert {split["name"]: split["num_examples"] for split in front["dataset_info"]["splits"]} == {"train": 6, "validation": 2, "test": 2}


def test_card_tells_splits_contents_columns_and_how_it_was_made(folder: Path) -> None:
    text = (folder / "README.md").read_text()
    assert "| train | 6 | 2 | 2 |" in text and "| savanna | 8 |" in text and "| zebra | 10 |" in text
    assert all(f"| `{column}` |" in text for column in features(2, normals=True))
    assert "| seed | `5` |" in text and "| library fingerprint | `0123` |" in text and "hidden 4" in text and "Apache-2.0, CC0-1.0" in text
    assert "show/contact/000.jpg" in text and "load_dataset" in text and "RenderSettings(48, 48, samples=1)" in text
    assert str(folder.parent) not in text, "a card tells nothing of the machine"


def test_card_is_written_again_but_not_over_somebody_elses(folder: Path, tmp_path: Path) -> None:
    before = (folder / "README.md").read_text()
    assert main([str(folder)]) == 0 and (folder / "README.md").read_text() == before
    other = write_set(tmp_path / "old", schema=1)
    (other / "README.md").write_text("# Mine\n")
    with pytest.raises(FileExistsError, match="was not written by `raw dataset card`"):
        write_card(other)
    (other / "README.md").unlink()
    text = write_card(other).read_text()
    assert "`photographer`" not in text and front_of(other)["license"] == "unknown" and "not known here" in text


def test_splits_without_pictures_are_left_out_of_the_front_matter(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "set")
    description = json.loads((folder / "dataset.json").read_text())
    description["splits"]["test"] = {"images": 0, "shards": []}
    (folder / "dataset.json").write_text(json.dumps(description))
    write_card(folder)
    assert [entry["split"] for entry in front_of(folder)["configs"][0]["data_files"]] == ["train", "validation"]


def test_tables_are_markdown() -> None:
    assert table(("a", "b"), [(1, "x|y")]) == "| a | b |\n| --- | --- |\n| 1 | x/y |"


def test_subcommands_are_told_and_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 2 and command.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in ("show", "check", "card", "coco")) and "raw dataset check data/default" in shown
    assert command.main(["check", str(folder), "--renders", "0", "--workers", "1"]) == 0
    with pytest.raises(ValueError, match="unknown subcommand 'chek' of `raw dataset`; allowed: show, check, card, coco"):
        command.main(["chek"])


@pytest.mark.parametrize("name", ["show", "check", "card"])
def test_help_of_subcommands_has_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        command.main([name, "--help"])
    assert stop.value.code == 0 and f"\n  raw dataset {name} " in capsys.readouterr().out
