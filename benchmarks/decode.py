"""Decoding, against the way the paper does it: a token at a time, then a second pass for the values.

Both sides have the same weights, random ones of the small size that write 20 objects, and the same grammar. The plain side
is ``generate`` of transformers with its key-value cache. It must give the same text and values as decoding in blocks
without feedback. Sides take turns; the table has the quickest of the rounds, which other work on the machine spoils least.

    python benchmarks/decode.py [--threads 2] [--rounds 5]
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402
from torch import Tensor  # noqa: E402
from transformers import LlamaForCausalLM, LogitsProcessor  # noqa: E402

from raw.model.automaton import Automaton  # noqa: E402
from raw.model.builders import build_model  # noqa: E402
from raw.model.choosing import likeliest  # noqa: E402
from raw.model.drafts import Draft, Kept, targets_of  # noqa: E402
from raw.model.generate import Decoding, generate_with_targets  # noqa: E402
from raw.model.reading import fed_back, read  # noqa: E402
from raw.model.scene_model import SceneModel  # noqa: E402
from raw.model.targets import Targets  # noqa: E402
from raw.model.vocabulary import Token  # noqa: E402
from raw.vision.images import square, to_tensor  # noqa: E402
from raw.vision.tower import load_tower  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
OBJECTS, BATCH = 20, 16
QUICKER, FULLER = 4.0, 3.0  # what decoding in blocks, and a batch, must gain
DECODING = Decoding(max_objects=OBJECTS)


@dataclasses.dataclass
class Shape:
    """The default tower, as far as a model must know it."""

    name: str = "efficientnet_lite0"
    fingerprint: str = "none"
    patch_shape: tuple[int, int] = (49, 1728)
    width: int = 1280


def models() -> dict[bool, SceneModel]:
    """The same random weights with and without feedback, under which no program ends by itself."""
    fed = build_model("small", Shape(), "none", seed=0).eval()
    plain = SceneModel(dataclasses.replace(fed.config, feedback=False)).eval()
    with torch.no_grad():
        openings = [statement[0].id for statement in fed.vocabulary.object_statements()]
        rows = fed.piece_head.weight[openings[::2]] * 60
        fed.piece_head.weight[openings] = torch.cat([rows, -rows])  # in any state one of them is far likelier than the end
        fed.piece_head.weight[fed.vocabulary.eos_id] = 0
    plain.load_state_dict({name: tensor for name, tensor in fed.state_dict().items() if not name.startswith("values.")})
    return {True: fed, False: plain}


class Grammar(LogitsProcessor):
    """Leaves one token: the one that the grammar forces, or the likeliest that it allows."""

    def __init__(self, model: SceneModel) -> None:
        self.automaton, self.alive = Automaton(model.vocabulary, OBJECTS, ordered=True), 1.0
        self.tokens = [Token(model.vocabulary.bos_id)]

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        allowed, end = self.automaton.allowed(), self.automaton.vocabulary.eos_id
        place = 0
        if len(allowed) > 1:
            some = scores[0, allowed].log_softmax(0).double().numpy()
            place, self.alive = likeliest(some, allowed.index(end) if end in allowed else None, self.alive)
        self.tokens.append(self.automaton.advance(allowed[place]))
        only = torch.full_like(scores, -torch.inf)
        only[0, allowed[place]] = 0
        return only


@torch.inference_mode()
def one_by_one(model: SceneModel, causal: LlamaForCausalLM, patches: Tensor) -> Targets:
    """The paper's way, for one picture."""
    prefix, bos = model.embed_patches(patches), [[Token(model.vocabulary.bos_id)]]
    embedded, grammar, vocabulary = torch.cat([prefix, fed_back(model, bos, [])], dim=1), Grammar(model), model.vocabulary
    causal.generate(
        inputs_embeds=embedded,
        attention_mask=torch.ones(embedded.shape[:2], dtype=torch.long),
        logits_processor=[grammar],
        do_sample=False,
        max_new_tokens=1000,
        eos_token_id=vocabulary.eos_id,
        pad_token_id=vocabulary.pad_id,
    )
    whole = torch.cat([prefix, fed_back(model, [grammar.tokens], [])], dim=1)
    states = causal.model(inputs_embeds=whole, use_cache=False).last_hidden_state[0, prefix.shape[1] - 1 : -1]
    readings = read(model, states, grammar.tokens)
    kept = [Kept([(0, row) for row in reading.rows], reading) for reading in readings]
    return targets_of([Draft(0, grammar.automaton, grammar.tokens)], kept, model.config.width)[0][0]


def causal_model(model: SceneModel) -> LlamaForCausalLM:
    causal = LlamaForCausalLM(model.decoder.config).eval()
    causal.model.load_state_dict(model.decoder.state_dict())
    causal.lm_head.load_state_dict(model.piece_head.state_dict())
    causal.generation_config.use_cache = True
    return causal


def in_blocks(model: SceneModel, patches: Tensor) -> list[Targets]:
    return [targets for _, targets in generate_with_targets(model, patches, DECODING)]


def check_same(one: Targets, other: Targets) -> float:
    """The largest difference of values; SystemExit where text differs or a value does by more than 1e-4."""
    if not np.array_equal(one.input_ids, other.input_ids):
        raise SystemExit("the two sides write different text")
    apart = max(float(np.abs(getattr(one, name) - getattr(other, name)).max()) for name in ("numbers", "rotations", "embeddings"))
    if apart > 1e-4:
        raise SystemExit(f"the two sides differ by {apart:.1e}; allowed: 1e-4")
    return apart


def quickest(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Seconds of each side at its quickest; the sides take turns."""
    seconds = dict.fromkeys(sides, float("inf"))
    for _ in range(rounds + 1):  # the first warms up
        for name, side in sides.items():
            start = time.perf_counter()
            side()
            seconds[name] = min(seconds[name], time.perf_counter() - start)
    return seconds


def shipped(rounds: int) -> tuple[float, int]:
    """Milliseconds that the default model decodes the first example photo in, and the objects it sees."""
    model = SceneModel.from_pretrained(ROOT / "inference" / "default_model")
    tower = load_tower(model.config.tower)
    photo = Image.open(sorted((ROOT / "examples").glob("*.jpg"))[0]).convert("RGB")
    with torch.no_grad():
        patches = tower(to_tensor([square(photo, tower.size)])).patches
    found = generate_with_targets(model, patches)[0][0]
    seconds = quickest({"decode": lambda: generate_with_targets(model, patches)}, rounds)
    return seconds["decode"] * 1000, found.program.text.count("add_")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    both = models()
    causal = causal_model(both[False])
    patches = torch.randn(BATCH, *Shape().patch_shape, generator=torch.Generator().manual_seed(0))
    apart = check_same(one_by_one(both[False], causal, patches[:1]), in_blocks(both[False], patches[:1])[0])
    tokens = {feedback: [len(targets.input_ids) - 1 for targets in in_blocks(model, patches)] for feedback, model in both.items()}
    if {count for counts in tokens.values() for count in counts} != {28 + 8 * OBJECTS + 1}:
        raise SystemExit(f"programs have {tokens} tokens; all should have {OBJECTS} objects")
    sides: dict[str, Callable[[], object]] = {
        "token by token, then a pass for the values": lambda: one_by_one(both[False], causal, patches[:1])
    }
    for feedback, model in both.items():
        name = f"in blocks, {'values fed back' if feedback else 'no feedback'}"
        sides[name] = lambda model=model: in_blocks(model, patches[:1])
        sides[f"{name}, batch of {BATCH}"] = lambda model=model: in_blocks(model, patches)
    seconds = quickest(sides, given.rounds)
    report(seconds, tokens[True][0], apart, given)


def report(seconds: dict[str, float], tokens: int, apart: float, given: argparse.Namespace) -> None:
    """Print the table; SystemExit where less is gained than must be."""
    plain = next(iter(seconds.values()))
    print(f"{OBJECTS} objects, {tokens} tokens a scene, small model, {given.threads} threads; values equal to {apart:.0e}")
    print(f"{'':44} {'ms a scene':>10} {'tokens/s':>9} {'gain':>6}")
    gains = {}
    for name, spent in seconds.items():
        scenes = BATCH if "batch" in name else 1
        against = seconds[name.split(", batch")[0]] if scenes > 1 else plain
        gains[name] = against / spent * scenes
        print(f"{name:44} {spent / scenes * 1000:10.1f} {tokens * scenes / spent:9.0f} {gains[name]:5.1f}x")
    print("gain: of a single against token by token, of a batch against singles")
    milliseconds, objects = shipped(given.rounds)
    print(f"the shipped model on one photo ({objects} objects): {milliseconds:.1f} ms")
    wrong = [name for name, gain in gains.items() if gain < (FULLER if "batch" in name else QUICKER if "no feedback" in name else 0)]
    if wrong:
        raise SystemExit(f"too little is gained: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
