"""The scene model: patches of a frozen image tower, a linear projector, a causal LLaMA decoder and value heads.

A checkpoint is a folder with ``config.json``, ``model.safetensors`` and the tokenizer's files. Loading reads JSON and
safetensors only, never a pickle.
"""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import LlamaConfig, LlamaModel

from raw.model.codecs import make_codec
from raw.model.heads import ValueEmbedding, mlp_head
from raw.model.numbers import NumberSlot, fixed_units, present_scales, scaled_slots
from raw.model.pieces import Form, grammar_fingerprint
from raw.model.vocabulary import PieceVocabulary, Vocabulary

CONFIG_FILE, WEIGHTS_FILE, MODEL_TYPE = "config.json", "model.safetensors", "raw_scene"
MAX_POSITIONS = 2048  # patches and tokens; 25 objects take 229 pieces, and 1,400 with numbers in digits


@dataclasses.dataclass(frozen=True)
class SceneModelConfig:
    """Everything needed to rebuild a model, and the fingerprints of what it was trained with."""

    tower: str  # name of the image tower
    tower_fingerprint: str
    library_fingerprint: str
    patch_shape: tuple[int, int]  # N patches of C features; N is a square number
    width: int  # D, numbers in an appearance embedding
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

    def __post_init__(self) -> None:
        if not self.grammar:
            object.__setattr__(self, "grammar", grammar_fingerprint(self.form))

    @property
    def form(self) -> Form:
        return Form(digits=self.codec == "digits", pixel_counts=self.pixel_counts)

    @property
    def slots(self) -> tuple[NumberSlot, ...]:
        return scaled_slots(self.scales)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"model_type": MODEL_TYPE, **dataclasses.asdict(self)}, indent=2) + "\n")

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


class SceneOutput(NamedTuple):
    """Predictions *for* piece t at entry t, made from what stands before it; entry 0 (bos) has no meaning."""

    logits: Tensor  # (B, T, V), or (B, T, K) of the choices that were asked for, -inf where there are fewer
    number_raw: Tensor  # (B, T, codec.outputs), input of the codec's decode and loss
    matrices: Tensor  # (B, T, 3, 3), asset to camera before raw.model.heads.nearest_rotation; no meaning where piece t carries none
    embeddings: Tensor  # (B, T, D), of any length


class SceneModel(nn.Module):
    """See the module's docstring. ``config``, ``vocabulary`` and ``codec`` are public."""

    def __init__(self, config: SceneModelConfig) -> None:
        super().__init__()
        self.config = config
        self.vocabulary: Vocabulary = PieceVocabulary(config.form, config.slots)
        self.codec = make_codec(config.codec, config.bins)
        patches, channels = config.patch_shape
        side = math.isqrt(patches)
        if side * side != patches:
            raise ValueError(f"patch_shape is {config.patch_shape}; allowed: a square number of patches")
        hidden = config.hidden_size
        self.patch_norm = nn.LayerNorm(channels)
        self.projector = nn.Linear(channels, hidden)
        self.rows = nn.Parameter(torch.randn(side, 1, hidden) * 0.1)
        self.columns = nn.Parameter(torch.randn(1, side, hidden) * 0.1)
        self.values = ValueEmbedding(hidden, config.width) if config.feedback else None
        self.decoder = LlamaModel(_llama(config, self.vocabulary.size))
        self.piece_head = nn.Linear(hidden, self.vocabulary.size, bias=False)
        self.number_head = mlp_head(hidden, self.codec.outputs) if self.codec.outputs else None
        self.rotation_head = mlp_head(hidden, 9)
        self.embedding_head = mlp_head(hidden, config.width)
        self.register_buffer("fixed", torch.from_numpy(fixed_units(config.fixed, config.slots)), persistent=False)
        fed_back = (self.values.number, self.values.rotation, self.values.appearance) if self.values else ()
        for layer in (self.projector, *fed_back, self.piece_head):
            nn.init.normal_(layer.weight, std=0.02)  # the scale of LLaMA's piece embeddings, to which these are added

    @property
    def device(self) -> torch.device:
        return self.piece_head.weight.device

    def embed_patches(self, patches: Tensor) -> Tensor:
        """(B, N, C) tower features -> (B, N, hidden)."""
        if patches.shape[1:] != torch.Size(self.config.patch_shape):
            raise ValueError(f"patches are {tuple(patches.shape)}; allowed: (B, {', '.join(map(str, self.config.patch_shape))})")
        places = (self.rows + self.columns).flatten(0, 1)
        return self.projector(self.patch_norm(patches.to(self.projector.weight.dtype))) + places

    def embed_pieces(
        self, input_ids: Tensor, kinds: Tensor, slots: Tensor, numbers: Tensor, rotations: Tensor, embeddings: Tensor
    ) -> Tensor:
        """Tokens (B, T) and the values they carry -> (B, T, hidden)."""
        pieces = self.decoder.embed_tokens(input_ids)
        return pieces if self.values is None else pieces + self.values(kinds, slots, numbers, rotations, embeddings).to(pieces.dtype)

    def forward(
        self,
        patches: Tensor,
        input_ids: Tensor,
        attention_mask: Tensor,
        kinds: Tensor,
        slots: Tensor,
        numbers: Tensor,
        rotations: Tensor,
        embeddings: Tensor,
        choices: Tensor | None = None,
    ) -> SceneOutput:
        """Teacher forcing: patches (B, N, C) and the fields of ``Targets`` as (B, T, ...), padded on the right.

        ``choices`` (B, T, K) are token ids, -1 to fill up: scores are then given for these alone.
        """
        prefix = self.embed_patches(patches)
        pieces = self.embed_pieces(input_ids, kinds, slots, numbers, rotations, embeddings)
        count, length = prefix.shape[1], input_ids.shape[1]
        mask = torch.cat([attention_mask.new_ones(prefix.shape[:2]), attention_mask], dim=1)
        embedded = torch.cat([prefix, pieces.to(prefix.dtype)], dim=1)
        states = self.decoder(inputs_embeds=embedded, attention_mask=mask, use_cache=False).last_hidden_state
        states = states[:, count - 1 : count - 1 + length]
        logits = self.piece_head(states) if choices is None else self._chosen(states, choices)
        matrices = self.rotation_head(states).unflatten(-1, (3, 3))
        return SceneOutput(logits, self.numbers_of(states), matrices, self.embedding_head(states))

    def numbers_of(self, states: Tensor) -> Tensor:
        """(..., hidden) -> (..., codec.outputs), what the codec decodes; nothing where numbers are written out."""
        return self.number_head(states) if self.number_head is not None else states.new_zeros(*states.shape[:-1], 0)

    def _chosen(self, states: Tensor, choices: Tensor) -> Tensor:
        """Scores of some token ids; only where there are any, as a large vocabulary is dear."""
        present = choices >= 0
        places = present.any(-1)
        scores = self.piece_head(states[places]).gather(-1, choices[places].clamp(min=0))
        logits = scores.new_full(choices.shape, float("-inf"))
        logits[places] = scores.masked_fill(~present[places], float("-inf"))
        return logits

    def save_pretrained(self, folder: str | Path, dtype: torch.dtype = torch.float32) -> None:
        """Write the checkpoint; ``dtype=torch.float16`` halves the file."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        weights = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in self.state_dict().items()}
        save_file(weights, folder / WEIGHTS_FILE, metadata={"format": "pt"})
        self.vocabulary.tokenizer.save_pretrained(folder)
        self.config.save(folder / CONFIG_FILE)

    @classmethod
    def from_pretrained(cls, folder: str | Path) -> SceneModel:
        """Read a checkpoint, as float32 on the CPU and in eval mode.

        Raises ``FileNotFoundError`` when files are missing and ``ValueError`` when they do not fit this version.
        """
        folder = Path(folder)
        for name in (CONFIG_FILE, WEIGHTS_FILE):
            if not (folder / name).is_file():
                raise FileNotFoundError(f"{folder / name} is missing: {folder} is no folder that SceneModel.save_pretrained wrote")
        model = cls(SceneModelConfig.load(folder / CONFIG_FILE))
        try:
            weights = load_file(folder / WEIGHTS_FILE)
            model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
        except (RuntimeError, SafetensorError) as problem:
            raise ValueError(f"{folder / WEIGHTS_FILE} does not fit {CONFIG_FILE}: {problem}") from problem
        return model.eval()


def _llama(config: SceneModelConfig, vocabulary: int) -> LlamaConfig:
    return LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=config.hidden_size,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        intermediate_size=config.intermediate_size,
        max_position_embeddings=MAX_POSITIONS,
        attn_implementation="sdpa",
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
