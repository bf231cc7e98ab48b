"""What ``report.json`` says: time and memory of each stage, versions, and where each object is in the render."""

from __future__ import annotations

import platform
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from typing import Any

import raw
from inference.framing import model_pixels
from raw.render import Rendering
from raw.scene import Scene

_PACKAGES = ("numpy", "pillow", "torch", "transformers", "bpy")


class Stages:
    """Milliseconds and peak memory of each stage of a run."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}
        self.memory_mb: dict[str, float] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Time the body as stage ``name``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.record(name, (time.perf_counter() - start) * 1000, peak_memory_mb())

    def record(self, name: str, milliseconds: float, memory_mb: float) -> None:
        self.milliseconds[name], self.memory_mb[name] = round(milliseconds, 1), round(memory_mb, 1)

    def add_rendering(self, rendering: Rendering) -> None:
        """The stages of the render worker; its memory is that of its own process."""
        for name, milliseconds in rendering.timings.items():
            self.record(f"worker_{name}", milliseconds, rendering.memory_mb)


def peak_memory_mb() -> float:
    """Peak resident memory of this process so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def versions() -> dict[str, str | None]:
    """Of Python, this package and those that shape a result; None for what is not installed. Imports none of them."""
    found: dict[str, str | None] = {"python": platform.python_version(), "raw": raw.__version__}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = None
    return found


def objects_seen(scene: Scene, rendering: Rendering, confidence: Sequence[float] | None = None) -> list[dict[str, Any]]:
    """For each object its category, asset, visible pixels (at the model's resolution) and box; None where it is hidden.

    ``confidence`` is a model's, from 0 to 1, of each of them; None for a scene that no model said.
    A box is (x0, y0, x1, y1) as fractions of width and height from the top left.
    """
    height, width = rendering.index.shape
    seen = []
    for i, thing in enumerate(scene.objects):
        box = rendering.box(i)
        pixels = model_pixels(rendering.pixels(i), width, height)
        place = {"pixels": pixels, "box": box and [round(v, 5) for v in box]}
        seen.append({"category": thing.category, "asset": thing.appearance, **place})
        if confidence is not None:
            seen[-1]["confidence"] = round(confidence[i], 5)
    return seen
