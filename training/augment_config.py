"""Settings of the augmented copies."""

from __future__ import annotations

from dataclasses import dataclass

from training.checks import at_least, between, fraction, span


@dataclass(frozen=True)
class AugmentConfig:
    """How a render is made to look like a photograph. 0 switches a thing off; every switch is drawn anew for every copy.

    A run keeps its settings as it was started, so what is new here is off unless a file turns it on, as the shipped ones do.
    """

    mirror: float = 0.5  # probability of left and right exchanged, in picture and scene
    letterbox: float = 0.5  # probability of the grey bands of a padded photo; needs masks
    aspect: tuple[float, float] = (1.2, 1.8)  # long side over short side of the photo that the bands suggest
    min_pixels: int = 40  # an object with fewer left, between the bands or in another framing, is dropped
    # the framing, before all else
    reframe: float = 0.0  # probability of another framing: the camera turned on the spot, and zoomed; needs masks
    zoom: float = 2.0  # largest factor by which it narrows the field of view
    # the world, by the depth of the render, in this order
    backdrop: float = 0.0  # probability of a thicket or bank that closes the background; needs depth
    flash: float = 0.0  # probability of night and a camera trap's flash; needs depth
    # the camera, in linear light, in this order
    vignette: float = 0.0  # largest loss of light in the corners, of 0..1
    aperture: float = 0.0  # largest diameter of the lens' pupil, metres, with the animal in focus; needs depth
    defocus: float = 0.0  # largest standard deviation of the lens' blur, pixels
    exposure: float = 0.0  # largest change, stops: 1 doubles or halves the light
    shot_noise: float = 0.0  # largest variance of the noise over the light that makes it, white being 1
    read_noise: float = 0.0  # largest standard deviation of the noise that is there without light, white being 1
    white_balance: float = 0.0  # largest change of red against grey and of grey against blue, natural log
    # the look of the file, on display values, in this order
    gamma: float = 0.25  # largest change of the exponent, in natural log
    brightness: float = 0.25  # largest relative change of display values; `exposure` is that of a camera
    contrast: float = 0.25  # largest relative change
    tint: float = 0.12  # largest relative change of a channel of display values; `white_balance` is that of a camera
    greyscale: float = 0.05  # probability
    blur: float = 0.8  # largest radius, pixels, on display values; `defocus` is that of a lens
    noise: float = 0.03  # largest standard deviation, of 0..1, the same in light and shade; `shot_noise` is that of a sensor
    downscale: float = 1.0  # largest factor by which resolution is lost, as in small pictures shown large; 1: none
    jpeg: tuple[int, int] = (40, 95)  # quality

    def __post_init__(self) -> None:
        fraction(self, "reframe", "mirror", "letterbox", "greyscale", "brightness", "contrast", "gamma", "tint", "noise")
        fraction(self, "backdrop", "flash", "vignette", "shot_noise", "read_noise", "white_balance")
        at_least(self, 0, "blur", "min_pixels")
        for name, low, high in (("zoom", 1, 8), ("exposure", 0, 4), ("defocus", 0, 8), ("aperture", 0, 1), ("downscale", 1, 8)):
            between(self, low, high, name)
        span(self, 1, 4, "aspect")
        span(self, 1, 100, "jpeg")

    @property
    def by_depth(self) -> list[str]:
        """The switches that are on and need the depth of every picture."""
        return [name for name in ("aperture", "backdrop", "flash") if getattr(self, name)]
