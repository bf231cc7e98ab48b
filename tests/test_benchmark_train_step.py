"""The benchmark of a training step at a size for any machine."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "benchmarks"))

from train_step import Settings, flops  # noqa: E402 - after the path

SIZE = ["--layers", "2", "--width", "64", "--batch", "2", "--tokens", "300", "--patches", "16", "--steps", "2", "--words", "500"]


def test_the_operations_are_those_counted_by_hand() -> None:
    layers, width, mlp, rank, length, tokens = 32, 4096, 11008, 128, 576 + 600, 600
    weights = layers * (4 * width**2 + 3 * width * mlp + 2 * width) + width
    adapters = layers * rank * (8 * width + 3 * (width + mlp))
    heads = 2 * (width**2 + width) + width * 9 + 9 + width * 1024 + 1024
    dense = 32 * (length * (4 * weights + 6 * adapters) + tokens * 6 * heads)
    assert math.isclose(flops(Settings()), dense + 32 * layers * 6 * width * length**2)
    assert 1.0e15 < flops(Settings()) < 1.2e15


@pytest.mark.slow
def test_it_runs_on_the_cpu_and_prints_both_ways() -> None:
    run = subprocess.run(
        [sys.executable, "benchmarks/train_step.py", "--device", "cpu", "--peak", "1", *SIZE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    rows = re.findall(r"^(plain|ours) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)% +([\d.]+)$", run.stdout, re.MULTILINE)
    assert [row[0] for row in rows] == ["plain", "ours"], run.stdout
    for row in rows:
        seconds, rate = float(row[1]), float(row[2])
        assert 0 < seconds < 60 and rate == pytest.approx(2 / seconds, rel=0.2) and math.isfinite(float(row[6]))


def test_without_a_gpu_it_says_what_to_do() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    run = subprocess.run([sys.executable, "benchmarks/train_step.py"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 2 and "there is no GPU here; a size for the CPU: --device cpu" in run.stderr
