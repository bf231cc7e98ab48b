"""Ranges of settings: a value outside is a ValueError that names it and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def at_least(owner: Any, low: float, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not value >= low:  # also refuses nan
            raise ValueError(f"{name} is {value!r}; allowed: {low:g} or more")


def positive(owner: Any, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not value > 0:  # also refuses nan
            raise ValueError(f"{name} is {value!r}; allowed: more than 0")


def below_one(owner: Any, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not 0 <= value < 1:
            raise ValueError(f"{name} is {value!r}; allowed: from 0 to below 1")


def between(owner: Any, low: float, high: float, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if not low <= value <= high:
            raise ValueError(f"{name} is {value!r}; allowed: from {low:g} to {high:g}")


def fraction(owner: Any, *names: str) -> None:
    between(owner, 0, 1, *names)


def span(owner: Any, low: float, high: float, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if len(value) != 2 or not low <= value[0] <= value[1] <= high:
            raise ValueError(f"{name} is {value!r}; allowed: two rising numbers from {low:g} to {high:g}")


def one_of(owner: Any, allowed: Sequence[str], *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if value not in allowed:
            raise ValueError(f"{name} is {value!r}; allowed: {', '.join(allowed)}")
