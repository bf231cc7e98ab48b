"""PSNR and SSIM: known answers and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from raw.metrics.images import psnr, ssim


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 246, (32, 40, 3), dtype=np.uint8)


def test_psnr_known_answers() -> None:
    image = picture()
    assert psnr(image, image) == float("inf")
    assert psnr(image + np.uint8(10), image) == pytest.approx(10 * np.log10(255**2 / 100))
    black, white = np.zeros((12, 12, 3), np.uint8), np.full((12, 12, 3), 255, np.uint8)
    assert psnr(black, white) == pytest.approx(0.0)


def test_ssim_known_answers() -> None:
    image = picture()
    assert ssim(image, image) == pytest.approx(1.0)
    flat = [np.full((16, 16, 3), v, np.uint8) for v in (100, 200)]
    c1 = (0.01 * 255) ** 2  # flat pictures differ in luminance alone
    assert ssim(*flat) == pytest.approx((2 * 100 * 200 + c1) / (100**2 + 200**2 + c1))
    assert ssim(255 - image, image) < -0.5
    assert -0.1 < ssim(picture(1), image) < 0.3


@pytest.mark.parametrize("measure", [psnr, ssim])
def test_only_pairs_of_uint8_pictures(measure) -> None:
    image = picture()
    for bad, problem in (
        (image / 255, "the predicted picture is float64"),
        (image[..., 0], r"uint8 \(32, 40\)"),
        (image[1:], "differ in size"),
        (image.tolist(), "the predicted picture is list"),
    ):
        with pytest.raises(ValueError, match=problem):
            measure(bad, image)


def test_ssim_refuses_tiny_pictures() -> None:
    with pytest.raises(ValueError, match="at least 11 x 11"):
        ssim(picture()[:10], picture()[:10])
