"""Strict reading of YAML into dataclasses: no key may be missing or unknown, and every value has its type."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

T = TypeVar("T")


def read(kind: type[T], path: Path) -> T:
    """The dataclass that a YAML file describes; ValueError names the file, the place in it, and what is allowed."""
    try:
        return _value(kind, yaml.safe_load(path.read_text()), "")
    except (ValueError, yaml.YAMLError) as problem:
        raise ValueError(f"{path}: {problem}") from None


def _value(kind: Any, data: Any, where: str) -> Any:
    """``data`` as the type ``kind``: a dataclass, dict[str, X], tuple, X | None, or a plain type."""
    if is_dataclass(kind):
        return _record(kind, data, where)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is types.UnionType:
        return _value(parts[0], data, where)
    if origin is dict:
        return {name: _value(parts[1], item, f"{where}.{name}") for name, item in _checked(dict, data, where).items()}
    if origin is tuple:
        items = _checked(list, data, where)
        if parts[-1] is not Ellipsis and len(items) != len(parts):
            raise ValueError(f"{where[1:]} is {data}; allowed: a list of {len(parts)}")
        return tuple(_value(parts[0], item, f"{where}[{i}]") for i, item in enumerate(items))
    if kind is float and isinstance(data, int):
        data = float(data)
    return _checked(kind, data, where)


def _checked(kind: type, data: Any, where: str) -> Any:
    if not isinstance(data, kind) or isinstance(data, bool):
        raise ValueError(f"{where[1:] or 'the file'} is {data!r}; allowed: a {kind.__name__}")
    return data


def _record(kind: Any, data: Any, where: str) -> Any:
    known, hints = fields(kind), get_type_hints(kind)
    data = _checked(dict, data, where)
    required = {field.name for field in known if field.default is MISSING}
    allowed = [field.name for field in known]
    if wrong := (required - set(data)) | (set(data) - set(allowed)):
        place = f" of {where[1:]}" if where else ""
        raise ValueError(f"keys {', '.join(sorted(wrong))}{place} are missing or unknown; allowed: {', '.join(sorted(allowed))}")
    values = {name: _value(hints[name], item, f"{where}.{name}") for name, item in data.items()}
    try:
        return kind(**values)
    except ValueError as problem:
        raise ValueError(f"{where[1:]}: {problem}".lstrip(": ")) from None
