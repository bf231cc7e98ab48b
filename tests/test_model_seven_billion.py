"""The paper's model at its true size: parameters counted by hand, and a step at its true width."""

from __future__ import annotations

import resource

import pytest
import torch
from language_models import llama_tokenizer
from pretrained_world import batch_of, loss_of

from raw.model.builders import VICUNA_7B, with_random_base
from raw.model.decoders import BaseOptions
from raw.model.description import count_parameters
from raw.model.lora import Lora
from raw.model.pieces import Form
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.scene_model import SceneModel

WIDTH, LAYERS, MLP, WORDS, PATCH, APPEARANCE, RANK = 4096, 32, 11008, 32000, 1024, 1024, 128


def paper(layers: int = LAYERS, patches: int = 576, options: BaseOptions | None = None) -> SceneModel:
    """Its decoder with random weights; numbers in digits, nothing fed back, as in the paper."""
    shape = {
        "tower": "clip",
        "tower_fingerprint": "",
        "library_fingerprint": "",
        "patch_shape": (patches, PATCH),
        "width": APPEARANCE,
        "codec": "digits",
        "feedback": False,
    }
    vocabulary = PretrainedVocabulary(llama_tokenizer(), Form(digits=True), WORDS)
    return with_random_base(shape, {**VICUNA_7B, "num_hidden_layers": layers}, vocabulary, Lora(), options or BaseOptions())


def test_the_parameters_are_those_of_the_paper_s_settings() -> None:
    with torch.device("meta"):
        counts = count_parameters(paper())
    attention, mlp, norms = 4 * WIDTH * WIDTH, 3 * WIDTH * MLP, 2 * WIDTH
    decoder = LAYERS * (attention + mlp + norms) + 2 * WORDS * WIDTH + WIDTH
    assert decoder == 6_738_415_616  # what LLaMA 7B is known to have
    # q, k, v, o: 4096 -> 4096; gate, up: 4096 -> 11008; down: 11008 -> 4096; each gets (in + out) x rank
    adapters = LAYERS * RANK * (4 * (WIDTH + WIDTH) + 3 * (WIDTH + MLP))
    assert adapters == 319_815_680
    hidden_layer = WIDTH * WIDTH + WIDTH
    heads = 2 * hidden_layer + (WIDTH * 9 + 9) + (WIDTH * APPEARANCE + APPEARANCE)
    projector, reserved = PATCH * WIDTH + WIDTH, 4 * WIDTH
    assert counts == {
        "total": decoder + adapters + heads + projector + reserved,
        "trained": adapters + heads + projector + reserved,
        "frozen": decoder,
        "decoder": decoder,
        "adapters": adapters,
        "heads": heads,
        "values": reserved,
        "projector": projector,
    }


@pytest.mark.slow
def test_two_layers_of_it_learn_at_its_true_width() -> None:
    model = paper(2, 16, BaseOptions(gradient_checkpointing=True)).train()
    batch = batch_of(model, (1,))
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=2e-5)
    losses = []
    for _ in range(2):
        optimiser.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(model(**batch), batch)
        loss.backward()
        assert all(torch.isfinite(parameter.grad).all() for parameter in trained)
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB")
