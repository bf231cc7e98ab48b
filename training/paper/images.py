"""Pictures out of a tar file that stays packed: an index of names and offsets, made once and kept."""

from __future__ import annotations

import hashlib
import os
import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from training.paper.rows import PaperDataError


class TarImages:
    """Files in an uncompressed tar file, by name, in any order and from any number of processes."""

    def __init__(self, path: Path, cache: Path) -> None:
        """Open ``path``; its index is kept in the folder ``cache`` and made again when the file's size or time is another."""
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing")
        self.path, self.cache = path, cache
        state = path.stat()
        stamp = np.array([state.st_size, state.st_mtime_ns])
        index = cache / f"index-{path.name}.npz"
        if not _is_fresh(index, stamp):
            _save(index, stamp, *_read_index(path))
        with np.load(index, allow_pickle=False) as arrays:
            self._names, self._places, self._sizes = arrays["names"], arrays["places"], arrays["sizes"]
        self._file = os.open(path, os.O_RDONLY)

    def __reduce__(self) -> tuple[Any, ...]:
        return TarImages, (self.path, self.cache)  # a worker opens the file again

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    @property
    def digest(self) -> str:
        """Of names, places and sizes of all files."""
        digest = hashlib.sha256()
        for array in (self._names, self._places, self._sizes):
            digest.update(array.tobytes())
        return digest.hexdigest()

    def _find(self, name: str) -> int | None:
        key = np.bytes_(name.encode())
        row = int(np.searchsorted(self._names, key, side="right")) - 1  # of files of one name the last counts, as when unpacking
        return row if row >= 0 and self._names[row] == key else None

    def read(self, name: str) -> bytes:
        """The content of a file; PaperDataError where there is none of that name."""
        row = self._find(name)
        if row is None:
            some = ", ".join(n.decode() for n in self._names[:3])
            raise PaperDataError(f"{self.path} has no file {name!r}; it has {len(self)}, the first are {some}")
        # pread keeps no position, so that processes may share the open file
        return os.pread(self._file, int(self._sizes[row]), int(self._places[row]))


def _is_fresh(index: Path, stamp: np.ndarray) -> bool:
    if not index.is_file():
        return False
    with np.load(index, allow_pickle=False) as arrays:
        return np.array_equal(arrays["stamp"], stamp)


def _read_index(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Names (N,) bytes in order, and where the content of each file starts, and its size (N,) int64."""
    names, places, sizes = [], [], []
    try:
        with tarfile.open(path, "r:") as tar:  # "r:" refuses compressed files, which have no random access
            for member in tar:
                if member.isfile():
                    names.append(os.path.normpath(member.name).encode())
                    places.append(member.offset_data)
                    sizes.append(member.size)
                tar.members = []  # tarfile keeps every member, which is a gigabyte for a million
    except tarfile.TarError as problem:
        raise PaperDataError(f"{path} is no uncompressed tar file, or is damaged: {problem}") from None
    if not names:
        raise PaperDataError(f"{path} holds no files")
    order = np.argsort(np.array(names), kind="stable")
    ends = np.array(places) + np.array(sizes)
    if ends.max() > path.stat().st_size:
        raise PaperDataError(f"{path} is cut off: its files reach to byte {ends.max()}, it has {path.stat().st_size}")
    return np.array(names)[order], np.array(places, dtype=np.int64)[order], np.array(sizes, dtype=np.int64)[order]


def _save(index: Path, stamp: np.ndarray, names: np.ndarray, places: np.ndarray, sizes: np.ndarray) -> None:
    index.parent.mkdir(parents=True, exist_ok=True)
    temporary = index.with_name(f".{index.name}.{os.getpid()}.tmp.npz")
    np.savez(temporary, stamp=stamp, names=names, places=places, sizes=sizes)
    temporary.replace(index)
