"""Models with random weights to decode with, and a vocabulary that spells programs letter by letter."""

from __future__ import annotations

import dataclasses

import torch
from torch import nn
from tower_shape import ShapeOnly

from raw.grammar import OBJECT_STATEMENTS, SCENE_STATEMENTS, Statement
from raw.model.builders import build_model
from raw.model.generate import Decoding
from raw.model.pieces import CHARACTERS, NUMERAL, PLACEHOLDERS, TEXT, Form, statement_pieces
from raw.model.scene_model import SceneModel
from raw.model.vocabulary import PieceVocabulary, Token, Vocabulary

LETTERS = sorted({*"abcdefghijklmnopqrstuvwxyz_(),= \n", *CHARACTERS})


class LetterVocabulary(Vocabulary):
    """One token a letter, one a placeholder: statements share their first letters, and blocks are long."""

    def __init__(self, form: Form) -> None:
        self.form, self.tokenizer = form, PieceVocabulary(form).tokenizer
        self.words = ["<pad>", "<bos>", "<eos>", "[NUM]", "[ROT]", "[CLIP]", *LETTERS]
        self.pad_id, self.bos_id, self.eos_id, self.size = 0, 1, 2, len(self.words)
        self.statements = {s.name: self._spelled(s) for s in (*SCENE_STATEMENTS, *OBJECT_STATEMENTS)}
        self.characters = {character: self.words.index(character) for character in CHARACTERS} if form.digits else {}

    def _spelled(self, statement: Statement) -> tuple[Token, ...]:
        tokens: list[Token] = []
        for piece in statement_pieces(statement, self.form):
            if piece.kind == NUMERAL:
                tokens.append(Token(-1, NUMERAL, piece.slot))
                continue
            if piece.kind != TEXT:
                tokens.append(Token(self.words.index(PLACEHOLDERS[piece.kind]), piece.kind, piece.slot))
            tokens += [Token(self.words.index(letter)) for letter in piece.text.removeprefix(PLACEHOLDERS.get(piece.kind, ""))]
        return tuple(tokens)

    def text(self, ids: list[int]) -> str:
        return "".join(self.words[index] for index in ids if index > 2)


def random_model(
    seed: int, codec: str = "bins", scale: float = 1.0, *, pixel_counts: bool = True, feedback: bool = True, letters: bool = False
) -> SceneModel:
    """Random weights; a scale above 1 makes outputs extreme."""
    config = dataclasses.replace(
        build_model("debug", ShapeOnly(), "lib", codec=codec).config, pixel_counts=pixel_counts, feedback=feedback, grammar=""
    )
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(seed)
        model = SceneModel(config).eval()
        if letters:
            model.vocabulary = LetterVocabulary(config.form)
            model.decoder.embed_tokens = nn.Embedding(model.vocabulary.size, config.hidden_size)
            model.piece_head = nn.Linear(config.hidden_size, model.vocabulary.size, bias=False)
            model.decoder.embed_tokens.weight.mul_(0.02)
        for head in (model.piece_head, model.number_head, model.rotation_head, model.embedding_head):
            for parameter in head.parameters() if head is not None else ():
                parameter.mul_(scale)
        model.piece_head.weight.mul_(2 if letters else 20)  # spread the scores, so that choices are clear
    return model


def attentive_model(seed: int, eos: float, codec: str = "bins", *, feedback: bool = True, letters: bool = False) -> SceneModel:
    """Random weights under which pictures matter more than usual, and programs end at different steps."""
    model = random_model(seed, codec, feedback=feedback, letters=letters)
    with torch.no_grad():
        for layer in model.decoder.layers:
            for linear in (layer.self_attn.v_proj, layer.self_attn.o_proj, layer.mlp.down_proj):
                linear.weight.mul_(8)
            layer.self_attn.q_proj.weight.mul_(5)
        model.piece_head.weight[model.vocabulary.eos_id] *= eos
    return model


def patches(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, 9, 6, generator=torch.Generator().manual_seed(seed))


def sampled(temperature: float, seed: int = 0, max_objects: int = 25, scene_order: str = "model") -> Decoding:
    """In the model's order, as that leaves most to be decided."""
    return Decoding(max_objects, temperature, torch.Generator().manual_seed(seed) if temperature else None, scene_order)
