"""How far things reach: the size of every asset at every height, read from its mesh once.

Reaches are cumulative: how far from the upright axis anything lies that is not higher than that. An acacia reaches half a metre
at the height of a hare and seven metres at the height of a giraffe, so the hare may lie at its trunk.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from raw.library import Library

STEPS = 16  # heights at which a reach is known, evenly from the ground to the top
SLABS = np.array([0.0, 0.12, 0.3, 0.6, 1.0])  # of the height, between which a thing's width is known
_WALK = 1.0  # 'pose' of a walking four-legged animal
_FOOT = 0.02  # of the height: what stands on the ground
_TRUNK = 0.06  # of the height, no trunk is thicker


@dataclass(frozen=True, eq=False)
class Footprint:
    """Sizes of one asset as it is in the library, metres."""

    height: float
    reach: np.ndarray  # (STEPS,) from the axis, of all that is below each step
    trunk: float  # radius where it stands on the ground
    slabs: np.ndarray  # (4,) radius of nearly all that is between two SLABS
    low: np.ndarray  # (3,) corner of its box, asset frame
    high: np.ndarray  # (3,)
    flying: bool
    walking: bool
    season: float | None  # 0 spring to 3 winter; None for what is the same all year


def footprint_of(library: Library, asset: str) -> Footprint:
    """The footprint of an object asset; its file is read once for each ``library``."""
    known = _FOOTPRINTS.setdefault(library, {})
    if asset not in known:
        known[asset] = _measured(library.mesh(asset).vertices, library.parameters(asset), library.record(asset).category)
    return known[asset]


def cover(library: Library, ground: str) -> float:
    """Metres under which the plants of a ground hide what stands in them."""
    covers = _COVERS.setdefault(library, {})
    if ground not in covers:
        tall = [(s.high, s.density * (s.where[1] - s.where[0])) for s in library.ground(ground).scatter]
        covers[ground] = max((0.9 * high for high, density in tall if density > 2.0), default=0.0)
    return covers[ground]


_FOOTPRINTS: WeakKeyDictionary[Library, dict[str, Footprint]] = WeakKeyDictionary()
_COVERS: WeakKeyDictionary[Library, dict[str, float]] = WeakKeyDictionary()


def _measured(vertices: np.ndarray, parameters: dict[str, float], category: str) -> Footprint:
    height = float(vertices[:, 2].max())
    away = np.hypot(vertices[:, 0], vertices[:, 1])
    step = np.clip(np.ceil(vertices[:, 2] / height * STEPS).astype(int) - 1, 0, STEPS - 1)
    reach = np.zeros(STEPS)
    np.maximum.at(reach, step, away)
    trunk = min(float(away[vertices[:, 2] <= _FOOT * height].max(initial=0.0)), _TRUNK * height)
    return Footprint(
        height,
        np.maximum.accumulate(reach),
        trunk,
        _widths(vertices[:, 2] / height, away),
        vertices.min(axis=0).astype(np.float64),
        vertices.max(axis=0).astype(np.float64),
        flying=parameters.get("flying", 0.0) > 0,
        walking=category != "bird" and parameters.get("pose") == _WALK,
        season=parameters.get("season"),
    )


def _widths(share: np.ndarray, away: np.ndarray) -> np.ndarray:
    """(4,) nine tenths of the distances ``away`` (V,) from the axis, between two SLABS of the height ``share`` (V,)."""
    slab = np.clip(np.searchsorted(SLABS, share) - 1, 0, len(SLABS) - 2)
    widths = [np.quantile(away[slab == i], 0.9) if np.any(slab == i) else 0.05 for i in range(len(SLABS) - 1)]
    return np.array(widths, dtype=np.float64)
