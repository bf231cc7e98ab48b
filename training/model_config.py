"""What is trained: the sizes of this package, or a language model that exists already."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from raw.model.codecs import CODECS
from raw.model.decoders import ATTENTIONS, QUANTISATIONS
from raw.model.lora import Lora
from training.checks import below_one, one_of

APPEARANCES = ("embedding", "names")


@dataclass(frozen=True)
class ModelConfig:
    """What is trained."""

    size: str = "small"  # of raw.model.builders.build_model; of a model without `base`
    tower: str = "efficientnet_lite0"
    codec: str = "bins"  # of the numbers: bins, bins+residual, head, digits (text, as in the paper)
    start: Path | None = None  # a model of the same kind, as `raw train` writes it, whose weights to go on from; null: from none
    base: str | None = None  # a language model to start from: a folder, or its name on the Hugging Face hub
    lora: Lora | None = None  # train adapters of `base`; null: train all of it
    quantise: str = "no"  # how the frozen weights of `base` are kept: no, or 4bit
    gradient_checkpointing: bool = False  # compute activations twice instead of keeping them: less memory, a third slower
    attention: str = "sdpa"  # sdpa, eager, or flash_attention_2 (its own package, GPUs only)
    compile: bool = False  # torch.compile the decoder; pays on GPUs, after a minute or more for every new length of a batch
    dropout: float = 0.0  # share of what every block of the decoder adds that is left out, while training
    projector: Path | None = None  # weights of the linear projector to start from
    appearance: str = "embedding"  # how objects and grounds say what they look like: embedding, or names of the library's assets
    pixel_counts: bool = True  # objects say how many pixels show of them
    feedback: bool = True  # values that were predicted are read again; off as in the paper

    def __post_init__(self) -> None:
        for name in ("size", "tower"):
            if not getattr(self, name):
                raise ValueError(f"{name} is {getattr(self, name)!r}; allowed: a name")
        if self.start is not None and self.base is not None:
            raise ValueError(f"start is {self.start} and base is {self.base!r}; allowed: one of the two")
        one_of(self, CODECS, "codec")
        one_of(self, APPEARANCES, "appearance")
        if self.appearance == "names" and self.base is not None:
            raise ValueError(f"appearance is 'names' and base is {self.base!r}; allowed: names without a base")
        one_of(self, QUANTISATIONS, "quantise")
        one_of(self, ATTENTIONS, "attention")
        below_one(self, "dropout")
        if self.base == "":
            raise ValueError("base is ''; allowed: a folder, a name on the hub, or null")
        if self.base is None and (self.lora or self.quantise != "no"):
            raise ValueError(f"base is null, lora is {self.lora}, quantise is {self.quantise!r}; allowed without a base: null and 'no'")
        if self.quantise != "no" and not self.lora:
            raise ValueError(f"quantise is {self.quantise!r} and lora is null; allowed: quantised weights under adapters")
