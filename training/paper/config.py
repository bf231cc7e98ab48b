"""How the released files are laid out, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass

ANGLES = ("radians", "degrees")
FRAMES = ("camera", "world")
FRONTS = ("-y", "+x", "+y", "-x")  # each a quarter turn further about z


@dataclass(frozen=True)
class PaperConfig:
    """The paper's released data in ``data.folder``. Which values are known and which assumed: docs/paper_data.md."""

    train: str = "train"  # the pictures are in <train>.tar, their rows in <train>.gz.feather
    validation: str = "val"  # the same for validation
    embeddings: str = "emb_convnext.npz"  # appearance vectors of objects
    floor: str = "floor_convnext.npz"  # and of grounds; of the same tower
    environment: str = "env_params.npz"  # the sky of every scene
    fov: float = 20.408  # degrees, of the longer side of the pictures; not in the data, not trained on
    camera_height: float = 2.0  # metres; not in the data, not trained on
    relief: float = 0.1  # metres; not in the data, not trained on
    sun_size: str = "radians"  # unit of sun_size: radians or degrees
    rotation_frame: str = "camera"  # an object's rotation leads to the camera's frame or to the world's: camera or world
    asset_front: str = "+x"  # where an unrotated asset faces, z being up: +x, -x, +y or -y
    counted_at: int = 0  # side in pixels of the picture that pixel_count counts in; 0: of the released picture
    pixels_at: int = 224  # side in pixels that counts are scaled to, that of the model's input

    def __post_init__(self) -> None:
        for name, allowed in (("sun_size", ANGLES), ("rotation_frame", FRAMES), ("asset_front", FRONTS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: {', '.join(allowed)}")
        for name, low, high in (("fov", 1, 170), ("camera_height", 0.001, 10000), ("relief", 0, 100)):
            if not low <= getattr(self, name) <= high:  # also refuses nan
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: from {low} to {high}")
        if self.counted_at < 0 or self.pixels_at < 1:
            raise ValueError(f"counted_at is {self.counted_at}, pixels_at {self.pixels_at}; allowed: 0 or more, 1 or more")

    @property
    def fixed(self) -> dict[str, float]:
        """What a program must say and the data do not: the number of each such statement."""
        return {"set_fov": self.fov, "set_camera_height": self.camera_height, "set_relief": self.relief}
