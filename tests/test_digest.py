"""The digest of a file is that of its bytes."""

from __future__ import annotations

from pathlib import Path

from raw.digest import sha256


def test_known_digests(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    assert sha256(path) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    path.write_bytes(b"abc")
    assert sha256(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
