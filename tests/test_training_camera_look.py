"""The look of a camera: known answers in linear light."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from training.augment import sensor_look, shrunk
from training.augment_config import AugmentConfig
from training.camera_look import LUMA, SWITCHES, blurred, camera_look, to_display, to_linear, vignette, white_balance_gains, with_noise
from training.config import load_config, save_config

OFF = AugmentConfig(0, 0, gamma=0, brightness=0, contrast=0, tint=0, greyscale=0, blur=0, noise=0, jpeg=(100, 100))
ROOT = Path(__file__).parent.parent


class _Drawn(np.random.Generator):
    """A generator whose uniform draws are all at the upper end, so that a switch shows its largest effect."""

    def spawn(self, n_children: int) -> list[_Drawn]:
        return [_Drawn(child.bit_generator) for child in super().spawn(n_children)]

    def uniform(self, low: float = 0.0, high: float = 1.0, size: int | None = None) -> np.ndarray:
        return np.full(size or (), high)

    def random(self, size: int | None = None) -> np.ndarray:
        return np.ones(size or ())


def _largest() -> _Drawn:
    return _Drawn(np.random.default_rng(0).bit_generator)


def _flat(level: int, size: int = 64) -> np.ndarray:
    return np.full((size, size, 3), level, dtype=np.uint8)


def _light(display: np.ndarray) -> np.ndarray:
    """Display values in 0..1 to linear, by the formula rather than by the tables that are tested."""
    return np.where(display <= 0.04045, display / 12.92, ((display + 0.055) / 1.055) ** 2.4)


def test_linear_light_of_known_levels() -> None:
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_allclose(to_linear(levels), _light(levels / 255), atol=1e-7)
    assert to_linear(np.uint8(188)) == pytest.approx(0.5, abs=0.005)  # half the light is not half the number
    np.testing.assert_allclose(to_display(to_linear(levels)) * 255, levels, atol=0.06)
    np.testing.assert_array_equal(to_display(np.array([-0.5, 0.0, 1.0, 7.0])), [0, 0, 1, 1])


@pytest.mark.parametrize("stops", [1.0, 2.0])
def test_a_stop_doubles_the_light(stops: float) -> None:
    seen = camera_look(_flat(60), replace(OFF, exposure=stops), _largest())
    np.testing.assert_allclose(_light(seen), 2**stops * _light(np.array(60 / 255)), rtol=2e-3)


def test_exposure_clips_what_is_too_bright() -> None:
    assert (camera_look(_flat(230), replace(OFF, exposure=1.0), _largest()) == 1).all()


def test_white_balance_changes_the_mean_colour_and_not_the_brightness() -> None:
    gains = white_balance_gains(0.2, 0.0)
    assert gains[0] / gains[2] == pytest.approx(np.exp(0.4), rel=1e-5)
    for warmth, tint in ((0.2, 0.0), (-0.3, 0.1), (0.0, -0.2)):
        assert LUMA @ white_balance_gains(warmth, tint) == pytest.approx(1, abs=1e-6)
    seen = _light(camera_look(_flat(100), replace(OFF, white_balance=0.3), _largest())).mean(axis=(0, 1))
    np.testing.assert_allclose(seen, _light(np.array(100 / 255)) * white_balance_gains(0.3, 0.1), rtol=3e-3)
    assert seen[0] > seen[1] > seen[2]


def test_noise_grows_with_the_light_as_photons_do() -> None:
    rng = np.random.default_rng(0)
    levels = (0.0, 0.1, 0.2, 0.4)
    variances = [(with_noise(np.full((300, 300, 3), level, np.float32), 0.002, 0.01, rng) - level).var() for level in levels]
    np.testing.assert_allclose(variances, [0.002 * level + 0.01**2 for level in levels], rtol=0.02)


def test_read_noise_alone_is_the_same_everywhere() -> None:
    seen = [with_noise(np.full((300, 300, 3), v, np.float32), 0.0, 0.02, np.random.default_rng(1)) - v for v in (0.1, 0.6)]
    np.testing.assert_allclose([s.std() for s in seen], 0.02, rtol=0.02)


def test_vignette_darkens_the_corners_alone() -> None:
    share = vignette((41, 61), 0.4)
    assert share[20, 30] == 1.0
    np.testing.assert_allclose(share[[0, 0, -1, -1], [0, -1, 0, -1]], 0.6, atol=1e-6)
    assert share[20, 0] > share[0, 30 - 25] > 0.6
    seen = _light(camera_look(_flat(128, 41), replace(OFF, vignette=0.4), _largest()))
    assert seen[0, 0, 0] / seen[20, 20, 0] == pytest.approx(0.6, rel=2e-3)


def test_blur_is_a_gaussian_in_linear_light() -> None:
    light = np.zeros((21, 21, 3), dtype=np.float32)
    light[10, 10] = 1
    spread = blurred(light, 1.0)
    assert spread.sum() == pytest.approx(3, rel=1e-5)  # no light is lost
    assert spread[10, 11, 0] / spread[10, 10, 0] == pytest.approx(np.exp(-0.5), rel=1e-5)
    np.testing.assert_allclose(spread, spread.transpose(1, 0, 2), atol=1e-7)
    np.testing.assert_allclose(blurred(np.full((5, 7, 3), 0.25, np.float32), 0.7), 0.25, rtol=1e-5)  # also at the edges
    assert blurred(light, 0.0) is light
    # black beside white: the middle holds half the light, level 188, and not half the number, 128
    step = np.repeat(np.where(np.arange(20) < 10, 0, 255).astype(np.uint8)[None, :, None], 20, 0).repeat(3, 2)
    seen = camera_look(step, replace(OFF, defocus=2.0), _largest())
    assert 255 * seen[10, 9:11, 0].mean() == pytest.approx(186, abs=4)


def test_shrinking_loses_detail_and_keeps_the_mean() -> None:
    checks = Image.fromarray((np.indices((32, 32)).sum(0) % 2 * 255).astype(np.uint8)).convert("RGB")
    assert shrunk(checks, 1.0) is checks
    small = np.asarray(shrunk(checks, 2.0), dtype=float)
    assert small.shape == (32, 32, 3)
    assert small.std() < 2 and small.mean() == pytest.approx(127.5, abs=1)


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_does_something_and_draws_for_itself(name: str) -> None:
    image = np.random.default_rng(0).integers(0, 255, (32, 32, 3), dtype=np.uint8)
    config = replace(OFF, **{name: 0.5})
    unsharp = np.full((32, 32), 3, dtype=np.float32)
    looks = [camera_look(image, config, np.random.default_rng(seed), unsharp) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(looks[0], looks[1])
    assert np.abs(looks[0] - looks[2]).max() > 0.01
    assert np.abs(looks[0] - image / 255).max() > 0.01


def test_all_off_is_the_picture_itself() -> None:
    image = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    np.testing.assert_array_equal(camera_look(image, OFF, np.random.default_rng(0)), image.astype(np.float32) / 255)


@pytest.mark.parametrize(
    ("values", "message"),
    [({"exposure": 9}, "exposure is 9; allowed: from 0 to 4"), ({"downscale": 0.5}, "downscale is 0.5; allowed: from 1 to 8"),
     ({"shot_noise": -1}, "shot_noise is -1"), ({"vignette": float("nan")}, "vignette is nan"), ({"defocus": -0.1}, "defocus is -0.1")],
)  # fmt: skip
def test_a_bad_switch_is_named(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AugmentConfig(**values)


@pytest.mark.parametrize("name", ["default/train.yaml", "train_small.yaml", "train_debug.yaml"])
def test_shipped_configs_use_the_camera(name: str) -> None:
    augment = load_config(ROOT / "configs" / name).data.augment
    assert all(getattr(augment, switch) > 0 for switch in SWITCHES)
    assert augment.brightness == augment.tint == augment.blur == augment.noise == 0


def test_a_config_of_before_the_camera_loads_and_looks_as_it_did(tmp_path: Path) -> None:
    save_config(load_config(ROOT / "configs" / "train_debug.yaml"), tmp_path / "config.yaml")
    tree = yaml.safe_load((tmp_path / "config.yaml").read_text())
    tree["data"]["augment"] = {
        "mirror": 0.5, "letterbox": 0.5, "aspect": [1.2, 1.8], "min_pixels": 40, "greyscale": 0.05, "brightness": 0.25,
        "contrast": 0.25, "gamma": 0.25, "tint": 0.12, "noise": 0.03, "blur": 0.8, "jpeg": [40, 95],
    }  # fmt: skip
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(tree))
    config = load_config(tmp_path / "config.yaml").data.augment
    assert config == AugmentConfig()
    assert not any(asdict(config)[name] for name in SWITCHES)
    image = np.random.default_rng(0).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    seen = sensor_look(image, config, np.random.default_rng(0))  # the numbers are those of the version without the camera
    np.testing.assert_allclose(seen.mean(axis=(0, 1)), [104.18, 98.75, 105.13], atol=0.5)
