"""Files of a packed tar: any order, an index that is made once, and tars that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper_world import write_tar

from training.paper.images import TarImages
from training.paper.rows import PaperDataError


def test_files_of_a_tar_in_any_order(tmp_path: Path) -> None:
    files = {f"./deep/{i}.bin": bytes([i]) * (i + 1) for i in (5, 3, 9)} | {"a.bin": b"old", "empty": b""}
    write_tar(tmp_path / "x.tar", files)
    write_tar(tmp_path / "x.tar", {"a.bin": b"new!"}, "a")
    images = TarImages(tmp_path / "x.tar", tmp_path / "cache")
    assert [images.read(f"deep/{i}.bin") for i in (9, 3, 5)] == [bytes([i]) * (i + 1) for i in (9, 3, 5)]
    assert (images.read("a.bin"), images.read("empty")) == (b"new!", b"")  # as unpacking would leave it
    assert "deep/3.bin" in images and "deep/4.bin" not in images
    with pytest.raises(PaperDataError, match=r"has no file 'zebra.png'; it has 6, the first are a.bin"):
        images.read("zebra.png")


def test_the_index_of_a_tar_is_made_once_and_again_when_it_changes(tmp_path: Path) -> None:
    write_tar(tmp_path / "x.tar", {"a": b"1"})
    TarImages(tmp_path / "x.tar", tmp_path)
    (index,) = tmp_path.glob("*.npz")
    stamp = index.stat().st_mtime_ns
    assert TarImages(tmp_path / "x.tar", tmp_path).read("a") == b"1"
    assert index.stat().st_mtime_ns == stamp
    write_tar(tmp_path / "x.tar", {"b": b"22"})
    assert TarImages(tmp_path / "x.tar", tmp_path).read("b") == b"22"
    assert list(tmp_path.glob(".*")) == []


def test_tars_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    write_tar(tmp_path / "packed.tar", {"a": b"1" * 2000}, "w:gz")
    write_tar(tmp_path / "cut.tar", {"a": b"1" * 2000, "b": b"2" * 5000})
    (tmp_path / "cut.tar").write_bytes((tmp_path / "cut.tar").read_bytes()[:4000])
    write_tar(tmp_path / "empty.tar", {})
    for name, message in (("packed", "no uncompressed tar"), ("cut", "cut off|damaged"), ("empty", "holds no files")):
        with pytest.raises(PaperDataError, match=rf"{name}\.tar.*({message})"):
            TarImages(tmp_path / f"{name}.tar", tmp_path / "cache")
    with pytest.raises(FileNotFoundError, match="none.tar is missing"):
        TarImages(tmp_path / "none.tar", tmp_path)
