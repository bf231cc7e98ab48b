"""Fixtures that cost time, made once a session: a tiny asset library and a render worker."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from procedural.generate.config import DatasetConfig
from raw.library import Library
from raw.render import RenderPool

# modular-tree has wheels for Python 3.11 alone, as bpy has; without it no trees are built, and no libraries
_BUILD_ASSETS = (
    "test_assets_flora.py",
    "test_assets_plants.py",
    "test_evaluation_command.py",
    "test_inference_reconstruct.py",
    "test_procedural_add.py",
    "test_procedural_biomes.py",
    "test_procedural_build.py",
    "test_procedural_command_line.py",
    "test_procedural_infinigen.py",
    "test_procedural_library.py",
    "test_procedural_sheet.py",
    "test_procedural_show.py",
    "test_procedural_things.py",
    "test_procedural_views.py",
    "test_procedural_world.py",
    "test_procedural_dataset.py",
    "test_procedural_engine.py",
    "test_procedural_full_disk.py",
    "test_procedural_kills.py",
    "test_procedural_dataset_redraw.py",
    "test_procedural_scene_rows.py",
)
_TREES = importlib.util.find_spec("m_tree") is not None
collect_ignore = [] if _TREES else list(_BUILD_ASSETS)


def pytest_report_header() -> str:
    return "modular-tree is installed" if _TREES else f"modular-tree is not installed, left out: {', '.join(_BUILD_ASSETS)}"


settings.register_profile("raw", deadline=None)  # the first example pays for imports
settings.load_profile("raw")


@pytest.fixture(scope="session")
def tiny_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """One zebra, acacia and granite boulder on dirt, two yaws each, embedded by the debug tower."""
    if importlib.util.find_spec("bpy") is None:
        pytest.skip("bpy is not installed")
    from procedural.library.make import LibraryConfig, build_library

    folder: Path = tmp_path_factory.mktemp("library") / "tiny"
    families = ("zebra", "acacia", "granite", "dirt")
    return build_library(LibraryConfig(out=folder, per_family=1, per_ground=1, yaws=2, families=families, tower="debug", workers=1))


@pytest.fixture(scope="session")
def render_pool(tiny_library: Library) -> Iterator[RenderPool]:
    """One worker on the tiny library, for tests that leave it alive."""
    with RenderPool(tiny_library.folder) as pool:
        yield pool


@pytest.fixture(scope="session")
def tiny_set(tiny_library: Library, tmp_path_factory: pytest.TempPathFactory) -> DatasetConfig:
    """A data set of 2 + 1 + 1 scenes, 4 + 1 + 1 pictures of 64 pixels, for tests that leave it as it is."""
    from dataset_world import config_of

    from procedural.generate.run import generate

    config = config_of(tmp_path_factory.mktemp("data") / "set", tiny_library)
    assert generate(config) == config.out
    return config
