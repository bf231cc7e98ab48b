"""Programs from patches: one for each picture, or several in the order of their probability.

Every program parses, whatever the weights say. Where the grammar leaves one token, nothing is sampled and no probability
is paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor
from transformers import PreTrainedModel

from raw.language import Program
from raw.model.blocks import Batch
from raw.model.choosing import Decoding
from raw.model.drafts import confidence, targets_of
from raw.model.scene_model import SceneModel
from raw.model.targets import Targets, decode_targets

__all__ = ["Decoding", "Generated", "generate", "generate_with_targets", "n_best", "several"]


class Generated(NamedTuple):
    """A program, and how sure the model is.

    ``confidence`` has one number for each object, from 0 to 1: the probability, given the objects before it, that an
    object comes and is of this category, times the mass of its place. The codec tells that mass: with bins it is the
    probability that each of the three numbers of ``loc`` lies within two bins of the one given, and 1 with a codec that
    gives no probabilities.
    """

    program: Program
    log_probability: float  # of the free choices among the tokens that the grammar allowed, at temperature 1
    seconds: float  # wall time from the start of the batch until this program was complete
    confidence: tuple[float, ...]  # of the objects, in their order
    stopped: str  # why no further object came: "eos", "objects" (no more allowed), "tokens" or "time" (see Decoding)


def generate(model: SceneModel, patches: Tensor, decoding: Decoding | None = None) -> list[Generated]:
    """Decode one program for each row of patches (B, N, C), in order."""
    return [result for result, _ in generate_with_targets(model, patches, decoding)]


def generate_with_targets(model: SceneModel, patches: Tensor, decoding: Decoding | None = None) -> list[tuple[Generated, Targets]]:
    """Like ``generate``, with the sequences behind the programs, in the form of training targets."""
    return _generated(model, patches, decoding or Decoding(), copies=1)


def several(model: SceneModel, patches: Tensor, n: int, decoding: Decoding) -> list[list[Generated]]:
    """For each row of patches (B, N, C) ``n`` programs, drawn as ``decoding`` says, in the order of the draws."""
    return [[result for result, _ in results] for results in _drawn(model, patches, n, decoding)]


def n_best(model: SceneModel, patches: Tensor, n: int, decoding: Decoding) -> list[list[Generated]]:
    """For each row of patches (B, N, C) the distinct programs among ``n`` samples, the most probable first.

    Samples and not beams: the likeliest programs differ in their last, smallest objects only, and end too early, while
    samples differ as the pictures leave things open. Raises ``ValueError`` at temperature 0, where all would be the same.
    """
    if not decoding.temperature:
        raise ValueError("temperature is 0 and all samples would be the same; allowed: above 0")
    return [_distinct(results) for results in _drawn(model, patches, n, decoding)]


def _drawn(model: SceneModel, patches: Tensor, n: int, decoding: Decoding) -> list[list[tuple[Generated, Targets]]]:
    if n < 1:
        raise ValueError(f"n is {n}; allowed: 1 or more")
    results = _generated(model, patches, decoding, copies=n)
    return [results[start : start + n] for start in range(0, len(results), n)]


@contextmanager
def _masks(decoder: PreTrainedModel) -> Iterator[None]:
    """Flash attention takes no masks of our own, and rows at different places need them: SDPA stands in for it."""
    kind = decoder.config._attn_implementation
    if not kind.startswith("flash"):
        yield
        return
    decoder.set_attn_implementation("sdpa")
    try:
        yield
    finally:
        decoder.set_attn_implementation(kind)


def _distinct(results: list[tuple[Generated, Targets]]) -> list[Generated]:
    found = {tuple(targets.input_ids.tolist()): result for result, targets in results}  # values follow from the choices
    return sorted(found.values(), key=lambda result: -result.log_probability)


@torch.inference_mode()
def _generated(model: SceneModel, patches: Tensor, decoding: Decoding, copies: int) -> list[tuple[Generated, Targets]]:
    if not len(patches):
        return []
    with _masks(model.decoder):
        batch = Batch(model, patches, decoding, copies=copies)
        batch.finish()
    results = []
    for draft, (targets, mass) in zip(batch.drafts, targets_of(batch.drafts, batch.kept, model.config.width), strict=True):
        program = decode_targets(targets, model.vocabulary)
        sure = confidence(draft, targets, mass)
        results.append((Generated(program, draft.score, draft.seconds, sure, draft.stopped), targets))
    return results
