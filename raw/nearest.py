"""The nearest of many vectors, found exactly without reading all of them.

Coordinates in an orthonormal basis, the directions of most weight first, bound a dot product from above:
``x . q <= x[:k] . q[:k] + |x[k:]| |q[k:]|`` (Cauchy-Schwarz on the rest). With ``|x[k:]|`` stored as one more coordinate
the bound of every vector is one small matrix product. Vectors whose bound is under a similarity that some vector is
known to reach cannot be the nearest; those that remain are bounded by more coordinates, then computed in full.

Whatever the data, the answer is that of computing all. How much is left out depends on the data: embeddings of pictures lie
near few directions; in isotropic noise nothing can be left out, and a query costs a pass over everything.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

PLAIN = 20_000  # vectors, below which computing all is as quick
STAGES = (48, 192)  # coordinates of the first and of the second bound
_SAMPLE = 8192  # vectors that the basis is taken from; a basis that fits badly costs time, never the answer
_CHUNK = 16_384  # rows turned to float32 at a time
_SEEDS = 64  # candidates computed in full to get a first similarity
_SLACK = 2e-4  # over the rounding of 1280 float32 products and sums of unit vectors


class Nearest:
    """Looks up the largest dot product among fixed vectors (N, D), float16 or float32.

    Of few vectors it keeps a float32 copy. Many stay where they are, and beside them it keeps ``4 (STAGES[1] + 2) N`` bytes.
    ``last_survivors`` tells how many vectors the last query computed in full.
    """

    def __init__(self, vectors: np.ndarray, *, plain: int = PLAIN) -> None:
        if vectors.ndim != 2 or not len(vectors):
            raise ValueError(f"vectors are {vectors.shape}; allowed: (N, D) with N at least 1")
        self.last_survivors, self._longest = 0, 0.0
        if len(vectors) < plain or vectors.shape[1] <= STAGES[0]:
            self._vectors = vectors.astype(np.float32)
            self._stages: tuple[int, int] | None = None
            self._longest = max(float(squares.max()) for _, _, squares in self._chunks()) ** 0.5
        else:
            self._vectors = vectors
            self._stages = (STAGES[0], min(STAGES[1], vectors.shape[1]))
            self._project(self._stages)

    def _project(self, stages: tuple[int, int]) -> None:
        """The basis, and for every vector its leading coordinates with the length of the rest."""
        count = len(self._vectors)
        sample = self._vectors[:: max(1, count // _SAMPLE)].astype(np.float32)
        weights, directions = np.linalg.eigh((sample.T @ sample).astype(np.float64))
        self._basis = np.ascontiguousarray(directions[:, np.argsort(-weights)[: stages[1]]])  # (D, K) float64
        basis = self._basis.astype(np.float32)
        self._first = np.empty((stages[0] + 1, count), dtype=np.float32)  # a row a coordinate: its product is twice as quick
        self._second = np.empty((count, stages[1] - stages[0] + 1), dtype=np.float32)
        for place, rows, squares in self._chunks():
            inside = rows @ basis
            self._longest = max(self._longest, float(squares.max()) ** 0.5)
            self._first[:-1, place], self._second[place, :-1] = inside[:, : stages[0]].T, inside[:, stages[0] :]
            self._first[-1, place] = _rest(squares, inside[:, : stages[0]])
            self._second[place, -1] = _rest(squares, inside)

    def _chunks(self) -> Iterator[tuple[slice, np.ndarray, np.ndarray]]:
        """Where some rows stand, the rows as float32, and their squared lengths."""
        for start in range(0, len(self._vectors), _CHUNK):
            rows = self._vectors[start : start + _CHUNK].astype(np.float32, copy=False)
            yield slice(start, start + len(rows)), rows, np.einsum("nd,nd->n", rows, rows)

    def search(self, query: np.ndarray) -> int:
        """Row of the vector with the largest dot product with ``query`` (D,); the first of equal ones."""
        query = np.asarray(query, dtype=np.float64)
        if query.shape != self._vectors.shape[1:]:
            raise ValueError(f"a query is {query.shape}; allowed: {self._vectors.shape[1:]}, as the vectors")
        if not np.all(np.isfinite(query)):
            raise ValueError("a query holds numbers that are not finite")
        rows = self._candidates(query) if self._stages else None
        return self._best(query, rows)

    def _candidates(self, query: np.ndarray) -> np.ndarray | None:
        """Rows, ascending, among which the nearest is; None when too many are left to be worth picking out."""
        first = self._stages[0]  # type: ignore[index]
        inside = query @ self._basis
        rests = [float(np.sqrt(max(query @ query - inside[:k] @ inside[:k], 0.0))) for k in (first, len(inside))]
        slack = self._slack(query)
        bound = np.append(inside[:first], rests[0]).astype(np.float32) @ self._first
        reached = self._reached(query, _leaders(bound)) - slack
        rows = np.flatnonzero(bound >= reached)
        if 4 * len(rows) > len(bound):
            return None
        bound = bound[rows] - self._first[-1, rows] * np.float32(rests[0])
        bound += self._second[rows] @ np.append(inside[first:], rests[1]).astype(np.float32)
        if len(rows) > _SEEDS:
            reached = max(reached, self._reached(query, rows[np.argpartition(-bound, _SEEDS)[:_SEEDS]]) - slack)
        return rows[bound >= reached]

    def _slack(self, query: np.ndarray) -> float:
        """What rounding may add to or take from a similarity, with room to spare."""
        return _SLACK * float(np.linalg.norm(query)) * self._longest

    def _reached(self, query: np.ndarray, rows: np.ndarray) -> float:
        """The largest similarity among some rows."""
        return float((self._vectors[rows].astype(np.float32) @ query.astype(np.float32)).max())

    def _best(self, query: np.ndarray, rows: np.ndarray | None) -> int:
        """The nearest of ``rows``, or of all: quickly in float32, then those that rounding may have swapped in float64."""
        self.last_survivors = len(self._vectors) if rows is None else len(rows)
        short = query.astype(np.float32)
        parts = []
        for start in range(0, self.last_survivors, _CHUNK):
            end = start + _CHUNK
            block = self._vectors[start:end] if rows is None else self._vectors[rows[start:end]]
            parts.append(block.astype(np.float32, copy=False) @ short)
        similarity = np.concatenate(parts)
        close = np.flatnonzero(similarity >= similarity.max() - self._slack(query))
        places = close if rows is None else rows[close]
        return int(places[exact(self._vectors[places], query).argmax()])


def exact(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """Dot products (N,) in float64, each summed in the same order wherever its row stands."""
    return (vectors.astype(np.float64) * query).sum(axis=1)


def _rest(squares: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Length of what the coordinates ``inside`` (N, k) leave of vectors of squared length ``squares`` (N,), rounded up."""
    return np.sqrt(np.maximum(squares - np.einsum("nk,nk->n", inside, inside), 0) + 1e-5 * squares)


def _leaders(bound: np.ndarray) -> np.ndarray:
    """Rows of large bounds from all over the table: the largest of each of some blocks."""
    width = max(1, len(bound) // _SEEDS)
    blocks = bound[: len(bound) // width * width].reshape(-1, width)
    return blocks.argmax(axis=1) + np.arange(len(blocks)) * width
