"""The network: heads, teacher forcing, causality, learning, checkpoints."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tower_shape import ShapeOnly

from raw.model.builders import build_model
from raw.model.heads import ValueEmbedding, nearest_rotation
from raw.model.pieces import APPEARANCE, NUMBER, ROTATION, TEXT
from raw.model.scene_model import SceneModel
from raw.model.targets import collate, encode_scene
from raw.model.vocabulary import PieceVocabulary
from raw.scene import CATEGORIES, Embedding, Ground, Scene, SceneObject

VOCABULARY = PieceVocabulary()


def unit(rng: np.random.Generator) -> Embedding:
    vector = rng.normal(size=5).astype(np.float32)
    return Embedding(vector / np.linalg.norm(vector))


def random_batch(objects: tuple[int, ...], seed: int = 0) -> dict[str, torch.Tensor]:
    rng = np.random.default_rng(seed)
    scenes = []
    for count in objects:
        things = tuple(SceneObject(CATEGORIES[i % 6], (rng.uniform(-1, 1), 0.0, -9.0), 2.0, tuple(rng.normal(size=4)), unit(rng), 100)
                       for i in range(count))
        scenes.append(Scene(ground=Ground(appearance=unit(rng)), objects=things))
    batch = collate([encode_scene(scene, VOCABULARY) for scene in scenes])
    batch["patches"] = torch.from_numpy(rng.normal(size=(len(objects), 9, 6)).astype(np.float32))
    return batch


def run(model: SceneModel, batch: dict[str, torch.Tensor]):
    return model(**batch)


@pytest.fixture(scope="module")
def model() -> SceneModel:
    return build_model("debug", ShapeOnly(), "lib").eval()


def test_rotations_are_the_nearest_and_proper() -> None:
    matrix = torch.randn(200, 3, 3, generator=torch.Generator().manual_seed(0))
    turned = nearest_rotation(matrix)
    torch.testing.assert_close(turned @ turned.mT, torch.eye(3).expand_as(turned), atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.linalg.det(turned), torch.ones(200))
    torch.testing.assert_close(nearest_rotation(3 * turned), turned, atol=1e-5, rtol=0)


def test_rotation_gradient_is_the_numerical_one() -> None:
    matrix = torch.randn(8, 3, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    matrix = matrix[torch.linalg.det(matrix).abs() > 0.3].requires_grad_()
    assert len(matrix) >= 4 and torch.autograd.gradcheck(nearest_rotation, (matrix,))


DEGENERATE = [torch.zeros(3, 3), torch.eye(3), -torch.eye(3), torch.ones(3, 3), torch.diag(torch.tensor([1.0, 1.0, 0.0]))]


@pytest.mark.parametrize("matrix", DEGENERATE)
def test_rotation_gradient_is_finite_for_degenerate_matrices(matrix: torch.Tensor) -> None:
    matrix = matrix.clone().requires_grad_()
    turned = nearest_rotation(matrix)
    (turned * torch.arange(9.0).reshape(3, 3)).sum().backward()
    assert torch.isfinite(matrix.grad).all() and torch.linalg.det(turned).item() == pytest.approx(1, abs=1e-5)


def test_values_are_added_only_where_the_piece_carries_them() -> None:
    values = ValueEmbedding(8, 5)
    kinds = torch.tensor([[TEXT, NUMBER, ROTATION, APPEARANCE]])
    one = (torch.full((1, 4), 2), torch.full((1, 4), 0.25), torch.randn(1, 4, 3, 3), torch.randn(1, 4, 5))
    two = (torch.full((1, 4), 2), torch.full((1, 4), 0.75), torch.randn(1, 4, 3, 3), torch.randn(1, 4, 5))
    assert (values(kinds, *one)[0, 0] == 0).all()
    for changed, position in ((1, 1), (2, 2), (3, 3)):
        mixed = tuple(two[i] if i == changed else one[i] for i in range(4))
        moved = (values(kinds, *mixed) != values(kinds, *one)).any(-1)[0]
        assert moved.tolist() == [i == position for i in range(4)]


def test_shapes(model: SceneModel) -> None:
    batch = random_batch((0, 2))
    out = run(model, batch)
    rows, length = batch["input_ids"].shape
    assert out.logits.shape == (rows, length, VOCABULARY.size) and out.number_raw.shape == (rows, length, 64)
    assert out.matrices.shape == (rows, length, 3, 3) and out.embeddings.shape == (rows, length, 5)


def test_entry_t_sees_only_what_stands_before_piece_t(model: SceneModel) -> None:
    batch = random_batch((3,))
    before = run(model, batch)
    t = int((batch["kinds"][0] == NUMBER).nonzero()[20])
    batch["numbers"][0, t] = (batch["numbers"][0, t] + 0.3) % 1
    after = run(model, batch)
    torch.testing.assert_close(after.logits[:, : t + 1], before.logits[:, : t + 1])
    assert not torch.allclose(after.logits[:, t + 1], before.logits[:, t + 1])


def test_padding_changes_nothing(model: SceneModel) -> None:
    batch = random_batch((1, 4))
    length = int(batch["attention_mask"][0].sum())
    alone = run(model, {name: tensor[:1, :length] if name != "patches" else tensor[:1] for name, tensor in batch.items()})
    together = run(model, batch)
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one[0], other[0, :length], atol=1e-5, rtol=1e-4)


def test_patches_and_their_places_matter(model: SceneModel) -> None:
    batch = random_batch((1,))
    before = run(model, batch).logits
    batch["patches"] = batch["patches"].flip(1)
    assert not torch.allclose(run(model, batch).logits, before)


@pytest.mark.parametrize("codec", ["bins", "head"])
def test_every_parameter_learns_and_a_batch_can_be_fitted(codec: str) -> None:
    model = build_model("debug", ShapeOnly(), "lib", codec=codec)
    batch = random_batch((2, 3))
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    losses = []
    for _ in range(40):
        optimiser.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        losses.append(loss.item())
        if len(losses) == 1:
            assert [name for name, p in model.named_parameters() if not healthy(p.grad)] == []
        optimiser.step()
    assert losses[-1] < 0.35 * losses[0]


def healthy(gradient: torch.Tensor | None) -> bool:
    return gradient is not None and bool(torch.isfinite(gradient).all() and gradient.any())


def loss_of(model: SceneModel, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    out, kinds, real = run(model, batch), batch["kinds"], batch["attention_mask"].bool()
    real[:, 0] = False
    text = torch.nn.functional.cross_entropy(out.logits[real], batch["input_ids"][real])
    n, r, a = (kinds == kind for kind in (NUMBER, ROTATION, APPEARANCE))
    number = model.codec.loss(out.number_raw[n], batch["numbers"][n], batch["slots"][n]).mean()
    turn = (out.matrices[r] - batch["rotations"][r]).square().mean()
    return text + number + turn + (out.embeddings[a] - batch["embeddings"][a]).square().mean()


def test_building_depends_on_the_seed_alone() -> None:
    torch.manual_seed(1)
    one, state = build_model("debug", ShapeOnly(), "lib", seed=3), torch.get_rng_state()
    torch.manual_seed(1)
    assert torch.equal(state, torch.get_rng_state())
    torch.manual_seed(2)
    two, other = build_model("debug", ShapeOnly(), "lib", seed=3), build_model("debug", ShapeOnly(), "lib", seed=4)
    assert torch.equal(one.projector.weight, two.projector.weight) and not torch.equal(one.projector.weight, other.projector.weight)


def test_checkpoint_restores_exactly(model: SceneModel, tmp_path) -> None:
    model.save_pretrained(tmp_path)
    again = SceneModel.from_pretrained(tmp_path)
    assert again.config == model.config and not again.training
    assert model.state_dict().keys() == again.state_dict().keys()
    batch = random_batch((2,))
    for one, other in zip(run(model, batch), run(again, batch), strict=True):
        assert torch.equal(one, other)
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in tmp_path.iterdir()}


def test_half_precision_checkpoint_loads_as_float32(model: SceneModel, tmp_path) -> None:
    model.save_pretrained(tmp_path, dtype=torch.float16)
    assert {t.dtype for t in load_file(tmp_path / "model.safetensors").values()} == {torch.float16}
    again = SceneModel.from_pretrained(tmp_path)
    assert {p.dtype for p in again.parameters()} == {torch.float32}
    torch.testing.assert_close(again.projector.weight, model.projector.weight, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(("key", "value", "message"), [
    ("grammar", "0123", "trained with grammar 0123"), ("model_type", "llama", "model_type"), ("color", 1, "color"),
    ("hidden_size", 64, "does not fit"), ("codec", "letters", "codec"),
])
def test_checkpoints_that_do_not_fit_are_refused(model: SceneModel, tmp_path, key: str, value: object, message: str) -> None:
    model.save_pretrained(tmp_path)
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(ValueError, match=message):
        SceneModel.from_pretrained(tmp_path)


def test_broken_and_missing_weights_are_refused(model: SceneModel, tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="config.json"):
        SceneModel.from_pretrained(tmp_path)
    model.save_pretrained(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="does not fit"):
        SceneModel.from_pretrained(tmp_path)


def test_wrong_sizes_are_refused(model: SceneModel) -> None:
    with pytest.raises(ValueError, match="debug, tiny, small"):
        build_model("huge", ShapeOnly(), "lib")
    with pytest.raises(ValueError, match="square"):
        build_model("debug", ShapeOnly(patch_shape=(10, 6)), "lib")
    with pytest.raises(ValueError, match=r"\(B, 9, 6\)"):
        model.embed_patches(torch.zeros(1, 4, 6))


def test_checkpoints_of_before_load(model: SceneModel, tmp_path) -> None:
    model.save_pretrained(tmp_path)
    values = json.loads((tmp_path / "config.json").read_text())
    assert values.pop("fixed") == {} and values.pop("feedback") is True and values.pop("pixel_counts") is True
    assert values.pop("appearance_tower") == ""
    (tmp_path / "config.json").write_text(json.dumps(values))
    assert SceneModel.from_pretrained(tmp_path).config == model.config
