"""Sky and light: the hour, the place on earth and the weather give a Sky that exposes well.

The language has no exposure, so sun and sky are dim or strong as a camera would make them: the weather says how much of the
light comes straight from the sun, and both are scaled until ground of a given albedo is as bright as in a photograph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from procedural.chance import log_uniform, pick
from raw.color import LUMA
from raw.render.atmosphere import SUN_POWER, horizon_color, sun_color
from raw.scene import Sky

MIDDLE = 0.24  # radiance of ground of albedo 0.2 in a well exposed photograph
_TONES = 0.35  # snow is brighter than earth in a photograph too: radiance goes with albedo to this power
_TILT = 23.4  # degrees, of the earth's axis
_MOST_INTENSITY, _MOST_STRENGTH = 8.0, 1.0  # what the model's number codec covers
_SHADE = 1.2  # how much brighter a camera makes a picture under trees
_GLARE = 5.0  # radiance of the brightest sky over the horizon, at most: against the light a camera closes its shutter
_SKY_RINGS = ((12.0, 0.17), (38.0, 0.5), (68.0, 0.33))  # degrees above the horizon, share of the light on flat ground


@dataclass(frozen=True)
class Weather:
    """Ranges of one kind of weather."""

    elevation: tuple[float, float]  # degrees, of the sun
    direct: tuple[float, float]  # share of the light that comes straight from the sun
    size: tuple[float, float]  # degrees: how soft shadows are
    air: tuple[float, float]
    dust: tuple[float, float]
    density: tuple[float, float]  # 1/m, of the haze
    key: tuple[float, float]  # brightness, of a well exposed picture's


WEATHERS: Mapping[str, Weather] = {  # more dust than this makes the sky dark at the horizon; more air makes it pale
    "clear": Weather((16, 88), (0.68, 0.86), (0.5, 1.0), (0.7, 1.3), (0.2, 1.2), (0.0003, 0.0012), (0.9, 1.35)),
    "hazy": Weather((18, 85), (0.5, 0.74), (0.8, 3.0), (0.9, 1.7), (0.3, 1.4), (0.0015, 0.005), (0.85, 1.25)),
    "dusty": Weather((20, 75), (0.4, 0.65), (1.0, 3.0), (0.8, 1.3), (1.4, 3.0), (0.002, 0.006), (0.85, 1.15)),
    "overcast": Weather((24, 80), (0.02, 0.14), (3.5, 5.0), (1.2, 2.0), (0.3, 1.2), (0.0005, 0.004), (0.85, 1.15)),
    "mist": Weather((20, 55), (0.04, 0.3), (3.0, 5.0), (1.1, 1.9), (0.3, 1.2), (0.004, 0.014), (0.8, 1.1)),
    "golden": Weather((5, 15), (0.55, 0.8), (0.5, 1.2), (0.6, 1.4), (0.3, 1.4), (0.0005, 0.0035), (0.8, 1.2)),
    "dusk": Weather((3, 7), (0.2, 0.5), (0.8, 3.0), (0.6, 1.2), (0.3, 1.2), (0.0008, 0.004), (0.6, 0.9)),
}


def sun_elevation(latitude: float, day: float, hour: float) -> float:
    """Degrees above the horizon; ``day`` of the year as 0-1 from the spring equinox, ``hour`` 0-24 of solar time."""
    tilt, place, turn = np.radians(_TILT) * np.sin(2 * np.pi * day), np.radians(latitude), np.radians(15 * (hour - 12))
    return float(np.degrees(np.arcsin(np.sin(place) * np.sin(tilt) + np.cos(place) * np.cos(tilt) * np.cos(turn))))


def sample_sky(shares: Mapping[str, float], latitude: tuple[float, float], albedo: float, shade: float, rng: np.random.Generator) -> Sky:
    """A sky of one of the weathers in ``shares`` on any day.

    For the exposure: ``albedo`` 0-1 is the ground's, ``shade`` 0-1 how much of it is under trees.

    ``sun_rotation`` is the sun's heading on the land, degrees clockwise from north. KeyError for an unknown weather.
    """
    weather = WEATHERS[pick(shares, rng) or "clear"]
    place = rng.uniform(*latitude)
    hours = [sun_elevation(place, rng.random(), rng.uniform(4, 20)) for _ in range(40)]
    fitting = [e for e in hours if weather.elevation[0] <= e <= weather.elevation[1]]
    sky = Sky(
        sun_size=log_uniform(rng, *weather.size),
        sun_elevation=fitting[0] if fitting else weather.elevation[0] + 1,
        sun_rotation=round(rng.uniform(0, 360), 1) % 360.0,  # tenths: the renderer tells by them that two cameras have one sky
        air=rng.uniform(*weather.air),
        dust=log_uniform(rng, *weather.dust),
        ozone=rng.uniform(0.6, 3),
        density=log_uniform(rng, *weather.density),
    )
    return exposed(sky, rng.uniform(*weather.direct), albedo, log_uniform(rng, *weather.key) * (1 + _SHADE * shade))


def exposed(sky: Sky, direct: float, albedo: float, key: float) -> Sky:
    """The sky with sun and sky light as strong as a well exposed photograph needs, times ``key``.

    ``direct`` 0-1 is the sun's share of the light on flat ground.
    """
    wanted = key * MIDDLE * (albedo / 0.2) ** _TONES * np.pi / albedo  # irradiance
    sun = SUN_POWER * float(LUMA @ sun_color(sky)) * np.sin(np.radians(sky.sun_elevation))
    intensity = min(direct * wanted / max(sun, 1e-6), _MOST_INTENSITY)
    glare = float(LUMA @ horizon_color(replace(sky, sun_rotation=0.0), float(np.clip(sky.sun_elevation, 4, 15))))
    strength = min((wanted - intensity * sun) / sky_light(sky), _GLARE / glare, _MOST_STRENGTH)
    return replace(sky, sun_intensity=float(intensity), strength=float(strength))


def sky_light(sky: Sky) -> float:
    """Irradiance of flat ground under the sky texture at strength 1, from the radiance in twelve directions."""
    light = 0.0
    for elevation, share in _SKY_RINGS:
        ring = [float(LUMA @ horizon_color(replace(sky, sun_rotation=off), elevation)) for off in (20.0, 90.0, 160.0)]
        light += share * (ring[0] + ring[1] + ring[2]) / 3
    return np.pi * light
