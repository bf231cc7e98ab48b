"""What a scene model is: everything needed to rebuild it, and the fingerprints of what it was trained with."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from raw.model.numbers import NumberSlot, present_scales, scaled_slots
from raw.model.pieces import Form, grammar_fingerprint

CONFIG_FILE, MODEL_TYPE = "config.json", "raw_scene"
_BASE_ONLY = ("base_config", "base_fingerprint", "spelling", "lora")


@dataclasses.dataclass(frozen=True)
class SceneModelConfig:
    """See the module's docstring. With ``base`` the decoder is a language model that exists already."""

    tower: str  # name of the image tower
    tower_fingerprint: str
    library_fingerprint: str
    patch_shape: tuple[int, int]  # N patches of C features; N is a square number
    width: int  # D, numbers in an appearance embedding; 0 with names
    hidden_size: int
    layers: int
    heads: int
    intermediate_size: int
    appearance_tower: str = ""  # name of the tower of the library's embeddings; "" in models of before: the image tower
    codec: str = "bins"  # of numbers: see raw.model.codecs
    bins: int = 64
    feedback: bool = True  # values are fed back into the decoder, so that later pieces see them
    pixel_counts: bool = True  # objects say how many pixels show of them
    grammar: str = ""  # fingerprint of the language; "": as it is now
    scales: dict[str, list] = dataclasses.field(default_factory=present_scales)  # of numbers: see raw.model.numbers
    # statement -> number, of what its training data did not tell: never a label, and always said as it stands here
    fixed: dict[str, float] = dataclasses.field(default_factory=dict)
    # ids of the assets that it has tokens for, under "objects" and "grounds"; {}: appearances are embeddings, by a head of ``width``
    names: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    preprocessing: dict[str, Any] = dataclasses.field(default_factory=dict)  # of the tower, as far as it tells: size, mean, std
    base: str = ""  # the language model it was made from: its name on the hub, or a folder; "": a decoder of our own
    base_config: dict[str, Any] = dataclasses.field(default_factory=dict)  # of that model, as transformers writes it
    base_fingerprint: str = ""  # of that model's weights
    spelling: str = ""  # fingerprint of the token ids in which its tokenizer spells the language
    lora: dict[str, float] | None = None  # rank, alpha, dropout of the adapters; None: the decoder itself is trained

    def __post_init__(self) -> None:
        if not self.grammar:
            object.__setattr__(self, "grammar", grammar_fingerprint(self.form))
        if self.base_config and not self.base:
            raise ValueError("base_config is given and base is ''; allowed: the name of the model that it belongs to")
        if set(self.names) not in (set(), {"objects", "grounds"}) or not all(self.names.values()):
            raise ValueError(f"names is {self.names}; allowed: lists of asset ids under objects and grounds, or nothing")
        if bool(self.names) == bool(self.width):
            raise ValueError(f"width is {self.width} and names are {len(self.names)} lists; allowed: width 0 with names, else 1 or more")
        if self.names and self.base:
            raise ValueError(f"names are given and base is {self.base!r}; allowed: names with a decoder of our own")
        if self.lora and not self.base_config:
            raise ValueError(f"lora is {self.lora} without a base; allowed: null for a decoder of our own")

    @property
    def form(self) -> Form:
        names = tuple(tuple(self.names[which]) for which in ("objects", "grounds")) if self.names else ()  # OBJECT_NAMES, GROUND_NAMES
        return Form(digits=self.codec == "digits", pixel_counts=self.pixel_counts, names=names)

    @property
    def slots(self) -> tuple[NumberSlot, ...]:
        """Numbers as this model scales them."""
        return scaled_slots(self.scales)

    @property
    def trained(self) -> str:
        """What of the decoder is trained, and so what a checkpoint holds of it: "adapters" or "all"."""
        return "adapters" if self.lora else "all"

    def save(self, path: Path) -> None:
        """Write it as JSON, without the settings of a base where there is none."""
        values = dataclasses.asdict(self)
        if not self.base:
            for name in ("base", *_BASE_ONLY):
                del values[name]
        path.write_text(json.dumps({"model_type": MODEL_TYPE, **values}, indent=2) + "\n")

    @classmethod
    def load(cls, path: Path) -> SceneModelConfig:
        """Raises ``FileNotFoundError``, or ``ValueError`` for a file of another model, other keys or another grammar."""
        values: dict[str, Any] = json.loads(path.read_text())
        kind = values.pop("model_type", None)
        if kind != MODEL_TYPE:
            raise ValueError(f"{path}: model_type is {kind!r}; allowed: {MODEL_TYPE!r}")
        known = {field.name: field for field in dataclasses.fields(cls)}
        needed = {name for name, field in known.items() if field.default is field.default_factory is dataclasses.MISSING}
        needed |= {"grammar", "scales"}  # their defaults are this version's, and may not be the model's
        if wrong := (set(values) - set(known)) | (needed - set(values)):
            raise ValueError(f"{path}: missing or unknown keys {', '.join(sorted(wrong))}; allowed: {', '.join(sorted(known))}")
        config = cls(**{**values, "patch_shape": tuple(values["patch_shape"])})
        if config.grammar != grammar_fingerprint(config.form):
            raise ValueError(
                f"{path}: the model was trained with grammar {config.grammar}, this version has {grammar_fingerprint(config.form)}; "
                "use the version that trained it, or train again"
            )
        return config
