"""The process that holds bpy: reads jobs as JSON lines on standard input, answers on its original standard output.

Run as ``python -m raw.render.worker LIBRARY THREADS``. Blender prints as it likes; its prints go to standard error.
A job is {"program", "settings", "layers", "picture"}; an answer is {"ok": true, "timings", "memory_mb", "device"} or
{"ok": false, "error"}. Programs are the wire format, so what is drawn is what the program says, digit by digit.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from pathlib import Path

import bpy
import numpy as np

from raw.language import parse
from raw.library import Library
from raw.render.build import build
from raw.render.cycles import choose_device, configure
from raw.render.export import save_blend, save_glb, save_usd
from raw.render.job import RenderSettings, read_layers

_USER_ERRORS = (ValueError,)  # bad scene or library: a message is enough

SAVED = {"blend": save_blend, "glb": save_glb, "usd": save_usd}  # of the settings


class Worker:
    """One Blender file, reused for one scene after another."""

    def __init__(self, library: Library, threads: int) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        bpy.ops.preferences.addon_enable(module="cycles")
        bpy.ops.preferences.addon_enable(module="io_scene_gltf2")
        self.library, self.threads = library, threads
        self.device = choose_device()

    def run(self, job: dict) -> dict:
        """Draw one job; returns the answer."""
        settings = RenderSettings(**{k: Path(v) if k in SAVED and v else v for k, v in job["settings"].items()})
        clock = _Clock()
        program = parse(job["program"])
        scene = build(program, self.library)
        clock.lap("build")
        kept = list(range(len(program.objects)))
        if settings.min_pixels or len(kept) > settings.max_objects:
            kept = self._prune(scene, settings, Path(job["layers"]), len(kept))
            clock.lap("prune")
        configure(scene, settings, self.threads)
        _render(scene, Path(job["layers"]), Path(job["picture"]))
        clock.lap("render")
        for name, save in SAVED.items():
            if path := getattr(settings, name):
                save(path)
                clock.lap(name)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"ok": True, "timings": clock.laps, "memory_mb": memory, "device": self.device, "kept": kept}

    def _prune(self, scene: bpy.types.Scene, settings: RenderSettings, layers: Path, count: int) -> list[int]:
        """Draw without light, remove objects that hardly show; returns the numbers of the others."""
        background, sun = scene.world.node_tree.nodes["Background"].inputs["Strength"], bpy.data.objects["Sun"].data
        strength, energy = background.default_value, sun.energy
        background.default_value = sun.energy = 0.0
        configure(scene, settings, self.threads, lit=False)
        _render(scene, layers)
        background.default_value, sun.energy = strength, energy
        kept = largest(read_layers(layers)[0], count, settings)
        for thing in list(bpy.data.objects):
            if 0 < thing.pass_index <= count and thing.pass_index - 1 not in kept:
                bpy.data.objects.remove(thing)
        return kept


class _Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name], self._last = (now - self._last) * 1000, now


def largest(index: np.ndarray, count: int, settings: RenderSettings) -> list[int]:
    """Numbers of the objects, of ``count`` in an index image (H, W), that show enough, in their own order."""
    pixels = np.bincount(index.ravel(), minlength=256)[1 : count + 1]
    order = [int(i) for i in np.argsort(-pixels, kind="stable") if pixels[i] >= settings.min_pixels]
    return sorted(order[: settings.max_objects])


def _render(scene: bpy.types.Scene, layers: Path, picture: Path | None = None) -> None:
    """One render: index and depth into a multilayer EXR, the picture through the view transform into a PNG."""
    image = scene.render.image_settings
    image.file_format, image.color_depth, image.exr_codec = "OPEN_EXR_MULTILAYER", "32", "NONE"
    scene.render.filepath = str(layers)
    bpy.ops.render.render(write_still=True)
    if picture is None:
        return
    image.file_format, image.color_mode, image.color_depth, image.compression = "PNG", "RGB", "8", 15
    bpy.data.images["Render Result"].save_render(str(picture), scene=scene)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # Blender's own prints must not mix with the answers
    library, threads = Library.open(sys.argv[1]), int(sys.argv[2])
    worker = Worker(library, threads)
    answers.write(json.dumps({"ready": True, "bpy": bpy.app.version_string, "device": worker.device}) + "\n")
    for line in sys.stdin:
        try:
            answer = worker.run(json.loads(line))
        except _USER_ERRORS as problem:
            answer = {"ok": False, "error": str(problem)}
        except Exception:  # the pool reports it for this scene and goes on with the next
            answer = {"ok": False, "error": traceback.format_exc(limit=6)}
        answers.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
