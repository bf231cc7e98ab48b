"""Picture against picture: PSNR and SSIM."""

from __future__ import annotations

import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SSIM_WINDOW = 11  # pixels, of the Gaussian in Wang et al. 2004


def check_pair(predicted: np.ndarray, true: np.ndarray) -> None:
    """Refuse anything but two (H, W, 3) uint8 pictures of one size."""
    for name, image in (("predicted", predicted), ("true", true)):
        if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
            found = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
            raise ValueError(f"the {name} picture is {found}; allowed: uint8 (H, W, 3), values 0..255")
    if predicted.shape != true.shape:
        raise ValueError(f"the pictures differ in size: predicted {predicted.shape}, true {true.shape}")


def psnr(predicted: np.ndarray, true: np.ndarray) -> float:
    """Peak signal to noise ratio in dB of two (H, W, 3) uint8 pictures, from 0; higher is closer, inf when equal."""
    check_pair(predicted, true)
    if np.array_equal(predicted, true):
        return float("inf")
    return float(peak_signal_noise_ratio(true, predicted, data_range=255))


def ssim(predicted: np.ndarray, true: np.ndarray) -> float:
    """Structural similarity of two (H, W, 3) uint8 pictures, -1..1, 1 when equal: mean over pixels and channels.

    Wang et al.'s Gaussian window (sigma 1.5). ValueError when a side is shorter than its 11 pixels.
    """
    check_pair(predicted, true)
    if min(true.shape[:2]) < SSIM_WINDOW:
        raise ValueError(f"ssim needs pictures of at least {SSIM_WINDOW} x {SSIM_WINDOW} pixels, got {true.shape}")
    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return float(structural_similarity(true, predicted, channel_axis=2, data_range=255, **window))
