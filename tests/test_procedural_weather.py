"""Skies: the sun where it can be, and light that exposes well."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedural.scenes.weather import MIDDLE, WEATHERS, exposed, sample_sky, sky_light, sun_elevation
from raw.color import LUMA
from raw.grammar import STATEMENTS
from raw.render.atmosphere import SUN_POWER, sun_color
from raw.scene import Sky


def light(sky: Sky) -> tuple[float, float]:
    """Irradiance of flat ground from the sun and from the sky."""
    sun = SUN_POWER * sky.sun_intensity * float(LUMA @ sun_color(sky)) * np.sin(np.radians(sky.sun_elevation))
    return sun, sky.strength * sky_light(sky)


def test_the_sun_climbs_as_it_does_on_earth() -> None:
    assert sun_elevation(0, 0.0, 12) == pytest.approx(90)
    assert sun_elevation(23.4, 0.25, 12) == pytest.approx(90)
    assert sun_elevation(50, 0.0, 12) == pytest.approx(40)
    assert sun_elevation(50, 0.0, 6) == pytest.approx(0, abs=1e-6)
    assert sun_elevation(70, 0.75, 12) < 0


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(WEATHERS)), st.floats(-30, 75), st.floats(0.03, 0.9), st.integers(0, 10_000))
def test_skies_keep_to_their_weather_and_to_what_a_model_can_say(name: str, latitude: float, albedo: float, seed: int) -> None:
    sky = sample_sky({name: 1.0}, (latitude, latitude + 1), albedo, 0.0, np.random.default_rng(seed))
    weather = WEATHERS[name]
    assert weather.elevation[0] <= sky.sun_elevation <= weather.elevation[1]
    for statement in STATEMENTS.values():
        if statement.part == "sky":
            low, high = statement.slots[0].span
            assert low <= getattr(sky, statement.slots[0].field) <= high


@pytest.mark.parametrize(("elevation", "albedo"), [(20, 0.7), (35, 0.25), (35, 0.7), (65, 0.1), (65, 0.25)])
def test_grounds_are_as_bright_as_in_photographs(elevation: float, albedo: float) -> None:
    sky = exposed(Sky(sun_elevation=elevation, air=1.0, dust=0.6), 0.7, albedo, 1.0)
    sun, rest = light(sky)
    radiance = (sun + rest) * albedo / np.pi
    assert 0.6 * MIDDLE < radiance < 1.8 * MIDDLE
    assert sun / (sun + rest) == pytest.approx(0.7, abs=0.12)


def test_low_sun_over_dark_ground_is_as_strong_as_a_model_can_say() -> None:
    sky = exposed(Sky(sun_elevation=12, air=1.0, dust=0.6), 0.7, 0.08, 1.0)
    assert sky.sun_intensity == 8.0 and light(sky)[1] > 0.5 * light(sky)[0], "the sky gives what the sun cannot"


def test_a_camera_under_trees_makes_pictures_brighter() -> None:
    open_, shaded = (sample_sky({"clear": 1}, (40, 41), 0.2, shade, np.random.default_rng(1)) for shade in (0.0, 0.6))
    assert sum(light(shaded)) > 1.2 * sum(light(open_))


def test_weathers_look_different() -> None:
    def mean(name: str, field: str) -> float:
        return float(np.mean([getattr(sample_sky({name: 1}, (40, 50), 0.2, 0.0, np.random.default_rng(i)), field) for i in range(20)]))

    assert mean("mist", "density") > 5 * mean("clear", "density")
    assert mean("overcast", "sun_intensity") < 0.3 * mean("clear", "sun_intensity")
    assert mean("golden", "sun_elevation") < 15 < mean("clear", "sun_elevation")
