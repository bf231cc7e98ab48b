"""Whether programs fit into a decoder's positions, behind the prompt and the picture, counted with all numbers at their longest."""

from __future__ import annotations

from raw.grammar import MODEL_MAX_OBJECTS
from raw.model import decoders
from raw.model.config import SceneModelConfig
from raw.model.vocabulary import Vocabulary


def positions(config: SceneModelConfig) -> int:
    """Of the decoder: patches and tokens that it can tell apart."""
    return decoders.to_config(config.base_config).max_position_embeddings if config.base else decoders.MAX_POSITIONS


def left_for_program(config: SceneModelConfig, vocabulary: Vocabulary) -> int:
    """Positions behind the prompt and the patches; below 0 where those alone do not fit."""
    return positions(config) - len(vocabulary.prompt) - config.patch_shape[0]


def objects_that_fit(config: SceneModelConfig, vocabulary: Vocabulary) -> int:
    """Objects, up to the grammar's most, that fit in any case; -1 where not even a scene without objects does."""
    left = left_for_program(config, vocabulary)
    return max((count for count in range(MODEL_MAX_OBJECTS + 1) if vocabulary.longest(count) <= left), default=-1)


def check_room(config: SceneModelConfig, vocabulary: Vocabulary, objects: int) -> None:
    """``ValueError`` where the longest program of so many objects has more tokens than there are positions for it."""
    needed, left = vocabulary.longest(objects), left_for_program(config, vocabulary)
    if needed <= left:
        return
    fit = objects_that_fit(config, vocabulary)
    advice = f"data.max_objects of at most {fit}, " * (fit > 0) + "a tower with fewer patches, or a decoder with more positions"
    if config.codec == "digits":
        advice += ", or model.codec bins, whose numbers are one token each"
    raise ValueError(
        f"max_objects is {objects}: with codec {config.codec!r} so many objects may take {needed:,} tokens, and the decoder has room for "
        f"{max(left, 0):,} ({positions(config):,} positions, {config.patch_shape[0]:,} of them patches); allowed: {advice}"
    )
