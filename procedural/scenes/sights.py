"""What a camera sees of a world, for all things at once: where they fall in the frame, and what stands in the way.

Land coordinates as in ``procedural.scenes.world``, with z up from the land's own zero. Frames are square; places in them are
shares of the frame, x right and y down.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from procedural.scenes.footprints import SLABS, STEPS
from procedural.scenes.things import Thing
from raw.geometry import camera_to_world, rotation_z
from raw.scene import Ground
from raw.terrain import Terrain

_BODY = {"tree": 0.9, "bush": 0.9, "boulder": 1.0}  # of a thing's reach that hides what is behind; animals are longer than wide
_ANIMAL = 0.6
_FILLS = {  # share of the cylinders around a thing that it covers, from the lowest up
    "tree": (0.8, 0.6, 0.45, 0.4),
    "bush": (0.6, 0.6, 0.5, 0.4),
    "boulder": (0.8, 0.8, 0.75, 0.6),
    "herbivore": (0.25, 0.3, 0.6, 0.5),
    "carnivore": (0.3, 0.4, 0.6, 0.4),
    "bird": (0.3, 0.5, 0.5, 0.3),
}
_NEAR = 0.05  # metres, what is nearer counts as here
WAYS = 72
BEARINGS = np.arange(WAYS) * 2 * np.pi / WAYS  # radians clockwise from north, of ``Sights.open_ways``
_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])


@dataclass(frozen=True)
class Stance:
    """Where a camera is on the land and how it is held."""

    x: float
    y: float
    height: float  # metres over the ground
    heading: float  # degrees clockwise from north
    pitch: float  # degrees, 90 looks at the horizon
    fov: float  # degrees

    @property
    def turn(self) -> np.ndarray:
        """(3, 3) rotation from land to camera frame."""
        return camera_to_world(self.pitch).T @ rotation_z(self.heading)


class Sights:
    """The things of one world as arrays; made once and asked by every camera."""

    def __init__(self, things: tuple[Thing, ...], ground: Ground, cover: float) -> None:
        self.cover = cover  # metres, how high the ground's plants hide what is in them
        self.terrain = Terrain(replace(ground, phase=(0.0, 0.0, 0.0)))
        self.places = np.array([(t.x, t.y) for t in things]).reshape(-1, 2)
        self.ground = self.level(self.places)
        self.base = self.ground + np.array([t.lift for t in things])
        self.headings = np.array([t.heading for t in things])
        self.heights = np.array([t.height for t in things])
        self.reaches = np.array([t.shape.reach * t.scale for t in things]).reshape(-1, STEPS)
        self._body = np.array([_BODY.get(t.record.category, _ANIMAL) for t in things])
        self.corners = _corners(things, self.base)
        self._axes = np.concatenate([np.repeat(self.places[:, None], len(SLABS), 1), self._rises(SLABS)[..., None]], axis=-1)
        self._widths = np.array([t.shape.slabs * t.scale for t in things]).reshape(-1, len(SLABS) - 1)
        self._fills = np.array([_FILLS[t.record.category] for t in things]).reshape(-1, len(SLABS) - 1)
        self.middles = self.corners.mean(axis=1)

    def _rises(self, shares: np.ndarray) -> np.ndarray:
        """(N, S) z of shares of the things' heights."""
        return self.base[:, None] + self.heights[:, None] * shares

    def level(self, places: np.ndarray) -> np.ndarray:
        """(N,) z of the ground at places (N, 2)."""
        return self.terrain.height(places[:, 0], places[:, 1])

    def eye(self, stance: Stance) -> np.ndarray:
        """(3,) where the camera is."""
        return np.array([stance.x, stance.y, self.level(np.array([[stance.x, stance.y]]))[0] + stance.height])

    def room(self, eye: np.ndarray, gap: float) -> bool:
        """Whether a camera has no thing within ``gap`` metres of it."""
        if not len(self.places):
            return True
        above = np.maximum(eye[2] - gap - self.base, 0.0)
        far = np.hypot(self.places[:, 0] - eye[0], self.places[:, 1] - eye[1])
        return not bool(np.any((far < self._reach(np.arange(len(far)), eye[2] + gap - self.base) + gap) & (above < self.heights)))

    def _reach(self, rows: np.ndarray, above: np.ndarray) -> np.ndarray:
        """How far things ``rows`` reach below a height over their base; shapes broadcast."""
        return self.reaches[rows, np.clip(np.ceil(above / self.heights[rows] * STEPS).astype(int) - 1, 0, STEPS - 1)]

    def free(self, eye: np.ndarray, points: np.ndarray, but: np.ndarray) -> np.ndarray:
        """(K,) whether nothing stands between ``eye`` (3,) and each of ``points`` (K, 3); things ``but`` are not in the way."""
        rows = np.setdiff1d(np.arange(len(self.places)), but)
        lines = points - eye
        flat = lines[:, :2]
        away = self.places[rows] - eye[:2]
        along = np.clip((flat @ away.T) / np.maximum((flat**2).sum(axis=1), 1e-9)[:, None], 0.0, 0.99)
        gap = np.hypot(away[:, 0] - along * flat[:, :1], away[:, 1] - along * flat[:, 1:])
        above = eye[2] + along * lines[:, 2:] - self.base[rows]
        inside = (above > 0) & (above < self.heights[rows])
        hidden = inside & (gap < self._body[rows] * self._reach(np.broadcast_to(rows, above.shape), above))
        return ~hidden.any(axis=1)

    def open_ways(self, row: int) -> np.ndarray:
        """(WAYS,) metres from a thing to what first stands in the way, at the height of its middle, by bearing from north."""
        away = self.places - self.places[row]
        far = np.hypot(away[:, 0], away[:, 1])
        above = self.middles[row, 2] - self.base
        rows = np.flatnonzero((above > 0) & (above < self.heights) & (np.arange(len(far)) != row))
        reach = self._body[rows] * self._reach(rows, above[rows])
        near = np.maximum(far[rows] - reach, 0.0)
        width = np.arcsin(np.clip(reach / np.maximum(far[rows], 1e-6), 0, 1))
        angle = np.arctan2(away[rows, 0], away[rows, 1]) - BEARINGS[:, None]
        hit = np.abs((angle + np.pi) % (2 * np.pi) - np.pi) < width
        return np.where(hit, near, np.inf).min(axis=1, initial=np.inf)

    def over_ground(self, eye: np.ndarray, point: np.ndarray) -> bool:
        """Whether the land's own rise leaves the line from eye to point free."""
        line = eye + np.linspace(0.12, 0.92, 8)[:, None] * (point - eye)
        return bool(np.all(line[:, 2] > self.level(line[:, :2])))

    def boxes(self, eye: np.ndarray, stance: Stance, rows: np.ndarray | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """Boxes (N, 4) x0, y0, x1, y1 of things in the frame, also beyond its edges, and the depth (N,) of their middles."""
        seen = (self.corners[rows] - eye) @ stance.turn.T
        depth = np.maximum(-seen[..., 2], _NEAR)
        half = np.tan(np.radians(stance.fov / 2))
        x, y = 0.5 + seen[..., 0] / (2 * half * depth), 0.5 - seen[..., 1] / (2 * half * depth)
        return np.stack([x.min(1), y.min(1), x.max(1), y.max(1)], axis=1), -seen[..., 2].mean(axis=1)

    def shown(self, eye: np.ndarray, stance: Stance) -> tuple[np.ndarray, np.ndarray]:
        """Share of the frame (N,) that things would fill if nothing hid them, about, and the depth (N,) of their middles.

        Each is taken as four upright cylinders, so that of a tree close by the trunk counts, and its crown only if it is in the frame.
        """
        seen = (self._axes - eye) @ stance.turn.T
        depth, half = -seen[..., 2], np.tan(np.radians(stance.fov / 2))
        near = np.maximum(depth, 0.2)
        x, y = 0.5 + seen[..., 0] / (2 * half * near), 0.5 - seen[..., 1] / (2 * half * near)
        middle = (near[:, 1:] + near[:, :-1]) / 2
        wide = self._widths / (2 * half * middle)
        left, right = np.minimum(x[:, 1:], x[:, :-1]) - wide, np.maximum(x[:, 1:], x[:, :-1]) + wide
        low, high = np.maximum(y[:, 1:], y[:, :-1]), np.minimum(y[:, 1:], y[:, :-1])
        across = np.maximum(np.minimum(right, 1) - np.maximum(left, 0), 0)
        tall = np.maximum(np.minimum(low, 1) - np.maximum(high, 0), 0)
        area = across * tall * (np.maximum(depth[:, 1:], depth[:, :-1]) > 0.2)
        return (area * self._fills).sum(axis=1), depth.mean(axis=1)


def _corners(things: tuple[Thing, ...], base: np.ndarray) -> np.ndarray:
    """(N, 8, 3) corners of the boxes around things, on the land."""
    scale = np.array([t.scale for t in things]).reshape(-1, 1, 1)
    low = np.array([t.shape.low for t in things]).reshape(-1, 1, 3)
    high = np.array([t.shape.high for t in things]).reshape(-1, 1, 3)
    local = scale * (low + (high - low) * _CORNERS)
    angle = np.radians([t.heading for t in things])[:, None]  # the front is -y; a heading of 0 is north, +y
    cos, sin = -np.cos(angle), -np.sin(angle)
    x, y = local[..., 0] * cos + local[..., 1] * sin, -local[..., 0] * sin + local[..., 1] * cos
    places = np.array([(t.x, t.y) for t in things]).reshape(-1, 2)
    return np.stack([x + places[:, :1], y + places[:, 1:], local[..., 2] + base[:, None]], axis=-1)


def aim(line: np.ndarray, spot: tuple[float, float], fov: float) -> tuple[float, float]:
    """Heading and pitch in degrees that bring what lies along ``line`` (3,), land frame, to a spot of the frame.

    ``spot`` is right and down from the middle. With camera-frame direction c = (cx, cy, -1), the world's z of it at pitch P is
    cy sin P - cos P; that must be |c| times the sine of the line's elevation.
    """
    half = np.tan(np.radians(fov / 2))
    cx, cy = 2 * spot[0] * half, -2 * spot[1] * half
    elevation = np.arctan2(line[2], np.hypot(line[0], line[1]))
    ratio = np.sqrt(cx**2 + cy**2 + 1) * np.sin(elevation) / np.sqrt(cy**2 + 1)
    pitch = np.arctan2(1, cy) + np.arcsin(np.clip(ratio, -1, 1))
    ahead = cy * np.cos(pitch) + np.sin(pitch)
    heading = np.degrees(np.arctan2(line[0], line[1]) - np.arctan2(cx, ahead))
    return float(heading % 360), float(np.degrees(pitch))
