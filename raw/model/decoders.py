"""The language model inside a scene model: a small one of our own, or any of LLaMA's type that exists already."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaModel, PreTrainedConfig, PreTrainedTokenizerFast

from raw.hub import first_line, is_hub_name, newest_folder

MAX_POSITIONS = 2048  # patches and tokens; 25 objects take 229 pieces, and 1,400 with numbers in digits
FAMILIES = ("llama", "mistral", "qwen2", "qwen3")  # model_type of what can be a base: decoders alike, a linear head over the tokens
ATTENTIONS, QUANTISATIONS = ("sdpa", "eager", "flash_attention_2"), ("no", "4bit")
_SESSION = ("_name_or_path", "transformers_version", "dtype", "torch_dtype", "architectures", "use_cache", "quantization_config")
FILES, OLD_WEIGHTS = ("*.json", "*.safetensors", "tokenizer*"), ("*.bin",)  # old: read by an unpickler that knows tensors alone
_ADDED = (".self_attn.o_proj", ".mlp.down_proj")  # what blocks of all FAMILIES add to the stream comes out of these
SAMPLED_ROWS = 16  # of a base's embeddings: enough to tell one training of an architecture from another


@dataclasses.dataclass(frozen=True)
class BaseOptions:
    """How the language model is held in memory; nothing that a checkpoint would have to know."""

    attention: str = "sdpa"  # sdpa, eager, or flash_attention_2, which needs its package and a GPU
    quantise: str = "no"  # no, or 4bit, which needs bitsandbytes and trains adapters alone
    dtype: torch.dtype | None = None  # of its weights; None: bfloat16 where they are frozen, float32 where they are trained
    gradient_checkpointing: bool = False  # compute activations twice instead of keeping them
    compile: bool = False  # torch.compile the decoder
    dropout: float = 0.0  # share of what attention and MLP of a block add that is left out, while training

    def __post_init__(self) -> None:
        for name, allowed in (("attention", ATTENTIONS), ("quantise", QUANTISATIONS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: {', '.join(allowed)}")

    def weights(self, *, frozen: bool) -> torch.dtype:
        return self.dtype or (torch.bfloat16 if frozen else torch.float32)


class LanguageModel(NamedTuple):
    """The parts that a scene model takes of a causal language model."""

    decoder: nn.Module  # embeddings in, hidden states out
    head: nn.Linear  # hidden states to scores of tokens


def own_model(hidden: int, layers: int, heads: int, intermediate: int, vocabulary: int) -> LanguageModel:
    """A small LLaMA with fresh weights over the pieces of the grammar."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=intermediate,
        max_position_embeddings=MAX_POSITIONS,
        attn_implementation="sdpa",
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    return LanguageModel(LlamaModel(config), nn.Linear(hidden, vocabulary, bias=False))


def base_folder(base: str) -> Path:
    """Where the files of a base are. ``FileNotFoundError`` says how to get them."""
    if is_hub_name(base):
        advice = f"Download it elsewhere by `hf download {base} --local-dir FOLDER`, and name that folder as the base (--base FOLDER)."
        return newest_folder(base, FILES, advice, OLD_WEIGHTS)
    if not (Path(base) / "config.json").is_file():
        wanted = "allowed: the folder of a language model, or ORG/NAME of the hub"
        raise FileNotFoundError(f"base is {base}, and {Path(base) / 'config.json'} is missing; {wanted}")
    return Path(base)


def read_config(folder: Path) -> dict[str, Any]:
    """What a base is, without what belongs to a session. ``ValueError`` where it is of no family known here."""
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError) as problem:
        raise ValueError(f"{folder / 'config.json'} cannot be read: {first_line(problem)}") from None
    return plain_config(config)


def plain_config(config: PreTrainedConfig) -> dict[str, Any]:
    """A base's config as JSON has it; ``ValueError`` for other families."""
    if config.model_type not in FAMILIES:
        raise ValueError(f"the base is of type {config.model_type!r}; allowed: {', '.join(FAMILIES)}")
    return {key: value for key, value in sorted(config.to_diff_dict().items()) if key not in _SESSION}


def to_config(values: Mapping[str, Any]) -> PreTrainedConfig:
    return AutoConfig.for_model(**values)


def check_same(mine: Mapping[str, Any], theirs: Mapping[str, Any], base: str) -> None:
    """``ValueError`` where a base is not of the shape that a checkpoint was trained on."""
    one, other = to_config(mine).to_dict(), to_config(theirs).to_dict()
    keys = [key for key in one if key not in _SESSION and one[key] != other.get(key)]
    if keys:
        told = "; ".join(f"{key} is {other.get(key)!r}, not {one[key]!r}" for key in keys[:3])
        raise ValueError(f"base {base} is not the model that the adapters were trained on: {told}")


def read_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The base's tokenizer; one that is a sentencepiece file alone is converted."""
    try:
        if (folder / "tokenizer.json").is_file():
            return PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, ImportError) as problem:
        raise ValueError(f"the tokenizer in {folder} cannot be read: {first_line(problem)}") from None


def read_base(folder: Path, options: BaseOptions, *, frozen: bool) -> LanguageModel:
    """The base with its weights. ``ValueError`` for what cannot be read as one, or an option whose package is not installed."""
    _check_packages(options)
    quantisation = {"quantization_config": _four_bits()} if options.quantise == "4bit" else {}
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder, local_files_only=True, dtype=options.weights(frozen=frozen), attn_implementation=options.attention, **quantisation
        )
    except (OSError, ValueError, RuntimeError, KeyError) as problem:
        raise ValueError(f"{folder} cannot be read as a causal language model: {first_line(problem)}") from None
    return _parts(model)


def fresh_base(values: Mapping[str, Any], options: BaseOptions, *, frozen: bool) -> LanguageModel:
    """The architecture with weights drawn from torch's global generator, on torch's default device."""
    _check_packages(options)
    dtype = options.weights(frozen=frozen)
    return _parts(AutoModelForCausalLM.from_config(to_config(values), attn_implementation=options.attention, dtype=dtype))


def _parts(model: nn.Module) -> LanguageModel:
    return LanguageModel(model.get_decoder(), model.get_output_embeddings())


def prepare_decoder(decoder: nn.Module, options: BaseOptions) -> None:
    """Switch on what the options ask of a decoder that is whole, adapters included."""
    if options.gradient_checkpointing:
        decoder.gradient_checkpointing_enable({"use_reentrant": False})
    if options.dropout:
        _drop(decoder, options.dropout)
    if options.compile:
        decoder.compile()  # in place, so that names in checkpoints stay as they are


def _drop(decoder: nn.Module, share: float) -> None:
    """Residual dropout (Vaswani et al. 2017, section 5.4), which LLaMA's own code has not."""
    for name, module in decoder.named_modules():
        if name.endswith(_ADDED):
            module.register_forward_hook(lambda part, _, added: functional.dropout(added, share, part.training))


def base_fingerprint(model: LanguageModel) -> str:
    """16 hex digits over weights that neither adapters nor quantisation change: the last norm, and some embeddings."""
    rows = model.decoder.get_input_embeddings().weight[:SAMPLED_ROWS]
    digest = hashlib.sha256()
    for tensor in (rows, model.decoder.norm.weight):
        digest.update(tensor.detach().to("cpu", torch.bfloat16).contiguous().view(torch.int16).numpy().tobytes())
    return digest.hexdigest()[:16]


def _check_packages(options: BaseOptions) -> None:
    for name, value, module, package in (
        ("quantise", "4bit", "bitsandbytes", "bitsandbytes"),
        ("attention", "flash_attention_2", "flash_attn", "flash-attn"),
    ):
        if getattr(options, name) == value and find_spec(module) is None:
            raise ValueError(f"{name} is {value!r}, which needs a package that is not installed: pip install {package}")


def _four_bits() -> object:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
    )
