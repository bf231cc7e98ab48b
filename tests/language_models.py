"""Tiny language models that exist already: tokenizers of the known kinds trained on a few lines, and random weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

LINES = ["a zebra stands by a tree", "set_sun_size(0.811)", "add_tree(pixels=111, loc=(1.0, 2.0, 3.0))", "the sun is high, 12 birds"] * 5
SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 64}
SPARE_ROWS = 5  # of embeddings above the tokenizer's last id, as large models have


def llama_tokenizer() -> PreTrainedTokenizerFast:
    """As LLaMA 1 and 2: pieces with a space put before the text, unknown characters as bytes, merges across signs."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    strip = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    tokenizer.decoder = decoders.Sequence(strip)
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=450, special_tokens=special, initial_alphabet=list("0123456789.-=(),"), show_progress=False)
    tokenizer.train_from_iterator(LINES, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """As GPT-2, LLaMA 3 and Qwen: pieces of bytes, no token for the start of a text."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=400, special_tokens=["<|end|>"], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(LINES, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|end|>")


def unigram_tokenizer(alphabet: str = "0123456789.-=(),[]\n_abcdefghijklmnopqrstuvwxyz") -> PreTrainedTokenizerFast:
    """As other sentencepiece models: the likeliest cut into pieces, and no bytes for what is not in the alphabet."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer, tokenizer.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    special = ["<unk>", "<s>", "</s>"]
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=special, unk_token="<unk>", initial_alphabet=list(alphabet), show_progress=False
    )
    tokenizer.train_from_iterator(LINES, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


TOKENIZERS: dict[str, Callable[[], PreTrainedTokenizerFast]] = {
    "llama": llama_tokenizer,
    "bytes": byte_tokenizer,
    "unigram": unigram_tokenizer,
}
FAMILIES = {  # family -> config, model, tokenizer, whether the embeddings are also the head
    "llama": (LlamaConfig, LlamaForCausalLM, "llama", False),
    "mistral": (MistralConfig, MistralForCausalLM, "unigram", False),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM, "bytes", True),
}


def write_base(folder: Path, family: str = "llama", seed: int = 0) -> Path:
    """A causal language model of a family with random weights, as ``save_pretrained`` writes it."""
    make_config, make_model, name, tied = FAMILIES[family]
    tokenizer = TOKENIZERS[name]()
    config = make_config(
        vocab_size=len(tokenizer) + SPARE_ROWS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=tied,
        **SHAPE,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        make_model(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
