"""The two ways that ``train_step.py`` compares, from the same batch to the same sum of losses, and that batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor, nn
from torch.nn import functional
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from raw.model.automaton import choices
from raw.model.builders import with_random_base
from raw.model.decoders import BaseOptions, prepare_decoder, to_config
from raw.model.lora import Lora
from raw.model.pieces import APPEARANCE, ROTATION, Form, all_pieces
from raw.model.pretrained_vocabulary import PretrainedVocabulary
from raw.model.targets import Targets, collate, encode_scene
from raw.scene import CATEGORIES, Embedding, Ground, Scene, SceneObject

CHANNELS, APPEARANCES = 1024, 1024  # numbers of a patch (CLIP ViT-L/14) and of an appearance (ConvNeXt)
MERGES = 350  # entries of the stand-in tokenizer: an object then takes some 57 tokens, 29 of them characters of numbers


def make_vocabulary(words: int) -> PretrainedVocabulary:
    """Programs with numbers in digits, in tokens of a size that is common in large models; no tokenizer is downloaded."""
    form = Form(digits=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=MERGES, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(all_pieces(form), trainer)
    return PretrainedVocabulary(PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>"), form, words)


def make_batch(vocabulary: PretrainedVocabulary, count: int, tokens: int, patches: int) -> dict[str, Tensor]:
    """Random scenes of 25 objects, cut after so many tokens, with their choices and random patches."""
    rng = np.random.default_rng(0)
    targets = [_first(encode_scene(_scene(rng), vocabulary), tokens) for _ in range(count)]
    batch = collate(targets, vocabulary.pad_id)
    offered = [choices(vocabulary, target.input_ids, learn_order=False) for target in targets]
    batch["choices"] = torch.full((*batch["input_ids"].shape, max(rows.shape[1] for rows in offered)), -1)
    for row, found in zip(batch["choices"], offered, strict=True):
        row[: found.shape[0], : found.shape[1]] = torch.from_numpy(found)
    batch["patches"] = torch.from_numpy(rng.normal(size=(count, patches, CHANNELS)).astype(np.float32))
    return batch


def _scene(rng: np.random.Generator) -> Scene:
    def look() -> Embedding:
        vector = rng.normal(size=APPEARANCES).astype(np.float32)
        return Embedding(vector / np.linalg.norm(vector))

    things = tuple(
        SceneObject(str(rng.choice(CATEGORIES)), (*rng.uniform(-9, 9, 2), -rng.uniform(5, 99)), 2.0, tuple(rng.normal(size=4)), look(), 100)
        for _ in range(25)
    )
    return Scene(ground=Ground(appearance=look()), objects=things)


def _first(targets: Targets, tokens: int) -> Targets:
    least = int(np.flatnonzero(targets.kinds == ROTATION)[0]) + 3  # the first object, whole
    if not least <= tokens <= len(targets.input_ids):
        raise ValueError(f"tokens is {tokens}; allowed: {least} to {len(targets.input_ids)}, programs of 1 to 25 objects")
    return Targets(*(values[:tokens] for values in targets))


def value_loss(matrices: Tensor, vectors: Tensor, batch: Mapping[str, Tensor]) -> Tensor:
    """Rotations and appearances as the paper weights them, without the nearest rotation."""
    turns, looks = batch["kinds"] == ROTATION, batch["kinds"] == APPEARANCE
    likeness = functional.cosine_similarity(vectors[looks].float(), batch["embeddings"][looks], dim=-1)
    return (matrices[turns].float() - batch["rotations"][turns]).square().mean() + 10 * (1 - likeness).mean()


class Ours(nn.Module):
    """A scene model and its loss among the choices."""

    def __init__(self, base_config: Mapping[str, Any], options: BaseOptions, vocabulary: PretrainedVocabulary, patches: int) -> None:
        super().__init__()
        shape = {"tower": "random", "tower_fingerprint": "", "library_fingerprint": "", "patch_shape": (patches, CHANNELS)}
        rest = {"width": APPEARANCES, "codec": "digits", "feedback": False}
        self.model = with_random_base(shape | rest, base_config, vocabulary, Lora(), options)

    def forward(self, batch: Mapping[str, Tensor]) -> Tensor:
        output = self.model(**batch)
        asked = (batch["choices"] >= 0).any(-1)
        taken = (batch["choices"][asked] == batch["input_ids"][asked][:, None]).long().argmax(-1)
        text = functional.cross_entropy(output.logits[asked].float(), taken)
        return text + value_loss(output.matrices, output.embeddings, batch)


class Plain(nn.Module):
    """A language model of transformers with adapters of peft, which scores all words at all places, and two heads."""

    def __init__(self, base_config: Mapping[str, Any], options: BaseOptions) -> None:
        super().__init__()
        model = AutoModelForCausalLM.from_config(
            to_config(base_config), attn_implementation=options.attention, dtype=options.weights(frozen=True)
        )
        lora = Lora()
        config = LoraConfig(
            r=lora.rank, lora_alpha=lora.alpha, lora_dropout=lora.dropout, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        self.model, width = get_peft_model(model, config), model.config.hidden_size
        prepare_decoder(self.model.get_decoder(), options)
        self.projector = nn.Linear(CHANNELS, width)
        self.rotation, self.appearance = _head(width, 9), _head(width, APPEARANCES)

    def forward(self, batch: Mapping[str, Tensor]) -> Tensor:
        embeddings, seen = self.model.get_input_embeddings(), batch["patches"].shape[:2]
        words = batch["input_ids"].clamp(max=embeddings.num_embeddings - 1)
        embedded = torch.cat([self.projector(batch["patches"]).to(embeddings.weight.dtype), embeddings(words)], dim=1)
        mask = torch.cat([batch["attention_mask"].new_ones(seen), batch["attention_mask"]], dim=1)
        labels = torch.cat([words.new_full(seen, -100), words.masked_fill(batch["attention_mask"] == 0, -100)], dim=1)
        output = self.model(inputs_embeds=embedded, attention_mask=mask, labels=labels, output_hidden_states=True, use_cache=False)
        states = output.hidden_states[-1][:, seen[1] - 1 : -1].float()
        return output.loss + value_loss(self.rotation(states).unflatten(-1, (3, 3)), self.appearance(states), batch)


def _head(width: int, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Tanh(), nn.Linear(width, width), nn.GELU(), nn.Linear(width, outputs))
