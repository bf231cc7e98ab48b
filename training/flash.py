"""A camera trap at night: light comes from the camera's own flash, and falls off with the square of the distance.

Renders are of the day. Camera traps take half of their pictures by night, with a flash of infrared light that makes them grey, or of white
light; near things are as bright as by day, the land behind them sinks into the dark, and the sky is black. The depth of a render tells
how much light reaches what.
"""

from __future__ import annotations

import numpy as np

from training.camera_look import vignette

INFRARED = 0.7  # probability that a flash is infrared: grey pictures
GLARE = 2.5  # most light that a near thing gets, that of the subject being 1
CONE = 0.8  # largest loss of light in the corners: a flash lights a cone
TINT = 0.3  # largest change of red against blue by a white flash, natural log
NEAREST = 0.3  # metres
REACH = 20.0  # metres; animals farther away set no camera trap off


def by_flash(light: np.ndarray, depth: np.ndarray, subject: float, rng: np.random.Generator) -> np.ndarray:
    """Linear light (H, W, 3) of the day and depth (H, W) in metres, inf in the sky -> the light by a flash.

    What is ``subject`` metres away is about as bright as it was. Beyond REACH no flash goes off, and the light stays.
    """
    if subject > REACH:
        return light
    strength, colour = rng.spawn(2)
    reach = subject * float(np.exp(strength.uniform(-0.2, 0.5)))  # metres at which it is as bright as by day
    fall = np.minimum((reach / np.maximum(depth, NEAREST)) ** 2, GLARE)  # 0 in the sky
    lit = light * (fall * vignette(depth.shape, float(strength.uniform(0, CONE))))[..., None]
    if colour.random() < INFRARED:
        weights = colour.dirichlet((3, 3, 1))  # of red, green and blue: leaves shine in infrared light, and fur does
        return np.repeat((lit @ weights.astype(np.float32))[..., None], 3, axis=2)
    warmth = colour.uniform(-TINT, TINT)
    return lit * np.exp(np.array([warmth, 0, -warmth], dtype=np.float32))
