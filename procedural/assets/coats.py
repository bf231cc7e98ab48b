"""Coats: a colour for every vertex from where it is on the body, which part it belongs to and which way it faces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.spatial import cKDTree

from procedural.assets.capsules import Paint, Surface

Color = tuple[float, float, float]  # sRGB, 0-255
LIMBS = ("leg", "foot")
HEAD = ("head", "muzzle")


@dataclass(frozen=True)
class Coat:
    """One row of coat numbers. Lengths in metres."""

    base: Color
    belly: Color | None = None  # pale underside; None: the base
    regions: Mapping[str, Color | tuple[Color, ...]] = field(default_factory=dict)  # several run from a to b of the capsule
    pattern: str = ""  # a key of PATTERNS
    ink: Color = (20, 16, 14)  # colour of the marks
    size: float = 0.1  # metres, spacing of the marks on the trunk
    grain: float = 0.05  # 0-1, brightness variation
    back: float = 0.12  # 0-1, how much darker the back is
    hair: float = 0.0  # 0-1, brightness variation of the mane's locks
    seed: int = 0


def noise(points: np.ndarray, wavelength: float, rng: np.random.Generator) -> Callable[[np.ndarray], np.ndarray]:
    """Smooth noise with about unit variance: a function of (V, 3) points, of the given wavelength in metres."""
    direction = rng.normal(size=(28, 3))
    direction *= (2 * np.pi / wavelength) * np.exp(rng.uniform(-0.9, 0.5, (28, 1))) / np.linalg.norm(direction, axis=1, keepdims=True)
    phase = rng.uniform(0, 2 * np.pi, 28)
    return lambda p: np.sin(p @ direction.T + phase).sum(axis=1) * np.sqrt(2 / 28)


def _step(x: np.ndarray, low: float, high: float) -> np.ndarray:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _mix(a: np.ndarray, b: Color | np.ndarray, amount: np.ndarray) -> np.ndarray:
    return a + (np.asarray(b, float) - a) * amount[:, None]


def _centres(points: np.ndarray, spacing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(K,) vertices picked at random such that none lies within `spacing` (V,) of another."""
    tree, alive, kept = cKDTree(points), np.ones(len(points), bool), []
    for i in rng.permutation(len(points)):
        if alive[i]:
            kept.append(i)
            alive[tree.query_ball_point(points[i], spacing[i])] = False
    return np.array(kept)


def _zebra(coat: Coat, first: Surface, rng: np.random.Generator) -> Paint:
    """Upright stripes on trunk and neck that fan out over the rump, rings on the legs, fine stripes on the face."""
    trunk = first.points[first.share("trunk") > 0.5]
    low, high = trunk.min(axis=0), trunk.max(axis=0)
    pivot_y, pivot_z = low[1] + 0.62 * (high[1] - low[1]), low[2] + 0.22 * (high[2] - low[2])
    radius, warp = 0.75 * (high[2] - low[2]), noise(first.points, coat.size * 4, rng)
    head = next(c for c in first.capsules if c.region == "head")
    muzzle = next(c for c in first.capsules if c.region == "muzzle")
    neck = next(c for c in first.capsules if c.region == "neck")

    def marks(s: Surface) -> np.ndarray:
        x, y, z = s.points.T
        bent = radius * np.arctan2(np.maximum(y - pivot_y, 0), np.maximum(z - pivot_z, 0.02)) * 0.8
        phase = np.where(y < pivot_y, y - pivot_y, bent) / coat.size
        forward = np.asarray(neck.b) - neck.a
        phase_neck = (s.points - neck.a) @ (forward / np.linalg.norm(forward)) / (coat.size * 0.85)
        out = np.asarray(muzzle.b) - head.a
        out = out / np.linalg.norm(out)
        up = np.array([0, out[2], -out[1]])
        face = s.points - head.a
        phase_head = (face @ up * 0.75 + face @ out * 0.55) / (coat.size * 0.42)
        phase = np.where(s.share("neck", "mane") > 0.5, phase_neck, phase)
        phase = np.where(s.share(*LIMBS) > 0.5, z / (coat.size * 0.55), phase)
        phase = np.where(s.share(*HEAD, "ear") > 0.5, phase_head, phase)
        phase = np.where(s.share("tail") > 0.5, z / (coat.size * 0.5), phase)
        ink = _step(np.sin(2 * np.pi * phase + 0.55 * warp(s.points)), -0.12, 0.12)
        return ink * _step(s.normals[:, 2] + 0.85 + s.share(*HEAD, "neck", *LIMBS), 0.0, 0.15)

    return marks


def _tiger(coat: Coat, first: Surface, rng: np.random.Generator) -> Paint:
    """Thin broken upright stripes, rings on legs and tail."""
    warp, gap = noise(first.points, coat.size * 4, rng), noise(first.points, coat.size * 2.5, rng)

    def marks(s: Surface) -> np.ndarray:
        x, y, z = s.points.T
        phase = (y + 0.12 * z) / coat.size
        phase = np.where(s.share(*LIMBS) > 0.5, (z + 0.15 * y) / (coat.size * 0.9), phase)
        phase = np.where(s.share("tail", "tuft") > 0.5, y / (coat.size * 0.9), phase)
        phase = np.where(s.share(*HEAD) > 0.5, (0.8 * z + 0.5 * y + 0.4 * np.abs(x)) / (coat.size * 0.55), phase)
        width = np.sin(2 * np.pi * phase + 1.0 * warp(s.points)) + 0.45 * gap(s.points)
        return _step(width, 0.5, 0.75) * (1 - 0.9 * s.share("muzzle", "ear")) * _step(s.normals[:, 2], -0.95, -0.7)

    return marks


def _rosettes(coat: Coat, first: Surface, rng: np.random.Generator) -> Paint:
    """Broken rings on the trunk, solid spots on head, legs and tail."""
    small = first.share(*LIMBS, *HEAD, "tail", "tuft", "ear")
    spacing = coat.size * np.where(small > 0.5, 0.55, 1.0)
    kept = _centres(first.points, spacing, rng)
    tree, size, is_small = cKDTree(first.points[kept]), spacing[kept], small[kept] > 0.5
    gap = noise(first.points, coat.size * 0.7, rng)

    def marks(s: Surface) -> np.ndarray:
        d, i = tree.query(s.points)
        d = d / size[i]
        wobble = gap(s.points)
        ring = _step(0.15 - np.abs(d - 0.36 - 0.03 * wobble), 0, 0.05) * _step(wobble, -0.9, -0.6)
        ink = np.where(is_small[i], _step(0.40 - d, 0, 0.08), ring + 0.22 * (d < 0.36) * (1 - ring))
        return ink * (1 - s.share("muzzle", "ear"))

    return marks


def _patches(coat: Coat, first: Surface, rng: np.random.Generator) -> Paint:
    """Dark polygons with pale seams (giraffe), fading down the legs."""
    small = first.share(*LIMBS, *HEAD, "neck")
    spacing = coat.size * (1 - 0.42 * small)
    kept = _centres(first.points, spacing, rng)
    tree, size = cKDTree(first.points[kept]), spacing[kept]
    top = first.points[first.share("trunk") > 0.5][:, 2].min()

    def marks(s: Surface) -> np.ndarray:
        d, i = tree.query(s.points, k=2)
        inside = _step((d[:, 1] - d[:, 0]) / size[i[:, 0]], 0.14, 0.24)
        below = _step(s.points[:, 2], 0.42 * top, 0.75 * top)
        return inside * below * (1 - s.share("muzzle", "ear", "mane", "tail"))

    return marks


PATTERNS: dict[str, Callable[[Coat, Surface, np.random.Generator], Paint]] = {
    "zebra": _zebra,
    "tiger": _tiger,
    "rosettes": _rosettes,
    "patches": _patches,
}
PLAIN = ("eye", "hoof", "horn", "tusk", "nose", "tuft", "beak", "shank", "mouth")  # parts no shading or pattern touches


def _regions(coat: Coat, s: Surface) -> np.ndarray:
    """(V, 3) colours of the parts, blended where parts meet."""
    stops = [np.atleast_2d(np.asarray(coat.regions.get(c.region, coat.base), float)) for c in s.capsules]
    out = s.near @ np.array([colors[0] if len(colors) == 1 else np.zeros(3) for colors in stops])
    for i, colors in enumerate(stops):
        if len(colors) > 1:
            rows = np.flatnonzero(s.near[:, i] > 1e-6)
            place = s.along[rows, i] * (len(colors) - 1)
            along = np.stack([np.interp(place, np.arange(len(colors)), channel) for channel in colors.T], axis=1)
            out[rows] += s.near[rows, i, None] * along
    return out


def bind(coat: Coat) -> Callable[[Surface], Paint]:
    """The painter of a coat, made from the first surface (marks keep their places when the mesh is refined)."""
    if coat.pattern and coat.pattern not in PATTERNS:
        raise ValueError(f"coat pattern {coat.pattern!r}: allowed are '' and {', '.join(sorted(PATTERNS))}")

    def make(first: Surface) -> Paint:
        rng = np.random.default_rng(coat.seed)
        marks = PATTERNS[coat.pattern](coat, first, rng) if coat.pattern else None
        extent = float(np.ptp(first.points[:, 2]))
        mottle, fine = noise(first.points, extent * 0.25, rng), noise(first.points, extent * 0.06, rng)

        def paint(s: Surface) -> np.ndarray:
            soft, up = 1 - s.share(*PLAIN), s.normals[:, 2]
            out = _regions(coat, s)
            if coat.belly is not None:
                under = _step(-up, 0.15, 0.75) * s.share("trunk", "neck", "muzzle") + 0.5 * _step(-up, 0.3, 0.9) * s.share("head")
                out = _mix(out, coat.belly, np.clip(under, 0, 1))
            if "ear_inner" in coat.regions:
                out = _mix(out, coat.regions["ear_inner"], s.share("ear") * _step(-s.normals[:, 1], 0.2, 0.6))
            if marks is not None:
                out = _mix(out, coat.ink, np.clip(marks(s) * soft, 0, 1))
            out *= (1 - soft * coat.back * _step(up, 0.2, 0.9) * s.share("trunk", "neck", "head", "mane", "wing"))[:, None]
            hair = coat.hair * s.share("mane") * np.clip(fine(s.points * np.array([2.5, 2.5, 0.8])), -1.5, 1.5)
            return out * (1 + hair + soft * coat.grain * (0.6 * mottle(s.points) + 0.8 * fine(s.points)))[:, None]

        return paint

    return make
