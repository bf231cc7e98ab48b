"""What a training step of a large decoder costs: ours beside a plain loop over transformers and peft, same settings.

``python benchmarks/train_step.py`` measures the paper's size, for a GPU of 80 GB; a size for any machine is
``python benchmarks/train_step.py --layers 2 --width 64 --batch 2 --tokens 300 --patches 16 --device cpu``.

Weights are random: speed and memory do not depend on them. Each way runs in a process of its own. Both train adapters of
rank 128 on a frozen base in bfloat16, a linear projector and the paper's two heads, with numbers in digits. They differ in
what they score: the plain loop has the loss of ``AutoModelForCausalLM``, which scores every word at every place; ours
scores the tokens of the language where the grammar leaves a choice.

Model FLOP utilisation (MFU) is the arithmetic that the model needs over what the device could do in the time. A frozen
weight costs 4 operations a token (2 forward, 2 for the gradient of its input), a trained one 6 (2 more for its own
gradient), causal attention 6 x width x length^2 a layer and sequence. Left out are the head over the vocabulary, which the
two ways use unlike, and what gradient checkpointing computes twice: a count of all that is done would be higher.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, fields
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import Tensor, nn

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parent)]

from train_step_models import Ours, Plain, make_batch, make_vocabulary  # noqa: E402 - after the path

from raw.model.builders import VICUNA_7B  # noqa: E402
from raw.model.decoders import BaseOptions  # noqa: E402
from raw.model.description import count_parameters  # noqa: E402

HEAD = 128  # width of an attention head of LLaMA
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "L40S": 362e12}  # dense bfloat16 operations a second
WAYS = ("plain", "ours")


@dataclass(frozen=True)
class Settings:
    """The paper's size by default."""

    layers: int = 32
    width: int = 4096  # of the decoder; its MLP and its number of heads follow as in LLaMA
    words: int = 32000  # of the base's vocabulary
    batch: int = 32
    tokens: int = 600  # of a program
    patches: int = 576
    steps: int = 10
    warmup: int = 2  # steps before those that count
    checkpointing: int = 1  # gradient checkpointing: 0 or 1
    attention: str = "sdpa"
    compile: int = 0  # torch.compile the decoder: 0 or 1
    device: str = "cuda"
    peak: float = 0.0  # 1e12 operations a second of the device, for MFU; 0: as known, or none

    @property
    def base_config(self) -> dict[str, object]:
        sizes = {"hidden_size": self.width, "intermediate_size": round(self.width * 11008 / 4096), "vocab_size": self.words}
        return {**VICUNA_7B, **sizes, "num_attention_heads": max(1, self.width // HEAD), "num_hidden_layers": self.layers}


@dataclass(frozen=True)
class Measured:
    """Of one way; numbers of a way that failed are not there."""

    way: str
    seconds: float  # a step
    memory: float  # bytes at most, of the GPU or of the process
    loss: float  # of the last step
    problem: str = ""


def measure(settings: Settings, way: str) -> Measured:
    """Build, warm up and time one way."""
    device, vocabulary = torch.device(settings.device), make_vocabulary(settings.words)
    torch.manual_seed(0)
    made = make_batch(vocabulary, settings.batch, settings.tokens, settings.patches)
    batch = {name: tensor.to(device) for name, tensor in made.items()}
    try:
        with device:
            model = _build(settings, way)
        seconds, loss = _time(model.to(device).train(), batch, settings)
    except torch.OutOfMemoryError:
        return Measured(way, float("nan"), float("nan"), float("nan"), "out of memory")
    return Measured(way, seconds, _peak_memory(settings.device), loss)


def _build(settings: Settings, way: str) -> nn.Module:
    options = BaseOptions(settings.attention, gradient_checkpointing=bool(settings.checkpointing), compile=bool(settings.compile))
    if way == "plain":
        return Plain(settings.base_config, options)
    return Ours(settings.base_config, options, make_vocabulary(settings.words), settings.patches)


def _time(model: nn.Module, batch: dict[str, Tensor], settings: Settings) -> tuple[float, float]:
    """Seconds a step, and the last loss."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=2e-5, fused=settings.device == "cuda")
    start = 0.0
    for step in range(settings.warmup + settings.steps):
        if step == settings.warmup:
            _wait(settings.device)
            start = time.perf_counter()
        with torch.autocast(settings.device, torch.bfloat16):
            loss = model(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    _wait(settings.device)
    return (time.perf_counter() - start) / settings.steps, loss.item()


def _wait(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def _peak_memory(device: str) -> float:
    return torch.cuda.max_memory_allocated() if device == "cuda" else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def flops(settings: Settings) -> float:
    """Operations that a step needs; see the module's docstring."""
    vocabulary = make_vocabulary(settings.words)
    with torch.device("meta"):
        model = Ours(settings.base_config, BaseOptions(), vocabulary, settings.patches).model
    counts = count_parameters(model)
    frozen = counts["decoder"] - 2 * settings.words * settings.width  # without the embeddings and the head
    length = settings.patches + settings.tokens
    dense = settings.batch * (length * (4 * frozen + 6 * counts["adapters"]) + settings.tokens * 6 * counts["heads"])
    return dense + settings.batch * settings.layers * 6 * settings.width * length**2


def device_name(device: str) -> str:
    """The GPU's name, or the number of threads on the CPU."""
    return torch.cuda.get_device_name() if device == "cuda" else f"CPU, {torch.get_num_threads()} thread(s)"


def known_peak(settings: Settings) -> float | None:
    """Operations a second that the device is sold with, if they are known."""
    if settings.peak:
        return settings.peak * 1e12
    return next((peak for name, peak in PEAKS.items() if name in device_name(settings.device)), None)


def table(settings: Settings, results: list[Measured]) -> str:
    """One row for each way."""
    peak, needed = known_peak(settings), flops(settings)
    lines = [f"{'way':<6} {'s/step':>8} {'samples/s':>10} {'peak GB':>8} {'TFLOP/s':>8} {'MFU':>6} {'loss':>7}"]
    for one in results:
        if one.problem:
            lines.append(f"{one.way:<6} {one.problem}")
            continue
        share = f"{needed / one.seconds / peak:.1%}" if peak else "?"
        rates = f"{one.seconds:8.3f} {settings.batch / one.seconds:10.2f} {one.memory / 1e9:8.2f} {needed / one.seconds / 1e12:8.2f}"
        lines.append(f"{one.way:<6} {rates} {share:>6} {one.loss:7.3f}")
    return "\n".join(lines)


def parse(argv: list[str] | None = None) -> tuple[Settings, list[str]]:
    """Settings and the ways to measure."""
    parser = argparse.ArgumentParser(description="A training step of a large decoder: seconds, memory, utilisation.")
    for field in fields(Settings):
        parser.add_argument(f"--{field.name}", type=type(field.default), default=field.default, help=f"default {field.default}")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    options = vars(parser.parse_args(argv))
    ways = options.pop("ways")
    settings = Settings(**options)
    if settings.device == "cuda" and not torch.cuda.is_available():
        parser.error("there is no GPU here; a size for the CPU: --device cpu --layers 2 --width 64 --batch 2 --tokens 300 --patches 16")
    return settings, ways


def main(argv: list[str] | None = None) -> None:
    settings, ways = parse(argv)
    results = []
    for way in ways:  # a process each, so that one leaves no memory to the other
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            results.append(pool.submit(measure, settings, way).result())
    print(f"{device_name(settings.device)}, torch {torch.__version__}\n{settings}\n\n{table(settings, results)}")


if __name__ == "__main__":
    main()
