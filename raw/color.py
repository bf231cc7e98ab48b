"""Light and what screens show of it: linear values and display values (sRGB, IEC 61966-2-1), both 0..1."""

from __future__ import annotations

import numpy as np

LUMA = np.array([0.2126, 0.7152, 0.0722])  # share of linear red, green and blue in brightness (Rec. 709)


def srgb_to_linear(display: np.ndarray) -> np.ndarray:
    """Display values 0..1, any shape -> linear light 0..1."""
    return np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: np.ndarray) -> np.ndarray:
    """Linear light 0..1, any shape -> display values 0..1. Light below 0 has none: clip it first."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
