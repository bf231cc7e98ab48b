"""Colour of sun and haze, which decide how the light of a scene looks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from raw.render.atmosphere import horizon_color, sun_color, sun_direction, transmittance
from raw.scene import Sky

GROUND = np.array([0.0, 0.0, 6360e3 + 2.0])  # metres, a point over the ground from the middle of the earth


@pytest.mark.parametrize(
    ("elevation", "rotation", "direction"),
    [(0, 0, (0, 1, 0)), (0, 90, (1, 0, 0)), (0, -90, (-1, 0, 0)), (0, 180, (0, -1, 0)), (90, 123, (0, 0, 1)), (-90, 0, (0, 0, -1))],
)
def test_sun_stands_clockwise_from_where_the_camera_looks(elevation: float, rotation: float, direction: tuple[float, ...]) -> None:
    assert sun_direction(Sky(sun_elevation=elevation, sun_rotation=rotation)) == pytest.approx(direction, abs=1e-12)


def test_sun_reddens_and_weakens_on_its_way_down() -> None:
    colors = np.array([sun_color(Sky(sun_elevation=e)) for e in (80, 40, 20, 10, 5, 2)])
    assert ((colors > 0) & (colors < 1)).all()
    assert (np.diff(colors, axis=0) < 0).all()
    assert (np.diff(colors[:, 0] / colors[:, 2]) > 0).all()
    assert colors[0, 0] / colors[0, 2] < 1.5 and colors[-1, 0] / colors[-1, 2] > 10


def test_sun_under_the_ground_gives_no_light() -> None:
    assert not sun_color(Sky(sun_elevation=-3)).any()


def test_sun_at_the_zenith_crosses_one_scale_height() -> None:
    """Rayleigh alone: an exponential of 8 km has the optical depth of 8 km at sea level."""
    share = sun_color(Sky(sun_elevation=90, dust=0, ozone=0))
    assert share == pytest.approx(np.exp(-8000 * np.array([5.8e-6, 13.5e-6, 33.1e-6])), rel=0.02)
    assert sun_color(Sky(sun_elevation=90, air=0, dust=0, ozone=0)) == pytest.approx(np.ones(3))
    twice = sun_color(Sky(sun_elevation=90, air=2, dust=0, ozone=0))
    assert twice == pytest.approx(share**2, rel=1e-9)


@pytest.mark.parametrize("name", ["air", "dust", "ozone"])
def test_more_matter_leaves_less_light(name: str) -> None:
    assert (sun_color(replace(Sky(), **{name: 3.0})) < sun_color(replace(Sky(), **{name: 0.5}))).all()


def test_air_takes_blue_and_ozone_takes_green() -> None:
    assert sun_color(Sky(dust=0, ozone=0)).argmin() == 2
    assert sun_color(Sky(air=0, dust=0)).argmin() == 1
    assert np.ptp(sun_color(Sky(air=0, ozone=0))) < 1e-9


def test_transmittance_takes_many_points_at_once() -> None:
    points = GROUND + np.array([[0, 0, 0], [0, 0, 5000.0], [0, 0, 30000.0]])
    up = np.broadcast_to([0.0, 0.0, 1.0], points.shape)
    shares = transmittance(Sky(), points, up)
    assert shares.shape == (3, 3) and (np.diff(shares, axis=0) > 0).all()
    for point, share in zip(points, shares, strict=True):
        assert transmittance(Sky(), point, up[0]) == pytest.approx(share)


def test_horizon_is_blue_by_day_whitened_by_dust_and_warm_at_sunset() -> None:
    def blueness(sky: Sky) -> float:
        color = horizon_color(sky)
        assert np.isfinite(color).all() and (color > 0).all()
        return float(color[2] / color[0])

    clear = blueness(Sky(sun_elevation=50, dust=0.3))
    assert clear > 1.2
    assert blueness(Sky(sun_elevation=50, dust=6)) < 0.9 * clear
    assert blueness(Sky(sun_elevation=2, sun_rotation=0)) < 0.8


def test_horizon_is_bluer_higher_up() -> None:
    low, high = horizon_color(Sky(), 2.0), horizon_color(Sky(), 30.0)
    assert high[2] / high[0] > 1.2 * low[2] / low[0]


def test_dust_glows_towards_the_sun() -> None:
    towards, away = (horizon_color(Sky(sun_elevation=12, sun_rotation=r, dust=3)).mean() for r in (0.0, 180.0))
    assert towards > 3 * away
    left, right = (horizon_color(Sky(sun_elevation=12, sun_rotation=r)) for r in (-70.0, 70.0))
    assert left == pytest.approx(right)


def test_horizon_is_dark_without_air_and_at_night() -> None:
    assert not horizon_color(Sky(air=0, dust=0)).any()
    assert horizon_color(Sky(sun_elevation=-15)).max() < 1e-2 * horizon_color(Sky(sun_elevation=15)).max()
