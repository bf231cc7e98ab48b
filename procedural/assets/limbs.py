"""Limbs of a four-legged animal: five joints each, placed so that bones keep their lengths whatever the trunk does.

Units are the height at the withers; -y is ahead, z = 0 the ground. A limb is an array (5, 3): shoulder, elbow, wrist,
fetlock and foot of a fore limb; hip, knee, hock, fetlock and foot of a hind limb.
"""

from __future__ import annotations

import numpy as np

from procedural.assets.capsules import Capsule
from procedural.assets.distances import distance
from procedural.assets.quadruped_shape import QuadrupedShape

LIMBS = (("fore", "l", 1), ("fore", "r", -1), ("hind", "l", 1), ("hind", "r", -1))  # name, side and sign of x
SPRAWL = 0.4  # half the distance between the feet from which limbs stand out sideways (reptiles)


def radii(s: QuadrupedShape, bone: str) -> list[float]:
    """Of the five joints."""
    if bone == "fore":
        return [s.arm * 1.15, s.arm * 0.9, s.wrist, s.cannon, s.foot]
    return [s.thigh, s.thigh * 0.72, s.wrist * 1.05, s.cannon * 1.08, s.foot]


def standing(s: QuadrupedShape, bone: str, side: int, y: float) -> np.ndarray:
    """A limb under a level trunk whose shoulder or hip is at `y`, its foot in its place."""
    hoof, flat, hind = s.posture == "hoof", s.posture == "flat", 0.0 if s.posture == "column" else 1.0
    low = 0.085 if hoof else 0.06
    if bone == "fore":
        line = [(0.60, 0.02), (0.50, 0.05), (0.29, 0.01), (low, 0.02), (0.02, -0.01 if hoof else 0.0)]
        top = s.chest_width * 0.36
    else:
        line = [(max(s.rump - 0.30, 0.55), 0.0), (0.48, -0.06 * hind), (0.14 if flat else 0.27, 0.10 * hind), (low, 0.06 * hind)]
        line.append((0.02, (0.03 if hoof else 0.05) * hind))
        top = s.hip_width * 0.30
    share = [(line[0][0] - z) / line[0][0] for z, _ in line]
    return np.array([(side * (top + (s.stance - top) * f**0.6), y + dy, z) for (z, dy), f in zip(line, share, strict=True)])


def two_bone(a: np.ndarray, b: np.ndarray, first: float, second: float, pole: np.ndarray) -> np.ndarray:
    """The joint between `a` and `b` at distances `first` and `second` from them, on the side that `pole` points to.

    Where `b` is out of reach, the joint lies on the line to it.
    """
    way = b - a
    span = max(float(np.linalg.norm(way)), 1e-6)
    way = way / span
    near = float(np.clip((first**2 - second**2 + span**2) / (2 * span), -first, first))
    aside = pole - (pole @ way) * way
    return a + near * way + np.sqrt(max(first**2 - near**2, 0.0)) * aside / max(float(np.linalg.norm(aside)), 1e-6)


def lengths(limb: np.ndarray) -> np.ndarray:
    """(4,) of the bones."""
    return np.linalg.norm(np.diff(limb, axis=0), axis=1)


def _leaned(v: np.ndarray, angle: float) -> np.ndarray:
    """A vector turned about x by radians; what hangs swings backwards."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([v[0], v[1] * c - v[2] * s, v[1] * s + v[2] * c])


def planted(rest: np.ndarray, root: np.ndarray, foot: np.ndarray, bone: str) -> tuple[np.ndarray, float]:
    """A limb with its shoulder or hip at `root` and its foot on the ground at `foot`, as near to `rest` as can be.

    Also returns how far its two long bones are stretched: over 1 the foot is out of reach.
    """
    bones, size = np.diff(rest, axis=0), lengths(rest)
    lean = float(np.arctan2(foot[1] - root[1], root[2]) - np.arctan2(rest[4, 1] - rest[0, 1], rest[0, 2]))
    fetlock = foot - bones[3]
    if bone == "fore":
        top, end, i = root + _leaned(bones[0], lean), fetlock, 1
    else:
        top, end, i = root, fetlock - _leaned(bones[2], lean), 0
    line = rest[i + 2] - rest[i]
    bent = bones[i] - (bones[i] @ line) / (line @ line) * line
    joint = two_bone(top, end, size[i], size[i + 1], bent + [0, -0.01, 0])
    dots = [root, top, joint, fetlock, foot] if bone == "fore" else [root, joint, end, fetlock, foot]
    return np.array(dots), float(np.linalg.norm(end - top) / (size[i] + size[i + 1]))


def _free(dot: np.ndarray, radius: float, side: int, body: list[Capsule]) -> np.ndarray:
    """The point moved outwards until a ball of `radius` at it hardly touches the body."""
    xs = np.arange(abs(dot[0]), 1.5, 0.01)
    dots = np.stack([side * xs, np.full_like(xs, dot[1]), np.full_like(xs, dot[2])], axis=1)
    gap = np.min([distance(dots, c)[0] for c in body], axis=0)
    clear = np.flatnonzero(gap > 0.8 * radius)
    return dots[clear[0]] if len(clear) else dots[-1]


def _step(a: np.ndarray, length: float, z: float, ahead: float, aside: float) -> np.ndarray:
    """The end of a bone that leaves `a` for the height `z`, as far as it reaches, in the direction (aside, -ahead)."""
    drop = float(np.clip(z - a[2], -0.95 * length, 0.95 * length))
    flat = np.sqrt(length**2 - drop**2) / np.hypot(ahead, aside)
    return a + [aside * flat, -ahead * flat, drop]


def folded_fore(s: QuadrupedShape, rest: np.ndarray, root: np.ndarray, side: int, body: list[Capsule]) -> np.ndarray:
    """A fore limb under a lying animal: hoofed ones tuck the cannon under, others stretch the paw ahead."""
    size, r = lengths(rest), radii(s, "fore")
    root = np.array([root[0], root[1], max(root[2], r[0] * 0.95)])
    elbow = _step(root, size[0], r[1], -0.8, side * 0.6)
    if s.stance >= SPRAWL:
        wrist = _free(_step(elbow, size[1], r[2], 0.6, side * 1.0), r[2], side, body)
        wrist = elbow + (wrist - elbow) * size[1] / np.linalg.norm(wrist - elbow)
    else:
        wrist = _step(elbow, size[1], r[2], 1.0, side * 0.05)
    if s.posture == "hoof":
        fetlock = _step(wrist, size[2], r[3], -0.9, -side * 0.35)
        return np.array([root, elbow, wrist, fetlock, _step(fetlock, size[3], r[4], -1.0, 0.0)])
    fetlock = _step(wrist, size[2], r[3], 1.0, side * 0.05)
    return np.array([root, elbow, wrist, fetlock, _step(fetlock, size[3], 0.02, 1.0, 0.0)])


def folded_hind(s: QuadrupedShape, rest: np.ndarray, root: np.ndarray, side: int, body: list[Capsule], upright: bool) -> np.ndarray:
    """A hind limb beside the body, its hock and foot on the ground; `upright` as it sits, knees up."""
    size, r = lengths(rest), radii(s, "hind")
    root = np.array([root[0], root[1], max(root[2], r[0] * 0.95)])
    back = max(size[1] - (0.75 if upright else 0.9) * size[0], 0.03)
    hock = _free(root * [1, 1, 0] + [0, back, r[2]], r[2], side, body)
    far = float(np.linalg.norm(hock - root))
    reach = float(np.clip(far, abs(size[0] - size[1]) * 1.02, (size[0] + size[1]) * 0.98))
    hock = root + (hock - root) * reach / far
    hock[2] = max(hock[2], r[2])
    for up in (0.7, 1.5, 3.0) if upright else (0.4, 1.0, 2.0, 4.0):  # as low as the thigh is thick
        knee = two_bone(root, hock, size[0], size[1], np.array([side * (0.35 if upright else 0.6), -0.6 if upright else -1.0, up]))
        if knee[2] >= r[1]:
            break
    fetlock = _step(hock, size[2], r[3], 1.0, side * 0.1)
    return np.array([root, knee, hock, fetlock, _step(fetlock, size[3], 0.02, 1.0, side * 0.1)])


def hanging(rest: np.ndarray, root: np.ndarray, side: int) -> np.ndarray:
    """A fore limb held before the chest of an animal on its haunches: forearm ahead, wrist bent down."""
    size = lengths(rest)
    elbow = _step(root, size[0], root[2] - 0.85 * size[0], -0.3, side * 0.6)
    wrist = _step(elbow, size[1], elbow[2] - 0.45 * size[1], 1.0, -side * 0.25)
    fetlock = _step(wrist, size[2], wrist[2] - 0.75 * size[2], 1.0, -side * 0.3)
    return np.array([root, elbow, wrist, fetlock, _step(fetlock, size[3], fetlock[2] - 0.9 * size[3], 1.0, 0.0)])
