"""Pictures come back as they were stored."""

from __future__ import annotations

import numpy as np
import pytest

from procedural.labels.pictures import depth_picture, metres, pixels_of, png


@pytest.mark.parametrize(("shape", "kind"), [((5, 7, 3), np.uint8), ((5, 7), np.uint8), ((5, 7), np.uint16)])
def test_arrays_come_back(shape: tuple[int, ...], kind: type) -> None:
    array = np.random.default_rng(0).integers(0, np.iinfo(kind).max, shape, dtype=kind, endpoint=True)
    np.testing.assert_array_equal(pixels_of(png(array)), array)


def test_depth_comes_back_to_the_centimetre_and_the_sky_is_endless() -> None:
    depth = np.array([[0.0, 0.25, 12.34], [654.0, 700.0, np.inf]], dtype=np.float32)
    back = metres(pixels_of(png(depth_picture(depth))))
    assert back.dtype == np.float32
    np.testing.assert_allclose(back.ravel()[:4], depth.ravel()[:4], atol=0.0101)
    assert np.isinf(back.ravel()[4:]).all()
