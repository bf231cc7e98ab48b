"""Where a photographer stands for a picture: how far away, on which side, how the camera is held."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from procedural.chance import weighted
from procedural.scenes.photographers import FARTHEST, LONGEST, WIDEST, Wish
from procedural.scenes.sights import BEARINGS, WAYS, Sights, Stance, aim

_STEEP = 0.4  # of the distance, the most that a camera is above its subject's feet, nearly always ...
_FROM_ABOVE = 0.2  # ... but not of these, who hold it up and look down
_ROAM = 40.0  # metres around the middle where those walk who look for nothing
_ALOFT = 2.0  # of its height over the ground, the least distance to a bird in the air: necks are stiff
_LANDSCAPE = 26.0  # degrees, the longest lens without a subject
_SHIFT = 0.2  # of the frame, the most that a target moves from its middle for a strip of sky
_OVER_PLANTS = 1.15  # of the height of the ground's plants, that cameras are held over
_MARGIN = 0.02  # of the frame, kept free around what is meant


@dataclass(frozen=True)
class Target:
    """What is meant: rows of the world's things, the subject first."""

    subject: int
    rows: np.ndarray  # (M,) with the subject first


def approach(sights: Sights, target: Target, wanted: Wish, nearest: float, rng: np.random.Generator) -> Stance:
    """A stance from where nothing hides the target, so far that it fills as much of the frame as wished; else with another lens."""
    points = sights.corners[target.rows].reshape(-1, 3)
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    fill = min(1.6 * wanted.fill, 0.92) if len(target.rows) > 1 else wanted.fill
    half = np.tan(np.radians(wanted.fov / 2))
    roughly = float(np.ptp(points, axis=0).max()) / (2 * half * fill)
    if wanted.down is not None:
        return _from_air(sights, middle, _ahead(rng.uniform(0, 360)), wanted, roughly)
    bearing, most = _way(sights, target, roughly, rng)
    ahead = _ahead(bearing)
    side = float(max(np.ptp(points[:, 0] * ahead[1] - points[:, 1] * ahead[0]), np.ptp(points[:, 2])))
    deep = float(np.ptp(points[:, :2] @ ahead)) / 2
    away = side / (2 * half * fill) + deep
    lift = float(sights.base[target.subject] - sights.ground[target.subject])
    least = max(nearest, 1.2 * side, _ALOFT * lift)
    fov = wanted.fov
    if not least <= away <= most:  # the photographer stays there and takes another lens
        away = float(np.clip(away, least, max(most, least)))
        fov = float(np.clip(2 * np.degrees(np.arctan(side / (2 * (away - deep) * fill))), LONGEST, WIDEST))
    height = wanted.height
    if rng.random() > _FROM_ABOVE:
        height = min(height, max(_STEEP * away, 0.2))
    height = max(height, _OVER_PLANTS * sights.cover)
    stance = Stance(*(middle[:2] - away * ahead), height, bearing, 90.0, fov)
    return _held(sights, stance, middle, points, wanted)


def _ahead(bearing: float) -> np.ndarray:
    """(2,) unit vector on the land of a bearing in degrees."""
    return np.array([np.sin(np.radians(bearing)), np.cos(np.radians(bearing))])


def _way(sights: Sights, target: Target, away: float, rng: np.random.Generator) -> tuple[float, float]:
    """Bearing in degrees from camera to subject, and how far away along it the camera may be, metres."""
    free = np.minimum(0.95 * sights.open_ways(target.subject), FARTHEST)
    side = BEARINGS - np.radians(sights.headings[target.subject])  # 0 sees it face on
    liked = 0.6 + 0.3 * np.cos(side) + 0.5 * np.abs(np.sin(side))  # people wait for its face or its side
    good = liked * (free >= away)
    way = weighted(good if good.any() else liked * free**2 + 1e-6, rng)
    bearing = np.degrees(BEARINGS[way]) + 180 + rng.uniform(-0.5, 0.5) * 360 / WAYS
    return float(bearing % 360), float(free[way])


def _from_air(sights: Sights, middle: np.ndarray, ahead: np.ndarray, wanted: Wish, away: float) -> Stance:
    """A drone's stance: as high as wished or as the lens asks, looking down at the target."""
    down = np.radians(wanted.down)
    height = float(np.clip(away * np.sin(down), 8.0, 40.0))
    place = middle[:2] - height / np.tan(down) * ahead
    stance = Stance(*place, height, 0.0, 90.0, wanted.fov)
    heading, pitch = aim(middle - sights.eye(stance), wanted.spot, wanted.fov)
    return replace(stance, heading=heading, pitch=pitch)


def _held(sights: Sights, stance: Stance, middle: np.ndarray, points: np.ndarray, wanted: Wish) -> Stance:
    """The stance with the camera turned so that the target is where it is wished, whole, and with sky above it if that fits."""
    line = middle - sights.eye(stance)
    half = np.tan(np.radians(stance.fov / 2))
    far = float(np.hypot(line[0], line[1]))
    wide, high = (float(s) / (2 * half * far) for s in (np.ptp(points @ [line[1] / far, -line[0] / far, 0]), np.ptp(points[:, 2])))
    spare = [max((1 - side) / 2 - _MARGIN, 0.0) for side in (wide, high)]
    right, low = (float(np.clip(at, -most, most)) for at, most in zip(wanted.spot, spare, strict=True))
    if wanted.sky is not None:
        tilt = np.arctan((1 - 2 * wanted.sky) * half)  # of the axis under the horizon, when that is so high in the frame
        shift = _drop(line, far, tilt, half)
        low = shift if abs(shift) <= min(spare[1], _SHIFT) else low
    heading, pitch = aim(line, (right, low), stance.fov)
    return replace(stance, heading=heading, pitch=pitch)


def _drop(line: np.ndarray, far: float, tilt: float, half: float) -> float:
    """How far under the frame's middle something along ``line`` lies when the axis points ``tilt`` radians under the horizon."""
    return float(np.tan(-np.arctan2(line[2], far) - tilt)) / (2 * half)


def wander(sights: Sights, wanted: Wish, rng: np.random.Generator) -> Stance:
    """Anywhere, looking more or less level at whatever plant or stone; from the air, down at the land."""
    angle, reach = rng.uniform(0, 2 * np.pi), _ROAM * np.sqrt(rng.random())
    place = reach * np.array([np.cos(angle), np.sin(angle)])
    fov, height = max(wanted.fov, _LANDSCAPE), max(wanted.height, _OVER_PLANTS * sights.cover)
    heading, away = rng.uniform(0, 360), sights.places - place
    far = np.hypot(away[:, 0], away[:, 1])
    near = np.where((far > 3) & (far < 70), sights.heights / np.maximum(far, 3), 0.0)
    if near.any():
        east, north = away[weighted(near, rng)]
        heading = np.degrees(np.arctan2(east, north)) + rng.uniform(-0.35, 0.35) * fov
    pitch = 90 - 0.3 * wanted.down if wanted.down else float(np.clip(rng.normal(86, 5), 62, 104))
    return Stance(*place, height, float(heading % 360), pitch, fov)
