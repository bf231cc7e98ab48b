"""From the square that the model sees to the photo's own frame.

A photo is padded to a square before the model sees it (``raw.vision.images.square``), around the same optical axis, so a
predicted program describes the square: its field of view spans the padding too. Pitch, places and rotations carry over.
"""

from __future__ import annotations

import math
from dataclasses import replace

from raw.geometry import project, upright_ends
from raw.scene import MODEL_SIZE, Scene, SceneObject


def photo_fov(square_fov: float, width: int, height: int) -> float:
    """Vertical field of view in degrees of a photo (``width`` x ``height``), given that of its square."""
    share = min(height / width, 1.0)  # of the square's height that the photo fills
    return math.degrees(2 * math.atan(math.tan(math.radians(square_fov) / 2) * share))


def to_photo_frame(scene: Scene, width: int, height: int) -> Scene:
    """The scene of the square as seen in the photo's frame; objects that lie outside of it are left out."""
    camera = replace(scene.camera, fov=photo_fov(scene.camera.fov, width, height))
    return replace(scene, camera=camera, objects=tuple(scene.objects[i] for i in inside_photo(scene, width, height)))


def inside_photo(scene: Scene, width: int, height: int) -> list[int]:
    """Which objects of the square's scene ``to_photo_frame`` keeps."""
    pitch, fov = scene.camera.pitch, photo_fov(scene.camera.fov, width, height)
    return [i for i, thing in enumerate(scene.objects) if in_frame(thing, pitch, fov, width / height)]


def in_frame(thing: SceneObject, pitch: float, fov: float, aspect: float) -> bool:
    """Whether the upright from the base centre to the top may cross the frame: not when both ends lie beyond one edge.

    Something close whose feet are below the frame and whose head is above it is in the frame.
    """
    ends = upright_ends(thing.location, thing.height, pitch)
    ends = ends[ends[:, 2] < 0]  # those before the camera
    if not len(ends):
        return False
    places = project(ends, fov, aspect)
    return not bool((places < 0).all(axis=0).any() or (places > 1).all(axis=0).any())


def render_size(width: int, height: int, longest: int) -> tuple[int, int]:
    """(width, height) in pixels of a picture with the photo's aspect and its longest side ``longest``."""
    scale = longest / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def model_pixels(count: int, width: int, height: int) -> int:
    """An area counted in a picture of ``width`` x ``height``, in pixels of the model's square."""
    return round(count * (MODEL_SIZE / max(width, height)) ** 2)
