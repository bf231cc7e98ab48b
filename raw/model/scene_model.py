"""The scene model: patches of a frozen image tower, a linear projector, a causal LLaMA decoder and value heads.

The decoder is a small one of our own that speaks in pieces of the grammar, or a language model that exists already, with
its tokenizer; ``raw.model.builders`` makes either. A checkpoint is a folder; see ``raw.model.checkpoint``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from raw.model.codecs import make_codec
from raw.model.config import SceneModelConfig
from raw.model.decoders import BaseOptions, LanguageModel, own_model
from raw.model.heads import ValueEmbedding, mlp_head
from raw.model.lora import add_adapters
from raw.model.numbers import fixed_units
from raw.model.pretrained_vocabulary import RESERVED, PretrainedVocabulary
from raw.model.vocabulary import PieceVocabulary, Vocabulary

SCALE = 0.02  # of fresh embeddings and projections: that of LLaMA's token embeddings, to which they are added


class SceneOutput(NamedTuple):
    """Predictions *for* piece t at entry t, made from what stands before it; entry 0 (bos) has no meaning."""

    logits: Tensor  # (B, T, V), or (B, T, K) of the choices that were asked for, -inf where there are fewer
    number_raw: Tensor  # (B, T, codec.outputs), input of the codec's decode and loss
    matrices: Tensor  # (B, T, 3, 3), asset to camera before raw.model.heads.nearest_rotation; no meaning where piece t carries none
    embeddings: Tensor  # (B, T, D), of any length


class SceneModel(nn.Module):
    """See the module's docstring. ``config``, ``vocabulary`` and ``codec`` are public."""

    def __init__(
        self, config: SceneModelConfig, language_model: LanguageModel | None = None, vocabulary: PretrainedVocabulary | None = None
    ) -> None:
        """``language_model`` and ``vocabulary`` are those of ``config.base``; without a base they are made here."""
        super().__init__()
        if (config.base == "") != (language_model is None) or (language_model is None) != (vocabulary is None):
            raise ValueError(f"config.base is {config.base!r}; allowed: with a base its language model and vocabulary, without one neither")
        self.config = config
        self.vocabulary: Vocabulary = vocabulary or PieceVocabulary(config.form, config.slots)
        self.codec = make_codec(config.codec, config.bins)
        hidden, (patches, channels) = config.hidden_size, config.patch_shape
        side = math.isqrt(patches)
        if side * side != patches:
            raise ValueError(f"patch_shape is {config.patch_shape}; allowed: a square number of patches")
        # a base has LLaVA's projector, which is linear alone: its decoder knows the order of patches by their positions
        self.patch_norm = None if config.base else nn.LayerNorm(channels)
        self.projector = nn.Linear(channels, hidden)
        self.rows = None if config.base else nn.Parameter(torch.randn(side, 1, hidden) * 0.1)
        self.columns = None if config.base else nn.Parameter(torch.randn(1, side, hidden) * 0.1)
        self.values = ValueEmbedding(hidden, config.width) if config.feedback else None
        if language_model is None:
            language_model = own_model(hidden, config.layers, config.heads, config.intermediate_size, self.vocabulary.size)
        self.decoder, self.piece_head = language_model
        self.number_head = mlp_head(hidden, self.codec.outputs) if self.codec.outputs else None
        self.rotation_head = mlp_head(hidden, 9)
        self.embedding_head = mlp_head(hidden, config.width) if config.width else None
        self.register_buffer("fixed", torch.from_numpy(fixed_units(config.fixed, config.slots)), persistent=False)
        fed_back = (self.values.number, self.values.rotation, self.values.appearance) if self.values else ()
        for layer in (self.projector, *filter(None, fed_back), *(() if config.base else (self.piece_head,))):
            nn.init.normal_(layer.weight, std=SCALE)
        self.reserved = nn.Parameter(torch.randn(len(RESERVED), hidden) * SCALE) if config.base else None
        if vocabulary is not None:
            self._adopt(vocabulary)

    def _adopt(self, vocabulary: PretrainedVocabulary) -> None:
        """What a decoder needs that was made for other text: adapters, and where the few tokens of programs are in its head."""
        rows = torch.full((vocabulary.base_size,), -1)
        rows[vocabulary.scored] = torch.arange(len(vocabulary.scored))
        self.register_buffer("scored", torch.tensor(vocabulary.scored), persistent=False)
        self.register_buffer("row_of", rows, persistent=False)
        if self.config.lora:
            self.piece_head.requires_grad_(False)
            add_adapters(self.decoder, self.config.lora)

    @property
    def device(self) -> torch.device:
        return self.piece_head.weight.device

    def embed_patches(self, patches: Tensor) -> Tensor:
        """(B, N, C) tower features -> (B, N, hidden), or (B, 1 + N, hidden) where a base's own start stands before them."""
        if patches.shape[1:] != torch.Size(self.config.patch_shape):
            raise ValueError(f"patches are {tuple(patches.shape)}; allowed: (B, {', '.join(map(str, self.config.patch_shape))})")
        patches = patches.to(self.projector.weight.dtype)
        if self.patch_norm is not None:
            return self.projector(self.patch_norm(patches)) + (self.rows + self.columns).flatten(0, 1)
        embeddings = self.decoder.get_input_embeddings()
        start = embeddings(torch.tensor(self.vocabulary.prompt, dtype=torch.long, device=self.device)).expand(len(patches), -1, -1)
        return torch.cat([start, self.projector(patches).to(start.dtype)], dim=1)

    def embed_pieces(
        self, input_ids: Tensor, kinds: Tensor, slots: Tensor, numbers: Tensor, rotations: Tensor, embeddings: Tensor
    ) -> Tensor:
        """Tokens (B, T) and the values they carry -> (B, T, hidden)."""
        pieces = self.embed_tokens(input_ids)
        return pieces if self.values is None else pieces + self.values(kinds, slots, numbers, rotations, embeddings).to(pieces.dtype)

    def embed_tokens(self, input_ids: Tensor) -> Tensor:
        """Tokens (B, T) -> (B, T, hidden), without the values they carry."""
        known = self.decoder.get_input_embeddings()
        if self.reserved is None:
            return known(input_ids)
        above = input_ids - known.num_embeddings
        own = self.reserved[above.clamp(min=0)].to(known.weight.dtype)
        return torch.where((above >= 0)[..., None], own, known(input_ids.clamp(max=known.num_embeddings - 1)))

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
        embeddings = self.embedding_head(states) if self.embedding_head is not None else states.new_zeros(*states.shape[:-1], 0)
        return SceneOutput(logits, self.numbers_of(states), matrices, embeddings)

    def numbers_of(self, states: Tensor) -> Tensor:
        """(..., hidden) -> (..., codec.outputs), what the codec decodes; nothing where numbers are written out."""
        return self.number_head(states) if self.number_head is not None else states.new_zeros(*states.shape[:-1], 0)

    def _chosen(self, states: Tensor, choices: Tensor) -> Tensor:
        """Scores of some token ids; only where there are any, and of a large vocabulary only those of the language."""
        present = choices >= 0
        places = present.any(-1)
        ids = choices[places].clamp(min=0)
        if self.reserved is None:
            scores = self.piece_head(states[places]).gather(-1, ids)
        else:
            scores = nn.functional.linear(states[places], self.piece_head.weight[self.scored]).gather(-1, self.row_of[ids].clamp(min=0))
        logits = scores.new_full(choices.shape, float("-inf"))
        logits[places] = scores.masked_fill(~present[places], float("-inf"))
        return logits

    def save_pretrained(
        self,
        folder: str | Path,
        dtype: torch.dtype = torch.float32,
        *,
        state_dict: Mapping[str, Tensor] | None = None,
        training: Path | None = None,
    ) -> None:
        """Write a checkpoint with a model card; ``dtype=torch.float16`` halves the file.

        ``state_dict`` are the weights, where this process does not hold them all. ``training`` is the settings file of the run.
        """
        from raw.model.checkpoint import save_checkpoint

        save_checkpoint(self, Path(folder), dtype, state_dict=state_dict, training=training)

    @classmethod
    def from_pretrained(cls, folder: str | Path, *, base: str | Path | None = None, options: BaseOptions | None = None) -> SceneModel:
        """Read a checkpoint, a folder or ORG/NAME of the Hugging Face hub: on the CPU, in eval mode, heads in float32.

        ``base`` is where the language model under adapters is, if not where it was; ``options`` are how it is held in memory.
        Raises ``FileNotFoundError`` when files are missing and ``ValueError`` when they do not fit this version.
        """
        from raw.model.checkpoint import load_checkpoint

        return load_checkpoint(folder, base=base, options=options)
