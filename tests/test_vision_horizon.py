"""The reader of horizons: its scale, its votes and its file."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from broken_networks import BROKEN, write_broken
from hypothesis import given
from hypothesis import strategies as st

from raw.vision.horizon import HORIZON_FILE, HorizonReader, bent, straight


def reader(width: int = 8) -> HorizonReader:
    torch.manual_seed(0)
    return HorizonReader((16, 5), "abc", width).eval().requires_grad_(False)


@given(st.floats(-50, 50))
def test_what_is_bent_is_made_straight_again(line: float) -> None:
    lines = torch.tensor([line], dtype=torch.float64)
    assert straight(bent(lines)).item() == pytest.approx(line, abs=1e-6)


def test_within_the_picture_little_is_bent_and_far_out_much() -> None:
    lines = torch.tensor([0.5, 0.6, 0.4, 10.5])
    torch.testing.assert_close(bent(lines)[:3], torch.tensor([0.0, 0.1, -0.1]), atol=0.002, rtol=0)
    assert bent(lines)[3] < 1.5


def test_the_line_lies_among_the_votes_and_patches_count_from_where_they_are() -> None:
    one = reader()
    one.leave.weight.zero_()
    one.leave.bias[:] = torch.tensor([0.25, -2.0, 0.0])  # each says that the horizon is a quarter below it, all count the same
    said = one(torch.randn(3, 16, 5))
    torch.testing.assert_close(said.line, torch.full((3,), 0.25))  # rows from -3/8 to 3/8 are 0 on average
    torch.testing.assert_close(said.log_spread, torch.full((3,), -2.0))
    one.context.weight.zero_()
    one.enter.weight.zero_()
    one.place.zero_()
    one.place[:4, 0], one.vote.weight[:], one.vote.bias[:] = 9.0, torch.eye(8), 0.0
    one.enter.bias.zero_()
    one.leave.weight[2, 0] = 5.0  # now the uppermost row alone counts
    torch.testing.assert_close(one(torch.randn(3, 16, 5)).line, torch.full((3,), 0.25 - 3 / 8))


def test_it_tells_lines_and_errors_in_shares_of_the_side() -> None:
    one, patches = reader(), torch.randn(4, 16, 5)
    line, spread = one.read(patches)
    low = straight(one(patches).line - 1e-3)
    torch.testing.assert_close((line - low) / 1e-3 * one(patches).log_spread.exp(), spread, rtol=2e-2, atol=0)


def test_features_are_scaled_by_what_is_usual() -> None:
    one, patches = reader(), 3 + 2 * torch.randn(400, 16, 5)
    one.fit_scale(patches)
    torch.testing.assert_close(one.mean, torch.full((5,), 3.0), atol=0.1, rtol=0)
    torch.testing.assert_close(one.scale, torch.full((5,), 2.0), atol=0.1, rtol=0)


def test_it_is_kept_in_half_precision_and_read_again(tmp_path: Path) -> None:
    one, patches = reader(), torch.randn(4, 16, 5)
    assert HorizonReader.load(tmp_path) is None
    one.save(tmp_path)
    again = HorizonReader.load(tmp_path)
    assert again is not None and again.fingerprint == "abc" and not again.training
    torch.testing.assert_close(again(patches).line, one(patches).line, atol=5e-3, rtol=0)
    assert [path.name for path in tmp_path.iterdir()] == [HORIZON_FILE]
    (tmp_path / "beside").touch()
    assert (tmp_path / HORIZON_FILE).stat().st_mode == (tmp_path / "beside").stat().st_mode  # not for its owner alone


@pytest.mark.parametrize("change", BROKEN)
def test_a_file_that_is_no_reader_is_told(tmp_path: Path, change: str) -> None:
    write_broken(reader(), tmp_path / HORIZON_FILE, change, "leave.bias")
    with pytest.raises(ValueError, match=f"{HORIZON_FILE} is no reader of horizons"):
        HorizonReader.load(tmp_path)
