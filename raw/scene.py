"""What a scene is: frozen dataclasses, one field for every slot of the language.

Frames: the *camera frame* has x right, y up, -z forward, in metres. The *world frame* has z up and its origin on the
ground under the camera, with the camera looking along +y at yaw 0. Asset frames are described in ``raw.mesh``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

CATEGORIES = ("bird", "boulder", "bush", "carnivore", "herbivore", "tree")
ANIMALS = ("bird", "carnivore", "herbivore")
MODEL_SIZE = 224  # pixels, side of the square in which programs count ``pixels``


@dataclass(frozen=True, eq=False)
class Embedding:
    """An appearance given by its vector (D,), before it is looked up in a library."""

    vector: np.ndarray

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Embedding) and np.array_equal(self.vector, other.vector)

    def __hash__(self) -> int:
        return hash(self.vector.tobytes())


Appearance = str | Embedding | None  # an asset id such as "zebra/0007", a vector to look up, or not known yet


@dataclass(frozen=True)
class Sky:
    """Nishita sky and sun (Blender's names) and the haze between camera and objects."""

    sun_size: float = 0.545  # degrees, angular diameter
    sun_intensity: float = 1.0  # factor of the sun lamp
    sun_elevation: float = 40.0  # degrees above the horizon
    sun_rotation: float = 45.0  # degrees clockwise seen from above, 0 is where the camera looks
    air: float = 1.0  # density of air molecules, 1 is clear day
    dust: float = 1.0
    ozone: float = 1.0
    strength: float = 0.2  # factor of the sky light
    density: float = 0.002  # of the haze, per metre


@dataclass(frozen=True)
class Camera:
    pitch: float = 85.0  # degrees, 90 looks at the horizon, 0 straight down
    height: float = 1.6  # metres over the ground under the camera
    fov: float = 45.0  # vertical, degrees


@dataclass(frozen=True)
class Ground:
    """Ground appearance and shape. ``phase`` and ``seed`` are what a picture cannot tell: optional, 0 when unknown."""

    appearance: Appearance = None
    relief: float = 0.0  # metres, amplitude of the undulation
    phase: tuple[float, float, float] = (0.0, 0.0, 0.0)  # metres, metres, degrees: camera place and yaw on the terrain
    seed: int = 0  # which terrain and which scatter


@dataclass(frozen=True)
class SceneObject:
    """One thing standing in the scene; ``category`` is None for the paper's plain ``add(``."""

    category: str | None
    location: tuple[float, float, float]  # metres, camera frame, of the base centre
    height: float  # metres, of the asset standing upright
    rotation: tuple[float, float, float, float] | None = None  # asset to camera, quaternion w, x, y, z
    appearance: Appearance = None
    pixels: int = 0  # visible area at the model's input resolution


@dataclass(frozen=True)
class Scene:
    sky: Sky = field(default_factory=Sky)
    camera: Camera = field(default_factory=Camera)
    ground: Ground = field(default_factory=Ground)
    objects: tuple[SceneObject, ...] = ()
