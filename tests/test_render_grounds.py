"""Grounds as they come out of the renderer: their colours, and what a surface does to pixels."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from procedural.assets.grounds import GROUNDS
from raw.library import AssetRecord, Library, save_ground
from raw.mesh import GroundMaterial, Surface
from raw.render import RenderError, Rendering, RenderPool, RenderSettings
from raw.scene import Camera, Ground, Scene, Sky

pytestmark = pytest.mark.render
SKY = Sky(sun_elevation=50.0, density=0.0)
DOWN = Camera(pitch=60.0, height=1.6, fov=50.0)
SETTINGS = RenderSettings(48, 48, samples=2)
FLAT = GroundMaterial(np.array([[150, 130, 100], [150, 130, 100]], dtype=np.uint8), 2.0, 0.0, 0.9, ())
GREY = FLAT._replace(palette=np.array([[60, 60, 60], [200, 200, 200]], dtype=np.uint8), patch_size=1.0)
QUICK = ["snow", "lava", "red_sand", "moss"]
SPECIAL = {
    "plain": FLAT,
    "smooth": FLAT._replace(surface=Surface(0.2, 0.0)),
    "bumpy": FLAT._replace(surface=Surface(0.2, 0.1)),
    "rippled": FLAT._replace(surface=Surface(0.2, 0.001, ripples=0.4)),
    "cracked": FLAT._replace(surface=Surface(0.2, 0.001, cracks=0.4)),
    "seamed": FLAT._replace(surface=Surface(0.2, 0.001, cracks=0.4, seam=1.8)),
    "flooded": FLAT._replace(surface=Surface(0.2, 0.001, water=0.5)),
    "soft": GREY._replace(surface=Surface(0.2, 0.0)),
    "sharp": GREY._replace(surface=Surface(0.2, 0.0, 6.0)),
}


def scene(asset: str) -> Scene:
    return Scene(SKY, DOWN, Ground(asset))


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RenderPool]:
    """A library of one ground a kind, of each a flat twin of its mean colour, and of special surfaces."""
    folder: Path = tmp_path_factory.mktemp("grounds")
    grounds = dict(SPECIAL)
    for kind in GROUNDS:
        ground = kind.sample(np.random.default_rng(3))
        mean = ground.palette.mean(axis=0).round().astype(np.uint8)
        grounds |= {kind.name: ground, f"{kind.name}_twin": FLAT._replace(palette=np.stack([mean, mean]))}
    for name, ground in grounds.items():
        save_ground(folder, f"{name}/0000", ground)
    records = tuple(AssetRecord(f"{name}/0000", name, "ground", "", 0.0, 0) for name in grounds)
    Library(folder, records, np.zeros(1), "none").save_table()
    with RenderPool(folder, workers=1) as workers:
        yield workers


def draw(pool: RenderPool, names: list[str]) -> dict[str, np.ndarray]:
    """Pictures (H, W, 3) float, 0-255, by the name of the ground."""
    drawn = pool.map((scene(f"{name}/0000"), SETTINGS) for name in names)
    return {name: picture(rendering) for name, rendering in zip(names, drawn, strict=True)}


def picture(rendering: Rendering | RenderError) -> np.ndarray:
    if isinstance(rendering, RenderError):
        raise rendering
    return rendering.image.astype(np.float64)


@pytest.mark.parametrize("names", [QUICK, pytest.param([k.name for k in GROUNDS], marks=pytest.mark.slow)], ids=["few", "all"])
def test_grounds_have_about_the_colour_of_their_palettes(pool: RenderPool, names: list[str]) -> None:
    """Compared with a flat ground of the palette's mean under the same light, so that view transform and sun drop out."""
    pictures = draw(pool, names + [f"{name}_twin" for name in names])
    far = {n: np.abs(pictures[n].mean(axis=(0, 1)) - pictures[f"{n}_twin"].mean(axis=(0, 1))).max() for n in names}
    assert {n: round(d) for n, d in far.items() if d > 45} == {}


def test_surfaces_show(pool: RenderPool) -> None:
    pictures = draw(pool, list(SPECIAL))
    contrast = {name: image.std(axis=(0, 1)).mean() for name, image in pictures.items()}
    assert np.abs(pictures["smooth"].mean() - pictures["plain"].mean()) < 3  # a surface of nothing changes nothing
    for name in ("bumpy", "rippled", "cracked", "seamed"):
        assert contrast[name] > contrast["smooth"] + 1, name
    assert pictures["cracked"].mean() < pictures["smooth"].mean() < pictures["seamed"].mean()
    assert contrast["sharp"] > contrast["soft"] + 3
    blue = {name: (image[..., 2] - image[..., 0]).mean() for name, image in pictures.items()}
    assert contrast["flooded"] > 15 and blue["flooded"] > blue["smooth"] + 10  # water shows the sky


def test_one_program_gives_the_same_pixels(pool: RenderPool) -> None:
    one, again = draw(pool, ["marsh"]), draw(pool, ["marsh"])
    np.testing.assert_array_equal(one["marsh"], again["marsh"])
