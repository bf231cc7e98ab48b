"""Fixtures that cost time, made once a session: a tiny asset library and a render worker."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from raw.library import Library
from raw.render import RenderPool

settings.register_profile("raw", deadline=None)  # the first example pays for imports
settings.load_profile("raw")


@pytest.fixture(scope="session")
def tiny_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """One zebra, acacia and granite boulder on dirt, two yaws each, embedded by the debug tower."""
    if importlib.util.find_spec("bpy") is None:
        pytest.skip("bpy is not installed")
    from procedural.library import LibraryConfig, build_library

    folder: Path = tmp_path_factory.mktemp("library") / "tiny"
    families = ("zebra", "acacia", "granite", "dirt")
    return build_library(LibraryConfig(out=folder, per_family=1, per_ground=1, yaws=2, families=families, tower="debug", workers=1))


@pytest.fixture(scope="session")
def render_pool(tiny_library: Library) -> Iterator[RenderPool]:
    """One worker on the tiny library, for tests that leave it alive."""
    with RenderPool(tiny_library.folder) as pool:
        yield pool
