"""Number slots: normalising, its inverse, limits, and the codecs."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from raw.geometry import project
from raw.grammar import STATEMENTS, Slot
from raw.model.codecs import make_codec
from raw.model.numbers import NUMBER_SLOTS, SLOT_INDEX, denormalise, fixed_units, normalise

LOCATION = next(s for s in STATEMENTS["add_tree"].slots if s.name == "loc")
SINGLE = [entry.slot for entry in NUMBER_SLOTS if entry.slot.size == 1]
CIRCULAR = [i for i, entry in enumerate(NUMBER_SLOTS) if entry.slot.codec == "circular"]
UNIT = st.floats(0, 1)


def slot_of(statement: str) -> Slot:
    return STATEMENTS[statement].slots[0]


def test_every_number_of_the_grammar_has_one_entry() -> None:
    assert len(NUMBER_SLOTS) == 18 == len(SLOT_INDEX)
    assert [entry.name for entry in NUMBER_SLOTS[-5:]] == ["object.pixels", "object.loc.0", "object.loc.1", "object.loc.2", "object.height"]


@pytest.mark.parametrize("slot", SINGLE, ids=lambda s: s.field)
@settings(max_examples=30, deadline=None)
@given(unit=UNIT)
def test_any_unit_number_gives_a_legal_value_and_comes_back(slot: Slot, unit: float) -> None:
    value = denormalise(slot, [unit], 45.0)
    assert slot.low <= value[0] <= slot.high
    again = denormalise(slot, normalise(slot, value, 45.0), 45.0)
    np.testing.assert_allclose(again, value, rtol=1e-9, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.tuples(UNIT, UNIT, UNIT), st.floats(10, 90))
def test_locations_come_back(units: tuple[float, float, float], fov: float) -> None:
    point = denormalise(LOCATION, units, fov)
    assert np.all(np.abs(point) <= LOCATION.high) and point[2] < 0
    np.testing.assert_allclose(normalise(LOCATION, point, fov), units, atol=1e-9)


def test_location_is_its_place_in_the_picture() -> None:
    point = np.array([1.3, -0.7, -8.0])
    u, v, depth = normalise(LOCATION, point, 50.0)
    picture = project(point, 50.0)
    np.testing.assert_allclose([(u * 2 - 1) * 1.5, (v * 2 - 1) * 1.5], [picture[0] * 2 - 1, 1 - picture[1] * 2])
    assert depth == pytest.approx(np.log(8 / 0.5) / np.log(250 / 0.5))


def test_values_outside_the_span_are_clipped_and_angles_turn() -> None:
    assert normalise(slot_of("set_relief"), [0.0], 45.0) == 0.0
    assert normalise(slot_of("set_air"), [99.0], 45.0) == 1.0
    assert normalise(slot_of("set_sun_rotation"), [-90.0], 45.0) == pytest.approx(0.75)
    assert normalise(LOCATION, [500.0, 0, -1e4], 45.0).tolist() == pytest.approx([0.5 + 0.5 * 0.05 / 0.4142135 / 1.5, 0.5, 1.0])


def test_integers_are_whole() -> None:
    pixels = STATEMENTS["add_tree"].slots[0]
    assert denormalise(pixels, normalise(pixels, [1582], 45.0), 45.0) == 1582


@pytest.mark.parametrize(
    ("slot", "values"), [(slot_of("set_fov"), [float("nan")]), (slot_of("set_fov"), [1.0, 2.0]), (LOCATION, [0, 0, 1.0])]
)
def test_values_without_meaning_are_refused(slot: Slot, values: list[float]) -> None:
    with pytest.raises(ValueError, match="allowed"):
        normalise(slot, values, 45.0)


@pytest.mark.parametrize("unit", [-0.01, 1.01, float("nan")])
def test_units_outside_zero_to_one_are_refused(unit: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        denormalise(slot_of("set_fov"), [unit], 45.0)


def fitted(name: str, target: torch.Tensor, slots: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Head outputs that minimise a codec's loss, found by gradient, and the largest gradient met."""
    codec = make_codec(name, 16)
    raw = torch.zeros(*target.shape, codec.outputs, requires_grad=True)
    optimiser = torch.optim.Adam([raw], lr=0.1)
    steepest = 0.0
    for _ in range(400):
        optimiser.zero_grad()
        codec.loss(raw, target, slots).sum().backward()
        steepest = max(steepest, raw.grad.abs().max().item())
        optimiser.step()
    return codec.decode(raw.detach(), slots), steepest


@pytest.mark.parametrize("name", ["bins", "bins+residual", "head"])
def test_the_loss_leads_to_the_target(name: str) -> None:
    target = torch.tensor([0.0, 0.001, 0.31, 0.5, 0.98, 1.0]).repeat(2, 1)
    slots = torch.tensor([[0], CIRCULAR[:1]]).expand(2, 6)
    decoded, steepest = fitted(name, target, slots)
    error = (decoded - target).abs()
    error[1] = torch.minimum(error[1], 1 - error[1])  # 0 and 1 are the same angle
    assert error.max() < 0.01 and np.isfinite(steepest)


@pytest.mark.parametrize("name", ["bins", "bins+residual", "head"])
def test_any_output_decodes_into_zero_to_one(name: str) -> None:
    codec = make_codec(name)
    raw = torch.randn(len(NUMBER_SLOTS), 200, codec.outputs, generator=torch.Generator().manual_seed(0)) * 30
    slots = torch.arange(len(NUMBER_SLOTS))[:, None].expand(-1, 200)
    decoded = codec.decode(raw, slots)
    assert decoded.min() >= 0 and decoded.max() <= 1 and decoded.std() > 0.1


def test_places_in_the_picture_are_those_of_the_likeliest_peak() -> None:
    codec = make_codec("bins", 64)
    raw = torch.full((1, 64), -20.0)
    raw[0, 10], raw[0, 60] = 1.0, 0.5  # two far peaks: their mean would be a place where nothing stands
    across = [entry.name for entry in NUMBER_SLOTS].index("object.loc.0")
    assert codec.decode(raw, torch.tensor([across])).item() == pytest.approx(10 / 63, abs=1e-4)


def test_open_values_are_medians() -> None:
    codec = make_codec("bins", 64)
    falling = torch.arange(64.0, 0.0, -1.0)[None]  # likeliest at 0; half of it lies below 64 (1 - sqrt(1/2)) = 18.7
    assert codec.decode(falling.log(), torch.tensor([0])).item() * 63 == pytest.approx(18.7, abs=1)


def test_circular_bins_wrap() -> None:
    codec = make_codec("bins", 64)
    raw = torch.full((1, 64), -20.0)
    raw[0, 0] = raw[0, 63] = 1.0
    turn = codec.decode(raw, torch.tensor(CIRCULAR[:1])).item()
    assert turn == pytest.approx(1 - 0.5 / 64, abs=1e-4)


def with_residual(scores: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
    return torch.cat([scores, residual], dim=-1)


@pytest.mark.parametrize(("slot", "bin_", "offset", "unit"), [
    (0, 20, 0.37, 20.37 / 63), (0, 63, 0.5, 1.0), (0, 20, 7.0, 21 / 63),  # stays in its slot, and within a bin of its centre
    (CIRCULAR[0], 63, 0.75, 63.75 / 64), (CIRCULAR[0], 0, -0.25, 63.75 / 64), (CIRCULAR[0], 63, 1.0, 0.0),
])  # fmt: skip
def test_residuals_move_off_the_centre_of_a_bin(slot: int, bin_: int, offset: float, unit: float) -> None:
    codec = make_codec("bins+residual", 64)
    scores, residual = torch.full((1, 64), -20.0), torch.full((1, 64), 0.9)
    scores[0, bin_], residual[0, bin_] = 20.0, offset
    assert codec.decode(with_residual(scores, residual), torch.tensor([slot])).item() == pytest.approx(unit, abs=1e-5)


def test_residuals_are_exact_where_neighbours_are_out_of_balance() -> None:
    target, slots = torch.tensor([0.3217]), torch.tensor([0])
    position = target * 63
    errors = {}
    for name in ("bins", "bins+residual"):
        codec = make_codec(name, 64)
        raw = torch.full((1, codec.outputs), -20.0)
        raw[0, 20], raw[0, 21] = 3.0, 2.0  # the truth is 20.27
        if codec.residual:
            raw[0, 64:] = position - torch.arange(64)
        errors[name] = (codec.decode(raw, slots) - target).abs().item() * 63
    assert errors["bins+residual"] < 1e-4 < errors["bins"]


def test_only_bins_beside_the_target_learn_residuals() -> None:
    codec = make_codec("bins+residual", 16)
    target, slots = torch.tensor([0.31, 0.99]), torch.tensor([0, CIRCULAR[0]])  # 4.65 of 15 bins; 15.84 of 16, between the last and the first
    raw = torch.zeros(2, codec.outputs, requires_grad=True)
    codec.loss(raw, target, slots).sum().backward()
    pushed = raw.grad[:, 16:]
    assert [row.nonzero()[:, 0].tolist() for row in pushed] == [[4, 5], [0, 15]]
    assert (pushed[0, 4] < 0 < pushed[0, 5]) and (pushed[1, 15] < 0 < pushed[1, 0])  # up from the bin below, down from the bin above


def test_confidence_is_the_share_of_the_neighbourhood() -> None:
    codec = make_codec("bins", 64)
    sure, torn = torch.full((2, 1, 64), -20.0)
    sure[0, 30] = 5.0
    torn[0, 10] = torn[0, 50] = 5.0
    across = [entry.name for entry in NUMBER_SLOTS].index("object.loc.0")
    told = [codec.confidence(raw, torch.tensor([across])).item() for raw in (sure, torn, torch.zeros(1, 64))]
    assert told == pytest.approx([1.0, 0.5, 3 / 64], abs=1e-4)  # nothing known: the first bin and two on its right
    both = with_residual(torn, torch.full((1, 64), 30.0))
    assert make_codec("bins+residual", 64).confidence(both, torch.tensor([across])).item() == pytest.approx(0.5, abs=1e-4)
    assert make_codec("head").confidence(torch.randn(4, 3), torch.tensor([0, 1, 2, 3])).tolist() == [1.0] * 4


def test_unknown_codec_is_refused() -> None:
    with pytest.raises(ValueError, match="bins, bins\\+residual, head, digits"):
        make_codec("letters")


def test_fixed_numbers_are_where_their_statement_stands() -> None:
    units = fixed_units({"set_fov": 50.0, "set_relief": 3.0})
    found = {NUMBER_SLOTS[i].statement: float(units[i]) for i in np.flatnonzero(~np.isnan(units))}
    assert found == {"set_fov": pytest.approx(0.5), "set_relief": pytest.approx(1.0)}
    assert np.isnan(fixed_units({})).all()


@pytest.mark.parametrize(
    ("values", "message"),
    [({"set_moon": 1.0}, "'set_moon' cannot be fixed; allowed: set_sun_size"), ({"loc": 1.0}, "'loc' cannot be fixed"),
     ({"set_fov": 200.0}, "set_fov is fixed at 200.0; allowed: 1 to 170"), ({"set_fov": float("nan")}, "set_fov is fixed at nan")],
)  # fmt: skip
def test_numbers_that_cannot_be_fixed_are_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fixed_units(values)
