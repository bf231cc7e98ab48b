"""The shape and colours of the ground as plain arrays: fine where things stand, reaching to the horizon."""

from __future__ import annotations

import numpy as np

from raw.mesh import GroundMaterial, Mesh
from raw.render.land import Stage
from raw.terrain import value_noise

_FAR = 1500.0  # metres from the middle of the stage, where the ground ends behind the haze
_FINE = 60.0  # metres from the middle that are covered by ...
_STEP = 0.75  # ... squares of this side; farther out every square is wider by ...
_GROWTH = 1.1  # ... this factor


def ground_mesh(material: GroundMaterial, stage: Stage) -> tuple[Mesh, np.ndarray]:
    """A grid in stage coordinates, and (V,) float32 for the shader: the patch at every vertex."""
    line = _line()
    x, y = (axis.ravel() for axis in np.meshgrid(line, line))
    u, v = stage.terrain.land(x, y)
    patch = patches(material, u, v)
    vertices = np.stack([x, y, stage.terrain.height(x, y)], axis=-1)
    count = len(line)
    row, column = np.meshgrid(np.arange(count - 1), np.arange(count - 1), indexing="ij")
    corner = (row * count + column).ravel()
    faces = np.concatenate([corner[:, None] + (0, 1, count), corner[:, None] + (1, count + 1, count)])
    mesh = Mesh(vertices.astype(np.float32), faces.astype(np.int32), _colors(material, patch))
    return mesh, patch.astype(np.float32)


def _line() -> np.ndarray:
    """Coordinates of the grid along one side, metres."""
    steps = int(np.ceil(np.log(1 + (_FAR - _FINE) * (_GROWTH - 1) / _STEP) / np.log(_GROWTH)))
    outward = _FINE + _STEP * np.cumsum(_GROWTH ** np.arange(1, steps + 1))
    return np.concatenate([-outward[::-1], np.arange(-_FINE, _FINE + _STEP / 2, _STEP), outward])


def patches(material: GroundMaterial, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """What patch lies at places on the land: 0 is the palette's first colour, 1 its last."""
    waves = ((1.0, 0.55), (0.31, 0.3), (0.09, 0.15))
    blend = sum(
        share * value_noise(u / (w * material.patch_size), v / (w * material.patch_size), 101 + i) for i, (w, share) in enumerate(waves)
    )
    return np.clip(0.5 + 0.8 * blend, 0, 1)


def _colors(material: GroundMaterial, patch: np.ndarray) -> np.ndarray:
    """(V, 3) uint8 between the palette's colours, for exporters, which do not see the shader."""
    place = patch * (len(material.palette) - 1)
    low = np.minimum(place.astype(int), max(len(material.palette) - 2, 0))
    share, palette = (place - low)[:, None], material.palette.astype(np.float64)
    color = palette[low] * (1 - share) + palette[np.minimum(low + 1, len(palette) - 1)] * share
    return np.clip(color, 0, 255).astype(np.uint8)
