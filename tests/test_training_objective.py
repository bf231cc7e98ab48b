"""The loss: what counts, what does not, and that it is differentiable."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from raw.geometry import rotation_z
from raw.model.codecs import make_codec
from raw.model.numbers import NUMBER_SLOTS
from raw.model.scene_model import SceneOutput
from training.config import ObjectiveConfig
from training.objective import Objective

K, D = 2, 4
LINEAR = next(i for i, entry in enumerate(NUMBER_SLOTS) if entry.slot.codec == "linear")
CODEC = make_codec("head")


def _batch() -> dict[str, Tensor]:
    """One sequence: bos, a free piece, a number, a rotation, an appearance, a forced piece, padding."""
    kinds = torch.tensor([[0, 0, 1, 2, 3, 0, 0]])
    choices = torch.full((1, 7, K), -1)
    choices[0, 1] = torch.tensor([1, 3])
    turn = torch.eye(3).repeat(1, 7, 1, 1)
    turn[0, 3] = torch.tensor(rotation_z(30.0))
    vectors = torch.zeros(1, 7, D)
    vectors[0, 4, 1] = 1.0
    return {
        "input_ids": torch.tensor([[1, 3, 2, 2, 2, 2, 0]]), "attention_mask": torch.tensor([[1, 1, 1, 1, 1, 1, 0]]), "kinds": kinds,
        "slots": torch.where(kinds == 1, LINEAR, -1), "numbers": torch.where(kinds == 1, 0.3, 0.0), "rotations": turn,
        "embeddings": vectors, "choices": choices, "weights": torch.ones(1, 7, 2),
    }


def _perfect(batch: dict[str, Tensor]) -> SceneOutput:
    logits = (batch["choices"] == batch["input_ids"][..., None]).float() * 50
    raw = torch.stack([batch["numbers"], *[torch.zeros_like(batch["numbers"])] * 2], dim=-1)
    return SceneOutput(logits, raw, batch["rotations"].clone(), batch["embeddings"].clone())


def _loss(output: SceneOutput, batch: dict[str, Tensor], **weights: float) -> dict[str, Tensor]:
    return Objective(ObjectiveConfig(**weights), CODEC)(output, batch)


def test_perfect_prediction_costs_nothing() -> None:
    assert all(part == pytest.approx(0, abs=1e-6) for part in _loss(_perfect(_batch()), _batch()).values())


def test_each_part_has_its_known_value_and_weight() -> None:
    batch = _batch()
    wrong = _perfect(batch)
    wrong.logits.zero_()  # two choices: ln 2
    wrong.number_raw[0, 2, 0] += 1  # smooth L1, beta 0.05: 1 - 0.025
    wrong.matrices[0, 3] = torch.eye(3)
    wrong.embeddings[0, 4] = torch.tensor([0.0, 0.0, 3.0, 0.0])  # at right angles, of length 3
    parts = _loss(wrong, batch, text=1, number=2, rotation=3, appearance=5, norm=7)
    turned = float((torch.eye(3) - batch["rotations"][0, 3]).square().mean())
    expected = {"text": 0.693147, "number": 0.975, "rotation": turned, "appearance": 1.0, "norm": 4.0}
    for name, value in expected.items():
        assert float(parts[name]) == pytest.approx(value, abs=1e-5), name
    weighted = 0.693147 + 2 * 0.975 + 3 * turned + 5 + 28
    assert float(parts["loss"]) == pytest.approx(weighted, abs=1e-4)


def test_labels_count_by_their_weights() -> None:
    one, other = _batch(), _batch()
    both = {name: torch.cat([one[name], other[name]]) for name in one}
    right = _perfect(both)
    right.matrices[1, 3] = torch.eye(3)
    right.logits[0].zero_()
    both["weights"][1, 3, 1] = 0.5  # of the wrong rotation
    both["weights"][0, 1, 0] = 3.0  # of the wrong choice
    both["weights"][:, 2] = 0.0  # numbers have no weight at all
    parts = _loss(right, both)
    turned = float((torch.eye(3) - both["rotations"][1, 3]).square().mean())
    assert float(parts["rotation"]) == pytest.approx(turned * 0.5 / 1.5, abs=1e-6)
    assert float(parts["text"]) == pytest.approx(0.693147 * 3 / 4, abs=1e-5)
    assert float(parts["number"]) == 0


def test_rotations_may_be_compared_after_the_svd() -> None:
    batch = _batch()
    longer = _perfect(batch)
    longer.matrices[0, 3] *= 2
    assert float(_loss(longer, batch)["rotation"]) == pytest.approx(1 / 3)  # three entries of length 1 too many, over nine
    assert float(_loss(longer, batch, rotation_after_svd=True)["rotation"]) == pytest.approx(0, abs=1e-9)


def test_places_without_a_label_do_not_count() -> None:
    batch = _batch()
    noisy = _perfect(batch)
    generator = torch.Generator().manual_seed(0)
    for tensor, own in zip(noisy, (1, 2, 3, 4), strict=True):
        others = [t for t in range(7) if t != own]
        tensor[:, others] = torch.randn(tensor[:, others].shape, generator=generator) * 9
    assert float(_loss(noisy, batch)["loss"]) == pytest.approx(0, abs=1e-6)


def test_gradients_are_finite_and_stay_at_the_labels() -> None:
    batch = _batch()
    output = SceneOutput(*(torch.zeros_like(t).requires_grad_() for t in _perfect(batch)))
    _loss(output, batch)["loss"].backward()
    for tensor, own in zip(output, (1, 2, 3, 4), strict=True):
        assert torch.isfinite(tensor.grad).all()
        reached = tensor.grad.flatten(2).abs().sum(-1)[0]
        assert reached[own] > 0
        assert reached.sum() == reached[own]


def test_a_part_without_labels_is_zero_and_keeps_its_place_in_the_graph() -> None:
    batch = _batch()
    batch["kinds"][batch["kinds"] == 2] = 0
    output = SceneOutput(*(t.requires_grad_() for t in _perfect(batch)))
    parts = _loss(output, batch)
    assert parts["rotation"].item() == 0
    parts["loss"].backward()
    assert output.matrices.grad is not None


def test_a_batch_without_labels_is_an_error() -> None:
    batch = _batch()
    batch["attention_mask"].zero_()
    with pytest.raises(ValueError, match=r"\(1, 7\) carries no label"):
        _loss(_perfect(batch), batch)
