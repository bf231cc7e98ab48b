"""Ground height as a function of place, phase and seed."""

from __future__ import annotations

import numpy as np
import pytest

from raw.scene import Ground
from raw.terrain import Terrain, lattice_hash, value_noise

RNG = np.random.default_rng(0)
X, Y = RNG.uniform(-200, 200, (2, 4000))
LAND = Ground("dirt/0000", relief=1.5, phase=(12.0, -30.0, 70.0), seed=9)
PINNED = [0.5123532222026299, 0.06741204073950435]


def test_hash_is_uniform_and_fixed_forever() -> None:
    i, j = (a.ravel() for a in np.meshgrid(np.arange(-100, 100), np.arange(-100, 100)))
    values = lattice_hash(i, j, seed=3)
    assert values.min() >= 0 and values.max() < 1
    counts = np.histogram(values, bins=10, range=(0, 1))[0]
    assert np.abs(counts - 4000).max() < 300  # five standard deviations
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.03
    # data sets are labelled with terrain from this function: a change of a digit makes their programs wrong
    np.testing.assert_allclose(lattice_hash(np.array([0, 5]), np.array([-7, 2]), seed=1), PINNED, atol=1e-12)


def test_hash_depends_on_every_argument() -> None:
    one = np.array([1])
    values = [
        lattice_hash(one, one + 1, seed=0),
        lattice_hash(one + 1, one, seed=0),
        lattice_hash(one, one + 1, seed=1),
        lattice_hash(one, seed=0),
    ]
    assert len({float(v[0]) for v in values}) == 4


def test_noise_is_bounded_smooth_and_passes_through_the_lattice() -> None:
    noise = value_noise(X, Y, 5)
    assert np.abs(noise).max() <= 1 and noise.std() > 0.3
    assert np.abs(value_noise(X + 1e-4, Y, 5) - noise).max() < 1e-3
    corners = np.arange(-3, 4)
    np.testing.assert_allclose(value_noise(corners, 2.0, 5), lattice_hash(corners, np.full(7, 2), seed=5) * 2 - 1)


def test_height_is_zero_under_the_camera_and_grows_with_relief() -> None:
    terrain = Terrain(LAND)
    height = terrain.height(X, Y)
    assert terrain.height(np.zeros(1), np.zeros(1))[0] == pytest.approx(0, abs=1e-12)
    assert 0.2 < height.std() < 2 * LAND.relief and np.abs(height).max() <= 2 * LAND.relief
    double = Terrain(Ground(LAND.appearance, 3.0, LAND.phase, LAND.seed)).height(X, Y)
    np.testing.assert_allclose(double, 2 * height, atol=1e-9)
    assert not Terrain(Ground(LAND.appearance, 0.0, LAND.phase, LAND.seed)).height(X, Y).any()


def test_seed_chooses_the_land() -> None:
    other = Terrain(Ground(LAND.appearance, LAND.relief, LAND.phase, LAND.seed + 1))
    assert np.abs(other.height(X, Y) - Terrain(LAND).height(X, Y)).max() > 0.5


def test_slopes_are_walkable() -> None:
    rise = Terrain(LAND).height(X + 0.5, Y) - Terrain(LAND).height(X - 0.5, Y)
    assert np.abs(rise).max() < 0.5 * LAND.relief


def test_world_undoes_land() -> None:
    terrain = Terrain(LAND)
    u, v = terrain.land(X.reshape(40, 100), Y.reshape(40, 100))
    assert u.shape == (40, 100)
    x, y = terrain.world(u, v)
    np.testing.assert_allclose(x.ravel(), X, atol=1e-9)
    np.testing.assert_allclose(y.ravel(), Y, atol=1e-9)


def test_yaw_is_clockwise_from_north() -> None:
    u, v = Terrain(Ground("dirt/0000", 1.0, (100.0, 50.0, 90.0))).land(np.array([0.0]), np.array([10.0]))
    assert (u[0], v[0]) == pytest.approx((110.0, 50.0))  # ahead of a camera that looks east


def test_two_cameras_stand_on_one_land() -> None:
    here, there = Terrain(LAND), Terrain(Ground(LAND.appearance, LAND.relief, (-40.0, 8.0, 200.0), LAND.seed))
    x, y = there.world(*here.land(X, Y))
    np.testing.assert_allclose(np.ptp(here.height(X, Y) - there.height(x, y)), 0, atol=1e-9)


def test_no_place_is_steeper_than_the_steepest() -> None:
    terrain = Terrain(LAND)
    fine = np.linspace(-80.0, 80.0, 1601)
    x, y = np.meshgrid(fine, fine[:200])
    slopes = np.hypot(*np.gradient(terrain.height(x, y), 0.1))
    assert 0.3 * terrain.steepest < slopes.max() <= terrain.steepest
