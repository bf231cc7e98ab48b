"""Scene models around language models that exist already: generation, learning, options."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from language_models import FAMILIES, write_base
from pretrained_world import SMALL, batch_of, build, fit, loss_of
from tower_shape import ShapeOnly

from raw.model.builders import build_model
from raw.model.generate import Decoding, generate
from raw.model.lora import Lora


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {family: write_base(tmp_path_factory.mktemp(family), family) for family in FAMILIES}


@pytest.mark.parametrize(("family", "codec"), [("llama", "digits"), ("mistral", "bins"), ("qwen2", "head")])
def test_programs_of_every_family_parse(bases: dict[str, Path], family: str, codec: str) -> None:
    model = build(bases[family], lora=SMALL, codec=codec, feedback=codec != "digits").eval()
    assert {p.dtype for name, p in model.decoder.named_parameters() if "lora_" not in name} == {torch.bfloat16}
    for result in generate(model, torch.randn(2, 9, 6, generator=torch.Generator().manual_seed(0)), Decoding(max_objects=1)):
        assert len(result.program.parse().objects) <= 1 and np.isfinite(result.log_probability)


@pytest.mark.parametrize("family", FAMILIES)
def test_only_adapters_and_our_own_parts_learn(bases: dict[str, Path], family: str) -> None:
    model = build(bases[family], lora=SMALL)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    losses = fit(model, 12)
    assert losses[-1] < 0.8 * losses[0]
    moved = {name for name, tensor in model.state_dict().items() if not torch.equal(tensor, before[name])}
    assert not {name for name in moved if name.startswith(("decoder.", "piece_head.")) and "lora_" not in name}
    assert {"projector.weight", "reserved"} < moved and sum("lora_B" in name for name in moved) == 2 * 7


def test_a_step_of_all_weights_moves_them(bases: dict[str, Path]) -> None:
    model = build(bases["llama"])
    before = {name: parameter.clone() for name, parameter in model.named_parameters()}
    fit(model, 1)
    still = {name for name, parameter in model.named_parameters() if torch.equal(parameter, before[name])}
    assert still <= {name for name in before if name.startswith("number_head.")}  # the loss above leaves numbers out


def test_the_projector_is_the_paper_s(bases: dict[str, Path]) -> None:
    model = build(bases["llama"], lora=SMALL)
    names = {name for name, _ in model.named_parameters()}
    assert not names & {"rows", "columns", "patch_norm.weight"} and {"projector.weight", "projector.bias"} < names
    patches = torch.randn(1, 9, 6)
    prefix = model.embed_patches(patches)
    assert prefix.shape == (1, 10, 32)  # the base's <s> first
    torch.testing.assert_close(prefix[:, 0], model.decoder.embed_tokens.weight[None, 1])
    torch.testing.assert_close(prefix[:, 1:].float(), model.projector(patches), atol=1e-2, rtol=1e-2)
    assert build(bases["qwen2"], lora=SMALL).embed_patches(patches).shape == (1, 9, 32)


def test_scores_of_choices_are_those_of_the_whole_vocabulary(bases: dict[str, Path]) -> None:
    model = build(bases["llama"], codec="digits", lora=SMALL).eval()
    batch = batch_of(model)
    with torch.no_grad():
        few = model(**batch).logits
        all_ = model(**{name: tensor for name, tensor in batch.items() if name != "choices"}).logits
    asked = batch["choices"] >= 0
    torch.testing.assert_close(few[asked], all_.gather(-1, batch["choices"].clamp(min=0))[asked], atol=1e-2, rtol=1e-2)
    assert (few[~asked] == -torch.inf).all()


def test_other_kinds_of_model_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(ValueError, match="type 'bert'; allowed: llama, mistral, qwen2"):
        build(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match="config.json"):
        build(tmp_path)


@pytest.mark.parametrize(("options", "message"), [
    ({"quantise": "4bit"}, "without lora"),
    ({"quantise": "4bit", "lora": SMALL}, "pip install bitsandbytes"),
    ({"quantise": "2bit", "lora": SMALL}, "quantise is '2bit'; allowed: no, 4bit"),
    ({"attention": "flash"}, "attention is 'flash'; allowed: sdpa, eager"),
    ({"attention": "flash_attention_2"}, "pip install flash-attn"),
])  # fmt: skip
def test_options_that_cannot_be_are_refused(bases: dict[str, Path], options: dict, message: str) -> None:
    package = message.removeprefix("pip install ").replace("flash-attn", "flash_attn")
    if message.startswith("pip") and find_spec(package):
        pytest.skip(f"{package} is installed")
    with pytest.raises(ValueError, match=message):
        build(bases["llama"], **options)


@pytest.mark.parametrize(("name", "value"), [("rank", 0), ("alpha", 0.0), ("alpha", float("nan")), ("dropout", 1.0)])
def test_adapters_that_cannot_be_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}; allowed"):
        Lora(**{name: value})  # type: ignore[arg-type]


def test_a_base_is_needed_for_what_is_of_a_base() -> None:
    with pytest.raises(ValueError, match="allowed without a base"):
        build_model("debug", ShapeOnly(), "lib", lora=SMALL)


def test_the_attention_is_the_one_asked_for_and_gives_the_same(bases: dict[str, Path]) -> None:
    outputs = []
    for attention in ("sdpa", "eager"):
        model = build(bases["llama"], lora=SMALL, attention=attention).eval()
        assert model.decoder.config._attn_implementation == attention
        outputs.append(model(**batch_of(model)).embeddings)
    torch.testing.assert_close(*outputs, atol=2e-2, rtol=2e-2)


def test_gradient_checkpointing_changes_no_gradient(bases: dict[str, Path]) -> None:
    gradients = []
    for switch in (False, True):
        model = build(bases["llama"], gradient_checkpointing=switch).train()
        assert model.decoder.is_gradient_checkpointing == switch
        batch = batch_of(model)
        loss_of(model(**batch), batch).backward()
        gradients.append({name: p.grad for name, p in model.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], gradient, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("of_a_base", [False, True])
def test_dropout_leaves_out_a_share_of_what_blocks_add_in_training_alone(bases: dict[str, Path], *, of_a_base: bool) -> None:
    model = build(bases["llama"], lora=SMALL, dropout=0.3) if of_a_base else build_model("debug", ShapeOnly(), "lib", dropout=0.3)
    zeros: list[float] = []
    for block in model.decoder.layers:
        for part in (block.self_attn.o_proj, block.mlp.down_proj):
            part.register_forward_hook(lambda _, __, added: zeros.append(float((added == 0).float().mean())))
    batch = batch_of(model)
    model.train()(**batch)
    assert len(zeros) == 2 * len(model.decoder.layers)
    assert all(0.2 < share < 0.4 for share in zeros), zeros
    del zeros[:]
    torch.testing.assert_close(model.eval()(**batch).embeddings, model(**batch).embeddings)
    assert max(zeros) < 0.01


def test_the_seed_decides_all_that_is_fresh(bases: dict[str, Path]) -> None:
    one, two, other = (build(bases["llama"], lora=SMALL, seed=seed) for seed in (3, 3, 4))
    for (name, a), b in zip(one.state_dict().items(), two.state_dict().values(), strict=True):
        assert torch.equal(a, b), name
    assert not torch.equal(one.projector.weight, other.projector.weight)
