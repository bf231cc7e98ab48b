"""Sunlight through the air, for what Blender's sky texture does not give: the sun's colour and the haze's.

Single scattering at three wavelengths (Nishita et al. 1993): Rayleigh with a scale height of 8 km, dust with 1.2 km.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from raw.scene import Sky

SUN_POWER = 3.0  # W/m2 of the lamp at intensity 1 over a clear sky, chosen so that sun and sky at strength 0.2 balance
_EARTH, _TOP = 6360e3, 6420e3  # metres, radius of the ground and of the end of the air
_RAYLEIGH = np.array([5.8e-6, 13.5e-6, 33.1e-6])  # 1/m at sea level: red, green, blue
_MIE = 1.5e-5  # 1/m at sea level, dust of density 1
_OZONE = np.array([6.5e-7, 18.8e-7, 0.85e-7])  # 1/m in the ozone layer
_MIE_G = 0.76  # forward scattering of dust
_STEPS = 24
_GAIN = np.array(
    [164.0, 149.0, 148.0]
)  # single scattering to the radiance of Blender's sky texture, with _MIE fitted over 13 skies (residual 17 %)


def sun_direction(sky: Sky) -> np.ndarray:
    """(3,) unit vector from the ground to the sun, world frame (the camera looks along +y)."""
    elevation, rotation = np.radians(sky.sun_elevation), np.radians(sky.sun_rotation)
    return np.array([np.sin(rotation) * np.cos(elevation), np.cos(rotation) * np.cos(elevation), np.sin(elevation)])


def transmittance(sky: Sky, start: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """(..., 3) share of light that crosses the air from points (..., 3) to its end; 0 where the ground is in the way."""
    points, step = _march(start, direction, _STEPS)
    depth = (_extinction(sky, _altitude(points)) * step[..., None, None]).sum(axis=-2)
    along = (start * direction).sum(axis=-1)
    nearest = np.linalg.norm(start - along[..., None] * direction, axis=-1)
    blocked = (along < 0) & (nearest < _EARTH - 1.0)
    return np.where(blocked[..., None], 0.0, np.exp(-depth))


def sun_color(sky: Sky) -> np.ndarray:
    """(3,) share of red, green and blue of the sun's light that reaches the ground."""
    return transmittance(sky, np.array([0.0, 0.0, _EARTH + 2.0]), sun_direction(sky))


def horizon_color(sky: Sky, elevation: float = 4.0) -> np.ndarray:
    """(3,) radiance of the sky texture at ``elevation`` degrees where the camera looks, at strength 1."""
    return _radiance(sky, np.array([0.0, np.cos(np.radians(elevation)), np.sin(np.radians(elevation))]))


def sky_irradiance(sky: Sky) -> np.ndarray:
    """(3,) light of the whole sky, without the sun, on level ground at strength 1."""
    return np.pi * _sampled(sky)[1].mean(axis=0)


def sky_gradient(sky: Sky) -> tuple[np.ndarray, np.ndarray]:
    """Colours (3,) a and b such that a + b * z is about the radiance of the sky around, for the sine z of the elevation."""
    z, radiance = _sampled(sky)
    (level, rise), *_ = np.linalg.lstsq(np.stack([np.ones_like(z), z], axis=1), radiance, rcond=None)
    return level, rise


def _sampled(sky: Sky) -> tuple[np.ndarray, np.ndarray]:
    """(12,) sines of elevations and (12, 3) radiances of directions that count equally on level ground.

    They lie around the sun, so that the camera's heading changes nothing.
    """
    sky = replace(sky, sun_rotation=0.0)
    up, around = np.sqrt((np.arange(3) + 0.5) / 3), np.radians(np.arange(4) * 90.0 + 45.0)
    views = np.array([(np.sqrt(1 - z * z) * np.sin(a), np.sqrt(1 - z * z) * np.cos(a), z) for z in up for a in around])
    return views[:, 2], np.stack([_radiance(sky, view) for view in views])


def _radiance(sky: Sky, view: np.ndarray) -> np.ndarray:
    """(3,) light that comes from a direction (3,) of the sky."""
    sun, start = sun_direction(sky), np.array([0.0, 0.0, _EARTH + 2.0])
    points, step = _march(start, view, 2 * _STEPS)
    altitude = _altitude(points)
    seen = np.exp(-np.cumsum(_extinction(sky, altitude) * step, axis=0))
    lit = transmittance(sky, points, np.broadcast_to(sun, points.shape))
    cos = float(view @ sun)
    rayleigh = 3 / (16 * np.pi) * (1 + cos * cos)
    mie = 3 / (8 * np.pi) * (1 - _MIE_G**2) * (1 + cos * cos) / ((2 + _MIE_G**2) * (1 + _MIE_G**2 - 2 * _MIE_G * cos) ** 1.5)
    air, dust = np.exp(-altitude / 8000.0)[:, None], np.exp(-altitude / 1200.0)[:, None]
    scattered = sky.air * _RAYLEIGH * air * rayleigh + sky.dust * _MIE * dust * mie
    return _GAIN * (seen * lit * scattered * step).sum(axis=0)


def _march(start: np.ndarray, direction: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Mid-points (..., steps, 3) and step lengths (...) from points (..., 3) to the top of the air."""
    along = (start * direction).sum(axis=-1)
    length = -along + np.sqrt(np.maximum(along**2 - (start * start).sum(axis=-1) + _TOP**2, 0.0))
    fractions = (np.arange(steps) + 0.5) / steps
    points = start[..., None, :] + direction[..., None, :] * (length[..., None] * fractions)[..., None]
    return points, length / steps


def _altitude(points: np.ndarray) -> np.ndarray:
    return np.maximum(np.linalg.norm(points, axis=-1) - _EARTH, 0.0)


def _extinction(sky: Sky, altitude: np.ndarray) -> np.ndarray:
    """(..., 3) per metre."""
    h = altitude[..., None]
    ozone = np.maximum(0.0, 1 - np.abs(h - 25000.0) / 15000.0)
    return sky.air * _RAYLEIGH * np.exp(-h / 8000.0) + 1.1 * sky.dust * _MIE * np.exp(-h / 1200.0) + sky.ozone * _OZONE * ozone
