"""The row of numbers that a four-legged animal is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np


@dataclass(frozen=True)
class QuadrupedShape:
    """Proportions; the defaults are a horse-like hoofed animal.

    All lengths are in units of the height at the withers, angles in degrees; `height` alone is in metres.
    """

    height: float = 1.3  # metres at the withers
    length: float = 1.15  # point of chest to end of rump
    rump: float = 0.98  # height of the rump
    sag: float = 0.03  # dip of the back; below 0 it is arched
    hump: float = 0.0  # rise over the shoulders
    humps: tuple[tuple[float, float], ...] = ()  # of a camel: (place, 0 at the shoulders to 1 at the hips; height)
    chest_depth: float = 0.50
    chest_width: float = 0.34
    belly_depth: float = 0.48
    belly_width: float = 0.38
    hip_depth: float = 0.44
    hip_width: float = 0.34
    stance: float = 0.11  # half the distance between left and right feet
    posture: str = "hoof"  # 'hoof', 'paw', 'flat' (bear) or 'column'
    arm: float = 0.085  # radii: upper fore limb, thigh, wrist, cannon bone, foot
    thigh: float = 0.14
    wrist: float = 0.042
    cannon: float = 0.030
    foot: float = 0.042
    neck_length: float = 0.46
    neck_angle: float = 40.0  # over the horizontal
    neck_base: float = 0.19  # radii
    neck_top: float = 0.11
    neck_drop: float = 0.18  # of the neck's root under the withers
    head_length: float = 0.40  # middle of the skull to the nose
    head_pitch: float = 40.0  # of the face, under the horizontal
    head_width: float = 0.75  # over its depth
    skull: float = 0.10  # radii
    muzzle: float = 0.062
    muzzle_share: float = 0.5  # of head_length that is muzzle
    snout: str = ""  # a key of SNOUTS in procedural.assets.quadruped_head
    brow: float = 0.0  # radius of a raised eye socket
    cheeks: float = 0.0  # radius of fur at the sides of the face
    eye: float = 0.016
    ear: str = "leaf"  # 'leaf', 'round', 'tufted', 'fan' or '' (none)
    ear_length: float = 0.13
    ear_width: float = 1.0  # of a leaf, over that of a deer's
    ear_tilt: float = 25.0  # sideways from upright
    tail_length: float = 0.5
    tail_radius: float = 0.02
    tail_root: float = 1.25  # radii at its root and tip, over tail_radius
    tail_tip: float = 0.8
    tail_bush: float = 0.0  # fur over the outer two thirds, a radius
    tail_flat: float = 1.0  # thickness over width (beaver)
    tail_lift: float = -75.0  # over the horizontal
    tuft: float = 0.0  # radius of the tail's end brush
    mane: str = ""  # '' or a key of procedural.assets.manes.MANES
    beard: float = 0.0  # length under the chin
    throat: float = 0.0  # depth of hair or skin that hangs from the neck
    skirt: float = 0.0  # depth of hair that hangs from the belly
    horns: str = ""  # '' or a key of HORNS or SPECIAL in procedural.assets.horns
    horn_length: float = 0.4
    horn_radius: float = 0.024
    trunk: float = 0.0  # length of an elephant's trunk
    tusk: float = 0.0
    tusk_kind: str = "elephant"  # 'elephant' or 'boar'
    shell: float = 0.0  # rise of a tortoise's shell over its back
    spines: float = 0.0  # height of scutes along back and tail
    spine_rows: float = 1.0  # 1 along the middle, 2 at its sides
    shag: float = 0.0  # depth of long hair
    stride: float = 0.0  # how far feet swing fore and aft


FIXED = frozenset({"height", "neck_angle", "head_pitch", "tail_lift", "ear_tilt", "stride", "shag", "muzzle_share", "rump", "spine_rows"})


def varied(shape: QuadrupedShape, rng: np.random.Generator, graze: float = 15.0) -> QuadrupedShape:
    """One individual: proportions within about 4 %, neck lowered by up to `graze` degrees, a slight stride; same height."""
    numbers: Mapping[str, float] = {f.name: getattr(shape, f.name) for f in fields(shape) if isinstance(getattr(shape, f.name), float)}
    factors = np.clip(rng.normal(1, 0.02, len(numbers)), 0.95, 1.05)
    changed = {n: v * float(f) for (n, v), f in zip(numbers.items(), factors, strict=True) if n not in FIXED}
    lowered = graze * float(rng.uniform(0, 1))
    return replace(
        shape,
        **changed,
        neck_angle=shape.neck_angle - lowered,
        head_pitch=shape.head_pitch + 0.3 * lowered + float(rng.uniform(-5, 5)),
        stride=float(rng.uniform(-0.09, 0.09)),
    )
