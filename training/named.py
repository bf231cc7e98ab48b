"""Errors that name the sample they came from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from torch.utils.data import Dataset


class _Names(Protocol):
    def name(self, index: int) -> str: ...


@contextmanager
def named(pairs: _Names, index: int) -> Iterator[None]:
    """Whatever goes wrong inside is a ValueError that names the pair."""
    try:
        yield
    except Exception as problem:
        raise ValueError(f"{pairs.name(index)}: {str(problem) or type(problem).__name__}") from problem


class Named(Dataset):
    """A data set by (epoch, index) whose errors name the pair, also out of a worker process."""

    def __init__(self, dataset: Dataset, pairs: _Names) -> None:
        self.dataset, self.pairs = dataset, pairs

    def __getitem__(self, key: tuple[int, int]) -> Any:
        with named(self.pairs, key[1]):
            return self.dataset[key]
