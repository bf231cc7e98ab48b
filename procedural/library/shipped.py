"""The embeddings that come with the package: a byte a number, and a scale for every vector.

They hold for the assets of the default library, or any of them, as long as the code that makes assets and portraits is what it was.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from raw.library import Library

_PROCEDURAL = Path(__file__).parents[1]
SHIPPED = _PROCEDURAL / "default_library"
CODE = SHIPPED / "code"
FILE = "embeddings.npz"
_LARGEST = 127  # of int8


def code_fingerprint() -> str:
    """16 hex digits over the code that makes assets and their portraits: what shipped embeddings hold for."""
    files = [*sorted((_PROCEDURAL / "assets").rglob("*.py")), _PROCEDURAL / "portrait.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def shipped_are_of_this_code() -> bool:
    return CODE.is_file() and CODE.read_text().strip() == code_fingerprint()


def shipped_embeddings(library: Library, fingerprint: str) -> np.ndarray | None:
    """(A, Y, D) float32 unit vectors of a library's assets by the tower of that fingerprint; None unless the package has them all."""
    if not shipped_are_of_this_code():
        return None
    shipped = Library.open(SHIPPED)
    rows = {(record.id, record.seed): row for row, record in enumerate(shipped.records)}
    wanted = [(record.id, record.seed) for record in library.records]
    if shipped.fingerprint != fingerprint or not np.array_equal(shipped.yaws, library.yaws) or not rows.keys() >= set(wanted):
        return None
    return read_compact(SHIPPED)[[rows[one] for one in wanted]]


def save_compact(folder: Path, embeddings: np.ndarray) -> None:
    """Write (A, Y, D) unit vectors into a folder: less than half of their size in float16, at a cosine of 0.9999 to what they were."""
    vectors = embeddings.astype(np.float32)
    scales = np.abs(vectors).max(axis=-1, keepdims=True) / _LARGEST
    np.savez_compressed(folder / FILE, values=np.rint(vectors / scales).astype(np.int8), scales=scales)


def read_compact(folder: Path) -> np.ndarray:
    """(A, Y, D) float32 unit vectors."""
    with np.load(folder / FILE, allow_pickle=False) as file:
        vectors = file["values"] * file["scales"]
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
